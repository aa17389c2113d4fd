"""Contracts that nobody wrote behaviour for: what the mock answers by the document alone."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from palomma_mock import Answer, Fault, Mock, MockServer, RefusedError, Request, Settings, frozen_clock
from palomma_mock.rules.contract import load
from palomma_mock.rules.schema import Schemas
from tests.mock.mock_contract import CONTRACT

NOTE = {
    "type": "object",
    "required": ["id", "text", "rank"],
    "properties": {
        "id": {"type": "string"},
        "invoiceId": {"type": "string"},
        "text": {"type": "string"},
        "rank": {"type": "integer", "exclusiveMinimum": 4},
        "colour": {"type": ["string", "null"], "enum": ["red", "blue", None]},
        "pinned": {"type": "boolean"},
        "status": {"type": "string", "enum": ["draft", "sent"]},
        "createdAt": {"type": "string", "format": "date-time"},
        "updatedAt": {"type": "string", "format": "date-time"},
    },
}
WRITE = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {"type": "string", "minLength": 2, "maxLength": 9},
        "colour": {"type": ["string", "null"], "enum": ["red", "blue", None]},
        "pinned": {"type": "boolean"},
        "secret": {"type": "string", "format": "uuid"},
        "due": {"type": "string", "format": "date"},
        "tags": {"type": "array", "maxItems": 2, "items": {"type": "number", "multipleOf": 2, "exclusiveMaximum": 9}},
        "kind": {"oneOf": [{"$ref": "#/components/schemas/Cash"}, {"$ref": "#/components/schemas/Card"}]},
    },
    "additionalProperties": False,
}


def _json(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _operation(name: str, status: str = "200", answer: Any = None, body: Any = None, **more: Any) -> dict[str, Any]:
    response = {"description": "Done."} | (_json(answer) if answer is not None else {})
    request = {"requestBody": {"required": True} | _json(body)} if body is not None else {}
    return {"operationId": name, "responses": {status: response}} | request | more


REF = {"$ref": "#/components/schemas/Note"}
PAGE = {"type": "object", "required": ["data", "total"], "properties": {
    "data": {"type": "array", "items": REF}, "total": {"type": "integer"}, "hasMore": {"type": "boolean"},
    "meta": {"type": "object"}, "version": {"type": "integer"}}}  # fmt: skip


def _query(name: str, type: str = "string", **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": type} | schema}


def contract(**security: Any) -> dict[str, Any]:
    """A document with every method, with nested collections, and without a word about Palomma."""
    header = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}, "x-key-lifetime": 60}
    paged = {"items": "data", "cursor": {"parameter": "after", "member": "meta.next"}}
    parameters = [_query("after"), _query("limit", "integer", default=2), _query("colour"), _query("pinned", "boolean")]
    notes = {
        "get": _operation("listNotes", answer=PAGE, parameters=parameters, **{"x-pagination": paged}),
        "post": _operation("createNote", "201", REF, {"$ref": "#/components/schemas/WriteNote"}, parameters=[header]),
    }
    note = {
        "parameters": [{"name": "noteId", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": _operation("getNote", answer=REF),
        "patch": _operation("updateNote", answer=REF, body=WRITE | {"required": []}),
        "put": _operation("replaceNote", "204", body=WRITE),
        "delete": _operation("deleteNote", answer={"type": "object", "properties": {"id": {}, "deleted": {}}}),
    }
    lines = {"type": "array", "items": {"type": "object", "properties": {"lineId": {"type": "integer"}, "text": {}}}}
    body = {"type": "object", "properties": {"text": {"type": "string"}}}
    offset = [_query("offset", "integer", minimum=0), _query("limit", "integer")]
    return {
        "openapi": "3.1.0",
        "servers": [{"url": "https://api.example/v7/"}],
        "security": [{"Key": []}],
        "paths": {
            "/notes": notes,
            "/notes/{noteId}": note,
            "/notes/{noteId}/send": {"post": _operation("sendNote", answer=REF)},
            "/notes/{noteId}/lines": {
                "get": _operation("listLines", answer=lines, parameters=offset),
                "post": _operation("createLine", answer=lines["items"], body=body),
            },
            "/notes/{noteId}/lines/{lineId}": {"get": _operation("getLine", answer=lines["items"])},
            "/health": {"get": _operation("health", answer={"type": "object"}, security=[])},
            "/upload": {"post": _operation("upload") | {"requestBody": {"content": {"image/png": {}}}}},
        },
        "webhooks": {
            "note.changed": {"post": {"requestBody": _json({"type": "object", "properties": {"event": REF}})}}
        },
        "components": {
            "schemas": {
                "Note": NOTE,
                "WriteNote": WRITE,
                "Cash": {"type": "object", "required": ["type"], "properties": {"type": {"const": "cash"}}},
                "Card": {
                    "allOf": [
                        {"type": "object", "required": ["type", "digits"]},
                        {"properties": {"type": {"const": "card"}, "digits": {"type": "string", "pattern": "^[0-9]$"}}},
                    ]
                },
            },
            "securitySchemes": security or {"Key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
        },
    }


class Api:
    """Calls a mock without a socket."""

    def __init__(self, document: Any, **settings: Any) -> None:
        self.mock = Mock(Settings(contract=document, seed=1, **settings), frozen_clock(1_770_000_000))

    def __call__(self, line: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        method, _, url = line.partition(" ")
        path, _, query = url.partition("?")
        given = {"x-api-key": "palomma-mock", "content-type": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.mock.exchange(Request(method, "/v7" + path, query, given, content)).answer
        return answer.status, json.loads(answer.body) if answer.body else None


@pytest.fixture
def api() -> Any:
    made = Api(contract())
    yield made
    made.mock.close()


def test_an_object_lives_by_its_schema(api: Api) -> None:
    """Create echoes what the answer shares with the body and adds what it must have; get, update, replace, delete."""
    status, made = api("POST /notes", {"text": "first", "secret": "1b4e28ba-2fa1-41d2-883f-0016d3cca427"})
    now = "2026-02-02T02:40:00.000Z"
    assert status == 201
    assert made == {
        "id": made["id"], "text": "first", "rank": 5, "status": "draft", "createdAt": now, "updatedAt": now,
    }  # fmt: skip
    assert api(f"GET /notes/{made['id']}") == (200, made)

    api.mock.advance(60)
    later = {"updatedAt": "2026-02-02T02:41:00.000Z"}
    changed = made | {"colour": "red", "pinned": True} | later
    assert api(f"PATCH /notes/{made['id']}", {"colour": "red", "pinned": True}) == (200, changed)
    assert api(f"PATCH /notes/{made['id']}", {"colour": None})[1] == made | {"pinned": True} | later
    assert api(f"PUT /notes/{made['id']}", {"text": "new"}) == (204, None)
    assert api(f"GET /notes/{made['id']}")[1] == made | {"text": "new"} | later
    assert [notice.event_type for notice in api.mock.webhooks] == ["note.changed"] * 3
    assert api(f"DELETE /notes/{made['id']}") == (200, {"id": made["id"], "deleted": True})
    assert api(f"DELETE /notes/{made['id']}") == (404, {"message": "note not found"})


def test_a_list_has_the_pages_of_the_contract(api: Api) -> None:
    """Items, cursor, default and filters are where the document says; a boolean filters as one."""
    for number in range(5):
        api("POST /notes", {"text": f"n{number}", "colour": ["red", "blue"][number % 2], "pinned": number > 3})
    texts, query = [], ""
    while query is not None:
        _, page = api(f"GET /notes?colour=red{query}")
        texts += [note["text"] for note in page["data"]]
        query = page["meta"]["next"] and f"&after={page['meta']['next']}"
        assert page == {"data": page["data"], "total": len(page["data"]), "hasMore": bool(query), "meta": page["meta"]}

    assert texts == ["n4", "n2", "n0"]
    assert [note["text"] for note in api("GET /notes?pinned=true")[1]["data"]] == ["n4"]
    assert api("GET /notes?after=00")[0] == api("GET /notes?limit=x")[0] == 400


def test_what_lies_under_an_item_belongs_to_it(api: Api) -> None:
    """A nested collection shows its parent's items only, a list may be bare, an id a number, a page an offset."""
    one, other = (api("POST /notes", {"text": text})[1]["id"] for text in ("one", "two"))
    made = [api(f"POST /notes/{one}/lines", {"text": f"line {number}"})[1] for number in range(3)]

    assert api(f"GET /notes/{one}/lines?limit=1&offset=1") == (200, [made[1]])
    assert api(f"GET /notes/{one}/lines?offset=99") == (200, [])
    assert api(f"GET /notes/{other}/lines") == (200, [])
    assert isinstance(made[0]["lineId"], int)
    assert api(f"GET /notes/{one}/lines/{made[0]['lineId']}") == (200, made[0])
    assert api(f"GET /notes/{other}/lines/{made[0]['lineId']}")[0] == 404
    assert api("POST /notes/nobody/lines", {"text": "x"}) == (404, {"message": "note not found"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": 5}, "text: must be a text"),
        ({"text": "x"}, "text: must be 2 or more characters long"),
        ({"text": "x" * 10}, "text: must be at most 9 characters long"),
        ({"colour": "rde"}, "colour: not one of the allowed values; did you mean red? allowed: red, blue"),
        ({"pinned": "yes"}, "pinned: must be true or false"),
        ({"secret": "x"}, "secret: must look like 00000000-"),
        ({"due": "2024-1-1"}, "due: must look like 2024-03-01"),
        ({"tags": [3]}, "tags[0]: must be a multiple of 2"),
        ({"tags": [2, 10]}, "tags[1]: must be less than 9"),
        ({"tags": [2, True]}, "tags[1]: must be number"),
        ({"tags": [2, 4, 6]}, "tags: must be a list of at most 2"),
        ({"kind": {"type": "card"}}, "kind.digits: required"),
        ({"kind": {"type": "card", "digits": "4111"}}, "kind.digits: must look like ^[0-9]$"),
        ({"kind": 1}, "kind: must be object"),
        ({"colours": "red"}, "body: a member is not one of the allowed values; did you mean colour?"),
    ],
)
def test_a_body_is_checked_by_its_schema(change: dict[str, Any], message: str, api: Api) -> None:
    """What the schema forbids is a 400 that names the member, what is allowed, and the nearest of it."""
    status, answer = api("POST /notes", {"text": "fine"} | change)

    assert (status, answer["message"][: len(message)]) == (400, message)
    assert api.mock.store.count("notes") == 0


@pytest.mark.parametrize("kind", [{"type": "cash"}, {"type": "card", "digits": "4"}])
def test_a_body_that_fits_is_taken(kind: dict[str, str], api: Api) -> None:
    """Every alternative of a union, and every optional member, however large."""
    assert api("POST /notes", {"text": "fine", "colour": None, "tags": [4.0, -(2**70)], "kind": kind})[0] == 201


def test_what_cant_be_told_says_what_to_write(api: Api) -> None:
    """An action, a singleton and a body that isn't JSON are a 501 with the line to write; written, it answers."""
    made = api("POST /notes", {"text": "one"})[1]
    for line in (f"POST /notes/{made['id']}/send", "GET /health", "POST /upload"):
        status, answer = api(line)
        assert (status, "mock.behaviours[" in answer["message"]) == (501, True)
    api.mock.behaviours["sendNote"] = lambda mock, call: Answer(202, json.dumps(call.ids).encode())

    assert api(f"POST /notes/{made['id']}/send") == (202, [made["id"]])


def test_a_state_of_the_contract_can_be_decided(api: Api) -> None:
    """An object of a kind without known states takes any status of its schema, and no other."""
    made = api("POST /notes", {"text": "one"})[1]["id"]

    assert api.mock.decide(made, "sent").members["status"] == "sent"
    with pytest.raises(Exception, match="did you mean sent"):
        api.mock.decide(made, "snet")


VALUES = {
    "allOf": [{"$ref": "#/components/schemas/Base"}],
    "properties": {
        "const": {"const": 7},
        "default": {"type": "string", "default": "d"},
        "examples": {"type": "string", "examples": ["e"]},
        "union": {"oneOf": [{"type": "boolean"}, {"type": "string"}]},
        "none": {"type": ["string", "null"]},
        "old": {"type": "string", "nullable": True},
        "list": {"type": "array", "minItems": 2, "items": {"type": "integer", "minimum": 3}},
        "nested": {"type": "object", "required": ["day", "id"], "properties": {"day": {"format": "date"}, "id": {}}},
        "uri": {"type": "string", "format": "uri"},
        "long": {"type": "string", "minLength": 6},
        "loop": {"$ref": "#/components/schemas/Loop"},
        "any": True,
    },
    "required": [
        "const",
        "default",
        "examples",
        "union",
        "none",
        "old",
        "list",
        "nested",
        "uri",
        "long",
        "loop",
        "any",
    ],
}


def test_what_must_be_there_is_made_up_to_fit() -> None:
    """Constants, defaults and examples first, else the least that fits, also of a schema that holds itself."""
    document = contract()
    schemas = document["components"]["schemas"]
    schemas["Base"] = {"required": ["when"], "properties": {"when": {"type": "string", "format": "date-time"}}}
    schemas["Loop"] = {"anyOf": [{"$ref": "#/components/schemas/Loop"}]}
    document["paths"] = {"/values": {"post": _operation("createValue", "2XX", VALUES)}}
    api = Api(document)

    assert api("POST /values") == (200, {
        "when": "2026-02-02T02:40:00.000Z", "const": 7, "default": "d", "examples": "e", "union": False, "none": None,
        "old": None, "list": [3, 3], "nested": {"day": "2026-02-02", "id": "text"}, "uri": "http://127.0.0.1/",
        "long": "textxx", "loop": None, "any": "text",
    })  # fmt: skip
    api.mock.close()


def test_an_operation_without_answers_has_none() -> None:
    """No documented success is a 200 without a body; an optional body may be absent, a required parameter may not."""
    document = contract()
    document["paths"] = {"/pings": {"post": {"requestBody": _json({"type": "object"}), "parameters": [
        _query("from") | {"required": True}]}}}  # fmt: skip
    api = Api(document)

    assert api("POST /pings?from=me") == (200, None)
    assert api("POST /pings") == (400, {"message": "from: required"})
    assert api("PUT /pings")[0] == 405
    assert api.mock.exchange(Request("POST", "/elsewhere", "", {"x-api-key": "palomma-mock"})).answer.status == 404
    api.mock.close()


def test_it_works_over_http_too(tmp_path: Path) -> None:
    """From a JSON file, at the contract's own base path, with answers that have no body."""
    file = tmp_path / "contract.json"
    file.write_text(json.dumps(contract()))
    with MockServer(contract=file) as server:
        with httpx.Client(base_url=server.base_url, headers={"x-api-key": server.api_key}) as client:
            made = client.post("/notes", json={"text": "one"}).json()
            replaced = client.put(f"/notes/{made['id']}", json={"text": "two"})
            assert (replaced.status_code, replaced.content) == (204, b"")
            assert client.get(f"/notes/{made['id']}").json()["text"] == "two"
            assert httpx.get(server.origin).status_code == 200
        assert server.base_url.endswith("/v7")
        server.restart()
        assert server.base_url.endswith("/v0")


def test_what_was_to_happen_to_a_changed_object_doesnt() -> None:
    """A contract with writes for the known resources: a source changed, a debit's account deleted, a customer gone."""
    document = copy.deepcopy(CONTRACT)
    for path, schema in (("/payinSources/{payinSourceId}", "PayinSource"), ("/customers/{customerId}", "Customer")):
        answer = {"$ref": f"#/components/schemas/{schema}"}
        document["paths"][path]["patch"] = _operation(f"update{schema}", answer=answer, body={"type": "object"})
    document["paths"]["/merchantAccounts/{merchantAccountId}"]["delete"] = _operation("deleteMerchantAccount", "204")
    mock = Mock(Settings(contract=document, bank_delay=5, auto_approve=True, strict=False), frozen_clock(1_770_000_000))
    headers = {"authorization": "Bearer palomma-mock", "content-type": "application/json"}

    def call(method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        answer = mock.exchange(Request(method, f"/v0/{path}", "", headers, content)).answer
        assert answer.status in (200, 204), answer
        return json.loads(answer.body) if answer.body else None

    person = {"name": "Ana", "documentType": "cc", "documentNumber": "1", "email": "a", "phoneNumber": "3"}
    customer = call("POST", "customers", person)["id"]
    account = {"bank": "bancolombia", "accountType": "savings", "accountNumber": "1"}
    body = {"customerId": customer, "redirectUrl": "https://x.example", "type": "bankAccount", "bankAccount": account}
    one, other = (call("POST", "payinSources", body)["id"] for _ in range(2))
    call("PATCH", f"payinSources/{one}", {"status": "cancelled"})
    mock.advance(5)
    assert [call("GET", f"payinSources/{id}")["status"] for id in (one, other)] == ["cancelled", "active"]

    debits = [call("POST", "payinRequests", {"payinSourceId": other, "amount": 5000})["id"]]
    mock.advance(5)
    debits.append(call("POST", "payinRequests", {"payinSourceId": other, "amount": 5000})["id"])
    call("DELETE", "merchantAccounts/default")
    mock.advance(7 * 86_400)
    assert [call("GET", f"payinRequests/{id}")["status"] for id in debits] == ["approved"] * 2
    assert call("PATCH", f"customers/{customer}", {"email": "b"})["email"] == "b"
    assert {notice.event_type for notice in mock.webhooks} >= {"payin-settlement.update"}
    mock.close()


@pytest.mark.parametrize("document", [{}, {"paths": []}, {"paths": {"/x": {"get": {"parameters": [{"$ref": "#/x"}]}}}}])
def test_what_is_no_contract_is_refused(document: Any) -> None:
    """With the reason, when the mock is made."""
    with pytest.raises(ValueError, match="contract: not an OpenAPI document"):
        Mock(Settings(contract=document))


def test_a_collection_may_have_a_list_alone() -> None:
    """What an object looks like is then what the list holds; a list of texts has no enum to change."""
    document = contract()
    names = {"type": "array", "items": {"type": "string"}}
    document["paths"] = {"/notes": {"get": _operation("listNotes", answer=PAGE)}, "/names": {"get": _operation(
        "listNames", answer=names)}}  # fmt: skip
    api = Api(document)

    assert api.mock.contract.resources["notes"].item == document["components"]["schemas"]["Note"]
    assert api("GET /notes") == (200, {"data": [], "total": 0, "hasMore": False})
    api.mock.fail_next("unknown_enum")
    assert api("GET /names") == (200, [])
    assert Fault("unknown_enum").deliver(Answer(200, b'["a"]')).answer.body == b'["a"]'
    api.mock.close()


# Keys


def test_an_idempotency_key_is_honoured(api: Api) -> None:
    """The same key and body: the same answer and one object; another body: a conflict; in time it is forgotten."""
    first = api("POST /notes", {"text": "one"}, idempotency_key="k")
    again = api("POST /notes", {"text": "one"}, idempotency_key="k")
    other = api("POST /notes", {"text": "two"}, idempotency_key="k")
    api.mock.advance(61)
    later = api("POST /notes", {"text": "two"}, idempotency_key="k")

    assert (first, other[0], later[0]) == (again, 409, 201)
    assert api.mock.store.count("notes") == 2
    assert api("POST /notes", {"text": "one"}, idempotency_key="k" * 256)[0] == 400


@pytest.mark.parametrize(
    ("parameter", "headers", "status"),
    [
        ({"name": "X-IDEMPOTENCY-KEY", "required": True}, {}, 400),
        ({"name": "Request-Id", "x-idempotency-key": True}, {"request_id": "k"}, 422),
        ({"name": "Idempotency-Key", "x-idempotency-key": False}, {"idempotency_key": "k"}, 201),
    ],
)
def test_a_key_is_what_the_contract_calls_one(parameter: Any, headers: Any, status: int) -> None:
    """By its name in any case, or by its mark; where 422 is documented and 409 isn't, another body is a 422."""
    document = contract()
    create = document["paths"]["/notes"]["post"]
    create["parameters"] = [parameter | {"in": "header", "schema": {}}]
    create["responses"]["422"] = {"description": "The key was used."}
    api = Api(document)
    api("POST /notes", {"text": "one"}, **headers)

    assert api("POST /notes", {"text": "two"}, **headers)[0] == status
    api.mock.close()


@pytest.mark.parametrize(
    ("scheme", "line", "headers"),
    [
        ({"type": "apiKey", "in": "query", "name": "key"}, "GET /notes?key=palomma-mock", {}),
        ({"type": "http", "scheme": "bearer"}, "GET /notes", {"authorization": "bearer palomma-mock"}),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, "GET /notes", {"x_key": "palomma-mock"}),
    ],
)
def test_the_api_key_is_where_the_contract_says(scheme: Any, line: str, headers: dict[str, str]) -> None:
    """In a header of its own, in the query, or as a bearer; elsewhere it is nothing."""
    api = Api(contract(Key=scheme))

    assert api(line, **headers)[0] == 200
    assert api("GET /notes")[0] == 401
    assert api("GET /health")[0] == 501  # needs no key
    api.mock.close()


# Palomma's contract, changed


def changed() -> dict[str, Any]:
    return copy.deepcopy(CONTRACT)


def test_a_member_added_to_the_contract_is_there() -> None:
    """A new optional member of a create and its answer is stored and echoed without a line of the mock."""
    document = changed()
    for name in ("CreateCustomer", "Customer"):
        document["components"]["schemas"][name]["properties"]["nickname"] = {"type": "string"}
    mock = Mock(Settings(contract=document, strict=False))
    body = {"name": "Ana", "documentType": "cc", "documentNumber": "1", "email": "a", "phoneNumber": "3"}
    headers = {"authorization": "Bearer palomma-mock", "content-type": "application/json"}
    request = Request("POST", "/v0/customers", "", headers, json.dumps(body | {"nickname": "Anita"}).encode())

    assert json.loads(mock.exchange(request).answer.body)["nickname"] == "Anita"
    mock.close()


def test_a_list_leads_to_its_next_page_by_a_link() -> None:
    """With `x-pagination: {link: true}` a header says where the next page is; the last page has none."""
    document = changed()
    document["paths"]["/customers"]["get"]["x-pagination"] = {"link": True}
    mock = Mock(Settings(contract=document, strict=False))
    headers = {"authorization": "Bearer palomma-mock", "content-type": "application/json"}
    body = {"name": "Ana", "documentType": "cc", "documentNumber": "1", "email": "a", "phoneNumber": "3"}
    for _ in range(3):
        mock.exchange(Request("POST", "/v0/customers", "", headers, json.dumps(body).encode()))
    query: str | None = "limit=2"
    seen = []
    while query is not None:
        answer = mock.exchange(Request("GET", "/v0/customers", query, headers)).answer
        seen += [item["id"] for item in json.loads(answer.body)["items"]]
        link = dict(answer.headers).get("link")
        assert link is None or link.startswith("<http://127.0.0.1/v0/customers?limit=2&cursor=")
        query = None if link is None else link.partition("?")[2].partition(">")[0]
    mock.close()

    assert (len(seen), len(set(seen))) == (3, 3)


def test_a_moved_path_and_a_new_filter_follow() -> None:
    """The kind of a resource is its tag, whatever its path; a filter is any parameter named like a member."""
    document = changed()
    for path in list(document["paths"]):
        if "/settlements" in path:
            document["paths"][path.replace("/settlements", "/payinSettlements")] = document["paths"].pop(path)
    moved = load(document)

    assert moved.resources.keys() == load().resources.keys()
    assert moved.operation("GET", "/v0/merchantAccounts/a/payinSettlements/b").id == "getPayinSettlementById"  # type: ignore[union-attr]


def test_what_a_schema_says_of_other_values() -> None:
    """Members are asked of objects and items of lists only; members that the contract doesn't name are checked, too."""
    document = {
        "any": {"properties": {"a": {"type": "integer"}}, "items": {}, "additionalProperties": {"type": "integer"}}
    }
    schemas = Schemas(document)
    for value in (5, "x", None, [1], {"a": 1, "b": 2}):
        schemas.check(document["any"], value)
    with pytest.raises(RefusedError, match=r"^b: must be a whole number"):
        schemas.check(document["any"], {"b": "x"})
