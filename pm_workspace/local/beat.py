"""The clock of a workstation: rings tasks by name at their times, so it needs none of their code.

`celery beat -A pm_workspace` does the same with Django and every task loaded; it serves where
memory is no matter, and nothing here depends on which of the two runs.
"""

import sys

from celery import Celery
from celery.apps.beat import Beat


def main(schedule: str) -> None:
    """Ring until told to stop. `schedule` is the file that remembers when each was last rung."""
    clock = Celery("pm_workspace", fixups=[], set_as_current=True)
    clock.config_from_object("pm_workspace.settings", namespace="CELERY")
    Beat(app=clock, schedule=schedule, loglevel="WARNING", quiet=True).run()


if __name__ == "__main__":
    main(sys.argv[1])
