"""Workers on procrastinate: `pip install 'palomma[workers]'`. The rows are the truth, the engine is only their clock.

```python
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo="…"))
app.add_tasks_from(palomma_tasks(lambda: Palomma(journal=Journal("postgresql+psycopg://…"))), namespace="palomma")
```
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from procrastinate import Blueprint

from palomma import Palomma

__all__ = ["palomma_tasks"]


def palomma_tasks(make_client: Callable[[], Palomma], *, cron: str = "* * * * *", queue: str = "palomma") -> Blueprint:
    """Return the tasks for a procrastinate App.

    `send` makes what the outbox has: defer it in the transaction of `journal.later`, so that nothing waits for the
    sweep. `sweep` does the same and settles what is unknown, whoever died with it: it runs by itself.

    Args:
        make_client: makes a client with a journal. It is called once in each worker's process: `after_quiet` needs one
            that stays.
        cron: when `sweep` runs; each minute if not given.
        queue: which workers run them.
    """
    tasks, client = Blueprint(), cache(make_client)

    # A job that is killed is not repeated, and need not be: the row is found again by the next sweep. No queueing lock:
    # deferring a second job would break the transaction that it is part of.
    @tasks.task(name="send", queue=queue)
    def send() -> None:
        client().work(once=True, settle=False)

    @tasks.periodic(cron=cron)
    @tasks.task(name="sweep", queue=queue, queueing_lock="palomma-sweep", priority=1)  # however long the queue is
    def sweep(timestamp: int) -> None:
        client().work(once=True)

    return tasks
