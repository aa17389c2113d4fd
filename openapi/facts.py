"""What the contract says of each operation, worked out from the document alone. Nothing here is about Palomma.

The marks (`x-…`) are explained at the head of palomma.yaml. What a mark doesn't say is inferred as every rule tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any

from document import (
    SCHEMAS,
    Node,
    Operation,
    Plain,
    RefusedError,
    as_list,
    best,
    form_of,
    operations,
    resolve,
    successes,
)
from openapi_python_client.strings import PythonIdentifier, pascal_case, snake_case

RESERVED_METHODS = frozenset({"find", "wait", "reconcile", "iterate"})
CLIENT_NAMES = frozenset({"close", "aclose", "reconcile", "with_options", "settle", "work", "resolve", "journal"})
ARGUMENTS = frozenset({"self", "body", "unknown"})
KEY_HEADER = re.compile(r"(x-)?idempotency-?key", re.IGNORECASE)
# RFC 9110: these say nothing about whether an earlier attempt was processed, even if documented.
NEVER_A_REFUSAL = frozenset({408, 409, 421, 425, 429, 499})
LIST_MEMBERS = ("items", "data", "results", "records", "entries", "values", "elements", "content", "list")
SIZES = (
    "limit",
    "pageSize",
    "page_size",
    "per_page",
    "perPage",
    "size",
    "page[size]",
    "maxResults",
    "max_results",
    "count",
    "page-size",
    "take",
)
CURSORS = (
    "cursor",
    "after",
    "starting_after",
    "startingAfter",
    "page_token",
    "pageToken",
    "next_token",
    "nextToken",
    "next_cursor",
    "nextCursor",
    "continuation",
    "continuationToken",
    "continuation_token",
    "page[cursor]",
    "page[after]",
    "next",
    "page",
    "start_cursor",
)
NEXTS = (
    "cursor",
    "nextCursor",
    "next_cursor",
    "nextPageToken",
    "next_page_token",
    "nextToken",
    "next_token",
    "next",
    "nextPage",
    "next_page",
    "endCursor",
    "end_cursor",
    "after",
    "continuation",
    "continuationToken",
    "continuation_token",
    "nextPageCursor",
)
HOLDERS = (
    "",
    "meta",
    "page",
    "paging",
    "pagination",
    "pageInfo",
    "page_info",
    "links",
    "_links",
    "cursors",
    "metadata",
    "response_metadata",
)
OFFSETS = ("offset", "skip", "start", "startIndex", "start_index", "page[offset]")
NUMBERS = ("page", "pageNumber", "page_number", "pageNo", "page[number]", "pageIndex")
MORES = ("hasMore", "has_more", "hasNext", "has_next", "hasNextPage")
BIRTHS = ("createdAt", "created_at", "created", "creationDate", "creation_date", "dateCreated", "date_created")


@dataclass
class ParameterFact:
    """One parameter: its argument, and what the document says."""

    argument: str
    node: Node
    schema: Any

    @property
    def place(self) -> str:
        return str(self.node["in"])

    @property
    def required(self) -> bool:
        return self.place == "path" or (bool(self.node.get("required")) and not self.is_key)

    @property
    def is_key(self) -> bool:
        return is_key(self.node)


@dataclass
class PageFact:
    """How a list comes in pages: see `Page` in runtime/pages.py."""

    items: tuple[str, ...]
    advance: str
    parameter: str = ""
    next: tuple[str, ...] = ()
    size: str = ""
    more: tuple[str, ...] = ()


@dataclass
class LookUpFact:
    """By which list, argument and member a created object is found, and which member says when it was created."""

    listed: Facts
    argument: str
    member: str
    form: str
    created: str


@dataclass
class Facts:
    """One operation, as the templates need it."""

    operation: Operation
    number: int
    tag: str
    method: str = ""
    parameters: list[ParameterFact] = field(default_factory=list)
    media: str = ""
    body: Any = None
    body_required: bool = False
    answers: list[tuple[int, int, str, Any]] = field(default_factory=list)
    accept: str = "application/json"
    page: PageFact | None = None
    look_up: LookUpFact | None = None

    @property
    def module(self) -> str:
        return str(PythonIdentifier(self.operation.id, "op_"))

    @property
    def key(self) -> ParameterFact | None:
        return next((each for each in self.parameters if each.is_key), None)

    @property
    def effect(self) -> str:
        node, method = self.operation.node, self.operation.method
        if node.get("x-safe") or method in ("get", "head", "options", "trace"):
            return "read"
        if node.get("x-idempotent") or method in ("put", "delete"):
            return "idempotent"
        return "create" if method == "post" and not self._path_ends_in_a_verb() else "action"

    def _path_ends_in_a_verb(self) -> bool:
        parts = [part for part in self.operation.path.split("/") if part]
        return len(parts) > 1 and "{" in parts[-2] and self.body is None

    @property
    def refusals(self) -> list[int]:
        codes = [int(code) for code in self.operation.responses if re.fullmatch(r"4\d\d", code)]
        return sorted(set(codes) - NEVER_A_REFUSAL)


def is_key(parameter: Node) -> bool:
    """Return whether a parameter is an idempotency key."""
    named = parameter.get("in") == "header" and bool(KEY_HEADER.fullmatch(str(parameter.get("name", ""))))
    return bool(parameter.get("x-idempotency-key", named))


class Contract:
    """All operations of a document, with their facts, and the plain copy that the generator gets."""

    def __init__(self, document: Node) -> None:
        self.document = document
        self.plain = Plain(document)
        self.all = [self._facts(operation, number) for number, operation in enumerate(operations(document))]
        self.by_tag: dict[str, list[Facts]] = {}
        for facts in self.all:
            self.by_tag.setdefault(facts.tag, []).append(facts)
        refused = []
        for tag, group in self.by_tag.items():
            try:
                _name_methods(tag, group)
            except RefusedError as error:
                refused.append(str(error))
        if refused:
            raise RefusedError("\n".join(refused))
        for facts in self.all:
            facts.page = self._page(facts)
        for facts in self.all:
            facts.look_up = self._look_up(facts)
        self.events = dict(self._events())

    # One operation

    def _facts(self, operation: Operation, number: int) -> Facts:
        tag = str(PythonIdentifier(operation.tag, "tag_"))
        facts = Facts(operation, number, f"{tag}_" if tag in CLIENT_NAMES else tag)
        stem = pascal_case(snake_case(operation.id))
        self._read_body(facts, stem)
        taken = self._taken(facts)
        for node in operation.parameters:
            argument = _argument(node, operation.parameters, taken)
            schema = self._parameter_schema(operation, node)
            schema = self.plain.way(self.plain.hoist(schema, f"{stem} {argument}"), True)
            facts.parameters.append(ParameterFact(argument, node, schema))
        for code, response in successes(operation):
            facts.answers.append(self._answer(code, response, f"{stem} answer"))
            choice = best(response.get("content") or {}, ("json", "text/"))
            if choice and form_of(choice[0]) != "json":
                facts.accept = choice[0]
        if not facts.answers:
            facts.answers.append((200, 299, "nothing", {}))
        return facts

    def _parameter_schema(self, operation: Operation, node: Node) -> Any:
        if "schema" in node:
            return node["schema"]
        if node.get("content"):
            raise RefusedError(
                f"{operation}: parameter {node.get('name')} is not supported: `content`; write a `schema` for it"
            )
        return {"type": "string"}

    def _taken(self, facts: Facts) -> set[str]:
        """Return the arguments that the path takes: a body member of such a name gets another."""
        return {_identifier(node["name"]) for node in facts.operation.parameters if node.get("in") == "path"}

    def _read_body(self, facts: Facts, stem: str) -> None:
        body = facts.operation.body
        choice = (
            best(
                body.get("content") or {}, ("json", "application/x-www-form-urlencoded", "multipart/form-data", "text/")
            )
            if body
            else None
        )
        if body is None or choice is None:
            return
        media, content = choice
        facts.media = media.partition(";")[0].strip() if not media.startswith("*") else "application/json"
        facts.body_required = bool(body.get("required"))
        form = "json" if media.lower().startswith(("multipart/", "application/x-www-form")) else form_of(media)
        schema = content.get("schema", {}) if form == "json" else {"type": "string"}
        facts.body = self.plain.way(self.plain.hoist(schema, f"{stem} body"), True)

    def _answer(self, code: str, response: Node, name: str) -> tuple[int, int, str, Any]:
        lowest, highest = (int(code), int(code)) if code.isdigit() else (200, 299)
        choice = best(response.get("content") or {}, ("json", "text/"))
        if choice is None or lowest in (204, 205) or facts_of_nothing(response):
            return lowest, highest, "nothing", {}
        media, content = choice
        if form_of(media) != "json":
            return lowest, highest, form_of(media), {"type": "string"}
        return lowest, highest, "json", self.plain.way(self.plain.hoist(content.get("schema", {}), name), False)

    # Pages and looking up

    def schema(self, node: Any) -> Node:
        """Return what a plain schema refers to."""
        seen = 0
        while isinstance(node, dict) and "$ref" in node and seen < 20:
            name = node["$ref"].removeprefix(SCHEMAS)
            node, seen = self.plain.requests.get(name) or self.plain.schemas.get(name) or {}, seen + 1
        return node if isinstance(node, dict) else {}

    def members(self, node: Any, depth: int = 0) -> dict[str, Any]:
        """Return the members of an object, those of its `allOf` too."""
        node, found = self.schema(node), {}
        for part in node.get("allOf", []) if depth < 10 else []:
            found.update(self.members(part, depth + 1))
        return {**found, **node.get("properties", {})}

    def _page(self, facts: Facts) -> PageFact | None:
        mark = facts.operation.node.get("x-pagination")
        if mark is False or facts.effect != "read" or facts.answers[0][2] != "json":
            return None
        answer = facts.answers[0][3]
        names = {each.node["name"]: each.argument for each in facts.parameters if each.place == "query"}
        if isinstance(mark, dict):
            return _marked_page(facts, mark, names)
        items = self._items(answer)
        if items is None:
            return None
        return self._inferred_page(facts, answer, items, names)

    def _items(self, answer: Any) -> tuple[str, ...] | None:
        """Return where the items of a list answer are."""
        if _is_array(self.schema(answer)):
            return ()
        lists = [name for name, each in self.members(answer).items() if _is_array(self.schema(each))]
        named = [name for name in LIST_MEMBERS if name in lists]
        return (named[0],) if named else (lists[0],) if len(lists) == 1 else None

    def _inferred_page(
        self, facts: Facts, answer: Any, items: tuple[str, ...], names: dict[str, str]
    ) -> PageFact | None:
        size = _size(names)
        places = [(holder, name) for holder in HOLDERS for name in NEXTS if self._has(answer, holder, name)]
        flag = next(((holder, name) for holder in HOLDERS for name in MORES if self._has(answer, holder, name)), ())
        more = tuple(filter(None, flag))
        cursor = next((names[name] for name in CURSORS if name in names), "")
        for holder, name in places:
            place = (holder, name) if holder else (name,)
            if self._is_address(answer, place):
                return PageFact(items, "url", "", place, size, more)
            if cursor:
                return PageFact(items, "cursor", cursor, place, size, more)
        offset = next((names[name] for name in OFFSETS if name in names), "")
        if offset:
            return PageFact(items, "offset", offset, (), size, more)
        number = next((names[name] for name in NUMBERS if name in names), "")
        if number:
            return PageFact(items, "number", number, (), size, more)
        _, response = successes(facts.operation)[0]
        if any(name.lower() == "link" for name in response.get("headers") or {}):
            return PageFact(items, "link", "", (), size)
        # Nothing here looks like pages: there is one. Else a reader of the first page would take it for all.
        return None if size or cursor or places else PageFact(items, "once")

    def _has(self, answer: Any, holder: str, name: str) -> bool:
        members = self.members(answer)
        return name in (self.members(members.get(holder)) if holder else members)

    def _is_address(self, answer: Any, place: tuple[str, ...]) -> bool:
        node = answer
        for name in place:
            node = self.members(node).get(name)
        node = self.schema(node)
        return node.get("format") in ("uri", "url", "uri-reference") or place[0] in ("links", "_links")

    def item(self, facts: Facts) -> Any:
        """Return the schema of a list's items."""
        node = facts.answers[0][3]
        for name in facts.page.items if facts.page else ():
            node = self.members(node).get(name)
        return self.schema(node).get("items", {})

    def _look_up(self, facts: Facts) -> LookUpFact | None:
        """Find the list by which a created object is found: the same path's GET, filtered by a member of the body."""
        if facts.effect not in ("create", "action") or facts.operation.method != "post" or facts.body is None:
            return None
        mark = facts.operation.node.get("x-look-up")
        members = self._all_members(facts.body)
        for other in self.all:
            if mark and other.operation.id != mark.get("operation"):
                continue
            if not mark and (other.operation.path != facts.operation.path or other.operation.method != "get"):
                continue
            wanted = mark.get("parameter", "reference") if mark else "reference"
            for parameter in other.parameters:
                fits = parameter.node["name"] == wanted and wanted in members and other.page and _only_filters(other)
                item = self.members(self.item(other))
                if fits and {"id", wanted} <= item.keys():
                    created = next((name for name in BIRTHS if name in item), BIRTHS[0])
                    form = self._reference_form(facts, wanted)
                    return LookUpFact(other, parameter.argument, wanted, form, created)
        if mark:
            raise RefusedError(
                f"{facts.operation}: x-look-up is not supported: no such list has pages and that filter; correct it"
            )
        return None

    def _reference_form(self, facts: Facts, member: str) -> str:
        """Return what a reference must look like that the client makes, "" if none would be taken."""
        kinds = self.schema(facts.body).get("oneOf") or self.schema(facts.body).get("anyOf") or [facts.body]
        node = self.schema(self.members(kinds[0]).get(member))
        limits = node.get("x-limits", {})
        if as_list(node.get("type")) not in (["string"], ["string", "null"]) or "enum" in node:
            return ""
        if node.get("format") == "uuid":
            return "uuid"
        sample, least, most = "01HPR8S7YF43PV3QV16TZDC80P", limits.get("minLength", 0), limits.get("maxLength", 26)
        for form, text in (("ulid", sample), ("short", sample[10:])):
            if least <= len(text) <= most and re.search(limits.get("pattern", ""), text):
                return form
        return ""

    def _all_members(self, node: Any) -> set[str]:
        """Return the members that every kind of a body has."""
        schema = self.schema(node)
        kinds = schema.get("oneOf") or schema.get("anyOf")
        return set.intersection(*(self._all_members(each) for each in kinds)) if kinds else set(self.members(node))

    def identifying(self, facts: Facts) -> list[str]:
        """Return the members of a body, or of an answer, that are marked `x-identifies: true`."""
        nodes = [self.members(facts.body)] if facts.body is not None else []
        nodes += [self.members(each[3]) for each in facts.answers if each[2] == "json"]
        kinds = self.schema(facts.body).get("oneOf", []) if facts.body is not None else []
        nodes += [self.members(each) for each in kinds]
        marked = [name for members in nodes for name, each in members.items() if self.mark(each, "x-identifies")]
        return sorted(set(marked))

    def free(self, facts: Facts) -> list[str]:
        """Return the members of a body that are marked `x-identifies: false`."""
        kinds = [facts.body, *self.schema(facts.body).get("oneOf", [])] if facts.body is not None else []
        members = [(name, each) for kind in kinds for name, each in self.members(kind).items()]
        return sorted({name for name, each in members if self.mark(each, "x-identifies") is False})

    def is_sensitive(self, node: Any, depth: int = 0) -> bool:
        """Return whether a value is marked `x-sensitive`, or what it holds; a model within masks its own members."""
        if not isinstance(node, dict) or depth > 10:
            return False
        schema = self.schema(node)
        if node.get("x-sensitive") or schema.get("x-sensitive"):
            return True
        inner = [schema.get("items"), schema.get("additionalProperties")]
        inner += schema.get("anyOf", []) + schema.get("oneOf", []) + schema.get("allOf", [])
        return any(self.is_sensitive(each, depth + 1) for each in inner)

    def mark(self, node: Any, mark: str) -> Any:
        """Return a mark of a schema, or of what it refers to."""
        if isinstance(node, dict) and mark in node:
            return node[mark]
        return self.schema(node).get(mark)

    def final(self, facts: Facts) -> tuple[str, list[str]]:
        """Return the answered object's member that holds its state, and the states that never change any more."""
        for each in facts.answers:
            for name, member in self.members(each[3]).items() if each[2] == "json" else ():
                if self.mark(member, "x-final"):
                    return name, sorted(self.mark(member, "x-final"))
        return "", []

    def read_by(self, facts: Facts) -> str | None:
        """For a read of one object by its id: that argument."""
        path = [each for each in facts.parameters if each.place == "path"]
        last = facts.operation.path.rstrip("/").rsplit("/", 1)[-1]
        if (
            facts.effect != "read"
            or not path
            or facts.answers[0][2] != "json"
            or "id" not in self.members(facts.answers[0][3])
        ):
            return None
        named = next((each for each in path if last == f"{{{each.node['name']}}}"), None)
        # An id that may be an alias, such as `default`, is marked; a date or a number of something is no id at all.
        if (
            named is None
            or named.node.get("x-identifies") is False
            or not re.search(r"(^|[a-z_])[iI][dD]$", named.node["name"])
        ):
            return None
        return named.argument

    # The whole document

    def _events(self) -> Iterator[tuple[str, Node]]:
        for key, item in {**(self.document.get("x-webhooks") or {}), **(self.document.get("webhooks") or {})}.items():
            item = resolve(self.document, item)
            for method, operation in item.items():
                if method in ("post", "put") and operation.get("requestBody"):
                    body = resolve(self.document, operation["requestBody"])
                    choice = best(body.get("content") or {}, ("json",))
                    schema = choice[1].get("schema", {}) if choice else {}
                    yield key, self.plain.hoist(schema, f"{key} event")

    def environments(self) -> dict[str, str]:
        """Return each environment's address."""
        return named_servers(self.document.get("servers") or [])

    def generator_document(self) -> Node:
        """Return the copy that openapi-python-client reads: one path an operation, `/0` and so on."""
        paths: Node = {}
        for facts in self.all:
            node: Node = {
                "operationId": facts.operation.id,
                "tags": [facts.tag],
                "summary": facts.operation.node.get("summary") or "",
                "description": facts.operation.node.get("description") or "",
                "parameters": [
                    {"name": each.argument, "in": "query", "required": each.required, "schema": each.schema}
                    for each in facts.parameters
                ],
                "responses": {
                    f"{200 + place}": {
                        "description": "",
                        **({"content": {"application/json": {"schema": schema}}} if form == "json" else {}),
                    }
                    for place, (_, _, form, schema) in enumerate(facts.answers)
                },
            }
            if facts.body is not None:
                schema = facts.body if facts.body else {}
                node["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
            paths[f"/{facts.number}"] = {"post": node}
        info = self.document.get("info") or {}
        return {
            "openapi": "3.1.0" if str(self.document.get("openapi", "")).startswith("3.1") else "3.0.3",
            "info": {"title": str(info.get("title", "API")), "version": str(info.get("version", "1"))},
            "paths": paths,
            "components": {"schemas": self.plain.components()},
        }


def facts_of_nothing(response: Node) -> bool:
    """Return whether an answer has no content."""
    return not response.get("content")


def _is_array(node: Node) -> bool:
    return "array" in as_list(node.get("type"))


def _identifier(name: str) -> str:
    made = str(PythonIdentifier(re.sub(r"\W+", "_", name).strip("_") or name, "field_"))
    return f"{made}_" if made in ARGUMENTS else made


def _argument(node: Node, all_: list[Node], taken: set[str]) -> str:
    """Return a parameter's argument; of several with one name each gets its place as a suffix, but for the path's."""
    if is_key(node):
        return "idempotency_key"
    made = _identifier(str(node.get("name")))
    same = [each for each in all_ if _identifier(str(each.get("name"))) == made]
    if len(same) > 1 and node.get("in") != "path":
        made = f"{made}_{node.get('in')}"
        if sum(each.get("in") == node.get("in") for each in same) > 1:
            made = re.sub(r"\W", "_", str(node.get("name")))
    return made


def _only_filters(facts: Facts) -> bool:
    """Return whether a list can be asked for with its filter alone."""
    return not any(each.required for each in facts.parameters)


def iterate_name(facts: Facts) -> str:
    return (
        "iterate" + facts.method.removeprefix("list") if facts.method.startswith("list") else f"iterate_{facts.method}"
    )


def _name_methods(tag: str, group: list[Facts]) -> None:
    """Name the methods of a resource. Raise `RefusedError` for two of one name."""
    words = [_words(facts.operation.id) for facts in group]
    for facts, own in zip(group, words, strict=True):
        short = own[0]
        unique = sum(other[0] == short for other in words) == 1
        facts.method = short if unique and short not in RESERVED_METHODS else _long_name(own, tag)
    for name in dict.fromkeys(facts.method for facts in group):
        same = [facts for facts in group if facts.method == name]
        if len(same) > 1:
            usual = _usual(same, name)
            if usual is None:
                both = "\n".join(
                    f"{facts.operation} is not supported: {tag} has two methods `{name}`; rename one" for facts in same
                )
                raise RefusedError(both)
            for facts in same:
                facts.method = name if facts is usual else "_".join(_words(facts.operation.id))
    names = [facts.method for facts in group]
    for facts in group:
        if facts.method in RESERVED_METHODS:
            facts.method = "_".join(_words(facts.operation.id))
        facts.method = f"{facts.method}_" if iskeyword(facts.method) else facts.method
        if names.count(facts.method) > 1 or facts.method in RESERVED_METHODS or not facts.method.isidentifier():
            raise RefusedError(
                f"{facts.operation} is not supported: it would be the method `{facts.method}`; rename it"
            )


def _usual(same: list[Facts], name: str) -> Facts | None:
    """Return the one that a reader expects under the short name: of the fitting ones that of the shortest path."""
    fitting = [facts for facts in same if _is_usual(facts, name)]
    shortest = min((facts.operation.path.count("/") for facts in fitting), default=0)
    found = [facts for facts in fitting if facts.operation.path.count("/") == shortest]
    return found[0] if len(found) == 1 else None


def _is_usual(facts: Facts, name: str) -> bool:
    """Return whether a short name fits: `list` and `create` are of a collection, the others of one object."""
    of_one = facts.operation.path.rstrip("/").endswith("}")
    return {"get": "get", "list": "get", "create": "post"}.get(
        name, facts.operation.method
    ) == facts.operation.method and (of_one == (name not in ("list", "create")))


def _words(operation_id: str) -> list[str]:
    return [word for word in snake_case(operation_id).split("_") if word] or ["call"]


def _long_name(words: list[str], tag: str) -> str:
    """Return the operationId without the words of the resource's name: `getPayinLinkStatus` is `get_status`."""
    resource = {_singular(word) for word in tag.split("_")}
    rest = [word for word in words[1:] if _singular(word) not in resource]
    while rest and rest[0] in ("by",) and len(rest) == 2 and rest[1] == "id":
        rest = []
    return "_".join([words[0], *rest])


def _singular(word: str) -> str:
    return (
        word[:-3] + "y"
        if word.endswith("ies")
        else word[:-1]
        if word.endswith("s") and not word.endswith("ss")
        else word
    )


def _size(names: dict[str, str]) -> str:
    """Return the argument that says how many items a page has, by the names of query parameters and their arguments."""
    found = next((names[name] for name in SIZES if name in names), "")
    return "" if found != "page_size" and "page_size" in names.values() else found


def _marked_page(facts: Facts, mark: Node, names: dict[str, str]) -> PageFact:
    items = tuple(str(mark["items"]).split(".")) if mark.get("items") else ()
    size = names.get(mark.get("size", "")) or _size(names)
    if mark.get("link"):
        return PageFact(items, "link", size=size)
    for kind, advance in (("cursor", "cursor"), ("offset", "offset"), ("page", "number")):
        if kind in mark:
            how = mark[kind]
            if how.get("parameter") not in names:
                raise RefusedError(
                    f"{facts.operation}: x-pagination is not supported: there is no query parameter "
                    f"{how.get('parameter')}; name one that is there"
                )
            next_ = tuple(str(how["member"]).split(".")) if "member" in how else ()
            return PageFact(items, advance, names[how["parameter"]], next_, names.get(how.get("size", "")) or size)
    raise RefusedError(
        f"{facts.operation}: x-pagination is not supported: it names neither cursor, offset, page nor link; name one"
    )


def named_servers(servers: list[Node]) -> dict[str, str]:
    """Return addresses by the name of their environment: `x-environment`, else what URL or description says."""
    found: dict[str, str] = {}
    for server in servers:
        url = str(server.get("url", ""))
        for name, variable in (server.get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        said = f"{url} {server.get('description', '')}".lower()
        known = next((word for word in ("sandbox", "staging", "test", "development") if word in said), "production")
        name = str(server.get("x-environment") or known)
        if name in found:
            name = snake_case(str(server.get("description", ""))[:40]) or snake_case(url.partition("://")[2])
        if name in found or not url.startswith(("https://", "http://")):
            raise RefusedError(
                f"servers: {url} is not supported: it has no host, or the name of another; mark it with x-environment"
            )
        found[name] = url.rstrip("/")
    return found
