"""A file made by hand: read as spreadsheets write it, and everything that is wrong is said at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import stdnum.co.nit
from hypothesis import given, settings
from hypothesis import strategies as st

from palomma.cli._contract import limits, listed
from palomma.cli._payees import COLUMNS, Problem, Row, check_digit
from palomma.cli._payees import read_rows as rows_of
from palomma.cli._table import amount_of, table_of, text_of
from palomma_api.texts import TEXTS

HEADER = "Referencia;Nombre;Tipo documento;Documento;Banco;Tipo de cuenta;Cuenta;Correo;Teléfono;Descripción;Valor"
GOOD = "f-1;José Peña;CC;1.037.551.022;Davivienda;Ahorros;000-123456-789;jose@x.co;+57 301 311 1111;Flores;$ 1.250.000"
LACKS = ("document_type", "document", "account_type", "account", "email", "phone")
RAISED = "si Palomma le dio otro tope, dígalo con --max-amount"
EMPTY = "está vacío; si tiene una fórmula, guarde el archivo en Excel"
ROW = ("José Peña", "cc", "1037551022", "davivienda", "savings", "000123456789", "jose@x.co", "3013111111", "Flores")


def read_rows(path: Path) -> tuple[list[Row], list[Problem], list[str]]:
    table = table_of(path, COLUMNS)
    return *rows_of(table, limits("CreatePayoutRequest", "amount")), table.others


def check(path: Path, text: str, encoding: str = "latin-1") -> list[tuple[int, str, str]]:
    path.write_bytes(text.encode(encoding))
    return [(each.line, each.column, each.words.es) for each in read_rows(path)[1]]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_every_dialect_of_csv(encoding: str, separator: str, tmp_path: Path):
    """Semicolons or tabs, Latin-1 or UTF-8 with its mark: the same row."""
    path = tmp_path / "pagos.csv"
    path.write_bytes(f"{HEADER}\r\n{GOOD}\r\n".replace(";", separator).encode(encoding))
    (row,), problems, others = read_rows(path)

    assert (tuple(row.payee or ()), row.amount, row.reference) == (ROW, 1_250_000, "f-1")
    assert (problems, others) == ([], [])
    assert "1037" not in repr(row)


def test_bytes_that_no_windows_has_are_read_too(tmp_path: Path):
    """A byte that cp1252 doesn't know makes no traceback."""
    (tmp_path / "x.csv").write_bytes(b"id;valor;destino\nf\x81-1;5000;t1\n")
    (row,), problems, _ = read_rows(tmp_path / "x.csv")
    assert (row.target, [each.column for each in problems]) == ("t1", ["id"])


def test_a_workbook(tmp_path: Path):
    """XLSX with numbers as numbers, an empty line, and a date in a column that nobody needs."""
    book = openpyxl.Workbook()
    lines = ["referencia", "destino", "valor", "vence"], [17.0, "t1", 50000.0, datetime(2026, 11, 24)]
    for line in (*lines, [None], ["b", "t2", "60.000"]):
        book.active.append(line)
    book.save(tmp_path / "pagos.xlsx")
    rows, problems, others = read_rows(tmp_path / "pagos.xlsx")

    assert [(row.line, row.reference, row.amount, row.target) for row in rows] == [
        (2, "17", 50_000, "t1"),
        (4, "b", 60_000, "t2"),
    ]
    assert (problems, others) == ([], ["vence"])


@pytest.mark.parametrize(("cell", "text"), [(17.0, "17"), (1.5, "1.5"), (None, ""), (" a\xa0 b ", "a b")])
def test_a_cell_as_text(cell: object, text: str):
    """A whole number has no decimals, and every kind of space is one."""
    assert text_of(cell) == text


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path):
    """By line and column, with a suggestion; an empty line is none."""
    problems = check(
        tmp_path / "x.csv",
        "\n".join([
            HEADER, GOOD,
            "f-2;Flores SAS;NIT;890.903.938-7;Bancolombia S.A.;Corriente;123456789;x@y.co;6013111111;;50.000",
            ";;;;;;;;;;",
            "f-1;Ana;Cédula de ciudadanía;1037551022;Davibienda;cuenta de ahorros;12;a@b;301;;50",
            "f-4;Ana;pasaporte;1037551022;Banco de Bogota;ahorros;1.23457E+11;a@b.co;3013111111;;5.00.0",
            ";Ana;CC;12-3;Colpatria;ahorros;123456;a@b.co;3013111111",
        ]),
    )  # fmt: skip
    assert problems == [
        (3, "Documento", "el dígito de verificación no corresponde: sería 8"),
        (5, "Banco", "'Davibienda' no se conoce; ¿quiso decir Davivienda?"),
        (5, "Cuenta", "debe tener de 6 a 20 dígitos; en Excel, dele formato de texto"),
        (5, "Correo", "no es un correo, como ana@example.com"),
        (5, "Teléfono", "deben ser 10 dígitos que empiezan por 3 o 60"),
        (5, "Valor", f"debe ser de 1001 a 5000000 pesos; {RAISED}"),
        (5, "Referencia", "ya está en la línea 2: cada fila lleva su propio id"),
        (6, "Valor", "'5.00.0' no son pesos enteros, como 1.250.000"),
        (6, "Tipo documento", "'pasaporte' no se conoce; elija entre Cédula de ciudadanía, Cédula de extranjería, NIT"),
        (6, "Cuenta", "debe tener de 6 a 20 dígitos; en Excel, dele formato de texto"),
        (7, "Referencia", EMPTY),
        (7, "Valor", EMPTY),
        (7, "Documento", "no tiene la forma de un documento de ese tipo"),
        (7, "Banco", "'Colpatria' no se conoce; ¿quiso decir Scotiabank Colpatria?"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", [(1, "reference"), (1, "amount"), (1, "target")]),
        ("referencia;valor\n1;5000", [(1, "target")]),
        ("referencia;valor;nombre;banco\n1;5000", [(1, name) for name in LACKS]),
        ("referencia;valor;destino\n", [(1, "")]),
        ("referencia;valor;destino\n1;5000", [(2, "destino")]),
    ],
)
def test_a_file_without_what_it_needs(text: str, says: list[tuple[int, str]], tmp_path: Path):
    """The columns that aren't there are named in the file's language."""
    assert [(line, column) for line, column, _ in check(tmp_path / "x.csv", text)] == says


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.250.000", 1_250_000), ("$ 50.000", 50_000), ("$50000", 50_000), ("50000.00", 50_000), ("50000,00", 50_000),
        ("1,250,000", 1_250_000), ("1.250.000,00", 1_250_000), ("50.000", 50_000), ("COP 1.000.000", 1_000_000),
        ("1 250 000", 1_250_000), ("1'250'000", 1_250_000), ("50.000 pesos", 50_000), ("0050000", 50_000),
        ("1.25", None), ("50000,5", None), ("-5", None), ("1,250.000", None), ("50.000.00", None), ("12.50.000", None),
        ("", None), ("x", None), ("٣٠٠٠", None), ("1.25E+06", None), ("1.2500", None),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, amount: int | None):
    """What is a number of whole pesos for sure is one; anything else is refused, never guessed."""
    assert amount_of(text) == amount


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_an_amount_comes_back_however_it_is_written(amount: int):
    """With dots, commas or nothing between the thousands."""
    for text in (
        f"{amount}",
        f"{amount:,}",
        f"{amount:,}".replace(",", "."),
        f"$ {amount:,}".replace(",", ".") + ",00",
    ):
        assert amount_of(text) == amount


@settings(deadline=None)
@given(st.integers(800_000_000, 999_999_999))
def test_the_check_digit_is_stdnums(number: int):
    """python-stdnum has the same digit for every NIT."""
    assert check_digit(str(number)) == stdnum.co.nit.calc_check_digit(str(number))


@pytest.mark.parametrize(
    ("number", "good"),
    [("890903938", True), ("890.903.938-8", True), ("8909039388", True), ("8909039387", False), ("890903938-", False),
     ("123", False), ("abc-8", False), ("1037551022", True)],
)  # fmt: skip
def test_the_forms_of_a_nit(number: str, good: bool, tmp_path: Path):
    """With or without its digit, which is worked out anew if it is there."""
    problems = check(tmp_path / "x.csv", f"{HEADER}\n{GOOD.replace('CC', 'NIT').replace('1.037.551.022', number)}")
    assert (problems == []) is good


@pytest.mark.parametrize("enum", ["Bank", "DocumentType", "AccountType"])
def test_every_listed_value_is_known_by_all_its_names(enum: str):
    """The contract's codes and the names that it gives them, in any case, with or without accents and `Banco`."""
    for value, texts in TEXTS[enum].items():
        for text in (value, *(said["merchant"] for said in texts.values())):
            for written in (text, text.upper(), f" {text}. "):
                assert listed(enum).value(written) == value


@pytest.mark.parametrize(
    ("text", "value", "near"),
    [
        ("Banco Davivienda S.A.", "davivienda", "Davivienda"), ("BBVA Colombia", "bbva", "BBVA"),
        ("banco w", "bancow", "Banco W"), ("union", "union", "Banco Unión"), ("GNB", None, "Banco GNB Sudameris"),
        ("Banco Imaginario", None, "Banco Agrario"), ("X", None, ""),
    ],
)  # fmt: skip
def test_banks_as_people_write_them(text: str, value: str | None, near: str):
    """What is surely a bank is it; what is only alike is a suggestion."""
    assert (listed("Bank").value(text), listed("Bank").nearest(text)) == (value, near)


def test_a_payees_reference_says_nothing_and_is_the_same_everywhere(tmp_path: Path):
    """Another salt, or another account, makes another one; name and phone don't."""
    path = tmp_path / "x.csv"
    other = GOOD.replace("f-1", "f-2").replace("José Peña", "Jose")
    path.write_text(f"{HEADER}\n{GOOD}\n{other}\n{other.replace('f-2', 'f-3').replace('789', '780')}")
    payees = [row.payee for row in read_rows(path)[0] if row.payee]
    first, second, third = (payee.reference(b"salt") for payee in payees)

    assert first == second != third
    assert payees[0].reference(b"other") != first
