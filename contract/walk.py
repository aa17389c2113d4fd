"""What chance leaves out: a world with two of everything, each false value once, every page, link and wrong key.

The walk tells the truth and lies on purpose; `checks.Watch` looks at every answer, and the walk itself at what only
several answers show together. What is false is worked out from the contract: no endpoint has a name here.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from .checks import Answer, Asked, Watch, errors_are_explained, objects_in
from .run import Run
from .spec import Node, Operation, Resource
from .target import TICK, Target, json_bytes, path_of

__all__ = ["Walk", "local", "walk"]

_FEW, _MANY = 21, 101  # more than a page holds by default, and at most
_PAGES = 200  # a cursor that never ends has to end somewhere
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE")
_FALSE_KEYS = (
    "", "Bearer", "Bearer ", "KEY", "Bearer KEYx", "Bearer KEY KEY", "Bearer none-has-this-1", "Basic KEY",
    "Token KEY", "Bearer *",
)  # fmt: skip
_FORTNIGHT = 14 * 86_400.0
_TURNS = 4  # objects of a kind that are tried, one after the other
_LONG = 10_000
_BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "x-most")
# Texts that a careless server trims, cuts, folds, escapes or reads as something else.
_ODD = (" spaces around ", "Ünï©ödé 漢字 🎉", "CAPITALS and not", "nul\0inside", "'\"<b>&amp;%00+", "00123", "null")


class Walk:
    """One walk; each method is one part of it."""

    def __init__(self, target: Target, watch: Watch, run: Run) -> None:
        self.target, self.watch, self.run, self.spec = target, watch, run, watch.spec
        self._numbers = itertools.count(1)
        self.found = run.found
        self.key = {"Authorization": f"Bearer {target.key}"}

    def hold(self, true: object, check: str, operation: str, problem: str) -> None:
        """Count a finding unless this is so."""
        if not true:
            self.found(check, operation, problem)

    # Requests

    def send(self, operation: Operation, asked: Asked, headers: Mapping[str, str] | None = None) -> Answer:
        """One request of the contract, with the right key unless headers are given, looked at by every check."""
        method, body = operation.method, b"" if asked.body is None else json_bytes(asked.body)
        sent = {"Content-Type": "application/json"} if body else {}
        sent |= self.key if headers is None else headers
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

    def refused(self, operation: Operation, asked: Asked, what: str, status: int = 400) -> None:
        """Send what must be refused."""
        answer = self.send(operation, asked)
        self.hold(answer.status == status, "lies_are_refused", operation.id, f"{what}: answered {answer.status}")

    def unknown(self, operation: Operation, answer: Answer, what: str, *statuses: int) -> None:
        """What no operation of the contract is asked for is refused all the same, and in the shape that errors have."""
        told = f"{what}: answered {answer.status}"
        self.hold(answer.status in statuses, "lies_are_refused", operation.id, told)
        self.hold(answer.media == "application/json", "errors_are_explained", operation.id, f"{told}, not as JSON")
        for problem in errors_are_explained(self.watch, operation, Asked(), answer, self.target.now()):
            self.found("errors_are_explained", operation.id, f"{what}: {problem}")

    def accepted(self, operation: Operation, asked: Asked, what: str = "an example") -> Node:
        """Send what must be accepted; the object that came of it."""
        answer = self.send(operation, asked)
        told = f"{what}: answered {answer.status}"
        self.hold(answer.status // 100 == 2, "truth_is_accepted", operation.id, told)
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
        if "reference" in self.members(operation):
            told["reference"] = f"walk-Ref-{next(self._numbers)}"
        return told

    def body(self, operation: Operation) -> Node | None:
        """A true body, if there has to be one."""
        return self.true(operation, self.spec.examples(operation)[0]) if operation.creates else None

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
        return self.accepted(resource.maker, Asked(body=self.true(resource.maker, body, turn)))

    @property
    def made(self) -> list[Resource]:
        """What can be created, in the order in which one needs the other."""
        return sorted((each for each in self.spec.resources if each.creator), key=self._needs)

    def _needs(self, resource: Resource) -> int:
        named = [self.spec.named_by(each) for each in self.members(resource.maker)]
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
        bodies = self.spec.examples(resource.maker)
        flags = [name for name, value in bodies[0].items() if isinstance(value, bool)]
        return [*bodies, *({**bodies[0], name: not bodies[0][name]} for name in flags)]

    def _two(self, resource: Resource, turn: int) -> Node:
        """Free texts that differ, so that one object can't be taken for the other."""
        texts = {"name", "description", "email"} & self.examples(resource)[0].keys() if turn else set()
        return {name: f"second.{name}@example.com" for name in texts}

    def _bring(self, resource: Resource, state: str) -> None:
        """An object to a final state, whichever way leads there: by this example or by another one."""
        why = self.spec.resolved(resource.schema["properties"].get("statusMessage", {})).get("enum", [])
        for turn, body in itertools.product(range(_TURNS), self.examples(resource)):
            made = self.make(resource, body, turn)
            # Another reason each time.
            reasons = why and [why[next(self._numbers) % len(why)]] if state in self._told_why(resource) else []
            self.target.decide(made.get("id", "none"), state, *reasons)
            asked = Asked({resource.id: made.get("id", "none")})
            now = self.send(resource.reader, asked).object
            if now.get("status") == state:
                moved = str(now.get("updatedAt")) > str(made.get("updatedAt")) or "updatedAt" not in now
                self.hold(moved, "times_agree", resource.reader.id, "updatedAt: did not move with the status")
                return
        self.found("every_state_is_seen", resource.reader.id, f"nothing led to {state}")

    @staticmethod
    def _told_why(resource: Resource) -> list[str]:
        message: Node = resource.schema["properties"].get("statusMessage", {})
        return list(message.get("x-present", {}).get("status", []))

    # Reading

    def page_through(self, lister: Operation, path: Mapping[str, str], query: Mapping[str, Any]) -> list[list[Node]]:
        """The pages of a list until the last one."""
        pages: list[list[Node]] = []
        cursor: Any = None
        for _ in range(_PAGES):
            answer = self.send(lister, Asked(path, {**query, **({"cursor": cursor} if cursor else {})}))
            pages.append(objects_in(lister, answer))
            before, cursor = cursor, answer.object.get("cursor")
            own = cursor is not None and cursor == before
            self.hold(not own, "pages_are_complete", lister.id, "a cursor leads to its own page")
            if own or not isinstance(cursor, str):
                return pages
        self.found("pages_are_complete", lister.id, "the pages never end")
        return pages

    def ids(self, lister: Operation, path: Mapping[str, str], **query: Any) -> list[str]:
        """The ids of all pages of a list."""
        return [each["id"] for page in self.page_through(lister, path, query) for each in page]

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
        if not (lister := resource.lister):
            return
        for turn, path in enumerate(self.paths(lister)):
            listed = self.everything(lister, turn)
            ids = [each["id"] for each in listed]
            lost = set(self.watch.made) & {e["id"] for e in self.watch.known(resource)} - set(ids)
            self.hold(not lost, "creates_are_kept", lister.id, "what was created isn't listed")
            self.hold(len(set(ids)) == len(ids), "pages_are_complete", lister.id, "the list holds an object twice")
            again = self.ids(lister, self.path(lister, turn), limit=100) == ids
            self.hold(again, "reads_are_repeatable", lister.id, "the same list, in another order or not whole")
            for each in listed:
                self._read_twice(resource, Asked({**path, resource.id: each["id"]}), each)

    def _read_twice(self, resource: Resource, asked: Asked, listed: Node) -> None:
        first, second = self.send(resource.reader, asked), self.send(resource.reader, asked)
        final = listed.get("status") in resource.states.get("x-final", (listed.get("status"),))
        same = first.object == second.object == listed or not final
        self.hold(same, "reads_are_repeatable", resource.reader.id, "differs from what the list shows")

    def read_all(self) -> None:
        """Every list and every object."""
        for resource in self.spec.resources:
            self.read(resource)

    # Pages and filters

    def crowd(self) -> None:
        """More objects than a page holds."""
        for number, resource in enumerate(self.made):
            example = self.examples(resource)[0]
            # As much as can be asked for, so that a balance would be overdrawn that nobody looks after.
            most = {k: node["x-most"] for k, node in self.members(resource.maker).items() if "x-most" in node}
            for turn in range(len(self.watch.known(resource)), _FEW if number else _MANY):
                self.make(resource, {**example, **most}, turn)
        self.target.wait(10)

    def pages(self, lister: Operation) -> None:
        """Pages of every size put together are the list, and each but the last is full."""
        check, limits = "pages_are_complete", self._limits(lister)
        for path in self.paths(lister):
            whole = self.ids(lister, path, limit=100)
            for limit in (7, None):
                pages = self.page_through(lister, path, {} if limit is None else {"limit": limit})
                size = limit or lister.parameters.get("limit", {}).get("x-default")
                complete = [each["id"] for page in pages for each in page] == whole
                self.hold(complete, check, lister.id, f"pages of {limit} are not the whole list")
                full = all(len(page) == size for page in pages[:-1])
                self.hold(full, check, lister.id, f"a page of {limit or 'no limit'} isn't full")
            for limit in range(limits.get("minimum", 1), limits.get("maximum", _MANY) + 1):
                answer = self.send(lister, Asked(path, {"limit": limit}))
                count = len(objects_in(lister, answer))
                self.hold(count == min(limit, len(whole)), check, lister.id, f"limit {limit}: {count} of {len(whole)}")
                counted = answer.object.get("count") in (count, len(whole))
                self.hold(counted, check, lister.id, "count: neither of this page nor of all")

    def _limits(self, lister: Operation) -> Node:
        """The schema of how many objects a page may hold; empty if nobody may say."""
        parameter = lister.parameters.get("limit")
        return self.spec.resolved(parameter["schema"]) if parameter else {}

    def filters(self, lister: Operation) -> None:
        """A filter finds what has exactly this value, alone and with the others; what looks alike isn't it."""
        whole = self.everything(lister)
        for name in lister.filters:
            values = list(dict.fromkeys(each[name] for each in whole if isinstance(each.get(name), str)))
            chosen = values[:2] + values[-1:]
            for value in [*chosen, *(other for each in chosen for other in _look_alikes(each))]:
                self._compare(lister, whole, {name: value})
        firsts = [each for each in whole if all(name in each for name in lister.filters)][:6]
        for one, other in itertools.product(firsts[:2], firsts[-2:]) if len(lister.filters) > 1 else ():
            first, *rest = lister.filters
            self._compare(lister, whole, {first: one[first], **{name: other[name] for name in rest}})

    def _compare(self, lister: Operation, whole: list[Node], wanted: Mapping[str, str]) -> None:
        expected = [each["id"] for each in whole if all(each.get(name) == value for name, value in wanted.items())]
        exact = self.ids(lister, self.path(lister), **wanted, limit=3) == expected
        self.hold(exact, "filters_are_exact", lister.id, f"{', '.join(wanted)}: not what has exactly this value")

    def false_queries(self, lister: Operation) -> None:
        """Limits and cursors that no page gave."""
        path, limit = self.path(lister), self._limits(lister)
        bounds = [limit[name] + step for name, step in (("minimum", -1), ("maximum", 1)) if name in limit]
        for value in [
            *bounds,
            *(("-5", "1000", "abc", "", "1.5", "5 ", "0x5", "1e1", "५", "+5", "5.0") if limit else ()),
        ]:
            self.refused(lister, Asked(path, {"limit": value}), f"limit {value!r}")
        for value in self._false_cursors(lister, path) if "cursor" in lister.parameters else ():
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
                self.refused(resource.reader, Asked({**path, resource.id: id}), f"the id {id[:20]!r}", 404)
            for name in resource.reader.path_names[:-1]:
                for other in [*(p[name] for p in self.paths(resource.reader)), "none-has-this-1"]:
                    if other != path[name] and not self._there(resource, {**path, name: other}):
                        self.refused(resource.reader, Asked({**path, name: other}), f"another {name}", 404)

    def _there(self, resource: Resource, path: Mapping[str, str]) -> bool:
        """Whether the object is one of this parent."""
        known = self.watch.objects.get(path[resource.id], {})
        return all(known.get(name, value) == value for name, value in path.items() if name != resource.id)

    def _false(self, own: str, resource: Resource) -> list[str]:
        """Ids of other kinds, and what looks like this one."""
        others = [there[0]["id"] for other in self.spec.resources if (there := self.watch.known(other))]
        known = {each["id"] for each in self.watch.known(resource)}
        return [each for each in (*others, *_look_alikes(own)) if each not in known]

    # Bodies

    def bodies(self, resource: Resource) -> None:
        """Every member wrong in every way, every limit from both sides; only what was accepted is there afterwards."""
        creator = resource.maker
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
            headers = {**self.key, **({"Content-Type": media} if media else {})}
            self.unknown(creator, self.raw("POST", creator.path, {}, headers, raw), what, 400, 415)
        grown = {name: ids - before.get(name, set()) for name, ids in self._ids().items()}
        own = grown.pop(resource.id, set())
        counted = own == set(accepted) and not any(grown.values())
        told = f"{len(accepted)} were accepted, {len(own)} are there"
        self.hold(counted, "objects_are_counted", creator.id, told)
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
        bounds = [node[name] for name in _BOUNDS if name in node]
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
        elif "format" in node:
            yield from ("not a url", "https://example.com/a?b=c&d=%20#e")
        else:
            yield from _look_alikes(str(value)) if "const" in node else (*_ODD, "x" * 300, "y" * _LONG)

    def _times(self, node: Node) -> Iterator[Any]:
        now = self.target.now() + TICK
        day = datetime.fromtimestamp(now, _zone(node)).replace(hour=23, minute=59, second=59, microsecond=0)
        last = (day + timedelta(days=node["x-days"]["last"])).timestamp()
        yield from (local(node, last + step) for step in (-86_400, 0, 1, 86_400, 86_400 * 365))
        yield from ("2026-02-30T10:00:00", "2026-03-01", "2026-03-01T10:00", "2026-03-01 10:00:00", "tomorrow")
        yield from (f"{local(node, now + 86_400)}{zone}" for zone in ("Z", "-05:00"))
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
        now = datetime.fromtimestamp(self.target.now() + TICK, _zone(node))
        try:
            at = datetime.fromisoformat(value).replace(tzinfo=now.tzinfo)
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
            "UTF-16": good.decode().encode("utf-16"), "NaN for a number": re.sub(rb": \d+", b": NaN", good),
        }  # fmt: skip
        yield from ((what, body, "application/json") for what, body in bodies.items() if body != good)
        yield from ((f"as {media or 'no type'}", good, media) for media in ("text/plain", "", "application/xml"))
        yield "a form", b"a=b", "application/x-www-form-urlencoded"
        yield "JSON called a form", good, "application/x-www-form-urlencoded"

    # Keys, methods, paths

    def false_keys(self, operation: Operation) -> None:
        """Whoever has no key, or nearly the right one, is told nothing else."""
        key, path, body = self.target.key, self.path(operation), self.body(operation)
        elsewhere: list[dict[str, str]] = [{}, {"X-API-Key": key}, {"Cookie": f"key={key}; token={key}"}]
        elsewhere += ({name: f"Bearer {key}"} for name in ("Authentication", "Proxy-Authorization"))
        nearly = [value.replace("KEY", key) for value in _FALSE_KEYS]
        nearly += [f"Bearer {key[:-1]}", f"Bearer {key[: len(key) // 2]}", f"Bearer {key.upper()}"]
        before = self._ids() if operation.creates else {}
        wrong = [(Asked(path, {}, body), given) for given in (*elsewhere, *({"Authorization": v} for v in nearly))]
        wrong += [(Asked(path, {"api_key": key, "token": key}, body), {})]
        wrong += [(Asked(dict.fromkeys(operation.path_names, "none-has-this-1"), {}, body), {})]
        for asked, headers in wrong:
            answer = self.send(operation, asked, headers)
            told = f"{headers or 'no key'}".replace(key, "KEY") + f": answered {answer.status}"
            self.hold(answer.status == 401, "keys_are_asked_for", operation.id, told)
        kept = not operation.creates or self._ids() == before
        self.hold(kept, "keys_are_asked_for", operation.id, "created something without a key")

    def methods(self) -> None:
        """What the contract doesn't name is neither there nor allowed."""
        for template in dict.fromkeys(each.path for each in self.spec.operations.values()):
            first, *others = (each for each in self.spec.operations.values() if each.path == template)
            path, known = path_of(template, self.path(first)), {each.method for each in (first, *others)}
            for method in (each for each in _METHODS if each not in known):
                answer = self.raw(method, path, {}, self.key, b"")
                allowed = {each.strip() for each in answer.headers.get("allow", "").split(",")}
                told = f"{method}: {answer.status}, allowed {allowed}"
                self.hold((answer.status, allowed) == (405, known), "methods_are_known", first.id, told)
                if method != "HEAD":  # whose answers have no body
                    self.unknown(first, answer, method, 405)
            for other in (f"{path}/", f"/{path}", f"{path}.json", f"{path}/x/y", path.swapcase(), f"/v0{path}"):
                self.unknown(first, self.raw("GET", other, {}, self.key, b""), "a path beside it", 404)

    # Life and money

    def life(self, resource: Resource) -> None:
        """What was created comes, state by state, to an end by itself, and stays there."""
        for body in self.examples(resource):
            made = self.make(resource, body)
            asked = Asked({resource.id: made.get("id", "none")})
            seen = [self.send(resource.reader, asked).object.get("status") for _ in range(8)]
            final = resource.states.get("x-final", ())
            good = [each for each in final if each not in self._told_why(resource)]
            alive = not final or (made.get("status") not in final and seen[-1] in good)
            told = f"{made.get('status')}, then {', '.join(map(str, seen))}"
            self.hold(alive, "life_goes_on", resource.reader.id, told)

    def too_early(self, creator: Operation) -> None:
        """What names an object that hasn't come to its state yet is refused."""
        for name, node in self.members(creator).items():
            resource = self.spec.named_by(name)
            if resource and "x-state" in node:
                fresh = self.make(resource, self.examples(resource)[0])
                body = {**(self.body(creator) or {}), name: fresh.get("id")}
                self.refused(creator, Asked(body=body), f"{name}: not {node['x-state']} yet")

    def too_late(self, resource: Resource) -> None:
        """What no payer comes for ends when its time is over."""
        if any("x-days" in node for node in self.members(resource.maker).values()):
            with self.target.nobody_pays():
                asked = Asked({resource.id: self.make(resource, self.examples(resource)[0]).get("id", "none")})
                self.target.wait(2 * 86_400)
                status = self.send(resource.reader, asked).object.get("status")
            over = status in self._told_why(resource)
            self.hold(over, "life_goes_on", resource.reader.id, f"{status} when its time is over")

    def ledger(self, between: Callable[[], object]) -> None:
        """Balances move by what was paid and settled; in the end everything is settled, once."""
        before = self._books()
        between()
        self.target.wait(_FORTNIGHT)
        self.target.wait(_FORTNIGHT)
        after = self._books()
        for account in (e for r in self.spec.resources for e in self.watch.known(r) if self._balances(r)):
            resource = self.watch.kinds[account["id"]]
            moved = {m: after[id, m] - before[id, m] for id, m in [*after] if id == account["id"]}
            for name, moves in self._balances(resource).items():
                due = sum(sign * moved.get(each, 0) for each, sign in moves.items())
                agrees = name not in account or moved[name] == due
                self.hold(agrees, "ledger_agrees", resource.reader.id, f"{name}: didn't move by {due}")
            self._totals(account, after)

    @staticmethod
    def _balances(resource: Resource) -> dict[str, dict[str, int]]:
        return {k: node["x-sums"] for k, node in resource.schema["properties"].items() if "x-sums" in node}

    def _books(self) -> Counter[tuple[str, str]]:
        """By account and member: the balance, or the sum over the objects that name the account and are final."""
        self.read_all()
        books = Counter[tuple[str, str]]()
        for id, each in self.watch.objects.items():
            resource = self.watch.kinds[id]
            final = each.get("status") in resource.states.get("x-final", (each.get("status"),))
            accounts = [v for k, v in each.items() if (r := self.spec.named_by(k)) and self._balances(r)]
            for account in [id] if self._balances(resource) else accounts if final else []:
                numbers = {k: v for k, v in each.items() if isinstance(v, int) and not isinstance(v, bool)}
                books.update({(account, name): value for name, value in numbers.items()})
        return books

    def _totals(self, account: Node, books: Counter[tuple[str, str]]) -> None:
        """What the contract calls a total of an account is one."""
        everything = [e for e in self.watch.objects.values() if account["id"] in e.values() and e is not account]
        nodes = [(each, *item) for each in self.spec.resources for item in each.schema["properties"].items()]
        for resource, name, node in nodes:
            if rule := node.get("x-totals"):
                parts = [each for each in everything if each.get(rule["where"])]
                due = sum(each.get(rule["of"], 0) for each in parts) if "of" in rule else len(parts)
                total = books[account["id"], name]
                self.hold(total == due, "ledger_agrees", resource.reader.id, f"{name}: {total}, not {due}")

    # Links and statuses

    def links(self) -> None:
        """From each create to where its answer points."""
        for link in self.spec.links:
            source, target = self.spec.operations[link.source], self.spec.operations[link.target]
            resource = self.spec.resource_of(source)
            body = self.body(source)
            values: dict[str, Any] = {}
            for path in self.paths(source):
                answer = self.send(source, Asked(path, {}, body))
                self.target.wait(10)
                with suppress(LookupError, TypeError):
                    values = link.values(path, answer.object)
            needed, path = bool(values), {name: values.pop(name, "none") for name in target.path_names}
            there = self.send(target, Asked(path, values))
            found = objects_in(target, there) or not resource or resource.lister is not target
            told = f"{link.name}: answered {there.status}, and nothing is found, or nothing that the link needs"
            self.hold(needed and there.status == 200 and found, "links_lead_somewhere", source.id, told)
            self.run.walked.add((link.source, link.name))

    def provoke(self) -> None:
        """Documented statuses that nothing led to: the mock is told to answer them."""
        for id, status in sorted(self.run.documented - self.run.seen.keys()):
            operation = self.spec.operations[id]
            self.target.fail_next(id, int(status))
            answer = self.send(operation, Asked(self.path(operation), {}, self.body(operation)))
            self.run.seen.pop((id, status), None)
            self.run.provoked.add((id, status))
            told = f"{status} was asked for, {answer.status} came"
            self.hold(answer.status == int(status), "answers_are_documented", id, told)


def local(node: Node, at: float) -> str:
    """A moment as a date and time without zone."""
    return datetime.fromtimestamp(at, _zone(node)).strftime("%Y-%m-%dT%H:%M:%S")


def _zone(node: Node) -> tzinfo:
    return datetime.strptime(node.get("x-utc-offset", "+00:00"), "%z").tzinfo or UTC


def _look_alikes(value: str) -> list[str]:
    """What a careless comparison takes for this value."""
    made = [value.upper(), value.lower(), value.swapcase(), value[::-1], value[:-1], value[1:], value + "0"]
    made += [f" {value}", f"{value} ", value.replace(value[-1], "%"), value.replace("-", "_")]
    return [each for each in (*made, "*", "%", "0", "none-has-this-1") if each not in ("", value)]


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
        *(lambda each=each: steps.too_early(each.maker) for each in made),
        *(lambda each=each: steps.too_late(each) for each in made),
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
