"""`palomma <resource> <method>`: every operation of the contract, from the generated facade alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from palomma import Palomma, models
from palomma.cli import _operations as commands
from palomma.cli import main
from palomma.cli._app import application
from palomma.cli._words import words
from palomma_api.client import operation, operations
from palomma_mock import MockServer

from .conftest import Run

ACCOUNT = "000123456789"
DOCUMENT = "1037551022"
CUSTOMER = ["--name", "Pepito Perez", "--document-type", "cc", "--document-number", "-", "--email", "pepito@gmail.com",
            "--phone-number", "3013111111"]  # fmt: skip


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_every_operation_of_the_contract_is_a_command(palomma: Run):
    """The map of all commands, as data, has each operation."""
    ran = palomma("--map", "json")
    listed = {entry["command"] for entry in json.loads(ran.out)}

    named = {operation(id).name.replace(".", " ").replace("_", "-") for id in operations()}
    assert named <= listed
    assert ran.code == 0


def test_the_map_says_what_an_option_can_be(palomma: Run):
    """Nested models are options, with the contract's choices."""
    entries = {entry["command"]: entry for entry in json.loads(palomma("--map", "json").out)}
    options = {option["name"]: option for option in entries["payout-targets create"]["options"]}

    assert options["--bank-account.account-type"]["choices"] == ["checking", "savings"]
    assert "Number of the account" in options["--bank-account.account-number"]["help"]


def test_a_customer_an_account_and_a_payout(palomma: Run, mock: MockServer, client: Palomma):
    """The main job by hand: what is created is data on standard output, with the numbers cut."""
    (customer,) = rows(palomma("customers", "create", *CUSTOMER, piped=DOCUMENT).out)
    target = palomma(
        "payout-targets", "create", "--customer-id", customer["id"], "--redirect-url", "https://merchant.example/back",
        "--bank-account.bank", "santander", "--bank-account.account-type", "savings",
        "--bank-account.account-number", "-", piped=ACCOUNT,
    )  # fmt: skip
    (made,) = rows(target.out)
    ran = palomma("payout-requests", "create", "--payout-target-id", made["id"], "--amount", 50_000,
                  "--yes", "--expect", "1:50000", "--output", "json")  # fmt: skip

    assert ran.code == 0
    assert json.loads(ran.out)["amount"] == 50_000
    assert client.payout_requests.get(json.loads(ran.out)["id"]).amount == 50_000
    assert (customer["documentNumber"], DOCUMENT in target.out + target.err) == ("…1022", False)


@pytest.mark.parametrize(
    ("arguments", "typed", "code"),
    [
        ([], None, 2),
        (["--yes"], None, 2),
        (["--expect", "1:50000"], None, 2),
        (["--yes", "--expect", "2:50000"], None, 2),
        (["--yes", "--expect", "1:50000"], None, 0),
        ([], "y\n", 0),
        ([], "sí\n", 0),
        ([], "\n", 2),
        (["--dry-run"], None, 0),
    ],
)
def test_money_moves_only_if_somebody_says_so(
    arguments: list[str], typed: str | None, code: int, palomma: Run, client: Palomma, target: str
):
    """A person at a terminal says yes, or `--yes` comes with the number and the sum."""
    ran = palomma(
        "payout-requests", "create", "--payout-target-id", target, "--amount", 50_000, *arguments, typed=typed
    )

    assert ran.code == code
    assert len(list(client.payout_requests.iterate())) == int(code == 0 and "--dry-run" not in arguments)


def test_a_dry_run_shows_the_request_without_key_and_numbers(palomma: Run, mock: MockServer):
    """It says where it would go and with what, and nothing is sent."""
    ran = palomma("customers", "create", *CUSTOMER, "--dry-run", piped=DOCUMENT)

    (row,) = rows(ran.out)
    assert (row["method"], row["url"]) == ("POST", f"{mock.base_url}/customers")
    assert row["body"]["documentNumber"] == "…1022"
    assert mock.api_key not in ran.out + ran.err
    listed = palomma("customers", "list", "--reference", "x", "--dry-run")
    assert rows(listed.out) == [{"method": "GET", "url": f"{mock.base_url}/customers?reference=x"}]


def test_a_number_on_the_command_line_is_refused(palomma: Run, mock: MockServer, home: Path):
    """A shell keeps its history (R5): a document or account number is typed apart, or read from a file."""
    words = [DOCUMENT if word == "-" else word for word in CUSTOMER]
    refused = palomma("customers", "create", *words)
    (home / "number.txt").write_text(DOCUMENT)
    taken = palomma("customers", "create", *["@number.txt" if word == "-" else word for word in CUSTOMER])

    assert (refused.code, taken.code) == (2, 0)
    assert DOCUMENT not in refused.err


def test_a_number_is_typed_without_being_shown(palomma: Run, mock: MockServer, monkeypatch: pytest.MonkeyPatch):
    """At a terminal it is asked for as a password is."""
    monkeypatch.setattr("getpass.getpass", lambda prompt: DOCUMENT)
    (row,) = rows(palomma("customers", "create", *CUSTOMER, "--output", "jsonl", typed="").out)

    assert row["documentNumber"] == "…1022"


@pytest.mark.parametrize("piped", [False, True])
def test_a_whole_body_from_a_file(piped: bool, palomma: Run, client: Palomma, home: Path, contract: dict[str, Any]):
    """`--body` takes what the contract's example is, from a file or a pipe."""
    body = contract["components"]["examples"]["CreateCustomerPerson"]["value"]
    (home / "body.json").write_text(json.dumps(body))
    ran = palomma("customers", "create", "--body", "-" if piped else "body.json", piped=json.dumps(body))

    (made,) = rows(ran.out)
    assert client.customers.get(made["id"]).name == body["name"]


def test_lists_come_in_pages_or_whole(palomma: Run, client: Palomma):
    """One page says where the next is; `--all` reads them all."""
    for _ in range(5):
        client.customers.create(
            name="A", document_type="cc", document_number=DOCUMENT, email="a@b.co", phone_number="3013111111"
        )

    page, whole = palomma("customers", "list", "--limit", 2), palomma("customers", "list", "--limit", 2, "--all")
    assert (len(rows(page.out)), len(rows(whole.out)), whole.err) == (2, 5, "")
    cursor = page.err.split()[-1]
    assert len(rows(palomma("customers", "list", "--limit", 3, "--cursor", cursor).out)) == 3
    assert palomma("customers", "list", "--all", "--output", "csv").out.count("\n") == 6


@pytest.mark.parametrize(
    ("arguments", "lang", "says"),
    [
        (["nope"], "en", "no such command"),
        (["nope"], "es", "No existe ese comando"),
        (["customers", "list", "--foo"], "es", "No existe la opción --foo"),
        (["customers", "get"], "es", "Falta"),
        (["customers", "get", "a", "b"], "en", "too many"),
        (["customers", "list", "--limit", "x"], "es", "--limit: no sirve ese valor"),
        (["customers", "create", "--document-type", "pasaporte"], "es", "elija entre cc, ce, nit"),
        (["customers", "get", "a", "--env", "moon"], "es", "elija entre sandbox"),
        (["customers", "get", ".."], "en", "must be the id"),
        (["customers", "create", "--name", "x"], "en", "document_type"),
        (["customers", "create", "--body", "nowhere.json"], "en", "nowhere.json"),
        (["--output"], "en", "no such command"),
    ],
)
def test_wrong_usage_is_said_in_both_languages(
    arguments: list[str], lang: str, says: str, palomma: Run, mock: MockServer
):
    """Nothing is sent, the code is 2, and standard output stays empty."""
    ran = palomma("--lang", lang, *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


FAULTS = {
    "answer_lost": (3, "createCustomer"),
    "request_lost": (3, "createCustomer"),
    "server_error": (3, "createCustomer"),
    "rate_limited": (6, "createCustomer"),
}


@pytest.mark.parametrize(("fault", "code"), [(fault, code) for fault, (code, _) in FAULTS.items()])
def test_exit_codes_of_a_create(fault: str, code: int, palomma: Run, mock: MockServer):
    """What was sent and got no answer is 3, what was not processed is 6."""
    mock.fail_next(fault, operation=FAULTS[fault][1], times=9, **({"retry_after": 0} if code == 6 else {}))

    ran = palomma("customers", "create", *CUSTOMER, "--timeout", 2, piped=DOCUMENT)
    assert (ran.code, ran.out) == (code, "")
    assert words(f"code_{code}").en in ran.err


def test_exit_codes_of_reads_keys_and_addresses(palomma: Run, mock: MockServer, monkeypatch: pytest.MonkeyPatch):
    """Not found is 5, a key that is refused or absent 4, no connection 6, a read that fails 1."""
    assert palomma("customers", "get", "nobody").code == 5
    mock.fail_next("server_error", operation="getCustomerById", times=9)
    assert palomma("customers", "get", "nobody", "--timeout", 1).code == 1
    monkeypatch.setenv("PALOMMA_API_KEY", "wrong")
    assert palomma("customers", "list").code == 4
    monkeypatch.delenv("PALOMMA_API_KEY")
    assert palomma("customers", "list").code == 4
    monkeypatch.setenv("PALOMMA_API_KEY", "x")
    monkeypatch.setenv("PALOMMA_BASE_URL", "http://127.0.0.1:9")
    assert palomma("customers", "list", "--timeout", 1).code == 6


def test_an_interrupt_is_130(palomma: Run, mock: MockServer, monkeypatch: pytest.MonkeyPatch):
    """Ctrl-C ends the command with its usual code, without a traceback."""

    def interrupt(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "perform", interrupt)
    ran = palomma("customers", "list")
    assert (ran.code, ran.out, ran.err) == (130, "", "palomma: interrupted\n")


def test_a_reader_that_has_had_enough_is_no_error(mock: MockServer, client: Palomma):
    """`palomma … | head -1` ends quietly."""
    for _ in range(3):
        client.customers.create(
            name="A", document_type="cc", document_number=DOCUMENT, email="a@b.co", phone_number="3013111111"
        )
    script = (
        "import os, sys; r, w = os.pipe(); os.close(r); os.dup2(w, 1); from palomma.cli import main; sys.exit(main())"
    )
    ran = subprocess.run([sys.executable, "-c", script, "customers", "list"], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_production_has_to_be_written_out(palomma: Run, monkeypatch: pytest.MonkeyPatch):
    """Neither an environment variable nor a base URL leads there, and other creates ask there, too."""
    monkeypatch.setenv("PALOMMA_API_KEY", "x")
    monkeypatch.setenv("PALOMMA_ENVIRONMENT", "production")
    words = ["customers", "create", "--body", "-", "--dry-run"]
    (row,) = rows(palomma(*words, piped="{}").out or '{"url": ""}')
    assert "sandbox" in row["url"] or row["url"] == ""
    monkeypatch.setenv("PALOMMA_BASE_URL", "https://prod.api.palomma.com/v0")
    assert palomma("customers", "list").code == 2
    asked = palomma("customers", "create", *CUSTOMER, "--env", "production", piped=DOCUMENT)
    assert (asked.code, "--yes" in asked.err) == (2, True)
    given = palomma("customers", "get", "x", "--env", "production", "--dry-run")
    assert rows(given.out)[0]["url"].startswith("https://prod")


def test_a_terminal_gets_a_table(palomma: Run, client: Palomma, target: str, monkeypatch: pytest.MonkeyPatch):
    """One object is a line a member; a list has the columns that there is room for, amounts with their thousands."""
    palomma(
        "payout-requests",
        "create",
        "--payout-target-id",
        target,
        "--amount",
        1_250_000,
        "--yes",
        "--expect",
        "1:1250000",
    )
    one = palomma("--lang", "es", "merchant-accounts", "get", "default", "--output", "table")
    many = palomma("--lang", "es", "payout-requests", "list", "--output", "table")

    assert "availableBalance" in one.out and "98.750.000" in one.out
    assert many.out.split()[0] == "id"
    assert DOCUMENT not in many.out


def test_help_speaks_spanish(palomma: Run):
    """The resources and methods have the contract's Spanish names; the contract's own texts are English."""
    root, page = palomma("--lang=es", "--help"), palomma("--lang", "es", "payout-requests", "create", "--help")

    assert "Destino de pago" in root.out and "Comandos" in root.out
    assert "Crear: Pago a un cliente." in page.out and "Opciones comunes" in page.out


def test_completion_for_three_shells(palomma: Run):
    """`--completion SHELL` prints a script that knows the resources and the options."""
    ran = palomma("--completion", "bash")
    assert "complete " in ran.out and "payout-requests" in ran.out and "bank-account" in ran.out
    small = application("es", ["payout-requests"])
    assert "#compdef" in small.generate_completion(shell="zsh")
    assert "complete -c palomma" in small.generate_completion(shell="fish")


def test_members_that_nobody_gives_are_no_options():
    """A constant of the contract is sent by itself, and a model isn't followed for ever."""
    whole = commands.Option(("body",), models.CreatePayoutTarget, True, "")
    names = [option.name for option in commands._spread(whole)]
    assert "body.bank-account.account-number" in names
    assert [name for name in names if "type" in name] == ["body.bank-account.account-type"]


def test_what_is_no_object_is_a_row_too():
    """Text, numbers and maps that an operation answers; nothing is no row."""
    assert list(commands.rows_of(["a", 5, None, {"b": 1}])) == [{"value": "a"}, {"value": 5}, {"b": 1}]


def test_a_broken_pipe_is_the_end(mock: MockServer, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Whoever read the output has had enough: no message, and no complaint at the end of the process."""

    def had_enough(*given: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(commands, "perform", had_enough)
    assert main(["customers", "list"]) == 0
    print("this goes nowhere")
    assert capfd.readouterr() == ("", "")
