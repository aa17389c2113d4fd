"""What an error carries, and that it survives pickling and copying."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import palomma
from palomma import (
    AmbiguousReferenceError,
    ConfigurationError,
    ConflictError,
    OutcomeUnknownError,
    Palomma,
    PalommaError,
)
from palomma.models import BankAccount, Customer
from tests.faults.server import Connection, FaultServer, answer

from .conftest import settings

ERRORS = [value for value in vars(palomma).values() if isinstance(value, type) and issubclass(value, PalommaError)]
FACTS: dict[str, Any] = {
    "operation": "createPayoutRequest",
    "method": "POST",
    "path": "/payoutRequests",
    "reference": "order-7",
    "status_code": 503,
    "headers": {"retry-after": "3", "x-account": "…8901"},
    "body": '{"message": "…8901"}'.encode(),
    "message": "…8901",
    "attempts": 2,
    "elapsed": 1.5,
    "retry_after": 3.0,
}


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_survives(again: Callable[[PalommaError], PalommaError], kind: type[PalommaError]) -> None:
    """Pickled, copied or deeply copied, an error of any class is what it was."""
    error = again(kind("text", **FACTS))

    assert (type(error), error.args, vars(error)) == (kind, ("text",), FACTS)


def test_an_error_with_a_text_alone_survives() -> None:
    """The facts have defaults."""
    error = pickle.loads(pickle.dumps(ConfigurationError("text")))

    assert (str(error), error.operation, error.headers, error.attempts, error.body) == ("text", None, {}, 0, None)


def test_a_pickle_masks_what_the_server_sent() -> None:
    """Long numbers in headers and body stay in the process that got them."""
    error = PalommaError("text", headers={"x-account": "12345678901"}, body=b'{"message": "12345678901"}')

    assert b"12345678901" not in pickle.dumps(error)
    assert (error.headers, error.body) == ({"x-account": "12345678901"}, b'{"message": "12345678901"}')


def test_an_error_holds_nothing_sensitive(serve: Callable[..., FaultServer]) -> None:
    """Of what was sent as sensitive the last four characters are left, within other objects too; in no repr."""
    account = BankAccount(bank="bancolombia", account_type="savings", account_number="000123456789")
    server = serve(lambda connection: (connection.request(), connection.reset()))

    with Palomma(**settings(server)) as client, pytest.raises(OutcomeUnknownError) as raised:
        client.payout_targets.create(customer_id="c", redirect_url="https://u", bank_account=account, reference="r")

    error = pickle.loads(pickle.dumps(raised.value))
    assert error.request == raised.value.request
    assert error.request.members == {
        "customerId": "c",
        "redirectUrl": "https://u",
        "bankAccount": {"bank": "bancolombia", "accountType": "savings", "accountNumber": "…6789"},
        "reference": "r",
        "type": "bankAccount",
    }
    assert repr(error.request) == f"<Request of {error.request.began}>"


def test_a_pickle_leaves_out_the_objects() -> None:
    """They hold names and documents of other people."""
    customer = Customer.from_dict({"id": "c", "name": "Pepito Perez", "documentNumber": "1037551022"})
    error = AmbiguousReferenceError("text", candidates=(customer,), last=customer)

    dumped = pickle.dumps(error)

    assert (b"1037551022" in dumped, b"Pepito" in dumped) == (False, False)
    assert (pickle.loads(dumped).candidates, error.candidates) == ((), (customer,))


def test_an_error_knows_its_call(serve: Callable[..., FaultServer]) -> None:
    """An answer's facts arrive in the error."""

    def behave(connection: Connection) -> None:
        while connection.request():
            connection.send(answer(b'{"message": "twice"}', "409 Conflict", "X-Request-Id: r-1", "Retry-After: 3"))

    with Palomma(**settings(serve(behave))) as client, pytest.raises(ConflictError) as raised:
        client.payout_requests.create(payout_target_id="t", amount=1, reference="order-7")

    facts = vars(raised.value)
    assert 0 < facts.pop("elapsed") < 5
    assert timedelta() <= datetime.now(UTC) - facts["request"].began < timedelta(seconds=5)
    assert facts.pop("request").members == {"payoutTargetId": "t", "amount": 1, "reference": "order-7"}
    assert facts == {
        "operation": "createPayoutRequest",
        "method": "POST",
        "path": "/payoutRequests",
        "reference": "order-7",
        "status_code": 409,
        "headers": {"content-length": "20", "x-request-id": "r-1", "retry-after": "3"},
        "body": b'{"message": "twice"}',
        "message": "twice",
        "api_code": None,
        "idempotency_key": None,
        "attempts": 1,
        "retry_after": 3.0,
    }


def test_half_an_answer_is_kept(serve: Callable[..., FaultServer]) -> None:
    """What came of an answer before the connection broke is in the error: it may hold the id."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(answer(b'{"id": "01HPR9B3N7Q2W5Y8A1C4E6G9J0", "sta', length=99))
        connection.finish()

    with Palomma(**settings(serve(behave))) as client, pytest.raises(OutcomeUnknownError) as raised:
        client.payout_requests.create(payout_target_id="t", amount=1)

    assert raised.value.body == b'{"id": "01HPR9B3N7Q2W5Y8A1C4E6G9J0", "sta'
