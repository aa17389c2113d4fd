# Generated from openapi/palomma.yaml by make generate.

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field


class Error(Struct):
    message: Annotated[str, Meta(description="What went wrong, for a human.")] | UnsetType = UNSET


class DocumentType(StrEnum):
    cc = "cc"
    ce = "ce"
    nit = "nit"


class StatusMessage(StrEnum):
    authentication_failed = "AUTHENTICATION_FAILED"
    bank_not_available = "BANK_NOT_AVAILABLE"
    customer_cancellation = "CUSTOMER_CANCELLATION"
    declined_by_bank = "DECLINED_BY_BANK"
    expired = "EXPIRED"
    invalid_account = "INVALID_ACCOUNT"
    not_enough_funds = "NOT_ENOUGH_FUNDS"
    document_account_mismatch = "DOCUMENT_ACCOUNT_MISMATCH"
    error = "ERROR"


class Bank(StrEnum):
    santander = "santander"
    coofinep = "coofinep"
    avvillas = "avvillas"
    cotrafa = "cotrafa"
    confiar = "confiar"
    union = "union"
    nequi = "nequi"
    bancoagrario = "bancoagrario"
    bancoomeva = "bancoomeva"
    bancamia = "bancamia"
    coopcentral = "coopcentral"
    citibank = "citibank"
    bancodeoccidente = "bancodeoccidente"
    falabella = "falabella"
    bancodebogota = "bancodebogota"
    bancocajasocial = "bancocajasocial"
    serfinanza = "serfinanza"
    cfa = "cfa"
    coltefinanciera = "coltefinanciera"
    pichincha = "pichincha"
    iris = "iris"
    ban100 = "ban100"
    bancopopular = "bancopopular"
    daviplata = "daviplata"
    bancolombia = "bancolombia"
    finandina = "finandina"
    scotiabankcolpatria = "scotiabankcolpatria"
    gnbsudameris = "gnbsudameris"
    itau = "itau"
    bbva = "bbva"
    davivienda = "davivienda"
    mibanco = "mibanco"
    multibank = "multibank"
    mundomujer = "mundomujer"
    procreditcolombia = "procreditcolombia"
    bancow = "bancow"
    bancoldex = "bancoldex"
    juriscoop = "juriscoop"
    itauhelm = "itauhelm"
    jpmorgancolombia = "jpmorgancolombia"


class AccountType(StrEnum):
    savings = "savings"
    checking = "checking"


class BankAccount(Struct):
    bank: Bank
    account_type: AccountType = field(name="accountType")
    account_number: Annotated[str, Meta(description="Number of the account.", min_length=1)] = field(
        name="accountNumber"
    )


class Customer(Struct):
    id: Annotated[str, Meta(description="Id of the customer.")]
    reference: Annotated[str, Meta(description="The merchant's own identifier of the customer.")] | UnsetType = UNSET
    name: Annotated[str, Meta(description="First and last name of a person, or the name of a company.")] | UnsetType = (
        UNSET
    )
    document_type: DocumentType | UnsetType = field(name="documentType", default=UNSET)
    document_number: Annotated[str, Meta(description="Number of the identity document.")] | UnsetType = field(
        name="documentNumber", default=UNSET
    )
    email: Annotated[str, Meta(description="E-mail address.")] | UnsetType = UNSET
    phone_number: (
        Annotated[str, Meta(description="Phone number; the pages show it without country code.")] | UnsetType
    ) = field(name="phoneNumber", default=UNSET)
    created_at: Annotated[datetime, Meta(description="When the customer was created.")] | UnsetType = field(
        name="createdAt", default=UNSET
    )
    updated_at: Annotated[datetime, Meta(description="When the customer last changed.")] | UnsetType = field(
        name="updatedAt", default=UNSET
    )


class CustomerDetails(Struct):
    reference: Annotated[str, Meta(description="The merchant's own identifier of the customer.")] | UnsetType = UNSET
    name: Annotated[str, Meta(description="First and last name of a person, or the name of a company.")] | UnsetType = (
        UNSET
    )
    document_type: DocumentType | UnsetType = field(name="documentType", default=UNSET)
    document_number: Annotated[str, Meta(description="Number of the identity document.")] | UnsetType = field(
        name="documentNumber", default=UNSET
    )
    email: Annotated[str, Meta(description="E-mail address.")] | UnsetType = UNSET
    phone_number: (
        Annotated[str, Meta(description="Phone number; the pages show it without country code.")] | UnsetType
    ) = field(name="phoneNumber", default=UNSET)


class CreateCustomer(Struct):
    name: Annotated[str, Meta(description="First and last name of a person, or the name of a company.", min_length=1)]
    document_type: DocumentType = field(name="documentType")
    document_number: Annotated[str, Meta(description="Number of the identity document.", min_length=1)] = field(
        name="documentNumber"
    )
    email: Annotated[str, Meta(description="E-mail address.", min_length=1)]
    phone_number: Annotated[
        str, Meta(description="Phone number; the pages show it without country code.", min_length=1)
    ] = field(name="phoneNumber")
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the customer. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET


class CustomerPage(Struct):
    items: Annotated[list[Customer], Meta(description="The customers of this page.")]
    cursor: (
        Annotated[
            str, Meta(description="What to send as `cursor` to get the next page; null or absent on the last page.")
        ]
        | None
        | UnsetType
    ) = UNSET
    count: (
        Annotated[
            int,
            Meta(
                description="Number of items returned. Whether it counts this page or all pages is not documented.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = UNSET


class PayinLinkStatus(StrEnum):
    pending = "pending"
    processing = "processing"
    approved = "approved"
    cancelled = "cancelled"


class PayinLinkType(StrEnum):
    general = "general"
    pse = "pse"
    bancolombia_button = "bancolombiaButton"
    nequi_button = "nequiButton"
    card = "card"
    bancolombia_collect = "bancolombiaCollect"


class PayinLinkMethod(StrEnum):
    pse = "pse"
    bancolombia_button = "bancolombiaButton"
    nequi_button = "nequiButton"
    card = "card"
    bancolombia_collect = "bancolombiaCollect"


class PayinLink(Struct):
    id: Annotated[str, Meta(description="Id of the payin link.")]
    status: PayinLinkStatus
    reference: Annotated[str, Meta(description="The merchant's own identifier of the payin link.")] | UnsetType = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.")] | UnsetType = UNSET
    customer_id: Annotated[str, Meta(description="Id of the customer who is to pay.")] | UnsetType = field(
        name="customerId", default=UNSET
    )
    customer_details: CustomerDetails | UnsetType = field(name="customerDetails", default=UNSET)
    status_message: StatusMessage | UnsetType = field(name="statusMessage", default=UNSET)
    payment_url: Annotated[str, Meta(description="Where to send the customer to pay.")] | UnsetType = field(
        name="paymentUrl", default=UNSET
    )
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer afterwards.")] | UnsetType = field(
        name="redirectUrl", default=UNSET
    )
    amount: Annotated[int, Meta(description="Amount to collect, in whole COP.", ge=0)] | UnsetType = UNSET
    amount_collected: Annotated[int, Meta(description="Amount collected so far, in whole COP.", ge=0)] | UnsetType = (
        field(name="amountCollected", default=UNSET)
    )
    fee: (
        Annotated[
            int, Meta(description="Palomma's fee in whole COP, taken out of `amountCollected` at settlement.", ge=0)
        ]
        | UnsetType
    ) = UNSET
    type: PayinLinkType | UnsetType = UNSET
    expiration: (
        Annotated[
            str,
            Meta(
                description="Until when the link can be paid; it expires shortly after. Left a plain string, since the pages give two formats."
            ),
        ]
        | UnsetType
    ) = UNSET
    target_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that receives the money; not always a ULID, `default` occurs."
            ),
        ]
        | UnsetType
    ) = field(name="targetMerchantAccountId", default=UNSET)
    created_at: Annotated[datetime, Meta(description="When the payin link was created.")] | UnsetType = field(
        name="createdAt", default=UNSET
    )
    updated_at: Annotated[datetime, Meta(description="When the payin link last changed.")] | UnsetType = field(
        name="updatedAt", default=UNSET
    )


class CreatePayinLink(Struct):
    customer_id: Annotated[str, Meta(description="Id of the customer who is to pay.", min_length=1)] = field(
        name="customerId"
    )
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer afterwards.")] = field(
        name="redirectUrl"
    )
    amount: Annotated[
        int,
        Meta(
            description="Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless Palomma raises it.",
            gt=1500,
        ),
    ]
    type: Annotated[Literal["general"], Meta(description="Kind of payin link.")]
    available_types: Annotated[
        list[PayinLinkMethod], Meta(description="The means of payment that the customer can choose from.", min_length=1)
    ] = field(name="availableTypes")
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payin link. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.", min_length=1)] | UnsetType = UNSET
    expiration: (
        Annotated[
            str,
            Meta(
                description="Until when the link can be paid, as local date and time without zone such as 2024-03-01T18:30:00. Not before now, and at most the end of the seventh day after creation; the end of the next day when absent. The link expires shortly after this moment. The zone is not documented.",
                pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}$",
            ),
        ]
        | UnsetType
    ) = UNSET
    target_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that receives the money; the default account when absent.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = field(name="targetMerchantAccountId", default=UNSET)


class CreatePayinLinkPse(Struct):
    customer_id: Annotated[str, Meta(description="Id of the customer who is to pay.", min_length=1)] = field(
        name="customerId"
    )
    amount: Annotated[
        int,
        Meta(
            description="Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless Palomma raises it.",
            gt=1500,
        ),
    ]
    type: Annotated[Literal["pse"], Meta(description="Kind of payin link.")]
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer afterwards.")] | UnsetType = field(
        name="redirectUrl", default=UNSET
    )
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payin link. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.", min_length=1)] | UnsetType = UNSET
    expiration: (
        Annotated[
            str,
            Meta(
                description="Until when the link can be paid, as in a general link.",
                pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}$",
            ),
        ]
        | UnsetType
    ) = UNSET
    target_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that receives the money; the default account when absent.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = field(name="targetMerchantAccountId", default=UNSET)


class CreatePayinLinkBancolombiaButton(Struct):
    customer_id: Annotated[str, Meta(description="Id of the customer who is to pay.", min_length=1)] = field(
        name="customerId"
    )
    amount: Annotated[
        int,
        Meta(
            description="Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless Palomma raises it.",
            gt=1500,
        ),
    ]
    type: Annotated[Literal["bancolombiaButton"], Meta(description="Kind of payin link.")]
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer afterwards.")] | UnsetType = field(
        name="redirectUrl", default=UNSET
    )
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payin link. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.", min_length=1)] | UnsetType = UNSET
    expiration: (
        Annotated[
            str,
            Meta(
                description="Until when the link can be paid, as in a general link.",
                pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}$",
            ),
        ]
        | UnsetType
    ) = UNSET
    target_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that receives the money; the default account when absent.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = field(name="targetMerchantAccountId", default=UNSET)


class CreatePayinLinkNequiButton(Struct):
    customer_id: Annotated[str, Meta(description="Id of the customer who is to pay.", min_length=1)] = field(
        name="customerId"
    )
    amount: Annotated[
        int,
        Meta(
            description="Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless Palomma raises it.",
            gt=1500,
        ),
    ]
    type: Annotated[Literal["nequiButton"], Meta(description="Kind of payin link.")]
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer afterwards.")] | UnsetType = field(
        name="redirectUrl", default=UNSET
    )
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payin link. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.", min_length=1)] | UnsetType = UNSET
    expiration: (
        Annotated[
            str,
            Meta(
                description="Until when the link can be paid, as in a general link.",
                pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}$",
            ),
        ]
        | UnsetType
    ) = UNSET
    target_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that receives the money; the default account when absent.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = field(name="targetMerchantAccountId", default=UNSET)


class CreatePayinLinkCard(Struct):
    customer_id: Annotated[str, Meta(description="Id of the customer who is to pay.", min_length=1)] = field(
        name="customerId"
    )
    amount: Annotated[
        int,
        Meta(
            description="Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless Palomma raises it.",
            gt=1500,
        ),
    ]
    type: Annotated[Literal["card"], Meta(description="Kind of payin link.")]
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer afterwards.")] | UnsetType = field(
        name="redirectUrl", default=UNSET
    )
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payin link. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.", min_length=1)] | UnsetType = UNSET
    expiration: (
        Annotated[
            str,
            Meta(
                description="Until when the link can be paid, as in a general link.",
                pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}$",
            ),
        ]
        | UnsetType
    ) = UNSET
    target_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that receives the money; the default account when absent.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = field(name="targetMerchantAccountId", default=UNSET)


class CreatePayinLinkBancolombiaCollect(Struct):
    customer_id: Annotated[str, Meta(description="Id of the customer who is to pay.", min_length=1)] = field(
        name="customerId"
    )
    amount: Annotated[
        int,
        Meta(
            description="Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless Palomma raises it.",
            gt=1500,
        ),
    ]
    type: Annotated[Literal["bancolombiaCollect"], Meta(description="Kind of payin link.")]
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer afterwards.")] | UnsetType = field(
        name="redirectUrl", default=UNSET
    )
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payin link. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.", min_length=1)] | UnsetType = UNSET
    expiration: (
        Annotated[
            str,
            Meta(
                description="Until when the link can be paid, as in a general link.",
                pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}$",
            ),
        ]
        | UnsetType
    ) = UNSET
    target_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that receives the money; the default account when absent.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = field(name="targetMerchantAccountId", default=UNSET)


class PayinLinkPage(Struct):
    items: Annotated[list[PayinLink], Meta(description="The payin links of this page.")]
    cursor: (
        Annotated[
            str, Meta(description="What to send as `cursor` to get the next page; null or absent on the last page.")
        ]
        | None
        | UnsetType
    ) = UNSET
    count: (
        Annotated[
            int,
            Meta(
                description="Number of items returned. Whether it counts this page or all pages is not documented.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = UNSET


class PayinSourceStatus(StrEnum):
    pending = "pending"
    processing = "processing"
    active = "active"
    cancelled = "cancelled"


class PayinSourceType(StrEnum):
    bank_account = "bankAccount"
    bancolombia_token = "bancolombiaToken"
    nequi_token = "nequiToken"


class PayinSource(Struct):
    id: Annotated[str, Meta(description="Id of the payin source.")]
    status: PayinSourceStatus
    reference: Annotated[str, Meta(description="The merchant's own identifier of the payin source.")] | UnsetType = (
        UNSET
    )
    description: Annotated[str, Meta(description="The merchant's own remark.")] | UnsetType = UNSET
    customer_id: Annotated[str, Meta(description="Id of the customer who owns the account.")] | UnsetType = field(
        name="customerId", default=UNSET
    )
    customer_details: CustomerDetails | UnsetType = field(name="customerDetails", default=UNSET)
    status_message: StatusMessage | UnsetType = field(name="statusMessage", default=UNSET)
    auth_url: (
        Annotated[str, Meta(description="Where to send the customer to prove the account and authorise the debits.")]
        | UnsetType
    ) = field(name="authUrl", default=UNSET)
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer afterwards.")] | UnsetType = field(
        name="redirectUrl", default=UNSET
    )
    partial_payins_enabled: (
        Annotated[
            bool,
            Meta(
                description="Whether a debit may collect less than asked when the funds fall short; Bancolombia only."
            ),
        ]
        | UnsetType
    ) = field(name="partialPayinsEnabled", default=UNSET)
    type: PayinSourceType | UnsetType = UNSET
    created_at: Annotated[datetime, Meta(description="When the payin source was created.")] | UnsetType = field(
        name="createdAt", default=UNSET
    )
    updated_at: Annotated[datetime, Meta(description="When the payin source last changed.")] | UnsetType = field(
        name="updatedAt", default=UNSET
    )


class PayinSourceDetails(Struct):
    reference: Annotated[str, Meta(description="The merchant's own identifier of the payin source.")] | UnsetType = (
        UNSET
    )
    description: Annotated[str, Meta(description="The merchant's own remark.")] | UnsetType = UNSET
    partial_payins_enabled: (
        Annotated[
            bool,
            Meta(
                description="Whether a debit may collect less than asked when the funds fall short; Bancolombia only."
            ),
        ]
        | UnsetType
    ) = field(name="partialPayinsEnabled", default=UNSET)
    type: PayinSourceType | UnsetType = UNSET


class CreatePayinSource(Struct):
    customer_id: Annotated[str, Meta(description="Id of the customer who owns the account.", min_length=1)] = field(
        name="customerId"
    )
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer after the authorisation.")] = field(
        name="redirectUrl"
    )
    type: Annotated[Literal["bankAccount"], Meta(description="Kind of payin source.")]
    bank_account: BankAccount = field(name="bankAccount")
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payin source. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.", min_length=1)] | UnsetType = UNSET
    partial_payins_enabled: (
        Annotated[
            bool,
            Meta(
                description="Whether a debit may collect less than asked when the funds fall short; Bancolombia only. Palomma makes no partial debits when it is absent."
            ),
        ]
        | UnsetType
    ) = field(name="partialPayinsEnabled", default=UNSET)


class CreatePayinSourceBancolombiaToken(Struct):
    customer_id: Annotated[str, Meta(description="Id of the customer who owns the account.", min_length=1)] = field(
        name="customerId"
    )
    type: Annotated[Literal["bancolombiaToken"], Meta(description="Kind of payin source.")]
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payin source. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.", min_length=1)] | UnsetType = UNSET
    redirect_url: (
        Annotated[str, Meta(description="Where Palomma sends the customer after the authorisation.")] | UnsetType
    ) = field(name="redirectUrl", default=UNSET)


class CreatePayinSourceNequiToken(Struct):
    customer_id: Annotated[str, Meta(description="Id of the customer who owns the account.", min_length=1)] = field(
        name="customerId"
    )
    type: Annotated[Literal["nequiToken"], Meta(description="Kind of payin source.")]
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payin source. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.", min_length=1)] | UnsetType = UNSET
    redirect_url: (
        Annotated[str, Meta(description="Where Palomma sends the customer after the authorisation.")] | UnsetType
    ) = field(name="redirectUrl", default=UNSET)


class PayinSourcePage(Struct):
    items: Annotated[list[PayinSource], Meta(description="The payin sources of this page.")]
    cursor: (
        Annotated[
            str, Meta(description="What to send as `cursor` to get the next page; null or absent on the last page.")
        ]
        | None
        | UnsetType
    ) = UNSET
    count: (
        Annotated[
            int,
            Meta(
                description="Number of items returned. Whether it counts this page or all pages is not documented.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = UNSET


class PayinRequestStatus(StrEnum):
    processing = "processing"
    approved = "approved"
    partial = "partial"
    cancelled = "cancelled"


class PayinRequest(Struct):
    id: Annotated[str, Meta(description="Id of the payin request.")]
    status: PayinRequestStatus
    reference: Annotated[str, Meta(description="The merchant's own identifier of the payin request.")] | UnsetType = (
        UNSET
    )
    customer_id: Annotated[str, Meta(description="Id of the customer who is debited.")] | UnsetType = field(
        name="customerId", default=UNSET
    )
    customer_details: CustomerDetails | UnsetType = field(name="customerDetails", default=UNSET)
    payin_source_id: Annotated[str, Meta(description="Id of the payin source that is debited.")] | UnsetType = field(
        name="payinSourceId", default=UNSET
    )
    payin_source_details: PayinSourceDetails | UnsetType = field(name="payinSourceDetails", default=UNSET)
    status_message: StatusMessage | UnsetType = field(name="statusMessage", default=UNSET)
    amount: Annotated[int, Meta(description="Amount asked for, in whole COP.", ge=0)] | UnsetType = UNSET
    amount_collected: (
        Annotated[
            int,
            Meta(description="Amount collected, in whole COP; 0 until the status is `approved` or `partial`.", ge=0),
        ]
        | UnsetType
    ) = field(name="amountCollected", default=UNSET)
    fee: (
        Annotated[
            int, Meta(description="Palomma's fee in whole COP, taken out of `amountCollected` at settlement.", ge=0)
        ]
        | UnsetType
    ) = UNSET
    target_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that receives the money; not always a ULID, `default` occurs."
            ),
        ]
        | UnsetType
    ) = field(name="targetMerchantAccountId", default=UNSET)
    created_at: Annotated[datetime, Meta(description="When the payin request was created.")] | UnsetType = field(
        name="createdAt", default=UNSET
    )
    updated_at: Annotated[datetime, Meta(description="When the payin request last changed.")] | UnsetType = field(
        name="updatedAt", default=UNSET
    )


class CreatePayinRequest(Struct):
    payin_source_id: Annotated[str, Meta(description="Id of an active payin source.", min_length=1)] = field(
        name="payinSourceId"
    )
    amount: Annotated[
        int,
        Meta(
            description="Amount to debit in whole COP, more than 1000. The maximum is set per merchant, 2000000 unless Palomma raises it.",
            gt=1000,
        ),
    ]
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payin request. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    target_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that receives the money; the default account when absent.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = field(name="targetMerchantAccountId", default=UNSET)


class PayinRequestPage(Struct):
    items: Annotated[list[PayinRequest], Meta(description="The payin requests of this page.")]
    cursor: (
        Annotated[
            str, Meta(description="What to send as `cursor` to get the next page; null or absent on the last page.")
        ]
        | None
        | UnsetType
    ) = UNSET
    count: (
        Annotated[
            int,
            Meta(
                description="Number of items returned. Whether it counts this page or all pages is not documented.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = UNSET


class PayoutTargetStatus(StrEnum):
    pending = "pending"
    processing = "processing"
    active = "active"
    cancelled = "cancelled"


class PayoutTarget(Struct):
    id: Annotated[str, Meta(description="Id of the payout target.")]
    status: PayoutTargetStatus
    reference: Annotated[str, Meta(description="The merchant's own identifier of the payout target.")] | UnsetType = (
        UNSET
    )
    description: Annotated[str, Meta(description="The merchant's own remark.")] | UnsetType = UNSET
    customer_id: Annotated[str, Meta(description="Id of the customer who owns the account.")] | UnsetType = field(
        name="customerId", default=UNSET
    )
    customer_details: CustomerDetails | UnsetType = field(name="customerDetails", default=UNSET)
    status_message: StatusMessage | UnsetType = field(name="statusMessage", default=UNSET)
    auth_url: Annotated[str, Meta(description="Where to send the customer to verify the account.")] | UnsetType = field(
        name="authUrl", default=UNSET
    )
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer afterwards.")] | UnsetType = field(
        name="redirectUrl", default=UNSET
    )
    type: Annotated[Literal["bankAccount"], Meta(description="Kind of payout target.")] | UnsetType = UNSET
    created_at: Annotated[datetime, Meta(description="When the payout target was created.")] | UnsetType = field(
        name="createdAt", default=UNSET
    )
    updated_at: Annotated[datetime, Meta(description="When the payout target last changed.")] | UnsetType = field(
        name="updatedAt", default=UNSET
    )


class PayoutTargetDetails(Struct):
    reference: Annotated[str, Meta(description="The merchant's own identifier of the payout target.")] | UnsetType = (
        UNSET
    )
    description: Annotated[str, Meta(description="The merchant's own remark.")] | UnsetType = UNSET
    type: Annotated[Literal["bankAccount"], Meta(description="Kind of payout target.")] | UnsetType = UNSET


class CreatePayoutTarget(Struct):
    customer_id: Annotated[str, Meta(description="Id of the customer who owns the account.", min_length=1)] = field(
        name="customerId"
    )
    redirect_url: Annotated[str, Meta(description="Where Palomma sends the customer after the verification.")] = field(
        name="redirectUrl"
    )
    type: Annotated[Literal["bankAccount"], Meta(description="Kind of payout target.")]
    bank_account: BankAccount = field(name="bankAccount")
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payout target. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(description="The merchant's own remark.", min_length=1)] | UnsetType = UNSET


class PayoutTargetPage(Struct):
    items: Annotated[list[PayoutTarget], Meta(description="The payout targets of this page.")]
    cursor: (
        Annotated[
            str, Meta(description="What to send as `cursor` to get the next page; null or absent on the last page.")
        ]
        | None
        | UnsetType
    ) = UNSET
    count: (
        Annotated[
            int,
            Meta(
                description="Number of items returned. Whether it counts this page or all pages is not documented.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = UNSET


class PayoutRequestStatus(StrEnum):
    processing = "processing"
    approved = "approved"
    cancelled = "cancelled"


class PayoutRequest(Struct):
    id: Annotated[str, Meta(description="Id of the payout request.")]
    status: PayoutRequestStatus
    reference: Annotated[str, Meta(description="The merchant's own identifier of the payout request.")] | UnsetType = (
        UNSET
    )
    customer_id: Annotated[str, Meta(description="Id of the customer who is paid.")] | UnsetType = field(
        name="customerId", default=UNSET
    )
    customer_details: CustomerDetails | UnsetType = field(name="customerDetails", default=UNSET)
    payout_target_id: Annotated[str, Meta(description="Id of the payout target that is paid.")] | UnsetType = field(
        name="payoutTargetId", default=UNSET
    )
    payout_target_details: PayoutTargetDetails | UnsetType = field(name="payoutTargetDetails", default=UNSET)
    status_message: StatusMessage | UnsetType = field(name="statusMessage", default=UNSET)
    amount: Annotated[int, Meta(description="Amount to send, in whole COP.", ge=0)] | UnsetType = UNSET
    amount_sent: (
        Annotated[
            int,
            Meta(
                description="The amount from the start, 0 once cancelled, in whole COP. It is no proof of success; only the status is.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = field(name="amountSent", default=UNSET)
    fee: (
        Annotated[
            int,
            Meta(
                description="Palomma's fee in whole COP. From which amount it is taken is not documented for payouts.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = UNSET
    source_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that the money comes from; not always a ULID, `default` occurs."
            ),
        ]
        | UnsetType
    ) = field(name="sourceMerchantAccountId", default=UNSET)
    created_at: Annotated[datetime, Meta(description="When the payout request was created.")] | UnsetType = field(
        name="createdAt", default=UNSET
    )
    updated_at: Annotated[datetime, Meta(description="When the payout request last changed.")] | UnsetType = field(
        name="updatedAt", default=UNSET
    )


class CreatePayoutRequest(Struct):
    payout_target_id: Annotated[str, Meta(description="Id of an active payout target.", min_length=1)] = field(
        name="payoutTargetId"
    )
    amount: Annotated[
        int,
        Meta(
            description="Amount to send in whole COP, more than 1000. The maximum is set per merchant, 5000000 unless Palomma raises it.",
            gt=1000,
        ),
    ]
    reference: (
        Annotated[
            str,
            Meta(
                description="The merchant's own identifier of the payout request. Palomma does not say that it must be unique.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    source_merchant_account_id: (
        Annotated[
            str,
            Meta(
                description="Id of the merchant account that the money comes from; the default account when absent.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = field(name="sourceMerchantAccountId", default=UNSET)


class PayoutRequestPage(Struct):
    items: Annotated[list[PayoutRequest], Meta(description="The payout requests of this page.")]
    cursor: (
        Annotated[
            str, Meta(description="What to send as `cursor` to get the next page; null or absent on the last page.")
        ]
        | None
        | UnsetType
    ) = UNSET
    count: (
        Annotated[
            int,
            Meta(
                description="Number of items returned. Whether it counts this page or all pages is not documented.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = UNSET


class MerchantAccountType(StrEnum):
    aggregator = "aggregator"
    gateway = "gateway"


class MerchantAccount(Struct):
    id: Annotated[str, Meta(description="Id of the merchant account; not always a ULID, `default` occurs.")]
    description: Annotated[str, Meta(description="What the account is for.")] | UnsetType = UNSET
    unsettled_amount: Annotated[int, Meta(description="Collected but not yet settled, in whole COP.")] | UnsetType = (
        field(name="unsettledAmount", default=UNSET)
    )
    payout_limit_balance: (
        Annotated[
            int,
            Meta(
                description="What payouts may still use, in whole COP, where Palomma set such a limit; only Palomma refills it."
            ),
        ]
        | UnsetType
    ) = field(name="payoutLimitBalance", default=UNSET)
    type: MerchantAccountType | UnsetType = UNSET
    available_balance: (
        Annotated[int, Meta(description="What payouts can use, in whole COP. Only on an `aggregator` account.")]
        | UnsetType
    ) = field(name="availableBalance", default=UNSET)
    payins_enabled: (
        Annotated[bool, Meta(description="Whether the account can receive payins. Only on a `gateway` account.")]
        | UnsetType
    ) = field(name="payinsEnabled", default=UNSET)
    payouts_enabled: (
        Annotated[bool, Meta(description="Whether payouts can be made from the account. Only on a `gateway` account.")]
        | UnsetType
    ) = field(name="payoutsEnabled", default=UNSET)


class MerchantAccountPage(Struct):
    items: Annotated[list[MerchantAccount], Meta(description="The merchant accounts of this page.")]
    cursor: (
        Annotated[
            str, Meta(description="What to send as `cursor` to get the next page; null or absent on the last page.")
        ]
        | None
        | UnsetType
    ) = UNSET
    count: (
        Annotated[
            int,
            Meta(
                description="Number of items returned. Whether it counts this page or all pages is not documented.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = UNSET


class PayinSettlementCycle(IntEnum):
    integer_11 = 11
    integer_13 = 13
    integer_16 = 16
    integer_18 = 18
    integer_20 = 20


class PayinSettlement(Struct):
    id: Annotated[str, Meta(description="Id of the payin settlement.")]
    merchant_account_id: Annotated[str, Meta(description="Id of the merchant account.")] | UnsetType = field(
        name="merchantAccountId", default=UNSET
    )
    total_amount_collected: (
        Annotated[int, Meta(description="Sum of the amounts collected, in whole COP.", ge=0)] | UnsetType
    ) = field(name="totalAmountCollected", default=UNSET)
    total_fees: Annotated[int, Meta(description="Sum of the fees, in whole COP.", ge=0)] | UnsetType = field(
        name="totalFees", default=UNSET
    )
    number_of_payins: Annotated[int, Meta(description="How many payins were settled.", ge=0)] | UnsetType = field(
        name="numberOfPayins", default=UNSET
    )
    payin_settlement_date: Annotated[date, Meta(description="Day of the settlement.")] | UnsetType = field(
        name="payinSettlementDate", default=UNSET
    )
    payin_settlement_cycle: PayinSettlementCycle | UnsetType = field(name="payinSettlementCycle", default=UNSET)
    created_at: Annotated[datetime, Meta(description="When the payin settlement was created.")] | UnsetType = field(
        name="createdAt", default=UNSET
    )
    updated_at: Annotated[datetime, Meta(description="When the payin settlement last changed.")] | UnsetType = field(
        name="updatedAt", default=UNSET
    )


class PayinSettlementPage(Struct):
    items: Annotated[list[PayinSettlement], Meta(description="The payin settlements of this page.")]
    cursor: (
        Annotated[
            str, Meta(description="What to send as `cursor` to get the next page; null or absent on the last page.")
        ]
        | None
        | UnsetType
    ) = UNSET
    count: (
        Annotated[
            int,
            Meta(
                description="Number of items returned. Whether it counts this page or all pages is not documented.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = UNSET


class PayinLinkEvent(Struct):
    webhook_id: Annotated[
        str,
        Meta(
            description="Id of the notification; the same when it is sent again. Remember it once the notification is handled, and ignore repeats."
        ),
    ] = field(name="webhookId")
    timestamp: Annotated[
        datetime, Meta(description="When the notification was created; the same when it is sent again.")
    ]
    event_type: Annotated[Literal["payin-link.update"], Meta(description="What happened.")] = field(name="eventType")
    event: PayinLink


class PayinSourceEvent(Struct):
    webhook_id: Annotated[
        str,
        Meta(
            description="Id of the notification; the same when it is sent again. Remember it once the notification is handled, and ignore repeats."
        ),
    ] = field(name="webhookId")
    timestamp: Annotated[
        datetime, Meta(description="When the notification was created; the same when it is sent again.")
    ]
    event_type: Annotated[Literal["payin-source.update"], Meta(description="What happened.")] = field(name="eventType")
    event: PayinSource


class PayinRequestEvent(Struct):
    webhook_id: Annotated[
        str,
        Meta(
            description="Id of the notification; the same when it is sent again. Remember it once the notification is handled, and ignore repeats."
        ),
    ] = field(name="webhookId")
    timestamp: Annotated[
        datetime, Meta(description="When the notification was created; the same when it is sent again.")
    ]
    event_type: Annotated[Literal["payin-request.update"], Meta(description="What happened.")] = field(name="eventType")
    event: PayinRequest


class PayoutTargetEvent(Struct):
    webhook_id: Annotated[
        str,
        Meta(
            description="Id of the notification; the same when it is sent again. Remember it once the notification is handled, and ignore repeats."
        ),
    ] = field(name="webhookId")
    timestamp: Annotated[
        datetime, Meta(description="When the notification was created; the same when it is sent again.")
    ]
    event_type: Annotated[Literal["payout-target.update"], Meta(description="What happened.")] = field(name="eventType")
    event: PayoutTarget


class PayoutRequestEvent(Struct):
    webhook_id: Annotated[
        str,
        Meta(
            description="Id of the notification; the same when it is sent again. Remember it once the notification is handled, and ignore repeats."
        ),
    ] = field(name="webhookId")
    timestamp: Annotated[
        datetime, Meta(description="When the notification was created; the same when it is sent again.")
    ]
    event_type: Annotated[Literal["payout-request.update"], Meta(description="What happened.")] = field(
        name="eventType"
    )
    event: PayoutRequest


class PayinSettlementEvent(Struct):
    webhook_id: Annotated[
        str,
        Meta(
            description="Id of the notification; the same when it is sent again. Remember it once the notification is handled, and ignore repeats."
        ),
    ] = field(name="webhookId")
    timestamp: Annotated[
        datetime, Meta(description="When the notification was created; the same when it is sent again.")
    ]
    event_type: Annotated[Literal["payin-settlement.update"], Meta(description="What happened.")] = field(
        name="eventType"
    )
    event: PayinSettlement
