"""Whole imports: upload, check, run, as a worker would."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from workspaces.access.actor import Actor
from workspaces.imports import services
from workspaces.imports.models import ImportRun
from workspaces.jobs.tasks import run_job


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def import_files(tmp_path) -> Callable[..., ImportRun]:
    """Import files by their path; packed ones are unpacked first. Returns the finished run."""

    def bring(
        actor: Actor, kind: str, *paths: Path, good_only: bool = False, **kwargs
    ) -> ImportRun:
        opened = []
        for path in paths:
            if path.suffix == ".gz":
                plain = tmp_path / path.stem
                plain.write_bytes(gzip.decompress(path.read_bytes()))
                path = plain
            opened.append((path.name, path.open("rb")))
        run = services.upload(actor, kind, opened, **kwargs)
        run_job(services.check(actor, run.pk).job_id)
        run_job(services.start(actor, run.pk).job_id)
        return ImportRun.objects.get(pk=run.pk)

    return bring
