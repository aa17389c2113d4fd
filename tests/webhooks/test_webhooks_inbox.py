"""Handled once: the same facts for every inbox, and what only a database can promise."""

from __future__ import annotations

import inspect
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from webhook_facts import Clock

from palomma._errors import ConfigurationError
from palomma.webhooks import Claim, ClaimLostError, MemoryInbox, ObjectVersion, SqlInbox

Inbox = Any


def version(second: int, key: str = "payout-request:1") -> ObjectVersion:
    return ObjectVersion(key, second * 1_000_000)


def handle(inbox: Inbox, webhook_id: str, wanted: ObjectVersion | None = None) -> str:
    """Claim an event and finish it, if it is granted."""
    claim: Claim = inbox.claim(webhook_id, wanted)
    if claim:
        inbox.done(claim)
    return claim.state


def test_replay(inbox: Inbox) -> None:
    """What was handled is a duplicate for ever."""
    assert [handle(inbox, "a"), handle(inbox, "a"), handle(inbox, "b"), handle(inbox, "a")] == [
        "granted", "duplicate", "granted", "duplicate",
    ]  # fmt: skip


def test_a_claim_excludes_others(inbox: Inbox) -> None:
    """While one worker has an event, others are told that it is busy, to its last second."""
    assert inbox.claim("a").state == "granted"
    assert inbox.claim("a").state == "busy"


def test_a_released_event_is_handed_out_again(inbox: Inbox) -> None:
    """A worker that could not handle an event gives it back, with its object."""
    inbox.release(inbox.claim("a", version(1)))

    assert handle(inbox, "b", version(1)) == "granted"
    assert handle(inbox, "a", version(1)) == "granted"


def test_a_dead_workers_claim_is_taken_again(inbox: Inbox, clock: Clock) -> None:
    """A claim that is neither done nor released is free again when its lease ends, and not before."""
    inbox.claim("a", version(1))
    clock.now += 59.5
    before = inbox.claim("a", version(1)).state, inbox.claim("b", version(1)).state
    clock.now += 0.5

    assert (before, handle(inbox, "a", version(1))) == (("busy", "busy"), "granted")


def test_a_slow_worker_cannot_finish_what_another_has(inbox: Inbox, clock: Clock) -> None:
    """A worker that outlived its lease can neither finish nor release the event that another one claimed."""
    slow = inbox.claim("a", version(1))
    clock.now += 60
    other = inbox.claim("a", version(1))
    with pytest.raises(ClaimLostError, match="outlived its lease"):
        inbox.done(slow)
    inbox.release(slow)
    while_it_works = inbox.claim("a", version(1)).state, inbox.claim("b", version(1)).state
    inbox.done(other)

    assert (while_it_works, handle(inbox, "a", version(1))) == (("busy", "busy"), "duplicate")


def test_a_slow_worker_cannot_finish_when_another_has_the_object(inbox: Inbox, clock: Clock) -> None:
    """A worker that outlived its lease cannot put its state over the one that another worker brings."""
    slow = inbox.claim("old", version(1))
    clock.now += 60
    other = inbox.claim("new", version(2))
    with pytest.raises(ClaimLostError):
        inbox.done(slow)
    inbox.done(other)

    assert handle(inbox, "old", version(1)) == "stale"


def test_a_slow_worker_may_finish_what_nobody_took(inbox: Inbox, clock: Clock) -> None:
    """A lease that ran out harms nobody while nobody else claimed the event."""
    slow = inbox.claim("a", version(1))
    clock.now += 3600
    inbox.done(slow)

    assert handle(inbox, "a", version(1)) == "duplicate"


@pytest.mark.parametrize("wanted", [None, version(1)])
def test_a_claim_is_good_for_one_end(inbox: Inbox, wanted: ObjectVersion | None) -> None:
    """Neither done twice nor done after release: a claim is spent when it ends."""
    done, released = inbox.claim("a", wanted), inbox.claim("b", version(1, "other"))
    inbox.done(done)
    inbox.release(released)

    for spent in (done, released):
        with pytest.raises(ClaimLostError):
            inbox.done(spent)
        inbox.release(spent)
    assert (handle(inbox, "a", wanted), handle(inbox, "b", version(1, "other"))) == ("duplicate", "granted")


def test_objects_never_move_backwards(inbox: Inbox) -> None:
    """An older state is refused once a newer one was handled, and never asked for again; an equal one is handled."""
    assert handle(inbox, "second", version(2)) == "granted"
    assert handle(inbox, "first", version(1)) == "stale"
    assert handle(inbox, "first", version(1)) == "duplicate"
    assert handle(inbox, "also second", version(2)) == "granted"
    assert handle(inbox, "first of another", version(1, "payout-request:2")) == "granted"
    assert handle(inbox, "third", version(3)) == "granted"
    assert handle(inbox, "second again", version(2)) == "stale"


def test_a_state_that_was_not_handled_does_not_count(inbox: Inbox) -> None:
    """Only what was done moves an object forward: a newer state that failed leaves room for the older one."""
    inbox.release(inbox.claim("second", version(2)))

    assert handle(inbox, "first", version(1)) == "granted"
    assert handle(inbox, "second", version(2)) == "granted"


def test_one_state_of_an_object_at_a_time(inbox: Inbox) -> None:
    """Two states of an object are not handled at the same time, since they could end in either order."""
    first = inbox.claim("first", version(1))
    meanwhile = inbox.claim("second", version(2)).state
    inbox.done(first)

    assert (meanwhile, handle(inbox, "second", version(2))) == ("busy", "granted")


def test_a_stale_state_is_refused_even_while_its_object_is_busy(inbox: Inbox) -> None:
    """An older state need not wait to be told that it is old."""
    handle(inbox, "second", version(2))
    inbox.claim("third", version(3))

    assert inbox.claim("first", version(1)).state == "stale"


def test_an_event_and_an_object_may_have_the_same_name(inbox: Inbox) -> None:
    """The names of events and of objects are kept apart."""
    inbox.claim("same", version(1, "other"))

    assert handle(inbox, "b", version(1, "same")) == "granted"


@pytest.mark.parametrize("wanted", [None, version(1)])
def test_concurrent_replay(inbox: Inbox, wanted: ObjectVersion | None) -> None:
    """Of 50 threads that claim the same event at the same moment, one wins; the others are told that it is busy."""
    barrier = threading.Barrier(50)

    def claim(_: int) -> str:
        barrier.wait()
        return str(inbox.claim("a", wanted).state)

    with ThreadPoolExecutor(50) as pool:
        states = sorted(pool.map(claim, range(50)))

    assert states == ["busy"] * 49 + ["granted"]


def test_concurrent_states_of_one_object(inbox: Inbox) -> None:
    """Of 50 states of an object that are claimed at the same moment, one is handed out."""
    barrier = threading.Barrier(50)

    def claim(second: int) -> str:
        barrier.wait()
        return str(inbox.claim(f"webhook {second}", version(second)).state)

    with ThreadPoolExecutor(50) as pool:
        states = sorted(pool.map(claim, range(50)))

    assert states == ["busy"] * 49 + ["granted"]


@pytest.mark.parametrize("seed", range(20))
def test_memory_and_database_agree(sqlite: sa.Engine, clock: Clock, seed: int) -> None:
    """Whatever is asked in whatever order, the database answers as the few lines in memory do."""
    chance = random.Random(seed)
    memory, database = MemoryInbox(lease=60, clock=clock), SqlInbox(sqlite, lease=60, clock=clock)
    database.create_tables()
    claims: list[tuple[Claim, Claim]] = []
    for _ in range(150):
        step = chance.choice(["claim", "claim", "done", "release", "wait"])
        if step == "wait":
            clock.now += chance.choice([1, 30, 60])
        elif step == "claim" or not claims:
            wanted = chance.choice([None, version(chance.randrange(4), chance.choice("xy"))])
            name = f"{chance.randrange(12)} of {wanted}"
            claims.append((memory.claim(name, wanted), database.claim(name, wanted)))
            assert claims[-1][0].state == claims[-1][1].state
        else:
            pair = chance.choice(claims)
            assert outcome(memory, step, pair[0]) == outcome(database, step, pair[1])


def outcome(inbox: Inbox, step: str, claim: Claim) -> type[Exception] | None:
    try:
        getattr(inbox, step)(claim)
    except ClaimLostError as error:
        return type(error)
    return None


def test_defaults() -> None:
    """A lease is 60 seconds unless said otherwise, in both inboxes; 100,000 events are remembered in memory."""
    defaults = [
        {name: parameter.default for name, parameter in inspect.signature(kind).parameters.items() if name != "clock"}
        for kind in (MemoryInbox, SqlInbox)
    ]

    assert defaults == [
        {"lease": 60.0, "keep": 100_000},
        {"database": "sqlite:///palomma-webhooks.db", "lease": 60.0},
    ]


def test_memory_is_bounded() -> None:
    """In memory, the last `keep` events and objects are remembered: a server that runs for months does not grow."""
    inbox = MemoryInbox(keep=2)
    for name in ("a", "b", "c"):
        handle(inbox, name, version(2, name))

    assert [handle(inbox, name) for name in ("b", "c", "a")] == ["duplicate", "duplicate", "granted"]
    assert [handle(inbox, f"old {name}", version(1, name)) for name in ("b", "c", "a")] == ["stale", "stale", "granted"]


def test_memory_keeps_what_is_used() -> None:
    """An object that was handled again is the last to be forgotten."""
    inbox = MemoryInbox(keep=2)
    for name, key in (("1", "a"), ("2", "b"), ("3", "a"), ("4", "c")):
        handle(inbox, name, version(2, key))

    assert handle(inbox, "5", version(1, "a")) == "stale"


def test_effects_stand_exactly_if_the_event_is_done(sql_inbox: SqlInbox, engine: sa.Engine) -> None:
    """`done` with a connection is part of its transaction: rolled back with it, committed with it."""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE effects (name TEXT)"))
    claim = sql_inbox.claim("a", version(1))
    with pytest.raises(ZeroDivisionError), sql_inbox.begin() as connection:
        connection.execute(sa.text("INSERT INTO effects VALUES ('rolled back')"))
        sql_inbox.done(claim, connection)
        _ = 1 / 0
    with sql_inbox.begin() as connection:
        connection.execute(sa.text("INSERT INTO effects VALUES ('committed')"))
        sql_inbox.done(claim, connection)
    with engine.connect() as connection:
        effects = list(connection.scalars(sa.text("SELECT name FROM effects")))

    assert (effects, sql_inbox.claim("a", version(1)).state) == (["committed"], "duplicate")


def test_effects_of_a_slow_worker_are_rolled_back(sql_inbox: SqlInbox, engine: sa.Engine, clock: Clock) -> None:
    """In one transaction with `done`, nothing stands of a worker that lost its claim, whichever half was taken."""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE effects (name TEXT)"))
    for name, thief in (("event", ("a", version(1))), ("object", ("b", version(1)))):
        slow = sql_inbox.claim("a", version(1))
        clock.now += 60
        other = sql_inbox.claim(*thief)
        with pytest.raises(ClaimLostError), sql_inbox.begin() as connection:
            connection.execute(sa.text("INSERT INTO effects VALUES (:name)"), {"name": name})
            sql_inbox.done(slow, connection)
        sql_inbox.release(other)
    with engine.connect() as connection:
        effects = list(connection.scalars(sa.text("SELECT name FROM effects")))

    assert (effects, handle(sql_inbox, "a", version(1))) == ([], "granted")


def test_two_inboxes_share_one_database(engine: sa.Engine, sql_inbox: SqlInbox, clock: Clock) -> None:
    """What one worker handled, no other worker does, even after all of them were started anew."""
    handle(sql_inbox, "a", version(2))
    other = SqlInbox(engine, clock=clock)
    other.create_tables()

    assert [handle(other, "a", version(2)), handle(other, "b", version(1))] == ["duplicate", "stale"]


def test_hostile_names_are_data(sql_inbox: SqlInbox) -> None:
    """Ids are parameters, never part of a statement."""
    name = "'); DROP TABLE palomma_webhook_deliveries; --"

    assert [handle(sql_inbox, name, version(1, name)), handle(sql_inbox, name)] == ["granted", "duplicate"]


def test_workers_may_create_the_tables_together(postgres: sa.Engine) -> None:
    """A table that another session is creating at this moment is no error: it is there when that session commits."""
    with postgres.connect() as other, ThreadPoolExecutor(1) as pool:
        other.execute(sa.text("CREATE TABLE palomma_webhook_deliveries (webhook_id TEXT)"))
        waiting = pool.submit(SqlInbox(postgres).create_tables)
        with postgres.connect() as watcher:
            blocked = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while not waiting.done() and not watcher.scalar(blocked):
                watcher.rollback()
        other.commit()

        assert waiting.result() is None
    assert set(sa.inspect(postgres).get_table_names()) == {"palomma_webhook_deliveries", "palomma_webhook_objects"}


def test_url(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """By default the inbox is a SQLite file in the working directory."""
    monkeypatch.chdir(tmp_path)
    inbox = SqlInbox()
    inbox.create_tables()
    states = [handle(inbox, "a"), handle(inbox, "a")]
    inbox._engine.dispose()

    assert (states, [file.name for file in tmp_path.iterdir()]) == (["granted", "duplicate"], ["palomma-webhooks.db"])


def test_other_databases() -> None:
    """A database whose statements are not known to be safe is refused at once."""
    with pytest.raises(ConfigurationError, match="SQLite or PostgreSQL"):
        SqlInbox(sa.create_mock_engine("mysql://", lambda *_: None))  # type: ignore[arg-type]


def test_migration_tools_see_the_tables() -> None:
    """`SqlInbox.metadata` names both tables, for Alembic."""
    assert sorted(SqlInbox.metadata.tables) == ["palomma_webhook_deliveries", "palomma_webhook_objects"]
