"""Every resource of the contract by name, imported when it is first used."""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from typing import TYPE_CHECKING, Any, TypeVar

from .runtime.calls import Call, Operation
from .runtime.values import lazy, load

if TYPE_CHECKING:
    from .api import customers as _customers
    from .api import merchant_accounts as _merchant_accounts
    from .api import payin_links as _payin_links
    from .api import payin_requests as _payin_requests
    from .api import payin_settlements as _payin_settlements
    from .api import payin_sources as _payin_sources
    from .api import payout_requests as _payout_requests
    from .api import payout_targets as _payout_targets

T = TypeVar("T")

_OPERATIONS: dict[str, str] = {
    "listCustomers": ".api.customers.list_customers",
    "createCustomer": ".api.customers.create_customer",
    "getCustomerById": ".api.customers.get_customer_by_id",
    "listPayinLinks": ".api.payin_links.list_payin_links",
    "createPayinLink": ".api.payin_links.create_payin_link",
    "getPayinLinkById": ".api.payin_links.get_payin_link_by_id",
    "listPayinSources": ".api.payin_sources.list_payin_sources",
    "createPayinSource": ".api.payin_sources.create_payin_source",
    "getPayinSourceById": ".api.payin_sources.get_payin_source_by_id",
    "listPayinRequests": ".api.payin_requests.list_payin_requests",
    "createPayinRequest": ".api.payin_requests.create_payin_request",
    "getPayinRequestById": ".api.payin_requests.get_payin_request_by_id",
    "listPayoutTargets": ".api.payout_targets.list_payout_targets",
    "createPayoutTarget": ".api.payout_targets.create_payout_target",
    "getPayoutTargetById": ".api.payout_targets.get_payout_target_by_id",
    "listPayoutRequests": ".api.payout_requests.list_payout_requests",
    "createPayoutRequest": ".api.payout_requests.create_payout_request",
    "getPayoutRequestById": ".api.payout_requests.get_payout_request_by_id",
    "listMerchantAccounts": ".api.merchant_accounts.list_merchant_accounts",
    "getMerchantAccountById": ".api.merchant_accounts.get_merchant_account_by_id",
    "listPayinSettlements": ".api.payin_settlements.list_payin_settlements",
    "getPayinSettlementById": ".api.payin_settlements.get_payin_settlement_by_id",
}


def operation(id: str) -> Operation[Any]:
    """Return an operation with its facts. Raise `KeyError` for an operationId that the contract doesn't have."""
    found: Operation[Any] = load(_OPERATIONS[id], __package__, "OPERATION")
    return found


def operations() -> tuple[str, ...]:
    """Return every operationId, in the order of the contract."""
    return tuple(_OPERATIONS)


class Resources:
    """The resources of a client, which says how a call is sent, looked up and waited for: see `runtime.calls.Client`."""

    def _send(self, call: Call[T], /) -> T:
        raise NotImplementedError

    def _find(self, create: Operation[Any], reference: str, /) -> Any:
        raise NotImplementedError

    def _reconcile(self, error: Exception, wait: float, creates: tuple[str, ...], /) -> Any:
        raise NotImplementedError

    def _wait(self, read: Call[T], until: Collection[str] | None, timeout: float, poll: float, /) -> T:
        raise NotImplementedError

    @lazy
    def customers(self) -> _customers.Customers:
        from .api import customers as _customers

        return _customers.Customers(self)

    @lazy
    def payin_links(self) -> _payin_links.PayinLinks:
        from .api import payin_links as _payin_links

        return _payin_links.PayinLinks(self)

    @lazy
    def payin_sources(self) -> _payin_sources.PayinSources:
        from .api import payin_sources as _payin_sources

        return _payin_sources.PayinSources(self)

    @lazy
    def payin_requests(self) -> _payin_requests.PayinRequests:
        from .api import payin_requests as _payin_requests

        return _payin_requests.PayinRequests(self)

    @lazy
    def payout_targets(self) -> _payout_targets.PayoutTargets:
        from .api import payout_targets as _payout_targets

        return _payout_targets.PayoutTargets(self)

    @lazy
    def payout_requests(self) -> _payout_requests.PayoutRequests:
        from .api import payout_requests as _payout_requests

        return _payout_requests.PayoutRequests(self)

    @lazy
    def merchant_accounts(self) -> _merchant_accounts.MerchantAccounts:
        from .api import merchant_accounts as _merchant_accounts

        return _merchant_accounts.MerchantAccounts(self)

    @lazy
    def payin_settlements(self) -> _payin_settlements.PayinSettlements:
        from .api import payin_settlements as _payin_settlements

        return _payin_settlements.PayinSettlements(self)


class AsyncResources:
    """The resources of an async client, which says how a call is sent, looked up and waited for."""

    def _send(self, call: Call[T], /) -> Awaitable[T]:
        raise NotImplementedError

    def _find(self, create: Operation[Any], reference: str, /) -> Awaitable[Any]:
        raise NotImplementedError

    def _reconcile(self, error: Exception, wait: float, creates: tuple[str, ...], /) -> Awaitable[Any]:
        raise NotImplementedError

    def _wait(self, read: Call[T], until: Collection[str] | None, timeout: float, poll: float, /) -> Awaitable[T]:
        raise NotImplementedError

    @lazy
    def customers(self) -> _customers.AsyncCustomers:
        from .api import customers as _customers

        return _customers.AsyncCustomers(self)

    @lazy
    def payin_links(self) -> _payin_links.AsyncPayinLinks:
        from .api import payin_links as _payin_links

        return _payin_links.AsyncPayinLinks(self)

    @lazy
    def payin_sources(self) -> _payin_sources.AsyncPayinSources:
        from .api import payin_sources as _payin_sources

        return _payin_sources.AsyncPayinSources(self)

    @lazy
    def payin_requests(self) -> _payin_requests.AsyncPayinRequests:
        from .api import payin_requests as _payin_requests

        return _payin_requests.AsyncPayinRequests(self)

    @lazy
    def payout_targets(self) -> _payout_targets.AsyncPayoutTargets:
        from .api import payout_targets as _payout_targets

        return _payout_targets.AsyncPayoutTargets(self)

    @lazy
    def payout_requests(self) -> _payout_requests.AsyncPayoutRequests:
        from .api import payout_requests as _payout_requests

        return _payout_requests.AsyncPayoutRequests(self)

    @lazy
    def merchant_accounts(self) -> _merchant_accounts.AsyncMerchantAccounts:
        from .api import merchant_accounts as _merchant_accounts

        return _merchant_accounts.AsyncMerchantAccounts(self)

    @lazy
    def payin_settlements(self) -> _payin_settlements.AsyncPayinSettlements:
        from .api import payin_settlements as _payin_settlements

        return _payin_settlements.AsyncPayinSettlements(self)
