"""Late and lying on demand: what the mock has, what it shows, and when, all by its own clock and seed."""

from __future__ import annotations

import socket
import time
from collections import Counter
from typing import Any

import httpx
import pytest

from palomma import OutcomeUnknownError
from palomma_mock import ENDINGS, Fault, Lies, MockServer
from tests.mock.conftest import PERSON, Make, bank_account
from tests.mock.mock_contract import Checker


def ids(http: httpx.Client, kind: str = "customers", **query: str) -> list[str]:
    return [item["id"] for item in http.get(f"/{kind}", params=query).json()["items"]]


# Late


def test_a_create_can_commit_late(mock: MockServer, http: httpx.Client, make: Make) -> None:
    """The answer comes at once; until D is over the mock has no such object, shows none, and none can refer to it."""
    mock.lie(commit_after=10)
    made = make("customers", reference="r")
    source = {"customerId": made["id"], "redirectUrl": "https://x.example", "type": "bankAccount"}

    def there() -> tuple[int, int, list[str], int]:
        refer = http.post("/payinSources", json=source | {"bankAccount": bank_account()}).status_code
        return mock.store.count("customers"), http.get(f"/customers/{made['id']}").status_code, ids(http), refer

    mock.advance(9.9)
    before = there()
    mock.advance(0.1)

    assert (before, there()) == ((0, 404, [], 400), (1, 200, [made["id"]], 200))
    assert http.get(f"/customers/{made['id']}").json() == made


def test_what_follows_a_late_commit_follows_it(mock: MockServer, make: Make, look: Any) -> None:
    """The bank begins when the create took effect, not when it was answered."""
    mock.restart(bank_delay=5)
    source = make("payinSources", number="0000000001")["id"]
    mock.advance(5)
    mock.lie(commit_after=10)
    debit = make("payinRequests", payinSourceId=source)["id"]
    mock.advance(14)
    before = look("payinRequests", debit)["status"]
    mock.advance(1)

    assert (before, look("payinRequests", debit)["status"]) == ("processing", "approved")


@pytest.mark.parametrize(("lie", "by_id", "listed"), [("show_after", 10, 0), ("list_after", 0, 10)])
def test_an_object_can_be_shown_late(
    lie: str, by_id: int, listed: int, mock: MockServer, http: httpx.Client, make: Make
) -> None:
    """By id and in lists apart; the mock has it all the while, so that others may refer to it."""
    mock.lie(**{lie: 10})
    made = make("customers")["id"]
    seen = []
    for wait in (0, 9, 1):
        mock.advance(wait)
        seen.append((http.get(f"/customers/{made}").status_code == 200, made in ids(http)))
    assert seen == [(not by_id, not listed)] * 2 + [(True, True)]

    mock.lie()
    assert make("payinLinks", customerId=made)["customerId"] == made


def test_late_objects_come_where_they_took_effect(mock: MockServer, http: httpx.Client, make: Make) -> None:
    """Lists are in the order of commits: what was asked for first may come last."""
    mock.lie(commit_after=10)
    slow = make("customers")["id"]
    mock.lie()
    quick = make("customers")["id"]
    mock.advance(10)

    assert ids(http) == [slow, quick]


def test_how_late_can_vary_by_the_seed(make: Make, mock: MockServer, http: httpx.Client) -> None:
    """With `vary` each delay is drawn from 0 up to its number; the same seed draws the same."""

    def moments() -> list[int]:
        mock.restart(seed=7, lies=Lies(commit_after=100, vary=True))
        for _ in range(10):
            make("customers")
        counts = []
        for _ in range(10):
            mock.advance(10)
            counts.append(len(ids(http)))
        return counts

    first = moments()
    assert first == moments()
    assert first[-1] == 10
    assert len(set(first)) > 4


def test_a_commit_that_is_due_outlives_the_process(tmp_path: Any, mock: MockServer) -> None:
    """With a state file, what was to commit later does so after a restart."""
    from palomma_mock import Mock, Request, Settings, frozen_clock

    settings = Settings(state=str(tmp_path / "s.db"), lies=Lies(commit_after=10))
    first = Mock(settings, frozen_clock(1_770_000_000))
    headers = {"authorization": "Bearer palomma-mock", "content-type": "application/json"}
    import json

    assert (
        first.exchange(Request("POST", "/v0/customers", "", headers, json.dumps(PERSON).encode())).answer.status == 200
    )
    first.close()
    second = Mock(settings, frozen_clock(1_770_000_010))
    second.tick()

    assert second.store.count("customers") == 1
    second.close()


# Lying


@pytest.mark.parametrize(
    ("lies", "given", "kept"),
    [
        ({"reference": "upper"}, "Order-17 ", "ORDER-17 "),
        ({"reference": "trimmed"}, " Order-17 ", "Order-17"),
        ({"reference": "cut", "cut": 5}, "Order-17", "Order"),
        ({}, " Order-17 ", " Order-17 "),
    ],
)
def test_references_can_be_rewritten(
    lies: dict[str, Any], given: str, kept: str, mock: MockServer, http: httpx.Client, make: Make
) -> None:
    """The answer, the object and the filter know the reference as it is kept, and no other."""
    mock.lie(**lies)
    made = make("customers", reference=given)

    assert made["reference"] == kept
    assert ids(http, reference=kept) == [made["id"]]
    assert ids(http, reference=given) == ([made["id"]] if given == kept else [])


def test_filters_can_be_ignored_or_refused(mock: MockServer, http: httpx.Client, make: Make, checker: Checker) -> None:
    """Ignored, a list shows everything; refused, a filter is a 400, and a list without one is as before."""
    for reference in "ab":
        make("customers", reference=reference)
    mock.lie(filters="ignored")
    assert len(ids(http, reference="a")) == 2

    mock.lie(filters="refused")
    with checker.lenient():
        refused = http.get("/customers", params={"reference": "a"})
    assert (refused.status_code, refused.json()) == (400, {"message": "reference: this list can't be filtered"})
    assert len(ids(http)) == 2


def test_duplicates_can_be_refused(mock: MockServer, http: httpx.Client, make: Make, checker: Checker) -> None:
    """A second object of a kind with the same reference is a 409 and isn't made; of another kind it is."""
    mock.lie(duplicates="refused")
    customer = make("customers", reference="r")["id"]
    with checker.lenient():
        again = http.post("/customers", json=PERSON | {"reference": "r"})

    assert (again.status_code, mock.store.count("customers")) == (409, 1)
    assert make("payinLinks", customerId=customer, reference="r")["reference"] == "r"
    mock.lie()
    assert make("customers", reference="r")["id"] != customer


@pytest.mark.parametrize(
    ("lies", "message"),
    [
        ({"commit_after": -1}, "commit_after: 0 to"),
        ({"list_after": float("nan")}, "list_after: 0 to"),
        ({"reference": "uper"}, "reference: .*did you mean upper"),
        ({"filters": "gone"}, "filters: .*allowed: kept, ignored, refused"),
        ({"cut": 0}, "cut: 1 to"),
    ],
)
def test_a_lie_that_makes_no_sense_is_refused(lies: dict[str, Any], message: str, mock: MockServer) -> None:
    """The message says which, and what is allowed."""
    with pytest.raises(ValueError, match=message):
        mock.lie(**lies)


# Outages and shares


def test_an_outage_keeps_to_its_schedule(mock: MockServer, http: httpx.Client, checker: Checker) -> None:
    """From `after` on, for as long as it lasts, again every so often, every call goes wrong, and no other."""
    mock.outage(10, after=20, every=60, status=503)
    seen = []
    for _ in range(16):
        with checker.lenient():
            seen.append(http.get("/customers").status_code)
        mock.advance(10)

    assert [place * 10 for place, status in enumerate(seen) if status == 503] == [20, 80, 140]


def test_an_outage_can_be_of_one_operation_and_end(mock: MockServer, http: httpx.Client, checker: Checker) -> None:
    """Without `every` it doesn't come back; other operations never notice."""
    mock.outage(10, kind="html", operation="createCustomer")
    with checker.lenient():
        during = [http.post("/customers", json=PERSON).status_code, http.get("/customers").status_code]
    mock.advance(10)

    assert [*during, http.post("/customers", json=PERSON).status_code] == [502, 200, 200]


def test_a_share_of_calls_goes_wrong(mock: MockServer, http: httpx.Client, checker: Checker) -> None:
    """By the seed: the same calls each time, about as many as were asked for."""

    def statuses() -> list[int]:
        mock.restart(seed=3, faults=(Fault("server_error", share=0.3, times=1000),))
        with checker.lenient():
            return [http.get("/customers").status_code for _ in range(100)]

    first = statuses()
    assert first == statuses()
    assert 15 < Counter(first)[500] < 45


# An answer too many


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("status", [None, 429])
def test_an_answer_too_many_follows_every_ending(ending: str, status: int | None, mock: MockServer) -> None:
    """Whatever ends the body, the second answer lies right behind it, and the connection serves the next call."""
    mock.fail_next("duplicated", ending=ending, status=status)
    host, port = mock.origin.removeprefix("http://").split(":")
    call = f"GET /v0/customers HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {mock.api_key}\r\n\r\n".encode()
    page = b'{"items":[],"cursor":null,"count":0}'
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(call)
        received = b""
        while received.count(b"HTTP/1.1 ") < 2 or not received.endswith(b"}"):
            received += connection.recv(65536)
        connection.sendall(call)
        after = b""
        while not after.endswith(page):
            after += connection.recv(65536)

    first, _, second = received.rpartition(b"HTTP/1.1 ")
    assert page in first
    assert second.startswith(b"200 OK" if status is None else b"429 Error\r\ncontent-type: application/json\r\nretry-")
    chunked = ending not in ("length", "bare_lf")
    assert (b"chunked" in first, b"\r\n\r\n" in first) == (chunked, ending != "bare_lf")


# Everywhere


def test_lies_and_faults_are_settings(mock: MockServer, http: httpx.Client, checker: Checker, make: Make) -> None:
    """What a mock is started with holds from its first call, and a reset goes back to it."""
    mock.restart(lies=Lies(reference="upper"), faults=(Fault("html", times=1),))
    with checker.lenient():
        assert http.get("/customers").status_code == 502
    assert make("customers", reference="a")["reference"] == "A"
    mock.lie()
    mock.reset()
    with checker.lenient():
        assert http.get("/customers").status_code == 502
    assert make("customers", reference="a")["reference"] == "A"


def test_lies_by_the_control_api(mock: MockServer, make: Make) -> None:
    """They are read and replaced in JSON; nonsense is a 400 that changes nothing."""
    with httpx.Client(base_url=f"{mock.origin}/_mock") as control:
        before = control.get("/lies").json()
        after = control.put("/lies", json={"reference": "cut", "cut": 3}).json()
        refused = control.put("/lies", json={"reference": "cut", "cut": 0})
        control.post("/faults", json={"kind": "html", "after": 5, "lasts": 1, "every": 9})
        listed = control.get("/faults").json()

    assert (before["reference"], after["reference"], refused.status_code) == ("kept", "cut", 400)
    assert [(fault["after"], fault["lasts"], fault["every"]) for fault in listed] == [(5, 1, 9)]
    assert make("customers", reference="abcdef")["reference"] == "abc"


@pytest.mark.palomma_mock(lies=Lies(commit_after=5), bank_delay=1)
def test_lies_by_the_plugin(palomma_mock: MockServer) -> None:
    """The marker takes them; a lost answer whose object comes later is looked up in time."""
    person = {"name": "Ana", "document_type": "cc", "document_number": "1037551022", "email": "ana@example.com"}
    palomma_mock.fail_next("answer_lost")
    with palomma_mock.client() as client:
        with pytest.raises(OutcomeUnknownError):
            client.customers.create(**person, phone_number="3013111111", reference="r")
        assert client.customers.list(reference="r").items == []
        palomma_mock.advance(5)
        assert len(client.customers.list(reference="r").items) == 1


def test_a_name_can_be_slow(mock: MockServer) -> None:
    """In this process a name of the mock's resolves after so many seconds, others as before, and then not at all."""
    headers = {"authorization": f"Bearer {mock.api_key}"}
    with mock.slow_names(0.2) as base_url:
        began = time.monotonic()
        assert httpx.get(f"{mock.base_url}/customers", headers=headers).status_code == 200
        quick = time.monotonic() - began
        assert httpx.get(f"{base_url}/customers", headers=headers).status_code == 200
        assert time.monotonic() - began - quick >= 0.2
    assert socket.getaddrinfo.__module__ == "socket"
