"""The most likely change of a payments API: idempotency keys."""

from __future__ import annotations

from typing import Any

from ._change import Steps, change, typed
from ._contract import LOST, PAYOUT, TEXT, UUID, Contract, answer, body, header, ref, thing

PAY = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}


def holds(client: Any, name: str = "idempotency-key", use: Any = None, reply: Any = PAYOUT) -> None:
    """Check all that a key is for: one a call, the same over its retries, on the error, the caller's own first."""
    use = use or (lambda c, **more: c.payout_requests.create(**PAY, **more))
    sent = client.call(use, LOST, 503, reply)
    keys = [request.headers[name] for request in sent.requests]
    assert (len(keys), len(set(keys)), bool(keys[0])) == (3, 1, True)
    assert sent.value.id == reply["id"]
    other = client.call(use, reply).headers[name]
    assert other != keys[0]
    own = client.call(lambda c: use(c, idempotency_key="mine-1"), LOST, reply)
    assert [request.headers[name] for request in own.requests] == ["mine-1", "mine-1"]
    lost = client.call(use, LOST)
    error = lost.raises(client.OutcomeUnknownError)
    assert len(lost.requests) > 1
    assert lost.headers[name] in f"{error}{vars(error)}"


@change(1)
def key_optional(contract: Contract) -> Steps:
    """Creating a payout may carry an `Idempotency-Key`: it always does, and a lost create is sent again with it."""
    contract.parameters("createPayoutRequest", header("Idempotency-Key"))
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1, idempotency_key='k')",
                         "client.payout_requests.create(payout_target_id='t', amount=1)")  # fmt: skip
    holds(client)


@change(1)
def key_required(contract: Contract) -> Steps:
    """Creating a payout demands an `Idempotency-Key`: callers need not give one."""
    contract.parameters("createPayoutRequest", header("Idempotency-Key", required=True))
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1)")
    holds(client)


@change(1)
def key_declared_once(contract: Contract) -> Steps:
    """All creates refer to one `X-Idempotency-Key` in components, a UUID."""
    contract.document["components"]["parameters"]["Key"] = header("X-Idempotency-Key", {**UUID, "maxLength": 36})
    for operation in ("createPayoutRequest", "createPayinRequest", "createCustomer"):
        contract.parameters(operation, {"$ref": "#/components/parameters/Key"})
    client = yield
    import uuid

    sent = client.call(lambda c: c.payout_requests.create(**PAY), LOST, PAYOUT)
    first, second = (request.headers["x-idempotency-key"] for request in sent.requests)
    assert str(uuid.UUID(first)) == second
    own = client.call(lambda c: c.payout_requests.create(**PAY, idempotency_key=first), PAYOUT)
    assert own.headers["x-idempotency-key"] == first


@change(2)
def key_in_another_case(contract: Contract) -> Steps:
    """The key's header is written `idempotency-key`, on the path in place of the operation."""
    contract.paths["/payoutRequests"]["parameters"] = [header("idempotency-key")]
    client = yield
    holds(client)


@change(2)
def key_by_mark(contract: Contract) -> Steps:
    """The key's header is called `Request-Token` and marked."""
    contract.parameters("createPayoutRequest", {**header("Request-Token"), "x-idempotency-key": True,
                                                "x-key-lifetime": 86400})  # fmt: skip
    client = yield
    holds(client, "request-token")


@change(1)
def key_on_a_new_create(contract: Contract) -> Steps:
    """A new create that has no reference has a key."""
    contract.add("POST /refunds", "createRefund", answer(thing("id", id=TEXT)), parameters=[header("Idempotency-Key")],
                 requestBody=body(thing("note", note=TEXT)), **{"x-moves-money": True})  # fmt: skip
    client = yield
    holds(client, use=lambda c, **more: c.refunds.create(note="n", **more), reply={"id": "rf"})


@change(2)
def key_on_an_action(contract: Contract) -> Steps:
    """An approval without body has a key: lost, it is sent again with it."""
    contract.add("POST /payoutRequests/{payoutRequestId}/approve", "approvePayoutRequest", answer(ref("PayoutRequest")),
                 parameters=[header("Idempotency-Key", required=True)], **{"x-moves-money": True})  # fmt: skip
    client = yield
    holds(client, use=lambda c, **more: c.payout_requests.approve("po_1", **more))


@change(2)
def key_on_a_patch(contract: Contract) -> Steps:
    """PATCH has a key: lost, it is sent again with it."""
    contract.add("PATCH /customers/{customerId}", "updateCustomer", answer(ref("Customer")),
                 parameters=[header("Idempotency-Key")], requestBody=body(thing(email=TEXT)))  # fmt: skip
    client = yield
    holds(client, use=lambda c, **more: c.customers.update("c", email="e", **more), reply={"id": "c", "email": "e"})


@change(1)
def key_refused(contract: Contract) -> Steps:
    """With a key: a refusal at once is a refusal, a refusal after a lost attempt is unknown."""
    contract.parameters("createPayoutRequest", header("Idempotency-Key"))
    client = yield
    use = lambda c: c.payout_requests.create(**PAY)  # noqa: E731
    assert client.call(use, (400, {"message": "no"})).raises(client.BadRequestError).message == "no"
    sent = client.call(use, LOST, (422, {"message": "other body"}))
    assert (sent.raises(client.OutcomeUnknownError), len(sent.requests))[1] == 2
    assert not isinstance(client.call(use, 400).error, client.OutcomeUnknownError)


@change(1)
def key_conflict(contract: Contract) -> Steps:
    """With a key: 409 is a conflict, and tells to look the reference up."""
    contract.parameters("createPayoutRequest", header("Idempotency-Key"))
    contract.operation("createPayoutRequest")["responses"]["409"] = answer(ref("Error"))
    client = yield
    reply = lambda request: (409, {"message": "in use"}) if request.method == "POST" else {"items": []}  # noqa: E731
    sent = client.call(lambda c: c.payout_requests.create(**PAY), reply)
    assert sent.raises(client.ConflictError).reference == "r-1"


@change(2)
def key_cannot_be_injected(contract: Contract) -> Steps:
    """A caller's own key with a line end, or an empty one, is never sent."""
    contract.parameters("createPayoutRequest", header("Idempotency-Key"))
    client = yield
    for key in ("a\r\nX-Other: b", "é\n"):
        sent = client.call(lambda c, key=key: c.payout_requests.create(**PAY, idempotency_key=key), PAYOUT)
        assert (sent.error is not None, [each for each in sent.requests if "x-other" in each.headers]) == (True, [])
    empty = client.call(lambda c: c.payout_requests.create(**PAY, idempotency_key=""), PAYOUT)
    assert all(request.headers["idempotency-key"] for request in empty.requests)


@change(3)
def key_of_a_read(contract: Contract) -> Steps:
    """A read declares the key's header like everything else: it is read as before."""
    contract.parameters("getPayoutRequestById", header("Idempotency-Key"))
    client = yield
    sent = client.call(lambda c: c.payout_requests.get("po_1"), LOST, PAYOUT)
    assert (sent.value.id, len(sent.requests)) == ("po_1", 2)


@change(2)
def key_beside_a_member_of_its_name(contract: Contract) -> Steps:
    """The body has an `idempotencyKey`, too, as Square's does: each goes to its place."""
    contract.parameters("createPayoutRequest", header("Idempotency-Key"))
    contract.members("CreatePayoutRequest")["idempotencyKey"] = TEXT
    client = yield
    first, second = [each for each in client.arguments("payout_requests", "create") if each.startswith("idempotency")]
    in_body = first if "body" in first else second
    in_header = second if in_body == first else first
    sent = client.call(lambda c: c.payout_requests.create(**PAY, **{in_body: "b", in_header: "h"}), PAYOUT)
    assert (sent.body["idempotencyKey"], sent.headers["idempotency-key"]) == ("b", "h")


@change(2)
def key_in_the_body_alone(contract: Contract) -> Steps:
    """A create has `idempotencyKey` in its body: it is a member like others, and a lost create is not repeated."""
    contract.members("CreatePayoutRequest")["idempotencyKey"] = TEXT
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**PAY, idempotency_key="k"), LOST)
    assert (sent.body["idempotencyKey"], len(sent.requests)) == ("k", 1)
    assert sent.raises(client.OutcomeUnknownError)
