"""An order and its payout in one transaction, paid by procrastinate's workers, on one PostgreSQL.

procrastinate --app journal_procrastinate.app schema --apply      once
procrastinate --app journal_procrastinate.app worker              as many as you like
"""

import os

import procrastinate
import psycopg

from palomma import Palomma
from palomma.journal import Journal
from palomma.journal.procrastinate import palomma_tasks

DATABASE = os.environ["DATABASE_URL"]  # postgresql://…


def make_client() -> Palomma:
    return Palomma(journal=Journal(DATABASE.replace("postgresql:", "postgresql+psycopg:"), quiet_period=60.0))


app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=DATABASE))
app.add_tasks_from(palomma_tasks(make_client), namespace="palomma")


def order(connection: psycopg.Connection, client: Palomma, journal: Journal, number: str, target_id: str, amount: int):
    """Write an order and its payout down. Whoever commits `connection` has both, whoever rolls back neither."""
    connection.execute("INSERT INTO orders (number, amount) VALUES (%s, %s)", (number, amount))
    create = client.payout_requests.create
    journal.later(connection, create, payout_target_id=target_id, amount=amount, reference=number)
    app.configure_task("palomma:send", connection=connection).defer()  # else the next sweep sends it
