"""Webhooks as a merchant receives them, from the mock's own server: each change once, signed, typed, sent again.

What an event must be, the contract says: the types under `webhooks`, the schema of each, the examples of its headers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from typing import Any, NamedTuple

import httpx

from palomma_mock import MockServer

from .checks import Answer, Watch
from .run import Run
from .spec import Node
from .target import BANK, SOONEST, START, Target
from .walk import Walk

__all__ = ["deliver"]

_CHECK = "webhooks_tell_each_change"
_FAILURES = 2  # of every notification, before it is taken
_YEAR = 365 * 86_400.0


class Delivery(NamedTuple):
    """One attempt at a notification."""

    headers: Mapping[str, str]
    body: bytes
    at: float
    status: int


class _Remote(Target):
    """The mock behind its server, whose webhooks go to a receiver that fails at first."""

    def __init__(self, run: Run, server: MockServer) -> None:
        self.spec, self.mock, self.key = run.spec, server, server.api_key
        self._http = httpx.Client(base_url=server.base_url, trust_env=False)

    def send(self, method: str, path: str, query: Any, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request, over the network, a second after the one before."""
        self.mock.advance(1)
        told = self._http.request(method, path, params=query, headers=dict(headers), content=body)
        return Answer(told.status_code, dict(told.headers), told.content)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


@contextmanager
def _receiver(deliveries: list[Delivery], now: Any) -> Iterator[str]:
    tries: dict[bytes, int] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            key = json.dumps(_read(body).get("webhookId", "")).encode()
            tries[key] = tries.get(key, 0) + 1
            status = 500 if tries[key] <= _FAILURES else 200
            headers = {name.lower(): value for name, value in self.headers.items()}
            deliveries.append(Delivery({"method": self.command, **headers}, body, now(), status))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _read(body: bytes) -> Node:
    return Answer(200, {}, body).object


def deliver(run: Run, seed: int) -> None:
    """A small world on a server with webhooks, and what came of it."""
    deliveries: list[Delivery] = []
    settings: dict[str, Any] = {"seed": seed, "auto_approve": True, "bank_delay": BANK, "strict": False}
    server = MockServer(start=START, **settings)
    with _receiver(deliveries, lambda: server.clock.now()) as url:
        server.settings = type(server.settings)(webhook_url=url, **settings)
        with server:
            target = _Remote(run, server)
            watch = Watch(run.spec, server.api_key, bank=SOONEST)
            walk = Walk(target, watch, run)
            try:
                walk.populate()
                for _ in range(8):
                    target.wait(7_200)
                target.wait(14 * 86_400)
                target.wait(_YEAR)
                walk.read_all()
            finally:
                target.close()
    for problem in (*_shape(run, deliveries, server.integrity_key), *_story(watch, deliveries)):
        run.found(_CHECK, "webhooks", problem)


def _headers(run: Run) -> tuple[str, str]:
    """The headers that hold the body in base64, and its signature."""
    item = next(iter(run.spec.document["webhooks"].values()))
    parameters = [run.spec.resolved(each) for each in item["post"]["parameters"]]
    encoded = next(each["name"] for each in parameters if "contentEncoding" in each["schema"])
    return encoded.lower(), next(each["name"] for each in parameters if "x-example-key" in each).lower()


def _types(run: Run) -> dict[str, Node]:
    """The schema of what each event type sends."""
    hooks = run.spec.document.get("webhooks", {})
    return {name: item["post"]["requestBody"]["content"]["application/json"]["schema"] for name, item in hooks.items()}


def _shape(run: Run, deliveries: list[Delivery], key: str) -> Iterator[str]:
    """Each delivery is typed, signed and the same in header and body; the signature is written as in the examples."""
    types = _types(run)
    encoded_in, signed_in = _headers(run)
    for each in deliveries:
        document, encoded = _read(each.body), each.headers.get(encoded_in, "")
        kind = str(document.get("eventType"))
        if each.headers.get("content-type") != "application/json":
            yield "not sent as JSON"
        if kind not in types or not run.spec.validator(types[kind]).is_valid(document):
            yield f"{kind}: not of its schema"
        elif document.keys() - run.spec.members(types[kind]).keys():
            yield f"{kind}: members beside the documented ones"
        if encoded != base64.b64encode(each.body).decode():
            yield f"{encoded_in} is not the body"
        signature = hmac.new(key.encode(), encoded.encode(), hashlib.sha256).hexdigest()
        if each.headers.get(signed_in) != signature:
            yield f"{signed_in} is not that of {encoded_in}"


def _story(watch: Watch, deliveries: list[Delivery]) -> Iterator[str]:
    """Each change is told once, with one id and one time on each attempt, until it is taken, and as it was."""
    told: dict[str, list[Delivery]] = {}
    for each in deliveries:
        told.setdefault(str(_read(each.body).get("webhookId")), []).append(each)
    events: dict[str, list[Node]] = {}
    for attempts in told.values():
        document = _read(attempts[0].body)
        if len({each.body for each in attempts}) > 1:
            yield "sent again, and not the same"
        if [each.status for each in attempts] != [500] * _FAILURES + [200]:
            yield f"sent {len(attempts)} times, and failed {_FAILURES} times"
        if any(one.at >= other.at for one, other in pairwise(attempts)):
            yield "sent again at once"
        event = document.get("event", {})
        if not isinstance(event, dict) or event.get("updatedAt") != document.get("timestamp"):
            yield "the timestamp is not that of the change"
        events.setdefault(str(event.get("id") if isinstance(event, dict) else ""), []).append(document)
    yield from _changes(watch, events)


def _changes(watch: Watch, events: Mapping[str, list[Node]]) -> Iterator[str]:
    types = _types_by_resource(watch)
    for id, each in watch.objects.items():
        resource = watch.kinds[id]
        kind = types.get(resource.node.get("$ref", ""))
        documents = events.get(id, [])
        if kind is None:
            continue
        if any(document.get("eventType") != kind for document in documents):
            yield f"an event that is not {kind} about such an object"
        states = [document["event"].get("status") for document in documents]
        if len(set(map(str, states))) < len(states):
            yield f"{kind}: a change was told twice"
        if resource.states and (not states or states[-1] != each["status"]):
            yield f"{kind}: what it is last was not told"
        if not resource.states and len(documents) != 1:
            yield f"{kind}: told {len(documents)} times"
        follows = resource.states.get("x-follows", {})
        if any(not follows.get(state, [1]) for state in states):
            yield f"{kind}: told of what was only created"
        if documents and documents[-1]["event"] != each:
            yield f"{kind}: the event is not the object"
    yield from ("an event about nothing that there is" for id in events.keys() - watch.objects.keys())


def _types_by_resource(watch: Watch) -> dict[str, str]:
    """The event type that tells of the objects of a schema."""
    found = {}
    for name, item in watch.spec.document.get("webhooks", {}).items():
        schema = item["post"]["requestBody"]["content"]["application/json"]["schema"]
        event = watch.spec.resolved(schema).get("properties", {}).get("event", {})
        found[str(event.get("$ref"))] = name
    return found
