"""The shop's pages. What comes from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from palomma import describe
from palomma.models import PayinLink

from ._store import FAILED, FINAL, PAID, UNPAID, USABLE, Record

PRODUCTS: Mapping[str, tuple[str, int]] = {
    "coffee": ("Café de Nariño, 500 g", 38_000),
    "hammock": ("Hamaca de San Jacinto", 189_000),
    "ruana": ("Ruana de Nobsa", 245_000),
}
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 46rem; padding: 1.5rem; color: #1d2733 }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1px solid #d7dee6 }
h1 { font-size: 1.4rem } a { color: #0b57a4 }
.card { border: 1px solid #d7dee6; border-radius: .6rem; padding: 1rem 1.25rem; margin: 1rem 0 }
.row { display: flex; justify-content: space-between; align-items: center; gap: 1rem; flex-wrap: wrap }
label { display: block; margin: .6rem 0 }
input, select { font: inherit; padding: .4rem; width: 100%; box-sizing: border-box }
button { font: inherit; padding: .5rem 1rem; border: 0; border-radius: .4rem; background: #0b57a4; color: #fff }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .4rem .6rem .4rem 0 }
tr + tr td { border-top: 1px solid #e7ecf1 } .sum { font-variant-numeric: tabular-nums; white-space: nowrap }
.good { color: #14683a } .bad { color: #a11d1d } small { color: #55626f }
"""


def pesos(amount: int) -> str:
    """As it is written in Colombia."""
    return "$ " + f"{amount:,}".replace(",", ".")


def page(title: str, *parts: str, refresh: bool = False) -> str:
    """A whole page, which loads itself anew every few seconds if `refresh`."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
    head += f"<style>{STYLE}</style>" + ('<meta http-equiv="refresh" content="3">' if refresh else "")
    top = '<header><h1><a href="/">La Tienda</a></h1><a href="/admin">Caja</a></header>'
    return f'<!doctype html><html lang="es"><title>{escape(title)}</title>{head}{top}{"".join(parts)}</html>'


def shelf() -> str:
    """What can be bought, and the form to do it."""
    options = "".join(
        f'<option value="{key}">{escape(name)} · {pesos(price)}</option>' for key, (name, price) in PRODUCTS.items()
    )
    fields = {
        "name": ("Nombre", "Pepito Pérez"),
        "document": ("Cédula", "1037551022"),
        "email": ("Correo", "pepito@gmail.com"),
        "phone": ("Celular", "3013111111"),
    }
    inputs = "".join(
        f'<label>{label}<input name="{name}" value="{escape(example)}" required></label>'
        for name, (label, example) in fields.items()
    )
    select = f'<label>Producto<select name="product">{options}</select></label>'
    return page(
        "La Tienda", f'<form class="card" method="post" action="/buy">{select}{inputs}<button>Pagar</button></form>'
    )


def _tone(record: Record) -> str:
    return {PAID: "good", USABLE: "good", FAILED: "bad"}.get(record.status, "")


def _state(record: Record) -> str:
    if record.status == "new":
        return "<span>por confirmar</span> <small>Aún no sabemos si Palomma lo recibió.</small>"
    text = describe(record.status_message or record.status)
    return f'<span class="{_tone(record)}">{escape(record.status)}</span> <small>{escape(text.meaning)}</small>'


def order(record: Record, returned: bool) -> str:
    """What a customer sees, also on return from the bank. That proves nothing; only what Palomma told us counts.

    Who has returned may have paid a moment ago, and is offered no second way to pay.
    """
    waiting = record.status not in FINAL  # a status that nobody announced is no outcome
    if not returned and record.status == UNPAID and (record.url or "").startswith("http"):
        state = f'<p><a href="{escape(record.url)}">Ir a pagar</a></p>'
    elif record.status == "new":
        state = '<p role="status">Estamos preparando su pago. Esta página se actualiza sola.</p>'
    elif waiting:
        state = '<p role="status">Estamos esperando a su banco. Esta página se actualiza sola; no pague otra vez.</p>'
    else:
        said = describe(record.status_message or record.status, audience="payer", of=PayinLink)
        state = f'<p class="{_tone(record)}">{escape(str(said))}</p>'
    facts = (
        f'<div class="row"><strong>{escape(record.title)}</strong><span class="sum">{pesos(record.amount)}</span></div>'
    )
    return page("Su pedido", f'<section class="card">{facts}{state}</section>', refresh=waiting)


def failed() -> str:
    """Palomma can't be reached, or refused."""
    return page(
        "Error",
        '<section class="card"><p>No pudimos iniciar el pago. No se cobró nada; intente de nuevo.</p></section>',
    )


def _table(rows: Iterable[Record]) -> str:
    lines = "".join(
        f"<tr><td>{escape(row.title)}<br><small>{escape(row.reference)}</small></td>"
        f'<td class="sum">{pesos(row.amount) if row.amount else ""}</td><td>{_state(row)}</td></tr>'
        for row in rows
    )
    return f"<table>{lines}</table>" if lines else "<p><small>Nada todavía.</small></p>"


def _button(action: str, text: str) -> str:
    return f'<form method="post" action="{action}"><button>{text}</button></form>'


def till(orders: Iterable[Record], supplier: Record | None, payouts: Iterable[Record], owed: int) -> str:
    """The shopkeeper's page."""
    if supplier is None:
        pay = _button("/admin/supplier", "Registrar la cuenta del proveedor")
    elif supplier.status != USABLE:
        pay = f"<p>{_state(supplier)}</p>"
    elif owed:
        pay = _button("/admin/pay", f"Pagar {pesos(owed)}")
    else:
        pay = "<p><small>No se debe nada.</small></p>"
    check = _button("/admin/check", "Consultar lo que falta")
    return page(
        "Caja",
        f'<section class="card"><div class="row"><h2>Pedidos</h2>{check}</div>{_table(orders)}</section>',
        f'<section class="card"><div class="row"><h2>Proveedor</h2>{pay}</div>{_table(payouts)}</section>',
    )
