"""An edit of the contract is told to users by operation and member, and whether it breaks them."""

from __future__ import annotations

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

    assert api_diff.main(["v0", "--check"]) == 1
    assert "say that this breaks: createCustomer request age removed" in capsys.readouterr().out
    assert api_diff.main(["v0"]) == 0
    (tmp_path / "CHANGELOG.md").write_text("## Unreleased\n- `age` is gone.\n")
    assert api_diff.main(["v0", "--check"]) == 0


def test_the_old_contract_comes_from_git() -> None:
    """Any ref will do."""
    assert api_diff._at("HEAD").operations != {}
