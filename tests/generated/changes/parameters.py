"""Changes of parameters: in query, header, cookie and path."""

from __future__ import annotations

import datetime as dt
import uuid

from ._change import Steps, change, typed
from ._contract import (
    API_KEY,
    DAY,
    MOMENT,
    NUMBER,
    PAGE,
    PAYOUT,
    TEXT,
    TRUTH,
    UUID,
    WHOLE,
    Contract,
    answer,
    body,
    header,
    many,
    mapping,
    parameter,
    query,
    ref,
    thing,
)  # fmt: skip

NOON = dt.datetime(2026, 1, 2, 12, 30, tzinfo=dt.UTC)
ONE_ID = uuid.UUID("6f1c1f0e-4d5c-4a6e-9b7a-0c1d2e3f4a5b")


@change(1)
def query_boolean(contract: Contract) -> Steps:
    """A list is filtered by a boolean."""
    contract.parameters("listPayoutRequests", query("settled", TRUTH))
    client = yield typed("client.payout_requests.list(settled=True)", wrong="client.payout_requests.list(settled='no')")
    assert client.call(lambda c: c.payout_requests.list(settled=True), PAGE).query == {"settled": "true"}
    assert client.call(lambda c: c.payout_requests.list(settled=False), PAGE).query == {"settled": "false"}
    assert client.call(lambda c: c.payout_requests.list(), PAGE).query == {}


@change(1)
def query_date(contract: Contract) -> Steps:
    """A list is filtered by a date, given as such or as text."""
    contract.parameters("listPayoutRequests", query("settledOn", DAY))
    client = yield typed("client.payout_requests.list(settled_on=datetime.date(2026, 1, 2))",
                         wrong="client.payout_requests.list(settled_on=20260102)")  # fmt: skip
    for given in (dt.date(2026, 1, 2), "2026-01-02"):
        sent = client.call(lambda c, given=given: c.payout_requests.list(settled_on=given), PAGE)
        assert sent.query == {"settledOn": "2026-01-02"}


@change(1)
def query_moment(contract: Contract) -> Steps:
    """A list is filtered by a moment; its zone is kept, and a `+` in it survives the URL."""
    contract.parameters("listPayoutRequests", query("createdAfter", MOMENT))
    client = yield typed("client.payout_requests.list(created_after=datetime.datetime.now(datetime.timezone.utc))")
    bogota = NOON.astimezone(dt.timezone(dt.timedelta(hours=-5)))
    for given in (NOON, bogota, NOON.astimezone(dt.timezone(dt.timedelta(hours=3)))):
        sent = client.call(lambda c, given=given: c.payout_requests.list(created_after=given), PAGE)
        assert dt.datetime.fromisoformat(sent.query["createdAfter"]) == NOON


@change(2)
def query_uuid(contract: Contract) -> Steps:
    """A list is filtered by a UUID, given as such or as text."""
    contract.parameters("listPayoutRequests", query("batchId", UUID))
    client = yield typed("client.payout_requests.list(batch_id=uuid.uuid4())")
    for given in (ONE_ID, str(ONE_ID)):
        sent = client.call(lambda c, given=given: c.payout_requests.list(batch_id=given), PAGE)
        assert sent.query == {"batchId": str(ONE_ID)}


@change(2)
def query_number(contract: Contract) -> Steps:
    """A list is filtered by numbers, whole and not."""
    contract.parameters("listPayoutRequests", query("rate", NUMBER), query("minAmount", WHOLE))
    client = yield typed("client.payout_requests.list(rate=0.5, min_amount=3)",
                         wrong="client.payout_requests.list(min_amount='x')")  # fmt: skip
    sent = client.call(lambda c: c.payout_requests.list(rate=0.5, min_amount=0), PAGE)
    assert sent.query == {"rate": "0.5", "minAmount": "0"}


@change(1)
def query_enum(contract: Contract) -> Steps:
    """A list is filtered by status; a typing error in it is one for the type checker."""
    contract.parameters("listPayoutRequests", query("status", ref("PayoutRequestStatus")))
    client = yield typed("client.payout_requests.list(status='approved')",
                         wrong="client.payout_requests.list(status='aproved')")  # fmt: skip
    sent = client.call(lambda c: c.payout_requests.list(status="approved"), PAGE)
    assert sent.query == {"status": "approved"}


@change(2)
def query_enum_of_integers(contract: Contract) -> Steps:
    """A list is filtered by one of some numbers, written inline."""
    contract.parameters("listPayoutRequests", query("cycle", {"type": "integer", "enum": [11, 13, 16]}))
    client = yield typed("client.payout_requests.list(cycle=13)", wrong="client.payout_requests.list(cycle=12)")
    assert client.call(lambda c: c.payout_requests.list(cycle=13), PAGE).query == {"cycle": "13"}


@change(1)
def query_list_repeated(contract: Contract) -> Steps:
    """A filter takes several values, repeated in the URL."""
    contract.parameters("listPayoutRequests", query("status", many(ref("PayoutRequestStatus"))))
    client = yield typed("client.payout_requests.list(status=['approved', 'cancelled'])",
                         wrong="client.payout_requests.list(status=['aproved'])")  # fmt: skip
    sent = client.call(lambda c: c.payout_requests.list(status=["approved", "cancelled"]), PAGE)
    assert sent.pairs == [("status", "approved"), ("status", "cancelled")]


@change(2)
def query_list_joined(contract: Contract) -> Steps:
    """A filter takes several values, joined by commas."""
    contract.parameters("listPayoutRequests", query("ids", many(TEXT), explode=False))
    client = yield typed("client.payout_requests.list(ids=['a', 'b'])")
    sent = client.call(lambda c: c.payout_requests.list(ids=["a", "b"]), PAGE)
    assert sent.pairs == [("ids", "a,b")]


@change(3)
def query_list_of_dates(contract: Contract) -> Steps:
    """A filter takes several dates."""
    contract.parameters("listPayoutRequests", query("days", many(DAY)))
    client = yield typed("client.payout_requests.list(days=[datetime.date(2026, 1, 2)])")
    sent = client.call(lambda c: c.payout_requests.list(days=[dt.date(2026, 1, 2), dt.date(2026, 1, 3)]), PAGE)
    assert sent.pairs == [("days", "2026-01-02"), ("days", "2026-01-03")]


@change(3)
def query_list_empty(contract: Contract) -> Steps:
    """An empty list as filter sends no value that nobody gave."""
    contract.parameters("listPayoutRequests", query("ids", many(TEXT)))
    client = yield
    assert client.call(lambda c: c.payout_requests.list(ids=[]), PAGE).query in ({}, {"ids": ""})


@change(2, refusable=True)
def query_deep_object(contract: Contract) -> Steps:
    """A filter is an object in deepObject style: createdAt[gte]=…"""
    contract.schemas["Range"] = thing(gte=DAY, lte=DAY)
    contract.parameters("listPayoutRequests", query("createdAt", ref("Range"), style="deepObject", explode=True))
    client = yield
    days = client.models.Range(gte=dt.date(2026, 1, 2), lte=dt.date(2026, 2, 3))
    sent = client.call(lambda c: c.payout_requests.list(created_at=days), PAGE)
    assert sent.query == {"createdAt[gte]": "2026-01-02", "createdAt[lte]": "2026-02-03"}


@change(3, refusable=True)
def query_form_object(contract: Contract) -> Steps:
    """A filter is an object whose members become parameters (form, explode)."""
    contract.schemas["Range"] = thing(least=WHOLE, most=WHOLE)
    contract.parameters("listPayoutRequests", query("range", ref("Range")))
    client = yield
    sent = client.call(lambda c: c.payout_requests.list(range_=client.models.Range(least=1, most=2)), PAGE)
    assert sent.query == {"least": "1", "most": "2"}


@change(1)
def query_odd_names(contract: Contract) -> Steps:
    """Filters are called what Python can't call an argument."""
    names = ("createdAt[gte]", "page-size", "from", "class", "sort.by", "$top")
    contract.parameters("listPayoutRequests", *(query(name) for name in names))
    client = yield
    given = {"created_at_gte": "a", "page_size": "b", "from_": "c", "class_": "d", "sort_by": "e", "top": "f"}
    sent = client.call(lambda c: c.payout_requests.list(**given), PAGE)
    assert sent.query == dict(zip(names, "abcdef", strict=True))


@change(3)
def query_name_begins_with_a_digit(contract: Contract) -> Steps:
    """A filter's name begins with a digit."""
    contract.parameters("listPayoutRequests", query("2fa"))
    client = yield
    (name,) = [name for name in client.arguments("payout_requests", "list") if name.endswith("2fa")]
    assert client.call(lambda c: c.payout_requests.list(**{name: "x"}), PAGE).query == {"2fa": "x"}


@change(2)
def query_names_of_ours(contract: Contract) -> Steps:
    """Filters are called like what the generated code itself uses."""
    names = ("self", "call", "operation", "client", "query", "params", "request", "quote", "list", "str", "dict")
    contract.parameters("listPayoutRequests", *(query(name) for name in names))
    client = yield
    taken = client.arguments("payout_requests", "list")
    given = {next(each for each in (name, f"{name}_", f"{name}_query") if each in taken): name for name in names}
    sent = client.call(lambda c: c.payout_requests.list(**given), PAGE)
    assert sent.query == {name: name for name in names}


@change(1)
def query_required(contract: Contract) -> Steps:
    """A list demands a filter."""
    contract.parameters("listPayoutTargets", query("purpose", required=True))
    client = yield typed("client.payout_targets.list(purpose='x')", wrong="client.payout_targets.list()")
    sent = client.call(lambda c: c.payout_targets.list(purpose="x"), {"items": []})
    assert sent.query == {"purpose": "x"}
    missing = client.call(lambda c: c.payout_targets.list(), {"items": []})
    assert (missing.raises(TypeError), missing.requests)[1] == []


@change(2)
def query_default(contract: Contract) -> Steps:
    """A filter gets a default: absent, the API's own default holds."""
    contract.parameters("listPayoutRequests", query("order", {"type": "string", "enum": ["asc", "desc"],
                                                              "default": "asc"}))  # fmt: skip
    client = yield
    assert client.call(lambda c: c.payout_requests.list(), PAGE).query in ({}, {"order": "asc"})
    assert client.call(lambda c: c.payout_requests.list(order="desc"), PAGE).query == {"order": "desc"}


@change(3)
def query_nullable(contract: Contract) -> Steps:
    """A filter may be null, as code generators of servers write optional ones."""
    contract.parameters("listPayoutRequests", query("label", {"anyOf": [TEXT, {"type": "null"}]}))
    client = yield typed("client.payout_requests.list(label='x')")
    assert client.call(lambda c: c.payout_requests.list(label=None), PAGE).query == {}
    assert client.call(lambda c: c.payout_requests.list(label="x"), PAGE).query == {"label": "x"}


@change(3, refusable=True)
def query_of_json(contract: Contract) -> Steps:
    """A filter is JSON in the URL (`content` in place of `schema`)."""
    given = query("filter")
    given["content"] = {"application/json": {"schema": mapping(TEXT)}}
    del given["schema"]
    contract.parameters("listPayoutRequests", given)
    client = yield
    import json

    sent = client.call(lambda c: c.payout_requests.list(filter_={"a": "b"}), PAGE)
    assert json.loads(sent.query["filter"]) == {"a": "b"}


@change(3, refusable=True)
def query_list_by_pipes(contract: Contract) -> Steps:
    """A filter's values are joined by pipes."""
    contract.parameters("listPayoutRequests", query("ids", many(TEXT), style="pipeDelimited", explode=False))
    client = yield
    assert client.call(lambda c: c.payout_requests.list(ids=["a", "b"]), PAGE).query == {"ids": "a|b"}


@change(3)
def query_union(contract: Contract) -> Steps:
    """A filter is a number or a word."""
    contract.parameters("listPayoutRequests", query("size", {"oneOf": [WHOLE, {"type": "string", "enum": ["all"]}]}))
    client = yield typed("client.payout_requests.list(size=3)", "client.payout_requests.list(size='all')")
    assert client.call(lambda c: c.payout_requests.list(size=3), PAGE).query == {"size": "3"}
    assert client.call(lambda c: c.payout_requests.list(size="all"), PAGE).query == {"size": "all"}


@change(2)
def query_sensitive(contract: Contract) -> Steps:
    """A filter holds a document number: no error shows it."""
    contract.parameters("listCustomers", {**query("documentNumber"), "x-sensitive": True})
    client = yield
    sent = client.call(lambda c: c.customers.list(document_number="1037551022"), 401)
    assert sent.query == {"documentNumber": "1037551022"}
    error = sent.raises(client.AuthenticationError)
    assert "1037551022" not in f"{error}{error!r}{vars(error)}"


@change(2)
def parameter_deprecated(contract: Contract) -> Steps:
    """A filter is deprecated: it works, and warns who uses it."""
    contract.parameters("listPayoutRequests", query("label", deprecated=True))
    client = yield
    assert client.call(lambda c: c.payout_requests.list(label="x"), PAGE).query == {"label": "x"}
    assert any("label" in text for text in client.warned(lambda c: c.payout_requests.list(label="x"), PAGE))
    assert client.warned(lambda c: c.payout_requests.list(), PAGE) == []


@change(1)
def header_optional(contract: Contract) -> Steps:
    """A request may carry a header."""
    contract.parameters("createPayoutRequest", header("X-Request-Id"))
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1, x_request_id='a')")
    pay = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}
    sent = client.call(lambda c: c.payout_requests.create(**pay, x_request_id="a"), PAYOUT)
    assert sent.headers["x-request-id"] == "a"
    assert "x-request-id" not in client.call(lambda c: c.payout_requests.create(**pay), PAYOUT).headers


@change(1)
def header_required(contract: Contract) -> Steps:
    """Every list demands a version header, declared once in components."""
    contract.document["components"]["parameters"]["Version"] = header("Palomma-Version", DAY, required=True)
    contract.parameters("listPayoutRequests", {"$ref": "#/components/parameters/Version"})
    client = yield typed("client.payout_requests.list(palomma_version=datetime.date(2026, 1, 2))",
                         wrong="client.payout_requests.list()")  # fmt: skip
    sent = client.call(lambda c: c.payout_requests.list(palomma_version=dt.date(2026, 1, 2)), PAGE)
    assert sent.headers["palomma-version"] == "2026-01-02"


@change(2)
def header_kinds(contract: Contract) -> Steps:
    """Headers hold a whole number, a boolean, a moment, a UUID and one of some words."""
    contract.parameters("listPayoutRequests", header("X-Whole", WHOLE), header("X-Truth", TRUTH),
                        header("X-Moment", MOMENT), header("X-Uuid", UUID),
                        header("Accept-Language", {"type": "string", "enum": ["es", "en"]}))  # fmt: skip
    client = yield typed("client.payout_requests.list(accept_language='es')",
                         wrong="client.payout_requests.list(accept_language='ex')")  # fmt: skip
    given = {"x_whole": 3, "x_truth": True, "x_moment": NOON, "x_uuid": ONE_ID, "accept_language": "es"}
    headers = client.call(lambda c: c.payout_requests.list(**given), PAGE).headers
    assert dt.datetime.fromisoformat(headers["x-moment"]) == NOON
    assert [headers[name] for name in ("x-whole", "x-truth", "x-uuid", "accept-language")] == [
        "3", "true", str(ONE_ID), "es"]  # fmt: skip


@change(3, refusable=True)
def header_list(contract: Contract) -> Steps:
    """A header holds several values, joined by commas."""
    contract.parameters("listPayoutRequests", header("X-Expand", many(TEXT)))
    client = yield
    headers = client.call(lambda c: c.payout_requests.list(x_expand=["a", "b"]), PAGE).headers
    assert headers["x-expand"].replace(" ", "") == "a,b"


@change(2)
def header_cannot_be_injected(contract: Contract) -> Steps:
    """A line end in a header's value is never sent."""
    contract.parameters("listPayoutRequests", header("X-Label"))
    client = yield
    sent = client.call(lambda c: c.payout_requests.list(x_label="a\r\nX-Other: b"), PAGE)
    assert sent.error is not None
    assert all("x-other" not in request.headers for request in sent.requests)
    assert all("\n" not in value for request in sent.requests for value in request.headers.values())


@change(3, refusable=True)
def header_that_openapi_ignores(contract: Contract) -> Steps:
    """`Authorization`, `Accept` and `Content-Type` as parameters change nothing, as OpenAPI demands."""
    contract.parameters("listPayoutRequests", header("Authorization"), header("Accept"), header("Content-Type"))
    client = yield
    assert client.call(lambda c: c.payout_requests.list(), PAGE).headers == {"authorization": f"Bearer {API_KEY}"}


@change(2)
def cookie(contract: Contract) -> Steps:
    """A request may carry a cookie, whose value adds no second one."""
    contract.parameters("listPayoutRequests", parameter("cookie", "session", TEXT))
    client = yield
    sent = client.call(lambda c: c.payout_requests.list(session="abc"), PAGE)
    assert sent.headers["cookie"] == "session=abc"
    assert "cookie" not in client.call(lambda c: c.payout_requests.list(), PAGE).headers
    odd = client.call(lambda c: c.payout_requests.list(session="a; admin=1"), PAGE)
    assert odd.error is not None or "; admin=1" not in odd.headers["cookie"]


@change(1)
def path_level_parameters(contract: Contract) -> Steps:
    """The parameters of a path stand on the path, not on its operations; one of them has a query of its own."""
    item = contract.paths["/payoutRequests/{payoutRequestId}"]
    item["parameters"] = [*item.get("parameters", []), *item["get"].pop("parameters", []), header("X-Trace")]
    item["get"]["parameters"] = [query("expand", TRUTH)]
    client = yield typed("client.payout_requests.get('po_1', expand=True)")
    sent = client.call(lambda c: c.payout_requests.get("po_1", expand=True, x_trace="t"), PAYOUT)
    assert (sent.line, sent.query, sent.headers["x-trace"]) == (
        "GET /payoutRequests/po_1", {"expand": "true"}, "t")  # fmt: skip


@change(3)
def path_level_parameter_overridden(contract: Contract) -> Steps:
    """An operation's parameter replaces the path's of the same name and place."""
    contract.add("GET /reports", "listReports", answer(thing("id", id=TEXT)), parameters=[query("year", WHOLE)])
    contract.paths["/reports"]["parameters"] = [query("year", TEXT, required=True)]
    client = yield typed("client.reports.list(year=2026)", wrong="client.reports.list(year='2026')")
    assert client.call(lambda c: c.reports.list(year=2026), {"id": "x"}).query == {"year": "2026"}


@change(1)
def path_date_and_number(contract: Contract) -> Steps:
    """A settlement is read by its day and cycle."""
    contract.add("GET /settlements/{date}/{cycle}", "getSettlement", answer(ref("PayinSettlement")),
                 parameters=[parameter("path", "cycle", WHOLE), parameter("path", "date", DAY)])  # fmt: skip
    client = yield typed("client.settlements.get(datetime.date(2026, 1, 2), 13)",
                         wrong="client.settlements.get(datetime.date(2026, 1, 2), None)")  # fmt: skip
    settlement = {"id": "s", "payinSettlementDate": "2026-01-02"}
    sent = client.call(lambda c: c.settlements.get(dt.date(2026, 1, 2), 13), settlement)
    assert sent.line == "GET /settlements/2026-01-02/13"
    assert sent.value.payin_settlement_date == dt.date(2026, 1, 2)


@change(1)
def path_uuid(contract: Contract) -> Steps:
    """Ids in paths are UUIDs."""
    contract.operation("getPayoutRequestById")["parameters"] = [parameter("path", "payoutRequestId", UUID)]
    contract.paths["/payoutRequests/{payoutRequestId}"].pop("parameters", None)
    client = yield typed("client.payout_requests.get(uuid.uuid4())")
    for given in (ONE_ID, str(ONE_ID)):
        sent = client.call(lambda c, given=given: c.payout_requests.get(given), {**PAYOUT, "id": str(ONE_ID)})
        assert sent.line == f"GET /payoutRequests/{ONE_ID}"
        assert str(sent.value.id) == str(ONE_ID)


@change(2)
def path_enum(contract: Contract) -> Steps:
    """A path holds one of some words."""
    contract.add("GET /limits/{kind}", "getLimit", answer(thing("most", most=WHOLE)),
                 parameters=[parameter("path", "kind", {"type": "string", "enum": ["payin", "payout"]})])  # fmt: skip
    client = yield typed("client.limits.get('payin')", wrong="client.limits.get('payinn')")
    sent = client.call(lambda c: c.limits.get("payin"), {"most": 5})
    assert (sent.line, sent.value.most) == ("GET /limits/payin", 5)


@change(1)
def path_is_one_segment(contract: Contract) -> Steps:
    """A new path's ids are encoded, and none can address another resource."""
    contract.add("GET /wallets/{walletId}/moves/{moveId}", "getWalletMove", answer(thing("id", id=TEXT)))
    client = yield
    sent = client.call(lambda c: c.wallets.get("a/b?c#d", "é %"), {"id": "x"})
    assert sent.line == "GET /wallets/a%2Fb%3Fc%23d/moves/%C3%A9%20%25"
    for odd in ("", "..", "."):
        wrong = client.call(lambda c, odd=odd: c.wallets.get(odd, "x"), {"id": "x"})
        assert (wrong.error is not None, wrong.requests) == (True, [])


@change(2)
def path_odd_names(contract: Contract) -> Steps:
    """Path parameters are called what Python can't call an argument, or what we use."""
    contract.add("GET /wallets/{wallet-id}/{from}/{self}/{x.y}", "getWallet", answer(thing("id", id=TEXT)))
    client = yield
    sent = client.call(lambda c: c.wallets.get("a", "b", "c", "d"), {"id": "x"})
    assert sent.line == "GET /wallets/a/b/c/d"


@change(2)
def path_parameter_within_a_segment(contract: Contract) -> Steps:
    """A path parameter has text around it in its segment, and two share one."""
    contract.add("GET /wallets/{walletId}/report-{year}.{kind}", "getReport", answer(thing("id", id=TEXT)))
    client = yield
    sent = client.call(lambda c: c.wallets.get("w", "2026", "json"), {"id": "x"})
    assert sent.line == "GET /wallets/w/report-2026.json"


@change(2)
def path_order(contract: Contract) -> Steps:
    """Positional arguments follow the path, in whatever order its parameters are declared."""
    declared = [parameter("path", name, TEXT) for name in ("third", "first", "second")]
    contract.add(
        "GET /wallets/{first}/{second}/{third}", "getWallet", answer(thing("id", id=TEXT)), parameters=declared
    )
    client = yield
    assert client.call(lambda c: c.wallets.get("1", "2", "3"), {"id": "x"}).line == "GET /wallets/1/2/3"


@change(1)
def path_and_body_share_a_name(contract: Contract) -> Steps:
    """PUT /customers/{customerId} has a customerId in its body, too."""
    contract.add("PUT /customers/{customerId}", "updateCustomer", answer(ref("Customer")),
                 requestBody=body(thing("customerId", customerId=TEXT, email=TEXT)))  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.customers.update("c1", customer_id_body="c2", email="e"), {"id": "c1"})
    assert (sent.line, sent.body) == ("PUT /customers/c1", {"customerId": "c2", "email": "e"})


@change(2)
def one_name_in_two_places(contract: Contract) -> Steps:
    """Query and header of an operation share a name."""
    contract.parameters("listPayoutRequests", query("trace"), header("trace"))
    client = yield
    sent = client.call(lambda c: c.payout_requests.list(trace_query="q", trace_header="h"), PAGE)
    assert (sent.query, sent.headers["trace"]) == ({"trace": "q"}, "h")


@change(2)
def names_that_differ_in_spelling(contract: Contract) -> Steps:
    """Two filters differ only in how they are spelt: none takes the other's place."""
    contract.parameters("listPayoutRequests", query("pageSize"), query("page_size"))
    client = yield
    first, second = [name for name in client.arguments("payout_requests", "list") if name.startswith("page")]
    sent = client.call(lambda c: c.payout_requests.list(**{first: "1", second: "2"}), PAGE)
    assert sorted(sent.query) == ["pageSize", "page_size"]


@change(1)
def parameter_removed(contract: Contract) -> Steps:
    """The filter by reference goes: nothing can be looked up by it any more, and the client says so."""
    operation = contract.operation("listPayoutRequests")
    operation["parameters"] = [each for each in operation["parameters"] if "reference" not in str(each).lower()]
    client = yield typed(wrong="client.payout_requests.list(reference='x')")
    assert client.call(lambda c: c.payout_requests.list(), PAGE).query == {}
    pay = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}
    error = client.call(lambda c: c.payout_requests.create(**pay), "lost").raises(client.OutcomeUnknownError)
    found = client.call(lambda c: c.reconcile(error), PAGE)
    assert found.error is None or isinstance(found.error, client.PalommaError), found.error


@change(1)
def parameter_renamed(contract: Contract) -> Steps:
    """The filter `customerId` becomes `customer`."""
    operation = contract.operation("listPayoutRequests")
    kept = [each for each in operation["parameters"] if "customerid" not in str(each).lower()]
    operation["parameters"] = [*kept, query("customer")]
    client = yield typed("client.payout_requests.list(customer='x')",
                         wrong="client.payout_requests.list(customer_id='x')")  # fmt: skip
    assert client.call(lambda c: c.payout_requests.list(customer="c1"), PAGE).query == {"customer": "c1"}


@change(2)
def parameter_becomes_a_list(contract: Contract) -> Steps:
    """The filter `customerId` takes several ids."""
    operation = contract.operation("listPayoutRequests")
    kept = [each for each in operation["parameters"] if "customerid" not in str(each).lower()]
    operation["parameters"] = [*kept, query("customerId", many(TEXT))]
    client = yield typed(wrong="client.payout_requests.list(customer_id=5)")
    sent = client.call(lambda c: c.payout_requests.list(customer_id=["a", "b"]), PAGE)
    assert sent.pairs == [("customerId", "a"), ("customerId", "b")]


@change(2)
def query_list_with_brackets(contract: Contract) -> Steps:
    """A repeated filter is called `ids[]`, as PHP has it."""
    contract.parameters("listPayoutRequests", query("ids[]", many(TEXT)))
    client = yield
    (name,) = [name for name in client.arguments("payout_requests", "list") if name.startswith("ids")]
    sent = client.call(lambda c: c.payout_requests.list(**{name: ["a", "b"]}), PAGE)
    assert sent.pairs == [("ids[]", "a"), ("ids[]", "b")]


@change(2)
def query_text_is_encoded(contract: Contract) -> Steps:
    """A new filter's text holds what a URL must not."""
    contract.parameters("listPayoutRequests", query("q"))
    client = yield
    sent = client.call(lambda c: c.payout_requests.list(q="a&b=c d+e%é#/?"), PAGE)
    assert sent.pairs == [("q", "a&b=c d+e%é#/?")]


@change(3, refusable=True)
def path_parameters_that_differ_in_spelling(contract: Contract) -> Steps:
    """Two path parameters differ only in how they are spelt."""
    contract.add("GET /links/{linkId}/{link_id}", "getLink", answer(thing("id", id=TEXT)))
    client = yield
    assert client.call(lambda c: c.links.get("a", "b"), {"id": "x"}).line == "GET /links/a/b"


@change(2)
def path_sensitive(contract: Contract) -> Steps:
    """A customer is read by document number: no error shows it."""
    document = {**parameter("path", "documentNumber", TEXT), "x-sensitive": True}
    contract.add("GET /customers/byDocument/{documentNumber}", "getCustomerByDocument", answer(ref("Customer")),
                 parameters=[document])  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.customers.get_by_document("1037551022"), 404)
    assert sent.line == "GET /customers/byDocument/1037551022"
    error = sent.raises(client.NotFoundError)
    assert "1037551022" not in f"{error}{error!r}{vars(error)}"


@change(2)
def header_if_match(contract: Contract) -> Steps:
    """A replacement may carry `If-Match`, and documents 412: a refusal."""
    contract.add("PUT /customers/{customerId}", "replaceCustomer", answer(ref("Customer")),
                 parameters=[header("If-Match")], requestBody=body(thing(email=TEXT)))  # fmt: skip
    contract.operation("replaceCustomer")["responses"]["412"] = answer(ref("Error"))
    client = yield
    sent = client.call(lambda c: c.customers.replace("c", email="e", if_match='"v1"'), (412, {"message": "changed"}))
    assert (sent.headers["if-match"], sent.raises(client.APIError).status_code, len(sent.requests)) == ('"v1"', 412, 1)


@change(2, refusable=True)
def query_deep_object_of_a_map(contract: Contract) -> Steps:
    """A list is filtered by metadata, like Stripe's: metadata[order]=7."""
    contract.parameters("listPayoutRequests", query("metadata", mapping(TEXT), style="deepObject", explode=True))
    client = yield
    sent = client.call(lambda c: c.payout_requests.list(metadata={"order": "7", "a b": "c&d"}), PAGE)
    assert sent.query == {"metadata[order]": "7", "metadata[a b]": "c&d"}


@change(3, refusable=True)
def path_list(contract: Contract) -> Steps:
    """A path holds several ids, joined by commas."""
    contract.add("GET /wallets/{ids}", "getWallets", answer(many(thing("id", id=TEXT))),
                 parameters=[parameter("path", "ids", many(TEXT))])  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.wallets.get(["a", "b/c"]), [])
    assert sent.line in ("GET /wallets/a,b%2Fc", "GET /wallets/a%2Cb%2Fc")


@change(3)
def path_uuid_or_word(contract: Contract) -> Steps:
    """A path holds an id or `me`."""
    either = {"oneOf": [UUID, {"type": "string", "enum": ["me"]}]}
    contract.add("GET /wallets/{walletId}", "getWallet", answer(thing("id", id=TEXT)),
                 parameters=[parameter("path", "walletId", either)])  # fmt: skip
    client = yield typed("client.wallets.get('me')", "client.wallets.get(uuid.uuid4())")
    assert client.call(lambda c: c.wallets.get("me"), {"id": "x"}).line == "GET /wallets/me"
    assert client.call(lambda c: c.wallets.get(ONE_ID), {"id": "x"}).line == f"GET /wallets/{ONE_ID}"


@change(3)
def path_of_accents(contract: Contract) -> Steps:
    """A path has letters that a URL must encode."""
    contract.add("GET /años/{año}", "getYear", answer(thing("id", id=TEXT)), tags=["years"])
    client = yield
    assert client.call(lambda c: c.years.get("2026"), {"id": "x"}).line == "GET /a%C3%B1os/2026"


@change(3, refusable=True)
def path_with_a_query(contract: Contract) -> Steps:
    """A path has a query in it, which OpenAPI forbids and documents have."""
    contract.add("GET /reports?kind=daily", "getDailyReport", answer(thing("id", id=TEXT)), tags=["reports"])
    client = yield
    sent = client.call(lambda c: c.reports.get(), {"id": "x"})
    assert (sent.line, sent.query) == ("GET /reports", {"kind": "daily"})


@change(3, refusable=True)
def header_that_every_request_has(contract: Contract) -> Steps:
    """`User-Agent` and `Host` become parameters: each is sent once."""
    contract.parameters("listPayoutRequests", header("User-Agent"), header("Host"))
    client = yield
    sent = client.call(lambda c: c.payout_requests.list(user_agent="mine"), PAGE)
    assert sent.last.headers.get_list("user-agent") == ["mine"]
    assert len(sent.last.headers.get_list("host")) == 1


@change(2)
def boolean_is_no_number(contract: Contract) -> Steps:
    """A new filter is a whole number: True is none, and a text that is no day is none."""
    contract.parameters("listPayoutRequests", query("minAmount", WHOLE), query("paidOn", DAY))
    client = yield
    for odd in ({"min_amount": True}, {"min_amount": "5"}, {"paid_on": 5}, {"min_amount": 0.5}):
        sent = client.call(lambda c, odd=odd: c.payout_requests.list(**odd), PAGE)
        assert (isinstance(sent.error, (TypeError, ValueError)), sent.requests) == (True, [])
