"""A resource that the contract does not have: added to it no rule may complain, and spoiled some rule must."""

from __future__ import annotations

PATHS = """\
  /refunds:
    post:
      operationId: createRefund
      description: Give money back.
      requestBody:
        required: true
        content:
          application/json:
            schema:
              oneOf:
                - $ref: "#/components/schemas/CreateRefund"
                - $ref: "#/components/schemas/CreateRefundInstant"
              discriminator:
                propertyName: type
                mapping:
                  plain: "#/components/schemas/CreateRefund"
                  instant: "#/components/schemas/CreateRefundInstant"
            example: {payment: p-1, amount: 2000, type: plain}
      responses:
        "201":
          description: Created.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/Refund"
              examples:
                created:
                  $ref: "#/components/examples/Refund"
          links:
            getRefund:
              operationId: getRefund
              parameters:
                refundId: $response.body#/id
        "400":
          description: Refused.
    get:
      operationId: listRefunds
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
          description: Refunds.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/RefundList"
              example: {items: [], total: 0}
        "400":
          description: Refused.
  /refunds/{refundId}:
    parameters:
      - name: refundId
        in: path
        required: true
        schema:
          type: string
          format: uuid
        example: 4f9a4e0c-6d0e-4ad8-9c2f-5f1f7f1c1d11
    get:
      operationId: getRefund
      description: One of them.
      responses:
        "200":
          description: The refund.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/Refund"
              example: {id: 4f9a4e0c-6d0e-4ad8-9c2f-5f1f7f1c1d11, status: asked}
        "404":
          description: None.
"""
SCHEMAS = """\
    RefundStatus:
      type: string
      enum: [asked, returned]
    Refund:
      type: object
      required: [id]
      properties:
        id:
          type: string
          format: uuid
        status:
          $ref: "#/components/schemas/RefundStatus"
        amount:
          type: integer
          format: int64
        payment:
          type: [string, "null"]
    RefundList:
      type: object
      properties:
        items:
          type: array
          items:
            $ref: "#/components/schemas/Refund"
        total:
          type: integer
          format: int64
    CreateRefund:
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
    CreateRefundInstant:
      type: object
      required: [type]
      additionalProperties: true
      properties:
        type:
          type: string
          const: instant
"""
EXAMPLES = """\
    Refund:
      value: {id: 4f9a4e0c-6d0e-4ad8-9c2f-5f1f7f1c1d11, status: returned, amount: 2000, payment: null}
"""
WEBHOOKS = """\
  refund.update:
    post:
      operationId: receiveRefundUpdate
      security:
        - Signed: []
      parameters:
        - $ref: "#/components/parameters/Encoded"
        - $ref: "#/components/parameters/Signature"
      requestBody:
        content:
          application/json:
            schema:
              $ref: "#/components/schemas/RefundEvent"
            example:
              what: refund.update
              refund: {id: 4f9a4e0c-6d0e-4ad8-9c2f-5f1f7f1c1d11, status: returned, createdAt: a, updatedAt: b}
      responses:
        "200":
          description: Received.
"""
EVENT = """\
    RefundEvent:
      type: object
      properties:
        what:
          type: string
          const: refund.update
        refund:
          $ref: "#/components/schemas/ChangedRefund"
    ChangedRefund:
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
        refund.update:
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
        refund.update:
          value: "b41d51941d7930a8f0b4fcaf295388cfb2a9717e3dce95cd5fdc26b4f75a4243"
"""
