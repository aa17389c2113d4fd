"""The control API under /_mock/: time, faults, webhooks and decisions on demand, for tests in any language.

Off unless enabled: whoever reaches it can undo what a test relies on.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from palomma_mock.pages.web import MAX_FORM, body_of, foreign
from palomma_mock.rules.faults import Fault, Lies
from palomma_mock.rules.messages import error
from palomma_mock.rules.schema import RefusedError
from palomma_mock.state.mock import Mock

__all__ = ["control_routes"]


class _Advance(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float | None = None


class _Decision(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    verdict: str


class _Scenario(msgspec.Struct, forbid_unknown_fields=True):
    scenario: Literal["duplicate", "late", "out_of_order", "tampered"]


_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class _Account(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    id: _Text
    description: str = ""
    type: Literal["aggregator", "gateway"] = "aggregator"
    balance: int = 0
    payout_limit: int | None = None


class _Nothing(msgspec.Struct, forbid_unknown_fields=True):
    pass


_Body = TypeVar("_Body", bound=msgspec.Struct)
_Handler = Callable[[Request], Awaitable[Response]]


def _answer(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _refused(status: int, message: str) -> Response:
    return Response(error(status, message).body, status, media_type="application/json")


def _doing(body: type[_Body], act: Callable[[_Body], Any]) -> _Handler:
    """Return a handler that reads a body strictly, acts, and answers what came of it."""

    async def handler(request: Request) -> Response:
        if refused := foreign(request):
            return refused
        raw = await body_of(request)
        if raw is None:
            return _refused(413, f"body: larger than {MAX_FORM} bytes")
        try:
            return _answer(act(msgspec.json.decode(raw or b"{}", type=body)))
        except RefusedError as refusal:
            return _refused(refusal.status, str(refusal))
        except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as problem:
            return _refused(400, str(problem))

    return handler


def _showing(read: Callable[[], Any]) -> _Handler:
    async def handler(request: Request) -> Response:
        return _answer(read())

    return handler


def _state(mock: Mock) -> dict[str, Any]:
    with mock.lock:
        mock.tick()
        counts = {kind: mock.store.count(kind) for kind in mock.contract.resources}
        return {"now": mock.clock.now(), "version": mock.version, "objects": counts}


def control_routes(mock: Mock) -> list[Route]:
    """Return the routes, each a path, a method and what it does."""

    def advance(body: _Advance) -> Any:
        # Not the server's own `advance`, which waits for the loop that runs this.
        Mock.advance(mock, body.seconds)
        return _state(mock)

    def decide(body: _Decision) -> Any:
        return mock.decide(body.id, body.verdict).members

    def fault(body: Fault) -> Any:
        mock.add_fault(body)
        return mock.faults.waiting()

    def lie(body: Lies) -> Any:
        mock.lies = body
        return mock.lies

    def scenario(body: _Scenario) -> Any:
        mock.next_webhook(body.scenario)
        return body

    def account(body: _Account) -> Any:
        mock.add_merchant_account(
            body.id, body.description, type=body.type, balance=body.balance, payout_limit=body.payout_limit
        )
        return body

    def reset(body: _Nothing) -> Any:
        mock.reset()
        return _state(mock)

    def clear(body: _Nothing) -> Any:
        mock.faults.clear()
        return mock.faults.waiting()

    async def redeliver(request: Request) -> Response:
        def act(body: _Nothing) -> Any:
            mock.redeliver(request.path_params["seq"])
            return mock.webhooks

        return await _doing(_Nothing, act)(request)

    post, get = ["POST"], ["GET"]
    return [
        Route("/_mock/state", _showing(lambda: _state(mock)), methods=get),
        Route("/_mock/advance", _doing(_Advance, advance), methods=post),
        Route("/_mock/decide", _doing(_Decision, decide), methods=post),
        Route("/_mock/faults", _showing(mock.faults.waiting), methods=get),
        Route("/_mock/faults", _doing(Fault, fault), methods=post),
        Route("/_mock/faults", _doing(_Nothing, clear), methods=["DELETE"]),
        Route("/_mock/lies", _showing(lambda: mock.lies), methods=get),
        Route("/_mock/lies", _doing(Lies, lie), methods=["PUT"]),
        Route("/_mock/webhooks", _showing(lambda: mock.webhooks), methods=get),
        Route("/_mock/webhooks", _doing(_Scenario, scenario), methods=post),
        Route("/_mock/webhooks/{seq:int}/redeliver", redeliver, methods=post),
        Route("/_mock/merchantAccounts", _doing(_Account, account), methods=post),
        Route("/_mock/reset", _doing(_Nothing, reset), methods=post),
    ]
