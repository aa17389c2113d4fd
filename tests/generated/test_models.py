"""What the generated models promise: read liberally, write strictly, show no number that identifies an account."""

from __future__ import annotations

import copy
import datetime
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from palomma.models import BankAccount, CreatePayoutTarget, Customer, PayoutRequest, PayoutTarget, PayoutTargetPage
from palomma_api import models
from palomma_api.runtime.errors import ShapeError
from palomma_api.runtime.model import mask

CONTRACT = yaml.safe_load((Path(__file__).parents[2] / "openapi/palomma.yaml").read_text())
SCHEMAS: dict[str, Any] = CONTRACT["components"]["schemas"]

TARGET: dict[str, Any] = {
    "id": "01HPR8S7YF43PV3QV16TZDC80P",
    "status": "active",
    "customerDetails": {"name": "Pepito Perez", "documentNumber": "1037551022"},
    "createdAt": "2023-11-07T05:31:56Z",
}


def test_an_answer_becomes_a_model_and_comes_back_as_it_was():
    """Reading and writing an answer loses nothing."""
    assert PayoutTarget.from_dict(TARGET).to_dict() == TARGET


@pytest.mark.parametrize(
    ("member", "sent", "name", "read"),
    [
        ("status", "paused", "status", "paused"),
        ("statusMessage", "NEW_REASON", "status_message", "NEW_REASON"),
        ("type", "crypto", "type_", "crypto"),
        ("createdAt", "yesterday", "created_at", None),
        ("createdAt", 5, "created_at", None),
        ("createdAt", None, "created_at", None),
        (
            "createdAt",
            "2023-11-07T05:31:56",
            "created_at",
            datetime.datetime(2023, 11, 7, 5, 31, 56, tzinfo=datetime.UTC),
        ),
        ("customerDetails", None, "customer_details", None),
        ("customerDetails", "nobody", "customer_details", None),
        ("reference", None, "reference", None),
    ],
)
def test_what_nobody_announced_is_read_as_it_came(member: str, sent: object, name: str, read: object):
    """Unknown enum values, odd dates, nulls and other types never cost the caller the object."""
    target = PayoutTarget.from_dict({**TARGET, member: sent})

    assert getattr(target, name) == read
    assert target.to_dict().get(member, None) in (sent, "2023-11-07T05:31:56Z")


def test_an_unknown_member_is_kept():
    """What Palomma adds tomorrow is there already, and goes into to_dict."""
    target = PayoutTarget.from_dict({**TARGET, "riskScore": 7})

    assert target.additional_properties == {"riskScore": 7}
    assert target.to_dict()["riskScore"] == 7
    assert PayoutTarget.from_dict(TARGET).additional_properties == {}


@pytest.mark.parametrize("broken", [{}, {"id": None, "status": "active"}, {"id": 5, "status": "active"}, {"id": "x"}])
def test_without_id_or_status_there_is_no_object(broken: dict[str, Any]):
    """The two members that a caller cannot do without are asked for."""
    with pytest.raises(ShapeError):
        PayoutTarget.from_dict(broken)


def test_a_page_reads_its_items_and_asks_for_the_list():
    """A page holds models, and a page without items is none."""
    page = PayoutTargetPage.from_dict({"items": [TARGET], "cursor": None, "count": 1})

    assert page.items == [PayoutTarget.from_dict(TARGET)]
    assert page.cursor is None
    with pytest.raises(ShapeError):
        PayoutTargetPage.from_dict({"cursor": None})


def test_models_compare_copy_and_pickle():
    """A model that went through copy or pickle equals the one that did not."""
    target = PayoutTarget.from_dict({**TARGET, "new": [1]})

    assert [copy.copy(target), copy.deepcopy(target), pickle.loads(pickle.dumps(target))] == [target] * 3
    assert target != PayoutTarget.from_dict(TARGET)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"amount": 1000.0}, "amount must be of type int: a whole number, without decimals, not float"),
        ({"amount": True}, "amount must be of type int: a whole number, without decimals, not bool"),
        ({"amount": "5000"}, "amount must be of type int: a whole number, without decimals, not str"),
        ({"payout_target_id": None}, "payout_target_id must be of type str, not NoneType"),
        ({"payout_target_id": 5}, "payout_target_id must be of type str, not int"),
        ({"reference": 17}, "reference must be of type str, not int"),
    ],
)
def test_a_request_of_another_type_is_refused(changed: dict[str, Any], complaint: str):
    """No float, bool or number goes out where the contract says otherwise; the complaint names the member."""
    request = models.CreatePayoutRequest(**{"payout_target_id": "x", "amount": 5000, **changed})

    with pytest.raises(TypeError, match=f"^{re.escape(complaint)}$"):
        request.to_dict()


def test_a_nested_request_is_checked_too():
    """An account number given as a number, which would lose its zeros, is refused inside the bank account."""
    account = BankAccount(bank="santander", account_type="savings", account_number=123456789)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="account_number must be of type str, not int"):
        CreatePayoutTarget(customer_id="c", redirect_url="u", bank_account=account).to_dict()


def test_a_bool_goes_out_where_the_contract_says_bool_and_absent_is_absent():
    """None is absence, and the one allowed type is written without being asked for."""
    account = BankAccount(bank="bancolombia", account_type="savings", account_number="000123456789")
    request = models.CreatePayinSource(
        customer_id="c", redirect_url="u", bank_account=account, partial_payins_enabled=True
    )

    assert request.to_dict() == {
        "type": "bankAccount",
        "customerId": "c",
        "redirectUrl": "u",
        "bankAccount": {"bank": "bancolombia", "accountType": "savings", "accountNumber": "000123456789"},
        "partialPayinsEnabled": True,
    }


def _sensitive() -> list[tuple[str, str]]:
    return [
        (schema, member)
        for schema, body in SCHEMAS.items()
        for member in body.get("properties", {})
        if re.search("(account|document)Number$", member)
    ]


def test_there_are_sensitive_members():
    """The walk below finds what it is for."""
    assert {"BankAccount", "Customer", "CustomerDetails", "CreateCustomer"} <= {schema for schema, _ in _sensitive()}


@pytest.mark.parametrize(("schema", "member"), _sensitive())
def test_a_repr_shows_the_last_four_digits_at_most(schema: str, member: str):
    """Every account and document number of the contract is masked in its model's repr."""
    kind = getattr(models, schema)
    names = {field.json_name: field.name for field in kind._fields}
    value = kind(**{field.name: "x" for field in kind._fields} | {names[member]: "9988776655"})

    assert f"{names[member]}='…6655'" in repr(value)
    assert "99887766" not in repr(value)


def test_a_repr_hides_a_nested_object_of_another_shape_and_unknown_members():
    """What can't be told apart from a number is not shown either."""
    odd = {**TARGET, "customerDetails": [{"documentNumber": "1037551022"}], "documentNumber": "1037551022"}

    assert "1037551022" not in repr(PayoutTarget.from_dict(odd))
    assert repr(Customer.from_dict({"id": "x", "documentNumber": "12"})) == "Customer(id='x', document_number='…')"


def test_mask_cuts_numbers_and_leaves_ids():
    """A number of five digits or more keeps its last four; an id with digits in it stays whole."""
    text = "account 000123456789 of 01HPR8S7YF43PV3QV16TZDC80P, amount 5000"
    assert mask(text) == "account …6789 of 01HPR8S7YF43PV3QV16TZDC80P, amount 5000"


def test_dates_are_written_as_the_api_writes_them():
    """A datetime becomes ISO 8601 with Z, a date YYYY-MM-DD."""
    settlement = models.PayinSettlement.from_dict(
        {"id": "s", "payinSettlementDate": "2024-08-28", "createdAt": "2024-08-28T10:00:00+00:00"}
    )

    assert settlement.payin_settlement_date == datetime.date(2024, 8, 28)
    assert settlement.to_dict() == {
        "id": "s",
        "payinSettlementDate": "2024-08-28",
        "createdAt": "2024-08-28T10:00:00Z",
    }
    odd = models.PayinSettlement.from_dict({"id": "s", "payinSettlementDate": 5})
    assert (odd.payin_settlement_date, odd.additional_properties) == (None, {"payinSettlementDate": 5})


def test_every_schema_of_the_contract_is_a_model():
    """`palomma.models` offers all of them, and what stands within them."""
    from palomma import models as public

    assert set(SCHEMAS) <= set(public.__all__)
    assert all(getattr(public, name) is getattr(models, name) for name in SCHEMAS)
    assert dir(public) == list(public.__all__)
    with pytest.raises(AttributeError, match="NoSuchModel"):
        public.NoSuchModel  # noqa: B018
    assert PayoutRequest.__module__ == "palomma_api.models.payout_request"


def test_one_model_is_imported_without_the_others():
    """Who imports a model pays for it and what it holds, not for forty."""
    code = (
        "import sys; from palomma.models import BankAccount; print(*sorted(m for m in sys.modules if '.models.' in m))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["palomma_api.models.bank_account"]
