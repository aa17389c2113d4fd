"""The run against a sandbox sends what it announced and nothing else; proven against a mock that counts."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from contract import drift, har, sandbox
from contract.spec import SPEC
from palomma_mock import MockServer
from tests.client.spellings import ESCAPED, SEPARATED, shows

SANDBOX = "https://sandbox.api.palomma.com/v0"
PRODUCTION = "https://prod.api.palomma.com/v0"
KEY = {"PALOMMA_API_KEY": "key-1"}
CREATES = sum(operation.creates for operation in SPEC.operations.values())


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def careful(mock: MockServer, production: bool = False) -> tuple[sandbox.Careful, Time]:
    """A run against the mock, in no time."""
    time = Time()
    plan = sandbox.plan_for(mock.base_url, {"PALOMMA_API_KEY": mock.api_key})
    if production:
        plan = plan._replace(creates=[])
    mint = iter(f"contract-{number}" for number in range(99))
    pace = sandbox.Pace(now=lambda: time.now, sleep=time.sleep)
    return sandbox.careful_run(plan, pace, mint=lambda: next(mint), now=mock.clock.now), time


@pytest.fixture
def counted(mock: MockServer, monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, int]]:
    """How often the mock was asked what, by method and status of its answer."""
    count: Counter[tuple[str, int]] = Counter()
    exchange = mock.exchange

    def counting(request: Any) -> Any:
        delivery = exchange(request)
        count[request.method, delivery.answer.status] += 1
        return delivery

    monkeypatch.setattr(mock, "exchange", counting)
    return count


def test_only_what_was_announced_is_sent(mock: MockServer, counted: Counter[tuple[str, int]]) -> None:
    """One create of each kind and some reads, every one of them valid; never more than the plan said."""
    done, _ = careful(mock)
    plan = sandbox.plan_for(mock.base_url, KEY)

    assert counted["POST", 200] + counted["POST", 400] == CREATES == done.sent["create"]
    assert {"POST", "GET"} == {method for method, _ in counted}
    assert {200} == {status for method, status in counted if method == "GET"}
    assert sum(counted.values()) == sum(done.sent.values()) <= CREATES + plan.pages + len(plan.reads)
    assert set() == done.findings


def test_the_plan_says_how_many_of_which_kind() -> None:
    """Before the first request."""
    plan = sandbox.plan_for(SANDBOX, KEY)
    lists = sum(operation.lists for operation in SPEC.operations.values())
    reads = sum(operation.reads_one for operation in SPEC.operations.values())

    assert plan.announce() == (
        f"{SANDBOX}: at most {CREATES + plan.pages + reads} requests, 30 a minute, all of them valid:\n"
        f"  {CREATES} creates, one of each kind, with references that begin with contract-\n"
        f"  {plan.pages} pages of {lists} lists\n"
        f"  {reads} objects by their id"
    )


def test_requests_keep_their_distance(mock: MockServer) -> None:
    """Two seconds between one and the next."""
    done, time = careful(mock)

    assert time.now - 1_000.0 == pytest.approx(2.0 * (sum(done.sent.values()) - 1))


def test_every_create_has_a_reference_of_its_own(mock: MockServer) -> None:
    """So that what the run made can be told from everything else."""
    careful(mock)
    with mock.client() as client:
        made = [each.reference for each in client.customers.list().items + client.payin_links.list().items]

    assert made == ["contract-0", "contract-1"]


@pytest.mark.parametrize(
    ("base_url", "env", "reason"),
    [
        (SANDBOX, {}, "PALOMMA_API_KEY"),
        (SANDBOX, {"PALOMMA_API_KEY": ""}, "PALOMMA_API_KEY"),
        (SANDBOX.replace("https", "http"), KEY, "unencrypted"),
        (PRODUCTION, KEY, "not the sandbox"),
        (PRODUCTION, KEY | {"ALLOW_PRODUCTION": "1"}, "not the sandbox"),
        ("https://api.palomma.com/v0", KEY, "not the sandbox"),
        ("https://sandbox.api.palomma.com.example/v0", KEY, "not the sandbox"),
        ("https://sandbox.api.palomma.com@prod.api.palomma.com/v0", KEY, "not the sandbox"),
    ],
)
def test_a_server_that_is_no_sandbox_is_refused(
    base_url: str, env: dict[str, str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever isn't known to be a sandbox is taken for production; nothing is sent."""
    assert sandbox.main(base_url, env) == 2
    assert re.match(f"refused: .*{reason}", capsys.readouterr().out)


def test_production_is_only_read(mock: MockServer, counted: Counter[tuple[str, int]]) -> None:
    """ALLOW_PRODUCTION=yes allows reads, and no create."""
    plan = sandbox.plan_for(PRODUCTION, KEY | {"ALLOW_PRODUCTION": "yes"})
    done, _ = careful(mock, production=True)

    assert plan.creates == []
    assert {("GET", 200)} == set(counted)
    assert done.sent["create"] == 0


def test_key_and_personal_data_are_masked(mock: MockServer, tmp_path: Path) -> None:
    """The archive holds neither the key nor what the examples say about people and their accounts."""
    done, _ = careful(mock)
    har.write(tmp_path / "sandbox.har", done.entries)
    kept = (tmp_path / "sandbox.har").read_text()

    secrets = {mock.api_key}
    for operation in SPEC.operations.values():
        body = SPEC.examples(operation)[0] if operation.creates else {}
        members = {**body, **body.get("bankAccount", {})}
        secrets |= {members[name] for name in ("name", "email", "documentNumber", "accountNumber") if name in members}
    assert len(secrets) >= 5
    assert [secret for secret in secrets if secret in kept] == []
    assert "/pay/" not in kept
    assert json.loads(kept)["log"]["entries"][0]["request"]["postData"]["text"].count(har.MASK) == 5


def test_what_is_not_json_is_not_kept(mock: MockServer) -> None:
    """A page of HTML may show anything: only its size stays."""
    mock.fail_next("html", operation="createCustomer")
    done, _ = careful(mock)

    assert re.fullmatch(r"\*\*\* \d+ bytes, not JSON", done.entries[0]["response"]["content"]["text"])
    assert done.refused[:1] == ["createCustomer: 502"]


def test_the_run_ends_with_a_report(
    mock: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan comes first, then what was sent; the archive is read back into a drift report."""
    monkeypatch.setattr(sandbox, "ARCHIVE", tmp_path / "sandbox.har")
    time = Time()
    pace = sandbox.Pace(now=lambda: time.now, sleep=time.sleep)
    mock.fail_next("unknown_enum", operation="listMerchantAccounts")

    assert sandbox.main(mock.base_url, {"PALOMMA_API_KEY": mock.api_key}, pace) == 1

    said = capsys.readouterr().out
    assert said.startswith(sandbox.plan_for(mock.base_url, KEY).announce().partition(",")[0])
    assert "| MerchantAccount | type | had the undocumented value `not_announced` | 1 | " in said
    assert len(drift.rows(tmp_path / "sandbox.har")) == 1


@pytest.mark.parametrize("secret", ["the+key/=", "98765432101", "1037551022"])
def test_no_spelling_of_what_was_sent_is_kept(secret: str) -> None:
    """A server may echo the key, an account or a document in any text: the archive has none of it."""
    body = {"bankAccount": {"accountNumber": "98765432101"}, "documentNumber": "1037551022", "amount": 60_000_000}
    sent = {"method": "POST", "url": "https://x.example/v0", "headers": {"Authorization": ["Bearer the+key/="]}}
    request = SimpleNamespace(**sent, body=json.dumps(body).encode())
    spelled = [spell(secret) for spell in ESCAPED.values()]
    spelled += [spell(secret) for spell in SEPARATED.values()] if secret.isdigit() else []
    for text in spelled:
        for content in (json.dumps({"message": f"no: {text}", "errors": [{"is": text}]}), f"no JSON: {text}"):
            facts = {"headers": {"x-echo": [text]}, "content": content.encode(), "status_code": 400, "elapsed": 0.1}
            kept = json.dumps(har.entry("createX", cast(Any, SimpleNamespace(request=request, **facts))))
            assert not shows(kept, secret, text), kept
