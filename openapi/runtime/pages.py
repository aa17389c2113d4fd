"""Lists in pages: all items, page after page, one page held at a time."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from .calls import Call, Operation, prepare
from .errors import ShapeError

if TYPE_CHECKING:
    from .calls import AsyncClient, Client


class Page(NamedTuple):
    """How a list comes in pages. Places in an answer are paths of JSON members."""

    items: tuple[str, ...] = ()
    """Where the items are; (): the answer is the list itself."""
    attributes: tuple[str, ...] = ()
    """The same place as attributes of the model."""
    advance: str = "cursor"
    """`cursor`: the answer names what `parameter` is next; `offset`: it counts items; `number`: it counts pages; `url`:
    the answer has the next page's address; `link`: a `Link` header has it (RFC 8288); `once`: there is one page."""
    parameter: str = ""
    """The argument that says which page."""
    next: tuple[str, ...] = ()
    """Where the next cursor or address is."""
    size: str = ""
    """The argument that says how many items a page has."""
    more: tuple[str, ...] = ()
    """Where the answer says whether there are more."""


def at(members: Any, place: tuple[str, ...]) -> Any:
    """Return what stands at a place of a JSON value, None if there is nothing."""
    for name in place:
        members = members.get(name) if isinstance(members, dict) else None
    return members


class Pages:
    """Where an iteration stands."""

    def __init__(self, operation: Operation[Any], arguments: Mapping[str, Any], unknown: Mapping[str, Any]) -> None:
        assert operation.page is not None
        prepare(operation, arguments, unknown, **({operation.page.size: "page_size"} if operation.page.size else {}))
        self.operation = operation
        self.page: Page = operation.page
        self.arguments = dict(arguments)
        self.query: tuple[tuple[str, str], ...] | None = None
        self.items: list[Any] = []
        self.done = False
        self._seen: set[object] = set()

    def call(self) -> Call[Any]:
        """Build the call of the next page."""
        call = prepare(self.operation, self.arguments, {})
        return call.evolve(pages=self, query=call.query if self.query is None else self.query)

    def advance(self, value: Any, headers: Mapping[str, str], members: Any) -> None:
        """Take a page's items, and note where the next one is. Raise `ShapeError` if it leads nowhere new."""
        for name in self.page.attributes:
            value = getattr(value, name, None)
        self.items = value or []
        where = self._next(members, headers)
        self.done = not where or (bool(self.page.more) and at(members, self.page.more) is False)
        if self.done:
            return
        if not self._is_new(where):
            raise ShapeError("the page's cursor leads to a page that was read already, or nowhere")
        self._seen.add(where)
        if self.page.advance in ("url", "link") or str(where).startswith(("https://", "http://")):
            self.query = tuple(parse_qsl(urlsplit(str(where)).query, keep_blank_values=True))
        else:
            self.arguments[self.page.parameter] = where

    def _is_new(self, where: Any) -> bool:
        """Whether it can be asked for, and was not yet: an answer that leads in a circle would never end."""
        kinds = [each.kind for each in self.operation.parameters if each.name == self.page.parameter]
        try:
            for kind in kinds:
                kind.write(where, "cursor")
            return isinstance(where, (str, int)) and where not in self._seen
        except (TypeError, ValueError):
            return False

    def _next(self, members: Any, headers: Mapping[str, str]) -> Any:
        page = self.page
        if page.advance in ("cursor", "url"):
            return at(members, page.next)
        if page.advance == "link":
            return _next_link(headers.get("link", ""))
        if page.advance == "once" or not self.items:
            return None
        current = self.arguments.get(page.parameter)
        if page.advance == "offset":
            return (current or 0) + len(self.items)
        return (1 if current is None else current) + 1


def _next_link(header: str) -> str | None:
    for match in re.finditer(r"<([^>]*)>([^<]*)", header):
        if re.search(r';\s*rel\s*=\s*"?[^";]*\bnext\b', match[2], re.IGNORECASE):
            return match[1]
    return None


def paginate(
    client: Client, operation: Operation[Any], arguments: Mapping[str, Any], unknown: Mapping[str, Any]
) -> Iterator[Any]:
    """Return all items, page after page. Raise `TypeError` or `ValueError` for an argument before anything is sent."""
    return _items(client, Pages(operation, arguments, unknown))


def apaginate(
    client: AsyncClient, operation: Operation[Any], arguments: Mapping[str, Any], unknown: Mapping[str, Any]
) -> AsyncIterator[Any]:
    """Return all items, page after page, to be awaited."""
    return _aitems(client, Pages(operation, arguments, unknown))


def _items(client: Client, pages: Pages) -> Iterator[Any]:
    while not pages.done:
        client._send(pages.call())
        yield from pages.items


async def _aitems(client: AsyncClient, pages: Pages) -> AsyncIterator[Any]:
    while not pages.done:
        await client._send(pages.call())
        for item in pages.items:
            yield item
