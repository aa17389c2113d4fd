"""Every model of the contract, imported when it is first asked for."""

from typing import TYPE_CHECKING, Any

from ..runtime.values import load

if TYPE_CHECKING:
    from .account_type import AccountType
    from .bank import Bank
    from .bank_account import BankAccount
    from .create_customer import CreateCustomer
    from .create_payin_link import CreatePayinLink
    from .create_payin_link_bancolombia_button import CreatePayinLinkBancolombiaButton
    from .create_payin_link_bancolombia_collect import CreatePayinLinkBancolombiaCollect
    from .create_payin_link_card import CreatePayinLinkCard
    from .create_payin_link_nequi_button import CreatePayinLinkNequiButton
    from .create_payin_link_pse import CreatePayinLinkPse
    from .create_payin_request import CreatePayinRequest
    from .create_payin_source import CreatePayinSource
    from .create_payin_source_bancolombia_token import CreatePayinSourceBancolombiaToken
    from .create_payin_source_nequi_token import CreatePayinSourceNequiToken
    from .create_payout_request import CreatePayoutRequest
    from .create_payout_target import CreatePayoutTarget
    from .customer import Customer
    from .customer_details import CustomerDetails
    from .customer_page import CustomerPage
    from .document_type import DocumentType
    from .error import Error
    from .merchant_account import MerchantAccount
    from .merchant_account_page import MerchantAccountPage
    from .merchant_account_type import MerchantAccountType
    from .payin_link import PayinLink
    from .payin_link_event import PayinLinkEvent
    from .payin_link_method import PayinLinkMethod
    from .payin_link_page import PayinLinkPage
    from .payin_link_status import PayinLinkStatus
    from .payin_link_type import PayinLinkType
    from .payin_request import PayinRequest
    from .payin_request_event import PayinRequestEvent
    from .payin_request_page import PayinRequestPage
    from .payin_request_status import PayinRequestStatus
    from .payin_settlement import PayinSettlement
    from .payin_settlement_cycle import PayinSettlementCycle
    from .payin_settlement_event import PayinSettlementEvent
    from .payin_settlement_page import PayinSettlementPage
    from .payin_source import PayinSource
    from .payin_source_details import PayinSourceDetails
    from .payin_source_event import PayinSourceEvent
    from .payin_source_page import PayinSourcePage
    from .payin_source_status import PayinSourceStatus
    from .payin_source_type import PayinSourceType
    from .payout_request import PayoutRequest
    from .payout_request_event import PayoutRequestEvent
    from .payout_request_page import PayoutRequestPage
    from .payout_request_status import PayoutRequestStatus
    from .payout_target import PayoutTarget
    from .payout_target_details import PayoutTargetDetails
    from .payout_target_event import PayoutTargetEvent
    from .payout_target_page import PayoutTargetPage
    from .payout_target_status import PayoutTargetStatus
    from .payout_target_type import PayoutTargetType
    from .status_message import StatusMessage

__all__ = (
    "AccountType",
    "Bank",
    "BankAccount",
    "CreateCustomer",
    "CreatePayinLink",
    "CreatePayinLinkBancolombiaButton",
    "CreatePayinLinkBancolombiaCollect",
    "CreatePayinLinkCard",
    "CreatePayinLinkNequiButton",
    "CreatePayinLinkPse",
    "CreatePayinRequest",
    "CreatePayinSource",
    "CreatePayinSourceBancolombiaToken",
    "CreatePayinSourceNequiToken",
    "CreatePayoutRequest",
    "CreatePayoutTarget",
    "Customer",
    "CustomerDetails",
    "CustomerPage",
    "DocumentType",
    "Error",
    "MerchantAccount",
    "MerchantAccountPage",
    "MerchantAccountType",
    "PayinLink",
    "PayinLinkEvent",
    "PayinLinkMethod",
    "PayinLinkPage",
    "PayinLinkStatus",
    "PayinLinkType",
    "PayinRequest",
    "PayinRequestEvent",
    "PayinRequestPage",
    "PayinRequestStatus",
    "PayinSettlement",
    "PayinSettlementCycle",
    "PayinSettlementEvent",
    "PayinSettlementPage",
    "PayinSource",
    "PayinSourceDetails",
    "PayinSourceEvent",
    "PayinSourcePage",
    "PayinSourceStatus",
    "PayinSourceType",
    "PayoutRequest",
    "PayoutRequestEvent",
    "PayoutRequestPage",
    "PayoutRequestStatus",
    "PayoutTarget",
    "PayoutTargetDetails",
    "PayoutTargetEvent",
    "PayoutTargetPage",
    "PayoutTargetStatus",
    "PayoutTargetType",
    "StatusMessage",
)

_MODULES: dict[str, str] = {
    "AccountType": ".account_type",
    "Bank": ".bank",
    "BankAccount": ".bank_account",
    "CreateCustomer": ".create_customer",
    "CreatePayinLink": ".create_payin_link",
    "CreatePayinLinkBancolombiaButton": ".create_payin_link_bancolombia_button",
    "CreatePayinLinkBancolombiaCollect": ".create_payin_link_bancolombia_collect",
    "CreatePayinLinkCard": ".create_payin_link_card",
    "CreatePayinLinkNequiButton": ".create_payin_link_nequi_button",
    "CreatePayinLinkPse": ".create_payin_link_pse",
    "CreatePayinRequest": ".create_payin_request",
    "CreatePayinSource": ".create_payin_source",
    "CreatePayinSourceBancolombiaToken": ".create_payin_source_bancolombia_token",
    "CreatePayinSourceNequiToken": ".create_payin_source_nequi_token",
    "CreatePayoutRequest": ".create_payout_request",
    "CreatePayoutTarget": ".create_payout_target",
    "Customer": ".customer",
    "CustomerDetails": ".customer_details",
    "CustomerPage": ".customer_page",
    "DocumentType": ".document_type",
    "Error": ".error",
    "MerchantAccount": ".merchant_account",
    "MerchantAccountPage": ".merchant_account_page",
    "MerchantAccountType": ".merchant_account_type",
    "PayinLink": ".payin_link",
    "PayinLinkEvent": ".payin_link_event",
    "PayinLinkMethod": ".payin_link_method",
    "PayinLinkPage": ".payin_link_page",
    "PayinLinkStatus": ".payin_link_status",
    "PayinLinkType": ".payin_link_type",
    "PayinRequest": ".payin_request",
    "PayinRequestEvent": ".payin_request_event",
    "PayinRequestPage": ".payin_request_page",
    "PayinRequestStatus": ".payin_request_status",
    "PayinSettlement": ".payin_settlement",
    "PayinSettlementCycle": ".payin_settlement_cycle",
    "PayinSettlementEvent": ".payin_settlement_event",
    "PayinSettlementPage": ".payin_settlement_page",
    "PayinSource": ".payin_source",
    "PayinSourceDetails": ".payin_source_details",
    "PayinSourceEvent": ".payin_source_event",
    "PayinSourcePage": ".payin_source_page",
    "PayinSourceStatus": ".payin_source_status",
    "PayinSourceType": ".payin_source_type",
    "PayoutRequest": ".payout_request",
    "PayoutRequestEvent": ".payout_request_event",
    "PayoutRequestPage": ".payout_request_page",
    "PayoutRequestStatus": ".payout_request_status",
    "PayoutTarget": ".payout_target",
    "PayoutTargetDetails": ".payout_target_details",
    "PayoutTargetEvent": ".payout_target_event",
    "PayoutTargetPage": ".payout_target_page",
    "PayoutTargetStatus": ".payout_target_status",
    "PayoutTargetType": ".payout_target_type",
    "StatusMessage": ".status_message",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = load(_MODULES[name], __name__, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
