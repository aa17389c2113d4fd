"""The control API under /_mock/: time, faults, webhooks and decisions on demand, for tests in any language.

Off unless enabled: whoever reaches it can undo what a test relies on.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from palomma_mock.pages.actions import ACTIONS
from palomma_mock.pages.web import MAX_FORM, body_of, foreign
from palomma_mock.rules.schema import RefusedError, not_among
from palomma_mock.state.mock import Mock


def _answer(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def control_routes(mock: Mock) -> list[Route]:
    """Return the routes."""

    def state() -> dict[str, Any]:
        with mock.lock:
            mock.tick()
            counts = {kind: mock.store.count(kind) for kind in mock.contract.resources}
            return {"now": mock.clock.now(), "version": mock.version, "objects": counts}

    shown: dict[str, Callable[[], Any]] = {
        "state": state,
        "faults": lambda: mock.faults.waiting(),
        "lies": lambda: mock.lies,
        "webhooks": lambda: mock.webhooks,
        "requests": lambda: [{"number": one.number, "status": one.answer.status} for one in mock.exchanges],
    }
    answers = {"advance": "state", "reset": "state", "clear": "faults", "redeliver": "webhooks"}

    async def show(request: Request) -> Response:
        name = request.path_params["name"]
        return _answer(shown[name]()) if name in shown else _answer({"message": not_among(name, list(shown))}, 404)

    async def act(request: Request) -> Response:
        if refused := foreign(request):
            return refused
        name, raw = request.path_params["name"], await body_of(request)
        if name not in ACTIONS:
            return _answer({"message": not_among(name, list(ACTIONS))}, 404)
        if raw is None:
            return _answer({"message": f"body: larger than {MAX_FORM} bytes"}, 413)
        kind, do = ACTIONS[name]
        try:
            done = do(mock, msgspec.json.decode(raw or b"{}", type=kind))
        except RefusedError as refusal:
            return _answer({"message": str(refusal)}, refusal.status)
        except (ValueError, OverflowError, RecursionError) as problem:
            return _answer({"message": str(problem)}, 400)
        name = answers.get(name, name)
        return _answer(shown[name]() if name in shown else getattr(done, "members", done))

    return [Route("/_mock/{name}", show, methods=["GET"]), Route("/_mock/{name}", act, methods=["POST", "PUT"])]
