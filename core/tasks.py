"""The one way to ring Celery: after the commit, and never at a person's cost."""

import logging
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def after_commit(task: Task, *args: Any) -> None:
    """Queue `task` once this transaction is safe. Arguments are ids, never objects.

    A dead broker is logged and nothing more: the row that made us ring is in the database,
    and the sweep rings again.
    """
    transaction.on_commit(partial(ring, task, *args), robust=True)


def ring(task: Task, *args: Any) -> None:
    """Publish at once, without retries."""
    try:
        task.apply_async(args, retry=False)
    except (BrokerError, RedisError, OSError) as silence:
        log.warning("the broker did not take %s%s: %s", task.name, args, silence)
