"""Line by line what a product must be, what was recommended, and on what it was tested."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from roadmaps.launches.forms import NewLaunchForm
from roadmaps.launches.models import Launch
from roadmaps.readiness.models import ReadinessSnapshot, RedGate
from roadmaps.specification import services as specification
from roadmaps.specification.models import QaRun, SpecLine
from roadmaps.specification.records import LINE
from tests.factories.catalog import CategoryFactory, MarketFactory
from tests.factories.ideas import IdeaFactory
from tests.factories.launches import LaunchTemplateFactory, SpecLineFactory, TemplateTaskFactory
from tests.launches.conftest import recompute
from workspaces.records.services import change_record, create_record

pytestmark = pytest.mark.django_db


def area(launch, key):
    recompute(launch)
    shot = ReadinessSnapshot.objects.get(launch=launch, current=True)
    found = next(one for one in shot.areas if one["key"] == key)
    return Decimal(found["done"]), [one["text"] for one in found["missing"]]


def test_a_line_says_what_was_required_and_found_by_which_method_and_whom(
    launch, member, owner, client_of
):
    said = {
        "title": "Zip",
        "required": "5,000 cycles",
        "method": "Laboratory",
        "must": True,
    }
    line = create_record(member.actor, LINE, {"launch": launch, **said})
    with pytest.raises(ValidationError, match="Say what was found"):
        change_record(owner.actor, LINE, line.pk, line.version, {"verdict": "confirmed"})

    found = {"verdict": "confirmed", "actual": "5,212 cycles", "evidence": "https://lab.example/7"}
    change_record(owner.actor, LINE, line.pk, line.version, found)

    line.refresh_from_db()
    assert line.judged_by == owner.user
    page = client_of(member).get(f"/w/{launch.workspace.slug}/launches/{launch.pk}/specification/")
    text = page.content.decode()
    for word in ("Zip", "5,000 cycles", "Laboratory", "5,212 cycles", "lab.example", "Confirmed"):
        assert word in text
    assert str(owner.user) in text


def test_each_recommended_improvement_is_done_or_waived_for_a_reason(
    launch, member, workspace, outsider
):
    hood = IdeaFactory(workspace=workspace, title="A hood that stays on")
    SpecLineFactory(workspace=workspace, launch=launch, verdict="confirmed", actual="x")
    wished = {"launch": launch, "kind": "improvement", "idea": hood}
    first, second = (
        create_record(member.actor, LINE, {**wished, "title": title}) for title in ("Hood", "Cord")
    )
    assert first.idea == hood
    foreign = IdeaFactory(workspace=outsider.workspace)

    def save() -> None:
        with transaction.atomic():
            SpecLine.objects.filter(pk=first.pk).update(idea=foreign)
            connection.check_constraints()

    with pytest.raises(IntegrityError, match="same_workspace"):
        save()
    assert area(launch, "specification") == (
        Decimal("0.3333"),
        ["2 of 2 improvements not confirmed"],
    )

    with pytest.raises(ValidationError, match="Say why it is waived"):
        change_record(member.actor, LINE, first.pk, 1, {"verdict": "waived", "reason": " "})
    waived = {"verdict": "waived", "reason": "The new hood comes in spring."}
    change_record(member.actor, LINE, first.pk, 1, waived)
    assert area(launch, "specification")[1] == ["1 of 2 improvements not confirmed"]
    done = {"verdict": "confirmed", "actual": "Longer by 4 cm"}
    change_record(member.actor, LINE, second.pk, 1, done)
    assert area(launch, "specification") == (Decimal(1), [])


def test_the_newest_run_on_each_device_counts(launch, member):
    launch.tier = "3"
    launch.save()

    def run(setting, result):
        values = {"title": "Checkout", "setting": setting, "result": result, "findings": "Hangs."}
        specification.add_run(member.actor, launch.pk, values)

    run("iPhone 15", "failed")
    run("Pixel 8", "passed")
    assert "Checkout failed" in area(launch, "testing")[1]
    run("Pixel 8", "failed")
    run("iPhone 15", "passed")
    assert "Checkout failed" in area(launch, "testing")[1]
    run("pixel 8", "passed")
    done, missing = area(launch, "testing")
    assert missing == ["Test has not signed"]
    assert done == Decimal("0.6667")
    assert QaRun.objects.count() == 5
    assert [one.key for one in RedGate.objects.filter(key__startswith="sign:")] == ["sign:test"]


def test_a_template_names_its_tier_category_and_market_and_a_launch_begins_with_it(
    member, workspace, planned_on
):
    template = LaunchTemplateFactory(
        workspace=workspace,
        name="Toys to the US",
        tier="1",
        category=CategoryFactory(workspace=workspace, name="Toys"),
        market=MarketFactory(workspace=workspace, name="USA"),
    )
    TemplateTaskFactory(workspace=workspace, template=template, key="lab", title="Laboratory")
    form = NewLaunchForm(
        {"title": "Puzzle", "planned_on": planned_on, "template": template.pk}, actor=member.actor
    )
    assert (
        f"{template.name} · Tier 1 · Toys · USA" in dict(form.fields["template"].choices).values()
    )

    form.submit()

    launch = Launch.objects.get()
    assert (launch.template, launch.tier) == (template, "1")
    assert [one.title for one in launch.tasks.all()] == ["Laboratory"]
