"""Changes of what there is to call: new, moved, renamed and removed operations, and what they do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ._change import Steps, change, typed
from ._contract import (
    LOST,
    PAGE,
    PAYOUT,
    TEXT,
    WHOLE,
    Contract,
    answer,
    body,
    header,
    many,
    nullable,
    query,
    ref,
    thing,
)  # fmt: skip

PAY = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}


@change(1)
def second_get(contract: Contract) -> Steps:
    """A resource gains a second read; the first keeps its name."""
    contract.add("GET /payinLinks/{payinLinkId}/status", "getPayinLinkStatus", answer(thing("status", status=TEXT)))
    client = yield typed("client.payin_links.get_status('x').status", "client.payin_links.get('x').payment_url")
    sent = client.call(lambda c: c.payin_links.get_status("pl"), {"status": "x"})
    assert (sent.line, sent.value.status) == ("GET /payinLinks/pl/status", "x")
    kept = client.call(lambda c: c.payin_links.get("pl"), {"id": "pl", "status": "pending"})
    assert (kept.line, kept.value.id) == ("GET /payinLinks/pl", "pl")


@change(1)
def second_list(contract: Contract) -> Steps:
    """The sources of a customer are listed below the customer; both lists iterate."""
    page = contract.operation("listPayinSources")
    contract.add("GET /customers/{customerId}/payinSources", "listCustomerPayinSources",
                 answer(ref("PayinSourcePage")), parameters=[query("cursor"), query("limit", WHOLE)])  # fmt: skip
    assert page
    client = yield
    source = {"id": "s", "status": "active"}
    sent = client.call(lambda c: c.customers.list_payin_sources("c1"), {"items": [source]})
    assert (sent.line, sent.value.items[0].id) == ("GET /customers/c1/payinSources", "s")
    assert client.call(lambda c: c.customers.list(), {"items": []}).line == "GET /customers"
    pages = ({"items": [source], "cursor": "n"}, {"items": [{**source, "id": "t"}], "cursor": None})
    walked = client.call(lambda c: c.customers.iterate_payin_sources("c1"), *pages)
    assert [each.id for each in walked.value] == ["s", "t"]
    assert [dict(each.url.params) for each in walked.requests][1] == {"cursor": "n"}


@change(1)
def second_create(contract: Contract) -> Steps:
    """Payouts gain a batch; `create` still makes one."""
    contract.add("POST /payoutRequests/batch", "createPayoutRequestBatch", answer(thing("batchId", batchId=TEXT)),
                 requestBody=body(thing("payouts", payouts=many(ref("CreatePayoutRequest")))))  # fmt: skip
    client = yield
    batch = [client.models.CreatePayoutRequest(**PAY)]
    sent = client.call(lambda c: c.payout_requests.create_batch(payouts=batch), {"batchId": "b"})
    assert (sent.line, sent.value.batch_id) == ("POST /payoutRequests/batch", "b")
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).line == "POST /payoutRequests"


@change(2, refusable=True)
def operations_of_one_method_name(contract: Contract) -> Steps:
    """Two operations would get one method name: none replaces the other."""
    contract.add("GET /payinLinks/{payinLinkId}/self", "getPayinLink", answer(ref("PayinLink")))
    client = yield
    assert client.call(lambda c: c.payin_links.get("pl"), {"id": "pl", "status": "pending"}).line in (
        "GET /payinLinks/pl", "GET /payinLinks/pl/self")  # fmt: skip


@change(1)
def whole_resource(contract: Contract) -> Steps:
    """A resource of three operations appears."""
    contract.schemas["Refund"] = thing("id", "status", id=TEXT, status=ref("RefundStatus"), reference=TEXT,
                                       payinRequestId=TEXT, amount=WHOLE)  # fmt: skip
    contract.schemas["RefundStatus"] = {"type": "string", "enum": ["processing", "approved", "cancelled"]}
    contract.schemas["CreateRefund"] = thing("payinRequestId", payinRequestId=TEXT, amount=WHOLE, reference=TEXT)
    contract.schemas["RefundPage"] = thing("items", items=many(ref("Refund")), cursor=nullable(TEXT), count=WHOLE)
    contract.add("POST /refunds", "createRefund", answer(ref("Refund")), requestBody=body(ref("CreateRefund")))
    contract.add("GET /refunds", "listRefunds", answer(ref("RefundPage")),
                 parameters=[query("limit", WHOLE), query("cursor"), query("reference")])  # fmt: skip
    contract.add("GET /refunds/{refundId}", "getRefundById", answer(ref("Refund")))
    client = yield typed("client.refunds.create(payin_request_id='p').status == 'approved'",
                         wrong="assert client.refunds.get('x').status == 'aproved'")  # fmt: skip
    refund = {"id": "rf", "status": "processing", "payinRequestId": "p", "amount": 5}
    made = client.call(lambda c: c.refunds.create(payin_request_id="p", amount=5), refund)
    assert (made.line, len(made.body["reference"]), made.value.id) == ("POST /refunds", 26, "rf")
    assert client.call(lambda c: c.refunds.get("rf"), refund).value.amount == 5
    walked = client.call(lambda c: c.refunds.iterate(page_size=2), {"items": [refund], "cursor": "n"}, {"items": []})
    assert ([each.id for each in walked.value], walked.query) == (["rf"], {"limit": "2", "cursor": "n"})
    lost = client.call(lambda c: c.refunds.create(payin_request_id="p", amount=5, reference="r-9"), LOST)
    error = lost.raises(client.OutcomeUnknownError)
    assert (len(lost.requests), error.reference, error.operation) == (1, "r-9", "createRefund")


@change(1)
def lost_create_of_a_new_resource_is_looked_up(contract: Contract) -> Steps:
    """A lost create of a new resource is found by its reference, without a line written for it."""
    contract.schemas["Refund"] = thing("id", id=TEXT, reference=TEXT, amount={**WHOLE, "x-identifies": True},
                                       createdAt={"type": "string", "format": "date-time"})  # fmt: skip
    contract.schemas["CreateRefund"] = thing("amount", amount={**WHOLE, "x-identifies": True}, reference=TEXT)
    contract.schemas["RefundPage"] = thing("items", items=many(ref("Refund")), cursor=nullable(TEXT))
    contract.add("POST /refunds", "createRefund", answer(ref("Refund")), requestBody=body(ref("CreateRefund")))
    contract.add("GET /refunds", "listRefunds", answer(ref("RefundPage")),
                 parameters=[query("cursor"), query("reference")])  # fmt: skip
    client = yield
    error = client.call(lambda c: c.refunds.create(amount=5, reference="r-9"), LOST).error
    # Of each client's own error, so that the moment its call began is before the object's.
    now = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    refund = {"id": "rf", "reference": "r-9", "amount": 5, "createdAt": now}
    found = client.call(lambda c: c.reconcile(error), {"items": [refund], "cursor": None})
    assert (found.requests[0].url.path, found.value.id) == ("/v0/refunds", "rf")


@change(1)
def operation_removed(contract: Contract) -> Steps:
    """A read by id and a list go: what used them says so."""
    del contract.paths["/payoutRequests/{payoutRequestId}"]
    del contract.paths["/payoutRequests"]["get"]
    _unlink(contract)
    client = yield typed(wrong=("client.payout_requests.get('x')", "client.payout_requests.list()"))
    error = client.call(lambda c: c.payout_requests.create(**PAY), LOST).raises(client.OutcomeUnknownError)
    looked = client.call(lambda c: c.reconcile(error), PAGE)
    assert isinstance(looked.error, client.PalommaError), looked.error or looked.value


def _unlink(contract: Contract) -> None:
    known = {node.get("operationId") for item in contract.paths.values() for node in item.values()
             if isinstance(node, dict)}  # fmt: skip
    for item in contract.paths.values():
        for node in (each for each in item.values() if isinstance(each, dict)):
            for response in node.get("responses", {}).values():
                links = response.get("links", {})
                for name in [name for name, link in links.items() if link.get("operationId") not in known]:
                    del links[name]


@change(1)
def resource_removed(contract: Contract) -> Steps:
    """A resource goes; the others are as they were."""
    for path in [path for path in contract.paths if path.startswith("/payinLinks")]:
        del contract.paths[path]
    _unlink(contract)
    client = yield typed("client.payout_requests.list().items", wrong="client.payin_links")
    assert client.call(lambda c: c.payout_requests.list(), PAGE).value.items[0].id == "po_1"


@change(2)
def resource_renamed(contract: Contract) -> Steps:
    """Payout requests become `transfers`, in tag, path and operationIds."""
    for path in [path for path in contract.paths if path.startswith("/payoutRequests")]:
        item = contract.paths.pop(path)
        for operation in (each for each in item.values() if isinstance(each, dict)):
            operation["tags"] = ["transfers"]
            operation["operationId"] = operation["operationId"].replace("PayoutRequest", "Transfer")
        contract.paths[path.replace("/payoutRequests", "/transfers")] = item
    _unlink(contract)
    client = yield typed(wrong="client.payout_requests")
    assert client.call(lambda c: c.transfers.create(**PAY), PAYOUT).line == "POST /transfers"
    error = client.call(lambda c: c.transfers.create(**PAY), LOST).raises(client.OutcomeUnknownError)
    assert error.operation == "createTransfer"


@change(1)
def path_moved(contract: Contract) -> Steps:
    """An operation moves to another path and stays what it was."""
    contract.paths["/v2/payouts"] = contract.paths.pop("/payoutRequests")
    client = yield
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).line == "POST /v2/payouts"
    assert client.call(lambda c: c.payout_requests.list(), PAGE).line == "GET /v2/payouts"


@change(2)
def paths_of_odd_shapes(contract: Contract) -> Steps:
    """Paths end in a slash, hold dashes, dots, an @, a colon and capitals."""
    shapes = {"/wallets/": "getA", "/wallet-limits/@me": "getB", "/Wallets.list": "getC", "/x/{id}:cancel": "cancelX"}
    for path, operation_id in shapes.items():
        contract.add(f"{'POST' if 'cancel' in path else 'GET'} {path}", operation_id, answer(thing("id", id=TEXT)),
                     tags=[operation_id[-1].lower() + "s"])  # fmt: skip
    client = yield
    for path, use in (
        ("/wallets/", lambda c: c.as_.get()),
        ("/wallet-limits/@me", lambda c: c.bs.get()),
        ("/Wallets.list", lambda c: c.cs.get()),
        ("/x/7:cancel", lambda c: c.xs.cancel("7")),
    ):
        sent = client.call(use, {"id": "x"})
        assert sent.line.split(" ")[1] == path


@change(1)
def delete(contract: Contract) -> Steps:
    """DELETE answers 204; lost, it is sent again, and "gone" after a lost one is a success."""
    contract.add("DELETE /payinSources/{payinSourceId}", "deletePayinSource", responses={"204": answer()})
    client = yield typed("assert_type(client.payin_sources.delete('x'), None)")
    sent = client.call(lambda c: c.payin_sources.delete("s"), 204)
    assert (sent.line, sent.value) == ("DELETE /payinSources/s", None)
    again = client.call(lambda c: c.payin_sources.delete("s"), LOST, 204)
    assert (again.value, len(again.requests)) == (None, 2)
    gone = client.call(lambda c: c.payin_sources.delete("s"), LOST, 404)
    assert (gone.value, len(gone.requests)) == (None, 2)
    assert client.call(lambda c: c.payin_sources.delete("s"), 404).raises(client.NotFoundError)


@change(2)
def delete_that_answers(contract: Contract) -> Steps:
    """DELETE answers 200 with what was deleted."""
    contract.add("DELETE /payinSources/{payinSourceId}", "deletePayinSource", answer(ref("PayinSource")))
    client = yield typed("client.payin_sources.delete('x').status")
    sent = client.call(lambda c: c.payin_sources.delete("s"), {"id": "s", "status": "cancelled"})
    assert (sent.line, sent.value.status) == ("DELETE /payinSources/s", "cancelled")


@change(2)
def put(contract: Contract) -> Steps:
    """PUT is sent again when its answer is lost, and is unknown only at the end."""
    contract.add("PUT /customers/{customerId}", "replaceCustomer", answer(ref("Customer")),
                 requestBody=body(thing(email=TEXT)))  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.customers.replace("c", email="e"), LOST, {"id": "c", "email": "e"})
    assert (sent.value.email, len(sent.requests)) == ("e", 2)
    lost = client.call(lambda c: c.customers.replace("c", email="e"), LOST)
    error = lost.raises(client.OutcomeUnknownError)
    assert (len(lost.requests) > 1, "money may have moved" in str(error)) == (True, False)


@change(1)
def patch_is_sent_once(contract: Contract) -> Steps:
    """PATCH, which may add to what is there, is sent once."""
    contract.add("PATCH /customers/{customerId}", "updateCustomer", answer(ref("Customer")),
                 requestBody=body(thing(email=TEXT)))  # fmt: skip
    client = yield
    lost = client.call(lambda c: c.customers.update("c", email="e"), LOST)
    assert (lost.raises(client.OutcomeUnknownError), len(lost.requests))[1] == 1


@change(2)
def post_that_may_be_repeated(contract: Contract) -> Steps:
    """A POST marked x-idempotent is sent again when its answer is lost."""
    contract.add("POST /payinSources/{payinSourceId}/deactivate", "deactivatePayinSource", answer(ref("PayinSource")),
                 **{"x-idempotent": True})  # fmt: skip
    client = yield
    sent = client.call(lambda c: c.payin_sources.deactivate("s"), LOST, {"id": "s", "status": "cancelled"})
    assert (len(sent.requests), sent.value.status) == (2, "cancelled")


@change(1)
def cancel(contract: Contract) -> Steps:
    """A payout can be cancelled: sent once; lost, it is unknown, and no money is said to have moved."""
    contract.add("POST /payoutRequests/{payoutRequestId}/cancel", "cancelPayoutRequest", answer(ref("PayoutRequest")))
    client = yield typed("client.payout_requests.cancel('x').status")
    sent = client.call(lambda c: c.payout_requests.cancel("po_1"), {**PAYOUT, "status": "cancelled"})
    assert (sent.line, sent.value.status) == ("POST /payoutRequests/po_1/cancel", "cancelled")
    lost = client.call(lambda c: c.payout_requests.cancel("po_1"), LOST)
    error = lost.raises(client.OutcomeUnknownError)
    assert (len(lost.requests), "money may have moved" in str(error)) == (1, False)


@change(1)
def approve_moves_money(contract: Contract) -> Steps:
    """A payout is approved by a call marked x-moves-money: sent once; lost, money may have moved."""
    contract.add("POST /payoutRequests/{payoutRequestId}/approve", "approvePayoutRequest",
                 answer(ref("PayoutRequest")), **{"x-moves-money": True})  # fmt: skip
    client = yield
    assert client.call(lambda c: c.payout_requests.approve("po_1"), PAYOUT).value.id == "po_1"
    lost = client.call(lambda c: c.payout_requests.approve("po_1"), LOST)
    error = lost.raises(client.OutcomeUnknownError)
    assert (len(lost.requests), "money may have moved" in str(error).lower()) == (1, True)


@change(1)
def search_by_post(contract: Contract) -> Steps:
    """Payouts are searched by a POST marked x-safe: it is sent again like a read, and never unknown."""
    contract.add("POST /payoutRequests/search", "searchPayoutRequests", answer(many(ref("PayoutRequest"))),
                 requestBody=body(thing(status=many(ref("PayoutRequestStatus")))), **{"x-safe": True})  # fmt: skip
    client = yield typed("client.payout_requests.search(status=['approved'])[0].id",
                         wrong="client.payout_requests.search(status=['aproved'])")  # fmt: skip
    sent = client.call(lambda c: c.payout_requests.search(status=["approved"]), LOST, [PAYOUT])
    assert (sent.body, sent.value[0].id, len(sent.requests)) == ({"status": ["approved"]}, "po_1", 2)
    lost = client.call(lambda c: c.payout_requests.search(), 503)
    assert not isinstance(lost.error, client.OutcomeUnknownError)
    assert isinstance(lost.error, client.PalommaError)


@change(2)
def search_by_unmarked_post(contract: Contract) -> Steps:
    """A search by POST that carries no mark is sent once, to be safe."""
    contract.add("POST /customers/search", "searchCustomers", answer(many(ref("Customer"))),
                 requestBody=body(thing(name=TEXT, reference=TEXT)))  # fmt: skip
    client = yield
    assert client.call(lambda c: c.customers.search(name="P"), [{"id": "c"}]).value[0].id == "c"
    assert len(client.call(lambda c: c.customers.search(name="P"), LOST).requests) == 1


@change(3)
def head(contract: Contract) -> Steps:
    """HEAD tells whether something exists."""
    contract.add("HEAD /customers/{customerId}", "checkCustomer", responses={"200": answer(), "404": answer()})
    client = yield
    sent = client.call(lambda c: c.customers.check("c"), 200)
    assert (sent.line, sent.value) == ("HEAD /customers/c", None)
    assert client.call(lambda c: c.customers.check("c"), 404).raises(client.NotFoundError)
    assert len(client.call(lambda c: c.customers.check("c"), LOST, 200).requests) == 2


@change(3, refusable=True)
def options_and_trace(contract: Contract) -> Steps:
    """OPTIONS and TRACE are described."""
    contract.add("OPTIONS /customers", "optionsCustomers", responses={"204": answer()})
    contract.add("TRACE /customers", "traceCustomers", responses={"204": answer()})
    client = yield
    assert client.call(lambda c: c.customers.options(), 204).line == "OPTIONS /customers"


@change(1)
def no_operation_id(contract: Contract) -> Steps:
    """Operations have no operationId: method and path name them, in errors, too."""
    contract.add("GET /banks", None, answer(many(TEXT)))
    contract.add("GET /banks/{code}/limits", None, answer(thing("most", most=WHOLE)))
    client = yield
    names = client.names("banks")
    lines = {client.call(lambda c, n=n: getattr(c.banks, n)(*["x"] * (len(client.arguments("banks", n)))), [1]).line
             for n in names}  # fmt: skip
    assert lines == {"GET /banks", "GET /banks/x/limits"}
    plain = next(name for name in names if not client.arguments("banks", name))
    error = client.call(lambda c: getattr(c.banks, plain)(), 404).raises(client.NotFoundError)
    assert error.operation and error.path == "/banks"


@change(2)
def no_tag(contract: Contract) -> Steps:
    """An operation has no tag: the first fixed segment of its path is its resource."""
    contract.add("GET /merchantLimits/{limitId}", "getMerchantLimit", answer(thing("id", id=TEXT)), tags=None)
    client = yield
    assert client.call(lambda c: c.merchant_limits.get("x"), {"id": "x"}).line == "GET /merchantLimits/x"


@change(2)
def several_tags(contract: Contract) -> Steps:
    """An operation has two tags: it can be called, and is no second operation."""
    contract.add("GET /fees", "getFees", answer(thing("id", id=TEXT)), tags=["fees", "payoutRequests"])
    client = yield
    sent = client.call(lambda c: c.fees.get(), {"id": "x"})
    assert (sent.line, sent.value.id) == ("GET /fees", "x")


@change(2)
def operation_ids_of_odd_shapes(contract: Contract) -> Steps:
    """operationIds have acronyms, snake_case, dashes, dots and a version; errors name them as the contract does."""
    names = {"createPSELink": "POST", "retrieve_balance": "GET", "list-fees": "GET", "payouts.v2.get": "GET"}
    for place, (name, verb) in enumerate(names.items()):
        contract.add(f"{verb} /x{place}", name, answer(thing("id", id=TEXT)), tags=[f"x{place}"])
    client = yield
    seen = set()
    for resource in ("x0", "x1", "x2", "x3"):
        (method,) = client.names(resource)
        sent = client.call(lambda c, r=resource, m=method: getattr(getattr(c, r), m)(), 404)
        seen.add(sent.raises(client.NotFoundError).operation)
    assert seen == set(names)


@change(2, refusable=True)
def duplicate_operation_ids(contract: Contract) -> Steps:
    """Two operations have one operationId, which OpenAPI forbids."""
    contract.add("GET /fees", "listCustomers", answer(thing("id", id=TEXT)))
    client = yield
    assert client.call(lambda c: c.customers.list(), {"items": []}).line == "GET /customers"
    assert client.call(lambda c: c.fees.list(), {"id": "x"}).line == "GET /fees"


@change(1)
def deprecated(contract: Contract) -> Steps:
    """An operation is deprecated: it works, and warns."""
    contract.operation("createPayinLink")["deprecated"] = True
    contract.operation("getPayinLinkById")["deprecated"] = True
    client = yield
    link = {"id": "pl", "status": "pending"}
    assert client.call(lambda c: c.payin_links.get("pl"), link).value.id == "pl"
    assert client.warned(lambda c: c.payin_links.get("pl"), link)
    assert client.warned(lambda c: c.payout_requests.get("po_1"), PAYOUT) == []


@change(2)
def callbacks_and_links(contract: Contract) -> Steps:
    """An operation describes callbacks, links and examples: the client is as before."""
    operation = contract.operation("createPayoutRequest")
    received = {"requestBody": body(ref("PayoutRequest")), "responses": {"200": answer()}}
    operation["callbacks"] = {"onPaid": {"{$request.body#/redirectUrl}": {"post": received}}}
    client = yield
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).value.id == "po_1"


@change(1)
def create_below_an_object(contract: Contract) -> Steps:
    """A refund is created below its payin; lost, it is unknown and carries its reference."""
    contract.schemas["Refund"] = thing("id", id=TEXT, reference=TEXT)
    contract.add("POST /payinRequests/{payinRequestId}/refunds", "createPayinRequestRefund", answer(ref("Refund")),
                 requestBody=body(thing("amount", amount=WHOLE, reference=TEXT)),
                 **{"x-moves-money": True})  # fmt: skip
    client = yield
    given = {"amount": 5, "reference": "r-9"}
    sent = client.call(lambda c: c.payin_requests.create_refund("pi", **given), {"id": "rf", "reference": "r-9"})
    assert (sent.line, sent.value.id) == ("POST /payinRequests/pi/refunds", "rf")
    lost = client.call(lambda c: c.payin_requests.create_refund("pi", **given), LOST)
    error = lost.raises(client.OutcomeUnknownError)
    assert (len(lost.requests), error.reference) == (1, "r-9")


@change(2)
def create_without_reference(contract: Contract) -> Steps:
    """A create whose body has no reference: nothing is minted into it, and a lost one is not sent again."""
    contract.add("POST /wallets", "createWallet", answer(thing("id", id=TEXT)), requestBody=body(thing(label=TEXT)))
    client = yield
    assert client.call(lambda c: c.wallets.create(label="l"), {"id": "w"}).body == {"label": "l"}
    lost = client.call(lambda c: c.wallets.create(label="l"), LOST)
    error = lost.raises(client.OutcomeUnknownError)
    assert (len(lost.requests), error.reference) == (1, None)
    assert isinstance(client.call(lambda c: c.reconcile(error), {}).error, client.PalommaError)


@change(2)
def answer_of_another_object(contract: Contract) -> Steps:
    """A new create's answer with another amount than was sent, marked x-identifies, is not taken for ours."""
    amount = {**WHOLE, "x-identifies": True}
    contract.schemas["Refund"] = thing("id", id=TEXT, reference=TEXT, amount=amount)
    contract.add("POST /refunds", "createRefund", answer(ref("Refund")),
                 requestBody=body(thing("amount", amount=amount, reference=TEXT)))  # fmt: skip
    client = yield
    other = {"id": "rf", "reference": "r-9", "amount": 6}
    sent = client.call(lambda c: c.refunds.create(amount=5, reference="r-9"), other)
    assert (sent.raises(client.OutcomeUnknownError), len(sent.requests))[1] == 1


@change(2)
def operation_with_everything(contract: Contract) -> Steps:
    """One operation has path, query, header and body; each ends up in its place."""
    contract.add("POST /wallets/{walletId}/moves", "createWalletMove", answer(thing("id", id=TEXT)),
                 parameters=[query("notify", {"type": "boolean"}), header("X-Trace")],
                 requestBody=body(thing("amount", amount=WHOLE, note=TEXT)))  # fmt: skip
    client = yield typed(wrong="client.wallets.create('w', note='n')")
    sent = client.call(lambda c: c.wallets.create("w", amount=5, note="n", notify=True, x_trace="t"), {"id": "x"})
    assert (sent.line, sent.query, sent.headers["x-trace"], sent.body) == (
        "POST /wallets/w/moves", {"notify": "true"}, "t", {"amount": 5, "note": "n"})  # fmt: skip


@change(2)
def operation_ids_of_a_framework(contract: Contract) -> Steps:
    """operationIds are what a framework makes of its controllers: each operation can be called."""
    contract.add("GET /wallets", "WalletsController_findAll", answer(many(thing("id", id=TEXT))))
    contract.add("POST /wallets", "WalletsController_create", answer(thing("id", id=TEXT)))
    contract.add("GET /wallets/{id}", "WalletsController_findOne", answer(thing("id", id=TEXT)))
    client = yield
    names = client.names("wallets")
    lines = set()
    for name in names:
        ids = ["w"] * len(client.arguments("wallets", name))
        lines.add(client.call(lambda c, name=name, ids=ids: getattr(c.wallets, name)(*ids), 404).line)
    assert lines == {"GET /wallets", "POST /wallets", "GET /wallets/w"}


@change(2)
def operation_ids_in_spanish(contract: Contract) -> Steps:
    """A resource and its operations are named in Spanish."""
    contract.schemas["Reversión"] = thing("id", id=TEXT, descripción=TEXT)
    contract.add("POST /reversiones", "crearReversión", answer(ref("Reversión")),
                 requestBody=body(thing("año", año=WHOLE)))  # fmt: skip
    client = yield
    argument = next(name for name in client.arguments("reversiones", "crear") if name.startswith("a"))
    sent = client.call(lambda c: c.reversiones.crear(**{argument: 5}), {"id": "x", "descripción": "d"})
    assert (sent.line, sent.body, sent.value.to_dict()) == (
        "POST /reversiones", {"año": 5}, {"id": "x", "descripción": "d"})  # fmt: skip


@change(3, refusable=True)
def tags_that_become_one(contract: Contract) -> Steps:
    """Two tags differ only in how they are spelt: no operation is lost."""
    contract.add("GET /payin-links/stats", "getStatistics", answer(thing("id", id=TEXT)), tags=["payin-links"])
    client = yield
    assert client.call(lambda c: c.payin_links.get("pl"), {"id": "pl", "status": "pending"}).line == (
        "GET /payinLinks/pl")  # fmt: skip
    assert client.call(lambda c: c.payin_links.get_statistics(), {"id": "x"}).line == "GET /payin-links/stats"


@change(2)
def whole_resource_without_a_list(contract: Contract) -> Steps:
    """A new resource can be created and read, not listed: a lost create says that it can't be looked up."""
    contract.schemas["Refund"] = thing("id", id=TEXT, reference=TEXT)
    contract.add("POST /refunds", "createRefund", answer(ref("Refund")), requestBody=body(thing(reference=TEXT)))
    contract.add("GET /refunds/{refundId}", "getRefund", answer(ref("Refund")))
    client = yield
    lost = client.call(lambda c: c.refunds.create(reference="r-9"), LOST)
    error = lost.raises(client.OutcomeUnknownError)
    assert (len(lost.requests), error.reference) == (1, "r-9")
    assert isinstance(client.call(lambda c: c.reconcile(error), {}).error, client.PalommaError)


@change(1)
def final_states(contract: Contract) -> Steps:
    """A new resource whose statuses are marked x-final can be waited for."""
    contract.schemas["RefundStatus"] = {"type": "string", "enum": ["processing", "approved"], "x-final": ["approved"]}
    contract.schemas["Refund"] = thing("id", "status", id=TEXT, status=ref("RefundStatus"))
    contract.add("POST /refunds", "createRefund", answer(ref("Refund")), requestBody=body(thing(note=TEXT)))
    contract.add("GET /refunds/{refundId}", "getRefundById", answer(ref("Refund")))
    client = yield typed("client.refunds.wait('x').status")
    replies = ({"id": "rf", "status": "processing"}, {"id": "rf", "status": "approved"})
    sent = client.call(lambda c: c.refunds.wait("rf", poll=0.01), *replies)
    assert (sent.value.status, len(sent.requests)) == ("approved", 2)


@change(1)
def found_by_reference(contract: Contract) -> Steps:
    """A new resource with a filter by reference gets a typed find."""
    contract.schemas["Refund"] = thing("id", id=TEXT, reference=TEXT)
    contract.schemas["RefundPage"] = thing("items", items=many(ref("Refund")), cursor=nullable(TEXT))
    contract.add("POST /refunds", "createRefund", answer(ref("Refund")), requestBody=body(thing(reference=TEXT)))
    contract.add("GET /refunds", "listRefunds", answer(ref("RefundPage")),
                 parameters=[query("cursor"), query("reference")])  # fmt: skip
    client = yield typed("assert_type(client.refunds.find('r'), models.Refund | None)")
    page = {"items": [{"id": "rf", "reference": "r-9"}], "cursor": None}
    assert client.call(lambda c: c.refunds.find("r-9"), page).value.id == "rf"
    assert client.call(lambda c: c.refunds.find("r-8"), {"items": [], "cursor": None}).value is None


@change(2)
def operation_ids_of_one_word(contract: Contract) -> Steps:
    """A new resource's operations are called `list`, `create`, `get` and `cancel`, and nothing more."""
    contract.add("GET /wallets", "list", answer(many(thing("id", id=TEXT))))
    contract.add("POST /wallets", "create", answer(thing("id", id=TEXT)), requestBody=body(thing(ids=many(TEXT))))
    contract.add("GET /wallets/{walletId}", "get", answer(thing("id", id=TEXT)))
    contract.add("POST /wallets/{walletId}/cancel", "cancel", answer(thing("id", id=TEXT)))
    client = yield typed("client.wallets.list()[0].id", "client.wallets.create(ids=['a']).id")
    assert client.call(lambda c: c.wallets.list(), [{"id": "w"}]).value[0].id == "w"
    assert client.call(lambda c: c.wallets.create(ids=["a"]), {"id": "w"}).body == {"ids": ["a"]}
    assert client.call(lambda c: c.wallets.get("w"), {"id": "w"}).line == "GET /wallets/w"
    assert client.call(lambda c: c.wallets.cancel("w"), {"id": "w"}).line == "POST /wallets/w/cancel"


@change(2, refusable=True)
def operation_ids_of_the_resource_alone(contract: Contract) -> Steps:
    """Operations are called like their resource: `wallets`, `walletsById`, `walletBalance`."""
    contract.add("GET /wallets", "wallets", answer(many(thing("id", id=TEXT))))
    contract.add("GET /wallets/{walletId}", "walletsById", answer(thing("id", id=TEXT)))
    contract.add("GET /wallets/{walletId}/balance", "walletBalance", answer(thing("id", id=TEXT)))
    client = yield
    names = client.names("wallets")
    assert len(names) >= 3
    lines = {client.call(lambda c, n=n: getattr(c.wallets, n)(*["w"] * len(client.arguments("wallets", n))), 404).line
             for n in names}  # fmt: skip
    assert lines == {"GET /wallets", "GET /wallets/w", "GET /wallets/w/balance"}


@change(2)
def refused_lost_action_is_unknown(contract: Contract) -> Steps:
    """A new action without key that meets 5xx, a broken answer or a redirect is unknown, and never sent twice."""
    contract.add("POST /wallets/{walletId}/drain", "drainWallet", answer(thing("id", id=TEXT)),
                 **{"x-moves-money": True})  # fmt: skip
    client = yield
    replies: tuple[Any, ...] = (500, 502, 504, 408, (200, []), (200, {"no": "id"}), (303, {}), LOST)
    for reply in replies:
        sent = client.call(lambda c, reply=reply: c.wallets.drain("w"), reply)
        assert (sent.raises(client.OutcomeUnknownError), len(sent.requests))[1] == 1
    for reply in (400, 403, 404, 422):
        sent = client.call(lambda c, reply=reply: c.wallets.drain("w"), reply)
        assert not isinstance(sent.raises(client.APIError), client.OutcomeUnknownError)


@change(2)
def read_is_repeated(contract: Contract) -> Steps:
    """A new read that meets 5xx or a broken connection is sent again, and is no unknown at the end."""
    contract.add("GET /wallets/{walletId}", "getWallet", answer(thing("id", id=TEXT)))
    client = yield
    answers: tuple[Any, ...] = (500, 503, LOST)
    for reply in answers:
        sent = client.call(lambda c, reply=reply: c.wallets.get("w"), reply, {"id": "w"})
        assert (sent.value.id, len(sent.requests)) == ("w", 2)
        failed = client.call(lambda c, reply=reply: c.wallets.get("w"), reply)
        assert isinstance(failed.error, client.PalommaError)
        assert not isinstance(failed.error, client.OutcomeUnknownError)
