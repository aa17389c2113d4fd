"""The eight resources as data: what each is called, what creates it, what its lists filter by."""

from dataclasses import dataclass

import msgspec

import palomma_schemas as schemas

__all__ = ["OPERATIONS", "RESOURCES", "Operation", "Resource", "operation_for"]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource; `kind` is its path segment, and the key of its machine and of its rows."""

    kind: str
    name: str
    title: str
    body: type[msgspec.Struct] | None = None
    # Query parameter to column of the store.
    filters: tuple[tuple[str, str], ...] = ()
    # The path segments before the kind, when a resource lives under another.
    parent: str | None = None
    segment: str = ""

    @property
    def event(self) -> str:
        """The `eventType` of its webhooks."""
        return self.title.replace(" ", "-") + ".update"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the contract."""

    id: str
    action: str
    resource: Resource


_REFERENCE = ("reference", "reference")
_BOTH = (_REFERENCE, ("customerId", "owner"))

RESOURCES = {
    resource.kind: resource
    for resource in (
        Resource("customers", "Customer", "customer", schemas.CreateCustomer, (_REFERENCE,)),
        Resource("payinLinks", "PayinLink", "payin link", schemas.CreatePayinLink, _BOTH),
        Resource("payinSources", "PayinSource", "payin source", schemas.CreatePayinSource, _BOTH),
        Resource("payinRequests", "PayinRequest", "payin request", schemas.CreatePayinRequest, _BOTH),
        Resource("payoutTargets", "PayoutTarget", "payout target", schemas.CreatePayoutTarget, _BOTH),
        Resource("payoutRequests", "PayoutRequest", "payout request", schemas.CreatePayoutRequest, _BOTH),
        Resource("merchantAccounts", "MerchantAccount", "merchant account"),
        Resource(
            "payinSettlements", "PayinSettlement", "payin settlement", parent="merchantAccounts", segment="settlements"
        ),
    )
}


def _operations(resource: Resource) -> dict[str, Operation]:
    names = {"list": f"list{resource.name}s", "get": f"get{resource.name}ById"}
    if resource.body:
        names["create"] = f"create{resource.name}"
    return {name: Operation(name, action, resource) for action, name in names.items()}


OPERATIONS = {name: operation for resource in RESOURCES.values() for name, operation in _operations(resource).items()}
_ACTIONS = {(operation.resource.kind, operation.action): operation for operation in OPERATIONS.values()}


def operation_for(kind: str, action: str) -> Operation | None:
    """The operation that does this to that kind, if there is one."""
    return _ACTIONS.get((kind, action))
