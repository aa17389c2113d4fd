"""Webhooks as a merchant's application receives them: each change once, signed, typed, sent again.

What an event must be, the contract says: the types under `webhooks`, the schema of each, the examples of its headers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from palomma_mock.state.courier import Courier

from .checks import Answer, Watch, which
from .run import Run
from .spec import Node, Resource, Spec
from .target import Target
from .walk import Walk

__all__ = ["deliver"]

_CHECK = "webhooks_tell_each_change"
_FAILURES = 2  # of every notification, before it is taken
# Until all is paid, then settled, then sent as often as it has to be.
_WAITS = (*[7_200.0] * 8, 14 * 86_400.0, *[365 * 86_400.0] * (_FAILURES + 1))


class Delivery(NamedTuple):
    """One attempt at a notification."""

    headers: Mapping[str, str]
    body: bytes
    at: float
    status: int = 200

    @property
    def document(self) -> Node:
        """What it tells; empty if it can't be read."""
        return Answer(200, {}, self.body).object

    @property
    def event(self) -> Node:
        """The object that it tells of."""
        event = self.document.get("event")
        return event if isinstance(event, dict) else {}


class _Listening(Target):
    """The mock, whose webhooks go to an application that fails at first."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.deliveries: list[Delivery] = []
        self.mock.send_to(self._receive)
        self._courier = Courier(self.mock)

    async def _receive(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        new = Delivery(headers, (await receive())["body"], self.now())
        tried = sum(each.document.get("webhookId") == new.document.get("webhookId") for each in self.deliveries)
        status = 500 if tried < _FAILURES else 200
        self.deliveries.append(new._replace(status=status))
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body"})

    def wait(self, seconds: float) -> None:
        """Let the mock's time pass, and have it tell of what happened."""
        super().wait(seconds)
        self._loop.run_until_complete(self._courier.send_due())


def deliver(run: Run, seed: int) -> None:
    """A small world with webhooks, and what came of it."""
    target = _Listening(seed)
    watch = Watch(run.spec, target.key)
    walk = Walk(target, watch, run)
    try:
        walk.populate()
        for resource in walk.made:
            walk.life(resource)
        for seconds in _WAITS:
            target.wait(seconds)
        walk.read_all()
    finally:
        target.close()
    for problem in (*_shape(run.spec, target), *_story(watch, target.deliveries)):
        run.found(_CHECK, "webhooks", problem)


def _headers(spec: Spec) -> tuple[str, str]:
    """The headers that hold the body in base64, and its signature."""
    item = next(iter(spec.document["webhooks"].values()))
    parameters = [spec.resolved(each) for each in item["post"]["parameters"]]
    encoded = next(each["name"] for each in parameters if "contentEncoding" in each["schema"])
    return encoded.lower(), next(each["name"] for each in parameters if "x-example-key" in each).lower()


def _types(spec: Spec) -> dict[str, Node]:
    """The schema of what each event type sends."""
    return {name: spec.sent(item["post"]) for name, item in spec.document["webhooks"].items()}


def _shape(spec: Spec, target: _Listening) -> Iterator[str]:
    """Each delivery is typed, signed and the same in header and body; the signature is written as in the examples."""
    types, (encoded_in, signed_in) = _types(spec), _headers(spec)
    for each in target.deliveries:
        encoded, kind = each.headers.get(encoded_in, ""), str(each.document.get("eventType"))
        signature = hmac.new(target.mock.integrity_key.encode(), encoded.encode(), hashlib.sha256).hexdigest()
        # No object fulfils `not: {}`: what isn't documented is of no schema.
        schema = types.get(kind, {"not": {}})
        yield from which({
            "not sent as JSON": each.headers.get("content-type") != "application/json",
            f"{kind}: not of its schema": not spec.validator(schema).is_valid(each.document),
            f"{kind}: members beside the documented ones": each.document.keys() - spec.members(schema).keys(),
            f"{encoded_in} is not the body": encoded != base64.b64encode(each.body).decode(),
            f"{signed_in} is not that of {encoded_in}": each.headers.get(signed_in) != signature,
        })  # fmt: skip


def _story(watch: Watch, deliveries: list[Delivery]) -> Iterator[str]:
    """Each change is told once, with one id and one time on each attempt, until it is taken, and as it was."""
    told, events = defaultdict[str, list[Delivery]](list), defaultdict[str, list[Delivery]](list)
    for each in deliveries:
        told[str(each.document.get("webhookId"))].append(each)
    for attempts in told.values():
        first = attempts[0]
        events[str(first.event.get("id"))].append(first)
        yield from which({
            "sent again, and not the same": len({each.body for each in attempts}) > 1,
            f"sent {len(attempts)} times, and failed {_FAILURES} times":
                [each.status for each in attempts] != [500] * _FAILURES + [200],
            "sent again at once": any(one.at >= other.at for one, other in pairwise(attempts)),
            "the timestamp is not that of the change": first.event.get("updatedAt") != first.document.get("timestamp"),
        })  # fmt: skip
    kinds = {
        watch.spec.resolved(node)["properties"]["event"]["$ref"]: kind for kind, node in _types(watch.spec).items()
    }
    for id, last in watch.objects.items():
        if kind := kinds.get(watch.kinds[id].node.get("$ref", "")):
            yield from which(_changes(watch.kinds[id], kind, last, watch.states[id], events[id]))
    yield from ("an event about nothing that there is" for id in events.keys() - watch.objects.keys())


def _changes(resource: Resource, kind: str, last: Node, seen: set[str], events: list[Delivery]) -> dict[str, object]:
    """What can be wrong about the events of one object that was seen in these states, and whether it is."""
    states, follows = [each.event.get("status") for each in events], resource.states.get("x-follows", {})
    return {
        f"an event that is not {kind} about such an object": any(e.document.get("eventType") != kind for e in events),
        f"{kind}: a change was told twice": len(set(map(str, states))) < len(states),
        f"{kind}: what it is last was not told": resource.states and states[-1:] != [last["status"]],
        f"{kind}: a state that was seen was not told": {each for each in seen if follows.get(each)} - {*states},
        f"{kind}: told {len(events)} times": not resource.states and len(events) != 1,
        f"{kind}: told of what was only created": any(not follows.get(state, [1]) for state in states),
        f"{kind}: the event is not the object": events and events[-1].event != last,
    }
