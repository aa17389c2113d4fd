"""What the shop remembers: one row for each link, target and payout, written before Palomma is asked for it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from palomma.models import PayinLink, PayinLinkStatus, PayoutRequest, PayoutTarget, PayoutTargetStatus
from palomma_api.contract import LIFECYCLES

Thing = PayinLink | PayoutTarget | PayoutRequest
# What no other state comes after.
FINAL = {
    state
    for each in LIFECYCLES.values()
    for state in each.follows
    if not any(state in before for before in each.follows.values())
}
# The statuses that the shop decides on. A type checker knows which there are.
UNPAID: PayinLinkStatus = "pending"
PAID: PayinLinkStatus = "approved"
FAILED: PayinLinkStatus = "cancelled"
USABLE: PayoutTargetStatus = "active"

metadata = sa.MetaData()
records = sa.Table(
    "records",
    metadata,
    sa.Column("reference", sa.Text, primary_key=True),
    sa.Column("resource", sa.Text, nullable=False),  # as the client names it
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False, server_default="new"),
    sa.Column("status_message", sa.Text),
    sa.Column("palomma_id", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("updated_at", sa.Text, nullable=False, server_default=""),
)
Record = sa.Row[Any]


def _moment(value: datetime | str | None) -> str:
    """Texts that sort as the moments do."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else ""


class Store:
    """The table, on any database of SQLAlchemy's."""

    def __init__(self, database: sa.Engine) -> None:
        self.database = database
        metadata.create_all(database)

    def add(self, resource: str, title: str, amount: int = 0) -> str:
        """A row for what is about to be created. Returns the reference that goes to Palomma."""
        reference = f"{resource.replace('_', '-')}-{secrets.token_hex(8)}"
        with self.database.begin() as connection:
            values = {"reference": reference, "resource": resource, "title": title, "amount": amount}
            connection.execute(records.insert().values(values))
        return reference

    def learn(self, thing: Thing, connection: sa.Connection | None = None) -> None:
        """Write down what Palomma says, unless something newer is known.

        Two states may bear one `updatedAt`, and come in either order: of these, the final one stays.
        """
        if connection is None:
            with self.database.begin() as connection:
                return self.learn(thing, connection)
        moment = _moment(thing.updated_at)
        url = thing.payment_url if isinstance(thing, PayinLink) else getattr(thing, "auth_url", None)
        known = records.c.reference == thing.reference
        last, settled = records.c.updated_at, records.c.status.in_(FINAL)
        newer = sa.or_(last < moment, sa.and_(last == moment, sa.not_(settled)))
        connection.execute(records.update().where(known).values(palomma_id=thing.id, url=url))
        connection.execute(
            records.update()
            .where(known, newer)
            .values(status=thing.status, status_message=thing.status_message, updated_at=moment)
        )
        return None

    def forget(self, reference: str) -> None:
        """Take out a row that nothing was created for."""
        with self.database.begin() as connection:
            connection.execute(records.delete().where(records.c.reference == reference))

    def get(self, reference: str) -> Record | None:
        """One row."""
        with self.database.connect() as connection:
            return connection.execute(records.select().where(records.c.reference == reference)).one_or_none()

    def all(self, *resources: str) -> Sequence[Record]:
        """The rows of these resources."""
        with self.database.connect() as connection:
            return connection.execute(records.select().where(records.c.resource.in_(resources))).all()

    def open(self) -> Sequence[Record]:
        """The rows whose end is not known."""
        with self.database.connect() as connection:
            return connection.execute(records.select().where(records.c.status.not_in(FINAL))).all()
