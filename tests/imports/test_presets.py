"""Presets: recognised by headers, rows transformed, several files joined."""

import io

import pytest

from core.errors import Refused
from products.models import Supplier
from tests.imports.conftest import finish
from workspaces.imports import checking, services
from workspaces.imports.kinds import PRESETS, Preset
from workspaces.imports.models import ImportRun, ImportState

pytestmark = pytest.mark.django_db(transaction=True)


def _split(rows, options):
    """Two rows of one: “Acme/Bolt” are two suppliers."""
    for number, row in rows:
        for name in row["Names"].split("/"):
            yield number, {"name": name, "country": options.get("country", "")}


def _join(readers, options):
    countries = {row["id"]: row["country"] for _, row in readers["countries"]()}
    for number, row in readers["firms"]():
        yield number, {"name": row["firm"], "country": countries.get(row["country_id"], "")}


@pytest.fixture(autouse=True)
def presets(kind, monkeypatch):
    for preset in (
        Preset("plain", "Plain", "suppliers", frozenset({"Firma", "Mail"}), {"name": "Firma"}),
        Preset(
            "split",
            "Split",
            "suppliers",
            frozenset({"Names"}),
            {"name": "Names"},
            transform=_split,
            constants={"tier": "gold"},
            options={"country": "DE"},
        ),
        Preset(
            "joined",
            "Joined",
            "suppliers",
            frozenset({"firm", "country_id"}),
            {"name": "firm"},
            files={
                "firms": frozenset({"firm", "country_id"}),
                "countries": frozenset({"id", "country"}),
            },
            combine=_join,
        ),
    ):
        monkeypatch.setitem(PRESETS, preset.name, preset)


def uploaded(member, **files: str) -> ImportRun:
    opened = [(f"{name}.csv", io.BytesIO(text.encode())) for name, text in files.items()]
    return services.upload(member.actor, "suppliers", opened)


def imported(member, run: ImportRun) -> ImportRun:
    run = finish(services.check(member.actor, run.pk))
    assert checking.issues_of_rows(run) == []
    return finish(services.start(member.actor, run.pk))


def rows() -> list[tuple[str, str]]:
    return list(Supplier.objects.order_by("name").values_list("name", "country"))


def test_a_preset_is_recognised_and_names_fill_what_it_leaves(member):
    run = uploaded(member, a="Mail,Firma,Country\nx@example.com,Acme,FR\n")

    assert run.preset == "plain"
    assert run.mapping == {"name": "Firma", "email": "Mail", "country": "Country"}
    assert imported(member, run).state == ImportState.DONE
    assert rows() == [("Acme", "FR")]


def test_a_transform_makes_rows_and_corrections_reach_them(member):
    run = uploaded(member, a="Names\nAcme/Bolt\n" + "C" * 130 + "\n")
    run = finish(services.check(member.actor, run.pk))
    assert (run.preset, run.counts["rows"], run.counts["errors"]) == ("split", 3, 1)
    assert run.counts["mapped"] == ["country", "name", "tier"]

    assert services.edit_cell(member.actor, run.pk, 2, "name", "Cord") == []
    finish(services.start(member.actor, run.pk))

    assert rows() == [("Acme", "DE"), ("Bolt", "DE"), ("Cord", "DE")]


def test_several_files_are_joined_in_any_order(member):
    run = uploaded(
        member,
        countries="id,country\n1,DE\n2,FR\n",
        firms="firm,country_id\nAcme,2\nBolt,1\n",
    )

    assert (run.preset, run.filename) == ("joined", "firms.csv")
    assert [part["role"] for part in run.parts] == ["countries"]
    imported(member, run)
    assert rows() == [("Acme", "FR"), ("Bolt", "DE")]


def test_what_a_file_meant_among_others_says_nothing_of_it_alone(member, media):
    countries = "id,country\n1,DE\n"
    run = uploaded(member, countries=countries, firms="firm,country_id\nAcme,1\n")
    services.set_mapping(member.actor, run.pk, {}, preset="joined")

    alone = uploaded(member, firms="firm,country_id\nBolt,1\n")

    assert (alone.preset, alone.mapping) == ("", {})


def test_files_of_which_one_is_missing_are_told_which(member, media):
    with pytest.raises(Refused, match=r"at once: its countries file \(columns country, id\)"):
        uploaded(member, firms="firm,country_id\nAcme,2\n", sellers="seller,zip\n1,10115\n")

    assert not ImportRun.objects.exists()


def test_a_file_too_many_is_named(member, media):
    with pytest.raises(Refused, match=r"leave out “sellers\.csv”, and choose the other files"):
        uploaded(
            member,
            countries="id,country\n1,DE\n",
            sellers="seller,zip\n1,10115\n",
            firms="firm,country_id\nAcme,1\n",
        )


def test_files_that_do_not_belong_together_are_refused_and_not_kept(member, media):
    with pytest.raises(Refused, match="do not belong together"):
        uploaded(member, a="x\n1\n", b="y\n2\n")

    assert not ImportRun.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_one_file_of_several_alone_is_not_taken_for_all(member):
    run = uploaded(member, firms="firm,country_id\nAcme,2\n")

    assert run.preset == ""


def test_a_preset_that_misses_a_file_says_which(member):
    with pytest.raises(Refused, match="also needs: countries"):
        services.upload(
            member.actor,
            "suppliers",
            [("firms.csv", io.BytesIO(b"firm,country_id\nAcme,2\n"))],
            preset="joined",
        )
