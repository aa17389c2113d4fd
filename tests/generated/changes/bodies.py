"""Changes of what is sent: bodies and their members."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any
from urllib.parse import parse_qsl

from ._change import Steps, change, typed
from ._contract import (
    DAY,
    LOST,
    MOMENT,
    NUMBER,
    PAYOUT,
    TEXT,
    TRUTH,
    UUID,
    WHOLE,
    Contract,
    answer,
    body,
    many,
    mapping,
    nullable,
    one_of,
    query,
    ref,
    thing,
)  # fmt: skip

NOON = dt.datetime(2026, 1, 2, 12, 30, tzinfo=dt.UTC)
ONE_ID = uuid.UUID("6f1c1f0e-4d5c-4a6e-9b7a-0c1d2e3f4a5b")
PAY = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}
SENT = {"payoutTargetId": "t1", "amount": 5000, "reference": "r-1"}
DONE = answer(thing("id", id=TEXT))


def payout(contract: Contract, **members: object) -> None:
    """Let the body of a payout have further members."""
    contract.members("CreatePayoutRequest").update(members)


@change(1)
def body_member_text(contract: Contract) -> Steps:
    """The create of a payout takes a further text and number."""
    payout(contract, concept=TEXT, priority=WHOLE)
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1, concept='c', priority=2)",
                         wrong="client.payout_requests.create(payout_target_id='t', amount=1, concept=2)")  # fmt: skip
    sent = client.call(lambda c: c.payout_requests.create(**PAY, concept="c", priority=2), PAYOUT)
    assert sent.body == {**SENT, "concept": "c", "priority": 2}
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).body == SENT


@change(1)
def body_member_required(contract: Contract) -> Steps:
    """The create of a payout demands a further member."""
    payout(contract, concept=TEXT)
    contract.schemas["CreatePayoutRequest"]["required"].append("concept")
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1, concept='c')",
                         wrong="client.payout_requests.create(payout_target_id='t', amount=1)")  # fmt: skip
    missing = client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT)
    assert (isinstance(missing.error, TypeError), missing.requests) == (True, [])


@change(1)
def body_member_removed(contract: Contract) -> Steps:
    """The create of a payout loses a member."""
    del contract.members("CreatePayoutRequest")["sourceMerchantAccountId"]
    client = yield typed(wrong="client.payout_requests.create(payout_target_id='t', amount=1, "
                               "source_merchant_account_id='x')")  # fmt: skip
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).body == SENT


@change(1)
def body_member_renamed(contract: Contract) -> Steps:
    """`payoutTargetId` becomes `targetId`."""
    schema = contract.schemas["CreatePayoutRequest"]
    schema["properties"]["targetId"] = schema["properties"].pop("payoutTargetId")
    schema["required"] = [{"payoutTargetId": "targetId"}.get(name, name) for name in schema["required"]]
    client = yield typed("client.payout_requests.create(target_id='t', amount=1)")
    sent = client.call(lambda c: c.payout_requests.create(target_id="t1", amount=5000, reference="r-1"), PAYOUT)
    assert sent.body == {"targetId": "t1", "amount": 5000, "reference": "r-1"}


@change(1)
def body_dates(contract: Contract) -> Steps:
    """The create of a payout takes a day, a moment and a UUID, as such or as text."""
    payout(contract, payOn=DAY, notBefore=MOMENT, batchId=UUID)
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1, pay_on=datetime.date.today(), "
                         "not_before=datetime.datetime.now(datetime.timezone.utc), batch_id=uuid.uuid4())")  # fmt: skip
    for day, moment, ident in ((dt.date(2026, 1, 2), NOON, ONE_ID), ("2026-01-02", NOON.isoformat(), str(ONE_ID))):
        given = {**PAY, "pay_on": day, "not_before": moment, "batch_id": ident}
        sent = client.call(lambda c, given=given: c.payout_requests.create(**given), PAYOUT).body
        assert (sent["payOn"], sent["batchId"]) == ("2026-01-02", str(ONE_ID))
        assert dt.datetime.fromisoformat(sent["notBefore"]) == NOON


@change(2)
def body_number(contract: Contract) -> Steps:
    """The create of a payout takes a rate with decimals; a whole number is one, too, a boolean is none."""
    payout(contract, rate=NUMBER)
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1, rate=0.5)")
    assert client.call(lambda c: c.payout_requests.create(**PAY, rate=0.5), PAYOUT).body["rate"] == 0.5
    assert client.call(lambda c: c.payout_requests.create(**PAY, rate=2), PAYOUT).body["rate"] == 2
    assert client.call(lambda c: c.payout_requests.create(**PAY, rate=True), PAYOUT).requests == []


@change(2)
def body_money_as_text(contract: Contract) -> Steps:
    """Amounts become decimal texts."""
    for schema in ("CreatePayoutRequest", "PayoutRequest"):
        contract.members(schema)["amount"] = {"type": "string", "pattern": r"^\d+\.\d{2}$", "description": "COP"}
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount='5000.00')",
                         wrong="client.payout_requests.create(payout_target_id='t', amount=5000)")  # fmt: skip
    given = {**PAY, "amount": "5000.00"}
    sent = client.call(lambda c: c.payout_requests.create(**given), {**PAYOUT, "amount": "5000.00"})
    assert (sent.body["amount"], sent.value.amount) == ("5000.00", "5000.00")


@change(1)
def body_money_as_object(contract: Contract) -> Steps:
    """Amounts become {value, currency}."""
    contract.schemas["Money"] = thing("value", "currency", value=WHOLE, currency={"type": "string", "const": "COP"})
    for schema in ("CreatePayoutRequest", "PayoutRequest"):
        contract.members(schema)["amount"] = ref("Money")
    client = yield typed(wrong="client.payout_requests.create(payout_target_id='t', amount=5000)")
    money = {"value": 5000, "currency": "COP"}
    given = {**PAY, "amount": client.models.Money.from_dict(money)}
    sent = client.call(lambda c: c.payout_requests.create(**given), {**PAYOUT, "amount": money})
    assert (sent.body["amount"], sent.value.amount.value) == (money, 5000)


@change(1)
def body_metadata(contract: Contract) -> Steps:
    """Payouts carry a map of texts, sent and received."""
    payout(contract, metadata=mapping(TEXT))
    contract.members("PayoutRequest")["metadata"] = mapping(TEXT)
    client = yield typed(
        "client.payout_requests.create(payout_target_id='t', amount=1, metadata={'a': 'b'})",
        wrong="client.payout_requests.create(payout_target_id='t', amount=1, metadata={'a': 1})",
    )
    metadata = {"order-id": "7", "from": "x", "a b": "é"}
    sent = client.call(lambda c: c.payout_requests.create(**PAY, metadata=metadata), {**PAYOUT, "metadata": metadata})
    assert sent.body["metadata"] == metadata
    assert {**_plain(sent.value.metadata)} == metadata
    assert "metadata" not in client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).body


def _plain(value: object) -> dict[str, object]:
    return value.to_dict() if hasattr(value, "to_dict") else dict(value)  # type: ignore[call-overload,no-any-return]


@change(2)
def body_map_of_objects(contract: Contract) -> Steps:
    """A body has a map whose values are objects, and one whose values are lists."""
    contract.schemas["Share"] = thing("amount", amount=WHOLE)
    payout(contract, shares=mapping(ref("Share")), labels=mapping(many(TEXT)))
    client = yield
    given = {**PAY, "shares": {"x": client.models.Share(amount=3)}, "labels": {"y": ["z"]}}
    sent = client.call(lambda c: c.payout_requests.create(**given), PAYOUT).body
    assert (sent["shares"], sent["labels"]) == ({"x": {"amount": 3}}, {"y": ["z"]})


@change(2)
def body_free_object(contract: Contract) -> Steps:
    """A body has a member that is any object, and one that is anything."""
    payout(contract, details={"type": "object"}, extra={})
    client = yield
    given = {**PAY, "details": {"a": [1, None, {"b": True}]}, "extra": [1, "x"]}
    sent = client.call(lambda c: c.payout_requests.create(**given), PAYOUT).body
    assert (sent["details"], sent["extra"]) == (given["details"], given["extra"])


@change(1)
def body_list_of_objects(contract: Contract) -> Steps:
    """The create of a payout takes a list of objects and a list of words."""
    contract.schemas["Split"] = thing("merchantAccountId", "amount", merchantAccountId=TEXT, amount=WHOLE)
    payout(contract, splits=many(ref("Split")), tags=many({"type": "string", "enum": ["a", "b"]}))
    client = yield typed(
        "client.payout_requests.create(payout_target_id='t', amount=1, splits=[models.Split(merchant_account_id='m', "
        "amount=1)], tags=['a'])",
        wrong="client.payout_requests.create(payout_target_id='t', amount=1, tags=['c'])",
    )
    given = {**PAY, "splits": [client.models.Split(merchant_account_id="m", amount=1)], "tags": ["a", "b"]}
    sent = client.call(lambda c: c.payout_requests.create(**given), PAYOUT).body
    assert (sent["splits"], sent["tags"]) == ([{"merchantAccountId": "m", "amount": 1}], ["a", "b"])


@change(1)
def body_nullable_member(contract: Contract) -> Steps:
    """A member of a body may be null: None is sent as null, absent is not sent."""
    payout(contract, note=nullable(TEXT), payOn=nullable(DAY))
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1, note=None, pay_on=None)")
    sent = client.call(lambda c: c.payout_requests.create(**PAY, note=None, pay_on=dt.date(2026, 1, 2)), PAYOUT)
    assert sent.body == {**SENT, "note": None, "payOn": "2026-01-02"}
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).body == SENT


@change(2)
def body_required_nullable_member(contract: Contract) -> Steps:
    """A member of a body must be there, and may be null."""
    payout(contract, note=nullable(TEXT))
    contract.schemas["CreatePayoutRequest"]["required"].append("note")
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1, note=None)",
                         wrong="client.payout_requests.create(payout_target_id='t', amount=1)")  # fmt: skip
    assert client.call(lambda c: c.payout_requests.create(**PAY, note=None), PAYOUT).body == {**SENT, "note": None}


@change(2)
def body_constant(contract: Contract) -> Steps:
    """A body has a required constant, which the client sends by itself."""
    payout(contract, currency={"type": "string", "const": "COP"})
    contract.schemas["CreatePayoutRequest"]["required"].append("currency")
    client = yield
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).body == {**SENT, "currency": "COP"}


@change(2)
def body_default(contract: Contract) -> Steps:
    """A member of a body has a default: absent, the API's own default holds."""
    payout(contract, currency={"type": "string", "default": "COP"}, urgent={"type": "boolean", "default": False})
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).body
    assert {**sent, "currency": "COP", "urgent": False} == {**SENT, "currency": "COP", "urgent": False}
    assert client.call(lambda c: c.payout_requests.create(**PAY, urgent=True), PAYOUT).body["urgent"] is True


@change(2)
def body_integer_enum(contract: Contract) -> Steps:
    """A member of a body is one of some numbers."""
    payout(contract, cycle={"type": "integer", "enum": [11, 13]})
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1, cycle=13)",
                         wrong="client.payout_requests.create(payout_target_id='t', amount=1, cycle=12)")  # fmt: skip
    assert client.call(lambda c: c.payout_requests.create(**PAY, cycle=13), PAYOUT).body["cycle"] == 13


@change(1)
def body_new_bank(contract: Contract) -> Steps:
    """A bank joins the list; one that isn't in it is an error for the type checker."""
    contract.schemas["Bank"]["enum"].append("lulobank")
    client = yield typed(
        "models.BankAccount(bank='lulobank', account_type='savings', account_number='1')",
        wrong="models.BankAccount(bank='lulo bank', account_type='savings', account_number='1')",
    )
    account = client.models.BankAccount(bank="lulobank", account_type="savings", account_number="000123456789")
    given = {"customer_id": "c", "redirect_url": "u", "bank_account": account, "reference": "r-1"}
    sent = client.call(lambda c: c.payout_targets.create(**given), {"id": "x", "status": "active"})
    assert sent.body["bankAccount"]["bank"] == "lulobank"


def kinds_of_source(contract: Contract, *, by: str | None, whole: bool = False) -> None:
    """Give the create of a payin source bodies of two kinds; `whole`: under the name that its body had."""
    text = {"customerId": TEXT, "redirectUrl": TEXT, "reference": TEXT}
    contract.schemas["SourceOfAccount"] = thing(
        "customerId", "redirectUrl", "type", "bankAccount", type={"type": "string", "const": "bankAccount"}, **text,
        bankAccount=ref("BankAccount"))  # fmt: skip
    contract.schemas["SourceOfNequi"] = thing(
        "customerId", "redirectUrl", "type", "phone", type={"type": "string", "const": "nequiToken"},
        phone={**TEXT, "x-sensitive": True}, **text)  # fmt: skip
    mapped = {"bankAccount": "SourceOfAccount", "nequiToken": "SourceOfNequi"} if by else {}
    union = one_of(ref("SourceOfAccount"), ref("SourceOfNequi"), by=by, **mapped)
    if whole:
        contract.schemas["CreatePayinSource"] = union
    contract.operation("createPayinSource")["requestBody"] = body(ref("CreatePayinSource") if whole else union)


@change(1)
def body_union_by_discriminator(contract: Contract) -> Steps:
    """A payin source is made of a bank account or of a Nequi token; both bodies can be sent."""
    kinds_of_source(contract, by="type")
    client = yield typed("client.payin_sources.create(body=models.SourceOfNequi(customer_id='c', redirect_url='u', "
                         "phone='300'))", wrong="client.payin_sources.create(body=5)")  # fmt: skip
    nequi = client.models.SourceOfNequi(customer_id="c", redirect_url="u", phone="3001234567", reference="r-1")
    sent = client.call(lambda c: c.payin_sources.create(body=nequi), {"id": "x", "status": "pending"})
    assert sent.body == {"customerId": "c", "redirectUrl": "u", "type": "nequiToken", "phone": "3001234567",
                         "reference": "r-1"}  # fmt: skip
    assert "3001234567" not in repr(nequi)


@change(1)
def body_union_keeps_the_old_call(contract: Contract) -> Steps:
    """Once there are several kinds of payin source, a call with the members of the first goes on."""
    kinds_of_source(contract, by="type", whole=True)
    client = yield typed("client.payin_sources.create(customer_id='c', redirect_url='u', bank_account="
                         "models.BankAccount(bank='nequi', account_type='savings', account_number='1'))")  # fmt: skip
    account = client.models.BankAccount(bank="nequi", account_type="savings", account_number="000123456789")
    given = {"customer_id": "c", "redirect_url": "u", "bank_account": account}
    sent = client.call(lambda c: c.payin_sources.create(**given), {"id": "x", "status": "pending"})
    assert (sent.body["type"], sent.body["bankAccount"]["accountNumber"]) == ("bankAccount", "000123456789")
    assert len(sent.body["reference"]) == 26


@change(2)
def body_union_mints_a_reference(contract: Contract) -> Steps:
    """A body of several kinds without reference gets one, and a lost create is unknown and names it."""
    kinds_of_source(contract, by="type")
    client = yield
    nequi = client.models.SourceOfNequi(customer_id="c", redirect_url="u", phone="3001234567")
    sent = client.call(lambda c: c.payin_sources.create(body=nequi), LOST)
    error = sent.raises(client.OutcomeUnknownError)
    assert (len(sent.requests), len(sent.body["reference"])) == (1, 26)
    assert error.reference == sent.body["reference"]


@change(2)
def body_union_without_discriminator(contract: Contract) -> Steps:
    """A body is of two kinds, and nothing but their members tells them apart."""
    kinds_of_source(contract, by=None)
    client = yield
    nequi = client.models.SourceOfNequi(customer_id="c", redirect_url="u", phone="300", reference="r-1")
    sent = client.call(lambda c: c.payin_sources.create(body=nequi), {"id": "x", "status": "pending"})
    assert (sent.body["type"], sent.body["phone"]) == ("nequiToken", "300")


@change(1)
def body_union_member(contract: Contract) -> Steps:
    """A payout target's account becomes an account or a Bre-B key."""
    contract.schemas["Key"] = thing("key", "kind", key={**TEXT, "x-sensitive": True}, kind=TEXT)
    contract.members("CreatePayoutTarget")["bankAccount"] = one_of(ref("BankAccount"), ref("Key"))
    client = yield
    key = client.models.Key(key="@pepito12345", kind="alias")
    given = {"customer_id": "c", "redirect_url": "u", "bank_account": key, "reference": "r-1"}
    sent = client.call(lambda c: c.payout_targets.create(**given), {"id": "x", "status": "active"})
    assert sent.body["bankAccount"] == {"key": "@pepito12345", "kind": "alias"}
    assert "@pepito12345" not in repr(key)


@change(3)
def body_any_of(contract: Contract) -> Steps:
    """A member of a body is a number or a text (anyOf)."""
    payout(contract, code={"anyOf": [WHOLE, TEXT]})
    client = yield
    assert client.call(lambda c: c.payout_requests.create(**PAY, code=7), PAYOUT).body["code"] == 7
    assert client.call(lambda c: c.payout_requests.create(**PAY, code="7"), PAYOUT).body["code"] == "7"


@change(2)
def body_all_of(contract: Contract) -> Steps:
    """A body is a shared part and its own (allOf)."""
    contract.schemas["Described"] = thing("concept", concept=TEXT, note=TEXT)
    old = contract.schemas["CreatePayoutRequest"]
    contract.schemas["CreatePayoutRequest"] = {"allOf": [ref("Described"), old]}
    client = yield typed(wrong="client.payout_requests.create(payout_target_id='t', amount=1)")
    sent = client.call(lambda c: c.payout_requests.create(**PAY, concept="c", note="n"), PAYOUT)
    assert sent.body == {**SENT, "concept": "c", "note": "n"}


@change(3)
def body_recursive(contract: Contract) -> Steps:
    """A body holds objects of its own kind."""
    contract.schemas["Node"] = thing("name", name=TEXT, children=many(ref("Node")))
    contract.add("POST /trees", "createTree", DONE, requestBody=body(ref("Node")))
    client = yield
    leaf = client.models.Node(name="leaf")
    sent = client.call(lambda c: c.trees.create(name="root", children=[leaf]), {"id": "x"})
    assert sent.body == {"name": "root", "children": [{"name": "leaf"}]}


@change(1)
def body_list(contract: Contract) -> Steps:
    """A batch of payouts is a list at the top; it is created once, however it ends."""
    contract.add("POST /payoutRequests/batch", "createPayoutRequestBatch", answer(many(ref("PayoutRequest"))),
                 requestBody=body(many(ref("CreatePayoutRequest"))))  # fmt: skip
    client = yield typed("client.payout_requests.create_batch(body=[models.CreatePayoutRequest(payout_target_id='t', "
                         "amount=1)])[0].id", wrong="client.payout_requests.create_batch(body=[5])")  # fmt: skip
    batch = [client.models.CreatePayoutRequest(**PAY)]
    sent = client.call(lambda c: c.payout_requests.create_batch(body=batch), [PAYOUT])
    assert (sent.line, sent.body, sent.value[0].id) == ("POST /payoutRequests/batch", [SENT], "po_1")
    lost = client.call(lambda c: c.payout_requests.create_batch(body=batch), LOST)
    assert (lost.raises(client.OutcomeUnknownError), len(lost.requests))[1] == 1


@change(2)
def body_map(contract: Contract) -> Steps:
    """A body is a map."""
    contract.add("PUT /limits", "setLimits", answer(mapping(WHOLE)), requestBody=body(mapping(WHOLE)))
    client = yield typed("client.limits.set(body={'a': 1})['a'] + 1", wrong="client.limits.set(body={'a': 'b'})")
    sent = client.call(lambda c: c.limits.set(body={"payin": 5}), {"payin": 5})
    assert (sent.line, sent.body, dict(sent.value)) == ("PUT /limits", {"payin": 5}, {"payin": 5})


@change(3)
def body_scalar(contract: Contract) -> Steps:
    """A body is a JSON text."""
    contract.add("PUT /notes", "setNote", answer(), requestBody=body(TEXT))
    client = yield
    assert client.call(lambda c: c.notes.set(body="é"), 204).body == "é"


@change(3)
def body_plain_text(contract: Contract) -> Steps:
    """A body is plain text."""
    contract.add("POST /imports", "createImport", DONE, requestBody=body(TEXT, "text/csv"))
    client = yield typed("client.imports.create(body='a,b')")
    sent = client.call(lambda c: c.imports.create(body="a,é\n"), {"id": "x"})
    assert (sent.last.content, sent.headers["content-type"].split(";")[0]) == ("a,é\n".encode(), "text/csv")


@change(2)
def body_bytes(contract: Contract) -> Steps:
    """A body is a file as it is."""
    file = {"type": "string", "format": "binary"}
    contract.add("PUT /documents/{documentId}", "uploadDocument", DONE, requestBody=body(file, "application/pdf"))
    client = yield
    sent = client.call(lambda c: c.documents.upload("d", body=b"%PDF\x00\xff"), {"id": "x"})
    assert (sent.line, sent.last.content, sent.headers["content-type"]) == (
        "PUT /documents/d", b"%PDF\x00\xff", "application/pdf")  # fmt: skip


@change(1)
def body_multipart(contract: Contract) -> Steps:
    """A file of payouts is uploaded with a name and a number beside it."""
    form = thing("file", "label", file={"type": "string", "format": "binary"}, label=TEXT, rows=WHOLE)
    contract.add("POST /batches", "createBatch", DONE, requestBody=body(form, "multipart/form-data"))
    client = yield
    sent = client.call(lambda c: c.batches.create(file=b"a;b\n\x00", label="Enero é", rows=2), {"id": "x"})
    assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert _parts(sent) == {"file": b"a;b\n\x00", "label": "Enero é".encode(), "rows": b"2"}


def _parts(sent: Any) -> dict[str, bytes]:
    from email import message_from_bytes

    kind = sent.last.headers["content-type"].encode()
    parsed: Any = message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + sent.last.content)
    return {part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in parsed.get_payload()}  # fmt: skip


@change(3, refusable=True)
def body_multipart_files(contract: Contract) -> Steps:
    """Several files and an object are uploaded at once."""
    form = thing("files", files=many({"type": "string", "format": "binary"}), owner=thing(name=TEXT))
    contract.add("POST /uploads", "createUpload", DONE, requestBody=body(form, "multipart/form-data"))
    client = yield
    sent = client.call(lambda c: c.uploads.create(files=[b"1st", b"2nd"]), {"id": "x"})
    assert sent.last.content.count(b'name="files"') == 2
    assert b"1st" in sent.last.content and b"2nd" in sent.last.content


@change(2)
def body_form(contract: Contract) -> Steps:
    """A body is a URL-encoded form."""
    form = thing("grantType", grantType=TEXT, days=WHOLE, urgent=TRUTH)
    contract.add("POST /tokens", "createToken", DONE, requestBody=body(form, "application/x-www-form-urlencoded"))
    client = yield typed(wrong="client.tokens.create(days=3)")
    sent = client.call(lambda c: c.tokens.create(grant_type="a b&c", days=3, urgent=True), {"id": "x"})
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert dict(parse_qsl(sent.last.content.decode())) == {"grantType": "a b&c", "days": "3", "urgent": "true"}


@change(1)
def body_optional(contract: Contract) -> Steps:
    """A cancel takes a body that may be left out."""
    contract.add("POST /payoutRequests/{payoutRequestId}/cancel", "cancelPayoutRequest", answer(ref("PayoutRequest")),
                 requestBody=body(thing(reason=TEXT), required=False))  # fmt: skip
    client = yield typed("client.payout_requests.cancel('x')", "client.payout_requests.cancel('x', reason='r')")
    bare = client.call(lambda c: c.payout_requests.cancel("po_1"), PAYOUT)
    assert (bare.line, bare.last.content) in (("POST /payoutRequests/po_1/cancel", content) for content in (b"", b"{}"))
    assert client.call(lambda c: c.payout_requests.cancel("po_1", reason="r"), PAYOUT).body == {"reason": "r"}


@change(2)
def body_in_two_formats(contract: Contract) -> Steps:
    """A body may be JSON or a form: JSON is sent."""
    request = contract.operation("createPayoutRequest")["requestBody"]
    json_content = request["content"]["application/json"]
    request["content"] = {"application/x-www-form-urlencoded": {"schema": ref("CreatePayoutRequest")},
                          "application/json": json_content}  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT)
    assert (sent.headers["content-type"], sent.body) == ("application/json", SENT)


@change(2)
def body_of_a_media_type_like_json(contract: Contract) -> Steps:
    """A body's media type names a version and is sent as declared."""
    contract.operation("createPayoutRequest")["requestBody"] = body(
        ref("CreatePayoutRequest"), "application/vnd.palomma.v2+json")  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT)
    assert (sent.headers["content-type"], sent.body) == ("application/vnd.palomma.v2+json", SENT)


@change(2)
def body_with_charset(contract: Contract) -> Steps:
    """The media types of body and answer carry a charset."""
    operation = contract.operation("createPayoutRequest")
    operation["requestBody"] = body(ref("CreatePayoutRequest"), "application/json; charset=utf-8")
    contract.responses("createPayoutRequest", _200=answer(ref("PayoutRequest"), "application/json; charset=utf-8"))
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1).amount_sent")
    sent = client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT)
    assert (sent.body, sent.headers["content-type"].split(";")[0], sent.value.id) == (SENT, "application/json", "po_1")


@change(2)
def body_inline(contract: Contract) -> Steps:
    """A body is described in place, with an object inside it that is described in place, too."""
    contract.add("POST /plans", "createPlan", DONE, requestBody=body(
        thing("name", name=TEXT, owner=thing("document", document={**TEXT, "x-sensitive": True}))))  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.plans.create(name="n"), {"id": "x"})
    assert sent.body == {"name": "n"}


@change(2)
def body_open(contract: Contract) -> Steps:
    """A body may have members that nobody describes: they are sent."""
    contract.schemas["Rules"] = {**thing("name", name=TEXT), "additionalProperties": True}
    payout(contract, rules=ref("Rules"))
    client = yield
    rules = {"name": "n", "else": [1, {"x": None}]}
    for made in (client.models.Rules.from_dict(rules),
                 client.models.Rules(name="n", additional_properties={"else": rules["else"]})):  # fmt: skip
        given = {**PAY, "rules": made}
        sent = client.call(lambda c, given=given: c.payout_requests.create(**given), PAYOUT)
        assert sent.body["rules"] == rules


@change(2)
def read_only_and_write_only(contract: Contract) -> Steps:
    """One schema is sent and received: `id` is read only, `pin` write only."""
    contract.schemas["Wallet"] = thing("id", "label", "pin", id={**TEXT, "readOnly": True}, label=TEXT,
                                       pin={**TEXT, "writeOnly": True, "x-sensitive": True})  # fmt: skip
    contract.add("POST /wallets", "createWallet", answer(ref("Wallet")), requestBody=body(ref("Wallet")))
    client = yield typed("client.wallets.create(label='l', pin='p')", wrong="client.wallets.create(label='l')")
    sent = client.call(lambda c: c.wallets.create(label="l", pin="p4321x"), {"id": "w", "label": "l"})
    assert (sent.body, sent.value.id) == ({"label": "l", "pin": "p4321x"}, "w")
    assert "id" not in client.arguments("wallets", "create")


@change(1)
def sensitive_by_reference(contract: Contract) -> Steps:
    """Account numbers become a schema of their own, marked once; no repr shows one."""
    contract.schemas["AccountNumber"] = {**TEXT, "minLength": 1, "x-sensitive": True}
    contract.members("BankAccount")["accountNumber"] = ref("AccountNumber")
    contract.members("PayoutTarget")["bankAccount"] = ref("BankAccount")
    client = yield
    account = {"bank": "nequi", "accountType": "savings", "accountNumber": "000987654321"}
    made = client.models.BankAccount.from_dict(account)
    target = client.models.PayoutTarget.from_dict({"id": "x", "status": "active", "bankAccount": account})
    assert "00098765" not in f"{made!r}{target!r}{made}{target}"
    assert target.to_dict()["bankAccount"] == account


@change(2)
def sensitive_within_lists_and_maps(contract: Contract) -> Steps:
    """Sensitive texts stand in a list, a map, a union and an allOf; no repr shows one."""
    secret = {**TEXT, "x-sensitive": True}
    contract.schemas["Secret"] = secret
    contract.members("PayoutTarget").update(
        numbers=many(ref("Secret")), more=mapping(secret), either=one_of(ref("Secret"), WHOLE),
        all={"allOf": [ref("Secret")], "description": "The same."}, maybe={"anyOf": [ref("Secret"), {"type": "null"}]},
        inline=many(thing(number=secret)))  # fmt: skip
    client = yield
    members = {"numbers": ["A98765432"], "more": {"k": "B98765432"}, "either": "C98765432", "all": "D98765432",
               "maybe": "E98765432", "inline": [{"number": "F98765432"}]}  # fmt: skip
    target = client.models.PayoutTarget.from_dict({"id": "x", "status": "active", **members})
    shown = repr(target)
    assert [letter for letter in "ABCDEF" if f"{letter}9876" in shown] == []
    assert {name: target.to_dict()[name] for name in members} == members


@change(2)
def sensitive_in_errors(contract: Contract) -> Steps:
    """A new sensitive member of a body is in no error, even if the API repeats it."""
    payout(contract, pin={**TEXT, "x-sensitive": True})
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**PAY, pin="12345678"),
                       (400, {"message": "bad pin 12345678"}))  # fmt: skip
    error = sent.raises(client.BadRequestError)
    assert sent.body["pin"] == "12345678"
    assert "12345678" not in f"{error}{error!r}{error.message}"


@change(1)
def patch_clears_a_member(contract: Contract) -> Steps:
    """PATCH: None clears a member, and what isn't given stays out of the body; no reference is minted into it."""
    members = {"email": nullable(TEXT), "phoneNumber": TEXT, "reference": TEXT, "address": nullable(thing(city=TEXT))}
    contract.schemas["UpdateCustomer"] = thing(**members)
    contract.add("PATCH /customers/{customerId}", "updateCustomer", answer(ref("Customer")),
                 requestBody=body(ref("UpdateCustomer")))  # fmt: skip
    client = yield typed("client.customers.update('c', email=None)", wrong="client.customers.update('c', email=5)")
    sent = client.call(lambda c: c.customers.update("c1", email=None), {"id": "c1"})
    assert (sent.line, sent.body) == ("PATCH /customers/c1", {"email": None})
    assert client.call(lambda c: c.customers.update("c1", phone_number="3"), {"id": "c1"}).body == {"phoneNumber": "3"}
    assert client.call(lambda c: c.customers.update("c1"), {"id": "c1"}).body in ({}, None)


@change(1)
def patch_keeps_the_reference(contract: Contract) -> Steps:
    """PUT and PATCH whose body may hold `reference` send it only if given."""
    for verb in ("PUT", "PATCH"):
        name = {"PUT": "replaceCustomer", "PATCH": "updateCustomer"}[verb]
        contract.add(f"{verb} /customers/{{customerId}}", name, answer(ref("Customer")),
                     requestBody=body(ref("CreateCustomer")))  # fmt: skip
    client = yield
    given = {"name": "P", "document_type": "cc", "document_number": "1", "email": "e", "phone_number": "3"}
    for name in ("replace", "update"):
        sent = client.call(lambda c, name=name: getattr(c.customers, name)("c1", **given), {"id": "c1"})
        assert "reference" not in sent.body
    kept = client.call(lambda c: c.customers.update("c1", **given, reference="mine"), {"id": "c1"})
    assert kept.body["reference"] == "mine"


@change(2)
def patch_by_merge(contract: Contract) -> Steps:
    """PATCH is application/merge-patch+json."""
    contract.add("PATCH /customers/{customerId}", "updateCustomer", answer(ref("Customer")), requestBody=body(
        thing(email=nullable(TEXT)), "application/merge-patch+json"))  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.customers.update("c1", email=None), {"id": "c1"})
    assert (sent.headers["content-type"], sent.body) == ("application/merge-patch+json", {"email": None})


@change(2)
def patch_by_merge_without_a_must(contract: Contract) -> Steps:
    """The body of a PATCH may be absent, and a member of it be null."""
    address = nullable(thing(street=TEXT))
    contract.add("PATCH /customers/{customerId}", "updateCustomer", answer(ref("Customer")), requestBody=body(
        thing(address=address, email=TEXT), "application/merge-patch+json", required=False))  # fmt: skip
    client = yield typed("client.customers.update('c', address=None)")
    assert client.call(lambda c: c.customers.update("c", address=None), {"id": "c"}).body == {"address": None}
    assert client.call(lambda c: c.customers.update("c", email="e"), {"id": "c"}).body == {"email": "e"}
    assert client.call(lambda c: c.customers.update("c"), {"id": "c"}).body in (None, {})


@change(2)
def delete_with_body(contract: Contract) -> Steps:
    """DELETE takes a body."""
    contract.add("DELETE /customers/{customerId}", "deleteCustomer", responses={"204": answer()},
                 requestBody=body(thing(reason=TEXT), required=False))  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.customers.delete("c1", reason="r"), 204)
    assert (sent.line, sent.body, sent.value) == ("DELETE /customers/c1", {"reason": "r"}, None)


@change(3, refusable=True)
def get_with_body(contract: Contract) -> Steps:
    """A GET takes a body, which HTTP gives no meaning."""
    contract.add("GET /wallets/search", "searchWallets", DONE, requestBody=body(thing(name=TEXT)))
    client = yield
    sent = client.call(lambda c: c.wallets.search(name="n"), {"id": "x"})
    assert (sent.line, sent.body) == ("GET /wallets/search", {"name": "n"})


@change(2)
def body_member_called_body(contract: Contract) -> Steps:
    """Members of a body are called `body`, `self`, `operation` and like a Python keyword."""
    names = ("body", "self", "operation", "from", "class", "timeout", "send", "type")
    contract.add("POST /notes", "createNote", DONE, requestBody=body(thing(**dict.fromkeys(names, TEXT))))
    client = yield
    taken = client.arguments("notes", "create")
    given = {next(each for each in (name, f"{name}_", f"{name}_body") if each in taken): name for name in names}
    assert client.call(lambda c: c.notes.create(**given), {"id": "x"}).body == {name: name for name in names}


@change(1)
def body_limits_stay_the_apis(contract: Contract) -> Steps:
    """New limits of length and amount are documented, and judged by the API alone."""
    contract.members("CreatePayoutRequest")["amount"].update(minimum=2000, maximum=9000)
    payout(contract, concept={**TEXT, "maxLength": 5, "pattern": "^[a-z]+$"})
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**{**PAY, "amount": 1}, concept="A" * 9), (400, {}))
    assert (sent.body["amount"], sent.body["concept"]) == (1, "A" * 9)
    assert sent.raises(client.BadRequestError).status_code == 400


@change(3)
def body_tuple(contract: Contract) -> Steps:
    """A member of a body is a list of fixed places (prefixItems)."""
    payout(contract, range={"type": "array", "prefixItems": [WHOLE, TEXT], "items": {}})
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**PAY, range_=[1, "a"]), PAYOUT)
    assert json.loads(sent.last.content)["range"] == [1, "a"]


@change(1)
def constant_becomes_a_choice(contract: Contract) -> Steps:
    """A payout target's type, which could have one value, can have two: callers say which."""
    for name in ("PayoutTargetType", "Kind"):
        contract.schemas[name] = {"type": "string", "enum": ["bankAccount", "brebKey"]}
    members = contract.members("CreatePayoutTarget")
    members["type"] = ref("Kind")
    client = yield typed(wrong="client.payout_targets.create(customer_id='c', redirect_url='u', type_='x', "
                               "bank_account=models.BankAccount(bank='nequi', account_type='savings', "
                               "account_number='1'))")  # fmt: skip
    account = client.models.BankAccount(bank="nequi", account_type="savings", account_number="000123456789")
    given = {"customer_id": "c", "redirect_url": "u", "bank_account": account, "reference": "r-1"}
    sent = client.call(lambda c: c.payout_targets.create(**given, type_="brebKey"), {"id": "x", "status": "active"})
    assert sent.body["type"] == "brebKey"
    missing = client.call(lambda c: c.payout_targets.create(**given), {"id": "x", "status": "active"})
    assert (isinstance(missing.error, TypeError), missing.requests) == (True, [])


@change(2)
def body_optional_with_required_members(contract: Contract) -> Steps:
    """A body may be left out, but if it is there, it has a reason."""
    contract.add("POST /payoutRequests/{payoutRequestId}/cancel", "cancelPayoutRequest", answer(ref("PayoutRequest")),
                 requestBody=body(thing("reason", reason=TEXT, note=TEXT), required=False))  # fmt: skip
    client = yield typed("client.payout_requests.cancel('x')", "client.payout_requests.cancel('x', reason='r')")
    assert client.call(lambda c: c.payout_requests.cancel("po_1"), PAYOUT).last.content == b""
    assert client.call(lambda c: c.payout_requests.cancel("po_1", reason="r"), PAYOUT).body == {"reason": "r"}
    half = client.call(lambda c: c.payout_requests.cancel("po_1", note="n"), PAYOUT)
    assert (half.error is not None, half.requests) == (True, [])


@change(1)
def reference_required(contract: Contract) -> Steps:
    """A payout must have a reference: none is sent without one."""
    contract.schemas["CreatePayoutRequest"]["required"].append("reference")
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1, reference='r')")
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).body == SENT
    bare = client.call(
        lambda c: c.payout_requests.create(payout_target_id="t1", amount=5000), {**PAYOUT, "reference": None}
    )
    assert all(json.loads(request.content)["reference"] for request in bare.requests)


@change(1)
def reference_shorter(contract: Contract) -> Steps:
    """References may have 20 characters: what is minted fits."""
    contract.members("CreatePayoutRequest")["reference"]["maxLength"] = 20
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(payout_target_id="t1", amount=5000), 400)
    assert len(sent.body.get("reference", "")) <= 20


@change(2)
def reference_of_another_format(contract: Contract) -> Steps:
    """References are UUIDs: what is minted is one, and a caller's own may be given as such."""
    contract.members("CreatePayoutRequest")["reference"] = {**UUID, "description": "Yours."}
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(payout_target_id="t1", amount=5000), 400)
    assert uuid.UUID(sent.body.get("reference", str(ONE_ID)))
    given = {**PAY, "reference": ONE_ID}
    own = client.call(lambda c: c.payout_requests.create(**given), {**PAYOUT, "reference": str(ONE_ID)})
    assert own.body["reference"] == str(ONE_ID)


@change(3)
def reference_of_numbers(contract: Contract) -> Steps:
    """References are numbers: no text is minted into them."""
    contract.members("CreatePayoutRequest")["reference"] = WHOLE
    contract.members("PayoutRequest")["reference"] = WHOLE
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(payout_target_id="t1", amount=5000), 400)
    assert isinstance(sent.body.get("reference", 0), int)


@change(2)
def reference_renamed(contract: Contract) -> Steps:
    """`reference` is called `externalId`, and the list's filter is marked as the one to look it up by."""
    for schema in ("CreatePayoutRequest", "PayoutRequest"):
        members = contract.members(schema)
        members["externalId"] = members.pop("reference")
    operation = contract.operation("listPayoutRequests")
    kept = [each for each in operation["parameters"] if "reference" not in str(each).lower()]
    operation["parameters"] = [*kept, query("externalId")]
    contract.operation("createPayoutRequest")["x-look-up"] = {"operation": "listPayoutRequests",
                                                              "parameter": "externalId"}  # fmt: skip
    client = yield
    given = {"payout_target_id": "t1", "amount": 5000, "external_id": "r-1"}
    lost = client.call(lambda c: c.payout_requests.create(**given), LOST)
    error = lost.raises(client.OutcomeUnknownError)
    assert (lost.body["externalId"], len(lost.requests)) == ("r-1", 1)
    looked = client.call(lambda c: c.reconcile(error), {"items": [], "cursor": None})
    assert looked.requests[0].url.params.get("externalId") == "r-1"


@change(3, refusable=True)
def body_of_any_media_type(contract: Contract) -> Steps:
    """A body's media type is written as */*, as servers' generators do: JSON is sent."""
    contract.operation("createPayoutRequest")["requestBody"] = body(ref("CreatePayoutRequest"), "*/*")
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT)
    assert (sent.body, "json" in sent.headers["content-type"]) == (SENT, True)


@change(3, refusable=True)
def body_form_list(contract: Contract) -> Steps:
    """A form has a list and a map."""
    form = thing(ids=many(TEXT), metadata=mapping(TEXT))
    contract.add("POST /tokens", "createToken", DONE, requestBody=body(form, "application/x-www-form-urlencoded"))
    client = yield
    sent = client.call(lambda c: c.tokens.create(ids=["a", "b"]), {"id": "x"})
    assert parse_qsl(sent.last.content.decode()) == [("ids", "a"), ("ids", "b")]


@change(3)
def body_of_boolean_schemas(contract: Contract) -> Steps:
    """Members are described by `true`: anything goes (OpenAPI 3.1)."""
    payout(contract, anything=True, list={"type": "array", "items": True})
    contract.members("PayoutRequest")["anything"] = True
    client = yield
    given = {**PAY, "anything": {"a": [None]}}
    sent = client.call(lambda c: c.payout_requests.create(**given), {**PAYOUT, "anything": [1, {"b": None}]})
    assert (sent.body["anything"], sent.value.to_dict()["anything"]) == ({"a": [None]}, [1, {"b": None}])


@change(2)
def body_description_says_nothing_of_python(contract: Contract) -> Steps:
    """A body's members have examples, defaults and titles of other types than their own."""
    payout(contract, concept={**TEXT, "title": "Concept Of Pay", "example": 5, "default": "none given"})
    client = yield
    assert client.call(lambda c: c.payout_requests.create(**PAY, concept="c"), PAYOUT).body["concept"] == "c"
