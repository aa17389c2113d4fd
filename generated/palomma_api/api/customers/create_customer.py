from __future__ import annotations

from ...models.create_customer import CreateCustomer
from ...models.customer import Customer
from ...models.document_type import DocumentType
from ...types import Call, Operation

OPERATION = Operation("createCustomer", "POST", "/customers", Customer.from_dict, takes_reference=True)


def call(
    *,
    name: str,
    document_type: DocumentType,
    document_number: str,
    email: str,
    phone_number: str,
    reference: str | None = None,
) -> Call[Customer]:
    """Build one call of `createCustomer`."""
    return Call(
        OPERATION,
        "/customers",
        body=CreateCustomer(
            name=name,
            document_type=document_type,
            document_number=document_number,
            email=email,
            phone_number=phone_number,
            reference=reference,
        ).to_dict(),
    )
