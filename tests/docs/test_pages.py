"""The pages say what is so: the retries table is the code's, the generated lists are whole, what they name exists."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_overloads

import check
import pytest
import site_pages
from resource_pages import resource_page
from site_pages import LANGUAGES

from palomma._errors import OutcomeUnknownError, PalommaError
from palomma._sansio import Answer, Failure, Policy, judge
from palomma_api.api.payout_requests import create_payout_request, get_payout_request_by_id
from palomma_api.contract import LIFECYCLES
from palomma_api.texts import TEXTS

from .conftest import DOCS

READ = get_payout_request_by_id.OPERATION.call("p1")
CREATE = create_payout_request.OPERATION.call(payout_target_id="t1", amount=5000, reference="ours")
BROKEN = ConnectionError("broken")
OBJECTS = {
    "2xx that can be read": b'{"id": "p1", "status": "processing", "reference": "ours"}',
    "2xx that echoes another reference": b'{"id": "p1", "status": "processing", "reference": "theirs"}',
    "2xx about another object: another amount, target or customer; for a read another id": (
        b'{"id": "p2", "status": "processing", "reference": "ours", "amount": 1}'
    ),
    "2xx that cannot be read, or lacks what the contract requires": b'{"status": "processing"}',
}
FAILURES = {
    "not sent: connection refused, name not found, timeout before sending, proxy refused": Failure(BROKEN, sent=False),
    "not sent, and never will be: wrong certificate, unusable URL": Failure(BROKEN, False, lasting=True),
    "sent, then an exception: timeout, reset, broken answer": Failure(BROKEN, sent=True),
    "sent, and the answer is longer than `max_response_bytes`": Failure(BROKEN, sent=True, lasting=True),
}


def rows() -> dict[str, tuple[str, str]]:
    text = (DOCS / "guides/retries.md").read_text()
    table = text[text.index("|---|---|---|") :].split("\n\n")[0].splitlines()[1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return {what: (read, create) for what, read, create in cells}


def of_status(status: int) -> str:
    """The row that speaks of this status."""
    named = [what for what in rows() if f"`{status}`" in what]
    if named:
        (row,) = named
        return row
    (row,) = [what for what in rows() if ("any other 3xx" if status < 400 else "any other 4xx, 5xx") in what]
    return row


def said(call: Any, result: Answer | Failure) -> str:
    """What the code does, in the words of the table."""
    verdict = judge(call, "ours" if call is CREATE else None, result)
    if verdict.error is None:
        return "return"
    return ("retry, then " if verdict.again else "") + f"`{verdict.error.__name__}`"


@pytest.mark.parametrize("status", range(300, 600))
def test_the_table_of_retries_tells_what_each_status_does(status: int):
    """Read and create, for every status from 300 on."""
    answer = Answer(status, {}, b"")
    assert rows()[of_status(status)] == (said(READ, answer), said(CREATE, answer))


@pytest.mark.parametrize("what", [*FAILURES, *OBJECTS])
def test_the_table_of_retries_tells_what_each_failure_does(what: str):
    """Read and create, for all that can come of an attempt besides a status."""
    result = FAILURES.get(what) or Answer(200, {}, OBJECTS[what])
    assert rows()[what] == (said(READ, result), said(CREATE, result))


def test_the_table_of_retries_has_no_other_rows():
    """A row that nothing is compared with could say anything."""
    assert rows().keys() == {*FAILURES, *OBJECTS, *map(of_status, range(300, 600))}


def test_the_numbers_beside_the_table_are_the_defaults():
    """2 retries in 30 seconds, unless the caller says otherwise."""
    text = (DOCS / "guides/retries.md").read_text()
    policy = Policy(mint=None, random=lambda: 0.0)

    assert f"At most `max_retries` times ({policy.max_retries} unless" in text
    assert f"`timeout` ({policy.timeout:g} seconds)" in text


@pytest.mark.parametrize("language", site_pages.LANGUAGES)
def test_every_method_and_argument_is_on_the_page_of_its_resource(language: str):
    """With its type, whether it must be given, and an example in both manners of calling."""
    for resource in site_pages.resources():
        page = resource_page(language, resource)
        named = [(name, method) for each, name, method in site_pages.methods() if each == resource]

        assert sorted(re.findall(r"^## ([a-z_]+)$", page, re.MULTILINE)) == sorted(name for name, _ in named)
        assert page.count(":sync: async") == page.count(":sync: sync") == len(named) + 1
        for _, method in named:
            shown = next(iter(get_overloads(method)), method)
            for each in inspect.signature(shown).parameters.keys() - {"self", "unknown"}:
                assert f"\n`{each}`: `" in page


def test_limits_and_examples_come_from_the_contract(contract: dict[str, Any]):
    """An amount's bounds, in the notation of each language."""
    amount = contract["components"]["schemas"]["CreatePayoutRequest"]["properties"]["amount"]
    least, most = amount["exclusiveMinimum"], amount["x-most"]

    assert f"more than {least:,}, at most {most:,} unless" in resource_page("en", "payout_requests")
    assert f"más de {least:_}, máximo {most:_}, salvo".replace("_", ".") in resource_page("es", "payout_requests")


@pytest.mark.parametrize("language", site_pages.LANGUAGES)
def test_all_statuses_are_on_the_page_of_statuses(language: str):
    """Every text, in both languages."""
    page = site_pages.statuses(language)
    enums = {name for each in LIFECYCLES.values() for name in (each.states, each.reasons)}
    words = [
        text for name in enums for value in TEXTS[name].values() for said in value.values() for text in said.values()
    ]

    assert words and all(text in page for text in words)


@pytest.mark.parametrize("language", site_pages.LANGUAGES)
def test_every_error_has_a_page(language: str):
    """It says when, whether money moved and what to do; its name is the error's code, which `help_url` leads to."""
    made = {
        path.stem: text for path, text in site_pages.pages() if path.parent == LANGUAGES[language] / "reference/errors"
    }
    kinds = {name for name in _subclasses(PalommaError) if not name.startswith("_")} | {"PalommaError"}

    assert kinds == site_pages.ERRORS.keys(), "docs/errors.yaml says of every error when, money and do"
    assert {text.split()[1] for text in made.values()} == kinds
    assert "outcome_unknown" in made and OutcomeUnknownError("x").help_url.endswith(
        "reference/errors/outcome_unknown.html"
    )


def _subclasses(kind: type) -> Iterator[str]:
    for below in kind.__subclasses__():
        yield below.__name__
        yield from _subclasses(below)


def test_what_the_pages_name_exists():
    """Names of the packages, calls, make targets, options and links."""
    assert [*check.page_problems()] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("see `palomma.Palomma.reconsile`", "palomma.Palomma.reconsile does not exist"),
        ("from palomma import Palomma, Paloma", "palomma.Paloma does not exist"),
        ("`make everything`", "make everything does not exist"),
        ("run `palomma-mock --fast`", "palomma-mock --fast does not exist"),
        ("client.payouts.create(amount=1)", "client.payouts.create does not exist"),
        ("[here](nowhere.md)", "nowhere.md leads nowhere"),
    ],
)
def test_what_does_not_exist_is_named(text: str, problem: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch):
    """The check sees each kind of wrong name."""
    page = tmp_path / "page.md"
    page.write_text(text)
    monkeypatch.setattr(check, "pages", lambda: [page])
    monkeypatch.setattr(check, "ROOT", check.ROOT)
    monkeypatch.setattr(type(page), "relative_to", lambda self, *parts: self)

    assert [*check.page_problems()] == [f"{page}: {problem}"]


def test_an_asset_of_another_host_is_named(tmp_path: Any):
    """The built site loads nothing from elsewhere, also not by a program, and no link of it leads nowhere."""
    (tmp_path / "a.html").write_text(
        '<a href="b.html">b</a><a href="#x">x</a><script src="https://js.example/x.js"></script>'
        "<script>load(`https://cdn.example/y.js`)</script>"
    )
    (tmp_path / "a.css").write_text("@import url(//fonts.example/f.css)")

    assert [problem.partition(": ")[2] for problem in check.site_problems(tmp_path)] == [
        "https://cdn.example/y.js comes from another host",
        "b.html leads nowhere",
        "#x has no such place",
        "https://js.example/x.js comes from another host",
        "//fonts.example/f.css comes from another host",
    ]
