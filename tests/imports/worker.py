"""A worker of its own process, which a test may kill: `python -m tests.imports.worker DATABASE`.

It says “ready”, waits for a line with the number of a job, and runs it.
"""

import sys


def main(database: str) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from tests.imports.conftest import probe
    from workspaces.imports.kinds import register_kind
    from workspaces.jobs.tasks import run_job

    register_kind(probe())
    print("ready", flush=True)
    run_job(int(sys.stdin.readline()))


if __name__ == "__main__":
    main(sys.argv[1])
