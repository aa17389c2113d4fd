"""The contract, openapi/palomma.yaml, against the rules it was written by, and against the two documents that it
started from (seeds/)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from . import small
from .document import FORMATS, Document, Node
from .rules import RULES, Rule
from .spoiled import SPOILED

CONTRACT = Document((Path(__file__).parents[2] / "openapi" / "palomma.yaml").read_text(encoding="utf-8"))
SCHEMAS = CONTRACT.component("schemas")
HEAD = CONTRACT.text[: CONTRACT.text.index("openapi: 3.1.0\n")]
SMALL_TEXT = f"""\
{HEAD}openapi: 3.1.0
info: {{title: Refunds, version: 1.0.0}}
servers:
  - {{url: "https://sandbox.example", x-environment: sandbox}}
  - {{url: "https://production.example", x-environment: production}}
security:
  - Key: []
tags: []
paths:
{small.PATHS}webhooks:
{small.WEBHOOKS}components:
  securitySchemes:
    Key: {{type: http, scheme: bearer}}
    Signed: {{type: apiKey, in: header, name: X-Signature}}
  parameters:
{small.SIGNED}  schemas:
{small.SCHEMAS}{small.EVENT}  examples:
{small.EXAMPLES}"""
EXTENDED_TEXT = (
    CONTRACT.text.replace("\npaths:\n", f"\npaths:\n{small.PATHS}", 1)
    .replace("\n  schemas:\n", f"\n  schemas:\n{small.SCHEMAS}", 1)
    .replace("\n  examples:\n", f"\n  examples:\n{small.EXAMPLES}", 1)
)
SMALL = Document(SMALL_TEXT)
EXTENDED = Document(
    CONTRACT.text if "/refunds:" in CONTRACT.text else EXTENDED_TEXT
)  # the day refunds come they are there
SEEDS = sorted(path.name for path in (Path(__file__).parent / "seeds").glob("*.txt"))

FORMAT_SAMPLES = {"date-time", "date", "time", "uri", "email", "uuid", "ipv4"}


def named(name: str) -> Rule:
    return next(rule for rule in RULES if rule.__name__ == name)


def findings(rule: Rule, document: Document) -> list[str]:
    return list(rule(document))


# --- the rules ------------------------------------------------------------------------------------------------------


def test_document_is_valid_openapi_3_1() -> None:
    """The contract is a valid OpenAPI 3.1.0 document."""
    assert CONTRACT.spec["openapi"] == "3.1.0"
    validate(CONTRACT.spec)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_contract_keeps_its_rules(rule: Rule) -> None:
    """Nothing in the contract breaks a rule that it was written by."""
    assert findings(rule, CONTRACT) == [], rule.__doc__


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_new_resource_needs_no_new_rule(rule: Rule) -> None:
    """A resource of three operations, with an example each and without texts, tags or final states, breaks none."""
    assert findings(rule, EXTENDED) == []
    assert findings(rule, SMALL) == []


def test_the_documents_with_the_new_resource_are_valid() -> None:
    """They are OpenAPI, so that the tests around them mean something."""
    validate(EXTENDED.spec)
    validate(SMALL.spec)


@pytest.mark.parametrize(
    ("name", "old", "new"), [pytest.param(*spoiled, id=f"{spoiled[0]}-{n}") for n, spoiled in enumerate(SPOILED)]
)
def test_a_broken_rule_is_noticed(name: str, old: str, new: str) -> None:
    """Every rule can fail."""
    assert old in SMALL_TEXT
    found = findings(named(name), Document(SMALL_TEXT.replace(old, new, 1)))
    assert found != []


def test_every_rule_is_broken_once() -> None:
    """No rule is missing from the table above."""
    assert {name for name, *_ in SPOILED} == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("form", sorted(FORMAT_SAMPLES))
def test_formats_are_checked(form: str) -> None:
    """The formats of the contract's examples are checked, not passed over for want of a library."""
    assert CONTRACT.errors({"type": "string", "format": form}, "no such thing") != []
    assert form in FORMATS.checkers


# --- the two documents that the contract started from ---------------------------------------------------------------


class Seed:
    """A page of the documentation: its text, its curl sample's address and body, its sample answer."""

    def __init__(self, name: str) -> None:
        self.text = (Path(__file__).parent / "seeds" / name).read_text(encoding="utf-8")
        self.url = self.text.split("--url ", 1)[1].split()[0]
        start = self.text.index("--data '") + len("--data '")
        self.body, end = json.JSONDecoder().raw_decode(self.text, start)
        self.answer, _ = json.JSONDecoder().raw_decode(self.text, self.text.index("{", end))

    @property
    def operation(self) -> Node:
        """The operation of the contract that the sample calls."""
        base = next(server["url"] for server in CONTRACT.spec["servers"] if self.url.startswith(server["url"]))
        found: Node = CONTRACT.spec["paths"][self.url.removeprefix(base)]["post"]
        return found

    @property
    def request(self) -> Node:
        """The first body of that operation, the one that the page shows."""
        return CONTRACT.variants(self.operation["requestBody"]["content"]["application/json"]["schema"])[0]


@pytest.fixture(params=SEEDS)
def seed(request: pytest.FixtureRequest) -> Seed:
    return Seed(request.param)


def placeholders_filled(value: Any, name: str = "") -> Any:
    """A sample of the documentation with something plausible in place of `<string>`."""
    if isinstance(value, dict):
        return {key: placeholders_filled(member, key) for key, member in value.items()}
    if value == "<string>":
        return "https://shop.example/back" if name.endswith("Url") else "x"
    return value


def test_seed_request_is_the_request_of_the_contract(seed: Seed) -> None:
    """The seed's curl sample goes to an operation of the contract, with exactly the members of its first body."""
    assert list(seed.body) == list(seed.request["properties"])
    assert list(seed.body["bankAccount"]) == list(
        CONTRACT.deref(seed.request["properties"]["bankAccount"])["properties"]
    )
    schema = seed.operation["requestBody"]["content"]["application/json"]["schema"]
    assert CONTRACT.errors(schema, placeholders_filled(seed.body)) == []


def test_seed_answer_is_the_answer_of_the_contract(seed: Seed) -> None:
    """The seed's sample answer has exactly the members of the response schema, which takes it."""
    answer = CONTRACT.success(seed.operation)
    assert list(seed.answer) == list(answer["properties"])
    details = CONTRACT.deref(answer["properties"]["customerDetails"])
    assert list(seed.answer["customerDetails"]) == list(details["properties"])
    assert CONTRACT.errors(answer, placeholders_filled(seed.answer)) == []


def test_seed_text_gives_required_members_and_enums() -> None:
    """The required members and the values that the payin source page lists are those of the contract; of the status
    messages the contract has some more, which another page lists."""
    seed = Seed("004_5f5ebaef126d04ea.txt")
    assert re.findall(r"^(\w+)\n[\w<>]+\nrequired$", seed.text, re.MULTILINE) == seed.request["required"]
    options = [re.findall(r"[\w]+", found) for found in re.findall(r"Available options:\n((?:\w+,\n)*\w+)", seed.text)]
    members = CONTRACT.success(seed.operation)["properties"]
    states, messages, types = (CONTRACT.deref(members[member]) for member in ("status", "statusMessage", "type"))
    listed = [value for value in messages["enum"] if value not in messages["x-provenance-values"]]
    assert options == [[seed.request["properties"]["type"]["const"]], states["enum"], listed, types["enum"]]
    assert "Only present when status is" in seed.text
    assert "Only present when its `status` is `cancelled`." in messages["description"]


def test_both_seeds_require_the_same_members() -> None:
    """The page of payout targets hides which members are required; it takes those of payin sources."""
    assert len({tuple(Seed(name).request["required"]) for name in SEEDS}) == 1
