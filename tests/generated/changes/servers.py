"""Changes of where the API is and how it knows the caller."""

from __future__ import annotations

import base64
from typing import Any

from ._change import Steps, change, typed
from ._contract import API_KEY, LOST, PAGE, PAYOUT, TEXT, Contract, Raw, answer, ref, thing

PAY = {"payout_target_id": "t1", "amount": 5000, "reference": "r-1"}


def asked(client: Any, **settings: Any) -> str:
    """Return the address that a read goes to."""
    return str(client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT, **settings).last.url)


@change(1)
def server_v1(contract: Contract) -> Steps:
    """The API moves to /v1, in both environments."""
    for server in contract.document["servers"]:
        server["url"] = server["url"].replace("/v0", "/v1")
    client = yield
    assert asked(client) == "https://sandbox.api.palomma.com/v1/payoutRequests/po_1"
    assert asked(client, environment="production") == "https://prod.api.palomma.com/v1/payoutRequests/po_1"


@change(1)
def server_moved(contract: Contract) -> Steps:
    """Production moves to another host."""
    for server in contract.document["servers"]:
        server["url"] = server["url"].replace("prod.api.palomma.com", "api.palomma.co")
    client = yield typed("Palomma(environment='production')", wrong="Palomma(environment='prodution')")
    assert asked(client, environment="production") == "https://api.palomma.co/v0/payoutRequests/po_1"


@change(2)
def server_in_another_order(contract: Contract) -> Steps:
    """Production is listed first: without a word, the client still asks the sandbox."""
    contract.document["servers"].reverse()
    client = yield
    assert asked(client).startswith("https://sandbox.api.palomma.com/")


@change(2)
def server_third(contract: Contract) -> Steps:
    """A third environment appears, marked `staging`."""
    contract.document["servers"].append({"url": "https://staging.api.palomma.com/v0", "description": "Staging.",
                                         "x-environment": "staging"})  # fmt: skip
    client = yield
    assert asked(client, environment="staging") == "https://staging.api.palomma.com/v0/payoutRequests/po_1"
    assert asked(client).startswith("https://sandbox.")


@change(2)
def server_with_a_port_and_slash(contract: Contract) -> Steps:
    """A server's address has a port and ends in a slash."""
    contract.document["servers"][0]["url"] = "https://sandbox.api.palomma.com:8443/v0/"
    client = yield
    assert asked(client) == "https://sandbox.api.palomma.com:8443/v0/payoutRequests/po_1"


@change(2, refusable=True)
def server_with_variables(contract: Contract) -> Steps:
    """A server's address has variables with defaults."""
    contract.document["servers"][0].update(url="https://{name}.api.palomma.com/{version}", variables={
        "name": {"default": "sandbox", "enum": ["sandbox", "sandbox2"]}, "version": {"default": "v0"}})  # fmt: skip
    client = yield
    assert asked(client) == "https://sandbox.api.palomma.com/v0/payoutRequests/po_1"


@change(2, refusable=True)
def server_of_one_operation(contract: Contract) -> Steps:
    """One operation has a server of its own: it goes there, and with base_url not to a host nobody named."""
    contract.operation("getPayoutRequestById")["servers"] = [
        {"url": "https://reports.sandbox.palomma.com/v0", "description": "Sandbox."},
        {"url": "https://reports.palomma.com/v0", "description": "Production."}]  # fmt: skip
    client = yield
    assert asked(client) == "https://reports.sandbox.palomma.com/v0/payoutRequests/po_1"
    assert asked(client, environment="production") == "https://reports.palomma.com/v0/payoutRequests/po_1"
    assert client.call(lambda c: c.payout_requests.list(), PAGE).last.url.host == "sandbox.api.palomma.com"


@change(2, refusable=True)
def server_of_one_path(contract: Contract) -> Steps:
    """One path has a server of its own."""
    contract.paths["/payoutRequests/{payoutRequestId}"]["servers"] = [
        {"url": "https://reports.sandbox.palomma.com/v0", "description": "Sandbox."}]  # fmt: skip
    client = yield
    assert asked(client) == "https://reports.sandbox.palomma.com/v0/payoutRequests/po_1"


@change(3, refusable=True)
def server_relative(contract: Contract) -> Steps:
    """The only server is `/v0`, without a host."""
    contract.document["servers"] = [{"url": "/v0"}]
    client = yield
    sent = client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT, base_url="https://a.example/v0")
    assert str(sent.last.url) == "https://a.example/v0/payoutRequests/po_1"
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).requests == []


@change(3, refusable=True)
def server_in_clear(contract: Contract) -> Steps:
    """The sandbox is http://: the key must not travel in clear."""
    contract.document["servers"][0]["url"] = "http://sandbox.api.palomma.com/v0"
    client = yield
    try:
        client.palomma.Palomma("key")
    except client.ConfigurationError:
        return
    raise AssertionError("the key would travel in clear")


@change(3, refusable=True)
def server_missing(contract: Contract) -> Steps:
    """The document names no server."""
    del contract.document["servers"]
    client = yield
    sent = client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT, base_url="https://a.example/v0")
    assert str(sent.last.url) == "https://a.example/v0/payoutRequests/po_1"


def scheme(contract: Contract, **scheme: object) -> None:
    """Let the API know its callers by another scheme."""
    contract.document["components"]["securitySchemes"] = {"Other": scheme}
    contract.document["security"] = [{"Other": []}]


@change(1)
def security_renamed(contract: Contract) -> Steps:
    """The scheme has another name and a format; it is still a Bearer token."""
    scheme(contract, type="http", scheme="Bearer", bearerFormat="JWT")
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers == {
        "authorization": f"Bearer {API_KEY}"
    }


@change(1)
def security_by_header(contract: Contract) -> Steps:
    """The key travels in `X-Api-Key`, and no longer as Bearer; no error shows it."""
    scheme(contract, type="apiKey", **{"in": "header", "name": "X-Api-Key"})
    client = yield
    sent = client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT, api_key="sk_secret_9")
    assert sent.headers == {"x-api-key": "sk_secret_9"}
    echo = client.call(
        lambda c: c.payout_requests.get("po_1"), (401, {"message": "bad sk_secret_9"}), api_key="sk_secret_9"
    )
    assert "sk_secret_9" not in f"{echo.raises(client.AuthenticationError)}{echo.error!r}{vars(echo.error)}"


@change(2, refusable=True)
def security_by_query(contract: Contract) -> Steps:
    """The key travels in the address."""
    scheme(contract, type="apiKey", **{"in": "query", "name": "api_key"})
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).query == {"api_key": API_KEY}


@change(2, refusable=True)
def security_by_cookie(contract: Contract) -> Steps:
    """The key travels in a cookie."""
    scheme(contract, type="apiKey", **{"in": "cookie", "name": "session"})
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers == {"cookie": f"session={API_KEY}"}


@change(2, refusable=True)
def security_basic(contract: Contract) -> Steps:
    """The caller is known by user and password."""
    scheme(contract, type="http", scheme="basic")
    client = yield
    sent = client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT, api_key="user:word")
    assert sent.headers == {"authorization": "Basic " + base64.b64encode(b"user:word").decode()}


@change(2, refusable=True)
def security_mutual_tls(contract: Contract) -> Steps:
    """The caller is known by a certificate."""
    scheme(contract, type="mutualTLS")
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers == {}


@change(3, refusable=True)
def security_open_id(contract: Contract) -> Steps:
    """The caller is known by OpenID Connect."""
    scheme(contract, type="openIdConnect", openIdConnectUrl="https://id.palomma.com/.well-known/openid-configuration")
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers == {
        "authorization": f"Bearer {API_KEY}"
    }


@change(2)
def security_by_client_credentials(contract: Contract) -> Steps:
    """A token is got with client id and secret (OAuth2 client credentials), once, and sent as Bearer."""
    flow = {"tokenUrl": "https://auth.palomma.com/oauth/token", "scopes": {}}
    scheme(contract, type="oauth2", flows={"clientCredentials": flow})
    client = yield

    def reply(request: Any) -> Any:
        if request.url.path == "/oauth/token":
            return {"access_token": "tok", "token_type": "Bearer", "expires_in": 3600}
        return PAYOUT if request.headers.get("authorization") == "Bearer tok" else 401

    def twice(c: Any) -> Any:
        first = c.payout_requests.get("po_1")
        if not hasattr(first, "__await__"):
            return [first.id, c.payout_requests.get("po_1").id]

        async def both() -> list[str]:
            return [(await first).id, (await c.payout_requests.get("po_1")).id]

        return both()

    sent = client.call(twice, reply, api_key="client-1:secret-9")
    assert sent.value == ["po_1", "po_1"]
    assert [request.url.path for request in sent.requests].count("/oauth/token") == 1
    assert all("secret-9" not in str(request.url) for request in sent.requests)


@change(3, refusable=True)
def security_by_authorization_code(contract: Contract) -> Steps:
    """A person logs in (OAuth2 authorization code)."""
    flow = {"authorizationUrl": "https://a.b/c", "tokenUrl": "https://a.b/d", "scopes": {"read": "Read."}}
    scheme(contract, type="oauth2", flows={"authorizationCode": flow})
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers == {
        "authorization": f"Bearer {API_KEY}"
    }


@change(1)
def security_of_none(contract: Contract) -> Steps:
    """One operation is open to all: no key is sent to it."""
    contract.add("GET /status", "getStatus", answer(thing("status", status=TEXT)), security=[])
    client = yield
    assert client.call(lambda c: c.status.get(), {"status": "up"}).headers == {}
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers == {
        "authorization": f"Bearer {API_KEY}"
    }


@change(2, refusable=True)
def security_of_one_operation(contract: Contract) -> Steps:
    """One operation knows its callers in another way than the rest."""
    contract.document["components"]["securitySchemes"]["Key"] = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
    contract.operation("getPayoutRequestById")["security"] = [{"Key": []}]
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers == {"x-api-key": API_KEY}
    assert client.call(lambda c: c.payout_requests.list(), PAGE).headers == {"authorization": f"Bearer {API_KEY}"}


@change(2, refusable=True)
def security_by_choice(contract: Contract) -> Steps:
    """Bearer or API key: either does."""
    contract.document["components"]["securitySchemes"]["Key"] = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
    contract.document["security"].append({"Key": []})
    client = yield
    headers = client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers
    assert headers in ({"authorization": f"Bearer {API_KEY}"}, {"x-api-key": API_KEY})


@change(2, refusable=True)
def security_by_two_at_once(contract: Contract) -> Steps:
    """Bearer and API key, both at once."""
    contract.document["components"]["securitySchemes"]["Key"] = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
    contract.document["security"][0]["Key"] = []
    client = yield
    headers = client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers
    assert headers == {"authorization": f"Bearer {API_KEY}", "x-api-key": API_KEY}


@change(2, refusable=True)
def security_by_signature(contract: Contract) -> Steps:
    """Every request is signed (a scheme of http that nobody knows)."""
    scheme(contract, type="http", scheme="hmac")
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).requests == []


@change(2)
def response_headers(contract: Contract) -> Steps:
    """Answers describe headers, such as limits of rate: errors carry them."""
    response = contract.operation("createPayoutRequest")["responses"]["200"]
    response["headers"] = {"X-RateLimit-Remaining": {"schema": {"type": "integer"}, "description": "Left."}}
    client = yield
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).value.id == "po_1"
    reply = Raw(b"{}", status=403, headers={"X-RateLimit-Remaining": "3"})
    error = client.call(lambda c: c.payout_requests.create(**PAY), reply).raises(client.PermissionDeniedError)
    assert error.headers["x-ratelimit-remaining"] == "3"


@change(2)
def unknown_keywords(contract: Contract) -> Steps:
    """The document has extensions, examples and keywords that nobody knows."""
    contract.document["x-internal"] = {"a": [1]}
    contract.members("PayoutRequest")["fee"].update({"x-unit": "COP", "examples": [500], "example": 500})
    contract.operation("createPayoutRequest")["x-codegen"] = {"name": "pay"}
    contract.document["info"].update({"x-logo": {"url": "l"}, "termsOfService": "https://a.b"})
    contract.paths["x-note"] = "A path that is none."
    client = yield
    assert client.call(lambda c: c.payout_requests.create(**PAY), LOST).raises(client.OutcomeUnknownError)
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).value.id == "po_1"


@change(2)
def title_and_version(contract: Contract) -> Steps:
    """The document has another title and version; no module is called otherwise."""
    contract.document["info"].update(title="Palomma Pagos: API v2 (beta)", version="2.0.0-beta+1")
    client = yield
    assert client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT).value.id == "po_1"
    assert client.models.PayoutRequest.__module__.startswith("palomma_api.")


@change(2)
def shared_responses_and_bodies(contract: Contract) -> Steps:
    """Answers, bodies and parameters are referred to in components."""
    components = contract.document["components"]
    operation = contract.operation("createPayoutRequest")
    components.setdefault("requestBodies", {})["Pay"] = operation["requestBody"]
    components["responses"]["Paid"] = {"description": "Paid.", **_content(contract)}
    operation["requestBody"] = {"$ref": "#/components/requestBodies/Pay"}
    operation["responses"]["200"] = {"$ref": "#/components/responses/Paid"}
    client = yield typed("client.payout_requests.create(payout_target_id='t', amount=1).amount_sent")
    sent = client.call(lambda c: c.payout_requests.create(**PAY), PAYOUT)
    assert (sent.body["amount"], sent.value.id) == (5000, "po_1")


def _content(contract: Contract) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": ref("PayoutRequest")}}}


@change(2)
def security_optional(contract: Contract) -> Steps:
    """One operation can be called with or without a key: the key is sent."""
    contract.operation("getPayoutRequestById")["security"] = [{}, *contract.document["security"]]
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers in (
        {"authorization": f"Bearer {API_KEY}"}, {})  # fmt: skip


@change(2)
def security_with_scopes(contract: Contract) -> Steps:
    """Each operation names its security again, with scopes."""
    (name,) = contract.document["security"][0]
    for item in contract.paths.values():
        for operation in (each for each in item.values() if isinstance(each, dict)):
            operation["security"] = [{name: ["payouts:read"]}]
    del contract.document["security"]
    client = yield
    assert client.call(lambda c: c.payout_requests.get("po_1"), PAYOUT).headers == {
        "authorization": f"Bearer {API_KEY}"
    }
