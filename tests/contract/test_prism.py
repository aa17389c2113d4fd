"""An independent judge: Prism between the client and the mock, and in the mock's place. Needs `npm ci`."""

from __future__ import annotations

import pytest
from client_calls import keywords, method_of
from prism_proxy import PRISM, Watch, prism, serving, watched_calls

from contract.spec import SPEC
from palomma import Palomma
from palomma_mock import MockServer

pytestmark = [pytest.mark.deep, pytest.mark.skipif(not PRISM.exists(), reason="Prism is not installed: npm ci")]


def test_every_call_of_the_client_passes_prism() -> None:
    """Requests and answers of every operation fit the contract, and a planted fault is noticed."""
    with MockServer(seed=1, auto_approve=True) as mock, prism(mock.base_url) as base_url:
        watch = watched_calls(mock, base_url)
        with Palomma(mock.api_key, base_url=base_url, transport=(control := Watch())) as client:
            mock.fail_next("unknown_enum")
            client.merchant_accounts.list()

    assert (watch.violations, watch.answers >= 2 * len(SPEC.operations)) == ([], True)
    assert control.violations


def test_prism_answers_every_operation_to_the_client() -> None:
    """From the contract's examples alone; a create's reference is the example's, or the client would not believe it."""
    with serving() as base_url, Palomma("key", base_url=base_url) as client:
        answered = {each.id: call_once(client, each) for each in SPEC.operations.values()}

    assert {id for id, answer in answered.items() if answer is None} == set()


def call_once(client: Palomma, operation: object) -> object:
    """One call, by the contract's examples."""
    each = SPEC.operations[operation.id]  # type: ignore[attr-defined]
    arguments = {}
    if each.creates:
        shown = next(iter(each.responses["200"]["content"]["application/json"]["examples"].values()))
        example = SPEC.resolved(shown)["value"]
        body = {**SPEC.examples(each)[0], **{k: v for k, v in example.items() if k in SPEC.examples(each)[0]}}
        arguments = keywords(each, body)
    path = [each.parameters[name]["example"] for name in each.path_names]
    return method_of(client, each)(*path, **arguments)
