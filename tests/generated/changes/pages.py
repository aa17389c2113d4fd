"""Changes of how lists come in pages."""

from __future__ import annotations

from typing import Any

from ._change import Steps, change, typed
from ._contract import (
    PAGE,
    PAYOUT,
    TEXT,
    TRUTH,
    WHOLE,
    Contract,
    Raw,
    answer,
    body,
    many,
    mapping,
    nullable,
    query,
    ref,
    thing,
)  # fmt: skip

ONE, TWO = PAYOUT, {**PAYOUT, "id": "po_2"}


def page(contract: Contract, *parameters: dict[str, Any], required: tuple[str, ...] = (), **members: object) -> None:
    """Give the list of payouts another page and other parameters."""
    contract.schemas["PayoutRequestPage"] = thing(*required, **members)  # type: ignore[arg-type]
    contract.operation("listPayoutRequests")["parameters"] = list(parameters)


def mark(contract: Contract, value: object) -> None:
    """Say how the list of payouts comes in pages."""
    contract.operation("listPayoutRequests")["x-pagination"] = value


def walked(client: Any, *replies: Any, **given: Any) -> list[dict[str, str]]:
    """Iterate over both payouts; return the query of each request."""
    sent = client.call(lambda c: c.payout_requests.iterate(**given), *replies)
    assert [each.id for each in sent.value] == ["po_1", "po_2"]
    return [dict(request.url.params) for request in sent.requests]


ITEMS = many(ref("PayoutRequest"))


@change(1)
def page_size(contract: Contract) -> Steps:
    """Today's pages: `iterate` takes `page_size`, and says so to who passes `limit`."""
    assert contract.operation("listPayoutRequests")
    client = yield typed("[each.id for each in client.payout_requests.iterate(page_size=5)]",
                         wrong="client.payout_requests.iterate(limit=5)")  # fmt: skip
    assert walked(client, {"items": [ONE], "cursor": "n"}, {"items": [TWO]}, page_size=1) == [
        {"limit": "1"}, {"limit": "1", "cursor": "n"}]  # fmt: skip


@change(1)
def page_by_next_cursor(contract: Contract) -> Steps:
    """The cursor of the next page is called `nextCursor`."""
    page(contract, query("limit", WHOLE), query("cursor"), required=("items",), items=ITEMS, nextCursor=nullable(TEXT))
    client = yield
    queries = walked(client, {"items": [ONE], "nextCursor": "n"}, {"items": [TWO], "nextCursor": None})
    assert queries == [{}, {"cursor": "n"}]


@change(1)
def page_of_data(contract: Contract) -> Steps:
    """The list of a page is called `data`; a lost create is still looked up in it."""
    page(contract, query("limit", WHOLE), query("cursor"), query("reference"), required=("data",), data=ITEMS,
         cursor=nullable(TEXT))  # fmt: skip
    client = yield typed("client.payout_requests.list().data")
    assert walked(client, {"data": [ONE], "cursor": "n"}, {"data": [TWO]}) == [{}, {"cursor": "n"}]
    pay = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}
    error = client.call(lambda c: c.payout_requests.create(**pay), "lost").raises(client.OutcomeUnknownError)
    found = client.call(lambda c: c.reconcile(error), {"data": []})
    assert found.error is None or isinstance(found.error, client.PalommaError), found.error


@change(1)
def page_with_optional_items(contract: Contract) -> Steps:
    """`items` need not be there: an empty page has none, or null."""
    page(contract, query("limit", WHOLE), query("cursor"), items=nullable(ITEMS), cursor=nullable(TEXT))
    client = yield
    assert walked(client, {"items": [ONE], "cursor": "n"}, {"items": [TWO]}) == [{}, {"cursor": "n"}]
    empties: tuple[dict[str, Any], ...] = ({}, {"items": None, "cursor": None}, {"items": []})
    for empty in empties:
        assert client.call(lambda c, empty=empty: c.payout_requests.iterate(), empty).value == []


@change(1)
def page_with_nested_cursor(contract: Contract) -> Steps:
    """The cursor stands in `meta`, and is marked."""
    page(contract, query("limit", WHOLE), query("after"), required=("data",), data=ITEMS,
         meta=thing(next=nullable(TEXT), total=WHOLE))  # fmt: skip
    mark(contract, {"items": "data", "cursor": {"parameter": "after", "member": "meta.next"}})
    client = yield
    replies = ({"data": [ONE], "meta": {"next": "n"}}, {"data": [TWO], "meta": {"next": None}})
    assert walked(client, *replies) == [{}, {"after": "n"}]
    assert walked(client, replies[0], {"data": [TWO]}) == [{}, {"after": "n"}]


@change(1)
def page_by_offset(contract: Contract) -> Steps:
    """Pages are asked for by offset and limit; a filter stays on every page."""
    page(contract, query("offset", WHOLE), query("limit", WHOLE), query("customerId"), required=("items",),
         items=ITEMS, total=WHOLE)  # fmt: skip
    mark(contract, {"items": "items", "offset": {"parameter": "offset", "size": "limit"}})
    client = yield
    queries = walked(client, {"items": [ONE], "total": 2}, {"items": [TWO], "total": 2}, {"items": [], "total": 2},
                     page_size=1, customer_id="c")  # fmt: skip
    assert [each.get("offset", "0") for each in queries[:2]] == ["0", "1"]
    assert all((each["limit"], each["customerId"]) == ("1", "c") for each in queries)


@change(2)
def page_by_offset_unmarked(contract: Contract) -> Steps:
    """Pages by offset and limit carry no mark."""
    page(contract, query("offset", WHOLE), query("limit", WHOLE), required=("items",), items=ITEMS)
    client = yield
    queries = walked(client, {"items": [ONE]}, {"items": [TWO]}, {"items": []}, page_size=1)
    assert [each.get("offset", "0") for each in queries[:2]] == ["0", "1"]


@change(1)
def page_by_number(contract: Contract) -> Steps:
    """Pages have numbers."""
    page(contract, query("page", WHOLE), query("pageSize", WHOLE), required=("items",), items=ITEMS, totalPages=WHOLE)
    mark(contract, {"items": "items", "page": {"parameter": "page"}})
    client = yield
    replies = ({"items": [ONE], "totalPages": 2}, {"items": [TWO], "totalPages": 2}, {"items": [], "totalPages": 2})
    queries = walked(client, *replies)
    assert [each.get("page", "1") for each in queries[:2]] == ["1", "2"]


@change(2)
def page_by_link_header(contract: Contract) -> Steps:
    """The next page is a link in a header; a link to another host is not followed with the key."""
    contract.operation("listPayoutRequests").update(
        parameters=[query("limit", WHOLE), query("cursor")], responses={"200": answer(ITEMS)})  # fmt: skip
    mark(contract, {"link": True})
    client = yield
    import json

    def reply(request: Any, host: str = "https://sandbox.api.palomma.com") -> Raw:
        if "cursor" in dict(request.url.params):
            return Raw(json.dumps([TWO]).encode())
        link = f'<{host}/v0/payoutRequests?cursor=n&limit=1>; rel="next", </x>; rel="prev"'
        return Raw(json.dumps([ONE]).encode(), headers={"Link": link})

    queries = walked(client, reply, page_size=1)
    assert [each.get("cursor") for each in queries] == [None, "n"]
    evil = client.call(lambda c: c.payout_requests.iterate(), lambda request: reply(request, "https://evil.example"))
    assert {request.url.host for request in evil.requests} == {"sandbox.api.palomma.com"}


@change(2, refusable=True)
def page_by_next_link(contract: Contract) -> Steps:
    """The next page is a link in the body: `{"next": "https://…?cursor=n"}`."""
    page(contract, query("limit", WHOLE), query("cursor"), required=("items",), items=ITEMS,
         next=nullable({"type": "string", "format": "uri"}))  # fmt: skip
    client = yield
    link = "https://sandbox.api.palomma.com/v0/payoutRequests?cursor=n"
    reply = {"items": [ONE], "next": link}
    assert client.call(lambda c: c.payout_requests.list(), reply).value.items[0].id == "po_1"
    if "iterate" in client.names("payout_requests"):
        assert walked(client, reply, {"items": [TWO], "next": None})[1]["cursor"] == "n"


@change(2, refusable=True)
def page_after_the_last_id(contract: Contract) -> Steps:
    """Pages like Stripe's: `has_more`, and the last id as `starting_after`."""
    page(contract, query("limit", WHOLE), query("starting_after"), required=("data",), data=ITEMS, has_more=TRUTH)
    client = yield
    assert client.call(lambda c: c.payout_requests.list(starting_after="x"), {"data": [ONE]}).value.data[0].id == "po_1"
    if "iterate" in client.names("payout_requests"):
        queries = walked(client, {"data": [ONE], "has_more": True}, {"data": [TWO], "has_more": False})
        assert queries[1]["starting_after"] == "po_1"


@change(1)
def list_without_pages(contract: Contract) -> Steps:
    """A list loses its cursor: it can be listed and looked into."""
    page(contract, query("reference"), required=("items",), items=ITEMS)
    client = yield typed("client.payout_requests.list().items[0].id")
    assert client.call(lambda c: c.payout_requests.list(), {"items": [ONE]}).value.items[0].id == "po_1"
    pay = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}
    error = client.call(lambda c: c.payout_requests.create(**pay), "lost").raises(client.OutcomeUnknownError)
    found = client.call(lambda c: c.reconcile(error), {"items": []})
    assert found.error is None or isinstance(found.error, client.PalommaError), found.error


@change(2)
def list_without_pages_by_mark(contract: Contract) -> Steps:
    """A list with a cursor is marked as having no pages: there is no iterate."""
    mark(contract, False)
    client = yield typed(wrong="client.payout_requests.iterate()")
    assert client.call(lambda c: c.payout_requests.list(), PAGE).value.items[0].id == "po_1"


@change(1)
def page_with_required_filter(contract: Contract) -> Steps:
    """A list demands a filter: iterating hands it on; a lost create can't be looked up without it, and says so."""
    contract.parameters("listPayoutRequests", query("purpose", required=True))
    client = yield typed("client.payout_requests.iterate(purpose='p')", wrong="client.payout_requests.iterate()")
    replies = ({"items": [ONE], "cursor": "n"}, {"items": [TWO]})
    assert walked(client, *replies, purpose="p") == [{"purpose": "p"}, {"purpose": "p", "cursor": "n"}]
    pay = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}
    error = client.call(lambda c: c.payout_requests.create(**pay), "lost").raises(client.OutcomeUnknownError)
    found = client.call(lambda c: c.reconcile(error), PAGE)
    assert found.error is None or isinstance(found.error, client.PalommaError), found.error


@change(1)
def page_that_leads_nowhere_new(contract: Contract) -> Steps:
    """A new list whose cursor repeats is an error and no endless loop; one that is empty amid pages goes on."""
    wallets = thing("items", items=many(ref("Customer")), cursor=nullable(TEXT))
    contract.add("GET /wallets", "listWallets", answer(wallets), parameters=[query("cursor")])
    client = yield
    loop = client.call(lambda c: c.wallets.iterate(), {"items": [{"id": "a"}], "cursor": "same"})
    assert loop.raises(client.ResponseError)
    assert len(loop.requests) < 4
    pages = ({"items": [], "cursor": "n"}, {"items": [{"id": "b"}], "cursor": ""})
    assert [each.id for each in client.call(lambda c: c.wallets.iterate(), *pages).value] == ["b"]


@change(2)
def page_of_texts(contract: Contract) -> Steps:
    """The items of a page are texts or maps, not objects with a name."""
    contract.add("GET /codes", "listCodes", answer(thing("items", items=many(TEXT), cursor=nullable(TEXT))),
                 parameters=[query("cursor")])  # fmt: skip
    contract.add("GET /rows", "listRows", answer(thing("items", items=many(mapping(WHOLE)), cursor=nullable(TEXT))),
                 parameters=[query("cursor")])  # fmt: skip
    client = yield typed("[each.upper() for each in client.codes.iterate()]")
    assert client.call(lambda c: c.codes.iterate(), {"items": ["a"], "cursor": "n"}, {"items": ["b"]}).value == [
        "a",
        "b",
    ]
    assert [dict(each) for each in client.call(lambda c: c.rows.iterate(), {"items": [{"a": 1}]}).value] == [{"a": 1}]


@change(2)
def page_by_integer_cursor(contract: Contract) -> Steps:
    """The cursor is a number."""
    page(contract, query("cursor", WHOLE), required=("items",), items=ITEMS, cursor=nullable(WHOLE))
    client = yield
    assert walked(client, {"items": [ONE], "cursor": 7}, {"items": [TWO], "cursor": None}) == [{}, {"cursor": "7"}]


@change(2)
def page_size_renamed(contract: Contract) -> Steps:
    """`limit` is called `pageSize` or `per_page`: `iterate` goes on taking `page_size`."""
    page(contract, query("pageSize", WHOLE), query("cursor"), required=("items",), items=ITEMS, cursor=nullable(TEXT))
    client = yield typed("client.payout_requests.iterate(page_size=5)", "client.payout_requests.list(page_size=5)")
    assert walked(client, {"items": [ONE], "cursor": "n"}, {"items": [TWO]}, page_size=1) == [
        {"pageSize": "1"}, {"pageSize": "1", "cursor": "n"}]  # fmt: skip


@change(3, refusable=True)
def page_of_a_search(contract: Contract) -> Steps:
    """A search by POST has its cursor in the body: one page at a time can be had."""
    contract.add("POST /payoutRequests/search", "searchPayoutRequests", answer(ref("PayoutRequestPage")),
                 requestBody=body(thing(status=TEXT, cursor=TEXT)), **{"x-safe": True})  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.payout_requests.search(status="x", cursor="n"), PAGE)
    assert (sent.body, sent.value.items[0].id) == ({"status": "x", "cursor": "n"}, "po_1")


@change(2)
def page_by_all_of(contract: Contract) -> Steps:
    """A page is the shared page and its own items (allOf)."""
    contract.schemas["Page"] = thing(cursor=nullable(TEXT), count=WHOLE)
    contract.schemas["PayoutRequestPage"] = {"allOf": [ref("Page"), thing("items", items=ITEMS)]}
    client = yield
    assert walked(client, {"items": [ONE], "cursor": "n"}, {"items": [TWO]}) == [{}, {"cursor": "n"}]


@change(2)
def page_size_per_page(contract: Contract) -> Steps:
    """`limit` is called `per_page`."""
    page(contract, query("per_page", WHOLE), query("cursor"), required=("items",), items=ITEMS, cursor=nullable(TEXT))
    client = yield
    queries = walked(client, {"items": [ONE], "cursor": "n"}, {"items": [TWO]}, page_size=1)
    assert queries == [{"per_page": "1"}, {"per_page": "1", "cursor": "n"}]


@change(1)
def page_is_a_sequence(contract: Contract) -> Steps:
    """A page of a new list iterates and has a length."""
    contract.schemas["Refund"] = thing("id", id=TEXT)
    refunds = thing("items", items=many(ref("Refund")), cursor=nullable(TEXT))
    contract.add("GET /refunds", "listRefunds", answer(refunds), parameters=[query("cursor")])
    client = yield typed("[each.id for each in client.refunds.list()]", "len(client.refunds.list())")
    value = client.call(lambda c: c.refunds.list(), {"items": [{"id": "a"}, {"id": "b"}]}).value
    assert (len(value), [each.id for each in value]) == (2, ["a", "b"])
    empty = client.call(lambda c: c.refunds.list(), {"items": []}).value
    assert (len(empty), list(empty)) == (0, [])
