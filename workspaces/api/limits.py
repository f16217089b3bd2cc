"""How many requests a caller may make: counted in Redis, and open when Redis is away."""

import logging
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import BaseCache, caches
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
WINDOW_SECONDS = 60
REST_AFTER_FAILURE_SECONDS = 5


@dataclass(slots=True)
class Count:
    """Where a caller stands in this minute."""

    limit: int
    used: int
    reset_seconds: int

    @property
    def exceeded(self) -> bool:
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class _Breaker:
    """After Redis failed, do not wait for it again with every request."""

    closed_until = 0.0


def _one_more(limits: BaseCache, key: str, seconds: int) -> int:
    """Count; only the first request of a window has to make its key."""
    try:
        return limits.incr(key)
    except ValueError:
        limits.add(key, 0, seconds * 2)
        return limits.incr(key)


def count(caller: str) -> Count | None:
    """Count one request of `caller`. None when it could not be counted: then it is let in."""
    return counted(f"api:{caller}", settings.API_REQUESTS_PER_MINUTE)


def counted(what: str, limit: int, seconds: int = WINDOW_SECONDS) -> Count | None:
    """Count one of `what`, of which there may be `limit` in so many seconds; None as in `count`."""
    now = time.time()
    if time.monotonic() < _Breaker.closed_until:
        return None
    window = int(now // seconds)
    key = f"{what}:{window}"
    limits = caches["limits"]
    try:
        used = _one_more(limits, key, seconds)
    except (RedisError, OSError, ValueError) as silence:
        _Breaker.closed_until = time.monotonic() + REST_AFTER_FAILURE_SECONDS
        log.warning("rate limits are off, Redis is away: %s", silence)
        return None
    reset = int((window + 1) * seconds - now) + 1
    return Count(limit, used, reset)
