"""What becomes of a row of the journal: its states, the table of moves, and every decision. No clock, disk or socket.

A decision takes the row as it is and what was learnt, and returns the row as it shall be: the same one if nothing
changes. The store writes it only if the row's state and attempt are still those that were read, so that of two who
decide at the same time one is asked again. Times are seconds since 1970, by the clock of the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from attrs import evolve, field, frozen

__all__ = ["MOVES", "Ask", "Entry", "Key", "LookUp", "Move", "Object", "Resend", "Rules", "State"]

State = Literal["intended", "sending", "confirmed", "rejected", "unknown", "review"]
Resend = Literal["never", "after_quiet"]
Outcome = Literal["created", "refused", "not_sent", "unknown"]


class Move(NamedTuple):
    """One line of the table of moves."""

    before: tuple[str, ...]
    """The states that it leads from; `-`: there is no row yet."""
    after: State
    by: str
    when: str


MOVES = (
    Move(("-", "rejected"), "intended", "`later`", "in the user's own transaction, with the new body"),
    Move(("-", "rejected"), "sending", "a call", "before its first byte; a rejected row takes the new body"),
    Move(("intended",), "sending", "a call, a worker", "a worker sends only what `later` wrote"),
    Move(("sending",), "confirmed", "its owner", "the answer is a success, readable and ours"),
    Move(("sending",), "rejected", "its owner", "Palomma refused it, or it was not sent, or 429, 421, 425 at the end"),
    Move(("sending",), "intended", "its owner", "the same of what `later` wrote, if it wasn't sent or not processed"),
    Move(("sending",), "unknown", "its owner", "anything else: it may have been received"),
    Move(("sending",), "review", "its owner", "409, or `lookup_first`, and what was found isn't one agreeing object"),
    Move(("sending",), "unknown", "anyone", "the time until which its owner may send is over"),
    Move(("unknown", "review"), "confirmed", "a look-up", "exactly one object is proven to be the one"),
    Move(("unknown",), "review", "a look-up", "several are, or none and there are others, after the quiet period"),
    Move(("unknown",), "review", "a look-up", 'two look-ups after the quiet period were empty, and `resend="never"`'),
    Move(("unknown",), "intended", "a look-up", 'two were, a quiet period apart, and `resend="after_quiet"`'),
    Move(("unknown",), "sending", "a call", "the contract has an idempotency key, and it is still remembered"),
    Move(
        ("intended", "sending", "unknown", "review", "rejected"), "confirmed", "a webhook, an earlier owner",
        "the object is proven to be the one, or the earlier owner's own answer has come",
    ),
    Move(
        ("intended", "sending", "unknown", "rejected"), "review", "whoever would confirm it",
        "its object confirms another row already",
    ),
    Move(("unknown", "review"), "confirmed", "a person", "`resolve(object_id=…)`, and the object agrees"),
    Move(("unknown", "review"), "rejected", "a person", "`resolve(not_created=True)`, after two empty look-ups"),
)  # fmt: skip
"""All moves. The documentation prints them; nothing else changes a state."""


class Key(NamedTuple):
    """What a row is known by."""

    environment: str
    account: str
    operation: str
    reference: str


@frozen(kw_only=True)
class Entry:
    """A row of the journal. Its `repr` shows no body."""

    environment: str
    account: str
    operation: str
    """The operationId, such as `createPayoutRequest`."""
    reference: str
    state: State = "intended"
    attempt: int = 0
    """How often it was claimed. An owner of an earlier attempt may only add evidence."""
    outbox: bool = False
    """Written by `later`: workers send it."""
    reason: str = ""
    """Why it is in this state: `not_sent`, `refused`, `lost`, `conflict`, `found_before`, `resolved` and the like."""
    first_claim: float | None = None
    """When it was first claimed; nothing of it was sent before."""
    claimed_at: float | None = None
    """When it was last claimed."""
    send_until: float | None = None
    """Until when its owner may send."""
    empty_at: float | None = None
    """When the first empty look-up after the quiet period began."""
    object_id: str | None = None
    duplicate: str | None = None
    """The id of a second object: it was paid twice."""
    key: str | None = None
    """The idempotency key, where the contract has one; a call may begin to use it again until `key_until`."""
    key_until: float | None = None
    fingerprints: Mapping[str, str] = field(factory=dict, repr=False)
    """A keyed hash of each member that the caller gave."""
    members: Mapping[str, Any] = field(factory=dict, repr=False)
    """The body, masked."""
    request: Mapping[str, Any] | None = field(default=None, repr=False)
    """What is needed to send it; None once it is settled."""
    by: str | None = None
    because: str | None = None
    """Who resolved it, and why."""
    changed_at: float = 0.0

    @property
    def id(self) -> Key:
        return Key(self.environment, self.account, self.operation, self.reference)

    def masked(self) -> Entry:
        """Return it without what only sending needs (R5)."""
        return evolve(self, request=None)


@frozen
class Rules:
    """What a journal and its client were set up with."""

    quiet_period: float = 60.0
    """Seconds: how late Palomma commits and shows, and how long a process may pause between check and write."""
    resend: Resend = "never"
    max_skew: float = 300.0


class Object(NamedTuple):
    """An object that a look-up or a webhook tells of, as it stands to a row."""

    id: str
    same: bool
    """Whether its reference is exactly the row's; else it is that trimmed, cut or in another case."""
    agrees: bool
    """Whether it has every identifying member that was sent, of the same value."""
    created: float | None
    taken: bool = False
    """Whether it confirms another row already."""


class LookUp(NamedTuple):
    """What a look-up met."""

    began: float
    objects: tuple[Object, ...] = ()
    complete: bool = True
    """Whether the whole list was read, without a filter."""
    apart: float | None = None
    """Seconds since this process began its first empty look-up of the row after the quiet period, by a clock that
    stands while the machine sleeps; None: this is the first."""


class Ask(NamedTuple):
    """What a call does that finds a row."""

    do: Literal["claim", "wait", "expire", "read", "look_up", "person", "differs"]
    members: tuple[str, ...] = ()
    """For `differs`: the members that differ from what was given first."""


def ask(row: Entry | None, given: Mapping[str, str], now: float, seconds: float, free: Iterable[str] = ()) -> Ask:
    """Decide what a call does, by the row of its reference.

    `given` are the fingerprints of what the caller gives, in which the members of `free` may differ; `seconds` is how
    long the call may last.
    """
    if row is None or row.state == "rejected":  # nothing was created
        return Ask("claim")
    names = (row.fingerprints.keys() | given.keys()) - set(free)
    if different := tuple(sorted(name for name in names if row.fingerprints.get(name) != given.get(name))):
        return Ask("differs", different)
    if row.state == "sending":
        return Ask("expire" if _is_over(row, now) else "wait")
    if row.state == "unknown" and row.key_until is not None and now + seconds < row.key_until:
        return Ask("claim")
    return _ASKED[row.state]


_ASKED = {"intended": Ask("claim"), "confirmed": Ask("read"), "unknown": Ask("look_up"), "review": Ask("person")}


def _is_over(row: Entry, now: float) -> bool:
    return row.send_until is None or now >= row.send_until


def claim(row: Entry | None, new: Entry, now: float, seconds: float) -> Entry:
    """Return the row of a call that sends now, for so many seconds at most. `new` is the row of its own words.

    What is `intended` is sent as it was written first; a rejected row takes the new words.
    """
    if row is None or row.state == "rejected":
        row = _following(row, new)
    began = now if row.first_claim is None else row.first_claim
    reason = "renewed" if row.state == "unknown" else ""  # with the idempotency key of the attempt before
    return evolve(
        row, state="sending", reason=reason, attempt=row.attempt + 1, first_claim=began, claimed_at=now,
        send_until=now + seconds, empty_at=None,
    )  # fmt: skip


def intend(row: Entry | None, new: Entry) -> Entry:
    """Return the row of a call that a worker shall make: `new`, or the row that there is if it isn't rejected."""
    if row is not None and row.state != "rejected":
        return row
    return evolve(_following(row, new), state="intended", outbox=True)


def _following(row: Entry | None, new: Entry) -> Entry:
    return new if row is None else evolve(new, attempt=row.attempt, first_claim=row.first_claim)


def answer(
    row: Entry, attempt: int, outcome: Outcome, object_id: str | None = None, reason: str = "",
    words: Mapping[str, str] | None = None,
) -> Entry:  # fmt: skip
    """Add what came of an attempt, which sent `words`. Once its owner isn't the row's any more, only an object counts:
    one of other words than the row has now confirms nothing, and is a duplicate."""
    if outcome == "created":
        return confirm(row, object_id) if words in (None, row.fingerprints) else evolve(row, duplicate=object_id)
    if row.state != "sending" or row.attempt != attempt:
        return row
    if row.reason == "renewed":  # whatever this attempt says, an earlier one may have been received
        return evolve(row, state="unknown", reason=reason or "lost")
    if outcome == "refused":
        return _settle(row, "rejected", reason or "refused")
    if outcome == "not_sent":
        reason = reason or "not_sent"
        return evolve(row, state="intended", reason=reason) if row.outbox else _settle(row, "rejected", reason)
    return evolve(row, state="unknown", reason=reason or "lost")


def confirm(row: Entry, object_id: str | None, reason: str = "") -> Entry:
    """Confirm a row by an object that is proven to be the one; a second object is a duplicate."""
    if row.state == "confirmed":
        return row if object_id in (None, row.object_id) else evolve(row, duplicate=object_id)
    return evolve(_settle(row, "confirmed", reason), object_id=object_id)


def _settle(row: Entry, state: State, reason: str) -> Entry:
    return evolve(row, state=state, reason=reason, request=None)


def lose(row: Entry, holder: Key | None) -> Entry:
    """Return a row whose object confirms another one, the `holder`, already."""
    return evolve(row, state="review", reason=f"its object confirms {holder.reference if holder else 'another'}")


def expire(row: Entry, now: float) -> Entry:
    """Take what is `sending` for unknown once its owner may send no more."""
    return evolve(row, state="unknown", reason="expired") if row.state == "sending" and _is_over(row, now) else row


def quiet_end(row: Entry, rules: Rules) -> float:
    """Return from when on a look-up that finds nothing counts."""
    return (row.send_until or 0.0) + rules.quiet_period


def _candidates(objects: Iterable[Object], oldest: float | None) -> list[Object]:
    """Return the objects that may be the row's; None: whatever their age."""
    exact = (each for each in objects if each.same and each.agrees and not each.taken)
    return [each for each in exact if oldest is None or (each.created is not None and each.created >= oldest)]


def _oldest(row: Entry, rules: Rules) -> float | None:
    # What a 409 speaks of may be older than the call.
    is_conflict = row.reason == "conflict" and row.state != "confirmed"
    return None if is_conflict else (row.first_claim or 0.0) - rules.max_skew


def is_empty(look: LookUp) -> bool:
    """Return whether a look-up met nothing that could be the row's; what confirms another row isn't."""
    return look.complete and all(each.taken for each in look.objects)


def look_up(row: Entry, look: LookUp, rules: Rules) -> Entry:
    """Add what a look-up met: it confirms, asks for a person, or after the quiet period allows another attempt."""
    if row.state not in ("unknown", "review"):
        return row
    candidates = _candidates(look.objects, _oldest(row, rules))
    if len(candidates) == 1:
        return confirm(row, candidates[0].id)
    if row.state == "review":
        return row
    if candidates:
        return evolve(row, state="review", reason="several")
    if not look.complete or look.began < quiet_end(row, rules):
        return row
    return _after_an_empty(row, look, rules) if is_empty(look) else evolve(row, state="review", reason="others")


def _after_an_empty(row: Entry, look: LookUp, rules: Rules) -> Entry:
    if row.empty_at is None:
        return evolve(row, empty_at=look.began)
    if rules.resend == "never":
        return evolve(row, state="review", reason="not_found") if look.began > row.empty_at else row
    # Whoever sees the row knows that it was claimed before: by the end of this wait, its owner's time is over and the
    # quiet period, too, whatever the clocks of the store and of its owner did meanwhile.
    wait = rules.quiet_period + (row.send_until or 0.0) - (row.claimed_at or 0.0)
    waited = look.apart is not None and look.apart >= wait
    return evolve(row, state="intended", reason="not_found") if waited else row


def before_sending(row: Entry, attempt: int, look: LookUp, reason: str = "found_before") -> Entry:
    """Add what was met before the first send, or after a 409 (`reason` is `conflict` then), where age says nothing.

    One exact object that agrees confirms, anything else asks for a person; only after none may the owner send, if that
    was not because of a 409.
    """
    if row.state != "sending" or row.attempt != attempt:
        return row
    candidates = _candidates(look.objects, None)
    others = [each for each in look.objects if not each.taken and each not in candidates]
    if len(candidates) == 1 and (reason == "conflict" or not others):
        return confirm(row, candidates[0].id, reason)
    if reason == "conflict" or not is_empty(look):
        return evolve(row, state="review", reason=reason if reason == "conflict" else "others")
    return row


def tell(row: Entry, told: Object, rules: Rules) -> Entry:
    """Add an object that a webhook tells of. One that isn't proven to be the row's is left to the handler."""
    young = _candidates([told._replace(agrees=True)], _oldest(row, rules))
    if row.first_claim is None or not young:
        return row
    return confirm(row, told.id) if told.agrees or row.state == "confirmed" else row


def resolve(row: Entry, found: Object, by: str, because: str) -> Entry:
    """Confirm a row by the object that a person names. Raise `ValueError`."""
    _check_open(row)
    if found.taken or not found.agrees:
        raise ValueError("it confirms another row" if found.taken else "it disagrees with what was sent")
    return evolve(confirm(row, found.id, "resolved"), by=by, because=because)


def resolve_not_created(row: Entry, looks: Sequence[LookUp], rules: Rules, by: str, because: str) -> Entry:
    """Reject a row that a person says was not created, after two empty look-ups. Raise `ValueError`."""
    _check_open(row)
    if any(look.began < quiet_end(row, rules) for look in looks):
        raise ValueError("the quiet period isn't over: it may still appear")
    if len(looks) < 2 or not all(is_empty(look) for look in looks):
        raise ValueError("a look-up met objects of this reference, or one like it")
    return evolve(_settle(row, "rejected", "resolved"), by=by, because=because)


def _check_open(row: Entry) -> None:
    if row.state not in ("unknown", "review"):
        raise ValueError(f"it is {row.state}: only what is unknown or in review can be resolved")
