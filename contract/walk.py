"""What chance leaves out: a world with two of everything, each false value once, every page, link and wrong key.

The walk tells the truth and lies on purpose; `checks.Watch` looks at every answer, and the walk itself at what only
several answers show together. What is false is worked out from the contract: no endpoint has a name here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from .checks import Answer, Asked, Watch, objects_in
from .run import Run
from .spec import Node, Operation, Resource
from .target import TICK, Target, json_bytes, path_of

__all__ = ["Walk", "local", "walk"]

_FEW, _MANY = 21, 101  # more than a page holds by default, and at most
_PAGES = 200  # a cursor that never ends has to end somewhere
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE")
_FORTNIGHT = 14 * 86_400.0
_TURNS = 4  # objects of a kind that are tried, one after the other
_LONG = 10_000
# Texts that a careless server trims, cuts, folds, escapes or reads as something else.
_ODD = (" spaces around ", "Ünï©ödé 漢字 🎉", "CAPITALS and not", "nul\0inside", "'\"<b>&amp;%00+", "00123", "null")


class Walk:
    """One walk; each method is one part of it."""

    def __init__(self, target: Target, watch: Watch, run: Run) -> None:
        self.target, self.watch, self.run, self.spec = target, watch, run, watch.spec
        self._numbers = itertools.count(1)

    def found(self, check: str, operation: str, problem: str) -> None:
        """Count a finding."""
        self.run.found(check, operation, problem)

    # Requests

    def send(self, operation: Operation, asked: Asked, headers: Mapping[str, str] | None = None) -> Answer:
        """One request of the contract, with the right key unless headers are given, looked at by every check."""
        method, body = operation.method, b"" if asked.body is None else json_bytes(asked.body)
        sent = {"Authorization": f"Bearer {self.target.key}"} if headers is None else dict(headers)
        if body:
            sent.setdefault("Content-Type", "application/json")
        answer = self.raw(method, path_of(operation.path, asked.path), asked.query, sent, body)
        self.run.saw(operation.id, answer.status)
        now = self.target.now()
        for check, problem in self.watch.saw(operation, asked, answer, now, now - 2 * TICK):
            self.found(check, operation.id, problem)
        return answer

    def raw(self, method: str, path: str, query: Any, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request of any kind."""
        self.run.sent(f"{method} {path} {query} {body!r}")
        return self.target.send(method, path, query, headers, body)

    def refused(self, operation: Operation, asked: Asked, what: str, *statuses: int) -> None:
        """Send what must be refused."""
        answer = self.send(operation, asked)
        if answer.status not in (statuses or (400,)):
            self.found("lies_are_refused", operation.id, f"{what}: answered {answer.status}")

    def accepted(self, operation: Operation, asked: Asked, what: str = "an example") -> Node:
        """Send what must be accepted; the object that came of it."""
        answer = self.send(operation, asked)
        if answer.status // 100 != 2:
            self.found("truth_is_accepted", operation.id, f"{what}: answered {answer.status}")
        return next(iter(objects_in(operation, answer)), {})

    # The truth

    def path(self, operation: Operation, turn: int = 0) -> dict[str, str]:
        """Ids for a path, other ones each turn."""
        named = [self.spec.named_by(name) for name in operation.path_names]
        known = [self.watch.known(each) if each else [] for each in named]
        return {n: k[turn % len(k)]["id"] if k else "none" for n, k in zip(operation.path_names, known, strict=True)}

    def true(self, operation: Operation, body: Node, turn: int = 0) -> Node:
        """A body whose ids exist, in the state they have to be in, and whose time is still to come."""
        told = dict(body)
        for name, node in {**self.members(operation), **self.spec.members(self.spec.kind(operation, body))}.items():
            resource = self.spec.named_by(name)
            if name in body and resource:
                state = node.get("x-state")
                there = [e for e in self.usable(resource) if state in (None, e.get("status"))]
                told[name] = there[turn % len(there)]["id"] if there else body[name]
            if name in body and "x-days" in self.members(operation)[name]:
                told[name] = local(node, self.target.now() + 86_400)
        return (
            {**told, "reference": f"walk-Ref-{next(self._numbers)}"} if "reference" in self.members(operation) else told
        )

    def members(self, operation: Operation) -> dict[str, Node]:
        """The members of a create's bodies."""
        return self.spec.body_members(operation)

    def usable(self, resource: Resource) -> list[Node]:
        """What is known of a kind, but for what was made by a body of which little is documented."""
        kinds = ((e, self.watch.made.get(e["id"], {})) for e in self.watch.known(resource))
        creator = resource.creator
        return [e for e, body in kinds if not creator or "x-provenance" not in self.spec.kind(creator, body)]

    def make(self, resource: Resource, body: Node, turn: int = 0) -> Node:
        """One object, from an example."""
        assert resource.creator
        return self.accepted(resource.creator, Asked(body=self.true(resource.creator, body, turn)))

    @property
    def made(self) -> list[Resource]:
        """What can be created, in the order in which one needs the other."""
        return sorted((each for each in self.spec.resources if each.creator), key=self._needs)

    def _needs(self, resource: Resource) -> int:
        assert resource.creator
        named = [self.spec.named_by(each) for each in self.members(resource.creator)]
        return max((1 + self._needs(each) for each in named if each and each.creator), default=0)

    def populate(self) -> None:
        """Two of everything, and one in each final state; then all that there is, by the lists."""
        for resource in self.spec.resources:
            if resource.lister and not resource.lister.path_names:
                self.send(resource.lister, Asked())
        for resource in self.made:
            for turn, body in itertools.product((0, 1), self.examples(resource)):
                self.make(resource, {**body, **self._two(resource, turn)}, turn)
            self.target.wait(10)
            self.read(resource)
            for state in resource.states.get("x-final", ()):
                self._bring(resource, state)
        self.target.wait(10)

    def examples(self, resource: Resource) -> list[Node]:
        """The contract's own bodies, and the fullest of them with each flag the other way."""
        assert resource.creator
        bodies = self.spec.examples(resource.creator)
        flags = [name for name, value in bodies[0].items() if isinstance(value, bool)]
        return [*bodies, *({**bodies[0], name: not bodies[0][name]} for name in flags)]

    def _two(self, resource: Resource, turn: int) -> Node:
        """Free texts that differ, so that one object can't be taken for the other."""
        assert resource.creator
        texts = {"name", "description", "email"} & self.examples(resource)[0].keys() if turn else set()
        return {name: f"second.{name}@example.com" for name in texts}

    def _bring(self, resource: Resource, state: str) -> None:
        """An object to a final state, whichever way leads there: by this example or by another one."""
        why = self.spec.resolved(resource.schema["properties"].get("statusMessage", {})).get("enum", [])
        for turn, body in itertools.product(range(_TURNS), self.examples(resource)):
            made = self.make(resource, body, turn)
            reasons = [self._reason(why)] if state in self._told_why(resource) else []
            self.target.decide(made.get("id", "none"), state, *reasons)
            asked = Asked({resource.id: made.get("id", "none")})
            if self.send(resource.reader, asked).object.get("status") == state:
                return
        self.found("every_state_is_seen", resource.reader.id, f"nothing led to {state}")

    def _reason(self, why: list[str]) -> str:
        """Another one each time."""
        return why[next(self._numbers) % len(why)] if why else ""

    @staticmethod
    def _told_why(resource: Resource) -> list[str]:
        states: list[str] = (
            resource.schema["properties"].get("statusMessage", {}).get("x-present", {}).get("status", [])
        )
        return states

    # Reading

    def page_through(self, lister: Operation, path: Mapping[str, str], query: Mapping[str, Any]) -> list[list[Node]]:
        """The pages of a list until the last one."""
        pages: list[list[Node]] = []
        cursor: Any = None
        for _ in range(_PAGES):
            asked = {**query, **({"cursor": cursor} if cursor else {})}
            answer = self.send(lister, Asked(path, asked))
            pages.append(objects_in(lister, answer))
            before, cursor = cursor, answer.object.get("cursor")
            if cursor == before and cursor is not None:
                self.found("pages_are_complete", lister.id, "a cursor leads to its own page")
            if not isinstance(cursor, str) or cursor == before:
                break
        else:
            self.found("pages_are_complete", lister.id, "the pages never end")
        return pages

    def everything(self, lister: Operation, turn: int = 0, **query: Any) -> list[Node]:
        """All objects of a list."""
        pages = self.page_through(lister, self.path(lister, turn), {"limit": 100, **query})
        return [each for page in pages for each in page]

    def paths(self, operation: Operation) -> list[dict[str, str]]:
        """Every path of a list: one, or one for each object that it is about."""
        parent = self.spec.named_by(operation.path_names[-1]) if operation.path_names else None
        count = len(self.watch.known(parent)) if parent else 1
        return [self.path(operation, turn) for turn in range(count)]

    def read(self, resource: Resource) -> None:
        """What a list holds, and each of it by its id: the same, twice, and what was created among it."""
        if not resource.lister:
            return
        for turn, path in enumerate(self.paths(resource.lister)):
            listed = self.everything(resource.lister, turn)
            ids = [each["id"] for each in listed]
            for id in set(self.watch.made) & {e["id"] for e in self.watch.known(resource)} - set(ids):
                self.found(
                    "creates_are_kept", resource.lister.id, f"what was created isn't listed: {len(id)} characters"
                )
            if len(set(ids)) < len(ids):
                self.found("pages_are_complete", resource.lister.id, "the list holds an object twice")
            if [each["id"] for each in self.everything(resource.lister, turn)] != ids:
                self.found("reads_are_repeatable", resource.lister.id, "the same list, in another order or not whole")
            for each in listed:
                asked = Asked({**path, resource.id: each["id"]})
                first, second = self.send(resource.reader, asked), self.send(resource.reader, asked)
                if first.object != each or second.object != each:
                    moved = each.get("status") not in resource.states.get("x-final", (each.get("status"),))
                    if not moved:
                        self.found("reads_are_repeatable", resource.reader.id, "differs from what the list shows")

    def read_all(self) -> None:
        """Every list and every object."""
        for resource in self.spec.resources:
            self.read(resource)

    # Pages and filters

    def crowd(self) -> None:
        """More objects than a page holds."""
        for number, resource in enumerate(self.made):
            for turn in range(len(self.watch.known(resource)), _FEW if number else _MANY):
                self.make(resource, self.examples(resource)[0], turn)
        self.target.wait(10)

    def pages(self, lister: Operation) -> None:
        """Pages of every size put together are the list, and each but the last is full."""
        for path in self.paths(lister):
            whole = [each["id"] for page in self.page_through(lister, path, {"limit": 100}) for each in page]
            for limit in (1, 7, 99, 100, None):
                if limit == 1 and len(whole) > _FEW + 9:
                    continue
                query = {} if limit is None else {"limit": limit}
                pages = self.page_through(lister, path, query)
                size = limit or self.spec.default(lister, "limit")
                if [each["id"] for page in pages for each in page] != whole:
                    self.found("pages_are_complete", lister.id, f"pages of {limit} are not the whole list")
                if any(len(page) != size for page in pages[:-1]):
                    self.found("pages_are_complete", lister.id, f"a page of {limit or 'no limit'} isn't full")
            counted = self.send(lister, Asked(path, {"limit": 5}))
            if counted.object.get("count") not in (len(objects_in(lister, counted)), len(whole)):
                self.found("pages_are_complete", lister.id, "count: neither of this page nor of all")

    def filters(self, lister: Operation) -> None:
        """A filter finds what has exactly this value, alone and with the others; what looks alike isn't it."""
        whole = self.everything(lister)
        for name in lister.filters:
            values = list(dict.fromkeys(each[name] for each in whole if isinstance(each.get(name), str)))
            chosen = values[:2] + values[-1:]
            for value in [*chosen, *(other for each in chosen for other in _look_alikes(each)), "none-has-this-1"]:
                self._compare(lister, whole, {name: value})
        firsts = [each for each in whole if all(name in each for name in lister.filters)][:6]
        for one, other in itertools.product(firsts[:2], firsts[-2:]) if len(lister.filters) > 1 else ():
            first, *rest = lister.filters
            self._compare(lister, whole, {first: one[first], **{name: other[name] for name in rest}})

    def _compare(self, lister: Operation, whole: list[Node], wanted: Mapping[str, str]) -> None:
        pages = self.page_through(lister, self.path(lister), {**wanted, "limit": 3})
        expected = [each["id"] for each in whole if all(each.get(name) == value for name, value in wanted.items())]
        if [each["id"] for page in pages for each in page] != expected:
            self.found("filters_are_exact", lister.id, f"{', '.join(wanted)}: not what has exactly this value")

    def false_queries(self, lister: Operation) -> None:
        """Limits and cursors that no page gave."""
        path, parameters = self.path(lister), lister.parameters
        limit = self.spec.resolved(parameters["limit"]["schema"]) if "limit" in parameters else {}
        bounds = [limit[name] + step for name, step in (("minimum", -1), ("maximum", 1)) if name in limit]
        for value in [*bounds, *(("-5", "1000", "abc", "", "1.5", "5 ", "0x5", "1e1", "५") if limit else ())]:
            self.refused(lister, Asked(path, {"limit": value}), f"limit {value!r}")
        for value in self._false_cursors(lister, path) if "cursor" in parameters else ():
            self.refused(lister, Asked(path, {"limit": 2, "cursor": value}), "a false cursor")

    def _false_cursors(self, lister: Operation, path: Mapping[str, str]) -> Iterator[str]:
        yield from ("", "x", "none-gave-this-1", "0" * 256, "1", "MTA=")
        own = self.send(lister, Asked(path, {"limit": 1})).object.get("cursor")
        if isinstance(own, str):
            yield from {own + "0", own[:-1], own[::-1], "9" + own[1:]} - {own}
        for other in self.spec.operations.values():
            if other.lists and other is not lister:
                cursor = self.send(other, Asked(self.path(other), {"limit": 1})).object.get("cursor")
                if isinstance(cursor, str):
                    yield cursor

    # Ids

    def false_ids(self, resource: Resource) -> None:
        """An id that names nothing, or something else, finds nothing."""
        for path in self.paths(resource.reader)[:2] if self.watch.known(resource) else ():
            own = path[resource.id]
            for id in self._false(own, resource):
                self.refused(resource.reader, Asked({**path, resource.id: id}), f"the id {_shape(id, own)}", 404)
            for name in resource.reader.path_names[:-1]:
                for other in [*(p[name] for p in self.paths(resource.reader)), "none-has-this-1"]:
                    if other != path[name] and not self._there(resource, {**path, name: other}):
                        self.refused(resource.reader, Asked({**path, name: other}), f"another {name}", 404)

    def _there(self, resource: Resource, path: Mapping[str, str]) -> bool:
        """Whether the object is one of this parent."""
        known = self.watch.objects.get(path[resource.id], {})
        return all(known.get(name, value) == value for name, value in path.items() if name != resource.id)

    def _false(self, own: str, resource: Resource) -> list[str]:
        others = [
            each["id"] for other in self.spec.resources if other != resource for each in self.watch.known(other)[:1]
        ]
        made_up = [
            own[::-1],
            own.swapcase(),
            own[:-1],
            own + "0",
            f" {own}",
            f"{own} ",
            "none-has-this-1",
            "*",
            "%",
            "0",
        ]
        known = {each["id"] for each in self.watch.known(resource)}
        return [each for each in [*others, *made_up] if each not in known and each]

    # Bodies

    def bodies(self, resource: Resource) -> None:
        """Every member wrong in every way, every limit from both sides; only what was accepted is there afterwards."""
        creator = resource.creator
        assert creator
        before, accepted = self._ids(), list[str]()
        for kind in self.spec.bodies(creator):
            examples = (each for each in self.spec.examples(creator) if self.spec.kind(creator, each) == kind)
            example = self.true(creator, next(examples, {}))
            for what, body in self._variants(creator, kind, example) if len(example) > 1 else ():
                valid = self.spec.validator(kind).is_valid(body)
                lie = valid and self._lie(creator, kind, body)
                if valid and lie and "x-provenance" in kind:
                    continue  # no page says what else such a body is asked for
                if valid and not lie:
                    accepted.append(str(self.accepted(creator, Asked(body=body), what).get("id")))
                else:
                    self.refused(creator, Asked(body=body), what)
        for what, raw, media in self._broken(json_bytes(self.true(creator, self.spec.examples(creator)[0]))):
            self._raw_body(creator, what, raw, media)
        grown = {name: ids - before.get(name, set()) for name, ids in self._ids().items()}
        own = grown.pop(resource.id, set())
        if own != set(accepted) or any(grown[e.id] for e in self.made if e.id in grown):
            self.found("objects_are_counted", creator.id, f"{len(accepted)} were accepted, {len(own)} are there")
        for each in accepted:
            self.send(resource.reader, Asked({resource.id: each}))

    def _ids(self) -> dict[str, set[str]]:
        """Every id that the lists hold, by resource."""
        return {each.id: {e["id"] for e in self.everything(each.lister)} for each in self.made if each.lister}

    def _variants(self, creator: Operation, kind: Node, body: Node) -> Iterator[tuple[str, Node]]:
        for name in kind.get("required", []):
            yield f"without {name}", {k: v for k, v in body.items() if k != name}
        for name, node in self.spec.members(kind).items():
            for value in self._values(name, node, body.get(name)):
                yield f"{name}: {_told(value)}", {**body, name: value}
        yield "another member", {**body, "notDocumented1": "x"}
        yield "as it should be", body
        yield "nothing", {}

    def _values(self, name: str, node: Node, value: Any) -> Iterator[Any]:
        yield from (None, True, [], {}, 7, 1.5, "", "text")
        if "properties" in node:
            inner = value if isinstance(value, dict) else {}
            for member in node.get("required", []):
                yield {k: v for k, v in inner.items() if k != member}
            for member, each in self.spec.members(node).items():
                yield from ({**inner, member: wrong} for wrong in self._values(member, each, inner.get(member)))
        elif "items" in node:
            item = self.spec.resolved(node["items"])
            yield from ([each] for each in item.get("enum", [])[:3])
            yield from ([*(value or []), wrong] for wrong in ("unknown", 7, None))
        elif "enum" in node:
            yield from (*node["enum"], *(str(each).swapcase() for each in node["enum"][:3]), f"{node['enum'][0]} ")
        elif node.get("type") == "integer":
            yield from self._numbers_around(node, value)
        elif node.get("type") == "string":
            yield from self._texts(name, node, value)

    def _numbers_around(self, node: Node, value: Any) -> Iterator[Any]:
        bounds = [
            node[n] for n in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "x-most") if n in node
        ]
        yield from (each + step for each in bounds for step in (-1, 0, 1))
        yield from (0, -1, -2000, 10**15, str(value), f"{value}.0", float(value or 0) + 0.5)

    def _texts(self, name: str, node: Node, value: Any) -> Iterator[Any]:
        if isinstance(value, str) and value.isdigit():
            yield int(value)
        if "x-days" in node:
            yield from self._times(node)
        elif resource := self.spec.named_by(name):
            known = [each["id"] for each in self.usable(resource)]
            yield from (*known[:3], *self._false(known[0], resource))
            yield from (each["id"] for each in self.watch.known(resource) if each.get("status") != node.get("x-state"))
        elif "format" not in node and "const" not in node:
            yield from (*_ODD, "x" * 300, "y" * _LONG)
        elif "format" in node:
            yield from ("not a url", "https://example.com/a?b=c&d=%20#e")
        else:
            yield from (str(value).upper(), f"{value} ")

    def _times(self, node: Node) -> Iterator[Any]:
        now = self.target.now() + TICK
        offset = datetime.strptime(node.get("x-utc-offset", "+00:00"), "%z").tzinfo or UTC
        day = datetime.fromtimestamp(now, offset).replace(hour=23, minute=59, second=59, microsecond=0)
        last = (day + timedelta(days=node["x-days"]["last"])).timestamp()
        yield from (local(node, last + step) for step in (-86_400, 0, 1, 86_400, 86_400 * 365))
        yield from ("2026-02-30T10:00:00", "2026-03-01", "2026-03-01T10:00", "2026-03-01 10:00:00", "tomorrow")
        for step in (-86_400, -1, 0, 1, 60):
            yield local(node, self.target.now() + TICK + step)

    def _lie(self, creator: Operation, kind: Node, body: Node) -> bool:
        """Whether a body of the right shape says what isn't so."""
        for name, node in self.spec.members(kind).items():
            if name not in body:
                continue
            if "x-most" in node and body[name] > node["x-most"]:
                return True
            if resource := self.spec.named_by(name):
                known = {e["id"]: e for e in self.watch.known(resource)}.get(body[name])
                if known is None or node.get("x-state") not in (None, known.get("status")):
                    return True
            if "x-days" in node and not self._in_time(node, body[name]):
                return True
        return False

    def _in_time(self, node: Node, value: str) -> bool:
        offset = datetime.strptime(node.get("x-utc-offset", "+00:00"), "%z").tzinfo
        now = datetime.fromtimestamp(self.target.now() + TICK, offset)
        try:
            at = datetime.fromisoformat(value).replace(tzinfo=offset)
        except ValueError:
            return False
        return now <= at and (at.date() - now.date()).days <= int(node["x-days"]["last"])

    @staticmethod
    def _broken(good: bytes) -> Iterator[tuple[str, bytes, str]]:
        bodies = {
            "no body": b"", "not JSON": b"{oops", "cut short": good[:-1], "more after its end": good + b"x",
            "two bodies": good + good, "a list of it": b"[" + good + b"]", "a text": b'"text"', "null": b"null",
            "single quotes": good.replace(b'"', b"'"), "no UTF-8": good.replace(b"walk", b"\xff\xfe"),
            "a comma too many": good[:-1] + b",}", "a comment": good + b"// x", "NaN": good[:-1] + b',"x":NaN}',
        }  # fmt: skip
        yield from ((what, body, "application/json") for what, body in bodies.items())
        yield from ((f"as {media or 'no type'}", good, media) for media in ("text/plain", "", "application/xml"))
        yield "a form", b"a=b", "application/x-www-form-urlencoded"
        yield "JSON called a form", good, "application/x-www-form-urlencoded"

    def _raw_body(self, creator: Operation, what: str, body: bytes, media: str) -> None:
        headers = {"Authorization": f"Bearer {self.target.key}", **({"Content-Type": media} if media else {})}
        answer = self.raw("POST", creator.path, {}, headers, body)
        self._error(creator.id, answer, what, 400, 415)

    def _error(self, operation: str, answer: Answer, what: str, *statuses: int) -> None:
        """What must be an error of this kind, in the one shape that errors have."""
        if answer.status not in statuses:
            self.found("lies_are_refused", operation, f"{what}: answered {answer.status}")
        elif answer.media != "application/json" or not isinstance(answer.object.get("message"), str):
            self.found("errors_are_explained", operation, f"{what}: answered {answer.status} in another shape")
        if self.target.key.encode() in answer.body:
            self.found("errors_are_explained", operation, f"{what}: the answer holds the API key")

    # Keys, methods, paths

    def false_keys(self, operation: Operation) -> None:
        """Whoever has no key, or nearly the right one, is told nothing else."""
        key = self.target.key
        wrong: dict[str, dict[str, str]] = {
            "no key": {},
            "another header": {"Authentication": f"Bearer {key}"},
            "X-API-Key": {"X-API-Key": key},
        }
        for value in (
            "", "Bearer", "Bearer ", key, f"Bearer {key}x", f"Bearer {key[:-1]}", f"Bearer {key[: len(key) // 2]}",
            f"Bearer {key} {key}", f"Bearer {key.upper()}", "Bearer none-has-this-1", f"Basic {key}", f"Token {key}",
            "Bearer *",
        ):  # fmt: skip
            wrong[value.replace(key, "KEY") or "an empty one"] = {"Authorization": value}
        body = self.true(operation, self.spec.examples(operation)[0]) if operation.creates else None
        before = self._ids() if operation.creates else {}
        for what, headers in wrong.items():
            answer = self.send(operation, Asked(self.path(operation), {}, body), headers)
            if answer.status != 401:
                self.found("keys_are_asked_for", operation.id, f"{what}: answered {answer.status}")
        answer = self.send(operation, Asked(self.path(operation), {"api_key": key, "token": key}, body), {})
        nobody = self.send(operation, Asked(dict.fromkeys(operation.path_names, "none-has-this-1"), {}, body), {})
        if (answer.status, nobody.status) != (401, 401):
            self.found("keys_are_asked_for", operation.id, f"answered {answer.status}, {nobody.status} without a key")
        if operation.creates and self._ids() != before:
            self.found("keys_are_asked_for", operation.id, "created something without a key")

    def methods(self) -> None:
        """What the contract doesn't name is neither there nor allowed."""
        headers = {"Authorization": f"Bearer {self.target.key}"}
        paths: dict[str, list[Operation]] = {}
        for operation in self.spec.operations.values():
            paths.setdefault(operation.path, []).append(operation)
        for template, operations in paths.items():
            path, known = path_of(template, self.path(operations[0])), {each.method for each in operations}
            for method in (each for each in _METHODS if each not in known):
                answer = self.raw(method, path, {}, headers, b"")
                allowed = {each.strip() for each in answer.headers.get("allow", "").split(",")}
                if (answer.status, allowed) != (405, known):
                    self.found("methods_are_known", operations[0].id, f"{method}: {answer.status}, allowed {allowed}")
                if method != "HEAD" and not isinstance(answer.object.get("message"), str):
                    self.found("errors_are_explained", operations[0].id, f"{method}: 405 in another shape")
            for other in (f"{path}/", f"/{path}", f"{path}.json", f"{path}/x/y", path.swapcase(), f"/v0{path}"):
                self._error(operations[0].id, self.raw("GET", other, {}, headers, b""), "a path beside it", 404)

    # Life and money

    def life(self, resource: Resource) -> None:
        """What was created comes, state by state, to an end by itself, and stays there."""
        for body in self.examples(resource):
            made = self.make(resource, body)
            asked = Asked({resource.id: made.get("id", "none")})
            seen = [self.send(resource.reader, asked).object.get("status") for _ in range(8)]
            final = resource.states.get("x-final", ())
            good = [each for each in final if each not in self._told_why(resource)]
            if final and (made.get("status") in final or seen[-1] not in good):
                self.found(
                    "life_goes_on", resource.reader.id, f"{made.get('status')}, then {', '.join(map(str, seen))}"
                )

    def ledger(self, between: Callable[[], object]) -> None:
        """Balances move by what was paid and settled; in the end everything is settled, once."""
        before = self._books()
        between()
        self.target.wait(_FORTNIGHT)
        self.target.wait(_FORTNIGHT)
        after = self._books()
        for account in (e for r in self.spec.resources for e in self.watch.known(r) if self._balances(r)):
            resource = self.watch.kinds[account["id"]]
            for name, moves in self._balances(resource).items():
                if name in account:
                    moved = after[account["id"], name] - before.get((account["id"], name), 0)
                    due = sum(
                        sign * (after.get((account["id"], m), 0) - before.get((account["id"], m), 0))
                        for m, sign in moves.items()
                    )
                    if moved != due:
                        self.found("ledger_agrees", resource.reader.id, f"{name}: moved by {moved}, not {due}")
            self._totals(account, after)

    @staticmethod
    def _balances(resource: Resource) -> dict[str, dict[str, int]]:
        return {k: node["x-sums"] for k, node in resource.schema["properties"].items() if "x-sums" in node}

    def _books(self) -> dict[tuple[str, str], int]:
        """By account and member: the balance, or the sum over the objects that name the account and are final."""
        self.read_all()
        books: dict[tuple[str, str], int] = {}
        for id, each in self.watch.objects.items():
            resource = self.watch.kinds[id]
            final = each.get("status") in resource.states.get("x-final", (each.get("status"),))
            accounts = (
                [v for k, v in each.items() if (r := self.spec.named_by(k)) and self._balances(r)] if final else []
            )
            for account in [id] if self._balances(resource) else accounts:
                for name, value in each.items():
                    if isinstance(value, int) and not isinstance(value, bool):
                        books[account, name] = books.get((account, name), 0) + value
        return books

    def _totals(self, account: Node, books: Mapping[tuple[str, str], int]) -> None:
        """What the contract calls a total of an account is one."""
        everything = [e for e in self.watch.objects.values() if account["id"] in e.values() and e is not account]
        for resource in self.spec.resources:
            for name, node in resource.schema["properties"].items():
                rule = node.get("x-totals")
                if not rule:
                    continue
                parts = [each for each in everything if each.get(rule["where"])]
                due = sum(each.get(rule["of"], 0) for each in parts) if "of" in rule else len(parts)
                if books.get((account["id"], name), 0) != due:
                    self.found(
                        "ledger_agrees", resource.reader.id, f"{name}: {books.get((account['id'], name))}, not {due}"
                    )

    # Links and statuses

    def links(self) -> None:
        """From each create to where its answer points."""
        for link in self.spec.links:
            source, target = self.spec.operations[link.source], self.spec.operations[link.target]
            resource = self.spec.resource_of(source)
            body = self.true(source, self.spec.examples(source)[0]) if source.creates else None
            values: dict[str, Any] = {}
            for path in self.paths(source):
                answer = self.send(source, Asked(path, {}, body))
                self.target.wait(10)
                with suppress(LookupError, TypeError):
                    values = link.values(path, answer.object)
            if not values:
                self.found("links_lead_somewhere", source.id, f"{link.name}: its answer lacks what the link needs")
                continue
            there = self.send(target, Asked(
                {k: v for k, v in values.items() if k in target.path_names},
                {k: v for k, v in values.items() if k not in target.path_names},
            ))  # fmt: skip
            if there.status != 200:
                self.found("links_lead_somewhere", source.id, f"{link.name}: answered {there.status}")
            elif resource and resource.lister is target and not objects_in(target, there):
                self.found("links_lead_somewhere", source.id, f"{link.name}: finds nothing")
            self.run.walked.add((link.source, link.name))

    def provoke(self) -> None:
        """Documented statuses that nothing led to: the mock is told to answer them."""
        for id, status in sorted(self.run.documented - self.run.seen.keys()):
            operation = self.spec.operations[id]
            self.target.fail_next(id, int(status))
            body = self.true(operation, self.spec.examples(operation)[0]) if operation.creates else None
            answer = self.send(operation, Asked(self.path(operation), {}, body))
            self.run.seen.pop((id, status), None)
            self.run.provoked.add((id, status))
            if answer.status != int(status):
                self.found("answers_are_documented", id, f"{status} was asked for, {answer.status} came")


def local(node: Node, at: float) -> str:
    """A moment as a date and time without zone."""
    offset = datetime.strptime(node.get("x-utc-offset", "+00:00"), "%z").tzinfo
    return datetime.fromtimestamp(at, offset or UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _look_alikes(value: str) -> Iterable[str]:
    made = (
        value.upper(),
        value.lower(),
        value.swapcase(),
        value[:-1],
        value[1:],
        value + "0",
        f" {value}",
        f"{value} ",
    )
    return (each for each in (*made, value.replace(value[-1], "%"), "*", value.replace("-", "_")) if each != value)


def _shape(id: str, own: str) -> str:
    return {own[::-1]: "backwards", own.swapcase(): "in the other case", own[:-1]: "cut"}.get(id, f"{id[:20]!r}")


def _told(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:40]}… {len(text)} characters"


def walk(target: Target, watch: Watch, run: Run, stop: Callable[[], bool] = lambda: False) -> Run:
    """All of it, or until `stop`."""
    steps = Walk(target, watch, run)
    operations, made = list(watch.spec.operations.values()), steps.made
    lists = [each for each in operations if each.lists]
    parts: list[Callable[[], object]] = [
        steps.populate,
        steps.methods,
        *(lambda each=each: steps.life(each) for each in made),
        lambda: steps.ledger(steps.crowd),
        steps.links,
        *(lambda each=each: steps.bodies(each) for each in made),
        *(lambda each=each: steps.false_keys(each) for each in operations),
        *(lambda each=each: steps.pages(each) for each in lists),
        *(lambda each=each: steps.filters(each) for each in lists),
        *(lambda each=each: steps.false_queries(each) for each in lists),
        *(lambda each=each: steps.false_ids(each) for each in watch.spec.resources),
        steps.read_all,
        steps.provoke,
    ]
    for part in parts:
        if stop():
            break
        part()
    return run
