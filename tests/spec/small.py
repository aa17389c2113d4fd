"""A resource that the contract does not have: added to it no rule may complain, and spoiled some rule must."""

from __future__ import annotations

PATHS = """\
  /parcels:
    post:
      operationId: createParcel
      description: Give money back.
      requestBody:
        required: true
        content:
          application/json:
            schema:
              oneOf:
                - $ref: "#/components/schemas/CreateParcel"
                - $ref: "#/components/schemas/CreateParcelInstant"
              discriminator:
                propertyName: type
                mapping:
                  plain: "#/components/schemas/CreateParcel"
                  instant: "#/components/schemas/CreateParcelInstant"
            example: {payment: p-1, amount: 2000, type: plain}
      responses:
        "201":
          description: Created.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/Parcel"
              examples:
                created:
                  $ref: "#/components/examples/Parcel"
          links:
            getParcel:
              operationId: getParcel
              parameters:
                parcelId: $response.body#/id
        "400":
          description: Refused.
    get:
      operationId: listParcels
      description: All of them.
      parameters:
        - name: state
          in: query
          schema:
            type: string
            enum: [asked, returned]
          example: asked
      responses:
        "200":
          description: Parcels.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/ParcelList"
              example: {items: [], total: 0}
        "400":
          description: Refused.
  /parcels/{parcelId}:
    parameters:
      - name: parcelId
        in: path
        required: true
        schema:
          type: string
          format: uuid
        example: 4f9a4e0c-6d0e-4ad8-9c2f-5f1f7f1c1d11
    get:
      operationId: getParcel
      description: One of them.
      responses:
        "200":
          description: The parcel.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/Parcel"
              example: {id: 4f9a4e0c-6d0e-4ad8-9c2f-5f1f7f1c1d11, status: asked}
        "404":
          description: None.
"""
SCHEMAS = """\
    ParcelStatus:
      type: string
      enum: [asked, returned]
    Parcel:
      type: object
      required: [id]
      properties:
        id:
          type: string
          format: uuid
        status:
          $ref: "#/components/schemas/ParcelStatus"
        amount:
          type: integer
          format: int64
        payment:
          type: [string, "null"]
    ParcelList:
      type: object
      properties:
        items:
          type: array
          items:
            $ref: "#/components/schemas/Parcel"
        total:
          type: integer
          format: int64
    CreateParcel:
      type: object
      required: [payment, amount, type]
      properties:
        payment:
          type: string
        amount:
          x-identifies: true
          type: integer
          format: int64
          exclusiveMinimum: 1000
        type:
          type: string
          const: plain
        until:
          type: string
          format: date-time-local
          pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}$"
    CreateParcelInstant:
      type: object
      required: [type]
      additionalProperties: true
      properties:
        type:
          type: string
          const: instant
"""
EXAMPLES = """\
    Parcel:
      value: {id: 4f9a4e0c-6d0e-4ad8-9c2f-5f1f7f1c1d11, status: returned, amount: 2000, payment: null}
"""
WEBHOOKS = """\
  parcel.update:
    post:
      operationId: receiveParcelUpdate
      security:
        - Signed: []
      parameters:
        - $ref: "#/components/parameters/Encoded"
        - $ref: "#/components/parameters/Signature"
      requestBody:
        content:
          application/json:
            schema:
              $ref: "#/components/schemas/ParcelEvent"
            example:
              what: parcel.update
              parcel: {id: 4f9a4e0c-6d0e-4ad8-9c2f-5f1f7f1c1d11, status: returned, createdAt: a, updatedAt: b}
      responses:
        "200":
          description: Received.
"""
EVENT = """\
    ParcelEvent:
      type: object
      properties:
        what:
          type: string
          const: parcel.update
        parcel:
          $ref: "#/components/schemas/ChangedParcel"
    ChangedParcel:
      type: object
      properties:
        id:
          type: string
        createdAt:
          type: string
        updatedAt:
          type: string
        status:
          $ref: "#/components/schemas/State"
    State:
      type: string
      enum: [asked, moving, returned]
      x-final: [returned]
      x-follows: {asked: [], moving: [asked], returned: [asked, moving]}
      x-texts:
        returned: {es: {merchant: Devuelto., payer: Le devolvimos su dinero.}, en: {payer: We sent it back.}}
"""
ENCODED = (
    "eyJ3aGF0IjogInJlZnVuZC51cGRhdGUiLCAicmVmdW5kIjogeyJpZCI6ICI0ZjlhNGUwYy02ZDBlLTRhZDgtOWMyZi01ZjFm",
    "N2YxYzFkMTEiLCAic3RhdHVzIjogInJldHVybmVkIiwgImNyZWF0ZWRBdCI6ICJhIiwgInVwZGF0ZWRBdCI6ICJiIn19",
    "",
)
SIGNED = f"""\
    Encoded:
      name: X-Encoded-Data
      in: header
      schema:
        type: string
      examples:
        parcel.update:
          value: "{ENCODED[0]}\\
            {ENCODED[1]}\\
            {ENCODED[2]}"
    Signature:
      name: X-Signature
      in: header
      schema:
        type: string
      x-example-key: k
      examples:
        parcel.update:
          value: "b41d51941d7930a8f0b4fcaf295388cfb2a9717e3dce95cd5fdc26b4f75a4243"
"""
