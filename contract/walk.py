"""What chance leaves out: every link once, every list page by page, look-alike types, every documented status.

Chance alone follows a link that needs a `reference` rarely, and a server that works never answers 500. Both are done
here, and counted apart from what came by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from schemathesis import Case, Response
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import BaseSchema

from .checks import ACTIVE, objects_in
from .run import Run, check_of
from .spec import Link, Operation
from .world import World, ask, object_of

__all__ = ["walk"]

_SMALL_PAGES, _LARGE = 50, 100
# Enough for 20,000 objects; a cursor that never ends has to end somewhere.
_PAGES = 200


class _Walk:
    def __init__(self, schema: BaseSchema, world: World, run: Run) -> None:
        self.schema, self.world, self.run = schema, world, run
        self.spec = world.spec

    def counted(self, operation: Operation, **parts: Any) -> tuple[Case[Any], Response]:
        """One request."""
        case, response = ask(self.schema, operation, **parts)
        self.run.cases += 1
        self.run.trace.append(f"{response.request.method} {response.request.url} {response.request.body!r}")
        return case, response

    def sent(self, operation: Operation, **parts: Any) -> tuple[Case[Any], Response]:
        """One request, checked by everything that schemathesis has, and by our own checks."""
        case, response = self.counted(operation, **parts)
        self.run.seen[operation.id, str(response.status_code)] += 1
        self.checked(operation, case, response)
        return case, response

    def checked(self, operation: Operation, case: Case[Any], response: Response) -> None:
        try:
            case.validate_response(response, headers=self.schema.config.headers)
        except FailureGroup as group:
            # The group has no order. What a check sees in the answer itself goes before what it had to ask for.
            problems = sorted(
                (check_of(failure) in ACTIVE, check_of(failure), str(failure)) for failure in group.exceptions
            )
            for _, check, problem in problems:
                self.run.found(check, operation.id, problem)

    def parts(self, operation: Operation) -> dict[str, Any]:
        """A request that this operation accepts."""
        path = {name: self.world.known.get(name, "none") for name in operation.path_names}
        if not operation.creates:
            return {"path_parameters": path}
        body = {**self.spec.examples(operation)[0], "reference": f"walk-{self.run.cases}"}
        return {"path_parameters": path, "body": body, "media_type": "application/json"}

    # Links

    def follow(self, link: Link) -> None:
        """From a create or a list to where its answer points."""
        source, target = self.spec.operations[link.source], self.spec.operations[link.target]
        case, response = self.sent(source, **self.parts(source))
        try:
            values = link.values(case.path_parameters, object_of(response))
        except (LookupError, TypeError):
            self.run.found("links_lead_somewhere", source.id, f"{link.name}: its answer lacks what the link needs")
            return
        parts = self.parts(target)
        path = {**parts["path_parameters"], **{k: v for k, v in values.items() if k in target.path_names}}
        query = {name: value for name, value in values.items() if name not in target.path_names}
        _, there = self.sent(target, **{**parts, "path_parameters": path, "query": query})
        if there.status_code != 200:
            self.run.found("links_lead_somewhere", source.id, f"{link.name}: answered {there.status_code}")
        # A link to a list of something else may find nothing: there need not be any yet.
        elif query and self.spec.listing(source) == target and not objects_in(target, object_of(there)):
            self.run.found("links_lead_somewhere", source.id, f"{link.name}: finds nothing")
        self.run.walked.add((link.source, link.name))

    # Types

    def mistype(self, operation: Operation) -> None:
        """A number in quotes is no number: chance seldom draws one that a lenient parser would take."""
        validator = self.spec.validator(self.spec.body_schema(operation))
        parts = self.parts(operation)
        for body in _look_alikes(parts["body"]):
            if not validator.is_valid(body):
                _, response = self.counted(operation, **{**parts, "body": body})
                if response.status_code < 400:
                    self.run.found("look_alikes_are_refused", operation.id, f"another type was taken: {body}")

    # Pages

    def pages(self, operation: Operation, query: dict[str, Any]) -> Iterator[list[str]]:
        """The ids of each page, until a cursor is missing, or is one that was given before."""
        cursors: set[str] = set()
        for _ in range(_PAGES):
            _, response = self.sent(operation, **self.parts(operation), query=query)
            page = object_of(response)
            yield [str(item.get("id")) for item in objects_in(operation, page)]
            cursor = page.get("cursor")
            if not isinstance(cursor, str):
                return
            if cursor in cursors:
                self.run.found("pages_are_complete", operation.id, "a cursor leads back")
                return
            cursors.add(cursor)
            query = {**query, "cursor": cursor}

    def page_through(self, operation: Operation) -> None:
        """Small pages hold what large ones do, each object once; so does a page with every filter."""
        many = [id for page in self.pages(operation, {"limit": _LARGE}) for id in page]
        small = max(2, len(many) // _SMALL_PAGES)
        few = [id for page in self.pages(operation, {"limit": small}) for id in page]
        if len(set(few)) < len(few) or len(set(many)) < len(many):
            self.run.found("pages_are_complete", operation.id, "an object stands on two pages")
        if set(few) != set(many):
            self.run.found("pages_are_complete", operation.id, "small pages and large ones hold different objects")

    # Statuses

    def provoke(self, operation: Operation, status: str, fail: Callable[[str, int], None]) -> None:
        """See a documented status that nothing led to, by telling the mock to answer it."""
        fail(operation.id, int(status))
        _, response = self.counted(operation, **self.parts(operation))
        self.run.provoked.add((operation.id, status))
        shown = response.status_code, self.spec.validator(operation.schema(status) or {}).is_valid(object_of(response))
        if shown != (int(status), True):
            self.run.found("errors_are_documented", operation.id, f"{status} was asked for, {shown} came")


def _look_alikes(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with one number, flag or row of digits written as another type."""
    for name, value in body.items():
        if isinstance(value, dict):
            yield from ({**body, name: each} for each in _look_alikes(value))
        elif isinstance(value, bool | int):
            yield {**body, name: str(value).lower()}
        elif isinstance(value, str) and value.isdigit():
            yield {**body, name: int(value)}


def walk(schema: BaseSchema, world: World, run: Run, fail: Callable[[str, int], None] | None = None) -> Run:
    """All of it; statuses only if the server can be told to fail."""
    steps = _Walk(schema, world, run)
    for link in world.spec.links:
        if (link.source, link.name) not in run.links:
            steps.follow(link)
    for operation in world.spec.operations.values():
        if operation.lists:
            steps.page_through(operation)
        elif operation.creates:
            steps.mistype(operation)
    if fail:
        for id, status in sorted(run.documented - run.seen.keys()):
            steps.provoke(world.spec.operations[id], status, fail)
    return run
