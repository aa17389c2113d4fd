"""The journal's decisions: what becomes of a row, by what was learnt. No clock, no disk, no socket."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from palomma.journal import _moves as moves
from palomma.journal._moves import MOVES, Ask, Entry, Key, LookUp, Object, Rules

NEVER = Rules(quiet_period=60.0)
AFTER_QUIET = Rules(quiet_period=60.0, resend="after_quiet")
NEW = Entry(
    environment="sandbox", account="default", operation="createPayoutRequest", reference="invoice-17",
    fingerprints={"amount": "a", "description": "d"}, members={"amount": 5}, request={"body": {"amount": 5}},
)  # fmt: skip
STATES: tuple[moves.State, ...] = ("intended", "sending", "confirmed", "rejected", "unknown", "review")
QUIET = 90.0
"""When the quiet period of a row is over that was claimed at 0 for 30 seconds."""


def row(state: moves.State, **more: Any) -> Entry:
    """Return a row that was claimed at 0 for 30 seconds, and came into a state."""
    given: dict[str, Any] = {"state": state, **more}
    return evolve(moves.claim(None, NEW, 0.0, 30.0), **given)


def item(id: str = "p1", same: bool = True, agrees: bool = True, created: float | None = 1.0, taken: bool = False):
    """Return an object that is proven to be the row's, but for what is said otherwise."""
    return Object(id, same, agrees, created, taken)


def met(*objects: Object, began: float = QUIET, **more: Any) -> LookUp:
    """Return a complete look-up."""
    return LookUp(began, objects, **more)


def test_every_change_of_a_state_stands_in_the_table():
    """Whatever a decision makes of a row is a line of the table of moves."""
    looks = [met(), met(item()), met(item(), item("p2")), met(item(same=False)), met(item(), began=0.0)]
    looks += [met(apart=200.0), met(item(created=None)), met(item(taken=True))]
    changes = set()
    for state in STATES:
        for outbox in (False, True):
            for empty_at in (None, 1.0):
                before = row(state, outbox=outbox, empty_at=empty_at)
                after = [moves.look_up(before, look, rules) for look in looks for rules in (NEVER, AFTER_QUIET)]
                after += [moves.before_sending(before, 1, look, why) for look in looks for why in ("x", "conflict")]
                outcomes: tuple[moves.Outcome, ...] = ("created", "refused", "not_sent", "unknown")
                after += [moves.answer(before, 1, outcome, "p1") for outcome in outcomes]
                after += [moves.expire(before, 30.0), moves.tell(before, item(), NEVER)]
                after += [moves.intend(before, NEW)]
                if state in ("unknown", "review"):
                    after += [moves.resolve(before, item(), "ana", "seen in the bank")]
                    after += [moves.resolve_not_created(before, [met(), met()], NEVER, "ana", "Palomma says so")]
                changes |= {(state, each.state) for each in after if each.state != state}

    listed = {(before, move.after) for move in MOVES for before in move.before}

    assert changes < listed
    assert listed - changes == {
        ("-", "intended"), ("-", "sending"), ("rejected", "sending"), ("intended", "sending"),  # claims
        ("intended", "review"), ("rejected", "review"),  # an object that another row has
        ("unknown", "sending"),  # a claim, with a key
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "expected"),
    [("intended", "claim"), ("confirmed", "read"), ("unknown", "look_up"), ("review", "person"), ("rejected", "claim")],
)
def test_asked_again_with_the_same_words(state: moves.State, expected: str):
    """What a call does that finds a row with its own words."""
    assert moves.ask(row(state), NEW.fingerprints, 10.0, 30.0) == Ask(expected)  # type: ignore[arg-type]


def test_the_first_call_claims():
    """Without a row, a call claims one for the time that it has left."""
    claimed = moves.claim(None, NEW, 100.0, 30.0)

    assert moves.ask(None, NEW.fingerprints, 100.0, 30.0) == Ask("claim")
    assert (claimed.state, claimed.attempt, claimed.first_claim, claimed.send_until) == ("sending", 1, 100.0, 130.0)


def test_a_row_in_flight_is_waited_for_until_its_owner_may_send_no_more():
    """To the last moment of its time the row is its owner's; then anyone may take it for unknown, not for intended."""
    sending = row("sending")

    assert moves.ask(sending, NEW.fingerprints, 29.9, 30.0).do == "wait" and moves.expire(sending, 29.9) == sending
    assert moves.ask(sending, NEW.fingerprints, 30.0, 30.0).do == "expire"
    assert moves.expire(sending, 30.0) == evolve(sending, state="unknown", reason="expired")
    assert moves.expire(row("confirmed"), 30.0) == row("confirmed")


@pytest.mark.parametrize("state", [state for state in STATES if state != "rejected"])
@pytest.mark.parametrize(
    ("given", "members"),
    [
        ({"amount": "b", "description": "d"}, ("amount",)),
        ({"description": "d"}, ("amount",)),
        ({"amount": "a", "description": "d", "customerId": "c"}, ("customerId",)),
        ({"amount": "a", "description": "other"}, ()),
        ({"amount": "a"}, ()),
    ],
)
def test_other_words_are_refused(state: moves.State, given: dict[str, str], members: tuple[str, ...]):
    """Another member, one more or one less: nothing is sent. The members that don't identify may differ."""
    asked = moves.ask(row(state), given, 10.0, 30.0, free=("description",))

    assert asked.members == members
    assert (asked.do == "differs") == bool(members)


def test_a_rejected_row_takes_other_words():
    """Nothing was created, so the new body is sent; when it all began stays."""
    new = evolve(NEW, fingerprints={"amount": "b"}, request={"body": {"amount": 6}})
    again = moves.claim(row("rejected", attempt=3, outbox=True), new, 500.0, 30.0)

    assert moves.ask(row("rejected"), new.fingerprints, 10.0, 30.0) == Ask("claim")
    assert (again.request, again.attempt, again.first_claim) == (new.request, 4, 0.0)
    assert (again.claimed_at, again.send_until, again.outbox) == (500.0, 530.0, False)


def test_an_intended_row_is_sent_as_it_was_written_first():
    """The first words count, and a worker's row stays a worker's."""
    intended = moves.intend(None, NEW)
    claimed = moves.claim(intended, evolve(NEW, request={"body": {"amount": 7}}), 0.0, 30.0)

    assert (intended.state, intended.outbox, intended.first_claim) == ("intended", True, None)
    assert (claimed.request, claimed.outbox) == (NEW.request, True)


def test_later_changes_rejected_rows_alone():
    """Over a rejected row the new words are intended; any other stays as it is."""
    new = evolve(NEW, fingerprints={"amount": "b"})
    again = moves.intend(row("rejected", attempt=2), new)

    assert (again.state, again.attempt, again.fingerprints, again.outbox) == ("intended", 2, {"amount": "b"}, True)
    for state in STATES:
        assert state == "rejected" or moves.intend(row(state), new) == row(state)


@pytest.mark.parametrize(
    ("outcome", "outbox", "expected"),
    [
        ("created", False, ("confirmed", "")),
        ("refused", False, ("rejected", "refused")),
        ("refused", True, ("rejected", "refused")),
        ("not_sent", False, ("rejected", "not_sent")),
        ("not_sent", True, ("intended", "not_sent")),
        ("unknown", False, ("unknown", "lost")),
    ],
)
def test_an_owners_answer(outcome: moves.Outcome, outbox: bool, expected: tuple[str, str]):
    """What an attempt ends as; what is settled needs nothing to be sent any more."""
    after = moves.answer(row("sending", outbox=outbox), 1, outcome, "p1")

    assert (after.state, after.reason) == expected
    assert (after.request is None) == (after.state in ("confirmed", "rejected"))
    assert after.object_id == ("p1" if after.state == "confirmed" else None)


@pytest.mark.parametrize("state", STATES)
def test_an_owner_that_was_overtaken_only_adds_evidence(state: moves.State):
    """A refusal or a lost answer of an earlier attempt says nothing of the row; an object does, and a second loudly."""
    before = row(state, attempt=2, object_id="p0" if state == "confirmed" else None)

    assert moves.answer(before, 1, "refused") == moves.answer(before, 1, "not_sent") == before
    assert moves.answer(before, 1, "unknown") == before
    after = moves.answer(before, 1, "created", "p1")
    expected = ("confirmed", "p0", "p1") if state == "confirmed" else ("confirmed", "p1", None)
    assert (after.state, after.object_id, after.duplicate) == expected
    assert moves.answer(after, 1, "created", after.object_id) == after


def test_a_refusal_after_its_time_leaves_a_row_unknown():
    """Once anyone took the row for unknown, only what exists counts."""
    assert moves.answer(row("unknown"), 1, "refused") == row("unknown")


@pytest.mark.parametrize("state", ["unknown", "review"])
@pytest.mark.parametrize("began", [0.0, QUIET])
def test_one_proven_object_confirms(state: moves.State, began: float):
    """At any time, also beside objects that are older, disagree, or confirm another row."""
    others = [item("p2", created=-301.0), item("p3", agrees=False), item("p4", taken=True), item("p5", same=False)]
    after = moves.look_up(row(state), met(item(), *others, began=began, complete=False), NEVER)

    assert (after.state, after.object_id, after.request) == ("confirmed", "p1", None)


@pytest.mark.parametrize("rules", [NEVER, AFTER_QUIET], ids=["never", "after_quiet"])
@pytest.mark.parametrize(
    "object",
    [item(created=-301.0), item(created=None), item(agrees=False), item(same=False)],
    ids=["older", "undated", "disagrees", "rewritten"],
)
def test_others_of_the_reference_ask_for_a_person(object: Object, rules: Rules):
    """Not empty, and none is proven: a person decides, under either policy, but not before the quiet period is over."""
    unknown = row("unknown", empty_at=QUIET - 1)

    assert moves.look_up(unknown, met(object, began=QUIET - 1, apart=1e9), rules) == unknown
    assert moves.look_up(unknown, met(object, complete=False, apart=1e9), rules) == unknown
    assert moves.look_up(unknown, met(object, apart=1e9), rules) == evolve(unknown, state="review", reason="others")


def test_several_ask_for_a_person_at_once():
    """Two that could both be it will not become one."""
    after = moves.look_up(row("unknown"), met(item(), item("p2"), began=0.0), AFTER_QUIET)

    assert (after.state, after.reason) == ("review", "several")


@pytest.mark.parametrize("look", [met(), met(item(taken=True))], ids=["nothing", "anothers"])
def test_empty_twice_asks_for_a_person(look: LookUp):
    """The default: after two look-ups that began after the quiet period, a person decides."""
    unknown = row("unknown")
    first = moves.look_up(unknown, look, NEVER)

    assert moves.look_up(unknown, look._replace(began=QUIET - 0.1), NEVER) == unknown
    assert moves.look_up(unknown, look._replace(complete=False), NEVER) == unknown
    assert first == evolve(unknown, empty_at=QUIET)
    assert moves.look_up(first, look, NEVER) == first  # the same look-up, told twice
    after = moves.look_up(first, look._replace(began=QUIET + 0.1), NEVER)
    assert (after.state, after.reason) == ("review", "not_found")


def test_empty_twice_a_quiet_period_apart_allows_another_attempt():
    """The merchant's word: then the row is intended. The time that its owner had counts, too."""
    first = moves.look_up(row("unknown"), met(), AFTER_QUIET)
    later = {"began": 1e9}

    assert (first.state, first.empty_at) == ("unknown", QUIET)
    assert moves.look_up(first, met(**later), AFTER_QUIET) == first  # another process's first look-up
    assert moves.look_up(first, met(**later, apart=60.0 + 29.9), AFTER_QUIET) == first
    after = moves.look_up(first, met(**later, apart=60.0 + 30.0), AFTER_QUIET)
    assert (after.state, after.reason, after.request) == ("intended", "not_found", NEW.request)


def test_how_long_the_second_look_up_waits_is_no_question_of_when_the_row_was_claimed():
    """The quiet period and the owner's time, and no more, also for a row that wasn't claimed at 0."""
    unknown = evolve(moves.claim(None, NEW, 1000.0, 30.0), state="unknown", empty_at=1090.0)

    assert moves.look_up(unknown, met(began=1200.0, apart=89.9), AFTER_QUIET) == unknown
    assert moves.look_up(unknown, met(began=1200.0, apart=90.0), AFTER_QUIET).state == "intended"


def test_another_attempt_forgets_that_the_one_before_was_not_found():
    """What a look-up did not meet before the row was sent again says nothing of what is sent now (R1)."""
    again = moves.claim(row("intended", empty_at=QUIET, reason="not_found"), NEW, 200.0, 30.0)

    assert (again.state, again.attempt, again.empty_at, again.reason) == ("sending", 2, None, "")


def test_an_answer_that_was_lost_says_so_if_nobody_says_more():
    """The reason that people see beside an unknown row."""
    assert moves.answer(row("sending"), 1, "unknown").reason == "lost"
    assert moves.answer(row("sending"), 1, "unknown", reason="timeout").reason == "timeout"


@pytest.mark.parametrize("state", ["intended", "sending", "confirmed", "rejected"])
def test_a_look_up_moves_unknown_and_review_alone(state: moves.State):
    """Whatever it met."""
    assert moves.look_up(row(state), met(item(), began=1e9), NEVER) == row(state)


def test_a_review_is_confirmed_or_stays():
    """Looking up goes on, and nothing but an object ends it."""
    for look in (met(), met(item(), item("p2")), met(item(agrees=False), began=1e9)):
        assert moves.look_up(row("review", empty_at=1.0), look, AFTER_QUIET) == row("review", empty_at=1.0)


def test_before_the_first_send():
    """One exact object that agrees is it, whatever its age; any other asks for a person; none lets the call send."""
    sending, old = row("sending"), item(created=-1e6)

    found = moves.before_sending(sending, 1, met(old, item("p2", taken=True)))
    assert (found.state, found.object_id, found.reason) == ("confirmed", "p1", "found_before")
    for objects in ([old, item("p2")], [old, item("p2", same=False)], [item(agrees=False)], [item(same=False)]):
        after = moves.before_sending(sending, 1, met(*objects))
        assert (after.state, after.reason) == ("review", "others")
    assert moves.before_sending(sending, 1, met()) == moves.before_sending(sending, 1, met(item(taken=True))) == sending
    assert moves.before_sending(sending, 2, met(old)) == sending
    assert moves.before_sending(row("unknown"), 1, met(old)) == row("unknown")


def test_a_conflict():
    """409: one exact object that agrees, whatever its age; else a person, never another attempt."""
    sending, old = row("sending"), item(created=None)

    found = moves.before_sending(sending, 1, met(old, item("p2", agrees=False)), "conflict")
    assert (found.state, found.object_id) == ("confirmed", "p1")
    for objects in ([], [old, item("p2")], [item(agrees=False)]):
        after = moves.before_sending(sending, 1, met(*objects), "conflict")
        assert (after.state, after.reason) == ("review", "conflict")
        assert moves.look_up(after, met(old), NEVER).state == "confirmed"


@pytest.mark.parametrize("state", ["intended", "sending", "unknown", "review", "rejected"])
def test_a_webhook_confirms(state: moves.State):
    """By the same rule, and never what was not claimed yet."""
    assert moves.tell(row(state), item(), NEVER).state == "confirmed"
    assert moves.tell(row(state, first_claim=None), item(), NEVER) == row(state, first_claim=None)
    for other in (item(same=False), item(agrees=False), item(created=-301.0), item(created=None), item(taken=True)):
        assert moves.tell(row(state), other, NEVER) == row(state)


@pytest.mark.parametrize("reason", ["", "conflict"])
def test_a_webhook_of_a_second_object_is_loud(reason: str):
    """Created after the first claim, under a confirmed row: a duplicate. An older one is left to the handler."""
    confirmed = row("confirmed", object_id="p0", reason=reason)

    assert moves.tell(confirmed, item(agrees=False), NEVER).duplicate == "p1"
    assert moves.tell(confirmed, item("p0"), NEVER) == confirmed
    assert moves.tell(confirmed, item(created=-301.0), NEVER) == confirmed
    assert moves.tell(confirmed, item(taken=True), NEVER) == confirmed


def test_the_row_that_loses_asks_for_a_person():
    """One object, one row: the text names the other."""
    other = Key("sandbox", "other", "createPayoutRequest", "invoice-16")

    assert moves.lose(row("sending"), other).reason == "its object confirms invoice-16"
    assert (moves.lose(row("sending"), None).state, moves.lose(row("sending"), None).attempt) == ("review", 1)


def test_a_person_names_the_object():
    """It agrees, and confirms no other row; who and why is kept."""
    after = moves.resolve(row("review"), item(same=False, created=None), "ana", "it is in the bank's list")

    assert (after.state, after.object_id, after.by, after.because, after.reason) == (
        "confirmed", "p1", "ana", "it is in the bank's list", "resolved",
    )  # fmt: skip
    for wrong, text in ((item(taken=True), "confirms another row"), (item(agrees=False), "disagrees")):
        with pytest.raises(ValueError, match=text):
            moves.resolve(row("unknown"), wrong, "ana", "")


def test_a_person_says_that_nothing_was_created():
    """Two empty look-ups after the quiet period bear it out."""
    after = moves.resolve_not_created(row("review"), [met(), met(item(taken=True))], NEVER, "ana", "Palomma says so")

    assert (after.state, after.reason, after.by, after.because) == ("rejected", "resolved", "ana", "Palomma says so")
    refused = [([met(began=0.0), met()], "quiet"), ([met()], "objects"), ([met(), met(item(agrees=False))], "objects")]
    for looks, text in refused:
        with pytest.raises(ValueError, match=text):
            moves.resolve_not_created(row("unknown"), looks, NEVER, "ana", "")


@pytest.mark.parametrize("state", ["intended", "sending", "confirmed", "rejected"])
def test_only_what_is_open_is_resolved(state: moves.State):
    """Anything else is settled or on its way."""
    with pytest.raises(ValueError, match=state):
        moves.resolve(row(state), item(), "ana", "")
    with pytest.raises(ValueError, match=state):
        moves.resolve_not_created(row(state), [met(), met()], NEVER, "ana", "")


def test_with_a_key_it_is_sent_again_while_the_key_is_remembered():
    """The whole call must fit into the key's life; after that the row is settled as without keys."""
    keyed = row("unknown", key="k", key_until=100.0)
    again = moves.claim(keyed, NEW, 50.0, 30.0)

    assert moves.ask(keyed, NEW.fingerprints, 69.9, 30.0) == Ask("claim")
    assert moves.ask(keyed, NEW.fingerprints, 70.0, 30.0) == Ask("look_up")
    assert (again.state, again.attempt, again.key, again.reason) == ("sending", 2, "k", "renewed")


@pytest.mark.parametrize("outcome", ["refused", "not_sent", "unknown"])
def test_no_answer_to_a_renewed_attempt_rejects(outcome: moves.Outcome):
    """The attempt before may have been received: only an object says what became of it."""
    again = moves.claim(row("unknown", key="k", key_until=100.0, outbox=True), NEW, 50.0, 30.0)

    assert moves.answer(again, 2, outcome).state == "unknown"
    assert moves.answer(again, 2, "created", "p1").state == "confirmed"


@pytest.mark.parametrize("state", STATES)
def test_an_object_of_other_words_confirms_nothing(state: moves.State):
    """An owner was stopped, its row rejected by a person and sent with other words: then its object turns up."""
    before = row(state, attempt=2, object_id="p0" if state == "confirmed" else None)
    after = moves.answer(before, 1, "created", "p1", words={"amount": "of the first attempt"})

    assert after == evolve(before, duplicate="p1")


def test_an_entry_shows_no_body():
    """Neither its repr nor what errors carry."""
    assert "'amount'" not in repr(NEW) and NEW.masked().request is None
    assert NEW.id == Key("sandbox", "default", "createPayoutRequest", "invoice-17")
