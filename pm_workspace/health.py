"""Is the service up, and how far behind is its background work."""

import shutil
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from redis import Redis, RedisError

LEAST_DISK_BYTES = 100 * 1024**2
WORST_LAG = timedelta(minutes=5)


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while pages can be served; parts that only delay figures are reported, not fatal."""
    lag = _queue_lag_seconds()
    parts = {
        "database": lag is not None,
        "broker": _broker_answers(),
        "disk": shutil.disk_usage(settings.MEDIA_ROOT.parent).free > LEAST_DISK_BYTES,
        "queue_lag_seconds": lag,
        "queue_late": lag is not None and lag > WORST_LAG.total_seconds(),
    }
    return JsonResponse(parts, status=200 if parts["database"] else 503)


def _queue_lag_seconds() -> float | None:
    """Age of the oldest thing waiting to be recomputed; None without a database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(marked_at) FROM workspaces_stalemark")
            oldest = cursor.fetchone()[0]
    except DatabaseError:
        return None
    return round((timezone.now() - oldest).total_seconds(), 1) if oldest else 0.0


def _broker_answers() -> bool:
    try:
        return bool(Redis.from_url(settings.LIMITS_URL, socket_timeout=1).ping())
    except RedisError:
        return False
