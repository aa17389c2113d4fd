"""An id is one segment of the path, whatever it holds, or is refused before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest

from palomma import NotSentError, Palomma
from tests.faults.server import FaultServer, obedient

from .conftest import settings

REFUSED = [
    ("", ValueError),
    (".", ValueError),
    ("..", ValueError),
    ("\0", ValueError),
    ("a\nb", ValueError),
    ("a\r\nHost: elsewhere", ValueError),
    ("\x7f", ValueError),
    ("\ud800", ValueError),
    (None, TypeError),
    (7, TypeError),
    (b"a", TypeError),
    (["a"], TypeError),
]
INTACT = [
    "a/b", "../x", "a/../b", "/", "//", "...", "%2e%2e", "%2E", "%2f", "a%00b", "a?b=c", "a#b", "a;b", "a b", "a+b",
    "ñandú", "日本", "🦙", "a\\b", ":", "@", "a:b@c", "~", "x" * 10_000, "\x80", "\u202e", "\u2028",
]  # fmt: skip


@pytest.mark.parametrize(("value", "error"), REFUSED, ids=repr)
def test_what_no_id_can_be_is_refused(value: object, error: type[Exception], serve: Callable[..., FaultServer]) -> None:
    """Refused with TypeError or ValueError; no connection is even made."""
    server = serve(obedient)
    with Palomma(**settings(server)) as client, pytest.raises(error):
        client.payout_requests.get(value)  # type: ignore[arg-type]

    assert server.connections == 0


@pytest.mark.parametrize("value", INTACT, ids=lambda value: ascii(value)[:30])
def test_any_other_text_arrives_intact(value: str, serve: Callable[..., FaultServer]) -> None:
    """The server finds the id whole, in the last segment of the right resource."""
    server = serve(obedient)
    with Palomma(**settings(server)) as client:
        client.payout_requests.get(value)

    (request,) = server.requests
    assert request.target.split("/")[:-1] == ["", "v0", "payoutRequests"]
    assert unquote(request.target.split("/")[-1], errors="strict") == value


def test_an_id_in_the_middle_of_a_path_is_one_segment(serve: Callable[..., FaultServer]) -> None:
    """Of two ids neither can reach into the other's place."""
    server = serve(obedient)
    with Palomma(**settings(server)) as client:
        client.payin_settlements.get("../../customers", "a/../..")

    (request,) = server.requests
    assert request.target == "/v0/merchantAccounts/..%2F..%2Fcustomers/settlements/a%2F..%2F.."


def test_an_id_too_long_for_a_url_is_not_sent(serve: Callable[..., FaultServer]) -> None:
    """70 kB of id end in NotSentError at once."""
    server = serve(obedient)
    with Palomma(**settings(server)) as client, pytest.raises(NotSentError) as raised:
        client.payout_requests.get("x" * 70_000)

    assert (raised.value.attempts, server.connections) == (1, 0)
    assert len(str(raised.value)) < 1000
