"""Changes of names: what collides with Python's, attrs' or our own, and what no identifier can hold."""

from __future__ import annotations

from ._change import Steps, change, typed
from ._contract import (
    DAY,
    MOMENT,
    PAYOUT,
    TEXT,
    UUID,
    WHOLE,
    Contract,
    answer,
    body,
    many,
    mapping,
    nullable,
    query,
    ref,
    thing,
)  # fmt: skip


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PYTHON = _words("""
    from class None True import lambda async await match type print id list dict str int bool bytes object set
    isinstance property super len repr format hash vars getattr classmethod builtins annotations
""")
TOOLS = _words("""
    field define frozen attrs factory fields datetime date uuid UUID Any Mapping Literal ClassVar cast typing json
    re httpx overload
""")
OURS = _words("""
    self cls get members raw value to_dict from_dict toDict to_json additional_properties additionalProperties extra
    _extra fields_ _fields constants model Model Field mask read parse call Call Operation operation send UNSET
    Unset ShapeError copy items keys __init__ __class__ __dict__ __slots__ __attrs_attrs__ _x __x
""")
ODD = ("1st", "2", "a-b", "a.b", "a b", "a/b", "$ref2", "@type", "ñandú", "Größe", "名前", "💰", "", "_", "-", "A", "a",
       "fooBar", "foo_bar", "FooBar", "x'y", 'x"y', "x\\y", "x\ny", "{{ x }}", "{% x %}",
       "#", '"""', "x;import os")  # fmt: skip


def members_called(contract: Contract, names: tuple[str, ...], schema: dict[str, object] = TEXT) -> dict[str, object]:
    """Let payouts and the body of a payout have members of these names; return one for each."""
    new = [name for name in names if name not in contract.members("PayoutRequest")]
    contract.members("PayoutRequest").update(dict.fromkeys(new, schema))
    return dict.fromkeys(new, "v")


@change(1)
def members_like_python(contract: Contract) -> Steps:
    """Members of an answer are called like keywords and builtins."""
    news = members_called(contract, PYTHON)
    client = yield typed("client.payout_requests.get('x').from_")
    reply = {**PAYOUT, **news}
    value = client.call(lambda c: c.payout_requests.get("po_1"), reply).value
    assert (value.to_dict(), value.from_, value.class_) == (reply, "v", "v")


@change(1)
def members_like_our_tools(contract: Contract) -> Steps:
    """Members of an answer are called like what generated code imports; moments and days are still read."""
    news = members_called(contract, TOOLS)
    contract.members("PayoutRequest").update(paidAt=MOMENT, paidOn=DAY, batch=UUID)
    client = yield
    reply = {**PAYOUT, **news, "paidAt": "2026-01-02T12:30:00Z", "paidOn": "2026-01-02",
             "batch": "6f1c1f0e-4d5c-4a6e-9b7a-0c1d2e3f4a5b"}  # fmt: skip
    value = client.call(lambda c: c.payout_requests.get("po_1"), reply).value
    assert (value.to_dict(), value.paid_at.year, value.paid_on.day, value.field) == (reply, 2026, 2, "v")


@change(1, refusable=True)
def members_like_ours(contract: Contract) -> Steps:
    """Members of an answer are called like what our models have."""
    news = members_called(contract, OURS)
    client = yield
    reply = {**PAYOUT, **news}
    value = client.call(lambda c: c.payout_requests.get("po_1"), reply).value
    assert (value.to_dict(), repr(value)[:14]) == (reply, "PayoutRequest(")


@change(2, refusable=True)
def members_of_odd_names(contract: Contract) -> Steps:
    """Members of an answer have names that no identifier can have, or that differ in spelling alone."""
    news = members_called(contract, ODD)
    client = yield
    reply = {**PAYOUT, **news}
    value = client.call(lambda c: c.payout_requests.get("po_1"), reply).value
    assert value.to_dict() == reply


@change(1)
def members_with_dashes_and_digits(contract: Contract) -> Steps:
    """Members of answer and body are called `bank-code`, `1st`, `_x`, `@type` and `bank.name`."""
    names = ("bank-code", "1st", "_x", "@type", "bank.name")
    members_called(contract, names)
    contract.members("CreatePayoutRequest").update(dict.fromkeys(names, TEXT))
    client = yield
    arguments = client.arguments("payout_requests", "create")
    given = {each: each for each in arguments[arguments.index("payout_target_id"):]
             if each.strip("_").removeprefix("field_") in ("bank_code", "1st", "x", "type", "bank_name")
             or each.endswith(("1st", "_x"))}  # fmt: skip
    pay = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1", **given}
    sent = client.call(lambda c: c.payout_requests.create(**pay), {**PAYOUT, **dict.fromkeys(names, "v")})
    assert set(names) <= set(sent.body)
    assert sent.value.to_dict() == {**PAYOUT, **dict.fromkeys(names, "v")}


@change(2)
def members_of_a_body_like_python(contract: Contract) -> Steps:
    """Members of a body are called like keywords and builtins."""
    new = [name for name in PYTHON if name != "id"]
    contract.add("POST /notes", "createNote", answer(thing("id", id=TEXT)),
                 requestBody=body(thing(**dict.fromkeys(new, TEXT))))  # fmt: skip
    client = yield
    taken = [each for each in client.arguments("notes", "create") if each != "self"]
    sent = client.call(lambda c: c.notes.create(**dict.fromkeys(taken, "v")), {"id": "x"})
    assert {**dict.fromkeys(new, "v"), **sent.body} == dict.fromkeys(new, "v")


SCHEMAS = _words("""
    Request Field Call Operation Model Any Mapping Literal Undocumented List Dict Iterator AsyncIterator Awaitable
    Send Unset ShapeError Response Client Palomma Resources Page File Type None True str datetime UUID
    Exception ClassVar Self Enum
""")


@change(1)
def schemas_like_ours(contract: Contract) -> Steps:
    """Schemas are called like what generated code imports or defines."""
    for name in SCHEMAS:
        contract.schemas[name] = thing("label", label=TEXT, on=DAY, items=many(ref(name)))
    contract.add("GET /all", "getAll", answer(thing(**{f"the{name.title()}": ref(name) for name in SCHEMAS})))
    client = yield
    reply = {f"the{name.title()}": {"label": name, "on": "2026-01-02"} for name in SCHEMAS}
    assert client.call(lambda c: c.all.get() if hasattr(c, "all") else c.all_.get(), reply).value.to_dict() == reply


@change(2)
def schemas_of_odd_names(contract: Contract) -> Steps:
    """Schemas are called with dots, dashes, digits, underscores and in snake_case."""
    names = ("payout.Detail", "payout-note", "v2.1_Payout", "payout_total", "lower", "UPPER", "HTTPError")
    for name in names:
        contract.schemas[name] = thing("label", label=TEXT)
    contract.add("GET /all", "getAll", answer(thing(**{f"m{place}": ref(name) for place, name in enumerate(names)})))
    client = yield
    reply = {f"m{place}": {"label": name} for place, name in enumerate(names)}
    value = client.call(lambda c: c.all.get() if hasattr(c, "all") else c.all_.get(), reply).value
    assert (value.m0.label, value.to_dict()) == ("payout.Detail", reply)


@change(3, refusable=True)
def schemas_that_differ_in_spelling(contract: Contract) -> Steps:
    """Two schemas differ only in how they are spelt: neither takes the other's place."""
    contract.schemas["PayoutNote"] = thing("label", label=TEXT)
    contract.schemas["payout_note"] = thing("size", size=WHOLE)
    contract.add("GET /notes", "getNotes", answer(thing(a=ref("PayoutNote"), b=ref("payout_note"))))
    client = yield
    value = client.call(lambda c: c.notes.get(), {"a": {"label": "x"}, "b": {"size": 1}}).value
    assert (value.a.label, value.b.size) == ("x", 1)


@change(2)
def schemas_of_one_title(contract: Contract) -> Steps:
    """Schemas have titles: two the same one, one that of another schema, one in Spanish."""
    for place, title in enumerate(("Detalle", "Detalle", "Customer", "Número de cuenta")):
        contract.schemas[f"Detail{place}"] = {**thing("label", label=TEXT), "title": title}
    contract.add("GET /details", "getDetails", answer(thing(**{f"m{n}": ref(f"Detail{n}") for n in range(4)})))
    client = yield
    reply = {f"m{number}": {"label": str(number)} for number in range(4)}
    assert client.call(lambda c: c.details.get(), reply).value.to_dict() == reply


@change(1)
def tag_like_a_model(contract: Contract) -> Steps:
    """A resource has the name of its object: `refund`, `health`."""
    contract.schemas["Refund"] = thing("id", id=TEXT)
    contract.schemas["Health"] = thing("status", status=TEXT)
    contract.add("POST /refund", "createRefund", answer(ref("Refund")), requestBody=body(thing("amount", amount=WHOLE)))
    contract.add("GET /health", "getHealth", answer(ref("Health")))
    client = yield typed("client.refund.create(amount=1).id", "client.health.get().status")
    assert client.call(lambda c: c.refund.create(amount=1), {"id": "x"}).value.id == "x"
    assert client.call(lambda c: c.health.get(), {"status": "up"}).value.status == "up"


@change(2)
def tags_of_odd_names(contract: Contract) -> Steps:
    """Tags have spaces, accents, dashes, capitals and slashes."""
    names = {"Cuentas de ahorro": "cuentas_de_ahorro", "PSE": "pse", "bre-b": "bre_b", "v2/Wallets": "v_2_wallets"}
    for place, tag in enumerate(names):
        contract.add(f"GET /x{place}", f"getX{place}", answer(thing("id", id=TEXT)), tags=[tag])
    client = yield
    assert {"cuentas_de_ahorro", "pse", "bre_b"} <= set(client.names())
    assert client.call(lambda c: c.pse.get(), {"id": "x"}).line == "GET /x1"


@change(2, refusable=True)
def tag_like_a_method_of_the_client(contract: Contract) -> Steps:
    """Resources are called `close`, `reconcile` and `with_options`, which the client has."""
    for name in ("close", "reconcile", "withOptions"):
        contract.add(f"GET /{name}", f"get{name.title()}", answer(thing("id", id=TEXT)))
    client = yield
    with client.palomma.Palomma("key") as one:
        assert callable(one.close) and callable(one.with_options) and callable(one.reconcile)


@change(2)
def tag_like_python(contract: Contract) -> Steps:
    """Resources are called `import`, `class`, `list`, `types`, `models`, `True` and the like."""
    names = ("import", "class", "list", "types", "models", "errors", "client", "api", "events", "True", "none")
    for name in names:
        contract.add(f"GET /{name}", f"get{name.title()}", answer(thing("id", id=TEXT)))
    client = yield
    for name in names:
        resource = next(each for each in (name.lower(), f"{name.lower()}_") if each in client.names())
        sent = client.call(lambda c, resource=resource: getattr(c, resource).get(), {"id": "x"})
        assert (sent.line, sent.value.id) == (f"GET /{name}", "x")


@change(2)
def operation_like_python(contract: Contract) -> Steps:
    """Operations begin with words that Python or a list has: import, return, print, list, class, async."""
    words = ("import", "return", "print", "class", "async", "del", "type")
    for word in words:
        contract.add(f"POST /wallets/{word}", f"{word}Wallet", answer(thing("id", id=TEXT)))
    contract.add("GET /wallets", "listWallets", answer(many(thing("id", id=TEXT))))
    client = yield
    for word in words:
        use = lambda c, word=word: (getattr(c.wallets, word, None) or getattr(c.wallets, f"{word}_"))()  # noqa: E731
        sent = client.call(use, {"id": "x"})
        assert sent.line == f"POST /wallets/{word}"


@change(2)
def operation_like_ours(contract: Contract) -> Steps:
    """Operations begin with what our resources have: find, wait, reconcile, iterate."""
    for word in ("find", "wait", "reconcile", "iterate"):
        contract.add(f"GET /payoutRequests/x/{word}", f"{word}PayoutRequests", answer(thing("id", id=TEXT)),
                     tags=["payoutRequests"])  # fmt: skip
    client = yield
    names = client.names("payout_requests")
    for word in ("find", "wait", "reconcile", "iterate"):
        (name,) = [name for name in names if name.startswith(f"{word}_")]
        sent = client.call(lambda c, name=name: getattr(c.payout_requests, name)(), {"id": "x"})
        assert sent.line == f"GET /payoutRequests/x/{word}"


NASTY = (
    'Quote " \'\'\' """ \\ {{ 7*7 }} {% raw %} {# x #} %s \\N{x} é 💰\ttab\n\n  * list\n```\ncode\n```\n' + "word " * 80
)


@change(1)
def texts_of_all_kinds(contract: Contract) -> Steps:
    """Descriptions and summaries hold quotes, backslashes, braces, lists, code and long lines."""
    operation = contract.operation("createPayoutRequest")
    operation.update(summary=NASTY.replace("\n", " "), description=NASTY)
    for schema in ("PayoutRequest", "CreatePayoutRequest", "PayoutRequestStatus"):
        contract.schemas[schema]["description"] = NASTY
    contract.members("CreatePayoutRequest")["amount"]["description"] = NASTY
    contract.members("PayoutRequest")["amount"]["description"] = NASTY
    contract.document["info"]["description"] = NASTY
    contract.document["tags"][0]["description"] = NASTY
    contract.parameters("listPayoutRequests", {"name": "x", "in": "query", "schema": TEXT, "description": NASTY})
    client = yield
    pay = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}
    assert client.call(lambda c: c.payout_requests.create(**pay), PAYOUT).value.id == "po_1"
    with client.palomma.Palomma("key") as one:
        assert "{{ 7*7 }}" in one.payout_requests.create.__doc__


@change(2)
def names_that_inject(contract: Contract) -> Steps:
    """Names and values of the contract that look like code stay text."""
    evil = "x'); raise SystemExit('ran') #"
    contract.members("PayoutRequest")['a"; import os; "'] = TEXT
    contract.members("PayoutRequest")["odd"] = {"type": "string", "enum": [evil, "\"'\"''\\"], "title": evil}
    contract.add("GET /it's/{a}", "getIts", answer(thing("id", id=TEXT)), tags=["its"], summary=evil)
    client = yield
    reply = {**PAYOUT, "odd": evil, 'a"; import os; "': "v"}
    assert client.call(lambda c: c.payout_requests.get("po_1"), reply).value.to_dict() == reply
    assert client.call(lambda c: c.its.get("1"), {"id": "1"}).value.id == "1"


@change(2)
def nothing_is_described(contract: Contract) -> Steps:
    """A resource has no word of description, summary, tag or title anywhere."""
    contract.document.pop("tags", None)
    contract.document["info"].pop("description", None)
    contract.schemas["Wallet"] = {"properties": {"id": TEXT, "owner": {"properties": {"name": TEXT}}}}
    operation = contract.add("GET /wallets/{walletId}", None, {**answer(ref("Wallet")), "description": ""}, tags=None)
    del operation["summary"], operation["description"], operation["parameters"][0]["description"]
    client = yield
    sent = client.call(lambda c: c.wallets.get("w"), {"id": "w", "owner": {"name": "P"}})
    assert (sent.line, sent.value.to_dict()) == ("GET /wallets/w", {"id": "w", "owner": {"name": "P"}})


@change(2)
def map_like_our_models(contract: Contract) -> Steps:
    """A map's keys are called like methods of our models and members of its neighbours."""
    contract.members("PayoutRequest").update(metadata=mapping(nullable(TEXT)))
    client = yield
    reply = {**PAYOUT, "metadata": {"to_dict": "a", "id": "b", "_extra": "c", "": "d", "__class__": "e", "n": None}}
    assert client.call(lambda c: c.payout_requests.get("po_1"), reply).value.to_dict() == reply


@change(2)
def parameter_named_like_an_operation(contract: Contract) -> Steps:
    """A resource has an operation `status`, and its list a filter of that name."""
    contract.add("GET /wallets/status", "status", answer(thing("id", id=TEXT)))
    contract.add("GET /wallets", "listWallets", answer(many(thing("id", id=TEXT))),
                 parameters=[query("status"), query("listWallets")])  # fmt: skip
    client = yield typed("client.wallets.list(status='open')", "client.wallets.status().id")
    sent = client.call(lambda c: c.wallets.list(status="open", list_wallets="x"), [{"id": "w"}])
    assert (sent.query, sent.value[0].id) == ({"status": "open", "listWallets": "x"}, "w")
    assert client.call(lambda c: c.wallets.status(), {"id": "w"}).line == "GET /wallets/status"
