"""Looking up and waiting, decided by functions alone: a simulated Palomma and its clock, no socket and no sleep."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from palomma import (
    AmbiguousReferenceError,
    APIError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    PalommaError,
    RateLimitError,
    ReferenceRewrittenError,
    Request,
    ResponseError,
    ServerError,
    StillUnknownError,
    WaitTimeoutError,
)
from palomma._lookup.identity import NO_LENGTH, longer, may_be_ours, plain
from palomma._lookup.search import find, reconcile, wait_for
from palomma._reference import mint_reference
from palomma._sansio import Sleep
from palomma_api.client import operation
from palomma_api.runtime.calls import Call

BEGAN = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
CREATE = operation("createPayoutRequest")
READ = operation("getPayoutRequestById")
SENT = {"reference": "invoice-17", "amount": 50_000, "payoutTargetId": "target-b"}
LOST = OutcomeUnknownError(
    "lost", operation=CREATE.id, reference="invoice-17", attempts=1, request=Request(SENT, BEGAN)
)


def payout(id: str = "ours", seconds: float = 0.5, **members: Any) -> dict[str, Any]:
    """What the lost create made, or what differs from it by `members`; None takes one away."""
    created = (BEGAN + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    known = {"id": id, "status": "processing", "createdAt": created, **SENT, **members}
    return {name: value for name, value in known.items() if value is not None}


@dataclass
class Simulation:
    """A Palomma that answers at once, one item a page, and a clock that only its answers and sleeps move."""

    items: list[dict[str, Any]] = field(default_factory=list)
    appear: dict[str, float] = field(default_factory=dict)
    """By id, when an object is first shown; at once, if not named."""
    filter: Callable[[dict[str, Any], str], bool] | BaseException = lambda item, wanted: item["reference"] == wanted
    failures: list[BaseException | None] = field(default_factory=list)
    """What the next calls end in."""
    now: float = 0.0
    calls: list[str] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return BEGAN.timestamp() + self.now

    def send(self, call: Call[Any], timeout: float | None = None) -> Generator[Any, Any, Any]:
        """The steps of one call: none, it is answered here."""
        self.now += 0.05
        self.calls.append("&".join(f"{name}={value}" for name, value in call.query) or call.path)
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        yield from ()
        return call.parse(200, {}, json.dumps(self._answer(call)).encode())

    def _answer(self, call: Call[Any]) -> Any:
        shown = [item for item in self.items if self.appear.get(item["id"], 0.0) <= self.now]
        if call.operation.read_by:
            return shown.pop()
        query = dict(call.query)
        if "reference" in query and isinstance(self.filter, BaseException):
            raise self.filter
        matching = [item for item in shown if "reference" not in query or self._matches(item, query["reference"])]
        place = int(query.get("cursor", 0))
        return {"items": matching[place : place + 1], "cursor": str(place + 1) if place + 1 < len(matching) else None}

    def _matches(self, item: dict[str, Any], wanted: str) -> bool:
        assert not isinstance(self.filter, BaseException)
        return item.get("reference") is not None and self.filter(item, wanted)

    def run(self, steps: Generator[Any, Any, Any]) -> Any:
        try:
            while True:
                step = next(steps)
                assert isinstance(step, Sleep)
                assert step.seconds > 0
                self.now += step.seconds
        except StopIteration as end:
            return end.value

    def reconcile(
        self, error: Any = LOST, wait: float = 0.0, creates: tuple[str, ...] = (), skew: float = 300.0
    ) -> Any:
        return self.run(reconcile(error, wait, creates, self.send, self, skew))

    def find(self, reference: str = "invoice-17") -> Any:
        return self.run(find(CREATE, reference, self.send))

    def wait(self, **settings: Any) -> Any:
        settings = {"until": None, "timeout": 60.0, "poll": 1.0} | settings
        return self.run(wait_for(READ.call("ours"), **settings, send=self.send, clock=self))


IGNORED = staticmethod(lambda item, wanted: True)
BROKEN = staticmethod(lambda item, wanted: False)
ALIKE = staticmethod(lambda item, wanted: item["reference"].strip().casefold()[:9] == wanted.strip().casefold()[:9])


def simulation(*items: dict[str, Any], **settings: Any) -> Simulation:
    how = settings.pop("filter", None)
    made = Simulation(list(items), **settings)
    if how is not None:
        made.filter = how.__func__ if isinstance(how, staticmethod) else how
    return made


# Identity


def alike(other: str, *others: str, reference: str = "invoice-17") -> bool:
    """Whether a reference may be ours, of a list that holds it and others."""
    stored = [other, *others]
    longest = reduce(longer, stored, NO_LENGTH)
    return may_be_ours(reference, other, stored.count(other), longest)


@pytest.mark.parametrize("other", ["invoice-17", "INVOICE-17", "  invoice-17", "Invoice-17 ", "invoice-", "i", "INVO "])
def test_references_that_are_alike(other: str) -> None:
    """Upper case, white space and a cut make it alike, and no more."""
    assert alike(other)


@pytest.mark.parametrize("other", ["invoice-170", "order-17", "", "   ", "invoice-71", "nvoice-17", "\ufffd"])
def test_another_reference(other: str) -> None:
    """A longer one, another one and none are not alike."""
    assert not alike(other)


@pytest.mark.parametrize(
    ("other", "others", "may_be"),
    [
        ("invoice-", ["order-17"], True),  # nothing is longer
        ("invoice-", ["order-178"], False),  # there is room for what ours would have had
        ("invoice-", [" order-17"], False),
        ("invoice-1", [], False),  # an earlier number
        ("invoice-1", ["invoice-2", "invoice-9"], False),
        ("invoice-1", ["invoice-1"], True),  # two of them: numbers were cut
        ("invoice-1", ["invoice-1", "invoice-10"], False),  # or not
    ],
)
def test_what_shows_that_a_reference_was_cut(other: str, others: list[str], may_be: bool) -> None:
    """That nothing is longer; in a counter, that one number is there twice."""
    assert alike(other, *others) is may_be


@pytest.mark.parametrize(
    ("reference", "cut"),
    [
        ("invoice-2026-000017", "invoice-2026-00"),  # padded
        ("payout-20261124-1", "payout-2026112"),  # a date
        ("1764003600123", "17640036"),
        ("01JDXYZ8Q3TK5", "01JDXYZ8Q3"),
        ("f47ac10b-58cc-4372-a567", "f47ac10b-58cc-43"),
        ("pago de marzo", "pago de"),  # cut, then trimmed
        ("caja 💵💵", "caja 💵"),
        ("caja 💵💵", "caja 💵\ud83d"),  # cut in the middle of a character
        ("niño-ñandú", "niño-\ufffd"),
        ("straße-17", "STRAS"),
    ],
)
def test_beginnings_that_are_no_counters(reference: str, cut: str) -> None:
    """One of them is enough."""
    assert alike(cut, reference=reference)
    assert not alike(cut, reference + "-and-more", reference=reference)


PARTS = st.sampled_from(["invoice", "pedido", "año", "💵", "2026", "Straße", "-", "/", " ", "_"])
REFERENCES = st.one_of(
    st.integers(0, 10**16).map(str),
    st.uuids().map(str),
    st.integers(0, 2**127).map(lambda number: mint_reference(lambda: 1.7e9, lambda bits: number)),
    st.builds("{:06}-{:03}".format, st.integers(0, 10**6), st.integers(0, 999)),
    st.builds("{}{}".format, st.lists(PARTS, min_size=1, max_size=16).map("".join), st.integers(0, 10**9)),
    st.text(st.characters(exclude_categories=["Zs", "Cc", "Cs"], exclude_characters="\ufffd"), min_size=9, max_size=80),
)
CUTS: dict[str, Callable[[str, int], str]] = {
    "characters": lambda text, size: text[:size],
    "bytes": lambda text, size: text.encode(errors="surrogatepass")[:size].decode(errors="ignore"),
    "broken bytes": lambda text, size: text.encode(errors="surrogatepass")[:size].decode(errors="replace"),
    "units": lambda text, size: text.encode("utf-16-le", "surrogatepass")[: 2 * size].decode(
        "utf-16-le", "surrogatepass"
    ),
}
ALSO: list[Callable[[str], str]] = [str, str.strip, str.upper, str.lower]


@settings(deadline=None)
@given(
    ours=REFERENCES, others=st.lists(REFERENCES, max_size=8), size=st.integers(8, 64),
    cut=st.sampled_from(list(CUTS)), before=st.sampled_from(ALSO), after=st.sampled_from(ALSO[:2]),
)  # fmt: skip
@example("Straße 0", ["0000000¡0"], 8, "characters", str.upper, str.strip)  # cut behind a space, which is trimmed
def test_what_is_cut_is_never_absent(
    ours: str, others: list[str], size: int, cut: str, before: Callable[[str], str], after: Callable[[str], str]
) -> None:
    """Whatever the server cuts by, and does besides: unless the cut parts a counter and shows nothing yet."""

    def stored(reference: str) -> str:
        return after(CUTS[cut](before(reference), size))

    kept = stored(ours)
    assume(kept.strip() and kept != ours)
    items = [payout(f"p{place}", reference=stored(other)) for place, other in enumerate(others)]
    if (counter := re.search(r"[1-9][0-9]{1,5}$", plain(ours))) and plain(kept).endswith(
        tuple(counter[0][:end] for end in range(1, len(counter[0])))
    ):
        items.append(payout("again", reference=kept))

    with pytest.raises(ReferenceRewrittenError) as raised:
        simulation(*items, payout(reference=kept)).find(ours)
    assert "ours" in [each.id for each in raised.value.candidates]


@settings(deadline=None)
@given(
    stem=st.lists(st.sampled_from(["invoice", "año-", "💵", "2026/", "Straße ", "#"]), max_size=4).map("".join),
    asked=st.integers(1, 10**6 - 1),
    paid=st.sets(st.integers(1, 10**6 - 1) | st.integers(1, 20), max_size=20),
)  # fmt: skip
def test_ordinary_numbers_are_no_rewrites(stem: str, asked: int, paid: set[int]) -> None:
    """Whichever numbers were paid: another one isn't there, and nothing is taken for it."""
    items = [payout(f"p{number}", reference=f"{stem}{number}") for number in paid - {asked}]

    assert simulation(*items).find(f"{stem}{asked}") is None


PROVEN = [
    payout(),
    payout(amount="50000"),  # a number as text
    payout(seconds=-299),  # within the skew of the clocks
    payout(seconds=86_400),
    payout(sourceMerchantAccountId="another"),  # not identifying: R3
    payout(status="held_for_review"),  # announced by nobody
]
NOT_PROVEN = [
    (payout(amount=80_000), "it has another amount"),
    (payout(payoutTargetId="target-a"), "it has another payoutTargetId"),
    (payout(amount=None), "it doesn't say its amount"),
    (payout(amount=True), "it has another amount"),
    (payout(payoutTargetId=None), "it doesn't say its payoutTargetId"),
    (payout(seconds=-301), "it is older than the call"),
    (payout(seconds=-30 * 86_400), "it is older than the call"),
    (payout(createdAt=None), "it doesn't say when it was created"),
    (payout(createdAt="soon"), "it doesn't say when it was created"),
    (payout(createdAt="2026-11-24T17:00:01"), "it doesn't say when it was created"),  # no zone
]


@pytest.mark.parametrize("item", PROVEN)
@pytest.mark.parametrize(
    "filter",
    [None, IGNORED, BROKEN, BadRequestError("no"), ServerError("no"), NotFoundError("no"), ResponseError("no")],
)
def test_the_lost_object_is_found(item: dict[str, Any], filter: Any) -> None:
    """Whatever the filter does: exact, ignored, finding nothing, refused."""
    others = [payout("older", -1000), payout("x", reference="invoice-1"), payout("y", reference="invoice-18")]

    found = simulation(*others, item, payout("z", amount=1), filter=filter).reconcile()

    assert found.to_dict() == item


@pytest.mark.parametrize(("item", "reason"), NOT_PROVEN)
@pytest.mark.parametrize("filter", [None, IGNORED, BadRequestError("no")])
def test_another_object_of_the_reference_is_named_and_not_returned(
    item: dict[str, Any], reason: str, filter: Any
) -> None:
    """An old payment, another amount, another target, or one that doesn't say it: no lost payment is taken for it."""
    with pytest.raises(StillUnknownError) as raised:
        simulation(item, filter=filter).reconcile()

    assert str(raised.value) == (
        f"createPayoutRequest: it was not found, and may still appear (ours: {reason}). Do not send it again. "
        "[reference invoice-17]"
    )
    assert [each.id for each in raised.value.candidates] == ["ours"]


def test_without_what_was_sent_nothing_is_proven() -> None:
    """An error that somebody made by hand says neither what was sent nor when."""
    error = OutcomeUnknownError("lost", operation=CREATE.id, reference="invoice-17")

    with pytest.raises(StillUnknownError, match="ours: it isn't known what was sent"):
        simulation(payout()).reconcile(error)


def test_the_skew_is_an_option() -> None:
    """Without any allowance, what was created a second before the call is older than it."""
    assert simulation(payout(seconds=-1)).reconcile(skew=1.0).id == "ours"
    with pytest.raises(StillUnknownError, match="older than the call"):
        simulation(payout(seconds=-1)).reconcile(skew=0.5)


def test_a_customer_is_known_by_the_end_of_the_document() -> None:
    """Of what is sensitive the error holds the last four characters, and they must agree."""
    masked = Request({"reference": "c-7", "documentNumber": "…1111"}, BEGAN)
    error = OutcomeUnknownError("lost", operation="createCustomer", reference="c-7", request=masked)
    customer = {"id": "c", "reference": "c-7", "createdAt": BEGAN.isoformat(), "documentNumber": "1037551111"}

    assert simulation(customer).reconcile(error).id == "c"
    with pytest.raises(StillUnknownError, match="c: it has another documentNumber"):
        simulation({**customer, "documentNumber": "1037552222"}).reconcile(error)


# References that a server rewrites

REWRITES = [str.upper, lambda text: text[:8], lambda text: text[:7].upper(), lambda text: f" {text} ", str.title]


@pytest.mark.parametrize("rewrite", REWRITES)
@pytest.mark.parametrize("filter", [None, IGNORED, ALIKE, BadRequestError("no")])
def test_a_rewritten_reference_is_neither_confirmed_nor_absent(rewrite: Callable[[str], str], filter: Any) -> None:
    """Both ways of looking name the candidate, and return nothing."""
    item = payout(reference=rewrite("invoice-17"))

    for look in (Simulation.reconcile, Simulation.find):
        with pytest.raises(ReferenceRewrittenError) as raised:
            look(simulation(item, payout("x", reference="other"), filter=filter))
        assert [each.to_dict() for each in raised.value.candidates] == [item]
        assert "ours" in str(raised.value)
        assert raised.value.reference == "invoice-17"


@pytest.mark.parametrize(("sent", "kept"), [("año-1", "an\u0303o-1"), ("an\u0303o-1", "año-1"), ("n-17", "n-１７")])
def test_another_form_of_the_same_characters_is_not_absent(sent: str, kept: str) -> None:
    """A database that normalizes texts has rewritten the reference, too."""
    with pytest.raises(ReferenceRewrittenError) as raised:
        simulation(payout(reference=kept)).find(sent)
    assert [each.reference for each in raised.value.candidates] == [kept]


def test_a_look_alike_with_another_amount_is_no_candidate() -> None:
    """`INVOICE-17` of 80,000 is not the lost `invoice-17` of 50,000, and is named; `invoice-1` isn't even that."""
    with pytest.raises(StillUnknownError, match=r"\(x: it has another amount\)"):
        simulation(payout("x", reference="INVOICE-17", amount=80_000), payout("y", reference="invoice-1")).reconcile()


def test_a_number_instead_of_a_text_is_alike() -> None:
    """A server that makes a number of `17` has rewritten it."""
    with pytest.raises(ReferenceRewrittenError):
        simulation(payout(reference=17), payout("x", reference=None), filter=BROKEN).find("17")


ODD = ["a b", "emoji 💵", "x" * 500, "a\nb", "a/b?c&d=e#f", "%2e%2e", "ñ", " Invoice-17 ", "a\0b"]


@pytest.mark.parametrize("reference", ODD)
def test_odd_references_are_found(reference: str) -> None:
    """Spaces, signs, 500 characters: exactly the same one, beside others."""
    world = simulation(payout("x", reference=reference + "0"), payout(reference=reference))

    assert world.find(reference).id == "ours"


def test_a_list_that_grows_while_it_is_read() -> None:
    """New ones come first, so that some are listed twice: ours is found, and is one."""

    class Growing(Simulation):
        def _answer(self, call: Call[Any]) -> Any:
            if 1 < len(self.calls) < 8:
                self.items.insert(0, payout(f"new{len(self.calls)}", reference="new"))
            return super()._answer(call)

    world = Growing([payout("o", reference="order-1"), payout(), payout("p", reference="order-2")])
    world.filter = BROKEN.__func__
    assert world.find().id == "ours"


def test_the_object_counts_before_those_that_are_alike() -> None:
    """With `invoice-17` there, `INVOICE-17` and `invoice-1` of the same amount change nothing."""
    items = payout("a", reference="INVOICE-17"), payout("b", reference="invoice-1"), payout()

    assert simulation(*items, filter=ALIKE).reconcile().id == "ours"
    assert simulation(*items, filter=ALIKE).find().id == "ours"


# Several, none, and failures


def test_several_are_ambiguous() -> None:
    """Two that agree, both after the call: nobody can say which it is."""
    for look in (Simulation.reconcile, Simulation.find):
        with pytest.raises(AmbiguousReferenceError, match=r"2 objects have the reference \(ours; other\)") as raised:
            look(simulation(payout(), payout("other")))
        assert [each.id for each in raised.value.candidates] == ["ours", "other"]


def test_one_that_is_listed_twice_is_one() -> None:
    """Its last state counts: a list may move while it is read."""
    twice = simulation(payout(), payout(status="approved"))

    assert twice.reconcile().status == "approved"
    assert twice.find().status == "approved"


def test_find_says_none_only_after_the_whole_list() -> None:
    """With the filter, then without it, page after page."""
    empty = simulation(payout("a", reference="x"), payout("b", reference="y"))

    assert empty.find() is None
    assert empty.calls == ["reference=invoice-17", "/payoutRequests", "cursor=1"]


def test_find_asks_no_more_than_it_must() -> None:
    """What the filter finds is there; how old it is, and of which amount, doesn't matter."""
    one = simulation(payout(seconds=-9999, amount=1, createdAt=None), payout("b", reference="y"))

    assert one.find().id == "ours"
    assert one.calls == ["reference=invoice-17"]


@pytest.mark.parametrize("reference", ["", "  ", None, 17])
def test_find_wants_a_reference(reference: Any) -> None:
    """Of nothing, all objects without a reference would be found."""
    with pytest.raises(ValueError, match="reference must be a text"):
        simulation(payout()).find(reference)


@pytest.mark.parametrize("kind", [AuthenticationError, RateLimitError, ServerError, NotSentError, ResponseError])
def test_a_failed_look_up_says_nothing_about_the_create(kind: type[PalommaError]) -> None:
    """Whatever it ends in, "nothing was sent" above all: the outcome is still unknown, and no loop sends it again."""
    failing = simulation(payout(), failures=[kind("first"), kind("second")])

    with pytest.raises(StillUnknownError, match=rf"the look-up failed \({kind.__name__}\)") as raised:
        failing.reconcile()

    assert type(raised.value.__cause__) is kind
    assert vars(raised.value) == vars(LOST) | {"candidates": ()}
    failing.failures.clear()
    assert failing.reconcile().id == "ours"


def test_a_failed_look_up_is_tried_again_within_the_time() -> None:
    """A server that is down for a while: looked up once it is back."""
    failing = simulation(payout(), failures=[ResponseError("no"), NotSentError("no"), ServerError("no")])

    assert failing.reconcile(wait=10).id == "ours"


def test_a_closed_client_is_told_at_once() -> None:
    """It is the program's mistake, which waiting doesn't mend."""
    with pytest.raises(ConfigurationError, match="closed"):
        simulation(failures=[ConfigurationError("closed")]).reconcile(wait=60)


def test_what_was_a_conflict_is_looked_up() -> None:
    """A 409 says that an earlier one may exist; one that is older than the call is named, never returned."""
    conflict = ConflictError("409", **vars(LOST))

    with pytest.raises(StillUnknownError, match="ours: it is older than the call"):
        simulation(payout(seconds=-3600)).reconcile(conflict)


def test_what_is_still_unknown_can_be_looked_up_again() -> None:
    """The error knows all that the first one knew."""
    late = simulation(payout(), appear={"ours": 5.0})
    with pytest.raises(StillUnknownError) as raised:
        late.reconcile(wait=2)
    assert vars(raised.value) == vars(LOST) | {"candidates": ()}

    assert late.reconcile(raised.value, wait=10).id == "ours"


@pytest.mark.parametrize(
    ("error", "creates", "complaint"),
    [
        ("invoice-17", (), "takes the OutcomeUnknownError of a create, not str; or use find"),
        (NotFoundError("no"), (), "not NotFoundError; or use find"),
        (LOST, ("createCustomer",), "it was createPayoutRequest that was lost, not createCustomer"),
    ],
)
def test_what_reconcile_takes(error: Any, creates: tuple[str, ...], complaint: str) -> None:
    """The error of a create, and of this resource."""
    with pytest.raises(TypeError, match=complaint):
        simulation(payout()).reconcile(error, creates=creates)


@pytest.mark.parametrize("wait", [-1, float("inf"), float("nan"), "10", None, True])
def test_nothing_waits_for_ever(wait: Any) -> None:
    """A time is a number of seconds."""
    for steps in (lambda: simulation().reconcile(wait=wait), lambda: simulation().wait(timeout=wait)):
        with pytest.raises(ConfigurationError, match="must be a number of seconds"):
            steps()


# What appears late


def late_servers(count: int) -> Iterator[Simulation]:
    """Commit up to 2 s late, show it 1 s later, and do with the filter what servers do."""
    dice = random.Random(15)
    for _ in range(count):
        lateness = dice.uniform(0, 2)
        item = payout(seconds=lateness)
        others = [payout("old", -9999), payout("a", reference="invoice-1", amount=1), payout("b", reference="x")]
        yield simulation(
            *others,
            item,
            appear={"ours": lateness + 1},
            filter=dice.choice([None, IGNORED, BROKEN, BadRequestError("")]),
        )


@pytest.mark.parametrize("count", [20, pytest.param(2000, marks=pytest.mark.deep)])
def test_a_late_server(count: int) -> None:
    """All are found within `wait=10`, and none by an immediate look."""
    found = [server.reconcile(wait=10).id for server in late_servers(count)]
    missed = 0
    for server in late_servers(count):
        with pytest.raises(StillUnknownError):
            server.reconcile()
        missed += 1

    assert (found, missed) == (["ours"] * count, count)


def test_the_wait_ends_in_time() -> None:
    """Looked up at once, after half a second, one, two and so on, and a last time, without the filter, at the end."""
    empty = simulation(payout("a", reference="x"))

    with pytest.raises(StillUnknownError):
        empty.reconcile(wait=10)

    assert empty.calls == ["reference=invoice-17"] * 6 + ["/payoutRequests"]
    assert 10 <= empty.now < 10.5


# Waiting for a state


def states(*names: str | BaseException) -> Simulation:
    """An object that is in each of these states at one read, in the last one for ever."""
    made = simulation()

    def send(call: Call[Any], timeout: float) -> Generator[Any, Any, Any]:
        assert 1.0 <= timeout <= 60.0
        made.now += 0.05
        made.calls.append(call.path)
        name = names[min(len(made.calls), len(names)) - 1]
        yield from ()
        if isinstance(name, BaseException):
            raise name
        return call.parse(200, {}, json.dumps(payout(status=name)).encode())

    made.send = send  # type: ignore[method-assign,assignment]
    return made


def test_wait_returns_the_object_in_a_final_state() -> None:
    """It asks after one second, two more, four more; an unannounced status, an absent object and a failure pass."""
    passing = [NotFoundError("not yet"), "processing", "held_for_review", ServerError("down"), RateLimitError("slow")]
    world = states(*passing, "approved")

    assert world.wait().status == "approved"
    assert (len(world.calls), world.now) == (6, pytest.approx(6 * 0.05 + 1 + 2 + 4 + 8 + 8))


@pytest.mark.parametrize("until", [{"processing"}, ["processing", "x"], "processing"])
def test_wait_for_another_state(until: Any) -> None:
    """A collection of states, or one."""
    assert states("held", "processing").wait(until=until).status == "processing"


def test_a_state_is_no_part_of_a_name() -> None:
    """`until="approved"` is one state, and not each text in it."""
    with pytest.raises(WaitTimeoutError, match="it is app after 60 s"):
        states("app").wait(until="approved")


def test_wait_gives_up_in_time() -> None:
    """With the object as it was last read."""
    world = states("processing")

    with pytest.raises(WaitTimeoutError, match=r"^getPayoutRequestById: it is processing after 60 s$") as raised:
        world.wait()

    assert raised.value.last.to_dict() == payout()
    assert not isinstance(raised.value, OutcomeUnknownError | APIError)
    assert 60 <= world.now <= 60.1


def test_wait_gives_up_on_what_can_change_no_more() -> None:
    """Who waits for `approved` needs not wait for it once it is cancelled."""
    with pytest.raises(WaitTimeoutError, match="it is cancelled, which is final") as raised:
        states("processing", "cancelled").wait(until={"approved"})

    assert raised.value.last.status == "cancelled"


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (NotFoundError("no such", operation=READ.id, status_code=404), "it was not found after 60 s"),
        (ServerError("down", operation=READ.id, status_code=503), "it could not be read after 60 s"),
    ],
)
def test_wait_without_any_answer(failure: PalommaError, text: str) -> None:
    """An id that isn't found may be shown late: it is waited for, and the error has no object but the last failure."""
    world = states(failure)
    with pytest.raises(WaitTimeoutError, match=text) as raised:
        world.wait()

    assert (raised.value.last, raised.value.__cause__) == (None, failure)
    assert vars(raised.value) == vars(failure) | {"last": None}
    assert world.now >= 60


def test_wait_for_what_is_shown_late() -> None:
    """Not found at first, then there."""
    assert states(NotFoundError("no"), NotFoundError("no"), "approved").wait().status == "approved"


def test_wait_tells_what_does_not_pass() -> None:
    """A wrong key is told at once."""
    with pytest.raises(AuthenticationError):
        states(AuthenticationError("no")).wait()


def test_no_pause_is_none() -> None:
    """With `poll=0` the server is asked a hundred times a second at most."""
    world = states("processing")

    with pytest.raises(WaitTimeoutError):
        world.wait(timeout=0.2, poll=0)

    assert len(world.calls) <= 6
