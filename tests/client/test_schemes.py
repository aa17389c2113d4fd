"""What today's contract doesn't have and the generator writes: other keys, idempotency keys, servers and references."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from palomma import AuthenticationError, ConfigurationError, OutcomeUnknownError, Palomma
from palomma._auth import Tokens
from palomma_api.client import operation
from palomma_api.runtime.calls import Answer, Body, LookUp, Operation, Parameter, Scheme
from palomma_api.runtime.values import ANY, RAW, TEXT, map_of

KEY = "some-client:some-secret"
OAUTH = Scheme("client_credentials", token_url="https://login.example/oauth/token", scopes=("pay", "read"))
READ: Operation[Any] = Operation("readIt", "GET", "/it", (Answer(200, 200, map_of(ANY)),), scheme=OAUTH)
CREATE: Operation[Any] = Operation(
    "makeIt", "POST", "/it", (Answer(200, 200, map_of(ANY)),), effect="create", scheme=Scheme("bearer"),
    body=Body(map_of(ANY)), key_header="Idempotency-Key",
    parameters=(Parameter("idempotency_key", "Idempotency-Key", "header", TEXT),),
)  # fmt: skip
DELETE: Operation[Any] = Operation("dropIt", "DELETE", "/it", (Answer(204, 204, ANY, "nothing"),), effect="idempotent")


def client(handle: Callable[[httpx.Request], httpx.Response], key: str = KEY, **options: Any) -> Palomma:
    return Palomma(key, transport=httpx.MockTransport(handle), **options)


class Login:
    """A server with a token endpoint; `good` are the tokens it takes, `seconds` how long one holds."""

    def __init__(self, seconds: Any = 3600) -> None:
        self.seconds, self.given, self.asked = seconds, 0, list[httpx.Request]()
        self.refused: set[str] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.host == "login.example":
            self.given += 1
            return httpx.Response(200, json={"access_token": f"token-{self.given}", "expires_in": self.seconds})
        token = request.headers["authorization"]
        return httpx.Response(401) if token in self.refused else httpx.Response(200, json={"token": token})


def test_a_token_is_fetched_once_and_used_while_it_holds() -> None:
    """By client credentials (RFC 6749, 4.4); another server's address is the contract's."""
    login = Login()
    with client(login) as palomma:
        assert [palomma._send(READ.call())["token"] for _ in range(2)] == ["Bearer token-1"] * 2

    first = login.asked[0]
    assert (str(first.url), len(login.asked)) == ("https://login.example/oauth/token", 3)
    assert first.headers["authorization"] == f"Basic {base64.b64encode(KEY.encode()).decode()}"
    assert parse_qs(first.content.decode()) == {"grant_type": ["client_credentials"], "scope": ["pay read"]}


def test_a_token_that_is_refused_is_fetched_anew_once() -> None:
    """A 401 says that nothing was done; a second one is the caller's to see."""
    login = Login(seconds=None)
    with client(login) as palomma:
        palomma._send(READ.call())
        login.refused = {"Bearer token-1"}
        assert palomma._send(READ.call())["token"] == "Bearer token-2"
        login.refused = {"Bearer token-2", "Bearer token-3"}
        with pytest.raises(AuthenticationError):
            palomma._send(READ.call())


def test_a_token_that_ran_out_is_fetched_anew() -> None:
    """It is no longer used half a minute before its end."""
    login = Login(seconds=20)
    with client(login) as palomma:
        assert [palomma._send(READ.call())["token"] for _ in range(2)] == ["Bearer token-1", "Bearer token-2"]
    assert repr(Tokens()) == "<Tokens>"


def test_client_credentials_are_an_id_and_a_secret() -> None:
    """The error says how they are written, and shows none."""
    with (
        client(Login(), key="only-a-secret") as palomma,
        pytest.raises(ConfigurationError, match="client_id:client_sec"),
    ):
        palomma._send(READ.call())


def test_a_key_is_sent_as_the_operation_says() -> None:
    """In a header of its own, as a Bearer token, or not at all; with what the answer may be; to its own server."""

    def handle(request: httpx.Request) -> httpx.Response:
        names = ("host", "accept", "authorization", "x-key")
        return httpx.Response(200, json={name: request.headers.get(name) for name in names})

    own = READ._replace(scheme=Scheme("header", "X-Key"), servers={"sandbox": "https://own.example/v9"})
    with client(handle, key="k-1", environment="sandbox") as palomma:
        assert palomma._send(own.call()) == {
            "host": "own.example", "accept": "application/json", "authorization": None, "x-key": "k-1"}  # fmt: skip
        said = palomma._send(READ._replace(scheme=None, accept="text/csv").call())
        assert (said["accept"], said["authorization"], said["x-key"]) == ("text/csv", None, None)


def test_a_create_with_a_key_is_repeated_with_the_same_key() -> None:
    """Until an answer says what became of it; the error at the end knows the key."""
    keys: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        return httpx.Response(200, json={}) if len(keys) == 2 else httpx.Response(503)

    with client(handle) as palomma:
        assert palomma._send(CREATE.call(body={})) == {}
        with pytest.raises(OutcomeUnknownError) as raised:
            palomma.with_options(max_retries=1)._send(CREATE.call(body={}, idempotency_key="mine"))

    assert keys[0] == keys[1] == str(uuid.UUID(keys[0]))
    assert (keys[2:], raised.value.idempotency_key) == (["mine", "mine"], "mine")


@pytest.mark.parametrize(("status", "error"), [(404, None), (410, None), (400, OutcomeUnknownError)])
def test_a_delete_that_finds_nothing_after_a_lost_attempt_is_done(status: int, error: type[Exception] | None) -> None:
    """Another refusal says nothing of the attempt before (R1)."""
    answers = iter([httpx.Response(503), httpx.Response(status)])
    with client(lambda request: next(answers)) as palomma:
        if error is None:
            palomma._send(DELETE.call())
        else:
            with pytest.raises(error, match="an earlier attempt was lost, then 400"):
                palomma._send(DELETE.call())


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("ulid", "[0-9A-Z]{26}"),
        ("short", "[0-9A-Z]{16}"),
        ("uuid", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("", "-"),
    ],
)
def test_a_reference_is_made_as_the_contract_allows_it(form: str, pattern: str) -> None:
    """Or none is made."""
    sent: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(httpx.Response(200, content=request.content).json().get("reference", "-"))
        return httpx.Response(400)

    found = operation("createPayoutRequest").look_up
    assert found is not None
    make = operation("createPayoutRequest")._replace(look_up=LookUp(found.list, found.argument, found.member, form))
    with client(handle) as palomma, pytest.raises(Exception, match="400"):
        palomma._send(make.call(payout_target_id="t", amount=5000))

    assert re.fullmatch(pattern, sent[0])


def test_a_write_without_a_body_says_its_length() -> None:
    """A server may wait for a body otherwise; what it answers may be bytes."""
    post = CREATE._replace(body=None, key_header=None, answers=(Answer(200, 200, RAW, "bytes"),))
    with client(lambda request: httpx.Response(200, text=request.headers["content-length"])) as palomma:
        assert palomma._send(post.call()) == b"0"
