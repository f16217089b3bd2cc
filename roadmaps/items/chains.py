"""Which items wait for which, followed along. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterable


def path_between(pairs: Iterable[tuple[int, int]], start: int, end: int) -> list[int]:
    """The shortest way from `start` to `end` along (before, after) pairs; empty without one."""
    following: dict[int, list[int]] = defaultdict(list)
    for before, after in pairs:
        following[before].append(after)
    came_from: dict[int, int] = {start: start}
    queue = deque([start])
    while queue and end not in came_from:
        here = queue.popleft()
        for there in following[here]:
            if there not in came_from:
                came_from[there] = here
                queue.append(there)
    if end not in came_from:
        return []
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
