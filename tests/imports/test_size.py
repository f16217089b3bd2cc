"""Size costs time and disk, never memory."""

import io

import psutil
import pytest

from core.errors import Refused
from workspaces.imports import reading, staging
from workspaces.imports.models import ImportRun

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 200_000
MOST_GROWTH = 60 << 20


def many_rows(count: int) -> bytes:
    out = io.StringIO()
    out.write("name,email,country,amount,units,since,seen,currency,tier,active\n")
    for number in range(count):
        out.write(
            f"Supplier {number},s{number}@example.com,DE,{number % 9973}.{number % 100:02},"
            f"{number % 7},2024-{number % 12 + 1:02}-{number % 28 + 1:02},"
            f"2024-01-{number % 28 + 1:02} {number % 24:02}:{number % 60:02}:{number % 59:02},"
            "EUR,gold,yes\n"
        )
    return out.getvalue().encode()


def test_memory_stays_flat_while_a_big_file_is_staged(upload):
    run = upload(many_rows(ROWS))
    process = psutil.Process()
    before, peak = process.memory_info().rss, 0

    def watch(done: int, total: int, phase: str) -> None:
        nonlocal peak
        peak = max(peak, process.memory_info().rss)

    counts = staging.fill(ImportRun.objects.get(pk=run.pk), watch)

    assert counts["rows"] == ROWS
    assert peak - before < MOST_GROWTH


def test_a_file_of_endless_rows_is_refused(upload, checked, monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 100)

    run = checked("name\n" + "".join(f"S{number}\n" for number in range(200)))

    assert run.state == "failed"
    run.job.refresh_from_db()
    assert "more than 100 rows" in run.job.error
    assert not staging.exists(run)


def test_a_file_beyond_the_limit_is_refused_and_not_kept(upload, settings, media):
    settings.IMPORT_MAX_BYTES = 50

    with pytest.raises(Refused, match="larger than"):
        upload("name\n" + "A" * 100)

    assert [path for path in media.rglob("*") if path.is_file()] == []
