"""The control API under /_mock/: time, faults, webhooks and decisions on demand, for tests in any language.

Off unless enabled: whoever reaches it can undo what a test relies on.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from palomma_mock.pages.web import MAX_FORM, body_of, foreign
from palomma_mock.rules.faults import Fault, Lies
from palomma_mock.rules.schema import RefusedError
from palomma_mock.state.mock import Mock
from palomma_mock.state.store import Notice

_Nothing = msgspec.defstruct("Nothing", [], forbid_unknown_fields=True)
_Advance = msgspec.defstruct("Advance", [("seconds", float | None, None)], forbid_unknown_fields=True)
_Decision = msgspec.defstruct("Decision", [("id", str), ("verdict", str)], forbid_unknown_fields=True)
_Scenario = msgspec.defstruct("Scenario", [("scenario", str)], forbid_unknown_fields=True)
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class _Account(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    id: _Text
    description: str = ""
    type: Literal["aggregator", "gateway"] = "aggregator"
    balance: int = 0
    payout_limit: int | None = None


def _answer(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _showing(path: str, show: Callable[[], Any]) -> Route:
    async def handler(request: Request) -> Response:
        return _answer(show())

    return Route(f"/_mock/{path}", handler, methods=["GET"])


def _doing(
    path: str, body: type[Any], act: Callable[..., object], show: Callable[[], Any] | None = None, method: str = "POST"
) -> Route:
    """Return a route that reads a body strictly, acts, and answers with what `show` says, or else with what it did."""

    async def handler(request: Request) -> Response:
        if refused := foreign(request):
            return refused
        raw = await body_of(request)
        if raw is None:
            return _answer({"message": f"body: larger than {MAX_FORM} bytes"}, 413)
        try:
            done = act(msgspec.json.decode(raw or b"{}", type=body), *request.path_params.values())
        except RefusedError as refusal:
            return _answer({"message": str(refusal)}, refusal.status)
        except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as problem:
            return _answer({"message": str(problem)}, 400)
        return _answer(show() if show else done)

    return Route(f"/_mock/{path}", handler, methods=[method])


def control_routes(mock: Mock) -> list[Route]:
    """Return the routes."""

    def state() -> dict[str, Any]:
        with mock.lock:
            mock.tick()
            counts = {kind: mock.store.count(kind) for kind in mock.contract.resources}
            return {"now": mock.clock.now(), "version": mock.version, "objects": counts}

    def lie(lies: Lies) -> None:
        mock.lies = lies

    def account(body: _Account) -> _Account:
        mock.add_merchant_account(**msgspec.structs.asdict(body))
        return body

    def webhooks() -> list[Notice]:
        return mock.webhooks

    waiting = mock.faults.waiting
    return [
        _showing("state", state),
        # Not the server's own `advance`, which waits for the loop that runs this.
        _doing("advance", _Advance, lambda body: Mock.advance(mock, body.seconds), state),
        _doing("decide", _Decision, lambda body: mock.decide(body.id, body.verdict).members),
        _showing("faults", waiting),
        _doing("faults", Fault, mock.add_fault, waiting),
        _doing("faults", _Nothing, lambda body: mock.faults.clear(), waiting, "DELETE"),
        _showing("lies", lambda: mock.lies),
        _doing("lies", Lies, lie, lambda: mock.lies, "PUT"),
        _showing("webhooks", webhooks),
        _doing("webhooks", _Scenario, lambda body: mock.next_webhook(body.scenario), webhooks),
        _doing("webhooks/{seq:int}/redeliver", _Nothing, lambda body, seq: mock.redeliver(seq), webhooks),
        _doing("merchantAccounts", _Account, account),
        _doing("reset", _Nothing, lambda body: mock.reset(), state),
    ]
