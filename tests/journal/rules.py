"""The rules of the journal, each of which can be taken away, so that the simulation shows what it is good for.

    python -m tests.journal.rules [WORLDS]

prints, as a table, each rule, what goes wrong without it, and after how many payments that was seen.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from palomma.journal import _moves

from .simulation import CONDITIONS, plans, simulate
from .world import Plan

__all__ = ["RULES", "Rule", "violations", "without"]

DUPLICATE, WRONG, LOST = "duplicate", "wrongly confirmed", "lost"
TWO_ROWS, OTHER_WORDS = "one payment for two rows", "!the object of another body was returned"
NOT_TOLD = "!paid twice, and not told"


class Rule(NamedTuple):
    """A rule, how it is taken away, and what then goes wrong."""

    text: str
    found: str
    changes: Mapping[str, str] = {}
    """Texts of `_moves` and what stands in their place."""
    condition: str = ""
    """Of the store or of the processes."""
    world: Mapping[str, Any] = {}
    """Where it is needed most."""
    rare: bool = False
    """It takes thousands of payments to see."""


CALM = {"jumps": 0.0, "key_life": 0.0, "people": 0.0, "resend": "after_quiet", "old": 0.0, "rewrites": ""}
SHORT = {"delay": 0.5, "lag": 0.0, "pause": 0.5, "timeout": 30.0, "faults": 0.8, "lookup_first": False}
STALE = CALM | SHORT | {"stops": 0.1, "crashes": 0.0, "workers": 8, "references": 5}
JUMPS = CALM | {"jumps": 3_600.0, "remote": True}
PEOPLE = CALM | {"people": 0.1, "resend": "never", "lookup_first": False}
BOTH = {"accounts": 2, "one_merchant": True, "old": 0.0, "key_life": 0.0}
OLD = {"old": 0.5, "key_life": 0.0}

_OWNER = 'if row.state != "sending" or row.attempt != attempt:\n        return row\n    if row.reason == "renewed"'
_CANDIDATE = "each.same and each.agrees and not each.taken"
_AGE = "oldest is None or (each.created is not None and each.created >= oldest)"
_ONE = "if len(candidates) == 1:\n        return confirm(row, candidates[0].id)\n    if row.state"
_QUIET = "(row.send_until or 0.0) + rules.quiet_period"
_COMPLETE = {"not look.complete or look.began": "look.began", "look.complete and all(": "all("}
_APART = "look.apart is not None and look.apart >= wait"
_BEGAN = "look.began < quiet_end(row, rules):\n        return row"
_FIRST_LOOK = "    if row.empty_at is None:\n        return evolve(row, empty_at=look.began)\n"
_LOST = 'return evolve(row, state="unknown", reason=reason or "lost")\n\n\ndef confirm'
_EXPIRED = 'evolve(row, state="unknown", reason="expired") if row'
_YOUNG = "_oldest(row, rules))\n    if row.first_claim is None"
_KEPT = 'if row is None or row.state == "rejected":\n        row ='

RULES = [
    # A call that finds a row
    Rule(
        "What is on its way elsewhere is waited for", DUPLICATE,
        {'"expire" if _is_over(row, now) else "wait"': '"claim"'},
    ),
    Rule("What is unknown is looked up, not sent", DUPLICATE, {'"unknown": Ask("look_up")': '"unknown": Ask("claim")'}),
    Rule("What waits for a person is not sent", DUPLICATE, {'"review": Ask("person")': '"review": Ask("claim")'}),
    Rule("What is confirmed is read, not sent", DUPLICATE, {'"confirmed": Ask("read")': '"confirmed": Ask("claim")'}),
    Rule("Other words under the same reference are refused", OTHER_WORDS, {"if different := ": "if False and "}),
    Rule(
        "What is intended is sent in its first words, with its first key", DUPLICATE,
        {_KEPT: "if True:\n        row ="},
        world={"key_life": 300.0},
    ),
    # Owners
    Rule("Each claim raises the attempt", DUPLICATE, {"attempt=row.attempt + 1": "attempt=1"}, world=STALE),
    Rule(
        "Only the owner of the row's attempt settles it", DUPLICATE,
        {_OWNER: _OWNER.replace(" or row.attempt != attempt", "")}, world=STALE,
    ),
    Rule(
        "What may have been received is unknown", DUPLICATE,
        {_LOST: 'return _settle(row, "rejected", "lost")\n\n\ndef confirm'},
    ),
    Rule("Who may send no more leaves an unknown", DUPLICATE, {_EXPIRED: _EXPIRED.replace("unknown", "intended")}),
    # Looking up
    Rule(
        "A look-up counts only after the quiet period, if nobody waits between two", DUPLICATE,
        {_BEGAN: "False:\n        return row", _APART: "True"}, world=CALM,
    ),
    Rule("There is a quiet period", DUPLICATE, {_QUIET: "row.send_until or 0.0"}, world=PEOPLE),
    Rule(
        "It is counted from the last possible send", DUPLICATE,
        {_QUIET: "(row.claimed_at or 0.0) + rules.quiet_period"},
        world=PEOPLE | SHORT | {"delay": 5.0, "people": 0.5, "stops": 0.1, "crashes": 0.0}, rare=True,
    ),
    Rule(
        "Only a list without a filter shows that nothing is there", DUPLICATE, _COMPLETE,
        world={"key_life": 0.0}, rare=True,
    ),
    Rule("Another reference confirms nothing", WRONG, {_CANDIDATE: "each.agrees and not each.taken"}),
    Rule("An object that disagrees confirms nothing", WRONG, {_CANDIDATE: "each.same and not each.taken"}),
    Rule("An older object confirms nothing", WRONG, {_AGE: "True"}, world=OLD),
    Rule("Of several objects none confirms", NOT_TOLD, {_ONE: _ONE.replace("len(candidates) == 1", "candidates")},
         world={"patience": 0.1, "webhooks": 0.0, "key_life": 0.0, "resend": "after_quiet"}, rare=True),
    Rule(
        "A list with anything like it is not empty", DUPLICATE,
        {"all(each.taken for": "not any(each.same and each.agrees for"},
    ),
    Rule("Two empty look-ups, a quiet period apart", DUPLICATE, {_APART: "True"}, world=JUMPS),
    Rule(
        "And apart by the attempt's own time", DUPLICATE, {"(row.send_until or 0.0) - (row.claimed_at or 0.0)": "0.0"},
        world=JUMPS | SHORT | {"stops": 0.03, "workers": 8}, rare=True,
    ),
    Rule("Before the first send, anything like it asks for a person", DUPLICATE,
         {'reason == "conflict" or not is_empty(look)': 'reason == "conflict"'},
         world={"lookup_first": True, "key_life": 0.0}),
    # Webhooks and people
    Rule(
        "A webhook of an older object confirms nothing", WRONG, {_YOUNG: "None)\n    if row.first_claim is None"},
        world=OLD,
    ),
    Rule(
        "A webhook of other words confirms nothing", WRONG,
        {'if told.agrees or row.state == "confirmed" else row': ""}, rare=True,
    ),
    Rule("A person waits for the quiet period, too", DUPLICATE,
         {"any(look.began < quiet_end(row, rules) for look in looks)": "False"}, world=PEOPLE),
    Rule("A person doesn't deny what a list shows", DUPLICATE,
         {"len(looks) < 2 or not all(is_empty(look) for look in looks)": "False"}, world=PEOPLE, rare=True),
    # Statements and processes
    Rule("A statement writes only over the state that was read", DUPLICATE, condition="state", world=STALE, rare=True),
    Rule("A statement writes only over the attempt that was read", DUPLICATE, condition="attempt",
         world=STALE | {"timeout": 2.0}, rare=True),
    Rule("One object confirms one row", TWO_ROWS, {_CANDIDATE: "each.same and each.agrees"}, "object", BOTH),
    Rule("The claim is on disk before the first byte", DUPLICATE, condition="durable first"),
    Rule("The time is asked before the write", DUPLICATE, condition="deadline", world=STALE, rare=True),
    Rule("A list is read to its end", DUPLICATE, condition="whole list"),
    Rule(
        "A look-up's time is its beginning, if nobody waits between two", DUPLICATE,
        {_APART: "True"}, "begun before", CALM,
    ),
]  # fmt: skip
_SOURCE = Path(str(_moves.__file__)).read_text()


def without(rule: Rule) -> tuple[Any, frozenset[str]]:
    """Return the moves and the conditions without a rule."""
    source = _SOURCE
    for old, new in rule.changes.items():
        assert source.count(old) == 1, f"{rule.text}: {old!r} stands {source.count(old)} times in _moves.py"
        source = source.replace(old, new)
    if source == _SOURCE:
        return _moves, CONDITIONS - {rule.condition}
    module = ModuleType("mutant")
    sys.modules["mutant"] = module  # attrs looks its annotations up there
    exec(compile(source, "mutant", "exec"), module.__dict__)
    return module, CONDITIONS - {rule.condition}


def violations(worlds: int, rule: Rule) -> tuple[int, int, int]:
    """Return how often what a rule prevents happens without it, in how many worlds, and with how many payments."""
    count = 0

    def counted() -> Iterator[Plan]:
        nonlocal count
        for count, plan in enumerate(plans(worlds, 0, **rule.world), 1):  # noqa: B007
            yield plan

    wrong, seen = simulate(counted(), *without(rule), enough=lambda wrong: wrong[rule.found] > 0)
    return wrong[rule.found], count, seen["rows"]


def main(worlds: str = "4000") -> None:
    with ProcessPoolExecutor() as pool:
        for rule, (count, _, rows) in zip(RULES, pool.map(partial(violations, int(worlds)), RULES), strict=True):
            print(f"| {rule.text} | {count} × {rule.found.strip('!')} | {rows} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
