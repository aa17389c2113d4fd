"""Event: typed by the naming rule, and data where nothing is known."""

from __future__ import annotations

import datetime as dt
import pickle
import re
import subprocess
import sys
from typing import Any

import pytest
from webhook_facts import KEY, delivery, with_members

import palomma.webhooks
from palomma.webhooks import Event, ObjectVersion, Webhook
from palomma.webhooks._event import members_of
from palomma_api.models import (
    PayinLink,
    PayinLinkPage,
    PayinRequest,
    PayinSettlement,
    PayinSource,
    PayoutRequest,
    PayoutTarget,
)

OBJECT = {"id": "01HPR57X6QR5ZRKEEKBSDBW4RB", "status": "approved", "updatedAt": "2026-01-01T00:00:00.000001Z"}


def event_of(event_type: str, resource: dict[str, Any]) -> Event:
    return Webhook(KEY).verify(delivery(with_members(eventType=event_type, event=resource)))


@pytest.mark.parametrize(
    ("event_type", "model"),
    [
        ("payin-link.update", PayinLink),
        ("payin-source.update", PayinSource),
        ("payin-request.update", PayinRequest),
        ("payin-settlement.update", PayinSettlement),
        ("payout-target.update", PayoutTarget),
        ("payout-request.update", PayoutRequest),
        ("payout-request.cancel", PayoutRequest),
    ],
)
def test_typed(event_type: str, model: Any) -> None:
    """Every documented event type brings its model; so would another verb about the same resource."""
    assert event_of(event_type, OBJECT).event == model.from_dict(OBJECT)


UNKNOWN = "invoice.paid __class__.update .update . bank.update any.update import-module.x ñ.x"


@pytest.mark.parametrize("event_type", UNKNOWN.split())
def test_unknown_event_types_are_data(event_type: str) -> None:
    """An event type that nobody announced is no error: its object stays the dict that was signed."""
    assert event_of(event_type, OBJECT).event == OBJECT


def test_event_is_made_once() -> None:
    """The model is made when it is first read, and is the same object from then on."""
    event = event_of("payin-link.update", OBJECT)

    assert event.event is event.event


@pytest.mark.parametrize("resource", [{}, {"id": 7, "status": "approved"}, {"id": "a"}, {"id": "a", "status": None}])
def test_objects_that_the_model_cannot_read_are_data(resource: dict[str, Any]) -> None:
    """An object without an id or a status stays the dict that was signed."""
    assert event_of("payout-request.update", resource).event == resource


@pytest.mark.parametrize("model", [PayinLink, PayinRequest, PayinSettlement, PayinSource, PayoutRequest, PayoutTarget])
@pytest.mark.parametrize("odd", [None, 7, 0.5, True, "odd", [], [[]], {}, {"a": {}}], ids=repr)
def test_odd_members_never_raise(model: Any, odd: Any) -> None:
    """Whatever Palomma puts in a member, reading the event doesn't raise: its money has moved already."""
    kebab = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in model.__name__).lstrip("-")
    for field in model._fields:
        event = event_of(f"{kebab}.update", {**OBJECT, field.json_name: odd})

        assert event.event == event.raw["event"] or isinstance(event.event, model)
        assert event.version is None or event.version.key == f"{kebab}:{event.raw['event']['id']}"


@pytest.mark.parametrize(
    ("updated_at", "microseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01.000002Z", 1_000_002),
        ("1970-01-01T00:00:01", 1_000_000),
        ("1969-12-31T19:00:01-05:00", 1_000_000),
        ("1970-01-02", 86_400_000_000),
        ("0001-01-01T00:00:00+14:00", -62135596800_000_000 - 14 * 3600_000_000),
        ("9999-12-31T23:59:59.999999-14:00", 253402300799_999_999 + 14 * 3600_000_000),
    ],
)
def test_version(updated_at: str, microseconds: int) -> None:
    """updatedAt is compared in exact microseconds; without a zone, UTC is taken."""
    event = event_of("payout-request.update", {**OBJECT, "updatedAt": updated_at})

    version = event.version

    assert version and (version.key, version.updated_at) == (f"payout-request:{OBJECT['id']}", microseconds)


def test_version_of_a_state() -> None:
    """A state that the contract lists can't come after those that it does not follow, itself among them."""
    event = event_of("payout-request.update", {**OBJECT, "status": "approved", "updatedAt": "1970-01-01T00:00:00Z"})
    key = f"payout-request:{OBJECT['id']}"

    assert event.version == ObjectVersion(key, 0, "approved", frozenset({"approved", "cancelled"}))


@pytest.mark.parametrize("said", ["returned", None, "", "a\0", ["x"]], ids=repr)
def test_version_of_an_unknown_state(said: Any) -> None:
    """A state that nobody announced comes after all others but itself, and is text that any database takes."""
    version = event_of("payout-request.update", {**OBJECT, "status": said}).version

    assert version and (version.never_after, version.announced) == ({version.state}, False)
    assert version.state == said or re.fullmatch("[0-9a-f]{64}", version.state)


def test_version_of_an_object_without_states() -> None:
    """All that it says is its state, however it is written."""
    said = {"id": "s", "totalFees": 1, "updatedAt": "1970-01-01T00:00:01.000Z"}
    versions = [
        event_of("payin-settlement.update", members).version
        for members in (
            said,
            {**said, "updatedAt": "1970-01-01T00:00:01Z"},
            {**said, "totalFees": 2},
            {**said, "new": 1},
        )
    ]
    states = [version.state for version in versions if version]

    assert versions[0] == ObjectVersion("payin-settlement:s", 1_000_000, states[0], frozenset({states[0]}))
    assert [states.index(state) for state in states] == [0, 0, 2, 3]


def test_version_of_an_object_that_no_model_reads() -> None:
    """What isn't known to the contract has a version all the same."""
    version = event_of("invoice.paid", {"id": "i", "updatedAt": "1970-01-01T00:00:00Z"}).version

    assert version == ObjectVersion("invoice:i", 0, version.state, frozenset({version.state}))


def test_unexpected() -> None:
    """News is what can't follow, and what nobody announced; the same state once more is not."""
    version = ObjectVersion("k", 0, "b", frozenset({"b", "c"}))

    assert [version.is_unexpected_after(state) for state in ("", "a", "b", "c")] == [False, False, False, True]
    assert ObjectVersion("k", 0, "b", frozenset({"b"}), False).is_unexpected_after("")


def test_digest() -> None:
    """Two deliveries have one digest exactly if they say the same."""
    one, same, other = (
        Event("a", "t", "x.y", raw).digest for raw in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1, "b": 2.0})
    )

    assert one == same != other


def test_members_of_what_came() -> None:
    """An object is written again as it came: nested ones, lists, odd and unknown members."""
    members = {
        "id": "l", "status": "Approved", "amount": "5000", "customerDetails": {"documentType": "CC", "x": [1]},
        "createdAt": "2026-01-01T00:00:00Z", "news": [{"a": None}],
    }  # fmt: skip

    assert members_of(PayinLinkPage.from_dict({"items": [members]})) == {"items": [members]}


@pytest.mark.parametrize("odd", [None, "", "a\0", "a" * 256, 5])
def test_no_version(odd: Any) -> None:
    """An object without a readable id has no version: it cannot be put in order."""
    assert event_of("payout-request.update", {**OBJECT, "id": odd}).version is None


def test_odd_timestamp_stays_text() -> None:
    """A timestamp that is no date stays the text that was signed; one without a zone is UTC."""
    odd, naive = (
        Webhook(KEY).verify(delivery(with_members(timestamp=text))) for text in ("soon", "2026-01-01T00:00:00")
    )

    assert (odd.timestamp, naive.timestamp) == ("soon", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def test_events_can_be_sent_on() -> None:
    """An event survives pickling, as task queues do it, and can be a member of a set."""
    event = event_of("payin-link.update", OBJECT)
    again = pickle.loads(pickle.dumps(event))

    assert (again, again.event, {event}) == (event, event.event, {again})


def test_public_names() -> None:
    """What is promised is what __all__ says, and all of it is there."""
    names = [
        "Claim", "ClaimLostError", "Event", "Headers", "Inbox", "MemoryInbox", "ObjectVersion", "Outcome", "Reason",
        "Router", "SqlInbox", "UnreadableEventError", "Webhook", "WebhookVerificationError", "catch_up",
        "catch_up_async", "sign",
    ]  # fmt: skip

    assert palomma.webhooks.__all__ == names
    assert [name for name in names if not hasattr(palomma.webhooks, name)] == []
    with pytest.raises(AttributeError, match="no attribute 'Absent'"):
        _ = palomma.webhooks.Absent


def test_light_import() -> None:
    """Verifying loads neither an HTTP client nor SQLAlchemy; without the extra, SqlInbox says how to install it."""
    program = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from palomma.webhooks import Router, MemoryInbox, Webhook, sign\n"
        f"Webhook('k').verify(sign({with_members()!r}, 'k')).event\n"
        "print(sorted({'httpx', 'httpcore', 'ssl', 'msgspec'} & set(sys.modules)))\n"
        "try: from palomma.webhooks import SqlInbox\n"
        "except ImportError as error: print(error)\n"
    )
    shown = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    assert shown == "[]\nSqlInbox needs SQLAlchemy: pip install 'palomma[journal]'\n"


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without SQLAlchemy, SqlInbox says how to install it, from within this process too."""
    monkeypatch.delitem(sys.modules, "palomma.webhooks._sql", raising=False)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    monkeypatch.delattr(palomma.webhooks, "_sql", raising=False)
    with pytest.raises(ImportError, match="needs SQLAlchemy"):
        _ = palomma.webhooks.SqlInbox
