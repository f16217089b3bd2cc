"""What an import brings is found, and found no more once the import is taken back."""

import pytest

from workspaces.imports import services
from workspaces.imports.models import ImportRun, ImportState
from workspaces.jobs.tasks import run_job

pytestmark = pytest.mark.django_db
FILE = "Title,Handle,SKU,Price\nTrail Jacket,trail-jacket,TJ-1,99\nMerino Tee,merino-tee,MT-1,40\n"


def test_imported_products_are_found_until_the_import_is_undone(
    member, settle, found, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    path = tmp_path / "products.csv"
    path.write_text(FILE)
    run = services.upload(member.actor, "products", [(path.name, path.open("rb"))])
    run_job(services.check(member.actor, run.pk).job_id)
    run_job(services.start(member.actor, run.pk).job_id)
    assert ImportRun.objects.get(pk=run.pk).state == ImportState.DONE
    settle()
    assert found(member, "jacket") == ["Trail Jacket"]
    assert found(member, "MT-1") == ["Merino Tee"]

    run_job(services.undo(member.actor, run.pk).job_id)
    settle()
    assert ImportRun.objects.get(pk=run.pk).state == ImportState.UNDONE
    assert found(member, "jacket") == []
    assert found(member, "MT-1") == []
