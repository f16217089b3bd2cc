"""The admin looks at everything that holds a launch back, and takes none of it away."""

import pytest
from django.urls import reverse

from roadmaps.launches.models import Launch
from roadmaps.marking import READINESS
from roadmaps.readiness.models import GateOverride, Readiness, RedGate
from roadmaps.readiness.services import ask_override
from roadmaps.specification.models import SpecLine
from tests.approvals.asking import ask, step
from tests.factories.launches import SpecLineFactory
from tests.launches.conftest import recompute
from workspaces.approvals.models import Approval
from workspaces.staleness.models import StaleMark
from workspaces.staleness.services import mark_stale

pytestmark = pytest.mark.django_db
HELD_BY = (Launch, Readiness, RedGate, GateOverride, SpecLine, Approval, StaleMark)


def test_the_admin_changes_and_deletes_nothing_that_holds_a_launch(
    launch, superuser, client, member, owner, admin_member, move
):
    move(launch, "build", "verify", "go_no_go")
    ask(member, launch, step(owner, admin_member), gate="go")
    SpecLineFactory(workspace=launch.workspace, launch=launch, must=True)
    recompute(launch)
    gate = RedGate.objects.filter(launch=launch).first()
    ask_override(member.actor, gate.pk, "so")
    mark_stale(launch.workspace_id, READINESS, [f"launch:{launch.pk}"], "so")
    before = {model: list(model.objects.values()) for model in HELD_BY}
    client.force_login(superuser)
    for model in HELD_BY:
        meta, row = model._meta, model.objects.first()
        name = f"admin:{meta.app_label}_{meta.model_name}"
        sent = {field.name: "1" for field in meta.concrete_fields} | {"state": "scheduled"}
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200, meta
        for url in (
            reverse(f"{name}_add"),
            reverse(f"{name}_change", args=[row.pk]),
            reverse(f"{name}_delete", args=[row.pk]),
        ):
            assert client.post(url, sent | {"post": "yes"}).status_code == 403, url
        bulk = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        client.post(reverse(f"{name}_changelist"), bulk)
    assert {model: list(model.objects.values()) for model in HELD_BY} == before
