"""Operations with the facts that the contract tells of them, and calls: plain data, without HTTP and without policy."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, NamedTuple, Protocol, TypeVar
from urllib.parse import quote, urlencode

from .model import refuse_unknown, suggest
from .values import UNSET, File, Kind, ModelKind

if TYPE_CHECKING:
    from .pages import Page, Pages

T = TypeVar("T")
Effect = Literal["read", "create", "idempotent", "action"]
# Not compiled yet: most calls have no need of them.
_NOT_A_SEGMENT = r"(?s)\.{0,2}|.*[\x00-\x1f\x7f\ud800-\udfff].*"
_NOT_A_HEADER = r"[^\x20-\x7e]"


class Parameter(NamedTuple):
    """One parameter: what its argument is called, what it is sent as, and where."""

    name: str
    wire_name: str
    place: Literal["path", "query", "header", "cookie"]
    kind: Kind
    required: bool = False
    style: Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"] = "form"
    explode: bool = True
    deprecated: bool = False


class Body(NamedTuple):
    """What an operation sends: the argument `body`, or a model made of `members`, which are pairs of an argument and
    the model's attribute that it gives."""

    kind: Kind
    media: str = "application/json"
    required: bool = True
    model: ModelKind | None = None
    members: tuple[tuple[str, str], ...] = ()
    deprecated: frozenset[str] = frozenset()


class Answer(NamedTuple):
    """What an operation is answered with: `object` and the like as JSON, else text, bytes or nothing."""

    lowest: int
    highest: int
    kind: Kind
    form: Literal["json", "text", "bytes", "nothing"] = "json"


class LookUp(NamedTuple):
    """How a created object is found: by which list (its operationId), by which argument, from which member."""

    list: str
    argument: str
    member: str
    form: str = "ulid"
    """What a reference is that the client makes: a `ulid`, its `short` end of 16 characters, a `uuid`; "": none."""
    created: str = "createdAt"
    """The member that says when an object was created."""


class Scheme(NamedTuple):
    """How a call says who calls."""

    type: Literal["bearer", "header", "client_credentials"]
    name: str = "Authorization"
    token_url: str = ""
    scopes: tuple[str, ...] = ()


class Operation(NamedTuple, Generic[T]):
    """One operation of the contract, and what the contract says of it."""

    id: str
    method: str
    path: str
    answers: tuple[Answer, ...]
    name: str = ""
    """What it is called in the client, such as `payout_requests.create`."""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    effect: Effect = "read"
    """`read`, `create`, `idempotent` (may be repeated: PUT, DELETE, `x-idempotent`) or `action`."""
    moves_money: bool = False
    refusals: frozenset[int] = frozenset()
    """The single 4xx that the contract documents."""
    identifying: tuple[str, ...] = ()
    """The JSON members that two objects must agree in to be the same."""
    free: tuple[str, ...] = ()
    """The JSON members of the body in which a caller may differ who asks for the same again."""
    read_by: str | None = None
    """For a read of one object: the argument that is its id."""
    final: frozenset[str] = frozenset()
    """The states of the answered object that never change any more."""
    state: str = ""
    """The JSON member that holds the state, where there are final ones."""
    page: Page | None = None
    look_up: LookUp | None = None
    key_header: str | None = None
    """The header that takes an idempotency key."""
    key_lifetime: float | None = None
    """Seconds for which the key is remembered."""
    servers: Mapping[str, str] = {}  # nobody writes in it
    """Its own servers by environment, if it has any."""
    scheme: Scheme | None = None
    """None: it needs no key."""
    accept: str = "application/json"

    def __repr__(self) -> str:
        return f"<Operation {self.id}>"

    def call(self, *path: Any, **arguments: Any) -> Call[T]:
        """Build a call; what isn't given is absent. Raise `TypeError` or `ValueError`, naming the argument."""
        known = [parameter.name for parameter in self.parameters]
        arguments |= dict(zip([each.name for each in self.parameters if each.place == "path"], path, strict=False))
        known += [name for name, _ in self.body.members] + ["body"] if self.body else []
        unknown = {name: None for name in arguments if name not in known}
        return prepare(self, {name: arguments.get(name, UNSET) for name in known}, unknown)

    def answer(self, status: int, body: bytes) -> Answer:
        """Return how a success is read. One of another status than is documented is read as the first."""
        found = next((each for each in self.answers if each.lowest <= status <= each.highest), None)
        return found or min(self.answers, key=lambda each: each.form == "nothing" and bool(body))


def _decoded(form: str, headers: Mapping[str, str], body: bytes) -> Any:
    if form == "json":
        return json.loads(body)
    if form == "text":
        named = re.search(r"charset=\"?([\w.:-]+)", headers.get("content-type", ""), re.IGNORECASE)
        try:
            return body.decode(named[1] if named else "utf-8", errors="replace")
        except LookupError:
            return body.decode(errors="replace")
    return body if form == "bytes" else None


class Call(Generic[T]):
    """One call of an operation, ready to be sent. Its `repr` shows no content; it is no tuple, whose items would be
    shown by a tool that reports the locals of frames."""

    def __init__(
        self, operation: Operation[T], path: str, query: tuple[tuple[str, str], ...] = (),
        headers: Mapping[str, str] | None = None, body: Any = None, pages: Pages | None = None,
    ) -> None:  # fmt: skip
        """`body` is as JSON has it; None: there is none. This call is one page of `pages`."""
        self.operation: Final = operation
        self.path: Final = path
        self.query: Final = query
        self.headers: Final = headers or {}
        self.body: Final = body
        self.pages: Final = pages

    def evolve(self, **changes: Any) -> Call[T]:
        """Return a copy in which some is different."""
        return Call(**{**vars(self), **changes})

    def __repr__(self) -> str:
        return f"<Call {self.operation.id}>"

    def parse(self, status: int, headers: Mapping[str, str], body: bytes) -> T:
        """Return the answer's value. Raise `ShapeError` for one that isn't one, or a page that leads nowhere new."""
        answer = self.operation.answer(status, body)
        decoded = _decoded(answer.form, headers, body)
        value: T = answer.kind.read(decoded)
        if self.pages is not None:
            self.pages.advance(value, headers, decoded)
        return value

    def content(self) -> tuple[bytes | None, str]:
        """Return the body as bytes and its media type."""
        form = self.operation.body
        if form is None or self.body is None:
            return None, ""
        if form.media == "application/x-www-form-urlencoded":
            return urlencode(
                [(name, text) for name, value in self.body.items() for text in _texts(value)]
            ).encode(), form.media
        if form.media == "multipart/form-data":
            return _multipart(self.body)
        if isinstance(self.body, bytes):
            return self.body, form.media
        if form.media.startswith("text/"):
            return str(self.body).encode(), f"{form.media}; charset=utf-8"
        return json.dumps(self.body).encode(), form.media


def _multipart(members: Mapping[str, Any]) -> tuple[bytes, str]:
    import httpx  # it has an encoder, which only this needs

    files = [
        (name, (part.name, part.content, part.media_type) if isinstance(part, File) else (None, text_of(part)))
        for name, value in members.items()
        for part in (value if isinstance(value, list) else [value])
    ]
    request = httpx.Request("POST", "http://localhost", files=files)
    return request.read(), request.headers["content-type"]


def text_of(value: Any) -> str:
    """Return a JSON value as URLs, headers and forms write it."""
    return value if isinstance(value, str) else json.dumps(value)


def _texts(value: Any) -> list[str]:
    return [text_of(item) for item in value] if isinstance(value, list) else [text_of(value)]


def segment(name: str, value: object) -> str:
    """Return `value` as one segment of a URL's path, so that no id can address another resource.

    Raise `ValueError` for what no id can be: empty, `.`, `..`, control characters.
    """
    text = text_of(value)
    if re.fullmatch(_NOT_A_SEGMENT, text):
        raise ValueError(f"{name} must be the id of an object: it is empty, dots alone, or has control characters")
    return quote(text, safe="")


def _pairs(parameter: Parameter, value: Any) -> Iterator[tuple[str, str]]:
    """Write one query parameter (https://spec.openapis.org/oas/v3.1.0#style-values)."""
    name = parameter.wire_name
    if isinstance(value, list):
        separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(parameter.style, ",")
        yield from ((name, text) for text in (_texts(value) if parameter.explode else [separator.join(_texts(value))]))
    elif isinstance(value, dict) and parameter.style == "deepObject":
        yield from ((f"{name}[{member}]", text) for member, item in value.items() for text in _texts(item))
    elif isinstance(value, dict) and parameter.explode:
        yield from ((member, text) for member, item in value.items() for text in _texts(item))
    elif isinstance(value, dict):
        yield name, ",".join(f"{member},{text_of(item)}" for member, item in value.items())
    else:
        yield name, text_of(value)


def _header(parameter: Parameter, value: Any) -> str:
    text = ",".join(_texts(value))
    if re.search(_NOT_A_HEADER, text):
        raise ValueError(f"{parameter.name} must be printable ASCII: it is sent as a header")
    return text


def prepare(operation: Operation[T], arguments: Mapping[str, Any], unknown: Mapping[str, Any], **hints: str) -> Call[T]:
    """Build a call from the arguments of a method, checked. `hints` say what another name is called here.

    Raise `TypeError` or `ValueError`, naming the argument.
    """
    for name in unknown.keys() & hints.keys():
        raise TypeError(f"{operation.id}: {name} is called {hints[name]} here")
    refuse_unknown(operation.id, unknown, arguments)
    path, headers = operation.path, dict[str, str]()
    query: list[tuple[str, str]] = []
    cookies: list[str] = []
    for parameter in operation.parameters:
        value = arguments.get(parameter.name)
        if value is None or value is UNSET:
            if parameter.required:
                raise TypeError(f"{parameter.name} must be given, not None")
            continue
        if parameter.deprecated:
            warnings.warn(f"{operation.id}: {parameter.name} is deprecated", DeprecationWarning, stacklevel=4)
        written = parameter.kind.write(value, parameter.name)
        if parameter.place == "path":
            parts = written if isinstance(written, list) and written else [written]
            path = path.replace(f"{{{parameter.wire_name}}}", ",".join(segment(parameter.name, each) for each in parts))
        elif parameter.place == "query":
            query += _pairs(parameter, written)
        elif parameter.place == "header":
            headers[parameter.wire_name] = _header(parameter, written)
        else:
            cookies.append(f"{parameter.wire_name}={quote(_header(parameter, written), safe='')}")
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    return Call(operation, path, tuple(query), headers, _body(operation, arguments))


def _body(operation: Operation[Any], arguments: Mapping[str, Any]) -> Any:
    form = operation.body
    if form is None:
        return None
    whole = arguments.get("body", UNSET)
    members = {to: arguments[name] for name, to in form.members if arguments[name] is not UNSET}
    # A None is a null, and so given, where the model tells it from absence.
    nulls = form.model.model._nulls if form.model else ()
    given = [name for name, to in form.members if members.get(to) is not None or (to in members and to in nulls)]
    for name in form.deprecated.intersection(given):
        warnings.warn(f"{operation.id}: {name} is deprecated", DeprecationWarning, stacklevel=5)
    if whole is not UNSET and whole is not None:
        if given:
            raise TypeError(f"{operation.id}: give either body or {given[0]}, not both")
        return form.kind.write(whole, "body")
    if form.model is None or not (form.required or given):
        if form.required:
            raise TypeError("body must be given, not None")
        return None
    return form.model.model(**members).to_dict()


def warn_deprecated(operation: str) -> None:
    """Warn the caller of a method whose operation is deprecated."""
    warnings.warn(f"{operation} is deprecated", DeprecationWarning, stacklevel=3)


class Resource:
    """What all resources share."""

    if not TYPE_CHECKING:  # a type checker shall find a misspelt name by itself

        def __getattr__(self, name: str) -> Any:
            text = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(text if name.startswith("_") else text + suggest(name, dir(type(self))))


if TYPE_CHECKING:
    from typing_extensions import deprecated as deprecated

    class _Client(Protocol):
        def _find(self, create: Operation[Any], reference: str, /) -> Any: ...

        def _reconcile(self, error: Exception, wait: float, creates: tuple[str, ...], /) -> Any: ...

    class Client(_Client, Protocol):
        """What a resource is built with. The client says how each is done."""

        def _send(self, call: Call[T], /) -> T: ...

        def _wait(self, read: Call[T], until: Collection[str] | None, timeout: float, poll: float, /) -> T: ...

    class AsyncClient(_Client, Protocol):
        """What an async resource is built with; each is to be awaited."""

        def _send(self, call: Call[T], /) -> Awaitable[T]: ...

        def _wait(
            self, read: Call[T], until: Collection[str] | None, timeout: float, poll: float, /
        ) -> Awaitable[T]: ...

else:

    def deprecated(text: str) -> Callable[[T], T]:
        """Mark a method for type checkers; `warn_deprecated` says it at run time."""
        return lambda method: method
