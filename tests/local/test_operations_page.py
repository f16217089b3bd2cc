"""The page for servers names every process that a workstation starts, and every queue there is."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from pm_workspace.local.forks import WORKERS
from pm_workspace.schedule import ROUTES

PAGE = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text()
QUEUES = re.compile(r"-Q ([\w,]+)")


def lines_of_table(start: str) -> list[str]:
    _, _, rest = PAGE.partition(start)
    return [line for line in rest.split("\n\n")[0].splitlines() if line.startswith("|")]


@pytest.mark.parametrize("table", ["| process | command | how many |", "| unit | ExecStart |"])
def test_a_table_of_workers_serves_the_queues_of_a_workstation_in_the_same_way(table):
    wanted = {(one["queues"], most_of(one)) for one in WORKERS.values()}

    rows = lines_of_table(table)

    assert {(found[1], pool_of(row)) for row in rows if (found := QUEUES.search(row))} == wanted
    assert any("workspaces.search.meaning_worker" in row for row in rows)
    assert any("-A pm_workspace beat" in row for row in rows)


def most_of(worker: dict[str, Any]) -> tuple[str, ...]:
    """The same of a worker of the workstation, whose children come and go."""
    most = worker["autoscale"][0] if "autoscale" in worker else worker["concurrency"]
    pool = (f"-P {worker['pool_cls']}",) if "pool_cls" in worker else ()
    return (*pool, f"-c {most}")


def pool_of(words: str) -> tuple[str, ...]:
    """How many at once, and by what."""
    return tuple(re.findall(r"-[cP] \w+", words))


def test_every_queue_is_served():
    routed = {"interactive", *(route["queue"] for route in ROUTES.values())}

    assert routed == {one for found in QUEUES.findall(PAGE) for one in found.split(",")}
