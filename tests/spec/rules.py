"""The rules that palomma.yaml is written by. Each yields what breaks it; none knows a resource by name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from .document import Document, Node
from .marks import MARKS

Rule = Callable[[Document], Iterator[str]]
RULES: list[Rule] = []
WIDTH = 120
YAML_1_2_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+")


def rule(check: Rule) -> Rule:
    RULES.append(check)
    return check


# --- the text -------------------------------------------------------------------------------------------------------


@rule
def there_are_no_aliases(document: Document) -> Iterator[str]:
    """YAML anchors and aliases are read by few tools as they should be."""
    for token in yaml.scan(document.text):
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            yield f"line {token.start_mark.line + 1}: {token.value}"


@rule
def yaml_1_1_and_1_2_read_the_same(document: Document) -> Iterator[str]:
    """No plain scalar is text for one version of YAML and a number, a truth value or a date for the other."""
    resolver: Any = yaml.resolver.Resolver()
    for token in yaml.scan(document.text):
        if isinstance(token, yaml.ScalarToken) and token.plain:
            old = resolver.resolve(yaml.ScalarNode, token.value, (True, False)).rpartition(":")[2]
            number = YAML_1_2_NUMBER.fullmatch(token.value) is not None
            new = "number" if number else "bool" if token.value in ("true", "false") else "other"
            if new != {"int": "number", "float": "number", "bool": "bool"}.get(old, "other") or old == "timestamp":
                yield f"line {token.start_mark.line + 1}: {token.value} needs quotes"


@rule
def lines_are_short(document: Document) -> Iterator[str]:
    """No line is longer than the project's width."""
    for number, line in enumerate(document.text.splitlines(), 1):
        if len(line) > WIDTH:
            yield f"line {number}: {len(line)} characters"


@rule
def descriptions_hold_no_bare_addresses(document: Document) -> Iterator[str]:
    """A page is named by `externalDocs`, which tools make a link of."""
    for path, node in document.walk():
        for key in ("description", "summary"):
            if isinstance(node.get(key), str) and "://" in node[key]:
                yield ".".join([*path, key])
        url = node.get("externalDocs", {}).get("url", "https://") if isinstance(node.get("externalDocs"), dict) else ""
        if url and not url.startswith("https://"):
            yield ".".join([*path, "externalDocs"])


# --- operations -----------------------------------------------------------------------------------------------------


@rule
def operation_ids_are_unique(document: Document) -> Iterator[str]:
    """No two operations share a name, webhooks included."""
    seen: set[str] = set()
    for name, operation in document.all_operations():
        if "operationId" in operation and operation["operationId"] in seen:
            yield f"{name}: {operation['operationId']} is taken"
        seen.add(operation.get("operationId", name))


@rule
def tags_are_described_and_used(document: Document) -> Iterator[str]:
    """An operation belongs to one resource at most, and every resource that is described has operations."""
    used = [tag for _, operation in document.all_operations() for tag in operation.get("tags", [])]
    for name, operation in document.all_operations():
        if len(operation.get("tags", [])) > 1:
            yield f"{name}: several tags"
    for tag in document.spec.get("tags", []):
        if not tag.get("description") or tag["name"] not in used:
            yield f"{tag['name']}: not described, or not used"


@rule
def tags_are_in_alphabetical_order(document: Document) -> Iterator[str]:
    """spectral's full rule set asks for it."""
    names = [tag["name"] for tag in document.spec.get("tags", [])]
    yield from (f"{name}: not in order" for name, other in zip(names, sorted(names), strict=True) if name != other)


@rule
def every_operation_says_how_it_succeeds(document: Document) -> Iterator[str]:
    """Every operation documents a success."""
    for name, operation in document.all_operations():
        if not any(code.startswith("2") for code in operation["responses"]):
            yield name


@rule
def the_first_server_moves_no_money(document: Document) -> Iterator[str]:
    """Whoever takes the first server gets the sandbox, and no two servers have one name."""
    names = [server.get("x-environment") for server in document.spec["servers"]]
    if names[0] != "sandbox" or len(set(names)) != len(names):
        yield f"{names}"


@rule
def webhooks_carry_no_key_of_the_merchant(document: Document) -> Iterator[str]:
    """A webhook has a security of its own, which shares no scheme with the requests, and whose header it describes."""
    own = {name for entry in document.spec.get("security", []) for name in entry}
    for event, operation in document.webhooks():
        headers = {document.deref(parameter)["name"] for parameter in operation["parameters"]}
        schemes = [name for entry in operation.get("security", []) for name in entry]
        if not schemes or own & set(schemes):
            yield f"{event}: {schemes}"
        yield from (
            f"{event}: {name} is not described as a parameter"
            for name in schemes
            if document.component("securitySchemes")[name].get("name") not in headers
        )


@rule
def security_names_schemes(document: Document) -> Iterator[str]:
    """Every scheme that is asked for is described, and every one that is described is asked for."""
    entries = [*document.spec.get("security", [])]
    entries += [entry for _, operation in document.all_operations() for entry in operation.get("security", [])]
    if {name for entry in entries for name in entry} != set(document.component("securitySchemes")):
        yield f"{entries}"


@rule
def links_lead_somewhere(document: Document) -> Iterator[str]:
    """A link names an operation, fills parameters that it has, and takes them from what is there."""
    takes = {
        op.get("operationId"): {document.deref(p)["name"] for p in op["parameters"]} for _, op in document.operations()
    }
    for name, operation in document.operations():
        for answer in map(document.deref, operation["responses"].values()):
            examples = [value for body in answer.get("content", {}).values() for value in document.examples(body)]
            for link in map(document.deref, answer.get("links", {}).values()):
                if not set(link.get("parameters", {})) <= takes.get(link["operationId"], set()):
                    yield f"{name}: {link['operationId']} has no such operation or parameter"
                for expression in link.get("parameters", {}).values():
                    if not _resolves(expression, examples, takes[operation.get("operationId")]):
                        yield f"{name}: {expression} is not there"


def _resolves(expression: str, examples: list[Any], parameters: set[str]) -> bool:
    if expression.startswith("$response.body#/"):
        return any(_pointed(value, expression.partition("#/")[2].split("/")) is not None for value in examples)
    return expression.rpartition(".")[2] in parameters


def _pointed(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


# --- schemas --------------------------------------------------------------------------------------------------------


@rule
def nothing_has_a_default(document: Document) -> Iterator[str]:
    """No schema has a `default`, since a client would send it without being asked."""
    for path, node in document.schemas():
        if "default" in node:
            yield ".".join(path)


@rule
def every_object_has_a_name(document: Document) -> Iterator[str]:
    """No object with members is written inline, so every generated class has a name of ours."""
    for path, node in document.schemas():
        if path[-3:-1] != ("components", "schemas") and "properties" in node:
            yield ".".join(path)


@rule
def no_object_is_closed(document: Document) -> Iterator[str]:
    """Palomma may add members to anything."""
    for path, node in document.schemas():
        if node.get("additionalProperties") is False or node.get("unevaluatedProperties") is False:
            yield ".".join(path)


@rule
def schemas_make_no_checks(document: Document) -> Iterator[str]:
    """No schema has `if`, `then`, `else` or `not`: generators pass over them, and linters misread them."""
    for path, node in document.schemas():
        if {"if", "then", "else", "not"} & set(node):
            yield ".".join(path)


@rule
def unions_say_which_is_which(document: Document) -> Iterator[str]:
    """The discriminator of a union names each variant once, by the only value that the variant allows."""
    for path, node in document.walk():
        if isinstance(node.get("discriminator"), dict) and "propertyName" in node["discriminator"]:
            member, mapping = node["discriminator"]["propertyName"], node["discriminator"].get("mapping", {})
            if list(mapping.values()) != [variant.get("$ref") for variant in node["oneOf"]]:
                yield f"{'.'.join(path)}: the mapping is not the union"
            for value, target in mapping.items():
                variant = document.deref({"$ref": target})
                if variant["properties"][member].get("const") != value or member not in variant["required"]:
                    yield f"{'.'.join(path)}: {value}"


@rule
def integers_say_how_wide_they_are(document: Document) -> Iterator[str]:
    """2,147,483,647 COP is little money: what has no smaller maximum is `int64`."""
    for path, node in document.schemas():
        if node.get("type") == "integer" or (isinstance(node.get("type"), list) and "integer" in node["type"]):
            narrow = "enum" in node or node.get("maximum", 2**31) < 2**31
            if node.get("format") not in (("int32", "int64") if narrow else ("int64",)):
                yield ".".join(path)


@rule
def amounts_are_whole_and_above_their_minimum(document: Document) -> Iterator[str]:
    """An amount is an integer strictly greater than the minimum that its body documents, and as large as needed."""
    for path, node in document.schemas():
        if "exclusiveMinimum" in node and node.get("type") == "integer":
            floor = node["exclusiveMinimum"]
            values = [floor + 1, 2**53, floor, 0, -floor, floor + 1.5, str(floor + 1), True, None]
            if [value for value in values if not document.errors(node, value)] != values[:2]:
                yield ".".join(path)


LOCAL_TIMES = ("2024-02-16T18:30:00",)
NO_LOCAL_TIMES = (
    "2024-02-16", "2024-02-16T18:30:00Z", "2024-02-16T18:30:00-05:00", "2024-02-16T24:00:00", "2024-13-01T00:00:00",
)  # fmt: skip


@rule
def local_times_have_no_zone(document: Document) -> Iterator[str]:
    """A `date-time-local` is YYYY-MM-DDTHH:mm:ss and nothing else; its pattern says so."""
    for path, node in document.schemas():
        if node.get("format") == "date-time-local":
            values = [*LOCAL_TIMES, *NO_LOCAL_TIMES]
            if [value for value in values if not document.errors(node, value)] != list(LOCAL_TIMES):
                yield ".".join(path)


# --- examples -------------------------------------------------------------------------------------------------------


@rule
def every_operation_has_an_example(document: Document) -> Iterator[str]:
    """An operation that takes or answers anything shows it."""
    for name, operation in document.all_operations():
        kinds = [
            document.deref(operation.get("requestBody", {})),
            *map(document.deref, operation["responses"].values()),
        ]
        bodies = [body for kind in kinds for body in kind.get("content", {}).values()]
        if bodies and not any(document.examples(body) for body in bodies):
            yield name


@rule
def examples_of_bodies_are_valid(document: Document) -> Iterator[str]:
    """Every example is what its schema accepts, and has no member that the schema does not name."""
    for name, body in document.bodies():
        for value in document.examples(body):
            yield from (f"{name}: {error}" for error in document.errors(body["schema"], value))
            yield from (f"{name}: {member} is unknown" for member in document.unknown(body["schema"], value))


@rule
def examples_of_parameters_are_valid(document: Document) -> Iterator[str]:
    """Every example of a parameter is what its schema accepts."""
    for name, operation in document.all_operations():
        for parameter in map(document.deref, operation["parameters"]):
            for value in document.examples(parameter):
                yield from (
                    f"{name} {parameter['name']}: {error}" for error in document.errors(parameter["schema"], value)
                )


@rule
def every_example_is_used(document: Document) -> Iterator[str]:
    """No example lies around unused, where no rule would look at it."""
    used = {node["$ref"] for _, node in _everything(document.spec) if isinstance(node.get("$ref"), str)}
    for name in document.component("examples"):
        if f"#/components/examples/{name}" not in used:
            yield name


def _everything(node: Any) -> Iterator[tuple[None, Node]]:
    if isinstance(node, dict):
        yield None, node
        for value in node.values():
            yield from _everything(value)
    elif isinstance(node, list):
        for value in node:
            yield from _everything(value)


@rule
def examples_of_states_are_told_by_their_message(document: Document) -> Iterator[str]:
    """A `statusMessage` stands beside `cancelled` only, as the pages say."""
    for name, body in document.bodies():
        for value in document.examples(body):
            for _, node in _everything(value):
                if "statusMessage" in node and node.get("status") != "cancelled":
                    yield f"{name}: {node['status']} with {node['statusMessage']}"


# --- webhooks -------------------------------------------------------------------------------------------------------


@rule
def a_webhook_says_what_it_is(document: Document) -> Iterator[str]:
    """The body of a webhook has the name of the event as the only value of a member."""
    for event, operation in document.webhooks():
        for body in document.deref(operation["requestBody"])["content"].values():
            members = document.deref(body["schema"]).get("properties", {}).values()
            if event not in [member.get("const") for member in members]:
                yield event


@rule
def webhooks_show_what_happens(document: Document) -> Iterator[str]:
    """An example of a webhook is a change, and of a resource with final states one that reached such a state."""
    for event, operation in document.webhooks():
        for body in document.deref(operation["requestBody"])["content"].values():
            for value in document.examples(body):
                for name, member in document.deref(body["schema"])["properties"].items():
                    states = document.deref(document.deref(member).get("properties", {}).get("status", {}))
                    shown = value.get(name)
                    if "x-final" in states and shown["status"] not in states["x-final"]:
                        yield f"{event}: {shown['status']} is not final"
                    if (
                        isinstance(shown, dict)
                        and "createdAt" in shown
                        and shown["createdAt"] == shown.get("updatedAt")
                    ):
                        yield f"{event}: a creation"


@rule
def signatures_of_examples_verify(document: Document) -> Iterator[str]:
    """Each encoded body is an example of its webhook, and is signed by HMAC-SHA-256 with the given key."""
    requests = {event: document.deref(operation["requestBody"]) for event, operation in document.webhooks()}
    bodies = {event: request["content"].values() for event, request in requests.items()}
    parameters = {parameter["name"]: parameter for parameter in document.component("parameters").values()}
    if "X-Encoded-Data" not in parameters:
        return
    encoded, signature = parameters["X-Encoded-Data"]["examples"], parameters["X-Signature"]["examples"]
    if encoded.keys() != signature.keys():
        yield "X-Encoded-Data and X-Signature have different examples"
    for event, example in encoded.items():
        shown = [value for body in bodies.get(event, ()) for value in document.examples(body)]
        if json.loads(base64.b64decode(example["value"], validate=True)) not in shown:
            written = [base64.b64encode(json.dumps(value, separators=(",", ":")).encode()).decode() for value in shown]
            yield f"{event}: the body is no example of the webhook; its X-Encoded-Data is one of {written}"
        key = parameters["X-Signature"]["x-example-key"].encode()
        expected = hmac.new(key, example["value"].encode(), hashlib.sha256).hexdigest()
        if signature.get(event, {}).get("value") != expected:
            yield f"{event}: the signature is {expected}"


# --- marks ----------------------------------------------------------------------------------------------------------


@rule
def marks_are_known_and_well_formed(document: Document) -> Iterator[str]:
    """Every mark is one of those that the head explains, stands where it may, and says what it may."""
    for path, node in document.walk():
        for key, value in node.items():
            if key.startswith("x-") and path[-1:] != ("properties",) and key != "x-webhooks":
                where, what = MARKS.get(key, (None, None))
                if where is None or what is None:
                    yield f"{'.'.join(path)}: {key} is no mark"
                elif not where(path, node):
                    yield f"{'.'.join(path)}: {key} does not belong here"
                else:
                    yield from (f"{'.'.join(path)}: {key} {finding}" for finding in what(document, node, value))


@rule
def the_head_explains_every_mark(document: Document) -> Iterator[str]:
    """The comment at the head of the document names all marks."""
    head = document.text[: document.text.index("\nopenapi:")]
    yield from (mark for mark in MARKS if not re.search(rf"{mark}(?![\w-])", head))


@rule
def a_body_and_its_answer_agree_on_what_identifies(document: Document) -> Iterator[str]:
    """A member of a create's body that decides is in the answer, and is marked alike there."""
    for name, operation in document.operations():
        answer = document.success(operation).get("properties", {})
        for body in document.deref(operation.get("requestBody", {})).get("content", {}).values():
            for variant in document.variants(body["schema"]):
                for member, schema in variant.get("properties", {}).items():
                    mark = schema.get("x-identifies")
                    if mark and member not in answer:
                        yield f"{name}: {member} is not in the answer"
                    if member in answer and answer[member].get("x-identifies", mark) is not mark:
                        yield f"{name}: {member} is marked differently in body and answer"
