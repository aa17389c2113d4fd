"""What the contract says for all operations together: who calls, how an error reads, what webhooks bring, how objects
change, and the words for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from document import SCHEMAS, RefusedError, as_list, best, class_name, resolve
from facts import Contract, Facts, iterate_name

MESSAGES = (
    "message",
    "errorMessage",
    "error_message",
    "errorDescription",
    "userMessage",
    "msg",
    "detail",
    "error_description",
    "description",
    "reason",
    "title",
    "error",
)
CODES = ("code", "errorCode", "error_code", "type")
TYPES = ("eventType", "event_type", "type", "event", "topic", "name")
Place = tuple[str, ...]


class Envelope(NamedTuple):
    """The members of a webhook's body that hold its id, its moment, its type and its object."""

    id: str
    timestamp: str
    type: str
    object: str


# What Palomma sends; read so where the contract says nothing of webhooks, since a delivery is not to be lost (R3).
USUAL = Envelope("webhookId", "timestamp", "eventType", "event")


# Who calls


def scheme(contract: Contract, security: Any, where: str) -> str | None:
    """Return the expression of the scheme of an operation or of the document; None: no key is asked for."""
    schemes = (contract.document.get("components") or {}).get("securitySchemes") or {}
    refused: list[RefusedError] = []
    for alternative in filter(None, security or []):
        if len(alternative) > 1:
            refused.append(RefusedError(f"{where}: two keys in one call are not supported: {_SCHEMES}"))
            continue
        [(name, scopes)] = alternative.items()
        try:
            return _scheme(resolve(contract.document, schemes.get(name)), list(scopes), where)
        except RefusedError as error:
            refused.append(error)
    if refused:
        raise refused[0]
    return None


_SCHEMES = "only Bearer, an API key in a header and OAuth2 client credentials are; describe one of them"


def _scheme(node: Any, scopes: list[str], where: str) -> str:
    node = node if isinstance(node, dict) else {}
    kind = node.get("type")
    if kind == "http" and str(node.get("scheme")).lower() == "bearer":
        return '_calls.Scheme("bearer")'
    if kind == "apiKey" and node.get("in") == "header":
        return f'_calls.Scheme("header", {str(node["name"])!r})'
    flow = (node.get("flows") or {}).get("clientCredentials") if kind == "oauth2" else None
    if flow:
        return f'_calls.Scheme("client_credentials", token_url={str(flow["tokenUrl"])!r}, scopes={tuple(scopes)!r})'
    said = " ".join(str(node[key]) for key in ("type", "scheme", "in") if key in node) or "that nobody described"
    raise RefusedError(f"{where}: security scheme {said} is not supported: {_SCHEMES}")


# How an error reads


def error_places(contract: Contract) -> tuple[list[Place], list[Place]]:
    """Return where errors have their message and their code, the most likely place first."""
    messages: list[Place] = []
    codes: list[Place] = []
    for facts in contract.all:
        for code, response in facts.operation.responses.items():
            choice = best(response.get("content") or {}, ("json",)) if code[:1] in "45d" else None
            if choice:
                schema = contract.plain.hoist(choice[1].get("schema", {}), "error")
                messages += [place for place in _texts(contract, schema, MESSAGES) if place not in messages]
                codes += [place for place in _texts(contract, schema, CODES) if place not in codes]
    return messages, codes


def _texts(contract: Contract, schema: Any, names: Place, depth: int = 0) -> Iterator[Place]:
    members = contract.members(schema)
    for alternative in (
        contract.schema(schema).get("oneOf", []) + contract.schema(schema).get("anyOf", []) if depth < 3 else []
    ):
        yield from _texts(contract, alternative, names, depth + 1)
    for name in names:
        if name in members and "string" in as_list(contract.schema(members[name]).get("type")):
            yield (name,)
    for name, member in members.items():
        node = contract.schema(member)
        inner = node.get("items") if "array" in as_list(node.get("type")) else member
        if depth < 3 and contract.members(inner):
            yield from ((name, *place) for place in _texts(contract, inner, names, depth + 1))


# What webhooks bring


def events(contract: Contract) -> tuple[dict[str, str], Envelope | None]:
    """Return each event type's model, and the members that all webhooks' bodies have."""
    found: dict[str, str] = {}
    envelope: Envelope | None = None
    if not contract.events:
        return {}, USUAL
    for key, schema in contract.events.items():
        kinds = contract.schema(schema).get("oneOf") or contract.schema(schema).get("anyOf") or [schema]
        for kind in kinds:
            shape, names, model = _event(contract, key, kind)
            if envelope is not None and shape != envelope:
                raise RefusedError(f"webhook {key} is not supported: its body is no envelope like the others'; {_SAME}")
            envelope = shape
            for name in names:
                if name in found and found[name] != model:
                    raise RefusedError(
                        f"webhook {key} is not supported: event type {name!r} is another's, too; {_SAME}"
                    )
                found[name] = model
    return found, envelope


_SAME = "give all webhooks one envelope, and each event type one object"


def _event(contract: Contract, key: str, schema: Any) -> tuple[Envelope, list[str], str]:
    members = contract.members(schema)
    nodes = {name: contract.schema(each) for name, each in members.items()}
    objects = [name for name in nodes if _holds_members(contract, members[name])]
    texts = [name for name in nodes if name not in objects]
    type_ = next((name for name in texts if "const" in nodes[name] or nodes[name].get("enum")), None) or next(
        (name for name in TYPES if name in texts), None
    )
    moment = next(
        (
            name
            for name in texts
            if nodes[name].get("format") == "date-time" or name.lower() in ("timestamp", "createdat", "created_at")
        ),
        None,
    )
    id_ = next((name for name in texts if name.lower().endswith("id") and name != type_), None)
    if len(objects) != 1 or not type_ or not id_ or not moment:
        raise RefusedError(
            f"webhook {key} is not supported: its body isn't an id, a timestamp, a type and an object; {_SAME}"
        )
    names = nodes[type_].get("enum") or ([nodes[type_]["const"]] if "const" in nodes[type_] else [key])
    target = members[objects[0]]
    return Envelope(id_, moment, type_, objects[0]), list(map(str, names)), target.get("$ref", "").removeprefix(SCHEMAS)


def _holds_members(contract: Contract, node: Any) -> bool:
    """Return whether a value is an object with members, or one of several such."""
    kinds = contract.schema(node).get("oneOf", []) + contract.schema(node).get("anyOf", [])
    return bool(contract.members(node)) or any(contract.members(each) for each in kinds)


# Where to ask for what a webhook would have brought


def lists(contract: Contract, events: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the walk that comes by all objects of an event: the list, behind the list of what its path needs.

    An event whose object is another's too has none: the first one's walk has come by all of them.
    """
    found: dict[str, tuple[str, ...]] = {}
    for event, schema in events.items():
        walks = [walk for facts in contract.all if (walk := _walk(contract, facts, schema))]
        if walks and walks[0] not in found.values():
            found[event] = walks[0]
    return found


def _walk(contract: Contract, facts: Facts, schema: str) -> tuple[str, ...] | None:
    items = _items(contract, facts)
    if not schema or items.get("$ref") != SCHEMAS + schema:
        return None
    needed = [each for each in facts.parameters if each.required]
    own = f"{facts.tag}.{iterate_name(facts)}"
    if not needed:
        return (own,)
    if len(needed) > 1 or needed[0].place != "path":
        return None
    before = facts.operation.path.partition("/{")[0]
    parents = [each for each in contract.all if each.operation.path == before and _items(contract, each)]
    plain = [each for each in parents if not any(parameter.required for parameter in each.parameters)]
    whole = [each for each in plain if "id" in contract.members(_items(contract, each))]
    return (f"{whole[0].tag}.{iterate_name(whole[0])}", own) if whole else None


def _items(contract: Contract, facts: Facts) -> dict[str, Any]:
    items = contract.item(facts) if facts.page else {}
    return items if isinstance(items, dict) else {}


# How objects change


class Lifecycle(NamedTuple):
    """The member that holds an object's state, its enum, the member that holds the reason, its enum, what follows."""

    state: str
    states: str
    reason: str
    reasons: str
    follows: dict[str, tuple[str, ...]]


def lifecycles(contract: Contract) -> dict[str, Lifecycle]:
    """Return how the state of each model changes: of those that have a member marked `x-follows` or `x-final`."""
    found = {}
    for schema in contract.plain.schemas:
        members = contract.members({"$ref": SCHEMAS + schema})
        for name, node in members.items():
            if contract.mark(node, "x-follows") or contract.mark(node, "x-final"):
                found[class_name(schema)] = _lifecycle(contract, members, name)
                break
    return found


def _lifecycle(contract: Contract, members: dict[str, Any], state: str) -> Lifecycle:
    enums = {name: _enum(node) for name, node in members.items() if contract.schema(node).get("enum")}
    # A reason is called after what it is the reason of: `status` and `statusMessage`.
    reason = next((name for name in enums if name != state and name.startswith(state)), "")
    follows = contract.mark(members[state], "x-follows") or {}
    after = {str(value): tuple(map(str, before)) for value, before in follows.items()}
    return Lifecycle(state, enums.get(state, ""), reason, enums.get(reason, ""), after)


def _enum(node: Any) -> str:
    """Return the class of an enum that a member refers to, alone or beside null."""
    kinds = [node, *node.get("anyOf", []), *node.get("oneOf", []), *node.get("allOf", [])]
    return next((class_name(each["$ref"].removeprefix(SCHEMAS)) for each in kinds if "$ref" in each), "")


# Words for people

Texts = dict[str, dict[str, dict[str, str]]]


def texts(contract: Contract) -> dict[str, tuple[str, Texts]]:
    """Return each enum's description, and its values' texts by language and reader, as `x-texts` has them."""
    found = {}
    for schema, node in contract.plain.schemas.items():
        said = node.get("x-texts") or {}
        if node.get("enum") and (said or node.get("description")):
            values = {str(value): said.get(value, {}) for value in node["enum"] if value is not None}
            found[class_name(schema)] = (" ".join(str(node.get("description", "")).split()), values)
    return found


def resources(contract: Contract) -> dict[str, dict[str, dict[str, str]]]:
    """Return what each resource is called, by language and reader, as `x-texts` of its tag has it."""
    said = {tag.get("name"): tag.get("x-texts") or {} for tag in contract.document.get("tags") or []}
    tags = {facts.tag: facts.operation.tag for facts in contract.all}
    return {name: said.get(tag, {}).get(tag, {}) for name, tag in tags.items()}
