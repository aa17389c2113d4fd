"""The contract, openapi/palomma.yaml, against itself, against the rules it was written by, and against the two
documents that it started from (seeds/)."""

from __future__ import annotations

import copy
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

OPENAPI = Path(__file__).parents[2] / "openapi"
TEXT = (OPENAPI / "palomma.yaml").read_text(encoding="utf-8")
SPEC: dict[str, Any] = yaml.safe_load(TEXT)
SCHEMAS: dict[str, Any] = SPEC["components"]["schemas"]
EXAMPLES: dict[str, Any] = {name: example["value"] for name, example in SPEC["components"]["examples"].items()}
REGISTRY: Registry[Any] = Registry().with_resource("urn:palomma", DRAFT202012.create_resource(SPEC))

OPERATIONS = {
    "POST /customers": "createCustomer",
    "GET /customers": "listCustomers",
    "GET /customers/{customerId}": "getCustomerById",
    "POST /payinLinks": "createPayinLink",
    "GET /payinLinks": "listPayinLinks",
    "GET /payinLinks/{payinLinkId}": "getPayinLinkById",
    "POST /payinSources": "createPayinSource",
    "GET /payinSources": "listPayinSources",
    "GET /payinSources/{payinSourceId}": "getPayinSourceById",
    "POST /payinRequests": "createPayinRequest",
    "GET /payinRequests": "listPayinRequests",
    "GET /payinRequests/{payinRequestId}": "getPayinRequestById",
    "POST /payoutTargets": "createPayoutTarget",
    "GET /payoutTargets": "listPayoutTargets",
    "GET /payoutTargets/{payoutTargetId}": "getPayoutTargetById",
    "POST /payoutRequests": "createPayoutRequest",
    "GET /payoutRequests": "listPayoutRequests",
    "GET /payoutRequests/{payoutRequestId}": "getPayoutRequestById",
    "GET /merchantAccounts": "listMerchantAccounts",
    "GET /merchantAccounts/{merchantAccountId}": "getMerchantAccountById",
    "GET /merchantAccounts/{merchantAccountId}/settlements": "listPayinSettlements",
    "GET /merchantAccounts/{merchantAccountId}/settlements/{payinSettlementId}": "getPayinSettlementById",
}
ANSWERS = {
    "create": {"200", "400", "401", "500"},
    "list": {"200", "400", "401", "500"},
    "get": {"200", "400", "401", "404", "500"},
}
EVENTS = {
    "payin-link.update": "PayinLinkEvent",
    "payin-source.update": "PayinSourceEvent",
    "payin-request.update": "PayinRequestEvent",
    "payout-target.update": "PayoutTargetEvent",
    "payout-request.update": "PayoutRequestEvent",
    "payin-settlement.update": "PayinSettlementEvent",
}
WITH_STATUS = ["PayinLink", "PayinSource", "PayinRequest", "PayoutTarget", "PayoutRequest"]
SEEDS = {"000_42b92255acda5749.txt": "PayoutTarget", "004_5f5ebaef126d04ea.txt": "PayinSource"}


def deref(node: dict[str, Any]) -> dict[str, Any]:
    """The thing that a node names, where it names one."""
    while "$ref" in node:
        target: Any = SPEC
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def errors(schema: dict[str, Any], value: object) -> list[str]:
    """What is wrong with a value, formats included."""
    absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:palomma#/'))
    validator = Draft202012Validator(absolute, registry=REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def component(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def unknown(schema: dict[str, Any], value: object) -> Iterator[str]:
    """The members of a value that its schema does not name; the schemas themselves allow them."""
    schema = deref(schema)
    if isinstance(value, dict):
        for name, member in value.items():
            if name in schema["properties"]:
                yield from unknown(schema["properties"][name], member)
            else:
                yield name
    elif isinstance(value, list):
        for item in value:
            yield from unknown(schema["items"], item)


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in SPEC["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def all_operations() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from operations()
    yield from ((name, item["post"]) for name, item in SPEC["webhooks"].items())


def media() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every request body and every answer body, webhooks included."""
    for _, operation in all_operations():
        if "requestBody" in operation:
            yield f"{operation['operationId']} request", operation["requestBody"]["content"]["application/json"]
        for code, answer in operation["responses"].items():
            for body in deref(answer).get("content", {}).values():
                yield f"{operation['operationId']} {code}", body


def parameters() -> Iterator[tuple[str, dict[str, Any]]]:
    for _, operation in all_operations():
        for parameter in map(deref, operation.get("parameters", [])):
            yield f"{operation['operationId']} {parameter['name']}", parameter


def walk(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every object of the document but the values of examples."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            if key not in ("example", "examples"):
                yield from walk(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, (*path, str(index)))


def seed(name: str) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
    """The text of a seed, the URL of its curl sample, the sample's body, and the sample answer."""
    text = (Path(__file__).parent / "seeds" / name).read_text(encoding="utf-8")
    start = text.index("--data '") + len("--data '")
    body, end = json.JSONDecoder().raw_decode(text, start)
    answer, _ = json.JSONDecoder().raw_decode(text, text.index("{", end))
    return text, text.split("--url ", 1)[1].split()[0], body, answer


# --- the document ---------------------------------------------------------------------------------------------------


def test_document_is_valid_openapi_3_1() -> None:
    """The contract is a valid OpenAPI 3.1.0 document."""
    assert SPEC["openapi"] == "3.1.0"
    validate(SPEC)


def test_operations_are_the_22_of_the_api() -> None:
    """The contract has the 22 operations of the API, under the names that the client's methods are made from."""
    assert {request: operation["operationId"] for request, operation in operations()} == OPERATIONS
    assert len(set(OPERATIONS.values())) == 22


def test_operation_ids_are_unique() -> None:
    """No two operations share a name, webhooks included."""
    names = [operation["operationId"] for _, operation in all_operations()]
    assert sorted(names) == sorted(set(names))


def test_every_operation_has_one_described_tag() -> None:
    """Every operation belongs to one resource, and every resource is described and has operations."""
    assert all(tag["description"] for tag in SPEC["tags"])
    assert all(len(operation["tags"]) == 1 for _, operation in all_operations())
    assert {operation["tags"][0] for _, operation in operations()} == {tag["name"] for tag in SPEC["tags"]}


def test_every_operation_names_its_page() -> None:
    """Every operation's description ends with the documentation page that it comes from."""
    for name, operation in all_operations():
        assert re.search(r"\nhttps://[\w.-]+/[\w/.-]+$", operation["description"]), name


@pytest.mark.parametrize(("request_line", "name"), OPERATIONS.items())
def test_answers_are_the_documented_ones(request_line: str, name: str) -> None:
    """A create has 200, 400, 401 and 500; a get 404 as well; a list has 404 only below a parent."""
    method, path = request_line.split()
    expected = ANSWERS[re.match("[a-z]+", name)[0]]  # type: ignore[index]
    if name == "listPayinSettlements":
        expected = expected | {"404"}
    assert set(SPEC["paths"][path][method.lower()]["responses"]) == expected


def test_security_stands_at_the_root_alone() -> None:
    """Bearer authentication is declared once, for all operations."""
    assert SPEC["security"] == [{"BearerAuth": []}]
    assert [name for name, operation in all_operations() if "security" in operation] == []


def test_no_default_anywhere() -> None:
    """No schema has a `default`, since a client would send it without being asked."""
    schemas = [node for path, node in walk(SPEC) if path[-1:] not in (("properties",), ("responses",))]
    assert [schema for schema in schemas if "default" in schema] == []


def test_servers_are_sandbox_first_then_the_production_of_the_seeds() -> None:
    """The sandbox is the first server, so that whoever takes a default moves no money."""
    assert [server["url"] for server in SPEC["servers"]] == [
        "https://sandbox.api.palomma.com/v0",
        "https://prod.api.palomma.com/v0",
    ]


def test_links_name_operations_and_their_parameters() -> None:
    """Every link leads to an operation of the contract and fills parameters which that operation has."""
    takes = {op["operationId"]: {deref(p)["name"] for p in op.get("parameters", [])} for _, op in operations()}
    for name, operation in operations():
        for link in operation["responses"]["200"].get("links", {}).values():
            assert set(link["parameters"]) <= takes[link["operationId"]], name


def test_every_create_links_to_its_get() -> None:
    """What a create made can be read again, by the id of its answer."""
    for name, operation in operations():
        if name.startswith("POST "):
            get = operation["operationId"].replace("create", "get") + "ById"
            (value,) = operation["responses"]["200"]["links"][get]["parameters"].values()
            assert value == "$response.body#/id"


# --- schemas --------------------------------------------------------------------------------------------------------


def is_named(schema: dict[str, Any]) -> bool:
    """A reference to a component, a scalar without enum, or a list of such."""
    if "$ref" in schema:
        return str(schema["$ref"]).startswith("#/components/schemas/")
    if schema["type"] == "array":
        return is_named(schema["items"])
    return schema["type"] != "object" and "enum" not in schema and not {"oneOf", "anyOf", "allOf"} & set(schema)


def test_every_schema_is_a_named_component() -> None:
    """No object and no enum is written inline, so every generated class has a name of ours."""
    used = [(path, node["schema"]) for path, node in walk(SPEC) if "schema" in node]
    used += [((name, member), m) for name, s in SCHEMAS.items() for member, m in s.get("properties", {}).items()]
    assert [path for path, schema in used if not is_named(schema)] == []


def test_schemas_avoid_unions() -> None:
    """No schema is a oneOf, anyOf or allOf: one object with a `type` serves."""
    assert [path for path, node in walk(SPEC) if {"oneOf", "anyOf", "allOf"} & set(node)] == []


def test_answers_promise_no_more_than_id_and_status() -> None:
    """An answer must have `id` and `status` of an object, `items` of a page, the four members of a notification."""
    required = {name: schema.get("required", []) for name, schema in SCHEMAS.items() if schema["type"] == "object"}
    for name, names in required.items():
        if name.endswith("Page"):
            assert names == ["items"], name
        elif name.endswith("Event"):
            assert names == ["webhookId", "timestamp", "eventType", "event"], name
        elif name in WITH_STATUS:
            assert names == ["id", "status"], name
        elif name in ("Customer", "MerchantAccount", "PayinSettlement"):
            assert names == ["id"], name
        elif name.endswith("Details") or name == "Error":
            assert names == [], name
        else:
            assert name.startswith("Create") or name == "BankAccount", name


def test_answers_and_requests_allow_unknown_members() -> None:
    """Palomma may add members, so no object is closed."""
    assert [path for path, node in walk(SPEC) if "additionalProperties" in node] == []


@pytest.mark.parametrize("name", WITH_STATUS)
def test_status_message_comes_with_cancelled_only(name: str) -> None:
    """A `statusMessage` beside any status but `cancelled` is refused; `cancelled` may come without one."""
    cancelled = EXAMPLES[f"{name}Cancelled"]
    statuses = deref(SCHEMAS[name]["properties"]["status"])["enum"]
    refused = [status for status in statuses if errors(component(name), {**cancelled, "status": status})]
    assert refused == [status for status in statuses if status != "cancelled"]
    assert errors(component(name), {key: value for key, value in cancelled.items() if key != "statusMessage"}) == []


@pytest.mark.parametrize(
    ("name", "floor"), [("CreatePayinLink", 1500), ("CreatePayinRequest", 1000), ("CreatePayoutRequest", 1000)]
)
def test_money_is_whole_pesos_above_the_minimum(name: str, floor: int) -> None:
    """An amount must be an integer strictly greater than the documented minimum."""
    body = EXAMPLES[f"{name}Minimal"]

    def accepts(amount: object) -> bool:
        return not errors(component(name), {**body, "amount": amount})

    amounts = [floor + 1, 10**9, floor, 0, -floor, floor + 1.5, str(floor + 1), True, None]
    assert [amount for amount in amounts if accepts(amount)] == [floor + 1, 10**9]


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ("2024-02-16T18:30:00", True),
        ("2024-02-16", False),
        ("2024-02-16T18:30:00Z", False),
        ("2024-02-16T18:30:00-05:00", False),
        ("2024-02-16T24:00:00", False),
        ("2024-13-01T00:00:00", False),
    ],
)
def test_expiration_is_sent_as_local_time_without_zone(value: str, accepted: bool) -> None:
    """The expiration of a link is sent as YYYY-MM-DDTHH:mm:ss, and as nothing else."""
    body = {**EXAMPLES["CreatePayinLinkFull"], "expiration": value}
    assert (errors(component("CreatePayinLink"), body) == []) is accepted


# --- examples -------------------------------------------------------------------------------------------------------


def test_formats_are_checked() -> None:
    """The formats that the contract uses are checked here, so that the tests of examples mean something."""
    used = {
        node["format"] for path, node in walk(SPEC) if isinstance(node.get("format"), str) and path[-1] != "properties"
    }
    assert used == {"date-time", "date", "uri"}
    assert [form for form in sorted(used) if not errors({"type": "string", "format": form}, "no such thing")] == []


@pytest.mark.parametrize(("name", "body"), [pytest.param(name, body, id=name) for name, body in media()])
def test_every_body_has_examples_that_are_valid(name: str, body: dict[str, Any]) -> None:
    """Every request and every answer has named examples, which its schema accepts and whose members it names."""
    assert body["examples"]
    for example in map(deref, body["examples"].values()):
        assert errors(body["schema"], example["value"]) == []
        assert list(unknown(body["schema"], example["value"])) == []


@pytest.mark.parametrize(
    ("name", "parameter"), [pytest.param(name, p, id=name) for name, p in parameters() if p["in"] != "header"]
)
def test_every_parameter_has_a_valid_example(name: str, parameter: dict[str, Any]) -> None:
    """Every path and query parameter has an example that its schema accepts."""
    assert errors(parameter["schema"], parameter["example"]) == []


def test_every_example_is_used() -> None:
    """No example lies around unused, where no other test would look at it."""
    named = [node.get("$ref", "") for _, body in media() for node in body["examples"].values()]
    assert {name.rsplit("/", 1)[1] for name in named if name} == set(EXAMPLES)


@pytest.mark.parametrize(
    ("name", "example", "required"),
    [
        ("CreateCustomer", "CreateCustomerPerson", ["name", "documentType", "documentNumber", "email", "phoneNumber"]),
        ("CreatePayinLink", "CreatePayinLinkFull", ["customerId", "redirectUrl", "amount", "type", "availableTypes"]),
        ("CreatePayinSource", "CreatePayinSourceFull", ["customerId", "redirectUrl", "type", "bankAccount"]),
        ("CreatePayinRequest", "CreatePayinRequestFull", ["payinSourceId", "amount"]),
        ("CreatePayoutTarget", "CreatePayoutTargetFull", ["customerId", "redirectUrl", "type", "bankAccount"]),
        ("CreatePayoutRequest", "CreatePayoutRequestFull", ["payoutTargetId", "amount"]),
    ],
)
def test_a_request_needs_the_members_that_the_pages_require(name: str, example: str, required: list[str]) -> None:
    """A request without one of the members that Palomma requires is refused; without any other it is accepted."""
    body = EXAMPLES[example]
    assert set(body) == set(SCHEMAS[name]["properties"])
    needed = [key for key in body if errors(component(name), {k: v for k, v in body.items() if k != key})]
    assert sorted(needed) == sorted(required)


# --- webhooks -------------------------------------------------------------------------------------------------------


def test_webhooks_are_the_six_events() -> None:
    """Each event's body carries the name of the event as its only `eventType`, and the two signed headers."""
    found = {}
    for event, item in SPEC["webhooks"].items():
        schema = item["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert deref(schema)["properties"]["eventType"]["const"] == event
        headers = [deref(parameter) for parameter in item["post"]["parameters"]]
        assert [(p["name"], p["in"], p["required"]) for p in headers] == [
            ("X-Encoded-Data", "header", True),
            ("X-Signature", "header", True),
        ]
        found[event] = schema["$ref"].rsplit("/", 1)[1]
    assert found == EVENTS


# --- the two documents that the contract started from ---------------------------------------------------------------


def placeholders_filled(value: Any, name: str = "") -> Any:
    """A sample of the documentation with something plausible in place of `<string>`."""
    if isinstance(value, dict):
        return {key: placeholders_filled(member, key) for key, member in value.items()}
    if value == "<string>":
        return "https://shop.example/back" if name.endswith("Url") else "x"
    return value


@pytest.mark.parametrize(("name", "resource"), SEEDS.items())
def test_seed_request_is_the_request_of_the_contract(name: str, resource: str) -> None:
    """The seed's curl sample goes to an operation of the contract, with exactly the members of its request schema."""
    _, url, body, _ = seed(name)
    server = SPEC["servers"][1]["url"]
    assert url.startswith(server)
    operation = SPEC["paths"][url.removeprefix(server)]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert (operation["operationId"], schema) == (f"create{resource}", component(f"Create{resource}"))
    assert list(body) == list(deref(schema)["properties"])
    assert list(body["bankAccount"]) == list(SCHEMAS["BankAccount"]["properties"])
    assert errors(schema, placeholders_filled(body)) == []


@pytest.mark.parametrize(("name", "resource"), SEEDS.items())
def test_seed_answer_is_the_answer_of_the_contract(name: str, resource: str) -> None:
    """The seed's sample answer has exactly the members of the response schema, which refuses nothing of it but a
    `statusMessage` beside a status that is not `cancelled`: the text of the same page rules that out."""
    *_, answer = seed(name)
    assert list(answer) == list(SCHEMAS[resource]["properties"])
    assert list(answer["customerDetails"]) == list(SCHEMAS["CustomerDetails"]["properties"])
    filled = placeholders_filled(answer)
    assert errors(component(resource), filled) == ["$.status: 'cancelled' was expected"]
    assert errors(component(resource), {**filled, "status": "cancelled"}) == []


def test_seed_text_gives_required_members_and_enums() -> None:
    """The required members and the values that the payin source page lists are those of the contract; of the status
    messages the contract has two more, which another page lists."""
    text, *_ = seed("004_5f5ebaef126d04ea.txt")
    required = re.findall(r"^(\w+)\n[\w<>]+\nrequired$", text, re.MULTILINE)
    assert required == SCHEMAS["CreatePayinSource"]["required"]
    assert required == SCHEMAS["CreatePayoutTarget"]["required"]
    options = [re.findall(r"[\w]+", found) for found in re.findall(r"Available options:\n((?:\w+,\n)*\w+)", text)]
    values = [
        deref(SCHEMAS["PayinSource"]["properties"][member])["enum"] for member in ("status", "statusMessage", "type")
    ]
    marked = SCHEMAS["StatusMessage"]["x-provenance-values"]
    assert options == [["bankAccount"], values[0], [value for value in values[1] if value not in marked], values[2]]
    assert len(marked) == 2


# --- provenance -----------------------------------------------------------------------------------------------------


def provenance() -> Any:
    module_spec = importlib.util.spec_from_file_location("provenance", OPENAPI / "provenance.py")
    assert module_spec and module_spec.loader
    module = importlib.util.module_from_spec(module_spec)
    module_spec.loader.exec_module(module)
    return module


def rows(spec: dict[str, Any]) -> list[str]:
    """The rows of the second table, which lists what is assumed."""
    table: str = provenance().page(spec).split("## Assumed or contradictory\n", 1)[1]
    return [line for line in table.splitlines() if line.startswith("| `")]


def test_every_mark_has_a_row() -> None:
    """The table of what we assume has one row per mark, each with a note."""
    written = re.findall(r"^ +x-provenance[\w-]*:", TEXT, re.MULTILINE)
    found = rows(SPEC)
    assert len(found) == len(set(found)) == len(written) > 50
    assert [row for row in found if row.endswith("|  |")] == []


@pytest.mark.parametrize(
    ("path", "row"),
    [
        (("servers", 0), "`https://sandbox.api.palomma.com/v0`"),
        (("paths", "/customers", "get"), "`listCustomers`"),
        (("paths", "/customers/{customerId}", "get", "parameters", 0), "`getCustomerById?customerId`"),
        (("webhooks", "payin-link.update", "post"), "`receivePayinLinkUpdate`"),
        (("components", "schemas", "Error"), "`Error`"),
        (("components", "schemas", "Error", "properties", "message"), "`Error.message`"),
        (("components", "schemas", "PayoutTarget", "properties", "status"), "`PayoutTarget.status`"),
        (("components", "schemas", "CustomerPage", "properties", "items", "items"), "`CustomerPage.items.items`"),
        (("components", "responses", "NotFound"), "`NotFound`"),
        (("components", "parameters", "Cursor"), "`Cursor`"),
    ],
)
def test_a_mark_anywhere_gets_a_row(path: tuple[Any, ...], row: str) -> None:
    """A new mark on a server, operation, parameter, answer, schema or member, even beside a $ref, gets its row."""
    spec = copy.deepcopy(SPEC)
    node: Any = spec
    for step in path:
        node = node[step]
    node.update({"x-provenance": "inferred", "x-note": "made up"})
    assert [line for line in rows(spec) if line not in rows(SPEC)] == [f"| {row} | inferred | made up |"]


def test_marks_use_the_vocabulary_and_name_what_exists() -> None:
    """Marks are `inferred` or `contradictory`, and what they name (a keyword, a value, a status code) is there."""
    words = {"x-provenance", "x-provenance-keywords", "x-provenance-values", "x-provenance-responses"}
    for path, node in walk(SPEC):
        assert {key for key in node if key.startswith("x-prov")} <= words, path
        marks = [node.get("x-provenance", "inferred")]
        members = [node, node.get("schema", {}), *node.get("properties", {}).values()]
        there = {
            "keywords": {keyword for member in members if isinstance(member, dict) for keyword in member},
            "values": node.get("enum", []),
            "responses": node.get("responses", []),
        }
        for kind, names in there.items():
            marked = node.get(f"x-provenance-{kind}", {})
            assert set(marked) <= set(names), path
            marks += marked.values()
        assert set(marks) <= {"inferred", "contradictory"}, path


def test_provenance_page_is_the_same_on_every_run() -> None:
    """The script prints the same page whatever the hash seed."""
    pages = {
        subprocess.run(
            [sys.executable, str(OPENAPI / "provenance.py")],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2", "3")
    }
    assert len(pages) == 1
