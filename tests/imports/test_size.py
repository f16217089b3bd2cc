"""Size costs time and disk, never memory."""

import io
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

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


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size`, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [200_000, 3_000_000], ids=["kept in memory", "spooled to disk"])
def test_a_file_that_finds_no_room_is_refused_and_not_kept(member, client_of, kind, media, size):
    url = reverse("workspaces:import_start", args=[member.workspace.slug])
    file = SimpleUploadedFile("s.csv", b"name,amount\n" + b"Acme,1.50\n" * (size // 10))

    with room_for(1 << 16):
        answer = client_of(member).post(url, {"kind": "suppliers", "upload": file})

    assert answer.status_code == 422
    assert "has no room for this file" in answer.content.decode()
    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("size", [200_000, 3_000_000])
def test_the_api_says_that_there_is_no_room(member, client_of, media, size):
    file = SimpleUploadedFile("s.csv", b"name,amount\n" + b"Acme,1.50\n" * (size // 10))

    with room_for(1 << 16):
        answer = client_of(member).post(
            f"/api/v1/workspaces/{member.workspace.slug}/imports/",
            {"kind": "products", "file": file},
        )

    assert (answer.status_code, answer.json()["detail"][:10]) == (422, "The server")
    assert not ImportRun.objects.exists()
