"""The files that other systems write, real ones, as notes: each row once, the same file twice."""

import csv
import gzip
import json
from decimal import Decimal

import pytest

from feedback.inbox.models import Clue, Note
from tests.factories.catalog import ProductFactory

# A real file, its preset, how many notes it is, and how many rows say nothing and are refused.
FILES = [
    ("exports/zendesk/tickets.json", "zendesk-bare", 100, 0),
    ("exports/github/issues_api.json", "github-issues", 38, 0),
    ("exports/trello/board_volunteerbridge.json", "trello", 41, 0),
    ("exports/trello/board_clipkit_ja.json", "trello", 66, 0),
    ("exports/jira/jira_cloud_export_1.csv", "jira", 63, 0),
    ("exports/jira/jira_cloud_export_2.csv", "jira", 5, 0),
    ("exports/google_play/reviews_utf16le_bom.csv", "google-play", None, 0),
    ("exports/survey/surveymonkey_comma.csv", "surveymonkey", 1129, 0),
    ("feedback/amazon_alexa_reviews.csv", "amazon-reviews", 3150, 0),
    ("feedback/google_play_reviews_subset.csv.gz", "google-play-subset", 1691, 0),
    ("feedback/nps_survey_a.csv", "nps", 10137, 0),
    ("feedback/womens_clothing_reviews_a.csv.gz", "clothing-reviews", 11753, 0),
]


@pytest.mark.django_db(transaction=True)  # a job of seconds beats beside its own transaction
@pytest.mark.parametrize(("path", "preset", "notes", "refused"), FILES)
def test_real_files_come_in_whole_and_once(
    member, public_data, import_files, path, preset, notes, refused
):
    run = import_files(member.actor, "feedback", public_data / path)
    assert (run.preset, run.state) == (preset, "done"), run.counts
    assert run.counts["errors"] == refused
    if notes is None:
        text = (public_data / path).read_bytes().decode("utf-16")
        notes = len(list(csv.DictReader(text.splitlines())))
    assert Note.objects.count() == notes
    before = list(Note.objects.order_by("pk").values("pk", "text", "product", "version"))
    again = import_files(member.actor, "feedback", public_data / path)
    assert again.state == "done"
    assert list(Note.objects.order_by("pk").values("pk", "text", "product", "version")) == before


@pytest.mark.django_db(transaction=True)
def test_what_the_files_say_is_in_the_notes(member, public_data, import_files):
    folder = public_data / "exports"
    import_files(member.actor, "feedback", folder / "jira/jira_cloud_export_1.csv")
    bug = Note.objects.get(external_id="UN-68")
    assert (bug.title, bug.channel.name) == ("send button not working in mail", "Jira")
    assert "Steps to Reproduce" in bug.text
    assert f"{bug.day}" == "2022-02-17"
    import_files(member.actor, "feedback", folder / "trello/board_volunteerbridge.json")
    board = json.loads((folder / "trello/board_volunteerbridge.json").read_text())
    card = next(card for card in board["cards"] if card["desc"] and not card["closed"])
    note = Note.objects.get(external_id=card["shortLink"])
    assert (note.title, note.text) == (card["name"], card["desc"].strip())
    assert f"{note.day}" == "2020-02-12"


@pytest.mark.django_db(transaction=True)
def test_reviews_find_their_product_when_it_is_there_and_wait_when_not(
    member, public_data, import_files
):
    product = ProductFactory(workspace=member.workspace, handle="767")
    path = public_data / "feedback/womens_clothing_reviews_a.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    import_files(member.actor, "feedback", path)
    ours = [row for row in rows if row["Clothing ID"] == "767"]
    assert Note.objects.filter(product=product).count() == len(ours) > 0
    assert Clue.objects.filter(waits=True).count() == len(rows) - len(ours)
    ratings = sum(Decimal(row["Rating"]) for row in rows)
    assert sum(Note.objects.values_list("rating", flat=True)) == ratings


@pytest.mark.django_db(transaction=True)
def test_app_store_reviews(member, import_files, tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(
        "Date,App Name,Rating,Title,Review,Author,Version,Country\n"
        '2026-03-01,Shop,2,Slow,"It takes minutes.",Ada,4.2,DE\n'
        '"Mar 2, 2026",Shop,5,Fine,"Good.",Bo,4.2,US\n'
        '"Mar 2, 2026",Shop,5,Fine,"Good.",Bo,4.2,US\n'
    )
    run = import_files(member.actor, "feedback", path)
    assert (run.preset, run.state, run.counts["errors"]) == ("app-store", "done", 0)
    days = Note.objects.order_by("pk").values_list("day", "title")
    assert sorted((f"{day}", title) for day, title in days) == [
        ("2026-03-01", "Slow"),
        ("2026-03-02", "Fine"),
        ("2026-03-02", "Fine"),
    ]
