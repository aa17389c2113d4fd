"""An edit of the contract is told to users by operation and member, and whether it breaks them."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contract import api_diff
from contract.api_diff import Change, changes, unannounced
from contract.spec import SPEC, Spec

Edit = Callable[[dict[str, Any]], object]


def edited(edit: Edit) -> Spec:
    """The contract after an edit."""
    document = deepcopy(SPEC.document)
    edit(document)
    return Spec(document)


def members(document: dict[str, Any], schema: str) -> dict[str, Any]:
    """The members of a component schema."""
    found: dict[str, Any] = document["components"]["schemas"][schema]["properties"]
    return found


def component(document: dict[str, Any], schema: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][schema]
    return found


CREATE, GET, LIST = "createPayoutTarget", "getPayoutTargetById", "listPayoutTargets"
EVENT, PAY, LINK = "payout-target.update", "createPayoutRequest", "createPayinLink"


def tagged(document: dict[str, Any], tag: str) -> None:
    document["paths"]["/payoutTargets"]["post"]["tags"] = [tag]


def moved(document: dict[str, Any], path: str) -> None:
    document["paths"][path] = document["paths"].pop("/payoutTargets")


def renamed(document: dict[str, Any], old: str, new: str) -> None:
    text = (
        json.dumps(document)
        .replace(f'/schemas/{old}"', f'/schemas/{new}"')
        .replace(f'"{old}": {{"type"', f'"{new}": {{"type"')
    )
    document.clear()
    document.update(json.loads(text))


def chosen(document: dict[str, Any], *names: str) -> None:
    content = document["paths"]["/payoutTargets"]["post"]["requestBody"]["content"]["application/json"]
    content["schema"] = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}


def links(document: dict[str, Any]) -> list[dict[str, Any]]:
    content = document["paths"]["/payinLinks"]["post"]["requestBody"]["content"]["application/json"]
    found: list[dict[str, Any]] = content["schema"]["oneOf"]
    return found


EDITS: list[tuple[Edit, Change]] = [
    (lambda d: d["paths"].pop("/payoutTargets/{payoutTargetId}"), Change(GET, "operation", "", "removed", True)),
    (
        lambda d: members(d, "CreatePayoutTarget").pop("description"),
        Change(CREATE, "request", "description", "removed", True),
    ),
    (
        lambda d: members(d, "CreatePayoutTarget").update(note={"type": "string"}),
        Change(CREATE, "request", "note", "added", False),
    ),
    (
        lambda d: component(d, "CreatePayoutTarget")["required"].append("reference"),
        Change(CREATE, "request", "reference", "required", True),
    ),
    (
        lambda d: component(d, "CreatePayoutTarget")["required"].remove("redirectUrl"),
        Change(CREATE, "request", "redirectUrl", "optional", False),
    ),
    (
        lambda d: members(d, "CreatePayoutTarget")["reference"].update(maxLength=36),
        Change(CREATE, "request", "reference", "maxLength: none → 36", True),
    ),
    (
        lambda d: members(d, "CreatePayoutTarget")["reference"].pop("minLength"),
        Change(CREATE, "request", "reference", "minLength: 1 → none", False),
    ),
    (
        lambda d: component(d, "Bank")["enum"].remove("nequi"),
        Change(CREATE, "request", "bankAccount.bank", "value `nequi` removed", True),
    ),
    (
        lambda d: component(d, "PayoutTargetStatus")["enum"].append("paused"),
        Change(GET, "answer", "status", "value `paused` added", False),
    ),
    (
        lambda d: members(d, "PayoutTarget").pop("authUrl"),
        Change(LIST, "answer", "items[].authUrl", "removed", True),
    ),
    (
        lambda d: component(d, "PayoutTarget")["required"].remove("status"),
        Change(GET, "answer", "status", "optional", True),
    ),
    (
        lambda d: members(d, "PayoutTarget")["description"].update(type=["string", "null"]),
        Change(GET, "answer", "description", "type: string → null|string", True),
    ),
    (
        lambda d: members(d, "PayoutTarget").update(score={"type": "integer"}),
        Change(GET, "answer", "score", "added", False),
    ),
    (
        lambda d: d["paths"]["/payoutTargets"]["post"]["responses"].update({"429": {"description": "Later."}}),
        Change(CREATE, "status", "429", "added", False),
    ),
    # what isn't an operation's own
    (lambda d: d["webhooks"].pop(EVENT), Change(EVENT, "webhook", "", "removed", True)),
    (
        lambda d: d["webhooks"].update({"refund.update": d["webhooks"][EVENT]}),
        Change("refund.update", "webhook", "", "added", False),
    ),
    (
        lambda d: members(d, "PayoutTargetEvent").pop("webhookId"),
        Change(EVENT, "webhook", "webhookId", "removed", True),
    ),
    (lambda d: members(d, "PayoutTargetEvent").update(try_={}), Change(EVENT, "webhook", "try_", "added", False)),
    (
        lambda d: d["components"]["parameters"]["Signature"].update(name="X-Sign"),
        Change(EVENT, "webhook", "X-Signature", "removed", True),
    ),
    (lambda d: tagged(d, "payees"), Change(CREATE, "operation", "", "tag: ['payoutTargets'] → ['payees']", True)),
    (lambda d: moved(d, "/payees"), Change(CREATE, "operation", "", "moved to POST /payees", True)),
    (lambda d: renamed(d, "PayoutTarget", "Payee"), Change("components", "schemas", "PayoutTarget", "removed", True)),
    (lambda d: renamed(d, "PayoutTarget", "Payee"), Change("components", "schemas", "Payee", "added", False)),
    (lambda d: members(d, "Error").update(code={"type": "string"}), Change(GET, "error 404", "code", "added", False)),
    (lambda d: members(d, "Error").pop("message"), Change(GET, "error 404", "message", "removed", True)),
    (
        lambda d: d["components"]["securitySchemes"]["BearerAuth"].update(scheme="basic"),
        Change("components", "securitySchemes", "BearerAuth", "changed", True),
    ),
    (lambda d: d.update(security=[]), Change("security", "", "", "changed", True)),
    (lambda d: d["servers"].pop(), Change("servers", "production", "", "https://prod.api.palomma.com/v0 → None", True)),
    (
        lambda d: d["servers"][0].update(url="https://x.example"),
        Change("servers", "sandbox", "", "https://sandbox.api.palomma.com/v0 → https://x.example", True),
    ),
    # types and formats
    (
        lambda d: members(d, "CreatePayoutRequest")["amount"].update(type="number"),
        Change(PAY, "request", "amount", "type: integer → number", False),
    ),
    (
        lambda d: members(d, "PayoutRequest")["amount"].update(type="number"),
        Change(PAY, "answer", "amount", "type: integer → number", True),
    ),
    (
        lambda d: members(d, "PayoutTarget")["createdAt"].pop("format"),
        Change(GET, "answer", "createdAt", "format: date-time → none", True),
    ),
    (
        lambda d: members(d, "PayoutTarget")["authUrl"].pop("format"),
        Change(GET, "answer", "authUrl", "format: uri → none", False),
    ),
    (
        lambda d: members(d, "CreatePayoutTarget")["redirectUrl"].pop("format"),
        Change(CREATE, "request", "redirectUrl", "format: uri → none", False),
    ),
    (
        lambda d: members(d, "CreatePayoutRequest")["amount"].update(exclusiveMinimum=2000),
        Change(PAY, "request", "amount", "exclusiveMinimum: 1000 → 2000", True),
    ),
    (
        lambda d: members(d, "CreatePayoutRequest")["amount"].update(exclusiveMinimum=500),
        Change(PAY, "request", "amount", "exclusiveMinimum: 1000 → 500", False),
    ),
    (
        lambda d: component(d, "PayoutTargetStatus")["enum"].remove("pending"),
        Change(GET, "answer", "status", "value `pending` removed", False),
    ),
    (
        lambda d: component(d, "Bank")["enum"].append("nubank"),
        Change(CREATE, "request", "bankAccount.bank", "value `nubank` added", False),
    ),
    (lambda d: component(d, "Bank").pop("enum"), Change(CREATE, "request", "bankAccount.bank", "any value", False)),
    (
        lambda d: component(d, "PayoutTarget")["required"].append("createdAt"),
        Change(GET, "answer", "createdAt", "required", False),
    ),
    (
        lambda d: members(d, "CreatePayoutTarget")["reference"].update(pattern="^a"),
        Change(CREATE, "request", "reference", "pattern: none → ^a", True),
    ),
    (
        lambda d: d["components"]["parameters"]["Limit"]["schema"].update(maximum=50),
        Change(LIST, "request", "limit", "maximum: 100 → 50", True),
    ),
    (
        lambda d: d["components"]["parameters"]["Limit"]["schema"].update(maximum=500),
        Change(LIST, "request", "limit", "maximum: 100 → 500", False),
    ),
    (
        lambda d: d["components"]["parameters"]["Reference"].update(required=True),
        Change(LIST, "request", "reference", "required", True),
    ),
    # compositions
    (
        lambda d: chosen(d, "CreatePayoutTarget", "CreateCustomer"),
        Change(CREATE, "request", "CreateCustomer", "alternative added", False),
    ),
    (
        lambda d: links(d).pop(),
        Change(LINK, "request", "CreatePayinLinkBancolombiaCollect", "alternative removed", True),
    ),
    (
        lambda d: members(d, "CreatePayinLinkPse").pop("amount"),
        Change(LINK, "request", "CreatePayinLinkPse.amount", "removed", True),
    ),
]


@pytest.mark.parametrize(("edit", "expected"), EDITS, ids=lambda value: value.what if isinstance(value, Change) else "")
def test_a_change(edit: Edit, expected: Change) -> None:
    """What a request loses breaks its users; what an answer gains doesn't, since the client reads liberally."""
    assert expected in changes(SPEC, edited(edit))


def test_a_new_required_member_breaks() -> None:
    """Every call lacks it."""

    def edit(document: dict[str, Any]) -> None:
        members(document, "CreateCustomer")["country"] = {"type": "string"}
        component(document, "CreateCustomer")["required"].append("country")

    assert [Change("createCustomer", "request", "country", "added, required", True)] == changes(SPEC, edited(edit))


def test_an_edit_says_nothing_else() -> None:
    """A second body is an alternative, and no row besides; a split into parts is no change at all."""
    added = changes(SPEC, edited(lambda d: chosen(d, "CreatePayoutTarget", "CreateCustomer")))
    whole = {"allOf": [{"$ref": "#/components/schemas/CreatePayoutTarget"}]}

    def split(document: dict[str, Any]) -> None:
        content = document["paths"]["/payoutTargets"]["post"]["requestBody"]["content"]["application/json"]
        content["schema"] = whole

    assert [Change(CREATE, "request", "CreateCustomer", "alternative added", False)] == added
    assert changes(SPEC, edited(split)) == []


def test_words_are_no_change() -> None:
    """Descriptions may be edited freely."""
    assert changes(SPEC, edited(lambda d: component(d, "Bank").update(description="Another sentence."))) == []


def test_what_breaks_must_be_announced() -> None:
    """The Unreleased section names the member or the operation in backticks; older sections don't count."""
    found = [Change(CREATE, "request", "bankAccount.bank", "removed", True), Change(GET, "answer", "x", "added", False)]

    assert found[:1] == unannounced(found, "")
    assert found[:1] == unannounced(found, "## Unreleased\n- Nothing about `reference`.\n## 1.0\n- `bank` is gone.\n")
    assert unannounced(found, "# Changelog\n\n## [Unreleased]\n\n- `bank` is gone.\n\n## 1.0\n") == []
    assert unannounced(found, f"## Unreleased\n- `{CREATE}` takes no bank.\n") == []


def test_the_check_fails_for_an_unannounced_break(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--check exits with 1, and says what to write down; without it, the table alone is printed."""
    monkeypatch.setattr(api_diff, "_at", lambda ref: edited(lambda d: members(d, "CreateCustomer").update(age={})))
    monkeypatch.setattr(api_diff, "ROOT", tmp_path)

    assert api_diff.main("v0", check=True) == 1
    assert "say that this breaks: createCustomer request age removed" in capsys.readouterr().out
    assert api_diff.main("v0") == 0
    (tmp_path / "CHANGELOG.md").write_text("## Unreleased\n- `age` is gone.\n")
    assert api_diff.main("v0", check=True) == 0


def test_the_old_contract_comes_from_git() -> None:
    """Any ref will do."""
    assert api_diff._at("HEAD").operations != {}
