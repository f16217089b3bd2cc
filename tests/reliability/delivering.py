"""Tasks as a broker may deliver them: the same one several times, at once."""

import threading

from django.db import connection

from pm_workspace.celery import app

OURS = ("workspaces.", "products.", "finance.", "feedback.", "roadmaps.", "pm_workspace.")


def our_tasks() -> dict[str, object]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.startswith(OURS)}


def deliver(task, *args, times: int = 2) -> None:
    """Deliver the same message several times at once, as a broker may."""
    failures: list[BaseException] = []

    def one() -> None:
        try:
            task.run(*args)
        except BaseException as failure:  # noqa: BLE001 - carried to the test
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
