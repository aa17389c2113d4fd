"""Changes of refusals and of the shape of errors."""

from __future__ import annotations

from typing import Any

from ._change import Steps, change
from ._contract import LOST, PAYOUT, TEXT, UUID, WHOLE, Contract, Raw, answer, many, ref, thing

PAY = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}


def refusal(status: int) -> None:
    """Add the change that a create documents this refusal."""

    def steps(contract: Contract) -> Steps:
        contract.operation("createPayoutRequest")["responses"][str(status)] = answer(ref("Error"))
        client = yield
        sent = client.call(lambda c: c.payout_requests.create(**PAY), (status, {"message": "no"}))
        error = sent.raises(client.APIError)
        assert not isinstance(error, client.OutcomeUnknownError)
        assert (error.status_code, error.message, len(sent.requests)) == (status, "no", 1)
        other = client.call(lambda c: c.payin_requests.create(payin_source_id="s", amount=1, reference="r"), status)
        assert isinstance(other.error, client.OutcomeUnknownError)

    steps.__name__ = f"refusal_{status}"
    steps.__doc__ = f"The create of a payout documents {status}: it is a refusal there, and unknown elsewhere."
    steps.__module__ = __name__
    change(1)(steps)


for each in (402, 412, 423):
    refusal(each)


@change(2)
def refusal_by_range(contract: Contract) -> Steps:
    """A create documents 4XX: a status that none documents singly stays unknown."""
    contract.operation("createPayoutRequest")["responses"]["4XX"] = answer(ref("Error"))
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**PAY), (402, {"message": "no"}))
    assert (sent.raises(client.OutcomeUnknownError), len(sent.requests))[1] == 1
    assert client.call(lambda c: c.payout_requests.create(**PAY), 400).raises(client.BadRequestError)


@change(2)
def refusal_that_never_is_one(contract: Contract) -> Steps:
    """A create documents 408, 499 and 504: each stays unknown."""
    for code in ("408", "499", "504"):
        contract.operation("createPayoutRequest")["responses"][code] = answer(ref("Error"))
    client = yield
    for status in (408, 499, 504):
        sent = client.call(lambda c, status=status: c.payout_requests.create(**PAY), status)
        assert (sent.raises(client.OutcomeUnknownError), len(sent.requests))[1] == 1


@change(1)
def refusal_409(contract: Contract) -> Steps:
    """A create documents 409: an earlier one may exist."""
    contract.operation("createPayoutRequest")["responses"]["409"] = answer(ref("Error"))
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**PAY), (409, {"message": "exists"}))
    assert (sent.raises(client.ConflictError).message, len(sent.requests)) == ("exists", 1)


@change(1)
def refusal_429(contract: Contract) -> Steps:
    """A create documents 429: it is sent again, since nothing was done."""
    contract.operation("createPayoutRequest")["responses"]["429"] = answer(ref("Error"))
    client = yield
    slow = Raw(b"{}", status=429, headers={"Retry-After": "0"})
    sent = client.call(lambda c: c.payout_requests.create(**PAY), slow, PAYOUT)
    assert (sent.value.id, len(sent.requests)) == ("po_1", 2)


@change(2)
def refusal_of_a_read(contract: Contract) -> Steps:
    """A read documents 410 with a body of its own."""
    contract.operation("getPayoutRequestById")["responses"]["410"] = answer(thing(message=TEXT, since=TEXT))
    client = yield
    error = client.call(lambda c: c.payout_requests.get("po_1"), (410, {"message": "gone"})).raises(client.APIError)
    assert (error.status_code, error.message) == (410, "gone")


@change(2)
def refusal_undocumented_any_more(contract: Contract) -> Steps:
    """A create documents no 400 any more: it is still a refusal."""
    responses = contract.operation("createPayoutRequest")["responses"]
    for status in [status for status in responses if not status.startswith("2")]:
        del responses[status]
    client = yield
    assert client.call(lambda c: c.payout_requests.create(**PAY), (400, {"message": "m"})).raises(
        client.BadRequestError
    )


def message(client: object, reply: object, expected: str) -> None:
    """Check that an error's message is found, for a read and a create."""
    for use in (lambda c: c.payout_requests.get("po_1"), lambda c: c.payout_requests.create(**PAY)):
        error = client.call(use, (400, reply)).error  # type: ignore[attr-defined]
        assert error.message == expected, error.message
        assert expected in str(error)


@change(1)
def error_nested(contract: Contract) -> Steps:
    """Errors become {error: {code, message}}."""
    contract.schemas["Error"] = thing("error", error=thing("code", "message", code=TEXT, message=TEXT))
    client = yield
    message(client, {"error": {"code": "E1", "message": "no money"}}, "no money")


@change(1)
def error_nested_by_reference(contract: Contract) -> Steps:
    """Errors become {error: ErrorDetails}, by reference, with details."""
    contract.schemas["ErrorDetails"] = thing("message", message=TEXT, details=many(thing(field=TEXT)))
    contract.schemas["Error"] = thing("error", error=ref("ErrorDetails"), requestId=UUID)
    client = yield
    message(client, {"error": {"message": "no money", "details": [{"field": "x"}]}}, "no money")
    odd = client.call(lambda c: c.payout_requests.get("po_1"), (400, {"error": "other"})).error
    assert isinstance(odd, client.palomma.BadRequestError)


@change(1)
def error_gains_a_code(contract: Contract) -> Steps:
    """Errors gain a code, a field and a request id; the message stays."""
    contract.members("Error").update(code=TEXT, field=TEXT, requestId=TEXT, status=WHOLE)
    client = yield
    message(client, {"message": "no money", "code": "E1", "field": "amount"}, "no money")


@change(2)
def error_renamed(contract: Contract) -> Steps:
    """An error's message is called `errorMessage`, in the schema `ApiError`."""
    contract.schemas["ApiError"] = thing("errorMessage", errorMessage=TEXT, errorCode=TEXT)
    for response in contract.document["components"]["responses"].values():
        response["content"]["application/json"] = {"schema": ref("ApiError")}
    client = yield
    message(client, {"errorMessage": "no money", "errorCode": "E1"}, "no money")


@change(2)
def error_as_problem(contract: Contract) -> Steps:
    """Errors are application/problem+json (RFC 9457)."""
    contract.schemas["Error"] = thing(type=TEXT, title=TEXT, status=WHOLE, detail=TEXT, instance=TEXT)
    for response in contract.document["components"]["responses"].values():
        response["content"] = {"application/problem+json": {"schema": ref("Error")}}
    client = yield
    reply = Raw(b'{"title": "Refused", "detail": "no money", "status": 400}', "application/problem+json", 400)
    error = client.call(lambda c: c.payout_requests.create(**PAY), reply).raises(client.BadRequestError)
    assert error.message == "no money"


@change(2, refusable=True)
def error_as_a_list(contract: Contract) -> Steps:
    """Errors become {errors: [{message, field}]}."""
    contract.schemas["Error"] = thing("errors", errors=many(thing(message=TEXT, field=TEXT)))
    client = yield
    reply = (400, {"errors": [{"message": "no money", "field": "amount"}]})
    error = client.call(lambda c: c.payout_requests.create(**PAY), reply).raises(client.BadRequestError)
    assert error.message is None or "no money" in error.message
    assert b"no money" in error.body


@change(2)
def error_without_content(contract: Contract) -> Steps:
    """Errors have no body, or a text: they are still told apart by status."""
    for response in contract.document["components"]["responses"].values():
        response.pop("content", None)
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), 404).raises(client.NotFoundError).message is None
    text = Raw(b"<html>", "text/html", 503)
    lost = client.call(lambda c: c.payout_requests.create(**PAY), text)
    assert (lost.raises(client.OutcomeUnknownError), len(lost.requests))[1] == 1


@change(2)
def error_of_one_operation(contract: Contract) -> Steps:
    """One operation's refusal has a shape of its own: the others' messages are found as before."""
    contract.operation("createCustomer")["responses"]["422"] = answer(thing(problems=many(TEXT)))
    client = yield
    message(client, {"message": "no money"}, "no money")
    given = {"name": "P", "document_type": "cc", "document_number": "1", "email": "e", "phone_number": "3"}
    sent = client.call(lambda c: c.customers.create(**given), (422, {"problems": ["p"]}))
    assert b'"p"' in sent.raises(client.BadRequestError).body


@change(2)
def error_message_in_another_type(contract: Contract) -> Steps:
    """An error's message may be null, a list or long: no error costs the caller its kind."""
    contract.members("Error")["message"] = {"type": ["string", "null"]}
    client = yield
    replies: tuple[Any, ...] = ({"message": None}, {"message": ["a"]}, [], "text", {"message": "1037551022"})
    for reply in replies:
        error = client.call(lambda c, reply=reply: c.payout_requests.create(**PAY), (400, reply)).error
        assert isinstance(error, client.palomma.BadRequestError)
        assert "1037551022" not in str(error)


@change(2)
def error_of_a_lost_create_stays(contract: Contract) -> Steps:
    """Whatever errors look like, a lost create is unknown and names its reference."""
    contract.schemas["Error"] = thing("error", error=thing(message=TEXT))
    client = yield
    replies: tuple[Any, ...] = (LOST, 500, (500, {"error": {"message": "m"}}), (503, []), (302, {}))
    for reply in replies:
        sent = client.call(lambda c, reply=reply: c.payout_requests.create(**PAY), reply)
        assert (sent.raises(client.OutcomeUnknownError).reference, len(sent.requests)) == ("r-1", 1)
