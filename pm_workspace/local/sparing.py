"""How many children a worker of a workstation keeps."""

from typing import Any

from celery.worker.autoscale import Autoscaler


class Sparing(Autoscaler):
    """Lets a second child go half a minute after it was needed.

    Celery's own waits until no task has come for as long, and the clock's come every few seconds.
    """

    def on_task_received(self, req: Any) -> None:
        """A task that one child can do keeps no second one."""
