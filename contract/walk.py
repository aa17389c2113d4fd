"""What chance leaves out: every link once, every list page by page, every documented status.

Chance alone follows a link that needs a `reference` rarely, and a server that works never answers 500. Both are done
here, and counted apart from what came by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from schemathesis import Case, Response
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import BaseSchema

from .checks import objects_in
from .run import Run
from .spec import Link, Operation
from .world import World, ask

__all__ = ["walk"]

_SMALL, _LARGE = 2, 100
_PAGES = 200


class _Walk:
    def __init__(self, schema: BaseSchema, world: World, run: Run) -> None:
        self.schema, self.world, self.run = schema, world, run
        self.spec = world.spec

    def sent(self, operation: Operation, **parts: Any) -> tuple[Case, Response]:
        """One request, counted and checked by everything that schemathesis has, and by our own checks."""
        case, response = ask(self.schema, operation, **parts)
        self.run.cases += 1
        self.run.trace.append(f"{response.request.method} {response.request.url} {response.request.body!r}")
        self.run.seen[operation.id, str(response.status_code)] += 1
        self.checked(operation, case, response)
        return case, response

    def checked(self, operation: Operation, case: Case, response: Response) -> None:
        try:
            case.validate_response(response, headers=self.schema.config.headers)
        except FailureGroup as group:
            for failure in group.exceptions:
                self.run.found(type(failure).__name__, operation.id, str(failure))

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
            values = link.values(case.path_parameters, response.json())
        except (LookupError, TypeError, ValueError):
            self.run.found("links_lead_somewhere", source.id, f"{link.name}: its answer lacks what the link needs")
            return
        parts = self.parts(target)
        path = {**parts["path_parameters"], **{k: v for k, v in values.items() if k in target.path_names}}
        query = {name: value for name, value in values.items() if name not in target.path_names}
        _, there = self.sent(target, **{**parts, "path_parameters": path, "query": query})
        if there.status_code != 200:
            self.run.found("links_lead_somewhere", source.id, f"{link.name}: answered {there.status_code}")
        elif query and target.lists and not objects_in(target, there.json()):
            # Only a customer's link to what it doesn't have yet may find nothing.
            if self.spec.listing(source) == target:
                self.run.found("links_lead_somewhere", source.id, f"{link.name}: finds nothing")
        self.run.walked.add((link.source, link.name))

    # Pages

    def pages(self, operation: Operation, query: dict[str, Any]) -> Iterator[list[str]]:
        """The ids of each page, until a cursor is missing, or is one that was given before."""
        cursors: set[str] = set()
        for _ in range(_PAGES):
            _, response = self.sent(operation, **self.parts(operation), query=query)
            try:
                page = response.json()
                yield [item["id"] for item in objects_in(operation, page)]
                cursor = page.get("cursor")
            except (LookupError, ValueError, AttributeError):
                return
            if not cursor:
                return
            if cursor in cursors:
                self.run.found("pages_are_complete", operation.id, "a cursor leads back")
                return
            cursors.add(cursor)
            query = {**query, "cursor": cursor}

    def page_through(self, operation: Operation) -> None:
        """Small pages hold what large ones do, each object once; so does a page with every filter."""
        few = [id for page in self.pages(operation, {"limit": _SMALL}) for id in page]
        many = [id for page in self.pages(operation, {"limit": _LARGE}) for id in page]
        if len(set(few)) < len(few) or len(set(many)) < len(many):
            self.run.found("pages_are_complete", operation.id, "an object stands on two pages")
        if set(few) != set(many):
            self.run.found("pages_are_complete", operation.id, "small pages and large ones hold different objects")

    # Statuses

    def provoke(self, operation: Operation, status: str, fail: Callable[[str, int], None]) -> None:
        """See a documented status that nothing led to, by telling the mock to answer it."""
        fail(operation.id, int(status))
        case, response = ask(self.schema, operation, **self.parts(operation))
        self.run.cases += 1
        self.run.provoked.add((operation.id, status))
        shown = response.status_code, self.spec.validator(operation.schema(status) or {}).is_valid(response.json())
        if shown != (int(status), True):
            self.run.found("errors_are_documented", operation.id, f"{status} was asked for, {shown} came")


def walk(schema: BaseSchema, world: World, run: Run, fail: Callable[[str, int], None] | None = None) -> Run:
    """All of it; statuses only if the server can be told to fail."""
    steps = _Walk(schema, world, run)
    for link in world.spec.links:
        if (link.source, link.name) not in run.links:
            steps.follow(link)
    for operation in world.spec.operations.values():
        if operation.lists:
            steps.page_through(operation)
    for operation, status in sorted(run.documented - run.seen.keys()) if fail else ():
        steps.provoke(world.spec.operations[operation], status, fail)
    return run
