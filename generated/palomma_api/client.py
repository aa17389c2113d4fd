"""Every resource of the contract by name, imported when it is first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from .api.customers import AsyncCustomers, Customers
    from .api.merchant_accounts import AsyncMerchantAccounts, MerchantAccounts
    from .api.payin_links import AsyncPayinLinks, PayinLinks
    from .api.payin_requests import AsyncPayinRequests, PayinRequests
    from .api.payin_settlements import AsyncPayinSettlements, PayinSettlements
    from .api.payin_sources import AsyncPayinSources, PayinSources
    from .api.payout_requests import AsyncPayoutRequests, PayoutRequests
    from .api.payout_targets import AsyncPayoutTargets, PayoutTargets
    from .types import Call

T = TypeVar("T")

# operationId of a create -> the resource whose list finds its object by `reference`
LOOKUP = {
    "createCustomer": "customers",
    "createPayinLink": "payin_links",
    "createPayinSource": "payin_sources",
    "createPayinRequest": "payin_requests",
    "createPayoutTarget": "payout_targets",
    "createPayoutRequest": "payout_requests",
}


class Resources:
    """The resources of a client, which says how a call is sent."""

    def _send(self, call: Call[T], /) -> T:
        raise NotImplementedError

    @cached_property
    def customers(self) -> Customers:
        from .api.customers import Customers

        return Customers(self._send)

    @cached_property
    def payin_links(self) -> PayinLinks:
        from .api.payin_links import PayinLinks

        return PayinLinks(self._send)

    @cached_property
    def payin_sources(self) -> PayinSources:
        from .api.payin_sources import PayinSources

        return PayinSources(self._send)

    @cached_property
    def payin_requests(self) -> PayinRequests:
        from .api.payin_requests import PayinRequests

        return PayinRequests(self._send)

    @cached_property
    def payout_targets(self) -> PayoutTargets:
        from .api.payout_targets import PayoutTargets

        return PayoutTargets(self._send)

    @cached_property
    def payout_requests(self) -> PayoutRequests:
        from .api.payout_requests import PayoutRequests

        return PayoutRequests(self._send)

    @cached_property
    def merchant_accounts(self) -> MerchantAccounts:
        from .api.merchant_accounts import MerchantAccounts

        return MerchantAccounts(self._send)

    @cached_property
    def payin_settlements(self) -> PayinSettlements:
        from .api.payin_settlements import PayinSettlements

        return PayinSettlements(self._send)


class AsyncResources:
    """The resources of an async client, which says how a call is sent."""

    async def _send(self, call: Call[T], /) -> T:
        raise NotImplementedError

    @cached_property
    def customers(self) -> AsyncCustomers:
        from .api.customers import AsyncCustomers

        return AsyncCustomers(self._send)

    @cached_property
    def payin_links(self) -> AsyncPayinLinks:
        from .api.payin_links import AsyncPayinLinks

        return AsyncPayinLinks(self._send)

    @cached_property
    def payin_sources(self) -> AsyncPayinSources:
        from .api.payin_sources import AsyncPayinSources

        return AsyncPayinSources(self._send)

    @cached_property
    def payin_requests(self) -> AsyncPayinRequests:
        from .api.payin_requests import AsyncPayinRequests

        return AsyncPayinRequests(self._send)

    @cached_property
    def payout_targets(self) -> AsyncPayoutTargets:
        from .api.payout_targets import AsyncPayoutTargets

        return AsyncPayoutTargets(self._send)

    @cached_property
    def payout_requests(self) -> AsyncPayoutRequests:
        from .api.payout_requests import AsyncPayoutRequests

        return AsyncPayoutRequests(self._send)

    @cached_property
    def merchant_accounts(self) -> AsyncMerchantAccounts:
        from .api.merchant_accounts import AsyncMerchantAccounts

        return AsyncMerchantAccounts(self._send)

    @cached_property
    def payin_settlements(self) -> AsyncPayinSettlements:
        from .api.payin_settlements import AsyncPayinSettlements

        return AsyncPayinSettlements(self._send)
