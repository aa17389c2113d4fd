"""Handled once: the same facts for every inbox, and what only a database can promise."""

from __future__ import annotations

import inspect
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from webhook_facts import Clock

from palomma._errors import ConfigurationError
from palomma.webhooks import Claim, ClaimLostError, MemoryInbox, ObjectVersion, SqlInbox

Inbox = Any


STATES = {"pending": (), "approved": ("pending",), "cancelled": ("pending",)}
FUTURE = 10_000_000_000


def version(second: float, key: str = "payout-request:1", state: str = "") -> ObjectVersion:
    """A state of an object; one that is in STATES can't come after those that it doesn't follow."""
    if state in STATES:
        return ObjectVersion(key, round(second * 1e6), state, frozenset(STATES) - set(STATES[state]))
    return ObjectVersion(key, round(second * 1e6), state, frozenset({state} - {""}), announced=not state)


def handle(inbox: Inbox, webhook_id: str, wanted: ObjectVersion | None = None, digest: str = "") -> str:
    """Claim an event and finish it, if it is granted."""
    claim: Claim = inbox.claim(webhook_id, wanted, digest)
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


@pytest.mark.parametrize(
    ("states", "answers"),
    [
        ("pending approved", "granted granted"),
        ("approved pending", "granted stale"),
        ("approved cancelled", "granted stale"),
        ("approved approved", "granted stale"),
        ("approved returned", "granted granted"),
        ("returned approved", "granted granted"),
        ("returned returned", "granted stale"),
    ],
)
def test_states_of_one_moment(inbox: Inbox, states: str, answers: str) -> None:
    """Of two states with one `updatedAt` the one that can't follow is stale; an unknown one is always handled."""
    said = [handle(inbox, f"{place}", version(1, state=state)) for place, state in enumerate(states.split())]

    assert " ".join(said) == answers


@pytest.mark.parametrize("state", ["pending", "cancelled", "returned", "approved"])
def test_a_later_moment_is_always_handled(inbox: Inbox, state: str) -> None:
    """Whatever the contract says of states, a later `updatedAt` is news: a reversal, for example."""
    handle(inbox, "a", version(1, state="approved"))

    assert handle(inbox, "b", version(1.000001, state=state)) == "granted"


@pytest.mark.parametrize(
    ("state", "since", "answer"),
    [
        ("approved", -1, "granted"),  # the future one was handled before: what can follow does
        ("pending", -1, "stale"),
        ("pending", 0, "stale"),
        ("cancelled", 0.000001, "granted"),  # later than the moment at which the future one came
        ("returned", -1, "granted"),
    ],
)
def test_a_date_in_the_future_orders_nothing(inbox: Inbox, clock: Clock, state: str, since: float, answer: str) -> None:
    """An object whose `updatedAt` was in the year 2286 goes on, and not backwards."""
    now = clock.now
    handle(inbox, "bad", version(FUTURE, state="pending"))
    clock.now += 3600

    assert handle(inbox, "good", version(now + since, state=state)) == answer


@pytest.mark.parametrize(("state", "answer"), [("approved", "granted"), ("pending", "stale"), ("returned", "granted")])
@pytest.mark.parametrize("second", [1, FUTURE - 1, FUTURE, FUTURE + 1])
def test_a_date_in_the_future_moves_nothing_backwards(inbox: Inbox, second: int, state: str, answer: str) -> None:
    """A state from the future is handled if it can follow, whenever it says that it was."""
    handle(inbox, "a", version(second, state="pending"))

    assert handle(inbox, "b", version(FUTURE, state=state)) == answer


@pytest.mark.parametrize(("ahead", "answer"), [(300, "stale"), (300.000001, "granted")])
def test_clocks_may_differ(inbox: Inbox, clock: Clock, ahead: float, answer: str) -> None:
    """A date is in the future if it is more than `max_skew` (300 seconds) ahead of the moment of the claim."""
    claim = inbox.claim("a", version(clock.now + ahead, state="pending"))
    clock.now += 30
    inbox.done(claim)

    assert handle(inbox, "b", version(clock.now + 100, state="approved")) == answer


def test_another_payload_is_a_conflict(inbox: Inbox) -> None:
    """The same id with another payload is told apart from a repetition, once the first was handled."""
    said = [handle(inbox, "a", None, digest) for digest in ("one", "one", "two", "one")]
    stale = [handle(inbox, "new", version(2)), *(handle(inbox, "old", version(1), digest) for digest in "xxy")]

    assert said == ["granted", "duplicate", "conflict", "duplicate"]
    assert stale == ["granted", "stale", "duplicate", "conflict"]


def test_a_claim_without_a_digest_is_no_conflict(inbox: Inbox) -> None:
    """Whoever claims by hand needs no digest."""
    first, second = ("with", "without"), ("", "digest")
    handle(inbox, first[0], None, "digest")
    handle(inbox, first[1], None, "")

    assert [handle(inbox, name, None, digest) for name, digest in zip(first, second, strict=True)] == ["duplicate"] * 2


def test_what_was_not_handled_may_say_something_else(inbox: Inbox) -> None:
    """Nothing was handled of a delivery that failed, so the next one counts, whatever it says."""
    inbox.release(inbox.claim("a", None, "one"))

    assert [handle(inbox, "a", None, "two"), inbox.claim("a", None, "two").state] == ["granted", "duplicate"]


def test_a_claim_says_what_was_before(inbox: Inbox) -> None:
    """A granted claim names the state of its object that was handled last."""
    first = inbox.claim("a", version(1, state="pending"))
    inbox.done(first)
    second = inbox.claim("b", version(2, state="approved"))

    assert (first.previous, second.previous) == (None, "pending")


def test_a_lease_that_ran_out_is_told(inbox: Inbox, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """A handler that took longer than its lease is logged, though nobody took its event."""
    for webhook_id, seconds in (("in time", 60), ("late", 61)):
        claim = inbox.claim(webhook_id)
        clock.now += seconds
        inbox.done(claim)

    assert [record.getMessage() for record in caplog.records] == [
        "webhook late: its handler took 61.0 s, longer than the lease of 60.0 s; another worker could have taken it"
    ]


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
            second = chance.choice([0, 1, 2, 3, clock.now - 1, clock.now, clock.now + 90, FUTURE, FUTURE + 1])
            state = chance.choice(["", "pending", "approved", "cancelled", "returned"])
            wanted = chance.choice([None, version(second, chance.choice("xy"), state)])
            name, digest = f"{chance.randrange(12)} of {wanted}", chance.choice("ab")
            claims.append((memory.claim(name, wanted, digest), database.claim(name, wanted, digest)))
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
        {"lease": 60.0, "keep": 100_000, "max_skew": 300.0},
        {"database": "sqlite:///palomma-webhooks.db", "lease": 60.0, "max_skew": 300.0},
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


# As the first version of the inbox made them.
FIRST_TABLES = [
    "CREATE TABLE palomma_webhook_deliveries (webhook_id TEXT NOT NULL, token TEXT NOT NULL, "
    "lease_until {double} NOT NULL, done_at {double}, PRIMARY KEY (webhook_id))",
    "CREATE TABLE palomma_webhook_objects (object_key TEXT NOT NULL, token TEXT NOT NULL, "
    "lease_until {double} NOT NULL, updated_at BIGINT, PRIMARY KEY (object_key))",
    "INSERT INTO palomma_webhook_deliveries VALUES ('handled', '', 0, 1000), ('abandoned', 'lost', 0, NULL)",
    "INSERT INTO palomma_webhook_objects VALUES ('handled', '', 0, 5000000), ('ahead', '', 0, 253402214400000000)",
]


@pytest.fixture
def first_tables(engine: sa.Engine) -> None:
    """What a merchant has who used the first version."""
    double = "DOUBLE PRECISION" if engine.dialect.name == "postgresql" else "DOUBLE"
    with engine.begin() as connection:
        for statement in FIRST_TABLES:
            connection.execute(sa.text(statement.format(double=double)))


def test_tables_of_the_first_version_are_completed(engine: sa.Engine, first_tables: None, clock: Clock) -> None:
    """What was handled stays so, and no object moves backwards; neither its unknown digest nor state refuses news."""
    inbox = SqlInbox(engine, lease=60, clock=clock)
    inbox.create_tables()
    inbox.create_tables()

    assert [handle(inbox, name, digest="d") for name in ("handled", "abandoned", "handled")] == [
        "duplicate", "granted", "duplicate",
    ]  # fmt: skip
    states = [(4, "approved"), (5, "approved"), (5, "pending"), (6, "cancelled")]
    assert [handle(inbox, f"{place}", version(at, "handled", state)) for place, (at, state) in enumerate(states)] == [
        "stale", "granted", "stale", "granted",
    ]  # fmt: skip
    assert handle(inbox, "later", version(clock.now, "ahead", "approved")) == "granted"


def test_old_rows_are_pruned(engine: sa.Engine, first_tables: None, clock: Clock) -> None:
    """An object of the first version goes once it has not changed for so long; it isn't known when it was handled."""
    inbox = SqlInbox(engine, clock=clock)
    inbox.create_tables()

    assert inbox.prune(timedelta(days=1)) == 2
    assert inbox.prune(timedelta(days=1)) == 0


def test_workers_may_complete_the_tables_together(engine: sa.Engine, first_tables: None) -> None:
    """A column that another worker adds at this moment is no error."""
    raced: list[str] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def be_faster(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("ALTER"):
            other = sa.create_engine(engine.url, poolclass=sa.NullPool)
            with other.begin() as faster:
                faster.execute(sa.text(statement))
            raced.append(statement.partition("ADD COLUMN ")[2].split()[0])

    SqlInbox(engine).create_tables()
    assert raced == ["digest", "state", "handled_at"]


def test_tables_that_cannot_be_completed(sqlite: sa.Engine, tmp_path: Any) -> None:
    """A database that refuses the columns says so at the start, not at the first delivery."""
    with sqlite.begin() as connection:
        for statement in FIRST_TABLES:
            connection.execute(sa.text(statement.format(double="DOUBLE")))
    read_only = sa.create_engine(f"sqlite:///file:{tmp_path}/inbox.db?mode=ro&uri=true")

    with pytest.raises(sa.exc.OperationalError, match="readonly"):
        SqlInbox(read_only).create_tables()
    read_only.dispose()


def test_url(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """By default the inbox is a SQLite file in the working directory."""
    monkeypatch.chdir(tmp_path)
    inbox = SqlInbox()
    inbox.create_tables()
    states = [handle(inbox, "a"), handle(inbox, "a")]
    inbox.close()

    assert (states, [file.name for file in tmp_path.iterdir()]) == (["granted", "duplicate"], ["palomma-webhooks.db"])


def test_close(tmp_path: Any, sqlite: sa.Engine) -> None:
    """`close` ends the connections of an engine that was made from a URL, and no others."""
    own, given = SqlInbox(f"sqlite:///{tmp_path}/own.db"), SqlInbox(sqlite)
    open_ = []
    for inbox in (own, given):
        inbox.create_tables()
        before = inbox._engine.pool
        inbox.close()
        open_.append(inbox._engine.pool is before)

    assert open_ == [False, True]


def test_prune(sql_inbox: SqlInbox, engine: sa.Engine, clock: Clock) -> None:
    """What was handled longer ago goes; what never ended, what is being handled and what is newer stays."""
    handle(sql_inbox, "old", version(1, "old"))
    handle(sql_inbox, "old too", version(1, "handled anew"))
    sql_inbox.claim("abandoned", version(1, "abandoned"))
    clock.now += 100
    handle(sql_inbox, "new", version(1, "new"))
    sql_inbox.claim("busy", version(2, "handled anew"))
    gone = [sql_inbox.prune(timedelta(seconds=seconds)) for seconds in (101, 100, 99, 99)]
    with engine.connect() as connection:
        left = [set(connection.scalars(sa.select(table.c[0]))) for table in SqlInbox.metadata.tables.values()]

    assert gone == [0, 0, 3, 0]
    assert left == [{"abandoned", "new", "busy"}, {"abandoned", "handled anew", "new"}]
    assert [handle(sql_inbox, "old", version(1, "old")), handle(sql_inbox, "new")] == ["granted", "duplicate"]


def test_other_databases() -> None:
    """A database whose statements are not known to be safe is refused at once."""
    with pytest.raises(ConfigurationError, match="SQLite or PostgreSQL"):
        SqlInbox(sa.create_mock_engine("mysql://", lambda *_: None))  # type: ignore[arg-type]


def test_migration_tools_see_the_tables() -> None:
    """`SqlInbox.metadata` names both tables, for Alembic."""
    assert sorted(SqlInbox.metadata.tables) == ["palomma_webhook_deliveries", "palomma_webhook_objects"]
