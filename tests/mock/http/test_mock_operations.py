"""The 22 operations over HTTP: what is answered, filtered, paged and refused."""

from __future__ import annotations

import inspect
from typing import Any

import httpx
import pytest

from palomma_mock import MockServer
from palomma_mock.rules.contract import load
from palomma_mock.rules.messages import MAX_BODY
from palomma_mock.rules.states import MESSAGES
from tests.mock.conftest import PERSON, Make, bank_account
from tests.mock.mock_contract import CONTRACT, Checker

CREATED = ("customers", "payinLinks", "payinSources", "payinRequests", "payoutTargets", "payoutRequests")


def test_the_mock_has_the_contracts_operations() -> None:
    """The mock's operation names are the contract's operationIds, and its status messages the contract's."""
    ids = {item[method]["operationId"] for item in CONTRACT["paths"].values() for method in item}

    assert ids == set(load().operations)
    assert set(CONTRACT["components"]["schemas"]["StatusMessage"]["enum"]) == set(MESSAGES)


@pytest.mark.parametrize("kind", CREATED)
def test_what_is_created_can_be_read_and_listed(kind: str, make: Make, http: httpx.Client, checker: Checker) -> None:
    """A create's answer is the object that get and list show, until it changes."""
    made = make(kind, reference="mine")
    read = http.get(f"/{kind}/{made['id']}").json()
    page = http.get(f"/{kind}", params={"reference": "mine"}).json()

    lasting = made.keys() - {"status", "amountCollected", "updatedAt"}
    assert {name: made[name] for name in lasting} == {name: read[name] for name in lasting}
    assert page == {"items": [read], "cursor": None, "count": 1}
    assert checker.checked >= 3


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("payinSources", {"description": "Plan", "partialPayinsEnabled": True}),
        ("payoutTargets", {"description": "Supplier"}),
        ("payinLinks", {"description": "Order", "targetMerchantAccountId": "default"}),
    ],
)
def test_optional_members_are_echoed(kind: str, members: dict[str, Any], make: Make) -> None:
    """What was asked for is in the answer, and the bank account isn't."""
    made = make(kind, **members)

    assert members == {name: made[name] for name in members}
    assert "bankAccount" not in made


def test_absent_members_stay_absent(make: Make) -> None:
    """What wasn't given isn't answered as null."""
    made = make("payinLinks")

    assert not {"reference", "description", "statusMessage"} & made.keys()


def test_customer_details_are_a_copy_of_the_customer(make: Make) -> None:
    """An object shows whose it is, with the customer's own reference."""
    customer = make("customers", reference="customer-7")
    source = make("payinSources", customerId=customer["id"])

    assert source["customerId"] == customer["id"]
    assert source["customerDetails"] == PERSON | {"reference": "customer-7"}


def test_lists_filter_by_reference_and_customer(make: Make, http: httpx.Client) -> None:
    """Each filter leaves what matches, both together what matches both."""
    one, other = make("customers")["id"], make("customers")["id"]
    for owner, reference in ((one, "a"), (one, "b"), (other, "a")):
        make("payoutTargets", customerId=owner, reference=reference)

    def found(**filters: str) -> set[tuple[str, str]]:
        items = http.get("/payoutTargets", params=filters).json()["items"]
        return {(item["customerId"], item["reference"]) for item in items}

    assert found(customerId=one) == {(one, "a"), (one, "b")}
    assert found(reference="a") == {(one, "a"), (other, "a")}
    assert found(reference="a", customerId=other) == {(other, "a")}
    assert found(reference="c") == found(customerId="nobody") == set()


def test_pages_cover_everything_once(make: Make, http: httpx.Client) -> None:
    """Following the cursor gives every object once, newest first, also while more are made."""
    made = [make("customers")["id"] for _ in range(7)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = http.get("/customers", params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["cursor"]
        make("customers")

    assert made[::-1] == seen


def test_a_page_holds_20_unless_told_otherwise(make: Make, http: httpx.Client) -> None:
    """The default limit is 20, and the last full page has no cursor."""
    for _ in range(21):
        make("customers")

    assert http.get("/customers").json()["count"] == 20
    assert http.get("/customers", params={"limit": 21}).json()["cursor"] is None


def test_settlements_are_listed_under_their_account(make: Make, http: httpx.Client, mock: MockServer) -> None:
    """A settlement is found under its own account only; an unknown account has no list."""
    make("payinRequests")
    mock.advance()
    mock.add_merchant_account("other")
    (settlement,) = http.get("/merchantAccounts/default/settlements").json()["items"]
    place = f"settlements/{settlement['id']}"

    assert http.get(f"/merchantAccounts/default/{place}").json() == settlement
    assert http.get(f"/merchantAccounts/other/{place}").status_code == 404
    assert http.get("/merchantAccounts/other/settlements").json()["items"] == []
    assert http.get("/merchantAccounts/nobody/settlements").status_code == 404


# Refusals


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Bearer wrong"}, {"authorization": "Basic palomma-mock"}, {"authorization": "Bearer \xff"}],
)
def test_a_call_without_the_key_is_unauthorized(headers: dict[str, str], mock: MockServer) -> None:
    """No key, another key or another scheme: 401, with the scheme that is wanted."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    response = httpx.get(f"{mock.base_url}/customers", headers=raw)

    assert (response.status_code, response.json()) == (401, {"message": "Unauthorized"})
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        ("customers", {"name": None}, "name: must be a text"),
        ("customers", {"reference": None}, "reference: must be a text"),
        (
            "customers",
            {"documentType": "passport"},
            "documentType: not one of the allowed values; allowed: cc, ce, nit",
        ),
        ("customers", {"documentNumber": 1037551022}, "documentNumber: must be a text"),
        ("customers", {"name": ""}, "name: must be 1 or more characters long"),
        ("payinSources", {"customerId": "nobody"}, "customerId: no such object"),
        (
            "payinSources",
            {"redirectUrl": "shop.example"},
            "redirectUrl: not a URI that begins with http:// or https://",
        ),
        (
            "payinSources",
            {"redirectUrl": "https://shop.example/a b"},
            "redirectUrl: not a URI that begins with http:// or https://",
        ),
        ("payinSources", {"bankAccount": {}}, "bankAccount.bank: required"),
        (
            "payinSources",
            {"bankAccount": bank_account() | {"bank": "4111"}},
            "bankAccount.bank: not one of the allowed",
        ),
        ("payinSources", {"type": "crypto"}, "type: not one of the allowed values; allowed: bankAccount"),
        ("payinSources", {"partialPayinsEnabled": "yes"}, "partialPayinsEnabled: must be true or false"),
        ("payinLinks", {"amount": 1500}, "amount: must be more than 1500"),
        ("payinLinks", {"amount": 2_000_001}, "amount: more than the limit of 2000000"),
        ("payinLinks", {"amount": 2000.5}, "amount: must be a whole number"),
        ("payinLinks", {"amount": True}, "amount: must be a whole number"),
        ("payinLinks", {"availableTypes": []}, "availableTypes: must be a list of 1 or more"),
        ("payinLinks", {"availableTypes": ["cash"]}, "availableTypes[0]: not one of the allowed values"),
        ("payinLinks", {"expiration": "2026-02-30T10:00:00"}, "expiration: not a date and time"),
        ("payinLinks", {"expiration": "2026-02-01"}, "expiration: must look like"),
        ("payinLinks", {"expiration": "2026-02-03T10:00:00\n"}, "expiration: must look like"),
        ("payinLinks", {"expiration": "2026-01-01T00:00:00"}, "expiration: neither past nor after"),
        ("payinLinks", {"expiration": "2026-02-10T00:00:00"}, "expiration: neither past nor after"),
        ("payinLinks", {"targetMerchantAccountId": "nobody"}, "targetMerchantAccountId: no such object"),
        ("payinRequests", {"payinSourceId": "nobody"}, "payinSourceId: no such object"),
        ("payinRequests", {"amount": 1000}, "amount: must be more than 1000"),
        ("payinRequests", {"amount": 2_000_001}, "amount: more than the limit of 2000000"),
        ("payoutRequests", {"payoutTargetId": "nobody"}, "payoutTargetId: no such object"),
        ("payoutRequests", {"amount": 1000}, "amount: must be more than 1000"),
        ("payoutRequests", {"amount": 5_000_001}, "amount: more than the limit of 5000000"),
    ],
)
def test_a_bad_member_is_named(
    kind: str, change: dict[str, Any], message: str, http: httpx.Client, make: Make, mock: MockServer
) -> None:
    """What the contract or the limits forbid is a 400 that names the member, and creates nothing."""
    owner = make("customers")["id"]
    page = {"customerId": owner, "redirectUrl": "https://shop.example/"}
    account = page | {"type": "bankAccount", "bankAccount": bank_account()}
    whole: dict[str, dict[str, Any]] = {
        "customers": PERSON,
        "payinSources": account,
        "payinLinks": page | {"amount": 5000, "type": "general", "availableTypes": ["pse"]},
        "payinRequests": {"payinSourceId": make("payinSources", number="0000000001")["id"], "amount": 5000},
        "payoutRequests": {"payoutTargetId": make("payoutTargets", number="0000000001")["id"], "amount": 5000},
    }
    before = mock.store.count(kind)
    response = http.post(f"/{kind}", json=whole[kind] | change)

    assert response.status_code == 400
    assert response.json()["message"].startswith(message)
    assert mock.store.count(kind) == before


@pytest.mark.parametrize("kind", ["payinSources", "payoutTargets"])
def test_only_what_is_active_moves_money(kind: str, make: Make, http: httpx.Client) -> None:
    """A debit of a source, or a payout to a target, that isn't active is a 400."""
    waiting = make(kind)["id"]
    payment, member = {"payinSources": ("payinRequests", "payinSourceId")}.get(
        kind, ("payoutRequests", "payoutTargetId")
    )
    response = http.post(f"/{payment}", json={member: waiting, "amount": 5000})

    assert (response.status_code, response.json()) == (400, {"message": f"{member}: not active"})


def test_an_account_can_be_switched_off(make: Make, http: httpx.Client, mock: MockServer) -> None:
    """A gateway account whose payouts are off refuses payouts."""
    mock.add_merchant_account("gateway", type="gateway")
    members = mock.store.get("merchantAccounts", "gateway").members  # type: ignore[union-attr]
    mock.store.change("merchantAccounts", "gateway", members | {"payoutsEnabled": False})
    target = make("payoutTargets", number="0000000001")["id"]
    body = {"payoutTargetId": target, "amount": 5000, "sourceMerchantAccountId": "gateway"}

    assert (
        http.post("/payoutRequests", json=body).json()["message"].startswith("sourceMerchantAccountId: payoutsEnabled")
    )


def test_messages_never_repeat_account_or_document_numbers(http: httpx.Client, make: Make) -> None:
    """Whatever is wrong with a body, its numbers aren't in the answer."""
    secret = "98765432109"
    owner = make("customers")["id"]
    account = {"bank": secret, "accountType": secret, "accountNumber": secret}
    bodies = [
        PERSON | {"documentNumber": int(secret)},
        PERSON | {"documentType": secret},
        {"customerId": secret, "redirectUrl": secret, "type": "bankAccount", "bankAccount": account},
        {"customerId": owner, "redirectUrl": secret, "type": secret, "bankAccount": bank_account(secret)},
    ]
    for body in bodies:
        kind = "payinSources" if "bankAccount" in body else "customers"
        response = http.post(f"/{kind}", json=body)
        assert response.status_code == 400
        assert secret not in response.text


@pytest.mark.parametrize(
    "query",
    [
        *(f"limit={value}" for value in ("0", "101", "-1", "1.5", "", "x", "%31%30%30%30", "١")),
        "limit=1&limit=2",
        "reference=a&reference=b",
        *(f"cursor={value}" for value in ("", "x", "00", "637573746f6d6572733a", "ff", b"customers:-1".hex())),
        "cursor=" + b"payinLinks:1".hex(),
    ],
)
def test_a_bad_query_is_refused(query: str, http: httpx.Client) -> None:
    """A limit outside 1 to 100, a cursor that isn't ours, or a parameter given twice is a 400."""
    response = http.get(f"/customers?{query}")

    assert response.status_code == 400
    assert response.json()["message"].partition(":")[0] in ("limit", "cursor", "query")


def test_unknown_parameters_and_members_are_ignored(http: httpx.Client) -> None:
    """The contract allows what it doesn't know, and the mock then does without it."""
    assert http.get("/merchantAccounts?reference=a&reference=b&x=1").status_code == 200
    assert "x" not in http.post("/customers", json=PERSON | {"x": 1}).json()


@pytest.mark.parametrize(
    "path", ["/nothing", "/", "/customers/", "/customers/a/b", "/payinSettlements", "/merchantAccounts/default/x"]
)
def test_an_unknown_path_is_not_found(path: str, http: httpx.Client) -> None:
    """Whatever isn't one of the contract's paths is a 404."""
    response = http.get(path)

    assert (response.status_code, response.json()) == (404, {"message": "Not found"})


@pytest.mark.parametrize("path", ["", "/nothing"])
def test_outside_the_api_there_is_nothing_either(path: str, mock: MockServer) -> None:
    """Paths that are neither the API's nor a page's are a 404 that says where the API is."""
    response = httpx.get(mock.origin + "/v0" * (not path) + path)

    assert (response.status_code, response.json()) == (404, {"message": "Not found; the API is under /v0/"})


@pytest.mark.parametrize("kind", CREATED)
def test_an_unknown_id_is_not_found(kind: str, http: httpx.Client) -> None:
    """A made-up id is a 404 that says what wasn't found."""
    response = http.get(f"/{kind}/nobody")

    assert response.status_code == 404
    assert response.json()["message"].endswith(" not found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/customers", "GET, POST"),
        ("PUT", "/payinLinks/x", "GET"),
        ("POST", "/merchantAccounts", "GET"),
        ("OPTIONS", "/payoutRequests", "GET, POST"),
        ("TRACE", "/merchantAccounts/default/settlements", "GET"),
        ("QUERY", "/merchantAccounts/default/settlements/x", "GET"),
    ],
)
def test_another_method_is_told_which_are_allowed(method: str, path: str, allow: str, http: httpx.Client) -> None:
    """405 names every method of the path."""
    response = http.request(method, path)

    assert (response.status_code, response.headers["allow"]) == (405, allow)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_only_json_is_read(headers: dict[str, str], http: httpx.Client) -> None:
    """Another type, character set or coding of the body is a 415."""
    assert http.post("/customers", content=b"{}", headers=headers).status_code == 415


def test_json_in_utf8_may_say_so(http: httpx.Client) -> None:
    """A charset parameter of utf-8 changes nothing."""
    headers = {"content-type": "application/json; charset=UTF-8"}

    assert http.post("/customers", content=b"{}", headers=headers).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'"\xed\xa0\x80"',
        b"NaN",
        b"1e999",
        b'{"a":' * 100_000,
        b"[" * 100_000,
        b'{"a":' * 300 + b"1" + b"}" * 300,
        b'{"a":%b}' % (b"[" * 900 + b"]" * 900),
    ],
)
def test_a_body_that_is_no_object_is_refused(body: bytes, http: httpx.Client) -> None:
    """What isn't a JSON object, or is too deep, is a 400 about the body."""
    response = http.post("/customers", content=body, headers={"content-type": "application/json"})

    assert response.status_code == 400
    assert response.json()["message"].startswith("body: ")


def test_a_body_over_a_mebibyte_is_refused(http: httpx.Client) -> None:
    """1 MiB is read, one byte more is a 413, whether or not its length was announced."""
    headers = {"content-type": "application/json"}
    large = b" " * MAX_BODY

    assert http.post("/customers", content=large, headers=headers).status_code == 400
    assert http.post("/customers", content=large + b" ", headers=headers).status_code == 413
    assert http.post("/customers", content=iter([large] * 3), headers=headers).status_code == 413


def test_ids_that_need_quoting_are_looked_up(http: httpx.Client) -> None:
    """A slash or dots inside an id don't make another path of it."""
    assert http.get("/customers/%2E%2E%2FmerchantAccounts").json() == {"message": "customer not found"}


@pytest.mark.parametrize("host", ["mock.internal:81", "[::1]:80", "localhost", "shop.localhost:8080", "127.1.2.3"])
def test_pages_are_where_the_caller_knows_the_mock(host: str, mock: MockServer, http: httpx.Client) -> None:
    """`authUrl` repeats the Host header, if it is a name of this machine or one that was allowed."""
    mock.restart(allowed_hosts=("Mock.Internal",))
    owner = http.post("/customers", json=PERSON).json()["id"]
    body = {
        "customerId": owner,
        "redirectUrl": "https://x.example",
        "type": "bankAccount",
        "bankAccount": bank_account(),
    }
    made = http.post("/payinSources", json=body, headers={"host": host}).json()

    assert made["authUrl"].startswith(f"http://{host}/pay/payinSources/")


def test_the_package_says_what_is_in_it() -> None:
    """Everything in `__all__` can be had, and nothing else."""
    import palomma_mock

    assert all(inspect.isclass(value) or value for value in map(palomma_mock.__getattr__, palomma_mock.__all__))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        palomma_mock.nothing  # noqa: B018
