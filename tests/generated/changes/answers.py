"""Changes of what is answered: objects and their members, lists, texts, files, nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from ._change import Steps, change, typed
from ._contract import (
    DAY,
    LOST,
    MOMENT,
    NUMBER,
    PAGE,
    PAYOUT,
    TEXT,
    TRUTH,
    UUID,
    WHOLE,
    Contract,
    Raw,
    answer,
    body,
    many,
    mapping,
    nullable,
    one_of,
    ref,
    thing,
)  # fmt: skip

NOON = dt.datetime(2026, 1, 2, 12, 30, tzinfo=dt.UTC)
ONE_ID = uuid.UUID("6f1c1f0e-4d5c-4a6e-9b7a-0c1d2e3f4a5b")
PAY = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}


def payout(contract: Contract, *required: str, **members: object) -> None:
    """Let a payout have further members."""
    contract.members("PayoutRequest").update(members)
    contract.schemas["PayoutRequest"]["required"].extend(required)


@change(1)
def member_added(contract: Contract) -> Steps:
    """A payout gains texts, numbers and a boolean."""
    payout(contract, bankReference=nullable(TEXT), attempts=WHOLE, rate=NUMBER, instant=TRUTH)
    client = yield typed("(client.payout_requests.get('x').attempts or 0) + 1",
                         "assert_type(client.payout_requests.get('x').instant, bool | None)")  # fmt: skip
    news = {"bankReference": "b", "attempts": 2, "rate": 0.5, "instant": False}
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, **news}).value
    assert (value.bank_reference, value.attempts, value.rate, value.instant) == ("b", 2, 0.5, False)
    assert value.to_dict() == {**PAYOUT, **news}


@change(1)
def member_removed(contract: Contract) -> Steps:
    """A payout loses a member; an answer that still has it is read all the same."""
    del contract.members("PayoutRequest")["fee"]
    client = yield typed(wrong="client.payout_requests.get('x').fee")
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "fee": 5}).value
    assert (value.id, value.to_dict()["fee"]) == ("po_1", 5)


@change(1)
def member_renamed(contract: Contract) -> Steps:
    """`amountSent` becomes `sentAmount`."""
    members = contract.members("PayoutRequest")
    members["sentAmount"] = members.pop("amountSent")
    client = yield typed("client.payout_requests.get('x').sent_amount",
                         wrong="client.payout_requests.get('x').amount_sent")  # fmt: skip
    assert client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "sentAmount": 7}).value.sent_amount == 7


@change(1)
def member_renamed_that_identifies(contract: Contract) -> Steps:
    """`payoutTargetId` is called `targetId` in answers: payouts are still created and read."""
    members = contract.members("PayoutRequest")
    members["targetId"] = members.pop("payoutTargetId")
    client = yield
    reply = {"id": "po_1", "status": "processing", "targetId": "t1", "amount": 5000, "reference": "r-1"}
    assert client.call(lambda c: c.payout_requests.create(**PAY), reply).value.target_id == "t1"


@change(1)
def list_of_objects_absent(contract: Contract) -> Steps:
    """A payout may have a list of objects; it is read present, absent and null, and a paid create stays paid."""
    contract.schemas["Attempt"] = thing("at", at=MOMENT, bank=TEXT)
    payout(contract, attempts=many(ref("Attempt")), notes=nullable(many(ref("Attempt"))))
    client = yield typed("[each.bank for each in client.payout_requests.get('x').attempts or []]")
    for reply in (PAYOUT, {**PAYOUT, "attempts": None, "notes": None}):
        value = client.call(lambda c: c.payout_requests.create(**PAY), reply).value
        assert (value.id, value.attempts or None) == ("po_1", None)
    attempt = {"at": "2026-01-02T12:30:00Z", "bank": "nequi"}
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "attempts": [attempt]}).value
    assert (value.attempts[0].at, value.attempts[0].bank) == (NOON, "nequi")


@change(1)
def nullable_members(contract: Contract) -> Steps:
    """A moment, a day, an object and a list may be null; each is typed when it is there."""
    contract.schemas["Failure"] = thing("code", code=TEXT)
    payout(contract, paidAt=nullable(MOMENT), paidOn=nullable(DAY), failure=nullable(ref("Failure")),
           codes=nullable(many(TEXT)))  # fmt: skip
    client = yield typed("assert_type(client.payout_requests.get('x').paid_at, datetime.datetime | None)",
                         "assert_type(client.payout_requests.get('x').failure, models.Failure | None)")  # fmt: skip
    there = {"paidAt": "2026-01-02T12:30:00Z", "paidOn": "2026-01-02", "failure": {"code": "D23"}, "codes": ["a"]}
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, **there}).value
    assert (value.paid_at, value.paid_on, value.failure.code) == (NOON, dt.date(2026, 1, 2), "D23")
    assert list(value.codes) == ["a"]
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, **dict.fromkeys(there)}).value
    assert [value.paid_at, value.paid_on, value.failure, value.codes] == [None] * 4


@change(1)
def required_members_of_all_kinds(contract: Contract) -> Steps:
    """A payout surely has a number, a boolean, a nullable text, a list, an object and something free."""
    payout(contract, "rate", "instant", "bankReference", "tags", "bank", "free", "day", rate=NUMBER, instant=TRUTH,
           bankReference=nullable(TEXT), tags=many(TEXT), bank=thing(code=TEXT), free={}, day=DAY)  # fmt: skip
    client = yield typed("assert_type(client.payout_requests.get('x').rate, float)",
                         "assert_type(client.payout_requests.get('x').instant, bool)")  # fmt: skip
    news = {"rate": 0.5, "instant": False, "bankReference": None, "tags": [], "bank": {"code": "7"}, "free": [1],
            "day": "2026-01-02"}  # fmt: skip
    value = client.call(lambda c: c.payout_requests.create(**PAY), {**PAYOUT, **news}).value
    assert (value.rate, value.instant, value.bank_reference, list(value.tags)) == (0.5, False, None, [])
    assert (value.bank.code, value.free, value.day) == ("7", [1], dt.date(2026, 1, 2))
    whole = client.call(lambda c: c.payout_requests.create(**PAY), {**PAYOUT, **news, "rate": 2}).value
    assert whole.rate == 2


@change(1)
def required_member_missing(contract: Contract) -> Steps:
    """A read without a member that must be there is an error; so is a create's answer, which is unknown."""
    payout(contract, "bankReference", bankReference=TEXT)
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).raises(client.ResponseError)
    sent = client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT)
    assert (sent.raises(client.OutcomeUnknownError), len(sent.requests))[1] == 1


@change(1)
def status_added(contract: Contract) -> Steps:
    """Payouts gain a status; the checker knows it, and one that nobody announced is still read."""
    contract.schemas["PayoutRequestStatus"]["enum"].append("returned")
    client = yield typed("assert client.payout_requests.get('x').status == 'returned'",
                         wrong="assert client.payout_requests.get('x').status == 'retuned'")  # fmt: skip
    for status in ("returned", "brandNew"):
        value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "status": status}).value
        assert (value.status, value.to_dict()["status"]) == (status, status)


@change(1)
def status_message_added(contract: Contract) -> Steps:
    """A reason of cancellation is added, and one of them disappears."""
    contract.schemas["StatusMessage"]["enum"].append("LIMIT_EXCEEDED")
    contract.schemas["StatusMessage"]["enum"].remove("EXPIRED")
    client = yield
    for reason in ("LIMIT_EXCEEDED", "EXPIRED"):
        reply = {**PAYOUT, "status": "cancelled", "statusMessage": reason}
        assert client.call(lambda c: c.payout_requests.get("po_1"), reply).value.status_message == reason


@change(2)
def enum_of_integers(contract: Contract) -> Steps:
    """A member is one of some numbers; another number is read as well."""
    payout(contract, priority={"type": "integer", "enum": [1, 2, 3]})
    client = yield typed("assert client.payout_requests.get('x').priority != 3")
    for number in (2, 9):
        assert client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "priority": number}).value.priority == (
            number)  # fmt: skip


@change(3)
def enum_of_several_types(contract: Contract) -> Steps:
    """A member is one of words and numbers."""
    payout(contract, level={"enum": ["low", 1, 2]})
    client = yield
    for level in ("low", 2, "new"):
        assert client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "level": level}).value.level == level


@change(2)
def enum_with_null(contract: Contract) -> Steps:
    """A member is one of some words, or null."""
    payout(contract, channel={"type": ["string", "null"], "enum": ["ach", "breb", None]})
    client = yield
    for channel in ("ach", "new", None):
        value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "channel": channel}).value
        assert value.channel == channel


@change(2)
def enum_of_odd_words(contract: Contract) -> Steps:
    """The words of an enum are empty, spaced, quoted, accented, and differ in case alone."""
    words = ["", " ", "a b", "ñandú", "it's", 'say "x"', "back\\slash", "A", "a", "1", "None", "%d {{ x }}", "\n"]
    payout(contract, odd={"type": "string", "enum": words})
    client = yield
    for word in words:
        assert client.call(lambda c, word=word: c.payout_requests.get("po_1"), {**PAYOUT, "odd": word}).value.odd == (
            word)  # fmt: skip


@change(2)
def constant(contract: Contract) -> Steps:
    """A member is a constant, and an answer with another value is read."""
    payout(contract, object={"type": "string", "const": "payout"}, version={"const": 2})
    client = yield
    for kind, version in (("payout", 2), ("payout_v2", 3)):
        reply = {**PAYOUT, "object": kind, "version": version}
        assert client.call(lambda c, reply=reply: c.payout_requests.get("po_1"), reply).value.to_dict() == reply


@change(1)
def ids_are_uuids(contract: Contract) -> Steps:
    """All ids of payouts become UUIDs."""
    for member in ("id", "payoutTargetId", "customerId"):
        contract.members("PayoutRequest")[member] = UUID
    contract.members("CreatePayoutRequest")["payoutTargetId"] = UUID
    client = yield typed("assert_type(client.payout_requests.get('x').id, uuid.UUID)")
    reply = {**PAYOUT, "id": str(ONE_ID), "payoutTargetId": str(ONE_ID)}
    given = {**PAY, "payout_target_id": ONE_ID}
    sent = client.call(lambda c: c.payout_requests.create(**given), reply)
    assert (sent.body["payoutTargetId"], sent.value.id, sent.value.payout_target_id) == (str(ONE_ID), ONE_ID, ONE_ID)
    assert client.call(lambda c: c.payout_requests.get(str(ONE_ID)), reply).value.to_dict() == reply


@change(2)
def odd_formats(contract: Contract) -> Steps:
    """Members have formats: time, duration, byte, uri, email, decimal, int64, float, one of the API's own."""
    formats = {"time": "12:30:00Z", "duration": "P1D", "byte": "aGk=", "uri": "https://a.b", "email": "a@b.c",
               "decimal": "1.50", "cop": "5000", "password": "x", "ipv4": "127.0.0.1"}  # fmt: skip
    payout(contract, **{f"{name}Value": {"type": "string", "format": name} for name in formats},
           big={"type": "integer", "format": "int64"}, part={"type": "number", "format": "float"})  # fmt: skip
    client = yield
    news = {**{f"{name}Value": value for name, value in formats.items()}, "big": 2**53 + 1, "part": 0.1}
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, **news}).value
    assert value.to_dict() == {**PAYOUT, **news}
    assert value.big == 2**53 + 1


@change(1)
def unreadable_optional_members(contract: Contract) -> Steps:
    """What can't be read as its type costs nobody the object, and is not lost."""
    contract.schemas["Failure"] = thing("code", code=TEXT)
    payout(contract, paidAt=MOMENT, paidOn=DAY, batch=UUID, failure=ref("Failure"), parts=many(ref("Failure")),
           rate=NUMBER)  # fmt: skip
    client = yield
    odd = {"paidAt": "soon", "paidOn": "32/1", "batch": "b1", "failure": "no", "parts": {"a": 1}, "rate": "much"}
    for given in (odd, {"failure": {}, "parts": [None, 5]}):
        value = client.call(lambda c: c.payout_requests.create(**PAY), {**PAYOUT, **given}).value
        assert (value.id, value.to_dict()) == ("po_1", {**PAYOUT, **given})


@change(1)
def type_changed(contract: Contract) -> Steps:
    """A fee becomes an object, a message a list, a description a number."""
    contract.members("PayoutRequest").update(fee=thing("value", value=WHOLE, tax=NUMBER), statusMessage=many(TEXT))
    client = yield typed(wrong="client.payout_requests.get('x').fee + 1")
    news = {"fee": {"value": 5, "tax": 0.19}, "statusMessage": ["a"]}
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, **news}).value
    assert (value.fee.value, value.fee.tax, list(value.status_message)) == (5, 0.19, ["a"])


@change(2)
def several_types(contract: Contract) -> Steps:
    """A member is a text or a number, by a list of types."""
    payout(contract, code={"type": ["string", "integer"]})
    client = yield
    for code in ("D23", 23):
        assert client.call(lambda c, code=code: c.payout_requests.get("po_1"), {**PAYOUT, "code": code}).value.code == (
            code)  # fmt: skip


@change(1)
def free_members(contract: Contract) -> Steps:
    """A payout has a map of texts, a free object and something free; what they hold comes out as it was."""
    payout(contract, metadata=mapping(TEXT), details={"type": "object"}, extra={},
           more={"type": "object", "additionalProperties": True})  # fmt: skip
    client = yield
    news = {"metadata": {"a-b": "c", "id": "x"}, "details": {"x": [1]}, "extra": None, "more": {"self": 1}}
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, **news}).value
    metadata = value.metadata.to_dict() if hasattr(value.metadata, "to_dict") else dict(value.metadata)
    assert metadata == {"a-b": "c", "id": "x"}
    assert {**news, **value.to_dict()} == {**PAYOUT, **news}


@change(2)
def map_of_objects(contract: Contract) -> Steps:
    """Balances come as a map from currency to object, with nullable values."""
    contract.schemas["Balance"] = thing("amount", amount=WHOLE, at=MOMENT)
    contract.members("MerchantAccount")["balances"] = mapping(ref("Balance"))
    contract.members("MerchantAccount")["days"] = mapping(nullable(DAY))
    client = yield typed("(client.merchant_accounts.get('x').balances or {})['COP'].amount + 1")
    reply = {"id": "m", "type": "gateway", "balances": {"COP": {"amount": 5, "at": "2026-01-02T12:30:00Z"}},
             "days": {"a": "2026-01-02", "b": None}}  # fmt: skip
    value = client.call(lambda c: c.merchant_accounts.get("m"), reply).value
    assert (value.balances["COP"].amount, value.balances["COP"].at) == (5, NOON)
    assert (value.days["a"], value.days["b"]) == (dt.date(2026, 1, 2), None)
    assert value.to_dict() == reply


@change(3)
def list_of_lists(contract: Contract) -> Steps:
    """A member is a list of lists of objects."""
    contract.schemas["Cell"] = thing("on", on=DAY)
    payout(contract, table=many(many(ref("Cell"))))
    client = yield
    reply = {**PAYOUT, "table": [[{"on": "2026-01-02"}], []]}
    value = client.call(lambda c: c.payout_requests.get("po_1"), reply).value
    assert (value.table[0][0].on, list(value.table[1]), value.to_dict()) == (dt.date(2026, 1, 2), [], reply)


def kinds_of_method(contract: Contract, *, by: str | None = "kind", **mapped: str) -> dict[str, object]:
    """Describe a means of payment that is a card or an account; return the union."""
    contract.schemas["CardMethod"] = thing("kind", "last4", kind=TEXT, last4=TEXT, paidAt=MOMENT)
    contract.schemas["AccountMethod"] = thing("kind", "bank", kind=TEXT, bank=TEXT)
    return one_of(ref("CardMethod"), ref("AccountMethod"), by=by,
                  **(mapped or ({"card": "CardMethod", "account": "AccountMethod"} if by else {})))  # fmt: skip


CARD = {"kind": "card", "last4": "4321", "paidAt": "2026-01-02T12:30:00Z"}
ACCOUNT = {"kind": "account", "bank": "nequi"}


@change(1)
def union_member_by_discriminator(contract: Contract) -> Steps:
    """A payin tells how it was paid: card or account; a kind that nobody announced is read, too."""
    contract.members("PayinRequest")["method"] = kinds_of_method(contract)
    client = yield typed("method = client.payin_requests.get('x').method",
                         "assert isinstance(method, models.CardMethod) and method.last4")  # fmt: skip
    payin = {"id": "pi", "status": "approved"}
    value = client.call(lambda c: c.payin_requests.get("pi"), {**payin, "method": CARD}).value
    assert isinstance(value.method, client.models.CardMethod)
    assert (value.method.last4, value.method.paid_at) == ("4321", NOON)
    value = client.call(lambda c: c.payin_requests.get("pi"), {**payin, "method": ACCOUNT}).value
    assert isinstance(value.method, client.models.AccountMethod)
    news = {**payin, "method": {"kind": "breb", "alias": "k"}}
    assert client.call(lambda c: c.payin_requests.get("pi"), news).value.to_dict() == news


@change(2)
def union_member_of_implicit_mapping(contract: Contract) -> Steps:
    """A discriminator without mapping holds the names of the schemas."""
    contract.members("PayinRequest")["method"] = {**kinds_of_method(contract, by=None),
                                                  "discriminator": {"propertyName": "kind"}}  # fmt: skip
    client = yield
    reply = {"id": "pi", "status": "approved", "method": {"kind": "CardMethod", "last4": "1"}}
    value = client.call(lambda c: c.payin_requests.get("pi"), reply).value
    assert isinstance(value.method, client.models.CardMethod)


@change(2)
def union_member_by_members(contract: Contract) -> Steps:
    """A payin tells how it was paid, and nothing but the required members tells the kinds apart."""
    contract.members("PayinRequest")["method"] = kinds_of_method(contract, by=None)
    client = yield
    for method, kind in ((CARD, "CardMethod"), (ACCOUNT, "AccountMethod")):
        reply = {"id": "pi", "status": "approved", "method": method}
        value = client.call(lambda c, reply=reply: c.payin_requests.get("pi"), reply).value
        assert type(value.method).__name__ == kind
        assert value.to_dict() == reply


@change(2)
def union_list_and_null(contract: Contract) -> Steps:
    """A payin has a list of means of payment, and perhaps a preferred one."""
    union = kinds_of_method(contract)
    contract.schemas["Method"] = union
    contract.members("PayinRequest").update(methods=many(ref("Method")), preferred=nullable(ref("Method")))
    client = yield
    reply = {"id": "pi", "status": "approved", "methods": [CARD, ACCOUNT], "preferred": None}
    value = client.call(lambda c: c.payin_requests.get("pi"), reply).value
    assert [type(each).__name__ for each in value.methods] == ["CardMethod", "AccountMethod"]
    assert value.preferred is None
    value = client.call(lambda c: c.payin_requests.get("pi"), {**reply, "preferred": CARD}).value
    assert (type(value.preferred).__name__, value.preferred.paid_at) == ("CardMethod", NOON)


@change(2)
def union_at_the_top(contract: Contract) -> Steps:
    """An answer is a card or an account."""
    contract.add("GET /methods/{methodId}", "getMethod", answer(kinds_of_method(contract)))
    client = yield typed("method = client.methods.get('x')", "assert isinstance(method, models.CardMethod)")
    assert client.call(lambda c: c.methods.get("m"), CARD).value.last4 == "4321"
    assert client.call(lambda c: c.methods.get("m"), ACCOUNT).value.bank == "nequi"


@change(3)
def any_of_member(contract: Contract) -> Steps:
    """A member is a number, a day or an object (anyOf)."""
    contract.schemas["Failure"] = thing("code", code=TEXT)
    payout(contract, due={"anyOf": [WHOLE, DAY, ref("Failure")]})
    client = yield
    for due in (7, "2026-01-02", {"code": "x"}, "tomorrow"):
        reply = {**PAYOUT, "due": due}
        assert client.call(lambda c, reply=reply: c.payout_requests.get("po_1"), reply).value.to_dict() == reply


@change(1)
def all_of_answer(contract: Contract) -> Steps:
    """A payout is a shared part and its own (allOf)."""
    contract.schemas["Dated"] = thing("createdAt", createdAt=MOMENT, createdBy=TEXT)
    contract.schemas["PayoutRequest"] = {"allOf": [ref("Dated"), contract.schemas["PayoutRequest"]]}
    client = yield typed("assert_type(client.payout_requests.get('x').created_by, str | None)")
    reply = {**PAYOUT, "createdAt": "2026-01-02T12:30:00Z", "createdBy": "me"}
    value = client.call(lambda c: c.payout_requests.get("po_1"), reply).value
    assert (value.created_at, value.created_by, value.amount) == (NOON, "me", 5000)


@change(2)
def all_of_with_one_reference(contract: Contract) -> Steps:
    """A member is a reference with a description, the way OpenAPI 3.0 writes it (allOf of one)."""
    contract.members("PayoutRequest")["status"] = {"allOf": [ref("PayoutRequestStatus")], "description": "Where it is."}
    contract.members("PayoutRequest")["customerDetails"] = {"allOf": [ref("CustomerDetails")], "description": "Who."}
    client = yield typed("assert client.payout_requests.get('x').status == 'approved'")
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "customerDetails": {"name": "P"}}).value
    assert (value.status, value.customer_details.name) == ("processing", "P")


@change(2)
def recursive_answer(contract: Contract) -> Steps:
    """An object holds objects of its own kind, in a list, alone and by way of another."""
    contract.schemas["Node"] = thing("id", id=TEXT, children=many(ref("Node")), parent=ref("Node"), leaf=ref("Leaf"))
    contract.schemas["Leaf"] = thing(on=DAY, of=ref("Node"))
    contract.add("GET /trees/{treeId}", "getTree", answer(ref("Node")))
    client = yield typed("[each.id for each in client.trees.get('x').children or []]")
    tree = {
        "id": "a",
        "children": [{"id": "b", "leaf": {"on": "2026-01-02", "of": {"id": "d"}}}],
        "parent": {"id": "c"},
    }
    value = client.call(lambda c: c.trees.get("a"), tree).value
    assert (value.children[0].leaf.on, value.children[0].leaf.of.id) == (dt.date(2026, 1, 2), "d")
    assert (value.parent.id, value.to_dict()) == ("c", tree)


@change(1)
def list_at_the_top(contract: Contract) -> Steps:
    """GET /banks answers with a list of objects."""
    contract.schemas["BankInfo"] = thing("code", "name", code=ref("Bank"), name=TEXT)
    contract.add("GET /banks", "listBanks", answer(many(ref("BankInfo"))))
    client = yield typed("client.banks.list()[0].name", wrong="client.banks.list().items")
    sent = client.call(lambda c: c.banks.list(), [{"code": "nequi", "name": "Nequi"}, {"code": "new", "name": "N"}])
    assert [(each.code, each.name) for each in sent.value] == [("nequi", "Nequi"), ("new", "N")]
    assert client.call(lambda c: c.banks.list(), []).value == []
    assert client.call(lambda c: c.banks.list(), {"code": "nequi"}).raises(client.ResponseError)


@change(2)
def list_of_texts(contract: Contract) -> Steps:
    """An answer is a list of texts, or of days."""
    contract.add("GET /codes", "listCodes", answer(many(TEXT)))
    contract.add("GET /holidays", "listHolidays", answer(many(DAY)))
    client = yield typed("assert_type(client.codes.list(), list[str])",
                         "assert_type(client.holidays.list(), list[datetime.date])")  # fmt: skip
    assert client.call(lambda c: c.codes.list(), ["a"]).value == ["a"]
    assert client.call(lambda c: c.holidays.list(), ["2026-01-02"]).value == [dt.date(2026, 1, 2)]


@change(2)
def map_at_the_top(contract: Contract) -> Steps:
    """An answer is a map."""
    contract.schemas["Rate"] = thing("value", value=NUMBER)
    contract.add("GET /rates", "getRates", answer(mapping(ref("Rate"))))
    contract.add("GET /flags", "getFlags", answer(mapping(TRUTH)))
    client = yield typed("client.rates.get()['USD'].value + 0.5", "assert_type(client.flags.get(), dict[str, bool])")
    assert client.call(lambda c: c.rates.get(), {"USD": {"value": 0.5}}).value["USD"].value == 0.5
    assert dict(client.call(lambda c: c.flags.get(), {"a": True}).value) == {"a": True}


@change(2)
def scalar_at_the_top(contract: Contract) -> Steps:
    """Answers are a JSON number, text, boolean and moment."""
    for name, schema in (("numbers", NUMBER), ("texts", TEXT), ("truths", TRUTH), ("moments", MOMENT)):
        contract.add(f"GET /{name}", f"get{name.title()}", answer(schema))
    client = yield typed("client.numbers.get() + 0.5", "client.texts.get().upper()")
    assert client.call(lambda c: c.numbers.get(), (200, 5)).value == 5
    assert client.call(lambda c: c.texts.get(), (200, "x")).value == "x"
    assert client.call(lambda c: c.truths.get(), (200, False)).value is False
    assert client.call(lambda c: c.moments.get(), (200, "2026-01-02T12:30:00Z")).value == NOON


@change(2)
def free_answer(contract: Contract) -> Steps:
    """An answer is any object, and one is anything."""
    contract.add("GET /reports/{reportId}", "getReport", answer({"type": "object"}))
    contract.add("GET /things/{thingId}", "getThing", answer({}))
    client = yield
    value = client.call(lambda c: c.reports.get("r"), {"a": [1]}).value
    assert (value.to_dict() if hasattr(value, "to_dict") else value) == {"a": [1]}
    assert client.call(lambda c: c.things.get("t"), (200, [1])).value == [1]


@change(2)
def nullable_answer(contract: Contract) -> Steps:
    """An answer is an object or null."""
    contract.add("GET /customers/{customerId}/limit", "getCustomerLimit", answer(nullable(ref("CustomerDetails"))))
    client = yield
    assert client.call(lambda c: c.customers.get_limit("c"), {"name": "P"}).value.name == "P"
    assert client.call(lambda c: c.customers.get_limit("c"), (200, None)).value is None


@change(1)
def text_answer(contract: Contract) -> Steps:
    """A report comes as CSV, in the charset it says."""
    contract.add("GET /reports/{day}", "getReport", answer(TEXT, "text/csv"))
    client = yield typed("client.reports.get('x').splitlines()")
    text = "id;é\n1;2\n"
    for charset in ("utf-8", "iso-8859-1"):
        reply = Raw(text.encode(charset), f"text/csv; charset={charset}")
        sent = client.call(lambda c, reply=reply: c.reports.get("2026-01-02"), reply)
        assert sent.value == text
        assert any(each in sent.last.headers["accept"] for each in ("text/csv", "text/*", "*/*"))
    assert client.call(lambda c: c.reports.get("x"), 404).raises(client.NotFoundError).status_code == 404


@change(1)
def file_answer(contract: Contract) -> Steps:
    """A receipt comes as PDF; its error answers are still JSON."""
    file = {"type": "string", "format": "binary"}
    contract.add("GET /payoutRequests/{payoutRequestId}/receipt", "getPayoutRequestReceipt",
                 answer(file, "application/pdf"))  # fmt: skip
    client = yield typed("assert_type(client.payout_requests.get_receipt('x'), bytes)")
    sent = client.call(lambda c: c.payout_requests.get_receipt("po_1"), Raw(b"%PDF\x00\xff", "application/pdf"))
    assert (sent.line, sent.value) == ("GET /payoutRequests/po_1/receipt", b"%PDF\x00\xff")
    error = client.call(lambda c: c.payout_requests.get_receipt("x"), (404, {"message": "none"}))
    assert error.raises(client.NotFoundError).message == "none"


@change(2)
def file_or_json(contract: Contract) -> Steps:
    """A statement comes as JSON or CSV: JSON is asked for."""
    operation = contract.add("GET /statements/{statementId}", "getStatement", answer(thing("id", id=TEXT)))
    operation["responses"]["200"]["content"]["text/csv"] = {"schema": TEXT}
    client = yield
    sent = client.call(lambda c: c.statements.get("s"), {"id": "s"})
    assert (sent.value.id, "json" in sent.last.headers["accept"]) == ("s", True)


@change(1)
def nothing_answered(contract: Contract) -> Steps:
    """A create is answered with 204, an action with 202 and nothing."""
    contract.add("POST /payoutRequests/{payoutRequestId}/resend", "resendPayoutRequest", responses={"202": answer()})
    contract.add("POST /pings", "createPing", responses={"204": answer()}, requestBody=body(thing(name=TEXT)))
    client = yield typed("assert_type(client.pings.create(name='x'), None)")
    assert client.call(lambda c: c.payout_requests.resend("po_1"), 202).value is None
    assert client.call(lambda c: c.pings.create(name="x"), 204).value is None
    lost = client.call(lambda c: c.pings.create(name="x"), LOST)
    assert (lost.raises(client.OutcomeUnknownError), len(lost.requests))[1] == 1


@change(2)
def nothing_promised_but_something_sent(contract: Contract) -> Steps:
    """An answer that should be empty has a body: it is still a success."""
    contract.add("POST /pings", "createPing", responses={"200": {"description": "Done."}})
    client = yield
    assert client.call(lambda c: c.pings.create(), {"ok": True}).value is None


@change(1)
def accepted_with_an_object(contract: Contract) -> Steps:
    """A create is answered with 201 or 202 in place of 200."""
    contract.responses("createPayoutRequest", _202=answer(ref("PayoutRequest")))
    contract.responses("createCustomer", _201=answer(ref("Customer")))
    client = yield
    assert client.call(lambda c: c.payout_requests.create(**PAY), (202, PAYOUT)).value.id == "po_1"
    given = {"name": "P", "document_type": "cc", "document_number": "1", "email": "e", "phone_number": "3",
             "reference": "r-1"}  # fmt: skip
    assert client.call(lambda c: c.customers.create(**given), (201, {"id": "c", "reference": "r-1"})).value.id == "c"


@change(2)
def several_successes(contract: Contract) -> Steps:
    """A create answers 200 with what exists, 201 with the new, 202 with a ticket, 204 with nothing."""
    contract.schemas["Ticket"] = thing("ticketId", ticketId=TEXT)
    contract.add("POST /exports", "createExport", responses={
        "200": answer(ref("CustomerDetails")), "202": answer(ref("Ticket")), "204": answer()})  # fmt: skip
    client = yield typed("made = client.exports.create()", "assert isinstance(made, models.Ticket) and made.ticket_id")
    assert client.call(lambda c: c.exports.create(), {"name": "P"}).value.name == "P"
    assert client.call(lambda c: c.exports.create(), (202, {"ticketId": "t"})).value.ticket_id == "t"
    assert client.call(lambda c: c.exports.create(), 204).value is None


@change(2)
def range_of_successes(contract: Contract) -> Steps:
    """Successes are written as 2XX."""
    contract.responses("createPayoutRequest", _2XX=answer(ref("PayoutRequest")))
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1).amount_sent")
    for status in (200, 201, 202):
        reply = (status, PAYOUT)
        assert client.call(lambda c, reply=reply: c.payout_requests.create(**PAY), reply).value.id == "po_1"


@change(2)
def default_answer(contract: Contract) -> Steps:
    """An operation describes its errors as `default`; 200 is still what it was."""
    contract.operation("getPayoutRequestById")["responses"]["default"] = answer(ref("Error"))
    client = yield typed("client.payout_requests.get('x').amount_sent")
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).value.id == "po_1"
    assert client.call(lambda c: c.payout_requests.get("po_1"), (418, {"message": "no"})).raises(client.APIError)


@change(3, refusable=True)
def only_a_default_answer(contract: Contract) -> Steps:
    """An operation describes nothing but `default`."""
    contract.add("GET /odd", "getOdd", responses={"default": answer(thing("id", id=TEXT))})
    client = yield
    assert client.call(lambda c: c.odd.get(), {"id": "x"}).value.id == "x"
    assert client.call(lambda c: c.odd.get(), 404).raises(client.NotFoundError)


@change(2)
def undocumented_success(contract: Contract) -> Steps:
    """A create documents 200 alone and is answered with 201: what came is returned, nothing is sent again."""
    contract.schemas["Thing"] = thing("id", id=TEXT)
    contract.add("POST /things", "createThing", answer(ref("Thing")))
    client = yield
    sent = client.call(lambda c: c.things.create(), (201, {"id": "x"}))
    assert (sent.value.id, len(sent.requests)) == ("x", 1)


@change(2)
def answer_in_hal(contract: Contract) -> Steps:
    """Answers are application/hal+json with _links and _embedded."""
    links = thing(self=thing("href", href=TEXT), next=nullable(thing(href=TEXT)))
    contract.schemas["Report"] = thing("id", id=TEXT, _links=links, _embedded=thing(items=many(ref("Customer"))))
    contract.add("GET /reports/{reportId}", "getReport", answer(ref("Report"), "application/hal+json"))
    client = yield
    reply = {"id": "r", "_links": {"self": {"href": "/r"}, "next": None}, "_embedded": {"items": [{"id": "c"}]}}
    value = client.call(lambda c: c.reports.get("r"), Raw(_json(reply), "application/hal+json")).value
    assert (value.id, value.to_dict()) == ("r", reply)


def _json(value: object) -> bytes:
    import json

    return json.dumps(value).encode()


@change(2)
def answer_described_in_place(contract: Contract) -> Steps:
    """An answer is described in place, with lists and objects inside that have no name of their own."""
    contract.add("GET /balance", "getBalance", answer(
        thing("total", total=WHOLE, accounts=many(thing("id", id=TEXT, limits=thing(day=WHOLE))))))  # fmt: skip
    client = yield
    value = client.call(lambda c: c.balance.get(), {"total": 5, "accounts": [{"id": "a", "limits": {"day": 1}}]}).value
    assert (value.total, value.accounts[0].limits.day) == (5, 1)


@change(2)
def description_beside_a_reference(contract: Contract) -> Steps:
    """A reference has a description and a mark beside it, as OpenAPI 3.1 allows."""
    contract.members("PayoutRequest")["customerDetails"] = {**ref("CustomerDetails"), "description": "Who is paid."}
    contract.members("PayoutRequest")["bank"] = {**ref("Bank"), "description": "Where.", "deprecated": True}
    client = yield
    reply = {**PAYOUT, "customerDetails": {"name": "P"}, "bank": "nequi"}
    value = client.call(lambda c: c.payout_requests.get("po_1"), reply).value
    assert (value.customer_details.name, value.bank) == ("P", "nequi")


@change(2)
def member_deprecated(contract: Contract) -> Steps:
    """A member of an answer and one of a body are deprecated; both work."""
    contract.members("PayoutRequest")["fee"]["deprecated"] = True
    contract.members("CreatePayoutRequest")["sourceMerchantAccountId"]["deprecated"] = True
    client = yield
    sent = client.call(lambda c: c.payout_requests.create(**PAY, source_merchant_account_id="m"), {**PAYOUT, "fee": 5})
    assert (sent.body["sourceMerchantAccountId"], sent.value.fee) == ("m", 5)
    plain = client.warned(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "fee": 5})
    assert plain == []


@change(3)
def pattern_properties(contract: Contract) -> Steps:
    """A member is a map whose keys have a pattern."""
    payout(contract, prices={"type": "object", "patternProperties": {"^[A-Z]{3}$": WHOLE}})
    client = yield
    reply = {**PAYOUT, "prices": {"COP": 5}}
    assert client.call(lambda c: c.payout_requests.get("po_1"), reply).value.to_dict() == reply


@change(3)
def conditional_schema(contract: Contract) -> Steps:
    """A schema has if/then, dependentRequired, not and unevaluatedProperties: an answer is read all the same."""
    contract.schemas["PayoutRequest"].update({
        "if": {"properties": {"status": {"const": "cancelled"}}}, "then": {"required": ["statusMessage"]},
        "dependentRequired": {"amount": ["id"]}, "not": {"required": ["nothing"]}})  # fmt: skip
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "status": "cancelled"}).value.id == "po_1"


@change(3, refusable=True)
def reference_into_a_path(contract: Contract) -> Steps:
    """A schema is referred to where it stands inside another (not in components)."""
    payout(contract, owner={"$ref": "#/components/schemas/Customer/properties/name"})
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "owner": "P"}).value.owner == "P"


@change(3, refusable=True)
def reference_to_a_file(contract: Contract) -> Steps:
    """A schema is referred to in another file that isn't there."""
    payout(contract, owner={"$ref": "./owner.yaml#/Owner"})
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).value.id == "po_1"


@change(2)
def ruled_by_openapi_3_0(contract: Contract) -> Steps:
    """The document is written in OpenAPI 3.0.3: `nullable: true`, no lists of types, no constants, no webhooks."""
    contract.document["openapi"] = "3.0.3"
    contract.document.pop("webhooks", None)
    contract.document["info"]["license"].pop("identifier", None)
    _as_3_0(contract.document)
    payout(contract, paidAt={**MOMENT, "nullable": True}, failure={"allOf": [ref("Error")], "nullable": True})
    client = yield typed("assert_type(client.payout_requests.get('x').paid_at, datetime.datetime | None)")
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "paidAt": None, "failure": None}).value
    assert (value.paid_at, value.failure) == (None, None)
    value = client.call(lambda c: c.payout_requests.get("po_1"), {**PAYOUT, "paidAt": "2026-01-02T12:30:00Z",
                                                                  "failure": {"message": "m"}}).value  # fmt: skip
    assert (value.paid_at, value.failure.message) == (NOON, "m")
    assert client.call(lambda c: c.payout_requests.list(), PAGE).value.items[0].id == "po_1"


def _as_3_0(node: object) -> None:
    if isinstance(node, list):
        for item in node:
            _as_3_0(item)
    if isinstance(node, dict):
        if isinstance(node.get("type"), list):
            node["type"], node["nullable"] = next(each for each in node["type"] if each != "null"), True
        if "const" in node and "type" in node:
            node["enum"] = [node.pop("const")]
        for word in ("if", "then", "else"):
            if isinstance(node.get(word), dict):
                del node[word]
        for value in list(node.values()):
            _as_3_0(value)


@change(1)
def image_answer(contract: Contract) -> Steps:
    """A QR code comes as an image, which is asked for as such."""
    image = {"type": "string", "format": "binary"}
    contract.add("GET /payinLinks/{payinLinkId}/qr", "getPayinLinkQr", answer(image, "image/png"))
    client = yield typed("assert_type(client.payin_links.get_qr('x'), bytes)")
    sent = client.call(lambda c: c.payin_links.get_qr("pl"), Raw(b"\x89PNG", "image/png"))
    assert (sent.line, sent.value) == ("GET /payinLinks/pl/qr", b"\x89PNG")
    assert any(each in sent.last.headers["accept"] for each in ("image/png", "*/*"))


@change(2)
def file_answer_without_format(contract: Contract) -> Steps:
    """A PDF is described without a schema, or as a text without a format."""
    contract.add("GET /reports/{reportId}", "getReport",
                 {"description": "Done.", "content": {"application/pdf": {}}})  # fmt: skip
    contract.add("GET /receipts/{receiptId}", "getReceipt", answer(TEXT, "application/octet-stream"))
    client = yield
    raw = Raw(b"%PDF\xff", "application/pdf")
    assert client.call(lambda c: c.reports.get("r"), raw).value == b"%PDF\xff"
    assert client.call(lambda c: c.receipts.get("r"), Raw(b"\xff", "application/octet-stream")).value == b"\xff"


@change(2)
def answer_of_any_media_type(contract: Contract) -> Steps:
    """An answer's media type is written as */*, as servers' generators do."""
    contract.add("GET /fees", "getFees", answer(thing("total", total=WHOLE), "*/*"))
    client = yield typed("client.fees.get().total + 1")
    assert client.call(lambda c: c.fees.get(), {"total": 5}).value.total == 5


@change(3, refusable=True)
def stream_answer(contract: Contract) -> Steps:
    """An answer is a stream of lines or events."""
    contract.add("GET /moves", "listMoves", answer(TEXT, "application/x-ndjson"))
    client = yield
    sent = client.call(lambda c: c.moves.list(), Raw(b'{"a": 1}\n{"a": 2}\n', "application/x-ndjson"))
    assert sent.value in (b'{"a": 1}\n{"a": 2}\n', '{"a": 1}\n{"a": 2}\n')


@change(3, refusable=True)
def xml_answer(contract: Contract) -> Steps:
    """An answer is XML: it comes as it is, or is refused."""
    contract.add("GET /reports/{reportId}", "getReport", answer(thing("id", id=TEXT), "application/xml"))
    client = yield
    assert client.call(lambda c: c.reports.get("r"), Raw(b"<a/>", "application/xml")).value in (b"<a/>", "<a/>")


@change(3, refusable=True)
def redirect_answer(contract: Contract) -> Steps:
    """A receipt is answered with 302 alone: the client follows no redirect with the key."""
    contract.add("GET /receipts/{receiptId}", "getReceipt", responses={"302": {"description": "There."}})
    client = yield
    there = Raw(status=302, headers={"Location": "https://evil.example/x"})
    sent = client.call(lambda c: c.receipts.get("r"), there)
    assert {request.url.host for request in sent.requests} == {"sandbox.api.palomma.com"}


@change(1)
def list_of_unions(contract: Contract) -> Steps:
    """Movements are payouts or payins, in one list, told apart by a member."""
    union = kinds_of_method(contract)
    contract.add("GET /methods", "listMethods", answer(many(union)))
    client = yield typed("[each.kind for each in client.methods.list() if isinstance(each, models.CardMethod)]")
    value = client.call(lambda c: c.methods.list(), [CARD, ACCOUNT]).value
    assert [type(each).__name__ for each in value] == ["CardMethod", "AccountMethod"]


@change(2)
def inheritance(contract: Contract) -> Steps:
    """A base schema has the discriminator, its kinds extend it (allOf), and a member refers to the base."""
    contract.schemas["Movement"] = {**thing("kind", kind=TEXT, amount=WHOLE), "discriminator": {
        "propertyName": "kind", "mapping": {"in": "#/components/schemas/MovementIn"}}}  # fmt: skip
    contract.schemas["MovementIn"] = {"allOf": [ref("Movement"), thing("payer", payer=TEXT)]}
    payout(contract, movement=ref("Movement"))
    client = yield
    reply = {**PAYOUT, "movement": {"kind": "in", "amount": 5, "payer": "P"}}
    value = client.call(lambda c: c.payout_requests.get("po_1"), reply).value
    assert (value.movement.amount, value.to_dict()) == (5, reply)
    assert client.models.MovementIn.from_dict(reply["movement"]).payer == "P"


@change(2)
def moments_of_odd_precision(contract: Contract) -> Steps:
    """Moments come with nanoseconds, an offset, without zone and in lower case; none costs the object."""
    payout(contract, "paidAt", paidAt=MOMENT)
    client = yield
    for text in ("2026-01-02T12:30:00.123456789Z", "2026-01-02T07:30:00-05:00", "2026-01-02T12:30:00",
                 "2026-01-02t12:30:00z", "2026-01-02T12:30Z"):  # fmt: skip
        reply = {**PAYOUT, "paidAt": text}
        value = client.call(lambda c, reply=reply: c.payout_requests.get("po_1"), reply).value
        assert isinstance(value.paid_at, dt.datetime)
        assert value.paid_at.replace(microsecond=0) == NOON


@change(2)
def whole_number_with_a_point(contract: Contract) -> Steps:
    """A whole amount comes as 5000.0: it is ours."""
    payout(contract, "tax", tax=WHOLE)
    client = yield
    reply = Raw(b'{"id": "po_1", "status": "processing", "payoutTargetId": "t1", "amount": 5000.0, "reference": "r-1", '
                b'"tax": 3.0}')  # fmt: skip
    value = client.call(lambda c: c.payout_requests.create(**PAY), reply).value
    assert (value.amount, value.tax) == (5000, 3)


@change(2)
def closed_object(contract: Contract) -> Steps:
    """A schema allows no further members (additionalProperties: false): one that comes is kept."""
    contract.schemas["PayoutRequest"]["additionalProperties"] = False
    contract.schemas["CreatePayoutRequest"]["additionalProperties"] = False
    client = yield
    value = client.call(lambda c: c.payout_requests.create(**PAY), {**PAYOUT, "news": 1}).value
    assert (value.id, value.to_dict()) == ("po_1", {**PAYOUT, "news": 1})


@change(2)
def list_of_words(contract: Contract) -> Steps:
    """A member is a list of words, among them one that nobody announced, in 3.1 with a null."""
    payout(contract, flags=many({"type": "string", "enum": ["a", "b"]}), codes=many(nullable(TEXT)))
    client = yield
    reply = {**PAYOUT, "flags": ["a", "new"], "codes": ["x", None]}
    value = client.call(lambda c: c.payout_requests.get("po_1"), reply).value
    assert (list(value.flags), list(value.codes), value.to_dict()) == (["a", "new"], ["x", None], reply)


@change(2)
def enum_shared_and_described(contract: Contract) -> Steps:
    """An enum is a list of constants, each with its own description (oneOf of const)."""
    words = [{"const": "low", "description": "Later."}, {"const": "high", "title": "High"}]
    contract.schemas["Priority"] = {"type": "string", "oneOf": words}
    payout(contract, priority=ref("Priority"))
    client = yield
    for word in ("low", "new"):
        reply = {**PAYOUT, "priority": word}
        value = client.call(lambda c, reply=reply: c.payout_requests.get("po_1"), reply).value
        assert (value.priority, value.to_dict()) == (word, reply)


@change(2)
def answer_without_schema(contract: Contract) -> Steps:
    """An answer is JSON that nobody describes."""
    contract.add("GET /fees", "getFees", {"description": "Done.", "content": {"application/json": {}}})
    client = yield
    assert client.call(lambda c: c.fees.get(), {"a": [1, None]}).value == {"a": [1, None]}


@change(2)
def report_that_is_not_ready(contract: Contract) -> Steps:
    """A report is answered with 200 and a PDF, or with 202 and nothing yet."""
    file = {"type": "string", "format": "binary"}
    contract.add("GET /reports/{reportId}", "getReport", responses={
        "200": answer(file, "application/pdf"), "202": answer()})  # fmt: skip
    client = yield typed("assert_type(client.reports.get('x'), bytes | None)")
    assert client.call(lambda c: c.reports.get("r"), Raw(b"%PDF", "application/pdf")).value == b"%PDF"
    assert client.call(lambda c: c.reports.get("r"), 202).value is None


@change(3)
def text_of_a_create(contract: Contract) -> Steps:
    """A create is answered with an id in plain text."""
    contract.add("POST /wallets", "createWallet", answer(TEXT, "text/plain"), requestBody=body(thing(label=TEXT)))
    client = yield typed("client.wallets.create(label='l').strip()")
    assert client.call(lambda c: c.wallets.create(label="l"), Raw(b"w-1", "text/plain")).value == "w-1"
    lost = client.call(lambda c: c.wallets.create(label="l"), LOST)
    assert (lost.raises(client.OutcomeUnknownError), len(lost.requests))[1] == 1


@change(1)
def model_of_a_new_schema(contract: Contract) -> Steps:
    """A new model is like the others: frozen, comparable, copied and pickled, one line long, and suggests names."""
    contract.schemas["Refund"] = thing("id", id=TEXT, paidOn=DAY, parts=many(ref("Part")), note=TEXT)
    contract.schemas["Part"] = thing("amount", amount=WHOLE)
    contract.add("GET /refunds/{refundId}", "getRefund", answer(ref("Refund")))
    client = yield typed(wrong=("client.refunds.get('x').id = 'y'", "models.Refund(id='x', nte='n')"))
    import copy
    import json
    import pickle

    reply = {"id": "rf", "paidOn": "2026-01-02", "parts": [{"amount": 1}], "note": "n " * 400, "news": [1]}
    value = client.call(lambda c: c.refunds.get("rf"), reply).value
    assert [copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))] == [value] * 3
    assert json.loads(value.to_json()) == reply
    assert "\n" not in repr(value) and len(repr(value)) < 400
    for wrong in (
        lambda: setattr(value, "id", "y"),
        lambda: value.paid_at,
        lambda: client.models.Refund(id="x", noet="n"),
    ):
        error = _error(wrong)
        assert isinstance(error, (AttributeError, TypeError)), error
    assert "paid_on" in str(_error(lambda: value.paid_no))
    assert "note" in str(_error(lambda: client.models.Refund(id="x", noet="n")))


def _error(use: Callable[[], object]) -> Exception | None:
    try:
        use()
    except Exception as error:
        return error
    return None
