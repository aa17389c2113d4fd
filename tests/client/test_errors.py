"""What an error carries, and that it survives pickling and copying."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import palomma
from palomma import ConfigurationError, ConflictError, OutcomeUnknownError, Palomma, PalommaError
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


def test_an_error_knows_its_call(serve: Callable[..., FaultServer]) -> None:
    """An answer's facts arrive in the error."""

    def behave(connection: Connection) -> None:
        while connection.request():
            connection.send(answer(b'{"message": "twice"}', "409 Conflict", "X-Request-Id: r-1", "Retry-After: 3"))

    with Palomma(**settings(serve(behave))) as client, pytest.raises(ConflictError) as raised:
        client.payout_requests.create(payout_target_id="t", amount=1, reference="order-7")

    facts = vars(raised.value)
    assert 0 < facts.pop("elapsed") < 5
    assert facts == {
        "operation": "createPayoutRequest",
        "method": "POST",
        "path": "/payoutRequests",
        "reference": "order-7",
        "status_code": 409,
        "headers": {"content-length": "20", "x-request-id": "r-1", "retry-after": "3"},
        "body": b'{"message": "twice"}',
        "message": "twice",
        "code": None,
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
