"""The one way to ring Celery: after the commit, and never at a person's cost."""

import logging
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
TURN_SECONDS = 60.0  # then a worker rings for a next turn, so that other work gets in between


BELLS: list[tuple[Task, Callable[[], bool]]] = []


def rung_while(waits: Callable[[], bool]) -> Callable[[Task], Task]:
    """Have the clock ring this task every few seconds while `waits()`, and not otherwise.

    Above `@shared_task`. `waits` is asked often: one probe of an index.
    """

    def known(task: Task) -> Task:
        BELLS.append((task, waits))
        return task

    return known


def after_commit(task: Task, *args: Any) -> None:
    """Queue `task` once this transaction is safe. Arguments are ids, never objects.

    A dead broker is logged and nothing more: the row that made us ring is in the database,
    and the sweep rings again.
    """
    transaction.on_commit(partial(ring, task, *args), robust=True)


def ring(task: Task, *args: Any, expires: float | None = None) -> None:
    """Publish at once, without retries; forgotten if nobody heard it for `expires` seconds."""
    more: dict[str, Any] = {} if expires is None else {"expires": expires}
    try:
        task.apply_async(args, retry=False, **more)
    except (BrokerError, RedisError, OSError) as silence:
        log.warning("the broker did not take %s%s: %s", task.name, args, silence)


def work_off(
    bell: Task,
    claim_next: Callable[[], Any],
    send: Callable[[Any], None],
    put_off: Callable[[Any, Exception], None],
) -> None:
    """Send every row of an outbox that is due; what is not taken is put off.

    Safe to run twice and side by side, as `claim_next` gives a row to one worker alone.
    """
    end = monotonic() + TURN_SECONDS
    while (row := claim_next()) is not None:
        try:
            send(row)
        except Exception as error:  # the outermost frame of a letter: the others must not wait
            log.exception("%s %s was not taken", row._meta.label_lower, row.pk)
            put_off(row, error)
        if monotonic() > end:
            ring(bell)
            return
