"""The journal's table: on disk, of its owner alone, for any number of processes."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attrs import evolve

import palomma.journal
from palomma import ConfigurationError, OutcomeUnknownError, Palomma
from palomma.journal import Entry, Journal, Settled
from palomma.journal import _moves as moves
from palomma.journal._journal import _canonical
from palomma.journal._store import Store

from .conftest import CREATE, Desk, Time, World

NEW = Entry(environment="sandbox", account="default", operation=CREATE, reference="r1", members={"amount": 1})


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path, clock: Time) -> Iterator[Store]:
    """An empty store of either kind."""
    if request.param == "sqlite":
        database = str(tmp_path / "j.db")
    else:
        database = request.getfixturevalue("postgres_url")
        with closing(Store(database)) as old:
            old.prepare()
            with old._begin() as connection:
                connection.execute(sa.text("DELETE FROM palomma_journal"))
    with closing(Store(database, clock.time)) as made:
        yield made


def claimed(store: Store, reference: str = "r1", **more: Any) -> Entry:
    """Write a row that is being sent."""
    row = moves.claim(None, evolve(NEW, reference=reference, **more), store.now(), 30.0)
    assert store.swap(None, row) == "done"
    return row


def test_a_move_is_one_conditional_statement(any_store: Store):
    """On key, state and attempt: of two, one is told that it came too late."""
    row = claimed(any_store)
    confirmed = moves.answer(row, 1, "created", "p1")

    assert any_store.swap(None, row) == "lost"
    assert (
        any_store.swap(evolve(row, attempt=2), confirmed) == any_store.swap(evolve(row, state="unknown"), row) == "lost"
    )
    assert any_store.swap(row, confirmed) == "done" and any_store.swap(row, confirmed) == "lost"
    read, now = any_store.read(row.id)
    assert read == evolve(confirmed, changed_at=read.changed_at) and 0 <= now - read.changed_at < 60


def test_one_object_confirms_one_row(any_store: Store):
    """Also of two accounts; the store goes on working."""
    one, two = claimed(any_store), claimed(any_store, account="other")
    assert any_store.swap(one, moves.confirm(one, "p1")) == "done"
    assert any_store.swap(two, moves.confirm(two, "p1")) == "taken"

    assert any_store.holders("sandbox", CREATE, ["p1", "p2"]) == {"p1": one.id}
    assert any_store.swap(two, moves.lose(two, one.id)) == "done"


def test_many_claim_one_row(any_store: Store):
    """Eight threads at once: one gets it."""
    any_store.prepare()
    row = moves.claim(None, NEW, any_store.now(), 30.0)
    with ThreadPoolExecutor(8) as pool:
        swapped = list(pool.map(lambda _: any_store.swap(None, row), range(8)))

    assert sorted(swapped) == ["done"] + ["lost"] * 7


def test_entries_come_a_batch_at_a_time(any_store: Store):
    """In the order of their keys, each once."""
    for number in range(7):
        claimed(any_store, f"r{number}")
    claimed(any_store, account="other")

    def read(*states: moves.State, **more: Any) -> list[str]:
        return [entry.reference for entry in any_store.entries(states, batch=3, **more)]

    assert read(account="default") == [f"r{number}" for number in range(7)] and len(read()) == 8
    assert read("unknown") == [] and read("sending", account="other", environment="sandbox") == ["r1"]


def test_forgetting(any_store: Store, clock: Time):
    """Confirmed rows become tombstones, which know their words; rejected ones go after the quiet period."""
    for reference, outcome in (("a", "created"), ("b", "refused"), ("c", "unknown")):
        row = claimed(any_store, reference)
        any_store.swap(row, moves.answer(row, 1, outcome, f"p-{reference}"))  # type: ignore[arg-type]
    assert any_store.forget(60.0, 60.0, False) == 0
    assert any_store.forget(-60.0, 60.0, False) == 1  # as if a minute had passed: not the rejected one's quiet period
    assert any_store.forget(-60.0, 60.0, False) == 0
    left = {entry.reference: entry for entry in any_store.entries()}
    assert (left["a"].members, left["a"].object_id, set(left)) == ({}, "p-a", {"a", "b", "c"})
    assert any_store.forget(-60.0, -60.0, True) == 2

    assert [entry.reference for entry in any_store.entries()] == ["c"]


def test_the_oldest_unknown(any_store: Store):
    """None while there is none."""
    row = claimed(any_store)
    assert any_store.oldest_unknown() is None
    any_store.swap(row, moves.answer(row, 1, "unknown"))

    assert 0 <= (any_store.oldest_unknown() or -1) < 60


def test_the_outbox_on_either(any_store: Store, world: World):
    """Taken once, oldest first; a transaction that is open elsewhere is stepped over on PostgreSQL."""
    desk = Desk(world, any_store)
    any_store.prepare()
    with any_store._begin() as connection:
        assert any_store.intend(connection, NEW)[0] is None
        assert any_store.intend(connection, NEW)[1].state == "intended"
    until = any_store.now() + 1
    taken = any_store.take("sandbox", "default", until, lambda row, now: moves.claim(row, row, now, 30.0))
    assert taken is not None and (taken[0].state, taken[1].state) == ("intended", "sending")
    assert any_store.take("sandbox", "default", until, lambda row, now: row) is None
    desk.client.close()


def test_a_whole_call_on_postgresql(postgres_url: str, world: World, clock: Time):
    """Created once, asked again, lost, settled; times are the database's."""
    engine = sa.create_engine(postgres_url)
    desk = Desk(world, Store(engine), quiet_period=0.0)
    desk.create("pg")
    assert desk.create("pg").id == "p0" and world.creates == 1
    desk.lose("pg2", how="lost", amount=60_000)
    desk.lose("pg3", amount=70_000)

    assert desk.client.settle().confirmed == 1
    assert desk.row("pg2").object_id == "p1"
    desk.journal.close()
    with engine.connect() as connection:  # it is its owner's to close
        assert connection.scalar(sa.text("SELECT 1")) == 1
    desk.client.close()
    engine.dispose()


@pytest.mark.parametrize("given", ["off", "on", "remote_apply"])
def test_a_commit_is_on_disk_on_postgresql(postgres_url: str, given: str):
    """Whatever the server's default is; who waits for replicas to apply goes on doing so."""
    engine = sa.create_engine(postgres_url, connect_args={"options": f"-c synchronous_commit={given}"})
    store = Store(engine)
    store.prepare()
    with store._begin(seconds=0.5) as connection:
        settings = [connection.scalar(sa.text(f"SHOW {name}")) for name in ("synchronous_commit", "lock_timeout")]
        assert settings == ["remote_apply" if given == "remote_apply" else "on", "500ms"]
        assert connection.scalar(sa.text("SHOW transaction_isolation")) == "read committed"
    engine.dispose()


def test_a_lock_is_waited_for_no_longer_than_the_call_has_left(any_store: Store):
    """Then nothing is sent."""
    row = claimed(any_store)
    with any_store._begin() as connection:
        any_store._write(connection, row, row)
        with pytest.raises(sa.exc.OperationalError):
            any_store.swap(row, moves.confirm(row, "p1"), 0.05)

    assert any_store.swap(row, moves.confirm(row, "p1"), 0.05) == "done"


def test_a_create_takes_three_transactions_of_three_statements(any_store: Store, world: World):
    """To read the row, to claim it, and to confirm it: no more round trips than these."""
    desk = Desk(world, any_store)
    any_store.prepare()
    statements: list[str] = []

    @sa.event.listens_for(any_store._engine, "before_cursor_execute")
    def note(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        statements.append(statement.split()[0])

    desk.create()
    desk.client.close()

    assert statements == [each for verb in ("SELECT", "INSERT", "UPDATE") for each in ("BEGIN", verb, "COMMIT")]


MANY = """
ALTER TABLE palomma_journal SET (autovacuum_enabled = false);
INSERT INTO palomma_journal (environment, account, operation, reference, state, attempt, outbox, reason, fingerprints,
    members, changed_at)
SELECT 'sandbox', 'default', 'createPayoutRequest', number::text, 'unknown', 1, false, '', '{}', '{}', 0
FROM generate_series(1, 20000) number
"""


@pytest.mark.parametrize("state", ["", "AND state = 'unknown' AND attempt = 1"])
def test_a_row_is_found_by_its_key_among_many(postgres: sa.Engine, state: str):
    """Also before the server has counted what is in the table."""
    with closing(Store(postgres)) as store:
        store.prepare()
    key = f"environment = 'sandbox' AND account = 'default' AND operation = '{CREATE}' AND reference = '7' {state}"
    with postgres.begin() as connection:
        connection.exec_driver_sql(MANY)
        plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN SELECT * FROM palomma_journal WHERE {key}")]

    assert plan[0].startswith("Index Scan using palomma_journal_pkey ")


def test_a_server_that_is_gone_without_a_word_is_given_up(postgres: sa.Engine):
    """In seconds, by the kernel; unless the URL says otherwise."""
    url = postgres.url.update_query_dict({"keepalives_idle": "7"}).render_as_string(hide_password=False)
    with closing(Store(url)) as store, closing(store._engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        with closing(socket.socket(fileno=os.dup(driver.fileno()))) as sock:
            set_ = [
                sock.getsockopt(socket.IPPROTO_TCP, each) for each in (socket.TCP_USER_TIMEOUT, socket.TCP_KEEPIDLE)
            ]

    assert set_ == [5000, 7]


def test_a_restarted_server_is_connected_to_anew(postgres: sa.Engine):
    """What was kept of it is noticed before anything is asked, and costs no call."""
    with closing(Store(postgres.url.render_as_string(hide_password=False))) as store:
        row = claimed(store)
        with postgres.connect() as connection:
            others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid != pg_backend_pid()"
            connection.execute(sa.text(f"{others} AND datname = current_database()"))

            assert store.swap(row, moves.confirm(row, "p1")) == "done"


# SQLite


def test_the_file_is_its_owners_alone(store: Store):
    """Its log, too; and what is committed is synced."""
    claimed(store)
    folder = Path(str(store._url.database)).parent

    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
    assert len(list(folder.iterdir())) == 3
    with store._begin() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


@pytest.mark.parametrize("how", ["path", "text", "url", "engine"])
def test_a_database_is_given_in_any_form(tmp_path: Path, how: str):
    """They are one file."""
    path = tmp_path / "j.db"
    forms: dict[str, Any] = {
        "path": path, "text": str(path), "url": f"sqlite:///{path}", "engine": sa.create_engine(f"sqlite:///{path}")
    }  # fmt: skip
    with closing(Store(forms[how])) as made, closing(Store(path)) as other:
        claimed(made)
        assert [entry.reference for entry in other.entries()] == ["r1"]
        assert repr(made) == "<Store sqlite>" and made.salt == other.salt


@pytest.mark.parametrize("database", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_what_cant_be_a_journal(database: str):
    """Neither another database nor one that is forgotten with its process."""
    with pytest.raises(ConfigurationError):
        Journal(database)


def test_no_write_ahead_log_no_journal(tmp_path: Path):
    """As on a network file system: here it is one that is read only."""
    with closing(sqlite3.connect(tmp_path / "j.db")) as old:
        old.execute("CREATE TABLE t (x)")
    made = Store(f"sqlite:///file:{tmp_path}/j.db?immutable=1&uri=true")
    with closing(made), pytest.raises(ConfigurationError, match="network"):
        made.prepare()


def test_a_newer_journal_is_refused_by_name(store: Store):
    """Nothing is written into what this version doesn't know."""
    store.prepare()
    with store._begin() as connection:
        connection.execute(sa.text("UPDATE palomma_journal_facts SET value = '2' WHERE name = 'format'"))
    with closing(Store(str(store._url.database))) as other, pytest.raises(ConfigurationError, match="format 2"):
        other.prepare()


def test_a_database_that_is_away(tmp_path: Path):
    """It says what the database says."""
    with closing(Store(tmp_path / "no/such/folder/j.db")) as made, pytest.raises(FileNotFoundError):
        made.prepare()
    (tmp_path / "text.db").write_text("this is no database, but a text that is long enough to be looked at" * 10)
    with closing(Store(tmp_path / "text.db")) as made, pytest.raises(sa.exc.DatabaseError):
        made.prepare()


def test_a_journal_that_cant_be_written(tmp_path: Path):
    """It says what the database says."""
    with closing(sqlite3.connect(tmp_path / "j.db")) as old:
        old.execute("PRAGMA journal_mode = WAL")
    made = Store(f"sqlite:///file:{tmp_path}/j.db?mode=ro&uri=true")
    with closing(made), pytest.raises(sa.exc.OperationalError, match="readonly"):
        made.prepare()


def test_an_intent_that_another_writes_at_the_same_time(store: Store, monkeypatch: pytest.MonkeyPatch):
    """It is read again."""
    write = store._write
    answers = iter([False])
    monkeypatch.setattr(store, "_write", lambda *arguments: next(answers, None) is None and write(*arguments))
    with store._begin() as connection:
        assert store.intend(connection, NEW)[1].state == "intended"

    assert [entry.state for entry in store.entries()] == ["intended"]


def _child(desk: Desk, queue: Any) -> None:
    claimed(desk.journal.store, "child")
    queue.put(len(list(desk.journal.entries())))


def test_a_forked_child_has_its_own_connections(desk: Desk):
    """Its parent's are left alone."""
    claimed(desk.journal.store, "parent")
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_child, args=(desk, queue))
    child.start()
    child.join()

    assert queue.get() == 2 and list(desk.journal.store._engines) == [os.getpid()]


# The journal


@pytest.mark.parametrize(
    "wrong",
    [{"resend": "always"}, {"account": ""}, {"quiet_period": -1}, {"quiet_period": float("inf")}, {"on_move": 1}],
)
def test_what_a_journal_is_set_up_with(tmp_path: Path, wrong: dict[str, Any]):
    """Refused at once."""
    if "on_move" in wrong:

        async def hook(moved: object) -> None:
            pass

        wrong = {"on_move": hook}
    with pytest.raises(ConfigurationError):
        Journal(tmp_path / "j.db", **wrong)


def test_words_are_compared_by_a_keyed_hash(desk: Desk):
    """50000 and 50000.0 are one number, 1 and true are not, and the order of members says nothing."""
    prints = desk.journal.fingerprints
    one = prints({"amount": 50_000, "bankAccount": {"a": 1, "b": [2.0]}})

    assert one == prints({"bankAccount": {"b": [2], "a": 1.0}, "amount": 50_000.0})
    assert prints({"a": 1}) != prints({"a": True}) and prints({"a": 1})["a"] != prints({"b": 1})["b"]
    assert all(re.fullmatch(r"1:[0-9a-f]{64}", each) for each in one.values())
    assert _canonical([1.5]) == "[1.5]"


def test_no_account_number_is_kept_once_it_is_settled(desk: Desk, world: World):
    """Before that it is in the row, which errors, entries and hooks don't show."""
    secret = "000123456789"
    row = claimed(desk.journal.store, request={"body": {"accountNumber": secret}})
    desk.journal.tell(None, row)
    shown = [repr(entry) + str(entry.request) for entry in desk.journal.entries()] + [repr(desk.moves)]
    shown += [repr(pickle.dumps(row.masked()))]
    desk.journal.store.swap(row, moves.answer(row, 1, "created", "p1"))
    kept = desk.journal.store.read(row.id)[0]

    assert secret not in "".join(shown) and kept is not None and kept.request is None


def test_an_error_survives_a_pickle(desk: Desk, world: World):
    """With its row, and without a body."""
    world.script += ["dropped"]
    with pytest.raises(OutcomeUnknownError) as caught:
        desk.create()
    again = pickle.loads(pickle.dumps(caught.value))

    assert again.entry == caught.value.entry and again.entry.request is None


def test_forget_and_ask_again(desk: Desk, world: World):
    """A tombstone is asked like its row; what is forgotten entirely can be paid again."""
    desk.create()
    world.clock.pass_(100)
    assert desk.journal.forget(50) == 1 and desk.create().id == "p0"
    assert desk.journal.forget(50, entirely=True) == 1
    assert desk.create().id == "p1" and desk.client.settle() == Settled()
    desk.journal.close()
    assert desk.create().id == "p1"  # a closed one is opened again


def test_the_repr_says_where(desk: Desk):
    """And shows no password."""
    assert repr(desk.journal) == "<Journal <Store sqlite> default>"
    assert "secret" not in repr(Journal("postgresql+psycopg://palomma:secret@localhost/x"))


def test_what_the_module_has():
    """Its names, and a plain error for others."""
    assert {name for name in palomma.journal.__all__ if getattr(palomma.journal, name)} == set(palomma.journal.__all__)
    with pytest.raises(AttributeError, match="Jurnal"):
        palomma.journal.Jurnal  # type: ignore[attr-defined] # noqa: B018


WITHOUT = """
import sys
sys.modules["sqlalchemy"] = None
from palomma import Palomma
Palomma("key")
from palomma.journal import Entry, Settled
try:
    from palomma.journal import Journal
except ImportError as error:
    print(error)
"""


def test_without_the_extra_it_says_what_to_install():
    """A client without a journal needs no database."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)

    assert done.stdout == "A journal needs SQLAlchemy: pip install 'palomma[journal]'\n"


def test_another_missing_module_is_not_hidden(monkeypatch: pytest.MonkeyPatch):
    """Only SQLAlchemy's absence is told so."""
    monkeypatch.delitem(sys.modules, "palomma.journal._journal", raising=False)
    monkeypatch.delitem(vars(palomma.journal), "Journal", raising=False)
    monkeypatch.setitem(sys.modules, "hmac", None)  # type: ignore[arg-type]
    with pytest.raises(ModuleNotFoundError, match="hmac"):
        palomma.journal.Journal  # noqa: B018
    monkeypatch.undo()
    for name in ("_journal", "_store"):
        monkeypatch.delitem(sys.modules, f"palomma.journal.{name}", raising=False)
    monkeypatch.delitem(vars(palomma.journal), "Journal", raising=False)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)  # type: ignore[arg-type]
    with pytest.raises(ImportError, match="pip install"):
        palomma.journal.Journal  # noqa: B018


def test_no_journal_no_doors():
    """Each says what is missing."""
    with Palomma("key") as client:
        for ask in (client.settle, client.work):
            with pytest.raises(ConfigurationError, match="no journal"):
                ask()
