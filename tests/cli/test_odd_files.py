"""Files as a person of finance really has them: each says in Spanish what is wrong, or is read. Never a traceback.

The address of these runs leads nowhere: had anything been sent, they would end with 6.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText

from palomma.cli._payees import COLUMNS, read_rows
from palomma.cli._table import table_of

from .conftest import Run

HEADER = "referencia;nombre;tipo_documento;documento;banco;tipo_cuenta;cuenta;correo;telefono;valor"
ANA = [
    "f-1",
    "Ana Peña",
    "CC",
    "1037551022",
    "Davivienda",
    "Ahorros",
    "000123456789",
    "ana@x.co",
    "3013111111",
    "50000",
]
NAMES = HEADER.split(";")
SECRETS = ("1037551022", "000123456789", "1.037.551.022", "890903938", "890.903.938")


def people(*changes: dict[str, str]) -> bytes:
    """A CSV of Ana's row, changed."""
    lines = (";".join(change.get(name, cell) for name, cell in zip(NAMES, ANA, strict=True)) for change in changes)
    return "\n".join([HEADER, *lines]).encode("latin-1")


def targets(*lines: str, header: str = "id;destino;valor") -> bytes:
    return "\n".join([header, *lines]).encode("latin-1")


def book(*rows: list[Any], title: str = "Hoja 1", more: Callable[[Any], object] = lambda book: None) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    more(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def zipped(name: str, text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, text)
    return stream.getvalue()


def second_month(made: Any) -> None:
    made.create_sheet("Diciembre").append(["id", "destino", "valor"])


OF_TARGETS = ["id", "destino", "valor"]
NO_TABLE = "no es un CSV ni un XLSX"
NO_COLUMN = "falta la columna"
EMPTY = "está vacío"
PESOS = "no son pesos enteros"
LIMITS = "debe ser de 1001 a 5000000 pesos"
CHANGED = "la hoja de cálculo lo convirtió"
ACCOUNT = "debe tener de 6 a 20 dígitos"
WRONG: dict[str, tuple[bytes, list[str]]] = {
    # No table
    "empty": (b"", [NO_COLUMN]),
    "only a mark": (b"\xef\xbb\xbf", [NO_COLUMN]),
    "only lines": (b"\r\n;;;\r\n\r\n", [NO_COLUMN]),
    "an old workbook, or one with a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", [NO_TABLE]),
    "a document for printing": (b"%PDF-1.7\nid;destino;valor", [NO_TABLE]),
    "a page, as banks name it .xls": (b"<html><table><tr><td>id</td></tr></table>", [NO_TABLE]),
    "JSON": (b'{"id": "a", "destino": "t", "valor": 5000}', [NO_TABLE]),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", [NO_TABLE]),
    "a workbook that was cut off": (book(OF_TARGETS, ["a", "t", 5000])[:400], [NO_TABLE]),
    "an archive": (zipped("pagos.csv", "id;destino;valor"), [NO_TABLE]),
    "an OpenDocument": (zipped("content.xml", "<office/>"), [NO_TABLE]),
    "half of UTF-16": (b"\xff\xfei", [NO_COLUMN]),
    "a cell without end": (b'id;destino;valor\n"' + b"x" * 140_000, [NO_TABLE]),
    "two sheets with rows": (book(OF_TARGETS, ["a", "t", 5000], more=second_month), ["Hoja 1, Diciembre"]),
    # The header
    "no header": (people({})[len(HEADER) + 1 :], [NO_COLUMN]),
    "only a header": (targets(), ["el archivo no tiene filas"]),
    "two columns of amounts": (targets("a;t;5000;9000", header="id;destino;valor;monto"), ["valor: esta columna"]),
    "no amount": (targets("a;t;5000", header="id;destino;plata"), [f"{NO_COLUMN} valor"]),
    "no person and no target": (targets("a;5000", header="id;valor"), [f"{NO_COLUMN} destino"]),
    # Amounts
    "negative": (targets("a;t;-5.000"), ["línea 2, valor", PESOS]),
    "negative, as accountants write it": (targets("a;t;(5.000)"), [PESOS]),
    "nothing": (targets("a;t;0"), [LIMITS]),
    "decimals": (targets("a;t;5000,5"), [PESOS]),
    "a power of ten as text": (targets("a;t;1E+06"), [PESOS]),
    "too much": (targets("a;t;5.000.001"), [LIMITS, "--max-amount"]),
    "thousands of both kinds": (targets("a;t;1,250.000"), [PESOS]),
    "millions with an apostrophe and a dot": (targets("a;t;1'250.000"), [PESOS]),
    "no number": (targets("a;t;cincuenta mil"), [PESOS]),
    "a formula as text": (targets("a;t;=5000*2"), [PESOS]),
    "two currencies": (targets("a;t;US$ 5000"), [PESOS]),
    "digits without end": (targets(f"a;t;{'9' * 5000}"), [PESOS]),
    "digits of another script": ("id;destino;valor\na;t;٥٠٠٠".encode(), [PESOS]),
    "a formula that nobody has worked out": (book(OF_TARGETS, ["a", "t", "=5000*2"]), [EMPTY, "fórmula"]),
    "a formula that failed": (book(OF_TARGETS, ["a", "t", "#¡VALOR!"], ["#N/D", "t", 5000]),
                              ["línea 2, valor: tiene un error", "línea 3, id: tiene un error"]),
    "true": (book(OF_TARGETS, ["a", "t", True]), [PESOS]),
    "a date": (book(OF_TARGETS, ["a", "t", datetime(2026, 11, 24)]), [PESOS]),
    "commas between thousands and columns": (b"id,destino,valor\na,t,1250,000", ["celdas fuera de las columnas"]),
    # Ids
    "an id that became a date": (book(OF_TARGETS, [datetime(2026, 1, 2), "t", 5000]), [CHANGED]),
    "an id that became a power": (targets("1,23457E+11;t;5000"), [CHANGED]),
    "an id that lost its end": (book(OF_TARGETS, [12345678901234567890, "t", 5000]), [CHANGED]),
    "an id twice, in another case": (targets("inv-1;t;5000", "INV-1;t;6000"), ["ya está en la línea 2"]),
    "an id that is too long": (targets(f"{'x' * 256};t;5000"), ["hasta 255"]),
    "an id with a control character": (targets("a\x07;t;5000"), ["sin caracteres de control"]),
    "an id that is the document": (people({"referencia": "nomina 1.037.551.022"}), ["no ponga en el id"]),
    "a total below": (targets("a;t;5000", "TOTAL;;5000"), ["línea 3, destino: está vacío"]),
    # People
    "a wrong check digit": (people({"tipo_documento": "NIT", "documento": "890.903.938-7"}), ["sería 8"]),
    "columns in each other's place": (people({"banco": "000123456789", "cuenta": "Davivienda"}), ["…6789", ACCOUNT]),
    "a document among the amounts": (people({"valor": "890.903.938-8"}), [PESOS]),
    "an account as a power": (people({"cuenta": "1,23457E+11"}), [ACCOUNT, "formato de texto"]),
    "an account that lost its end": (book(NAMES, [*ANA[:6], 12345678901234567, *ANA[7:]]), [ACCOUNT]),
    "a bank misspelt": (people({"banco": "Davibienda"}), ["¿quiso decir Davivienda?"]),
    "a bank that nobody has": (people({"banco": "Zzz"}), ["no se conoce; elija entre"]),
    "a name with a separator": (people({"nombre": "Peña; Ana"}), ["celdas fuera de las columnas", "banco"]),
    "no e-mail": (people({"correo": "ana en x"}), ["no es un correo"]),
    "a short telephone": (people({"telefono": "301"}), ["10 dígitos"]),
    "nobody": (people(dict.fromkeys(NAMES[1:], "")), [f"línea 2, {name}: {EMPTY}" for name in NAMES[1:]]),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_file(what: str, palomma: Run, home: Path, monkeypatch: pytest.MonkeyPatch):
    """It is said in Spanish, with line and column; the code is 2, nothing is sent, and no number is shown."""
    monkeypatch.setenv("PALOMMA_API_KEY", "x")
    monkeypatch.setenv("PALOMMA_BASE_URL", "http://127.0.0.1:9")
    content, says = WRONG[what]
    (home / "pagos.csv").write_bytes(content)
    ran = palomma("--lang", "es", "pay", "pagos.csv", "--redirect-url", "https://x.example/", "--yes")

    assert (ran.code, ran.out) == (2, "")
    assert [part for part in says if part not in ran.err] == []
    assert [secret for secret in SECRETS if secret in ran.err] == []
    assert "No se envió nada" in ran.err or NO_TABLE in ran.err or "deje una sola" in ran.err


def test_no_file_and_a_folder(palomma: Run, home: Path):
    """Both are said, and are no tracebacks."""
    assert "No existe el archivo nada.csv" in palomma("--lang", "es", "pay", "nada.csv").err
    assert palomma("--lang", "es", "pay", home).code == 2


def untitled(made: Any) -> None:
    made.active.insert_rows(1, 2)
    made.active["A1"] = "Pagos de nómina, noviembre"
    made.active.merge_cells("A1:C1")


def with_notes(made: Any) -> None:
    made.create_sheet("Notas").append(["Llamar a Ana"])
    made.create_sheet("Octubre").append(OF_TARGETS)
    made["Octubre"].sheet_state = "hidden"


GOOD: dict[str, bytes] = {
    "semicolons, Latin-1": targets("a;t;$ 5.000"),
    "a title above the header": b"Pagos de nomina, noviembre;;\n;;\nId;Destino;Valor\na;t;5.000\n",
    "Excel's own line": b"sep=;\nid;destino;valor\na;t;5000",
    "quoted, with commas": b'"id","destino","valor"\n"a","t","5,000"',
    "two columns more, and spaces": b" ID ; Destino ;\xa0Valor ;nota;\n a ; t ; 5000 ;x;\n;;;;",
    "accents in the header": "Referencia;DESTINO;Válor\na;t;5000".encode("latin-1"),
    "an old Macintosh": b"id;destino;valor\ra;t;5000\r",
    "UTF-16 with tabs": "id\tdestino\tvalor\na\tt\t5'000".encode("utf-16"),
    "typographic apostrophes": "id;destino;valor\na;t;5’000".encode(),
    "numbers as numbers": book(OF_TARGETS, ["a", "t", 5000.0], [None, None, None]),
    "a power of ten as a number": book(OF_TARGETS, ["a", "t", 5e3]),
    "a number as text": book(OF_TARGETS, ["a", "t", " $ 5.000 "]),
    "a merged title": book(OF_TARGETS, ["a", "t", 5000], more=untitled),
    "a sheet of notes, and a hidden one": book(OF_TARGETS, ["a", "t", 5000], more=with_notes),
    "letters of two kinds in a cell": book(OF_TARGETS, [CellRichText("a"), "t", 5000]),
}


@pytest.mark.parametrize("what", GOOD)
def test_what_is_read_all_the_same(what: str, tmp_path: Path):
    """However it is written, it is one row of 5,000 pesos."""
    (tmp_path / "x").write_bytes(GOOD[what])
    rows, problems = read_rows(table_of(tmp_path / "x", COLUMNS), (1001, 5_000_000))
    assert ([(row.reference, row.target, row.amount) for row in rows], problems) == ([("a", "t", 5000)], [])


def test_the_line_is_the_one_that_a_spreadsheet_shows(tmp_path: Path):
    """A cell of several lines is one row of it, and so is an empty line."""
    (tmp_path / "x.csv").write_bytes(targets('"a\nb";t;5000', ";;", "c;t;x"))
    _, problems = read_rows(table_of(tmp_path / "x.csv", COLUMNS), (1001, 5_000_000))
    assert [problem.line for problem in problems] == [4]
