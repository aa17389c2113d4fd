"""The mock: objects, time, money, faults and lies put together. Its only input and output is its store."""

import random
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from palomma_mock.rules import generic, money, states
from palomma_mock.rules.api import asked
from palomma_mock.rules.calendar import LAST, is_monday, settlement_instant
from palomma_mock.rules.clock import Clock, frozen_clock
from palomma_mock.rules.contract import Call, load
from palomma_mock.rules.faults import Delivery, Fault, FaultKind, Faults, Lies, rewritten
from palomma_mock.rules.ids import Ids
from palomma_mock.rules.messages import JSON, Answer, Request, error
from palomma_mock.rules.objects import DEFAULT_ACCOUNT, Context, New, completed
from palomma_mock.rules.options import takes
from palomma_mock.rules.schema import Members, RefusedError, not_among
from palomma_mock.rules.settings import LARGEST_AMOUNT, Scenario, Settings
from palomma_mock.rules.states import Outcome, Step, outcome_of
from palomma_mock.rules.strict import doubts

from .notices import Notices, WebhookScenario
from .store import Due, Notice, Record, Store

# What comes of an object that the contract, or somebody through it, made unlike those that we know.
_UNLIKE = (KeyError, TypeError, AttributeError)
_SETTLE, _ACCOUNTS, _SETTLEMENTS = "settle", "merchantAccounts", "payinSettlements"

_REMEMBERED = 500
_STORIES: dict[str, Lies] = {
    "commit_shows_late": Lies(show_after=60, list_after=120),
    "lost_and_late": Lies(commit_after=60),
}

Behaviour = Callable[["Mock", Call], Answer]
"""What an operation does, given the mock and the call."""


class Exchange(NamedTuple):
    """One request of the API, as it came, and what became of it; `fault` is what was asked to go wrong with it."""

    number: int
    at: float
    request: Request
    answer: Answer
    fault: FaultKind | None


class Mock:
    """One Palomma on this machine. Every way to run it holds one of these; all methods may be called from any thread.

    `behaviours` holds, by operationId, what operations do instead of what the contract lets the mock guess.
    """

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        settings = settings or Settings()
        standing = None if settings.start is None else frozen_clock(settings.start)
        self.clock = clock or settings.clock or standing or Clock()
        self.lock = threading.RLock()
        self.store = Store(settings.state or ":memory:")
        # Counts changes, so that the dashboard knows when to look again.
        self.version = 0
        # Wakes the courier when there is something to happen or to send.
        self.on_due: Callable[[], None] = lambda: None
        with self.store.transaction():
            self._start(settings)

    def _start(self, settings: Settings) -> None:
        self.settings, self.contract = settings, load(settings.contract)
        self.api_key, self.integrity_key, seed = settings.api_key, settings.integrity_key, settings.seed
        self.notices, self.faults = Notices(self.store), Faults()
        self.behaviours: dict[str, Behaviour] = {}
        self.exchanges = deque[Exchange](maxlen=_REMEMBERED)
        # A saved state goes on with other ids than those it has.
        self._ids = Ids(None if seed is None else f"{seed}/{self.store.last()}")
        self._chance = random.Random(seed)
        self.lies = settings.lies
        # Where notifications go within this process; else to the URL of the settings.
        self.receiver: tuple[Any, str] | None = None
        self.scenario: Scenario | None = None
        self.clock.offset = min(max(self.clock.offset, self.store.number("clock offset")), LAST)
        if self.store.get(_ACCOUNTS, DEFAULT_ACCOUNT) is None:
            self.add_merchant_account(DEFAULT_ACCOUNT, "Default account", balance=settings.opening_balance)
        for fault in settings.faults:
            self.add_fault(fault)
        if settings.scenario:
            self.play(settings.scenario)

    def reset(self, settings: Settings | None = None) -> None:
        """Forget everything, advances of the clock too, and start over, with other settings if given."""
        with self.lock:
            settings = settings or self.settings
            self.clock.offset = 0.0
            self.clock = settings.clock or self.clock
            with self.store.transaction():
                self.store.clear()
                self._start(settings)
            self._changed()

    def close(self) -> None:
        """Leave the state file to others."""
        with self.lock:
            self.store.close()

    def _changed(self) -> None:
        self.version += 1
        self.on_due()

    @contextmanager
    def _settled(self) -> Iterator[float]:
        """Hold the lock and a transaction, and give the present, once all that was due by then has happened."""
        with self.lock:
            self.tick()
            with self.store.transaction():
                yield self.clock.now()

    @property
    def webhooks(self) -> list[Notice]:
        """The notifications so far, oldest first: the latest 1000, sent or not."""
        with self._settled():
            return self.store.notices()[::-1]

    # The API

    def exchange(self, request: Request) -> Delivery:
        """Answer one request of the API, after the fault that waits for it, if one does."""
        with self.lock:
            now = self.clock.now()
            operation = self.contract.operation(request.method, request.path) if self.faults.waiting() else None
            fault = self.faults.take(operation.id, now, self._chance) if operation else None
            answer = error(503, "Not processed") if fault and not fault.takes_effect else self._answer(request)
            delivery = fault.deliver(answer) if fault else Delivery(answer)
            number = self.exchanges[-1].number + 1 if self.exchanges else 1
            self.exchanges.append(Exchange(number, now, request, delivery.answer, fault.kind if fault else None))
            return delivery

    def _answer(self, request: Request) -> Answer:
        try:
            call = asked(self.contract, request, self.api_key)
            return call if isinstance(call, Answer) else self._perform(call)
        except RefusedError as refusal:
            return error(refusal.status, str(refusal))

    def _perform(self, call: Call) -> Answer:
        """Do what is asked, by the behaviour somebody wrote, or else as the contract lets us guess."""
        operation, behaviour = call.operation, self.behaviours.get(call.operation.id)
        if behaviour:
            return behaviour(self, call)
        if operation.action is None:
            raise generic.missing(operation)
        act = getattr(self, "_update" if operation.action == "replace" else f"_{operation.action}")
        self.tick()
        with self.store.transaction():
            self._check_parent(call)
            body: bytes | Answer = act(call, self.clock.now())
            self.version += operation.action not in ("get", "list")
        if isinstance(body, Answer):
            return body
        return Answer(operation.status, body) if body else Answer(operation.status, b"", ())

    def _check_parent(self, call: Call) -> None:
        resource = call.operation.resource
        parent = resource.parent
        if parent and resource.parents and not self.store.raw(parent.kind, call.ids[len(resource.parents) - 1]):
            raise RefusedError(f"{parent.title} not found", 404)

    def _create(self, call: Call, now: float) -> bytes:
        earlier = self._earlier(call, now)
        if earlier is not None:
            return earlier
        kind, new = call.operation.resource.kind, self._new(call, now)
        late, shown, listed = self.lies.delays(self._chance)
        if late:
            self.store.schedule([Due(now + late, kind, new.id, [new, shown, listed])])
            self.on_due()
        raw = None if late else self._commit(kind, new, now, shown, listed)
        body = generic.shown(self.contract, call.operation, new.members, raw)
        if call.key is not None:
            until = now + float((call.operation.key or {}).get("x-key-lifetime", LAST))
            self.store.add_key(call.operation.id, call.key, msgspec.json.encode(call.body), body, until)
        return body

    def _earlier(self, call: Call, now: float) -> bytes | None:
        """Return the answer that this idempotency key had. Raises RefusedError if it came with another body."""
        kept = self.store.key(call.operation.id, call.key, now) if call.key is not None else None
        if kept and kept[0] != msgspec.json.encode(call.body):
            status = 422 if "422" in call.operation.documented and "409" not in call.operation.documented else 409
            raise RefusedError("idempotency key: was given with another body", status)
        return kept[1] if kept else None

    def _new(self, call: Call, now: float) -> New:
        resource, id = call.operation.resource, self._ids.new(now)
        warnings = self._doubts(call)
        members = generic.created(self.contract, call, id, now)
        if isinstance(members.get("reference"), str):
            members["reference"] = rewritten(members["reference"], self.lies)
            if self.lies.duplicates == "refused" and self.store.has_reference(resource.kind, members["reference"]):
                raise RefusedError("reference: there is an object with this reference already", 409)
        owner = "/".join(call.ids) if resource.parents else str(members.get("customerId", "")) or None
        new = New(str(members.get(resource.id, id)), members, owner, request=call.request.body or b"")
        context = Context(
            now, call.request.origin, self.settings.payin_limit, self.settings.payout_limit, self._members
        )
        with suppress(*_UNLIKE):
            new = completed(resource.kind, new, call.body, context, self.contract.schemas.members(resource.item))
        new.hidden |= {"warnings": warnings} if warnings else {}
        return new

    def _doubts(self, call: Call) -> list[str]:
        found = list(doubts(call.body)) if isinstance(call.body, dict) else []
        if found and self.settings.strict:
            raise RefusedError(found[0])
        return found

    def _members(self, kind: str, id: str) -> Members | None:
        record = self.store.get(kind, id)
        return record.members if record else None

    def _commit(self, kind: str, new: New, now: float, shown: float, listed: float) -> bytes:
        """Let a create take effect."""
        raw = self.store.add(kind, new, now + shown, now + listed)
        if "status" in new.members:
            self._plan(kind, new.id, self._fate(kind, new, now), now)
        return raw

    def _read(self, call: Call, now: float) -> bytes:
        raw = self.store.raw(call.operation.resource.kind, call.ids[-1], "/".join(call.ids[:-1]) or None, now)
        if raw is None:
            raise RefusedError(f"{call.operation.resource.title} not found", 404)
        return raw

    def _get(self, call: Call, now: float) -> bytes:
        raw = self._read(call, now)
        return generic.shown(self.contract, call.operation, msgspec.json.decode(raw), raw)

    def _list(self, call: Call, now: float) -> Answer:
        operation, page = call.operation, call.operation.page
        assert page, "an operation that lists has a page"
        filters = generic.filters(self.contract, call)
        if filters and self.lies.filters == "refused":
            raise RefusedError(f"{next(iter(filters))}: this list can't be filtered")
        if self.lies.filters == "ignored":
            filters = {}
        if operation.resource.parents:
            filters["owner"] = "/".join(call.ids)
        elif "customerId" in filters:
            filters["owner"] = filters.pop("customerId")  # which has an index
        size = generic.size(call, page)
        begin = generic.position(operation.resource.kind, page, call.query.get(page.parameter or ""), size)
        items, last = self.store.page(operation.resource.kind, filters, size, begin, now)
        body = generic.page_body(self.contract, operation, page, items, last)
        return Answer(operation.status, body, (JSON, *generic.links(call, page, last)))

    def _update(self, call: Call, now: float) -> bytes:
        resource = call.operation.resource
        self._doubts(call)
        members = generic.updated(self.contract, call, msgspec.json.decode(self._read(call, now)), now)
        self.store.change(resource.kind, call.ids[-1], members)
        self._notify(resource.kind, call.ids[-1], members, now)
        return generic.shown(self.contract, call.operation, members)

    def _delete(self, call: Call, now: float) -> bytes:
        members = msgspec.json.decode(self._read(call, now))
        self.store.delete(call.operation.resource.kind, call.ids[-1])
        return generic.shown(self.contract, call.operation, members | {"deleted": True})

    # Time

    def advance(self, seconds: float | None = None) -> None:
        """Move the clock and let happen what is due by then; without a number, as far as the next thing that is."""
        with self._settled() as now:
            if seconds is None:
                later = [at - now for at in (self.store.next_at(), self.store.next_notice_at()) if at and at > now]
                seconds = min(min(later, default=0.0), LAST - now)
            self.clock.advance(seconds)
            self.store.set_number("clock offset", self.clock.offset)
            self._tick(self.clock.now())
            self._changed()

    def tick(self) -> None:
        """Let happen what is due by now, and send nothing."""
        with self.lock:
            now = self.clock.now()
            at = self.store.next_at()
            if at is not None and at <= now:
                with self.store.transaction():
                    self._tick(now)

    settle = tick  # A server's also sends what is due.

    def _tick(self, now: float) -> None:
        while due := self.store.pop_due(now):
            if due.kind == _SETTLE:
                self._settle(due.id, due.at)
            elif isinstance(due.what[0], dict):
                self._commit(due.kind, msgspec.convert(due.what[0], New), due.at, *due.what[1:])
                self._changed()
            else:
                with suppress(*_UNLIKE):
                    self._move(due, Outcome(*due.what))

    def _plan(self, kind: str, id: str, steps: list[Step], now: float) -> None:
        self.store.schedule(Due(now + step.after, kind, id, step.outcome) for step in steps)
        self.on_due()

    # Changes of state

    def _fate(self, kind: str, new: New, now: float) -> list[Step]:
        """Return what will happen to a new object if nobody does anything about it."""
        verdict, delay = new.magic or (None, None)
        status = new.members["status"]
        for_payer = self.settings.auto_approve and self.scenario != "payer_never_comes"
        by_itself = "approve" if status == states.PROCESSING or for_payer else None
        # `partial` on a kind that knows no partial payment is no magic value.
        outcome = self._outcome(kind, new.members, verdict) or self._outcome(kind, new.members, by_itself)
        if outcome:
            return states.steps_to(outcome, status, self.settings.bank_delay if delay is None else delay)
        return [Step(new.expires - now, states.EXPIRED)] if new.expires is not None else []

    def _outcome(self, kind: str, members: Members, verdict: str | None) -> Outcome | None:
        outcome = outcome_of(kind, verdict) if verdict else None
        details = members.get("payinSourceDetails", {})
        if outcome and outcome.status == states.PARTIAL and not details.get("partialPayinsEnabled"):
            return states.NO_FUNDS
        return outcome

    def decide(self, id: str, verdict: str, method: str | None = None) -> Record:
        """Be the payer or the bank: `approve`, `partial`, or a status message such as `NOT_ENOUGH_FUNDS`.

        An object of a kind without known states takes any status of the contract. Raises RefusedError.
        """
        with self._settled() as now:
            record = self._undecided(id)
            kind, status = record.kind, record.members["status"]
            outcome = self._outcome(kind, record.members, verdict) or self._named(kind, verdict)
            if method:
                self.store.change(kind, id, record.members, record.hidden | {"method": method})
            delay = self.settings.bank_delay if status == states.PENDING else 0.0
            self.store.unschedule(kind, id)
            self._plan(kind, id, states.steps_to(outcome, status, delay), now)
            self._tick(now)
            return self.store.get(kind, id) or record

    def _undecided(self, id: str) -> Record:
        records = [record for kind in self.contract.resources if (record := self.store.get(kind, id))]
        record = next((record for record in records if "status" in record.members), None)
        if record is None:
            raise RefusedError("no such object with a state", 404)
        if states.is_final(record.kind, record.members["status"]):
            title = self.contract.resources[record.kind].title
            raise RefusedError(f"this {title} is already {record.members['status']}")
        return record

    def _named(self, kind: str, verdict: str) -> Outcome:
        """Return the outcome that is a status of the contract itself. Raises RefusedError."""
        resource = self.contract.resources[kind]
        known = outcome_of(kind, "approve") is not None
        status = self.contract.schemas.at(self.contract.schemas.members(resource.item).get("status"))
        allowed = states.verdicts(kind) if known else list(status.get("enum", ()))
        if not known and verdict in allowed:
            return Outcome(verdict)
        raise RefusedError(f"verdict: not one for a {resource.title}; {not_among(verdict, allowed)}")

    def _move(self, due: Due, outcome: Outcome) -> None:
        record = self.store.get(due.kind, due.id)
        assert record is not None, "a deleted object has nothing due"
        if not states.can_move(due.kind, record.members, outcome):
            return  # Somebody changed it through the API in the meantime.
        if due.kind == "payoutRequests" and outcome.status == states.APPROVED and not self._covered(record.members):
            outcome = states.NO_FUNDS
        if self.scenario == "bank_down_on_monday" and states.is_final(due.kind, outcome.status) and is_monday(due.at):
            outcome = states.BANK_DOWN
        members = states.moved(record.members, outcome, due.at)
        history = [*record.hidden.get("history", []), {"at": due.at, **outcome._asdict()}]
        self.store.change(due.kind, due.id, members, record.hidden | {"history": history})
        self._book(record, members, due.at)
        self._notify(due.kind, due.id, members, due.at)
        self._changed()

    def _notify(self, kind: str, id: str, members: Members, at: float) -> None:
        """Tell of a change. A creation is none: the documentation knows notifications of changes only."""
        resource = self.contract.resources.get(kind)
        if resource and resource.event:
            sent = bool(self.settings.webhook_url or self.receiver)
            self.notices.add(self._ids.new(at), resource.event, id, members, at, self.settings, sent=sent)

    # Money

    def _covered(self, members: Members) -> bool:
        most = money.cover(self._members(_ACCOUNTS, members.get("sourceMerchantAccountId", "")) or {})
        return most is None or members["amount"] <= most

    def _book(self, record: Record, members: Members, at: float) -> None:
        id = members.get("targetMerchantAccountId") or members.get("sourceMerchantAccountId") or ""
        account, collected = self._members(_ACCOUNTS, id), members.get("amountCollected", 0)
        if account and collected:
            self.store.change(_ACCOUNTS, id, money.payin_booked(account, collected))
            self._await_settlement(id, record, collected, at)
        elif account and record.kind == "payoutRequests" and members["status"] == states.APPROVED:
            self.store.change(_ACCOUNTS, id, money.payout_booked(account, members["amount"]))

    def _await_settlement(self, account: str, record: Record, collected: int, at: float) -> None:
        # https://docs.palomma.com/api-documentation/general: two business days for bancolombiaCollect, else one.
        due = settlement_instant(at, 2 if record.hidden.get("method") == "bancolombiaCollect" else 1)
        if self.store.add_unsettled(account, due, collected, money.FEE):
            self.store.schedule([Due(due, _SETTLE, account, None)])

    def _settle(self, account: str, at: float) -> None:
        payins = self.store.take_unsettled(account, at)
        members = money.settlement(self._ids.new(at), account, payins, at)
        self.store.add(_SETTLEMENTS, New(members["id"], members, account))
        if kept := self._members(_ACCOUNTS, account):
            self.store.change(_ACCOUNTS, account, money.settlement_booked(kept, *payins[1:]))
        self._notify(_SETTLEMENTS, members["id"], members, at)
        self._changed()

    def add_merchant_account(
        self,
        id: Annotated[str, msgspec.Meta(min_length=1, max_length=255)],
        description: str = "",
        *,
        type: Literal["aggregator", "gateway"] = "aggregator",
        balance: int = 0,
        payout_limit: int | None = None,
    ) -> None:
        """Add a merchant account, which only Palomma can do elsewhere. Raises RefusedError if the id is taken."""
        with self.lock, self.store.transaction():
            if self.store.raw(_ACCOUNTS, id) is not None:
                raise RefusedError("id: there is such a merchant account already")
            if abs(balance) > LARGEST_AMOUNT or abs(payout_limit or 0) > LARGEST_AMOUNT:
                raise RefusedError(f"balance, payoutLimit: at most {LARGEST_AMOUNT} pesos")
            members = money.merchant_account(id, description or id, type, balance, payout_limit)
            self.store.add(_ACCOUNTS, New(id, members))
            self._changed()

    # Webhooks, faults and lies

    def trigger(self, event: str, id: str | None = None) -> Notice:
        """Notify of an object as it is now, by an event of the contract; without an id, of the latest there is.

        Raises RefusedError for an event that the contract doesn't have, and if there is no such object.
        """
        kind = self.contract.events.get(event)
        if kind is None:
            raise RefusedError(f"event: {not_among(event, list(self.contract.events))}")
        with self._settled() as now:
            record = self.store.get(kind, id) if id else next(iter(self.store.latest(kind, 1)), None)
            if record is None:
                raise RefusedError(f"id: there is no such {self.contract.resources[kind].title}", 404)
            self._notify(kind, record.id, record.members, now)
            self._changed()
            return self.store.notices(1)[0]

    def send_to(self, app: Any, path: str = "/") -> None:
        """Send notifications straight into an ASGI or WSGI application of this process from now on, until `reset`."""
        self.receiver = (app, path)

    def redeliver(self, seq: int | None = None) -> None:
        """Send a notice again, with its old id and timestamp; without a number, all that there are, in their order.

        Raises RefusedError if there is none.
        """
        with self.lock, self.store.transaction():
            notices = self.store.notices()[::-1] if seq is None else [self.store.notice(seq)]
            for notice in notices:
                if notice is None:
                    raise RefusedError("no such notification", 404)
                notice.state, notice.due = "waiting", self.clock.now()
                self.store.change_notice(notice)
            self._changed()

    def next_webhook(self, scenario: WebhookScenario) -> None:
        """Have the next notification go a way of its own."""
        with self.lock:
            self.notices.next_is(scenario)

    @takes(Fault)
    def fail_next(self, *kind: Any, **options: Any) -> None:
        """Have the next call go wrong, in one of the ways of `FAULTS`; the options are those of `Fault`."""
        self.add_fault(Fault.of(*kind, **options))

    def add_fault(self, fault: Fault) -> None:
        """Have calls go wrong."""
        with self.lock:
            self.faults.add(fault, self.contract.operations, self.clock.now())

    def outage(
        self, lasts: float, *, kind: FaultKind = "server_error", operation: str | None = None, after: float = 0.0,
        every: float | None = None, status: int | None = None, share: float = 1.0, processed: bool | None = None,
    ) -> None:  # fmt: skip
        """Have every call go wrong for so many seconds of the mock's clock; `after` and `every` say when."""
        fault = Fault(kind, operation, status=status, processed=processed, share=share)
        self.add_fault(msgspec.structs.replace(fault, after=after, lasts=lasts, every=every))

    @takes(Lies)
    def lie(self, **lies: Any) -> None:
        """Show things later, or otherwise, than they are, from now on; the options are those of `Lies`, none is the
        truth."""
        self.lies = Lies.of(**lies)

    def play(self, name: Scenario) -> None:
        """Have everything happen in a story from now on.

        `payer_never_comes`: nobody acts for the payer, and links expire. `bank_down_on_monday`: what the bank decides
        on a Monday, by Bogotá's time, is BANK_NOT_AVAILABLE. `commit_shows_late`: a create is found by id a minute
        later, and in lists two. `lost_and_late`: the next create's answer is lost, and it takes effect a minute later.
        """
        self.tick()  # what is due by now goes as it would have gone
        self.scenario = Settings(scenario=name).scenario  # which refuses another
        self.lies = _STORIES.get(name, self.lies)
        if name == "lost_and_late":
            for id in [each.id for each in self.contract.operations.values() if each.action == "create"]:
                self.fail_next("answer_lost", id)
