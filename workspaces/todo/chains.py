"""Which tasks wait for which, followed along."""

from collections import defaultdict, deque

from workspaces.access.actor import Actor
from workspaces.todo.models import TaskDependency


def path_between(actor: Actor, start: int, end: int) -> list[int]:
    """The tasks from `start` to `end`, each waiting for the next; empty where there is no way."""
    waits: dict[int, list[int]] = defaultdict(list)
    pairs = TaskDependency.objects.visible_to(actor).values_list("blocked_id", "blocker_id")
    for blocked, blocker in pairs:
        waits[blocked].append(blocker)
    came_from: dict[int, int] = {start: start}
    queue = deque([start])
    while queue and end not in came_from:
        here = queue.popleft()
        for following in waits[here]:
            if following not in came_from:
                came_from[following] = here
                queue.append(following)
    return _back(came_from, start, end)


def _back(came_from: dict[int, int], start: int, end: int) -> list[int]:
    if end not in came_from:
        return []
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
