"""The drift report says by schema and member what answers have that the contract hasn't."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract import drift
from contract.drift import Drift
from contract.spec import FILE, SPEC, Spec

GOOD = {"id": "1", "status": "active", "type": "bankAccount"}
OPERATION = "getPayoutTargetById"


def differences(*bodies: Any, status: int = 200, media: str = "application/json") -> list[str]:
    """The rows of answers to one operation, as text."""
    report = Drift()
    for body in bodies:
        report.answer(OPERATION, status, media, body)
    return written(report)


def written(report: Drift) -> list[str]:
    """The differences as sentences."""
    return [f"{r.schema}: `{r.member}` {r.what} in {r.answers} of {r.of} answers" for r in report.rows()]


@pytest.mark.parametrize(
    ("changed", "row"),
    [
        ({"status": "paused"}, "PayoutTarget: `status` had the undocumented value `paused`"),
        ({"id": 5}, "PayoutTarget: `id` was integer, not string"),
        ({"reference": None}, "PayoutTarget: `reference` was null, not string"),
        ({"score": 1}, "PayoutTarget: `score` is undocumented (integer)"),
        ({"customerDetails": []}, "PayoutTarget: `customerDetails` was array, not object"),
        ({"createdAt": "yesterday"}, "PayoutTarget: `createdAt` broke format: date-time, written aaaaaaaaa"),
    ],
)
def test_one_difference(changed: dict[str, Any], row: str) -> None:
    """Each kind of difference stands under the schema and the member that it is about."""
    assert [f"{row} in 1 of 2 answers"] == differences(GOOD, GOOD | changed)


def test_a_copy_inside_another_object_has_a_schema_of_its_own() -> None:
    """And is counted among the answers that hold it."""
    shown = differences(GOOD, GOOD | {"customerDetails": {"age": 3}})

    assert shown == ["CustomerDetails: `age` is undocumented (integer) in 1 of 1 answers"]


def test_a_missing_member() -> None:
    """What the contract requires, the report misses."""
    expected = ["PayoutTarget: `status` was missing, though required in 1 of 1 answers"]

    assert expected == differences({"id": "1"})


def test_the_same_difference_counts_once_for_each_answer() -> None:
    """Three of forty-one, however many objects of each answer have it."""
    report = Drift()
    for number in range(41):
        status = "paused" if number < 3 else "active"
        report.answer("listPayoutTargets", 200, "application/json", {"items": [GOOD | {"status": status}] * 4})

    assert written(report) == ["PayoutTarget: `status` had the undocumented value `paused` in 3 of 41 answers"]


def test_answers_that_have_no_schema() -> None:
    """A status and a content type that the contract doesn't have stand under the operation."""
    assert [f"{OPERATION}: `(status)` was the undocumented 418 in 1 of 1 answers"] == differences({}, status=418)
    assert [f"{OPERATION}: `(content type)` was text/html in 1 of 1 answers"] == differences(None, media="text/html")


def test_a_personal_value_is_not_repeated() -> None:
    """Only values of a closed list are shown: others may be somebody's."""
    shown = differences(GOOD | {"authUrl": "not a url of pepita@example.com"})

    assert shown == [
        "PayoutTarget: `authUrl` broke format: uri, written aaa a aaa aa aaaaaa@aaaaaaa.aaa in 1 of 1 answers"
    ]


def test_without_an_archive_the_report_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`make contract ARGS=--report` before any run."""
    assert drift.main(tmp_path / "sandbox.har") == 2
    assert "make contract BASE_URL=" in capsys.readouterr().out


def test_a_member_that_never_comes_is_named() -> None:
    """Each member of the contract, in how many answers it was, as what, and how it is written."""
    report = Drift()
    report.answer(OPERATION, 200, "application/json", GOOD | {"createdAt": "01/02/2026"})
    members = {(schema, name): rest for schema, name, *rest in report.members()}

    assert members["PayoutTarget", "status"] == [1, 1, "string", "active"]
    assert members["PayoutTarget", "createdAt"] == [1, 1, "string", "99/99/9999"]
    assert members["PayoutTarget", "authUrl"] == ["never", 1, "", ""]


def test_what_passes_is_no_drift() -> None:
    """A 429, a gateway's 502 and slowness say nothing about the contract."""
    report = Drift()
    for status in (429, 502):
        report.answer(OPERATION, status, "text/html", None)
    report.answer(OPERATION, 200, "application/json", GOOD, milliseconds=9_000)

    assert report.rows() == []
    assert dict(report.failures) == {(OPERATION, "429"): 1, (OPERATION, "502"): 1, (OPERATION, "more than 3 s"): 1}


def test_the_edit_makes_the_answers_fit() -> None:
    """The proposed contract differs in what was seen, and in nothing else; and it is one."""
    seen = [
        GOOD | {"status": "paused", "score": 1, "reference": None, "createdAt": "yesterday"},
        {"id": "1", "type": "bankAccount", "customerDetails": {"documentType": "pp"}},
    ]
    report = Drift()
    for each in seen:
        report.answer(OPERATION, 200, "application/json", each)
    report.answer(OPERATION, 201, "application/json", GOOD)

    new = Spec.read(drift.patched(report.rows(), FILE.read_text()))
    schema = {"$ref": "#/components/schemas/PayoutTarget"}
    assert [new.validator(schema).is_valid(each) for each in seen] == [True, True]
    assert (new.operations[OPERATION].schema(201), new.operations.keys()) == (schema, SPEC.operations.keys())
    assert drift.patched([], FILE.read_text()) == FILE.read_text()
