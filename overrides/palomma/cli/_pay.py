"""`palomma pay FILE`: each row is paid once, however often, under whatever name and by how many at once it is run.

The row's own id is the reference, and everything goes through the journal. What the journal doesn't know is looked for
at Palomma first, in one walk for all rows: another journal, or somebody by hand, may have paid it.
"""

from __future__ import annotations

import os
import re
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from palomma import _errors as errors
from palomma._options import check_seconds
from palomma.descriptions import describe
from palomma.models import BankAccount

from ._contract import is_refused, limits, member
from ._journal import opened
from ._operations import operations_of
from ._output import check_writable, save
from ._payees import COLUMNS, Payee, Row, read_rows
from ._reconcile import Wanted
from ._session import DEFAULT_ENVIRONMENT, Session, code_of, stop, worst
from ._statement import is_done
from ._table import table_of
from ._words import has_words, pesos, words

if TYPE_CHECKING:
    from palomma import Palomma
    from palomma.journal import Journal

__all__ = ["Plan", "decide", "pay"]

T = TypeVar("T")
RECENT = timedelta(days=3)
"""A payout of the same target and amount that is younger may be the same one under another id: it is said."""
ATTEMPTS = 20
MOST = 15
"""Rows at a time: the journal has no more connections to its database."""
Step = Literal["send", "known", "found", "held"]


class Plan(NamedTuple):
    """What is to be done about a row: sent under a name, or asked of the journal, or it was found, or is held back."""

    row: Row
    name: str
    step: Step
    payout: Any = None


class Result(NamedTuple):
    """What became of a row."""

    row: Row
    name: str
    state: str
    code: int
    id: str = ""
    text: str = ""


def names_of(reference: str) -> Iterator[str]:
    """Yield the references under which a row is sent: its own and, where the bank refused it, `ID-2`, `ID-3` …"""
    yield reference
    yield from (f"{reference}-{number}" for number in range(2, ATTEMPTS))


def _base(reference: str) -> str:
    """Return the reference whose later name this may be."""
    return re.sub(r"-\d{1,2}$", "", reference)


def decide(
    row: Row, targets: Collection[str], others: Collection[str], known: Collection[str], met: Mapping[str, list[Any]]
) -> Plan:
    """Return what is to be done about a row.

    Args:
        row: the row.
        targets: the ids of its target, or of all targets of its payee.
        others: the references of all rows.
        known: the references that the journal has.
        met: by reference, what Palomma has under it, also rewritten.
    """
    name = row.reference
    for later in list(names_of(row.reference))[1:]:
        if later in others or (later not in known and later not in met):
            break
        name = later
    if name in known:
        return Plan(row, name, "known")
    if name not in met:
        return Plan(row, name, "send")
    agreeing = [each for each in met[name] if (each.reference, each.amount) == (name, row.amount)]
    if len(agreeing) == len(met[name]) == 1 and agreeing[0].payout_target_id in targets:
        return Plan(row, name, "found", agreeing[0])
    return Plan(row, name, "held", met[name][0])


def pay(
    session: Session, file: Path, *, redirect_url: str | None = None, journal: str | None = None,
    result: Path | None = None, wait: bool = False, seconds: float = 300.0, retry_cancelled: bool = False,
    concurrency: int = 8, max_amount: int | None = None,
) -> int:  # fmt: skip
    """Pay a file. Return 0 only if all rows are paid or on their way."""
    rows = _checked(session, file, max_amount or session.profile.max_amount)
    url = redirect_url or session.profile.redirect_url or ""
    if not url and any(row.payee for row in rows):
        stop(2, "pay_redirect_missing")
    check_seconds("seconds", seconds)
    result = result or file.with_name(f"{file.stem}-resultado.csv")
    check_writable(result)
    with opened(session, journal, make=True) as book:
        run = Run(session, rows, book, url, min(max(1, concurrency), MOST), retry_cancelled)
        plans = run.look()
        if session.common.dry_run:
            session.write({"line": row.line, "reference": name, "amount": row.amount, "step": step}
                          for row, name, step, _ in plans)  # fmt: skip
            return 0
        run.ask()
        try:
            return run.send(plans, seconds if wait else 0.0)
        finally:
            run.finish(result, file)


def _checked(session: Session, file: Path, most: int | None) -> list[Row]:
    """Return the rows of a file. Say everything that is wrong, and raise `CommandError`, before anything is sent."""
    table = table_of(file, COLUMNS)
    rows, problems = read_rows(table, limits("CreatePayoutRequest", "amount", most))
    if table.others and rows:  # without rows it is no header, and may be anything
        session.tell("pay_columns", names=", ".join(re.sub(r"\d{4,}", "…", name) for name in table.others))
    for problem in problems:
        session.tell("row_line", line=problem.line, column=problem.column, text=problem.words.say(session.lang))
    if problems:
        stop(2, "pay_problems", count=len(problems))
    return rows


def _salt(session: Session) -> bytes:
    """Return the secret that references of payees are made with: without it they say nothing about anybody (R5)."""
    path = session.data_folder() / "salt"
    if not path.exists():
        new = path.with_name(f"salt.{secrets.token_hex(8)}")
        new.touch(0o600)
        new.write_bytes(secrets.token_bytes(32))
        with suppress(FileExistsError):
            os.link(new, path)  # whole or not at all; of two at a time the first counts
        new.unlink()
    return path.read_bytes()


class Run:
    """One run of a file."""

    def __init__(
        self, session: Session, rows: list[Row], journal: Journal, redirect_url: str, concurrency: int, retry: bool
    ) -> None:
        self._session, self._rows, self._journal = session, rows, journal
        self._redirect_url, self._concurrency, self._retry = redirect_url, concurrency, retry
        self._references = {row.reference for row in rows}
        salt = _salt(session) if any(row.payee for row in rows) else b""
        self._payees = {row.payee.reference(salt): row.payee for row in rows if row.payee}
        self._payee_of = {row.line: row.payee.reference(salt) for row in rows if row.payee}
        self._customers: dict[str, list[Any]] = {}
        self._targets: dict[str, list[Any]] = {}
        self._met: dict[str, list[Any]] = {}
        self._known: set[str] = set()
        self._hindered: dict[str, Result] = {}
        self._results: dict[int, Result] = {}
        self._locked_out = False
        self._similar = 0

    def look(self) -> list[Plan]:
        """Return what is to be done, once it was said."""
        with self._session.client(self._journal) as client:
            plans = self._plan(client)
            usual = member("CreatePayoutRequest", "sourceMerchantAccountId")["x-default"]
            account = client.merchant_accounts.get(self._session.profile.account or usual)
        self._summarize(plans, account, sum(row.amount for row in self._rows))
        return plans

    def ask(self) -> None:
        """Return if it may be done."""
        total, lang = sum(row.amount for row in self._rows), self._session.lang
        facts = {"count": len(self._rows), "total": pesos(total, lang), "where": self._session.environment}
        self._session.permit(len(self._rows), total, words("pay_question", **facts))

    def send(self, plans: list[Plan], seconds: float) -> int:
        """Pay, and wait for the outcome for so many seconds. Return the exit code."""
        with self._session.client(self._journal) as client:
            self._each(self._payees.items(), lambda pair: self._target(client, *pair), "pay_targets")
            plans = [self._decided(each.row) if each.step == "send" else each for each in plans]
            self._each(plans, lambda plan: self._pay(client, plan), "pay_rows")
            if seconds:
                every = [one for one in self._results.values() if one.id and not one.code]
                self._each(every, lambda one: self._wait(client, one, seconds), "pay_waiting")
        return worst(each.code for each in self._results.values())

    # Looking

    def _plan(self, client: Palomma) -> list[Plan]:
        create = operations_of("payout_requests")["create"].id
        environment = DEFAULT_ENVIRONMENT if self._session.base_url else self._session.environment
        self._known = {
            entry.reference for entry in self._journal.entries()
            if (entry.operation, entry.environment) == (create, environment) and entry.state != "rejected"
            and self._references & {entry.reference, _base(entry.reference)}
        }  # fmt: skip
        if self._payees:
            for known, listed in ((self._customers, client.customers), (self._targets, client.payout_targets)):
                self._collect(known, listed.iterate(page_size=100), self._payees)
        sums = {(target, row.amount) for row in self._rows for target in self._target_ids(row)}
        recent = datetime.now(UTC) - RECENT

        def payouts() -> Iterator[Any]:
            for payout in client.payout_requests.iterate(page_size=100):
                if payout.reference not in self._references and (payout.payout_target_id, payout.amount) in sums:
                    self._similar += payout.created_at is not None and payout.created_at > recent
                yield payout

        self._collect(self._met, payouts(), self._references)
        return [self._decided(row) for row in self._rows]

    def _collect(self, known: dict[str, list[Any]], things: Iterable[Any], exact: Collection[str]) -> None:
        """Keep what has one of the references, or one of their later names."""
        wanted = Wanted(exact)
        for thing in things:
            base = _base(thing.reference or "")
            name = thing.reference if base in exact and thing.reference not in exact else wanted.match(thing.reference)
            if name is not None and (base in exact or name in exact):
                known.setdefault(name, []).append(thing)

    def _target_ids(self, row: Row) -> list[str]:
        if row.target:
            return [row.target]
        return [each.id for name in names_of(self._payee_of[row.line]) for each in self._targets.get(name, ())]

    def _decided(self, row: Row) -> Plan:
        return decide(row, self._target_ids(row), self._references, self._known, self._met)

    def _summarize(self, plans: list[Plan], account: Any, total: int) -> None:
        tell, steps = self._session.tell, Counter(plan.step for plan in plans)
        tell("pay_sum", count=len(plans), total=pesos(total, self._session.lang))
        if account.available_balance is not None:
            tell("pay_balance", balance=pesos(account.available_balance, self._session.lang))
        unmade = sum(1 for reference in self._payees if not self._usable(reference))
        known = [(f"pay_{step}", steps[step]) for step in ("known", "found", "held")]
        for key, count in (*known, ("pay_unmade", unmade), ("pay_similar", self._similar)):
            if count:
                tell(key, count=count)

    # Who is paid

    def _usable(self, reference: str) -> str | None:
        """Return the id of a payee's target that can be paid. No other one ever is."""
        state = member("CreatePayoutRequest", "payoutTargetId")["x-state"]
        every = (each for name in names_of(reference) for each in self._targets.get(name, ()))
        return next((each.id for each in every if each.status == state), None)

    def _target(self, client: Palomma, reference: str, payee: Payee) -> None:
        """Find a payee's target, or make one and its customer. What stands in the way is noted for all its rows."""
        if self._usable(reference):
            return
        there = ((name, self._targets.get(name, [])) for name in names_of(reference))
        name, all_ = next((name, all_) for name, all_ in there if not all_ or not all(map(is_refused, all_)))
        open_ = [each for each in all_ if not is_refused(each)]
        try:
            made = open_[0] if open_ else self._make(client, reference, name, payee)
            made = client.payout_targets.get(made.id)
        except errors.PalommaError as error:
            self._hindered[reference] = _failed(self._rows[0], reference, error)
            return
        self._targets[name] = [made]
        if not self._usable(reference):
            self._hindered[reference] = Result(self._rows[0], reference, "to_confirm", 1, made.id, made.auth_url or "")

    def _make(self, client: Palomma, reference: str, name: str, payee: Payee) -> Any:
        customers = self._customers.get(reference)
        customer: Any = customers[0] if customers else client.customers.create(
            name=payee.name, document_type=payee.document_type, document_number=payee.document, email=payee.email,  # type: ignore[arg-type]
            phone_number=payee.phone, reference=reference,
        )  # fmt: skip
        account = BankAccount(bank=payee.bank, account_type=payee.account_type, account_number=payee.account)  # type: ignore[arg-type]
        return client.payout_targets.create(
            customer_id=customer.id, redirect_url=self._redirect_url, bank_account=account, reference=name,
            description=payee.description or None,
        )  # fmt: skip

    # Paying

    def _each(self, things: Iterable[T], work: Callable[[T], None], what: str) -> None:
        """Do the work for all things, a few at a time. After Ctrl-C none is begun, and those on their way end."""
        from rich.console import Console
        from rich.progress import Progress

        listed = list(things)
        todo, pool, console = iter(listed), ThreadPoolExecutor(self._concurrency), Console(stderr=True)
        with Progress(console=console, disable=not (listed and console.is_terminal)) as bar:
            task = bar.add_task(self._session.word(what), total=len(listed))

            def worker(_: int) -> None:
                for thing in todo:
                    work(thing)
                    bar.advance(task)

            try:
                list(pool.map(worker, range(self._concurrency)))
            except KeyboardInterrupt:
                self._session.tell("pay_stopping", seconds=self._session.common.timeout)
                raise
            finally:
                list(todo)  # nobody begins one of these
                pool.shutdown()

    def _pay(self, client: Palomma, plan: Plan) -> None:
        row, name = plan.row, plan.name
        hindered = self._hindered.get(self._payee_of.get(row.line, ""))
        if hindered and plan.step == "send":
            result = hindered._replace(row=row, name=name)
        elif self._locked_out:
            result = Result(row, name, "not_tried", 4)
        elif plan.step == "held":
            result = Result(row, name, "held", 3, plan.payout.id)
        else:
            self._results[row.line] = Result(row, name, "unknown", 3)  # if nobody waits for its end
            try:
                result = self._paid(client, plan)
            except Exception as error:  # also what nobody expects: it may have been sent (R2)
                result = _failed(row, name, error)
                self._locked_out = self._locked_out or result.code == 4
        self._results[row.line] = result

    def _paid(self, client: Palomma, plan: Plan) -> Result:
        """Return what became of a row, and send it once more if the bank refused it and that is wanted."""
        row, name = plan.row, plan.name
        found = plan.payout.id if plan.step == "found" else None
        payout = client.payout_requests.get(found) if found else self._create(client, row, name)
        if self._retry and plan.step != "send" and is_refused(payout):
            names = names_of(row.reference)
            name = next((later for earlier in names if earlier == name for later in names), "")
            if not name or name in self._references:
                return Result(row, name or plan.name, "id_taken" if name else "too_often", 1)
            payout = self._create(client, row, name)
        return self._result(row, name, payout)

    def _create(self, client: Palomma, row: Row, name: str) -> Any:
        targets = [row.target] if row.target else [self._usable(self._payee_of[row.line]), *self._target_ids(row)]
        return client.payout_requests.create(
            payout_target_id=next((each for each in targets if each), ""), amount=row.amount, reference=name,
            source_merchant_account_id=self._session.profile.account,
        )  # fmt: skip

    def _result(self, row: Row, name: str, payout: Any, code: int = 0) -> Result:
        refused = is_refused(payout)
        text = str(describe(payout, "es" if self._session.lang == "es" else "en")) if refused else ""
        return Result(row, name, str(payout.status), 1 if refused else code, payout.id, text)

    def _wait(self, client: Palomma, one: Result, seconds: float) -> None:
        try:
            payout: Any = client.payout_requests.wait(one.id, timeout=seconds)
            result = self._result(one.row, one.name, payout)
        except errors.PalommaError as error:
            payout = getattr(error, "last", None)  # of a WaitTimeoutError; None: it could not be read
            if payout is not None:
                result = self._result(one.row, one.name, payout, int(not is_done(payout)))
            else:
                result = one._replace(state="unread", code=4 if code_of(error) == 4 else 3, text=str(error))
        self._results[one.row.line] = result

    # What is said at the end

    def finish(self, result: Path, file: Path) -> None:
        """Write the file of results, that of the links by which accounts are confirmed, and the sums."""
        session = self._session
        every = [self._results.get(row.line) or Result(row, row.reference, "not_tried", 6) for row in self._rows]
        names = ("line", "reference", "amount", "state", "id", "text")
        lines = ((one.row.line, one.name, one.row.amount, self._state(one.state), one.id, one.text) for one in every)
        rows = [session.named(dict(zip(names, line, strict=True))) for line in lines]
        with session.whatever_happens():
            save(rows, result, session.lang)
            session.tell("pay_results", path=result)
        if waiting := [one for one in every if one.state == "to_confirm"]:
            with session.whatever_happens():
                self._confirm(waiting, file)
        with session.whatever_happens():
            session.write(rows)
        for state, count in Counter(one.state for one in every).items():
            total = pesos(sum(one.row.amount for one in every if one.state == state), session.lang)
            session.tell("pay_state", count=count, state=self._state(state), total=total)

    def _state(self, state: str) -> str:
        return self._session.word(f"state_{state}") if has_words(f"state_{state}") else state

    def _confirm(self, waiting: list[Result], file: Path) -> None:
        """Write who must confirm an account, and by which link."""
        path = file.with_name(f"{file.stem}-por-confirmar.csv")
        people = ((one.name, one.row.payee.name, one.row.payee.email, one.text) for one in waiting if one.row.payee)
        names = ("reference", "name", "email", "link")
        save((self._session.named(dict(zip(names, each, strict=True))) for each in people), path, self._session.lang)
        self._session.tell("pay_confirm", count=len({one.text for one in waiting}), path=path)


def _failed(row: Row, name: str, error: Exception) -> Result:
    if not isinstance(error, errors.PalommaError):
        return Result(row, name, "unknown", 3, text=type(error).__name__)
    code = code_of(error)
    state = {3: "unknown", 4: "key", 2: "not_sent", 6: "not_sent"}.get(code, "refused")
    state = "differs" if isinstance(error, errors.ReferenceReusedError) else state
    return Result(row, name, state, code, text=error.message or str(error))
