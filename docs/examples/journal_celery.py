"""Payouts by Celery.

celery --app journal_celery worker      as many as you like
celery --app journal_celery beat        one
"""

import os

from celery import Celery

from palomma import NotSentError, OutcomeUnknownError, Palomma
from palomma.journal import Journal

app = Celery("payouts", broker=os.environ["BROKER_URL"])
client = Palomma(journal=Journal(os.environ["JOURNAL_URL"], quiet_period=60.0))


# Late: the message stays until the task has ended, so that a worker's death doesn't take it along. It runs again then,
# which asks the journal. Without an end to the tries: a row that may be sent again waits until it is asked for.
@app.task(
    acks_late=True, reject_on_worker_lost=True,
    autoretry_for=(NotSentError, OutcomeUnknownError), retry_backoff=30, retry_backoff_max=600, max_retries=None,
)  # fmt: skip
def pay(target_id: str, amount: int, reference: str) -> str:
    return client.payout_requests.create(payout_target_id=target_id, amount=amount, reference=reference).id


@app.task
def sweep() -> None:
    """Settle what is unknown, and send what `journal.later` wrote."""
    client.work(once=True)


app.conf.beat_schedule = {"sweep": {"task": sweep.name, "schedule": 60.0}}
# Redis gives a dead worker's message to another one after so many seconds: an hour, if you say nothing.
app.conf.broker_transport_options = {"visibility_timeout": 300}
