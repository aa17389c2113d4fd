"""Payouts by Temporal: `python journal_temporal.py` is a worker; run as many as you like."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from palomma import Palomma
    from palomma.journal import Journal


class Payments:
    def __init__(self, client: Palomma) -> None:
        self.client = client

    @activity.defn
    def pay(self, target_id: str, amount: int, reference: str) -> str:
        made = self.client.payout_requests.create(payout_target_id=target_id, amount=amount, reference=reference)
        return made.id


@workflow.defn
class Pay:
    @workflow.run
    async def run(self, target_id: str, amount: int, reference: str) -> str:
        # As often as Temporal likes: a second attempt returns the first one's payout, or says that it is unknown yet.
        return await workflow.execute_activity_method(
            Payments.pay,
            args=[target_id, amount, reference],
            start_to_close_timeout=timedelta(minutes=2),
            retry_policy=RetryPolicy(non_retryable_error_types=["ReferenceReusedError", "BadRequestError"]),
        )


async def work(client: Palomma, address: str) -> None:
    """Work until cancelled. Nobody has to sweep: what is unknown is asked again by its own workflow."""
    temporal = await Client.connect(address)
    with ThreadPoolExecutor(10) as threads:
        payments = Payments(client)
        await Worker(
            temporal, task_queue="payouts", workflows=[Pay], activities=[payments.pay], activity_executor=threads
        ).run()


if __name__ == "__main__":
    journal = Journal(os.environ["JOURNAL_URL"], quiet_period=60.0)
    asyncio.run(work(Palomma(journal=journal), os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233")))
