"""What must hold of every answer, by what the contract says and marks. A check's name says what; none sends anything.

`Watch` remembers the objects that it saw, so that one answer is compared with those before it. No endpoint has a name
here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from .spec import Node, Operation, Resource, Spec

__all__ = ["CHECKS", "Answer", "Asked", "Watch", "objects_in", "which"]


class Asked(NamedTuple):
    """What a request asked for."""

    path: Mapping[str, Any] = {}
    query: Mapping[str, Any] = {}
    body: Any = None


class Answer(NamedTuple):
    """An answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float = 0.0

    @property
    def media(self) -> str:
        """The content type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def json(self) -> Any:
        """The body read. Raises ValueError."""
        return _parsed(self.body)

    @property
    def object(self) -> Node:
        """The JSON object that it holds; an empty one if it holds none."""
        try:
            found = self.json
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@lru_cache(256)
def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except RecursionError as problem:
        raise ValueError("nested too deeply") from problem


class Watch:
    """What was seen at one server.

    `strict` asks what Palomma doesn't promise and a sandbox of ours does: every member there, every error explained.
    """

    def __init__(self, spec: Spec, key: str, strict: bool = True) -> None:
        self.spec, self.key, self.strict = spec, key, strict
        self.objects: dict[str, Node] = {}
        self.kinds: dict[str, Resource] = {}
        self.made: dict[str, Node] = {}
        self.pages: dict[str, str] = {}
        self.states: defaultdict[str, set[str]] = defaultdict(set)
        self.since = 0.0

    def saw(
        self, operation: Operation, asked: Asked, answer: Answer, now: float, since: float = 0.0
    ) -> Iterator[tuple[str, str]]:
        """Each check that fails, with the problem. The request was sent after `since`, and answered by `now`."""
        self.since = since
        for check in CHECKS:
            found = [(check.__name__, problem) for problem in check(self, operation, asked, answer, now)]
            yield from found
            if found and check is answers_are_documented:
                return  # what isn't shaped as it should be isn't read further
        self._remember(operation, asked, answer)

    def _remember(self, operation: Operation, asked: Asked, answer: Answer) -> None:
        resource = self.spec.resource_of(operation)
        for each in objects_in(operation, answer) if resource else ():
            self.objects[each["id"]] = each
            self.states[each["id"]].add(str(each.get("status")))
            self.kinds[each["id"]] = resource  # type: ignore[assignment]
            if operation.creates:
                self.made[each["id"]] = asked.body

    def known(self, resource: Resource) -> list[Node]:
        """The objects of a kind, as last seen, in the order in which they were met."""
        return [each for id, each in self.objects.items() if self.kinds[id] == resource]


def objects_in(operation: Operation, answer: Answer) -> list[Node]:
    """The objects in an answer that went well: those of a page, or the one."""
    if answer.status // 100 != 2:
        return []
    body = answer.object
    found = body.get("items") if operation.lists else [body]
    objects = found if isinstance(found, list) else []
    return [each for each in objects if isinstance(each, dict) and isinstance(each.get("id"), str)]


def undocumented(spec: Spec, schema: Node, value: Any, place: str = "") -> Iterator[str]:
    """Where the value has members that the schema doesn't name."""
    schema = spec.resolved(schema)
    if isinstance(value, list):
        for item in value:
            yield from undocumented(spec, schema.get("items", {}), item, place + "[]")
    elif isinstance(value, dict) and "properties" in schema:
        for name, member in value.items():
            if name in schema["properties"]:
                yield from undocumented(spec, schema["properties"][name], member, f"{place}.{name}")
            else:
                yield f"{place}.{name}".lstrip(".")


def which(problems: Mapping[str, object]) -> Iterator[str]:
    """The problems that are there, of those that may be."""
    return (problem for problem, there in problems.items() if there)


# Answers

Problems = Iterator[str]


def answers_are_documented(watch: Watch, operation: Operation, asked: Asked, answer: Answer, now: float) -> Problems:
    """Status, content type and shape are those of the contract; a mock's answer has no member beside it."""
    schema = operation.schema(answer.status)
    if schema is None:
        yield f"status {answer.status} is undocumented"
        return
    if answer.media != "application/json":
        yield f"content type: {answer.media or 'absent'}"
        return
    try:
        body = answer.json
    except ValueError:
        yield "the body is no JSON"
        return
    for error in watch.spec.validator(schema).iter_errors(body):
        yield f"{'.'.join(map(str, error.instance_path)) or 'the body'}: breaks {error.kind.name}"
    if watch.strict:
        yield from (f"undocumented member {place}" for place in undocumented(watch.spec, schema, body))
        if b".0" in answer.body and answer.body != json.dumps(body).encode():
            yield from (f"{name}: a whole number written with a fraction" for name in _fractions(body))


def _fractions(value: Any, name: str = "body") -> Iterator[str]:
    if isinstance(value, float):
        yield name
    for key, each in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from _fractions(each, str(key))


def errors_are_explained(watch: Watch, operation: Operation, asked: Asked, answer: Answer, now: float) -> Problems:
    """An error says why, shows no secret, and a 401 how to do better (RFC 9110, 11.6.1)."""
    if watch.key.encode() in answer.body:
        yield "the answer holds the API key"
    if answer.status < 400 or not watch.strict:
        return
    message = answer.object.get("message")
    if not isinstance(message, str) or not message.strip():
        yield f"{answer.status} without a message"
    elif any(value in message for value in _words(asked)):
        yield f"{answer.status}: the message repeats what was sent"
    scheme = answer.headers.get("www-authenticate", "").partition(" ")[0].lower()
    if answer.status == 401 and scheme not in watch.spec.schemes:
        yield "401 without WWW-Authenticate, or of another scheme"


def _words(value: Any) -> Iterator[str]:
    """The texts of a request that a message could only have from there."""
    if isinstance(value, str) and len(value) >= 8 and any(map(str.isdigit, value)) and any(map(str.isalpha, value)):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from _words(each)


def requests_are_echoed(watch: Watch, operation: Operation, asked: Asked, answer: Answer, now: float) -> Problems:
    """What a create was asked for stands in its answer, wherever the answer has such a member; and nothing made up."""
    if not operation.creates or answer.status // 100 != 2 or not isinstance(asked.body, dict):
        return
    shown, members = answer.object, watch.spec.members(operation.schema(answer.status) or {})
    for name, node in watch.spec.members(watch.spec.kind(operation, asked.body)).items():
        if name in asked.body and name in members and shown.get(name) != asked.body[name]:
            yield f"{name}: not what was asked for"
        free = name in asked.body or name not in members or "x-days" in node
        if not free and shown.get(name) != node.get("x-default"):
            yield f"{name}: nobody asked for it" if name in shown else f"{name}: lacks what absent means"


def pages_are_what_was_asked(watch: Watch, operation: Operation, asked: Asked, answer: Answer, now: float) -> Problems:
    """A page holds what its filters ask for, at most `limit` objects of it, none twice, and counts no fewer."""
    if not operation.lists or answer.status // 100 != 2:
        return
    page, items = answer.object, objects_in(operation, answer)
    if watch.strict:
        yield from (f"{name}: missing" for name in watch.spec.members(operation.schema(200) or {}) if name not in page)
    for name in operation.filters:
        if isinstance(wanted := asked.query.get(name), str) and any(item.get(name) != wanted for item in items):
            yield f"{name}: the page holds others, too"
    most = asked.query.get("limit", operation.parameters.get("limit", {}).get("x-default"))
    if most is not None and str(most).isdigit() and len(items) > int(most):
        yield "limit: the page holds more"
    if len({item["id"] for item in items}) < len(items):
        yield "the page holds an object twice"
    if page.get("count", len(items)) < len(items):
        yield "count: the page holds more"
    filtered = asked.query.keys() & set(operation.filters)
    if watch.strict and "cursor" in asked.query and not items and not filtered:
        yield "a cursor led to an empty page"


# Objects


def _each(watch: Watch, operation: Operation, answer: Answer) -> Iterator[tuple[Resource, Node]]:
    if resource := watch.spec.resource_of(operation):
        yield from ((resource, each) for each in objects_in(operation, answer))


def ids_are_their_own(watch: Watch, operation: Operation, asked: Asked, answer: Answer, now: float) -> Problems:
    """An object answers to its own id only; no id is given out twice, nor is another's path."""
    for resource, each in _each(watch, operation, answer):
        if operation.reads_one and each["id"] != asked.path.get(resource.id):
            yield "id: another object's"
        if operation.creates and each["id"] in watch.objects:
            yield "id: given out before"
        if each["id"] in watch.kinds and watch.kinds[each["id"]] != resource:
            yield "id: that of an object of another kind"
        yield from (f"{k}: not that of the path" for k, v in asked.path.items() if k in each and each[k] != v)
        asking = watch.spec.body_members(resource.creator) if resource.creator else {}
        for name, node in resource.schema["properties"].items():
            # A page that the server made is about this object alone.
            own = node.get("format") == "uri" and name not in asking and watch.strict and name in each
            if own and watch.pages.setdefault(each[name], each["id"]) != each["id"]:
                yield f"{name}: another object's"


def members_are_there(watch: Watch, operation: Operation, asked: Asked, answer: Answer, now: float) -> Problems:
    """A member is there exactly when the contract says so; one that a create may leave out, if it didn't."""
    for resource, each in _each(watch, operation, answer):
        given = asked.body if operation.creates and isinstance(asked.body, dict) else watch.made.get(each["id"], {})
        kind = watch.spec.kind(resource.creator, given) if resource.creator else {}
        asking = watch.spec.members(kind)
        if kind.get("x-provenance"):
            continue  # a body of which little is documented: so is what comes of it
        for name, node in resource.schema["properties"].items():
            when = node.get("x-present", {})
            optional = name in asking and name not in given and not asking[name].keys() & {"x-default", "x-days"}
            if when == "sometimes" or optional:
                continue
            wanted = all(each.get(member) in values for member, values in when.items())
            if wanted and watch.strict and name not in each:
                yield f"{name}: missing"
            if not wanted and name in each:
                yield f"{name}: there, while {', '.join(f'{member} is {each.get(member)}' for member in when)}"


def money_agrees(watch: Watch, operation: Operation, asked: Asked, answer: Answer, now: float) -> Problems:
    """Amounts are what the state says."""
    for resource, each in _each(watch, operation, answer):
        for name, node in resource.schema["properties"].items():
            rule = node.get("x-by-status", {}).get(each.get("status"))
            if "x-sums" in node and watch.strict and each.get(name, 0) < 0:
                yield f"{name}: overdrawn"
            if rule is None or name not in each:
                continue
            less, member = str(rule).startswith("less than "), str(rule).removeprefix("less than ")
            bound = 0 if rule == 0 else each.get(member, each[name] + less)
            if not (each[name] < bound if less else each[name] == bound) or (less and watch.strict and not each[name]):
                yield f"{name}: {each[name]} while {each['status']}, which asks for {rule}"


def details_agree(watch: Watch, operation: Operation, asked: Asked, answer: Answer, now: float) -> Problems:
    """What an object shows of another one is what that one shows; and they name the same third."""
    for resource, each in _each(watch, operation, answer):
        for name, id in each.items():
            other = watch.objects.get(id) if isinstance(id, str) and name.endswith("Id") else None
            if other is None:
                continue
            copy = each.get(f"{name.removesuffix('Id')}Details", {})
            details = resource.schema["properties"].get(f"{name.removesuffix('Id')}Details", {}).get("properties", {})
            if copy:
                yield from (f"{name}: its details show another {k}" for k in details if copy.get(k) != other.get(k))
            same = each.keys() & other.keys() & {k for k in each if k.endswith("Id")}
            yield from (f"{name}: names another {k}" for k in same if each[k] != other[k])


def times_agree(watch: Watch, operation: Operation, asked: Asked, answer: Answer, now: float) -> Problems:
    """Nothing is changed before it is created, nor later than now; what is written from a time is that time."""
    for resource, each in _each(watch, operation, answer):
        created, updated = _moment(each.get("createdAt")), _moment(each.get("updatedAt"))
        if created and updated and created > updated:
            yield "updatedAt: before createdAt"
        if any(at and watch.strict and at.timestamp() > now + 1 for at in (created, updated)):
            yield "createdAt, updatedAt: still to come"
        if created and operation.creates and watch.strict and created.timestamp() < watch.since:
            yield "createdAt: before it was asked for"
        for name, node in resource.schema["properties"].items():
            if (rule := node.get("x-derived")) and name in each and (at := _moment(each.get(rule["from"]))):
                zone = datetime.strptime(rule["offset"], "%z").tzinfo
                if str(each[name]) != at.astimezone(zone).strftime(rule["format"]):
                    yield f"{name}: not that of {rule['from']}"


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def objects_live_as_told(watch: Watch, operation: Operation, asked: Asked, answer: Answer, now: float) -> Problems:
    """States follow one another as the contract says, and nothing changes but what a new state changes."""
    for resource, each in _each(watch, operation, answer):
        states, before, now_ = resource.states, watch.objects.get(each["id"]), each.get("status")
        follows = states.get("x-follows", {})
        if operation.creates and follows.get(now_):
            yield f"status: begins as {now_}"
        if before is None or watch.kinds[each["id"]] != resource:
            continue
        old = before.get("status")
        if old != now_ and old not in follows.get(now_, ()):
            yield f"status: {now_} after {old}"
        nodes = resource.schema["properties"].items()
        free = {k for k, node in nodes if "x-sums" in node}
        if old != now_:
            free |= {"status", "statusMessage", "updatedAt"}
            free |= {k for k, node in nodes if now_ in node.get("x-by-status", ())}
        changed = {k for k in each.keys() | before.keys() if before.get(k) != each.get(k)}
        yield from (f"{name}: changed" for name in sorted(changed - free))
        if str(before.get("updatedAt", "")) > str(each.get("updatedAt", "")):
            yield "updatedAt: went back"


Check = Callable[[Watch, Operation, Asked, Answer, float], Problems]
CHECKS: tuple[Check, ...] = (
    answers_are_documented,
    errors_are_explained,
    requests_are_echoed,
    pages_are_what_was_asked,
    ids_are_their_own,
    members_are_there,
    money_agrees,
    details_agree,
    times_agree,
    objects_live_as_told,
)
