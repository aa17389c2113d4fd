"""Changes of the webhooks."""

from __future__ import annotations

from typing import Any

from ._change import Steps, change
from ._contract import MOMENT, PAYOUT, TEXT, WHOLE, Contract, answer, body, ref, thing

KEY = "integrity-key"


def delivered(payload: dict[str, Any]) -> Any:
    """Return the event of a delivery that Palomma signed."""
    from palomma.webhooks import Webhook, sign

    return Webhook(KEY).verify(sign(payload, KEY))


def envelope(event_type: str, event: dict[str, Any]) -> dict[str, Any]:
    """Return today's body of a webhook."""
    return {"webhookId": "w-1", "timestamp": "2026-01-02T12:30:00Z", "eventType": event_type, "event": event}


def announce(contract: Contract, name: str, event: dict[str, Any], **more: Any) -> None:
    """Describe a new webhook in the style of the others."""
    parts = {"webhookId": TEXT, "timestamp": MOMENT, "eventType": {"type": "string", "const": name}, "event": event}
    schema = "".join(part.title() for part in name.replace(".", "-").split("-")) + "Event"
    contract.schemas[schema] = thing("webhookId", "timestamp", "eventType", "event", **parts)
    old = contract.document["webhooks"]["payout-request.update"]["post"]
    contract.document["webhooks"][name] = {"post": {
        **old, "operationId": f"receive{schema}", "requestBody": body(ref(schema)), **more}}  # fmt: skip


@change(1)
def event_of_a_known_object(contract: Contract) -> Steps:
    """Customers are told of, too."""
    announce(contract, "customer.update", ref("Customer"))
    client = yield
    event = delivered(envelope("customer.update", {"id": "c", "name": "P"}))
    assert isinstance(event.event, client.models.Customer)
    assert (event.event_type, event.webhook_id, event.event.name) == ("customer.update", "w-1", "P")


@change(1)
def event_of_a_new_object(contract: Contract) -> Steps:
    """A new object is told of."""
    contract.schemas["Refund"] = thing("id", id=TEXT, amount=WHOLE)
    announce(contract, "refund.update", ref("Refund"))
    client = yield
    event = delivered(envelope("refund.update", {"id": "rf", "amount": 5}))
    assert isinstance(event.event, client.models.Refund)


@change(1)
def event_not_named_like_its_object(contract: Contract) -> Steps:
    """`settlement.credited` brings a payin settlement, as the contract says."""
    announce(contract, "settlement.credited", ref("PayinSettlement"))
    client = yield
    event = delivered(envelope("settlement.credited", {"id": "s", "payinSettlementDate": "2026-01-02"}))
    assert isinstance(event.event, client.models.PayinSettlement)


@change(1)
def event_of_another_kind(contract: Contract) -> Steps:
    """A payout is told of by `payout-request.returned`, too."""
    announce(contract, "payout-request.returned", ref("PayoutRequest"))
    client = yield
    event = delivered(envelope("payout-request.returned", PAYOUT))
    assert (type(event.event), event.event.id) == (client.models.PayoutRequest, "po_1")


@change(2)
def event_removed(contract: Contract) -> Steps:
    """An event goes; a delivery of it that comes all the same is read as data."""
    del contract.document["webhooks"]["payin-settlement.update"]
    yield
    event = delivered(envelope("payin-settlement.update", {"id": "s"}))
    assert (event.event_type, event.raw["event"]) == ("payin-settlement.update", {"id": "s"})


@change(1)
def event_nobody_announced(contract: Contract) -> Steps:
    """With a new event in the contract, one that nobody announced is still read as data."""
    announce(contract, "customer.update", ref("Customer"))
    yield
    event = delivered(envelope("dispute.opened", {"id": "d", "x": [1]}))
    assert (event.event_type, dict(event.event)) == ("dispute.opened", {"id": "d", "x": [1]})


@change(2)
def events_all_removed(contract: Contract) -> Steps:
    """The document has no webhooks: the client is generated, and deliveries are read as data."""
    del contract.document["webhooks"]
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).value.id == "po_1"
    assert delivered(envelope("payout-request.update", PAYOUT)).event_type == "payout-request.update"


def of_type_and_data(contract: Contract) -> None:
    """Turn all webhooks into {webhookId, timestamp, type, data}, the shape of the Rentals API."""
    for name, item in contract.document["webhooks"].items():
        old = item["post"]["requestBody"]["content"]["application/json"]["schema"]
        schema = contract.schemas[old["$ref"].rpartition("/")[2]]
        members = schema["properties"]
        members["type"] = {"type": "string", "const": name}
        members["data"] = members.pop("event")
        members.pop("eventType")
        schema["required"] = ["webhookId", "timestamp", "type", "data"]
        item["post"]["requestBody"]["content"]["application/json"].pop("examples", None)


@change(1)
def event_of_type_and_data(contract: Contract) -> Steps:
    """Webhooks become {webhookId, timestamp, type, data}."""
    of_type_and_data(contract)
    client = yield
    event = delivered({"webhookId": "w-1", "timestamp": "2026-01-02T12:30:00Z", "type": "payout-request.update",
                       "data": PAYOUT})  # fmt: skip
    assert (event.event_type, event.webhook_id) == ("payout-request.update", "w-1")
    assert (type(event.event), event.event.id) == (client.models.PayoutRequest, "po_1")


@change(1)
def event_gains_members(contract: Contract) -> Steps:
    """A webhook gains a number of the attempt; it is kept, and an unknown one, too."""
    contract.members("PayoutRequestEvent")["attempt"] = WHOLE
    client = yield
    event = delivered({**envelope("payout-request.update", PAYOUT), "attempt": 2, "apiVersion": "v1"})
    assert (event.raw["attempt"], event.raw["apiVersion"]) == (2, "v1")
    assert isinstance(event.event, client.models.PayoutRequest)


@change(2, refusable=True)
def event_without_envelope(contract: Contract) -> Steps:
    """Webhooks become the bare object, with the event's type in it."""
    for item in contract.document["webhooks"].values():
        item["post"]["requestBody"] = body(thing("id", "kind", id=TEXT, kind=TEXT))
    client = yield
    from palomma.webhooks import WebhookVerificationError

    try:
        event = delivered({"id": "e-1", "kind": "payout-request.update"})
    except WebhookVerificationError:
        raise AssertionError("every genuine delivery is refused") from None
    assert event.raw["id"] == "e-1"
    assert client


@change(2, refusable=True)
def event_of_another_header(contract: Contract) -> Steps:
    """The signature travels in `Palomma-Signature`, over the body itself."""
    new = {"name": "Palomma-Signature", "in": "header", "required": True, "schema": TEXT, "description": "HMAC."}
    for item in contract.document["webhooks"].values():
        item["post"]["parameters"] = [new]
        item["post"].pop("security", None)
    yield
    import hashlib
    import hmac
    import json

    from palomma.webhooks import Webhook

    payload = json.dumps(envelope("payout-request.update", PAYOUT)).encode()
    signature = hmac.digest(KEY.encode(), payload, hashlib.sha256).hex()
    assert Webhook(KEY).verify({"Palomma-Signature": signature}, payload).webhook_id == "w-1"


@change(2)
def event_whose_object_is_of_two_kinds(contract: Contract) -> Steps:
    """One event brings a payout or a payin."""
    announce(contract, "movement.created", {"oneOf": [ref("PayoutRequest"), ref("PayinRequest")]})
    yield
    event = delivered(envelope("movement.created", PAYOUT))
    raw = event.event if isinstance(event.event, dict) else event.event.to_dict()
    assert raw == PAYOUT


@change(2)
def event_described_in_place(contract: Contract) -> Steps:
    """An event's object is described in place, and one has no body at all."""
    announce(contract, "payin-link.viewed", thing("id", id=TEXT, at=MOMENT))
    contract.document["webhooks"]["ping"] = {"post": {"operationId": "ping", "responses": {"200": answer()}}}
    yield
    event = delivered(envelope("payin-link.viewed", {"id": "pl", "at": "2026-01-02T12:30:00Z"}))
    assert event.event_type == "payin-link.viewed"
    assert (event.event["id"] if isinstance(event.event, dict) else event.event.id) == "pl"


@change(2)
def event_of_several_types(contract: Contract) -> Steps:
    """One webhook tells of two event types, by an enum."""
    announce(contract, "customer.update", ref("Customer"))
    schema = contract.schemas["CustomerUpdateEvent"]
    schema["properties"]["eventType"] = {"type": "string", "enum": ["customer.update", "customer.created"]}
    client = yield
    for name in ("customer.update", "customer.created"):
        assert isinstance(delivered(envelope(name, {"id": "c"})).event, client.models.Customer)


@change(2)
def event_with_sensitive_members(contract: Contract) -> Steps:
    """A new event's object has sensitive members: no repr shows them."""
    contract.schemas["Verification"] = thing("id", id=TEXT, number={**TEXT, "x-sensitive": True})
    announce(contract, "verification.update", ref("Verification"))
    yield
    event = delivered(envelope("verification.update", {"id": "v", "number": "1037551022"}))
    assert "10375510" not in f"{event!r}{event.event!r}"
    assert event.event.number == "1037551022"
