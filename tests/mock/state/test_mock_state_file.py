"""The store: what is kept in a file, and which files are refused."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from palomma_mock import Mock, Request, Settings, StateError, frozen_clock
from palomma_mock.rules.objects import New
from palomma_mock.state.store import Store

BODY = {"name": "Ana", "documentType": "cc", "documentNumber": "1", "email": "a", "phoneNumber": "3"}


def ask(mock: Mock, method: str, path: str, body: Any = None) -> Any:
    """Call the API without a socket."""
    headers = {"authorization": f"Bearer {mock.api_key}", "content-type": "application/json"}
    request = Request(method, f"/v0/{path}", "", headers, b"" if body is None else json.dumps(body).encode())
    answer = mock.exchange(request).answer
    assert answer.status == 200, answer
    return json.loads(answer.body)


def test_everything_is_kept(tmp_path: Path) -> None:
    """Objects, what is due, the clock's advance, balances and notifications outlive the process."""
    settings = Settings(state=str(tmp_path / "state.db"), bank_delay=10, opening_balance=7, strict=False)
    first = Mock(settings, frozen_clock(1_770_000_000))
    customer = ask(first, "POST", "customers", BODY)
    link = {"customerId": customer["id"], "redirectUrl": "https://x.example", "type": "general", "amount": 11_001}
    ask(first, "POST", "payinLinks", link | {"availableTypes": ["pse"]})
    first.advance(5)
    first.close()
    second = Mock(settings, frozen_clock(1_770_000_000))

    assert ask(second, "GET", f"customers/{customer['id']}") == customer
    assert second.clock.now() == 1_770_000_005
    assert [notice.event_type for notice in second.webhooks] == ["payin-link.update"]
    second.advance(5)
    assert second.store.latest("payinLinks", 1)[0].members["status"] == "approved"
    assert second.store.latest("merchantAccounts", 1)[0].members["unsettledAmount"] == 11_001
    second.close()


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """A transaction is all or nothing."""
    store = Store(str(tmp_path / "state.db"))
    with pytest.raises(RuntimeError), store.transaction():
        store.add("customers", New("1", {}))
        raise RuntimeError
    assert store.count("customers") == 0
    store.close()
    store.close()  # which a server and its user may both do


def test_a_file_is_used_by_one_mock_at_a_time(tmp_path: Path) -> None:
    """The second is refused at once."""
    path = str(tmp_path / "state.db")
    first = Store(path)
    with pytest.raises(StateError, match="locked"):
        Store(path)
    first.close()
    Store(path).close()


def test_other_files_are_refused(tmp_path: Path) -> None:
    """Neither what is no database nor somebody else's is touched."""
    text, other = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("not a database, and long enough to be sure of it" * 9)
    before = text.read_bytes()
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE theirs (x)")
    database.close()

    with pytest.raises(StateError, match="not a database"):
        Store(str(text))
    with pytest.raises(StateError, match="not a state file of this version"):
        Store(str(other))
    assert text.read_bytes() == before


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "object_by_kind"),
        ({"reference": "a"}, "object_by_reference"),
        ({"owner": "a"}, "object_by_owner"),
        ({"reference": "a", "owner": "b"}, "object_by_both"),
    ],
)
def test_every_page_is_read_from_an_index(filters: dict[str, str], index: str, tmp_path: Path) -> None:
    """No list sorts or scans: each combination of filters has an index that is in the order of the list."""
    path = str(tmp_path / "state.db")
    Store(path).close()
    database = sqlite3.connect(path)
    where = "".join(f" AND {column} = 'x'" for column in filters)
    where += " AND listed <= 1 AND seq < 9"
    query = f"SELECT seq, members FROM objects WHERE kind = 'k'{where} ORDER BY seq DESC LIMIT 5"
    plan = " ".join(row[3] for row in database.execute("EXPLAIN QUERY PLAN " + query))
    database.close()

    assert f"USING INDEX {index} (" in plan
    assert "seq<?" in plan
    assert "TEMP B-TREE" not in plan
