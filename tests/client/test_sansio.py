"""What the flow decides, step by step, without sockets or clocks of its own."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from palomma import (
    ConfigurationError,
    NotSentError,
    Outcome,
    OutcomeUnknownError,
    PalommaError,
    RateLimitError,
    ResponseError,
    RetryBudget,
    ServerError,
)
from palomma._lookup.identity import _differing, same
from palomma._sansio import Answer, Deadline, Drop, Failure, Policy, Send, Sleep, backoff, steps
from palomma.models import BankAccount, CustomerDetails
from palomma_api.api.payout_requests import create_payout_request, get_payout_request_by_id
from palomma_api.api.payout_targets import create_payout_target
from palomma_api.runtime.calls import Answer as Answered
from palomma_api.runtime.calls import Call
from palomma_api.runtime.values import Kind

from .simulation import Time

OK = Answer(200, {}, b'{"id": "1", "status": "processing"}')
BUSY = Answer(503, {}, b"")
REFUSED = Failure(ConnectionError("refused"), sent=False)
LOST = Failure(ConnectionError("reset"), sent=True)


def _create(reference: str | None = "order-7") -> Call[Any]:
    return create_payout_request.OPERATION.call(payout_target_id="t", amount=1, reference=reference)


def _get() -> Call[Any]:
    return get_payout_request_by_id.OPERATION.call("1")


def _policy(**changes: Any) -> Policy:
    known = {"mint": lambda: "minted", "random": lambda: 1.0, "budget": RetryBudget()}
    return Policy(**known | changes)


def played(call: Call[Any], *results: Answer | Failure, **changes: Any) -> tuple[list[Any], Any]:
    """What the flow asks for when these are the attempts' results, and what it returns or raises."""
    clock = Time()
    todo: Generator[Any, Any, Any] = steps(call, _policy(**changes), clock)
    asked, pending = [], list(results)
    try:
        step = next(todo)
        while True:
            asked.append(step)
            if isinstance(step, Sleep):
                clock.now += step.seconds
            step = todo.send(pending.pop(0) if isinstance(step, Send) else None)
    except StopIteration as done:
        return asked, done.value
    except PalommaError as error:
        return asked, error


def names(asked: list[Any]) -> list[str]:
    return [f"{step.seconds:g}" if isinstance(step, Sleep) else type(step).__name__ for step in asked]


def test_backoff_doubles_up_to_eight_seconds() -> None:
    """With the jitter at its most: half a second, doubling, never above eight."""
    assert [backoff(attempts, lambda: 1.0) for attempts in range(1, 8)] == [0.5, 1, 2, 4, 8, 8, 8]
    assert backoff(3, lambda: 0.0) == 0.0


def test_a_read_is_tried_again() -> None:
    """After each failure a wait, then another attempt, until one succeeds."""
    asked, value = played(_get(), REFUSED, LOST, OK)

    assert (names(asked), value.id) == (["Send", "0.5", "Send", "1", "Send"], "1")


def test_a_success_fills_the_budget() -> None:
    """A first success brings a token; one after a retry brings back what the retry took."""
    budget = RetryBudget()
    while budget.take():
        pass
    played(_get(), OK, budget=budget)
    assert budget.tokens == 11

    played(_get(), REFUSED, OK, budget=budget)
    assert budget.tokens == 11


def test_no_retries_means_one_attempt() -> None:
    """With max_retries=0 the first failure is the outcome."""
    asked, error = played(_get(), REFUSED, max_retries=0)

    assert (names(asked), type(error), error.attempts) == (["Send"], NotSentError, 1)


def test_a_lost_create_drops_the_connections() -> None:
    """After the first byte: no second create, and the connection that failed is not used again."""
    asked, error = played(_create(), LOST)

    assert (names(asked), type(error), error.reference) == (["Send", "Drop"], OutcomeUnknownError, "order-7")


def test_an_unknown_outcome_after_an_unsent_attempt() -> None:
    """The attempt that was sent decides, whatever came before it."""
    asked, error = played(_create(), REFUSED, LOST)

    assert (names(asked), type(error), error.attempts) == (["Send", "0.5", "Send", "Drop"], OutcomeUnknownError, 2)


@pytest.mark.parametrize("status", [421, 425])
def test_a_misdirected_request_goes_out_on_a_fresh_connection(status: int) -> None:
    """421 and 425 ask for another connection, the first attempt and a plain retry don't."""
    asked, _ = played(_create(), REFUSED, Answer(status, {}, b""), OK)

    assert names(asked) == ["Send", "0.5", "Send", "Drop", "1", "Send"]


def test_the_same_bytes_go_out_again() -> None:
    """A retried create has the reference and content of the first attempt."""
    asked, _ = played(_create(None), REFUSED, Answer(429, {}, b""), OK)

    contents = [json.loads(step.content) for step in asked if isinstance(step, Send)]
    assert contents == [{"payoutTargetId": "t", "amount": 1, "reference": "minted"}] * 3


def test_nobody_mints_where_that_is_turned_off() -> None:
    """Without minting, a create without a reference stays without, and its error says so."""
    _, error = played(_create(None), LOST, mint=None)

    assert (error.reference, "[reference" in str(error)) == (None, False)


def test_a_read_needs_no_reference() -> None:
    """Only a create gets a reference."""
    _, error = played(_get(), Answer(404, {}, b""))

    assert error.reference is None


def test_a_minted_reference_is_logged_first(caplog: pytest.LogCaptureFixture) -> None:
    """Before the first byte leaves, the log holds the reference."""
    with caplog.at_level(logging.INFO, logger="palomma"):
        todo = steps(_create(None), _policy(), Time())
        next(todo)

    assert caplog.messages == ["createPayoutRequest goes out with the reference minted"]
    todo.close()


def test_rate_limits_can_be_left_to_the_caller() -> None:
    """With retry_rate_limited=False a 429 is raised at once."""
    asked, error = played(_create(), Answer(429, {}, b""), retry_rate_limited=False)

    assert (names(asked), type(error)) == (["Send"], RateLimitError)


NOW = datetime.fromtimestamp(1_000, UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("3", 3.0),
        (" 3 ", 3.0),
        ("2.5", 2.5),
        ("120", 120.0),
        ("9" * 12, 999_999_999_999.0),
        ("9" * 400, float("inf")),
        (format_datetime(NOW.replace(minute=17, second=0), usegmt=True), 20.0),
        (format_datetime(NOW.replace(minute=10), usegmt=True), 0.0),
        ("Thu, 01 Jan 1970 00:17:00 -0000", 20.0),
        ("Thu, 01 Jan 1970 01:17:00 +0100", 20.0),
        ("Thursday, 01-Jan-70 00:17:00 GMT", 20.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 253402300799.0 - 1000),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e3", None),
        ("٣", None),
        ("3 seconds", None),
        ("Thu, 32 Jan 1970 00:17:00 GMT", None),
        ("Thu, 01 Jan 99999 00:17:00 GMT", None),
        ("\x00", None),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_retry_after_asks(text: str, seconds: float | None) -> None:
    """Seconds and dates are understood, huge ones too; what is neither asks for nothing."""
    _, error = played(_get(), Answer(503, {"retry-after": text}, b""), max_retries=0)

    assert error.retry_after == seconds


@pytest.mark.parametrize(("asked_for", "waited"), [("0", 0.5), ("3", 3.0), ("soon", 0.5)])
def test_never_earlier_than_told(asked_for: str, waited: float) -> None:
    """The wait is the longer one of the backoff and what Palomma asked for."""
    asked, _ = played(_get(), Answer(503, {"retry-after": asked_for}, b""), OK)

    assert asked[1] == Sleep(waited)


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    """What doesn't fit the deadline is raised now, with the seconds asked for."""
    asked, error = played(_get(), Answer(503, {"retry-after": "31"}, b""))

    assert (names(asked), type(error), error.retry_after) == (["Send"], ServerError, 31.0)


def test_an_empty_budget_ends_a_call() -> None:
    """No tokens, no retry: the first attempt's outcome is raised."""
    asked, error = played(_get(), BUSY, budget=RetryBudget(capacity=13))

    assert (names(asked), type(error)) == (["Send"], ServerError)


@pytest.mark.parametrize(
    ("body", "message", "said"),
    [
        (b'{"message": "No such target"}', "No such target", " (No such target)"),
        (b'{"message": "account 12345678901 is closed"}', "account …8901 is closed", " (account …8901 is closed)"),
        (b'{"message": "CC1020304050"}', "CC…4050", " (CC…4050)"),
        (b'{"message": 5}', None, ' ({"message": 5})'),
        (b"[]", None, " ([])"),
        (b"<html>\n  <h1>No\xff 12345678901", None, " (<html> <h1>No\ufffd …8901)"),
        (b"", None, ""),
        (b"[" * 100_000, None, f" ({'[' * 200})"),
        (json.dumps({"message": "x" * 10_000}).encode(), "x" * 10_000, f" ({'x' * 500})"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_palomma_says_is_passed_on(body: bytes, message: str | None, said: str) -> None:
    """`message` is Palomma's own, without long numbers; the text holds its beginning, or the body's."""
    _, error = played(_get(), Answer(404, {}, body))

    assert (error.message, error.body) == (message, body)
    assert str(error) == f"getPayoutRequestById: 404 Not Found{said}."


@pytest.mark.parametrize(
    ("members", "ours"),
    [
        ({}, True),
        ({"amount": None, "payoutTargetId": None}, True),
        ({"amount": 1.0}, True),
        ({"amount": 2}, False),
        ({"payoutTargetId": "another"}, False),
        ({"payoutTargetId": "T"}, False),
        ({"sourceMerchantAccountId": "a default that was resolved"}, True),
        ({"reference": "order-7"}, True),
        ({"reference": ""}, True),
        ({"reference": 7}, True),
        ({"reference": "ORDER-7"}, True),
        ({"reference": " order-7 "}, True),
        ({"reference": "order"}, True),
        ({"reference": "ORDER", "amount": 2}, False),
        ({"reference": "order-8"}, False),
        ({"reference": "my order-7"}, False),
        ({"reference": " "}, False),
    ],
    ids=repr,
)
def test_an_answer_is_ours_if_it_agrees(members: dict[str, Any], ours: bool, caplog: pytest.LogCaptureFixture) -> None:
    """What identifies decides: another amount, target or reference is another call's; what is absent says nothing."""
    asked, result = played(_create(), Answer(200, {}, json.dumps({"id": "1", "status": "x", **members}).encode()))

    assert (names(asked), type(result).__name__) == (
        (["Send"], "PayoutRequest") if ours else (["Send", "Drop"], "OutcomeUnknownError")
    )
    rewritten = ours and members.get("reference") not in (None, "", 7, "order-7")
    told = [message.endswith("came back with another reference") for message in caplog.messages]
    assert told == [True] * rewritten + [False] * (not ours)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, ()),
        ({"customerDetails": None, "description": ""}, ()),
        ({"description": "Ana"}, ("description",)),
        ({"description": " Ana María", "reference": "ORDER-7"}, ("description", "reference")),
        ({"customerDetails": {"name": "Ana", "documentNumber": "1037551022"}}, ()),
        ({"customerDetails": {"name": "ANA", "documentNumber": "…1022"}},
         ("customerDetails.name", "customerDetails.documentNumber")),
        ({"createdAt": "2026-11-24T10:00:00.000-05:00"}, ()),
        ({"createdAt": "2026-11-24T10:00:01-05:00"}, ("createdAt",)),
    ],
    ids=repr,
)  # fmt: skip
def test_what_differs_without_mattering_is_told(
    members: dict[str, Any], expected: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """Names of members alone, never their values, in the record of the outcome and in the log (R3, R5)."""
    caplog.set_level(logging.INFO, "palomma")
    outcomes: list[Outcome] = []
    call = Call(
        create_payout_target.OPERATION, "/payoutTargets",
        body={
            "customerId": "c", "description": "Ana María", "reference": "order-7", "createdAt": "2026-11-24T15:00:00Z",
            "customerDetails": {"name": "Ana", "documentNumber": "1037551022"},
        },
    )  # fmt: skip
    _, result = played(
        call, Answer(200, {}, json.dumps({"id": "1", "status": "x", **members}).encode()), on_outcome=outcomes.append
    )

    assert (result.id, [outcome.differences for outcome in outcomes]) == ("1", [expected])
    assert [record.getMessage() for record in caplog.records] == [
        f"createPayoutTarget reference=order-7 came back with another {', '.join(expected)}"
    ] * bool(expected)
    assert {record.levelname for record in caplog.records} <= ({"WARNING"} if "reference" in expected else {"INFO"})


@pytest.mark.parametrize(("id", "error"), [("1", None), ("2", ResponseError), ("", ResponseError)])
def test_a_read_answers_what_was_asked_for(id: str, error: type[Exception] | None) -> None:
    """Another object than the one that was asked for is another call's answer."""
    asked, result = played(_get(), Answer(200, {}, json.dumps({"id": id, "status": "x"}).encode()))

    assert names(asked) == (["Send"] if error is None else ["Send", "Drop"])
    assert error is None or type(result) is error


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1.0, True), ("1", 1, True), (1, "1.00", True), (1, 2, False), (1, "x", False), (True, 1, False),
        ("a", "a", True), ("a", "A", False), ([1], 1, False),
    ],
)  # fmt: skip
def test_numbers_are_compared_as_numbers(one: Any, other: Any, expected: bool) -> None:
    """However they are written; a bool is no number."""
    assert same(one, other) is expected


def _target(bank: str) -> Call[Any]:
    account = BankAccount(bank=bank, account_type="savings", account_number="98765432101")  # type: ignore[arg-type]
    return create_payout_target.OPERATION.call(customer_id="c", redirect_url="https://a.example", bank_account=account)


@pytest.mark.parametrize(
    ("call", "result", "told"),
    [
        (
            _target("bancolmbia"),
            Answer(400, {}, b""),
            "bank='bancolmbia' is not in the contract: did you mean banc",
        ),
        (_target("bancolombia"), Answer(400, {}, b""), "createPayoutTarget: 400 Bad Request. [reference minted]"),
        (
            _target("a bank of tomorrow"),
            Answer(400, {}, b""),
            "createPayoutTarget: 400 Bad Request. [reference minted]",
        ),
        (_create(), Answer(404, {}, b""), "404 Not Found. Is base_url right? It usually ends in /v0. [reference"),
        (_get(), Answer(404, {}, b""), "getPayoutRequestById: 404 Not Found."),
        (_create(), Answer(401, {}, b""), "Check the API key, and that it belongs to this environment."),
        (_create(), Answer(409, {}, b""), "Look the reference up before anything else."),
    ],
)
def test_an_error_says_what_helps(call: Call[Any], result: Answer, told: str) -> None:
    """The nearest listed value, what a missing collection means, what to check."""
    _, error = played(call, result)

    assert told in str(error)


def test_an_error_names_the_host() -> None:
    """A wrong address is the first thing to look at."""
    _, error = played(_get(), Answer(404, {}, b""), host="api.palomma.test")

    assert str(error) == "getPayoutRequestById (api.palomma.test): 404 Not Found."


def test_a_closed_client_is_set_up_wrongly() -> None:
    """It's a ConfigurationError, at once and without another attempt."""
    asked, error = played(_create(), Failure(ConfigurationError("this client is closed"), sent=False))

    assert (names(asked), type(error), error.attempts) == (["Send"], ConfigurationError, 1)


def test_the_amount_of_a_refused_payout_is_readable() -> None:
    """What was sent as an amount is no account number; the limit after a currency isn't one, either."""
    call = create_payout_request.OPERATION.call(payout_target_id="t", amount=60_000_000, reference="order-7")
    text = "60000000 is more than the limit of COP 50.000.000 of account 98765432101"
    _, error = played(call, Answer(400, {}, json.dumps({"message": text}).encode()))

    assert error.message == "60000000 is more than the limit of COP 50.000.000 of account …2101"


def test_an_unknown_outcome_says_what_to_do() -> None:
    """The text names the operation, what happened, that money may have moved, what to do, and the whole reference."""
    _, error = played(_create("order-1234567890"), Failure(ConnectionError("reset by 1234567890"), sent=True))

    assert str(error) == (
        "createPayoutRequest: ConnectionError: reset by …7890. The outcome is unknown and money may have moved: do not "
        "send it again, look it up with client.reconcile(error). [reference order-1234567890]"
    )


def test_whatever_reading_an_answer_raises_is_ours() -> None:
    """A fault in reading the answer of a create is an unknown outcome, not a crash."""

    def read(members: object) -> object:
        raise KeyError("surprise")

    call = _create()
    call = call.evolve(operation=call.operation._replace(answers=(Answered(200, 200, Kind("odd", read, str)),)))
    asked, error = played(call, OK)

    assert (names(asked), type(error), error.body) == (["Send", "Drop"], OutcomeUnknownError, OK.body)
    assert "the body can't be read (KeyError)" in str(error)


def test_a_deadline_counts_down() -> None:
    """It is a number of seconds to any transport, and asks the clock again when asked; it is never negative."""
    clock = Time()
    deadline = Deadline(clock.now + 3, clock)
    clock.now += 2

    assert (float(deadline), deadline.left()) == (3.0, 1.0)
    clock.now += 2
    assert (deadline.left(), float(Deadline(clock.now - 1, clock))) == (0.0, 0.0)


def test_reprs_show_no_content() -> None:
    """What the flow hands around shows neither bodies nor headers."""
    call = _create("order-7")
    send, result = (
        Send(call, b"1234567890", "text/plain", Deadline(1, Time())),
        Answer(200, {"a": "b"}, b"1234567890"),
    )
    shown = repr([send, result, Drop()])

    assert "createPayoutRequest" in shown
    assert [secret for secret in ("1234567890", "order-7", "'a'") if secret in shown] == []


def test_lists_are_compared_item_by_item() -> None:
    """A list of another length, or an object where a text was sent, is a difference; its items' members are named."""
    target = create_payout_target.OPERATION.answers[0].kind.read({"id": "1", "status": "x", "type": {"a": 1}})
    details = CustomerDetails(name="Ana")

    assert [
        tuple(_differing(sent, came, "items"))
        for sent, came in [
            ([{"name": "Ana"}, {"name": "Ana"}], [details, details]),
            ([{"name": "Eva"}, {"name": "Ana"}], [details, details]),
            ([{"name": "Ana"}], [details, details]),
            ("Ana", details),
            ({"id": "1", "type": None}, target),
        ]
    ] == [(), ("items.name",), ("items",), ("items",), ()]
