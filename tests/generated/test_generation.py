"""`make generate`: the same bytes each time, and a new operation without a hand-written line."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import openapi_python_client
import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "openapi/templates"

# The upstream templates that ours stand in for, as they were when ours were last compared with them. A new version of
# the generator changes some: look at what changed there, mend ours if need be, and put the new hash here.
REVIEWED = {
    "api_init.py.jinja": "f3b0290732b219be73b204cc3a44170eab0b64299a485a093306c6cc20d064cc",
    "client.py.jinja": "4eac65762f21014a7fbf59e730f1be6d28c9c85ddc1c40b458b6ff5f67a64c9e",
    "endpoint_init.py.jinja": "c1837a037fdbbd85b5dc1d49f58bd80a672fe4496cfaaf84d3b91927027b56da",
    "endpoint_module.py.jinja": "c1b2628053eb4875ba59566baa5ae907666f9cbfafa308d93f970a4404b7cd52",
    "errors.py.jinja": "b6ba7ea79aa7d7f24b47119985d1ed20268d3da0ab70309ee138088a106b6af9",
    "literal_enum.py.jinja": "04f2eb9334dd543ab7fa91a1fe3a73e7d5f2cf50e09d864429ddb58e506c8b68",
    "model.py.jinja": "fd1c79680d51c06cfbb89809ad123750ba9add98b688036c04cabbf1f8ba40a0",
    "models_init.py.jinja": "4f64a3d6e1b15a561be5573c1b7702eb928c0e4fa6b67107d20e57a74c44d51a",
    "package_init.py.jinja": "ac15907e32dc39bd9b83ea6f2002fb87514f2182b97f88231b5a9c47321f6210",
    "types.py.jinja": "93df9d75883a4eafac77dd21bc6907f3ef612e3f7841e08656618dcf6c4ce494",
}


def run(
    into: Path, contract: Path = ROOT / "openapi/palomma.yaml", seed: str = "0"
) -> subprocess.CompletedProcess[str]:
    """Run the generator into another folder."""
    command = [sys.executable, str(ROOT / "openapi/generate.py"), "--contract", str(contract), "--output", str(into)]
    return subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True)


def generate(into: Path, contract: Path = ROOT / "openapi/palomma.yaml", seed: str = "0") -> None:
    made = run(into, contract, seed)
    assert made.returncode == 0, made.stdout + made.stderr


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for package in ("palomma_api", "palomma_schemas")
        for path in sorted((folder / package).rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_generated_is_what_make_generate_writes(tmp_path: Path, seed: str):
    """Another run, with another hash seed, writes the committed bytes: nobody edited them by hand."""
    generate(tmp_path, seed=seed)

    assert files(tmp_path) == files(ROOT / "generated")


WALLETS = """
import json
import httpx
from palomma import Palomma
from palomma_api.client import operation

def answer(request):
    if request.method == "POST" or request.url.path.endswith("/w1"):
        body = json.loads(request.content or b"{}")
        return httpx.Response(200, json={"id": "w1", "status": "open", **body})
    return httpx.Response(200, json={"items": [{"id": "w1", "status": "open"}], "cursor": None})

client = Palomma("key", transport=httpx.MockTransport(answer))
made = client.wallets.create(label="main", limit=5000, owner=__import__("palomma.models").models.WalletOwner(name="P"))
assert (made.id, made.label, made.limit, made.owner.name) == ("w1", "main", 5000, "P"), made
assert len(made.reference) == 26
assert client.wallets.get("w1").status == "open"
assert [wallet.id for wallet in client.wallets.iterate(page_size=5)] == ["w1"]
assert client.wallets.list().items[0].id == "w1"
assert operation("createWallet").look_up[:3] == ("listWallets", "reference", "reference")
print("all of it")
"""


def _with_wallets(contract: dict[str, Any]) -> dict[str, Any]:
    """The contract with a made-up resource; its object is both sent and received."""

    def body(schema: str) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}

    def operation(name: str, summary: str, answer: str, **more: Any) -> dict[str, Any]:
        ok = {"200": {"description": "Done.", **body(answer)}}
        return {"operationId": name, "tags": ["wallets"], "summary": summary, "responses": ok, **more}

    def parameter(name: str, place: str, kind: str) -> dict[str, Any]:
        return {"name": name, "in": place, "required": place == "path", "description": name, "schema": {"type": kind}}

    def thing(required: list[str], **properties: Any) -> dict[str, Any]:
        return {"type": "object", "description": "Made up.", "required": required, "properties": properties}

    text = {"type": "string", "description": "A text."}
    queries = [parameter("cursor", "query", "string"), parameter("limit", "query", "integer"),
               parameter("reference", "query", "string")]  # fmt: skip
    contract["paths"]["/wallets"] = {
        "post": operation("createWallet", "Make one", "Wallet", requestBody={"required": True, **body("CreateWallet")}),
        "get": operation("listWallets", "List them", "WalletPage", parameters=queries),
    }
    contract["paths"]["/wallets/{walletId}"] = {
        "get": operation("getWalletById", "Get one", "Wallet", parameters=[parameter("walletId", "path", "string")])
    }
    owner = {"$ref": "#/components/schemas/WalletOwner"}
    wallet = {"label": text, "reference": text, "limit": {"type": "integer", "description": "COP."}, "owner": owner}
    contract["components"]["schemas"] |= {
        "WalletOwner": thing(["name"], name=text),
        "CreateWallet": thing(["label"], **wallet),
        "Wallet": thing(["id", "status"], id=text, status=text, **wallet),
        "WalletPage": thing(
            ["items"],
            items={"type": "array", "items": {"$ref": "#/components/schemas/Wallet"}},
            cursor={"type": ["string", "null"]},
        ),
    }
    return contract


def test_a_new_operation_needs_no_hand_written_line(tmp_path: Path, contract: dict[str, Any]):
    """A resource added to the contract alone is created, read, listed and iterated through the client and a command."""
    spec = tmp_path / "palomma.yaml"
    spec.write_text(yaml.safe_dump(_with_wallets(yaml.safe_load(yaml.safe_dump(contract))), sort_keys=False))
    generate(tmp_path, spec)

    path = os.pathsep.join([str(tmp_path), str(ROOT / "overrides")])
    ran = subprocess.run([sys.executable, "-c", WALLETS], env={"PYTHONPATH": path}, capture_output=True, text=True)

    assert (ran.stdout, ran.stderr) == ("all of it\n", "")

    words = ["wallets", "create", "--label", "main", "--limit", "5000", "--owner.name", "P", "--dry-run"]
    settings = {"PYTHONPATH": path, "PALOMMA_API_KEY": "x", "HOME": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-m", "palomma", *words], env=settings, capture_output=True, text=True)

    assert json.loads(ran.stdout)["body"] == {"label": "main", "limit": 5000, "owner": {"name": "P"}}, ran.stderr


def _spoiled(contract: dict[str, Any]) -> dict[str, Any]:
    contract["paths"]["/customers"]["post"]["security"] = [{"Digest": []}]
    contract["components"]["securitySchemes"]["Digest"] = {"type": "http", "scheme": "digest"}
    contract["paths"]["/customers/{customerId}"]["get"]["operationId"] = "listCustomers"
    return contract


def test_a_contract_that_can_not_be_generated_is_refused_by_name(tmp_path: Path, contract: dict[str, Any]):
    """All findings come at once, with their lines, and what was there stays byte for byte."""
    generate(tmp_path / "there")
    before = files(tmp_path / "there")
    spec = tmp_path / "palomma.yaml"
    spec.write_text(yaml.safe_dump(_spoiled(yaml.safe_load(yaml.safe_dump(contract))), sort_keys=False))

    refused = run(tmp_path / "there", spec)

    assert refused.returncode == 1
    twice = re.findall(
        r"^palomma.yaml:\d+: GET /\S+ listCustomers: operationId listCustomers is not", refused.stderr, re.M
    )
    assert len(twice) == 2
    assert files(tmp_path / "there") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["palomma.yaml", "there"]


def test_the_check_names_a_file_that_was_edited_by_hand(tmp_path: Path):
    """`make check` compares with a fresh generation, not with git."""
    generate(tmp_path)
    edited = tmp_path / "palomma_api/client.py"
    edited.write_text(edited.read_text() + "# by hand\n")

    command = [sys.executable, str(ROOT / "openapi/generate.py"), "--check", "--output", str(tmp_path)]
    checked = subprocess.run(command, capture_output=True, text=True)

    assert (checked.returncode, checked.stdout) == (1, "")
    assert checked.stderr == f"{edited} is not what make generate writes\n"


def test_the_reviewed_templates_are_those_that_we_replace():
    """Each template of ours that upstream has too is in the list above, and no other."""
    upstream = Path(openapi_python_client.__file__).parent / "templates"

    assert set(REVIEWED) == {path.name for path in TEMPLATES.iterdir() if (upstream / path.name).exists()}


@pytest.mark.parametrize("name", REVIEWED)
def test_upstream_did_not_change_a_template_that_we_replace(name: str):
    """After an upgrade of the generator this says which template to compare again."""
    upstream = Path(openapi_python_client.__file__).parent / "templates" / name

    assert hashlib.sha256(upstream.read_bytes()).hexdigest() == REVIEWED[name], (
        f"openapi-python-client {version('openapi-python-client')} changed {name}: compare it with openapi/templates"
    )


@pytest.mark.parametrize("path", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_each_template_opens_with_why_it_exists(path: Path):
    """Who meets a template reads first why it is there."""
    opening = " ".join(path.read_text().partition("#}")[0].split())

    assert opening.startswith("{#-")
    assert path.name.startswith("_") or "Why: " in opening
    assert all((ROOT / test).is_file() for test in re.findall(r"tests/\S+\.py", opening))
