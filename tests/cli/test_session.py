"""Profiles, languages, forms of output, and what the command needs to start."""

from __future__ import annotations

import builtins
import io
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from palomma import cli
from palomma.cli import _operations as operations
from palomma.cli._output import safe, write
from palomma.cli._session import Common, Profile, Session, worst
from palomma.cli._words import _texts, language, words
from palomma_mock import MockServer

from .conftest import Run


def test_every_text_is_there_twice_and_says_usted():
    """Spanish and English take the same facts, and nobody is addressed with tú."""
    from string import Formatter

    for key, texts in _texts().items():
        facts = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts]
        assert len(texts) == 2, key
        assert facts[0] == facts[1] or key == "row_column", key
        assert not {"tu", "tú", "tus"} & set(texts[0].lower().split()), key


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        (["--lang", "es"], {"LANG": "en_US"}, "es"),
        (["x", "--lang=en"], {"LANG": "es_CO"}, "en"),
        ([], {"LANG": "es_CO.UTF-8"}, "es"),
        (["es"], {"LANG": "C"}, "en"),
        ([], {"LC_ALL": "es_ES", "LANG": "en_US"}, "es"),
        (["--lang"], {"LANG": "de_DE"}, "en"),
    ],
)
def test_the_language(arguments: list[str], environment: Mapping[str, str], lang: str):
    """The option counts before the environment, of which Spanish is any Spanish."""
    assert language(arguments, environment) == lang


PROFILES = """
[default]
account = "acc-1"
[acme]
base_url = "http://127.0.0.1:9/v0"
key_variable = "ACME_KEY"
[broken]
api_key = "sk_live_1"
[odd]
colour = "red"
"""


def test_profiles_hold_no_keys(palomma: Run, home: Path, monkeypatch: pytest.MonkeyPatch):
    """A key in the file is refused without being shown; so are an unknown setting, name and file."""
    folder = home / "config/palomma"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(PROFILES)
    assert (Profile.read("default").account, Profile.read("acme").key_variable) == ("acc-1", "ACME_KEY")
    for name, says in (("broken", "environment"), ("odd", "base_url"), ("nope", "nope"), ("../x", "name")):
        ran = palomma("customers", "list", "--profile", name)
        assert (ran.code, says in ran.err, "sk_live" in ran.err) == (2, True, False)
    monkeypatch.setenv("ACME_KEY", "x")
    assert palomma("customers", "list", "--profile", "acme", "--timeout", "1").code == 6
    (folder / "config.toml").write_text("[")
    assert palomma("customers", "list").code == 2


def test_the_folder_of_a_profile_is_for_one_user(home: Path):
    """Journals hold what was sent: nobody else on the machine reads them."""
    folder = Session(Common(), Profile("acme"), "es").data_folder()
    assert folder == home / "data/palomma/acme"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_of_several_codes_the_gravest_counts():
    """3, 4, 1, 6, 5, and else 0."""
    assert [worst(codes) for codes in ([0, 5], [5, 6], [6, 1, 0], [1, 4], [4, 3], [0])] == [5, 6, 1, 4, 3, 0]


ROWS: list[dict[str, Any]] = [
    {"id": "a", "amount": 1_250_000, "nested": {"name": "Peña", "tags": ["x", "y"]}, "ok": True},
    {"id": "b", "text": "=1+1", "amount": None},
]


@pytest.mark.parametrize(
    ("form", "lang", "out"),
    [
        ("csv", "es", "id;amount;nested.name;nested.tags;ok;text\na;1250000;Peña;x, y;True;\nb;;;;;'=1+1\n"),
        ("csv", "en", 'id,amount,nested.name,nested.tags,ok,text\na,1250000,Peña,"x, y",True,\nb,,,,,\'=1+1\n'),
        ("jsonl", "es", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)),
        ("json", "es", f"[\n{json.dumps(ROWS[0], ensure_ascii=False)},\n{json.dumps(ROWS[1])}\n]\n"),
    ],
)
def test_forms_of_output(form: str, lang: str, out: str):
    """The same rows in each form; a spreadsheet works out no text."""
    stream = io.StringIO()
    write(ROWS, form, stream, lang)
    assert stream.getvalue() == out


def test_no_rows():
    """Nothing is still a list."""
    stream = io.StringIO()
    write([], "json", stream, "es")
    assert stream.getvalue() == "[]\n"


def test_a_table_has_the_columns_that_there_is_room_for(monkeypatch: pytest.MonkeyPatch):
    """The first column is always there; what is too wide is left out."""
    monkeypatch.setenv("COLUMNS", "40")
    stream = io.StringIO()
    write([{"id": "a", "wide": "x" * 60, "amount": 5000, "no": None}], "table", stream, "es")
    assert [word for word in stream.getvalue().split() if "─" not in word] == ["id", "amount", "no", "a", "5.000"]


def test_text_that_begins_like_a_formula():
    """Such as a reference that somebody chose: a spreadsheet would work it out."""
    assert [safe(value) for value in ("=1", "+1", "@x", "-", "a", 5)] == ["'=1", "'+1", "'@x", "'-", "a", 5]


def test_without_the_extra_it_says_what_to_install(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """In both languages, since the texts can't be asked for one; a mistake of ours is no missing extra."""
    real = builtins.__import__

    def without(missing: str) -> None:
        def imported(name: str, *rest: Any) -> Any:
            if name.startswith(missing):
                raise ModuleNotFoundError(f"No module named {missing!r}", name=missing)
            return real(name, *rest)

        monkeypatch.setattr(builtins, "__import__", imported)
        for module in [each for each in sys.modules if each.startswith("palomma.cli._app")]:
            monkeypatch.delitem(sys.modules, module)

    without("cyclopts")
    assert cli.main(["--help"]) == 2
    assert "pip install 'palomma[cli]'" in capsys.readouterr().err
    without("palomma_api.texts")
    with pytest.raises(ModuleNotFoundError):
        cli.main(["--help"])


def test_python_m_palomma(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Is the command, which takes its arguments from the process."""
    monkeypatch.setattr(sys, "argv", ["palomma", "--version"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("palomma", run_name="__main__")
    assert (end.value.code, capsys.readouterr().out) == (0, "0.1.0\n")


def test_what_the_start_imports():
    """Help needs no HTTP, no database and no spreadsheets: it must be quick."""
    code = "import sys; from palomma.cli import main; main(['--help']); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "LANG": "es"})
    loaded = set(ran.stdout.splitlines()[-1].split())
    assert not {"httpx", "sqlalchemy", "openpyxl", "holidays", "asyncio", "msgspec"} & loaded
    assert "cyclopts" in loaded


def test_annotations_that_no_command_line_has_a_type_for(mock: MockServer):
    """Dates are text, maps and unions JSON, and what can't be resolved text if it may be text."""
    kinds = {
        "_datetime.datetime | str | None": str, "dict[str, int]": dict, "int | None": int, "Sequence[int]": list[int],
        "Sequence[dict[str, int]]": dict, "int | str": str, "_models.BankAccount | _models.Customer": dict,
        "PayoutRequestStatus | Undocumented": str, "_other.Thing": dict, "_uuid.UUID": str,
    }  # fmt: skip
    assert {text: operations._option_type(text) for text in kinds} == kinds


def test_words_take_their_facts():
    """A text is filled in for both languages at once."""
    assert words("MissingArgumentError", name="--x") == ("Falta --x", "--x is missing")
