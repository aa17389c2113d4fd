"""The documents that the generator's tests use besides the contract keep the rules that are not a matter of taste."""

from __future__ import annotations

from pathlib import Path

import pytest
from openapi_spec_validator import validate

from . import rules
from .document import Document
from .rules import Rule

DOCUMENTS = sorted((Path(__file__).parents[1] / "generated" / "documents").glob("*.yaml"))
RULES = [
    rules.there_are_no_aliases,
    rules.yaml_1_1_and_1_2_read_the_same,
    rules.lines_are_short,
    rules.descriptions_hold_no_bare_addresses,
    rules.operation_ids_are_unique,
    rules.tags_are_described_and_used,
    rules.every_operation_says_how_it_succeeds,
    rules.webhooks_carry_no_key_of_the_merchant,
    rules.security_names_schemes,
    rules.links_lead_somewhere,
    rules.unions_say_which_is_which,
    rules.every_operation_has_an_example,
    rules.examples_of_bodies_are_valid,
    rules.examples_of_parameters_are_valid,
    rules.every_example_is_used,
    rules.webhooks_show_what_happens,
    rules.signatures_of_examples_verify,
    rules.marks_are_known_and_well_formed,
    rules.a_body_and_its_answer_agree_on_what_identifies,
]


@pytest.fixture(scope="module", params=DOCUMENTS, ids=lambda path: path.stem)
def document(request: pytest.FixtureRequest) -> Document:
    return Document(request.param.read_text(encoding="utf-8"))


def test_the_document_is_valid_openapi(document: Document) -> None:
    """It is OpenAPI of its version, so a generator has no excuse."""
    validate(document.spec)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_document_is_sound(document: Document, rule: Rule) -> None:
    """Its examples are true, its names lead somewhere, its marks are known."""
    assert list(rule(document)) == []
