"""Secrets are planted in every field of the workspace; whatever an audience may not see stands in
no page, file, feed, picture or search that its link gives out.
"""

import io
import re
import zipfile
from datetime import date
from itertools import product
from uuid import uuid4

import openpyxl
import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from feedback.ideas.models import Idea
from roadmaps.exports.files import KINDS
from roadmaps.items.models import Item
from roadmaps.items.records import ITEM
from roadmaps.priorities.recompute import recompute_all_scores
from roadmaps.sharing import services
from roadmaps.sharing.allowed import OWN, WORDS, Precision, Shown
from roadmaps.sharing.services import Wish
from tests.factories.catalog import ProductFactory
from tests.factories.ideas import IdeaFactory
from tests.factories.roadmaps import (
    DependencyFactory,
    EstimateFactory,
    ItemFactory,
    ItemProductFactory,
    KeyResultFactory,
    ObjectiveFactory,
    ScoreInputFactory,
    ScoringModelFactory,
    TeamFactory,
)
from workspaces.discussion.services import add_comment
from workspaces.discussion.services_files import attach
from workspaces.fields.models import CustomField
from workspaces.fields.services import change_field, create_field, retire_field
from workspaces.guests.services import Gate
from workspaces.links.models import Relation
from workspaces.links.services import add_link
from workspaces.records.services import change_record
from workspaces.views.models import SavedView

pytestmark = pytest.mark.django_db
# What may stand there only if the field is allowed, and what may never.
FIELDS: dict[str, tuple[str, ...]] = {
    Shown.OBJECTIVE: ("zsecretobjectivetitle",),
    Shown.OWNER: ("zsecretownername",),
    Shown.DESCRIPTION: ("zsecretdescription",),
    Shown.PRODUCTS: ("zsecretproduct",),
    Shown.EFFORT: ("773.0",),
    Shown.KEY_RESULTS: ("zsecretresult",),
    Shown.MONEY: ("zsecretmoney",),
    Shown.STATE: ("in delivery",),
    Shown.CONFIDENCE: ("exploring",),
    Shown.TYPE: ("compliance",),
    Shown.ASKED: ("customers asking",),
    f"{OWN}hint": ("zsecrethint", "zsecretnamedhint"),
    f"{OWN}stage": ("zsecretstage",),
    f"{OWN}rank": ("88123",),
}
# The workspace's own fields: those above may be allowed, the others never.
GIVEN = (
    ("hint", {"label": "zsecretnamedhint", "type": "text"}, "zsecrethint"),
    ("rank", {"label": "Rank", "type": "number"}, 88123),
    (
        "stage",
        {
            "label": "Stage",
            "type": "choice",
            "options": [{"value": "one", "label": "zsecretstage"}],
        },
        "one",
    ),
    ("salary", {"label": "Salary", "type": "text", "roles": ["owner"]}, "zsecretsalary"),
    ("twice", {"label": "zsecrettwice", "type": "formula", "formula": "rank * 2"}, None),
    ("who", {"label": "zsecretwho", "type": "person"}, "owner"),
    ("old", {"label": "zsecretold", "type": "text"}, "zsecretretired"),
)
ALL = [*WORDS, *(name for name in FIELDS if name.startswith(OWN))]
NEVER = (
    "zsecrethiddenitem",
    "zsecretended",
    "zsecretcustom",
    "zsecretsalary",
    "zsecrettwice",
    "176246",
    "zsecretwho",
    "zsecretretired",
    "zsecretold",
    "zsecretcomment",
    "zsecretidea",
    "zsecrethistory",
    "zsecretreason",
    "zsecretmodel",
    "zsecretteam",
    "zsecretfile",
    "zsecretobjectivetext",
    "zsecretmail",
    "zsecrethandle",
    "zsecretview",
    "zsecretlabel",
    "zsecretaudience",
)
TEXT = "zsecretobjectivetext"
DAYS = ("2027-03-17", "17 mar", "20270317", "17.03", "17/03")


@pytest.fixture
def planted(workspace, member, owner):
    """One item that is shown, and secrets all around it."""
    here = {"workspace": workspace}
    custom = _own_fields(owner) | {"margin": "zsecretcustom"}
    member.user.name, member.user.email = "zsecretownername", "zsecretmail@example.com"
    member.user.save()
    aim = ObjectiveFactory(**here, title="zsecretobjectivetitle", description=TEXT)
    KeyResultFactory(**here, objective=aim, title="zsecretresult")
    other = ObjectiveFactory(**here, title="zsecretobjectivetitle two")
    KeyResultFactory(**here, objective=other, title="zsecretmoney", metric="net_revenue")
    item = ItemFactory(
        **here,
        title="Shown item",
        objective=aim,
        owner=member.user,
        description="zsecretdescription",
        state="delivery",
        type="compliance",
        confidence="exploring",
        start_on=date(2027, 2, 3),
        end_on=date(2027, 3, 17),
        custom=custom,
    )
    ItemFactory(**here, title="Shown too", objective=other)
    hidden = ItemFactory(**here, title="zsecrethiddenitem", horizon="now")
    ItemFactory(**here, title="Shown zsecretended", state="failed", objective=aim)
    DependencyFactory(**here, before=hidden, after=item)
    DependencyFactory(**here, before=item, after=hidden)
    goods = ProductFactory(**here, name="zsecretproduct", handle="zsecrethandle")
    ItemProductFactory(**here, item=item, product=goods)
    EstimateFactory(
        **here,
        item=item,
        team=TeamFactory(**here, name="zsecretteam"),
        low=773,
        likely=773,
        high=773,
    )
    scoring = ScoringModelFactory(**here, name="zsecretmodel")
    ScoreInputFactory(**here, item=item, scoring=scoring, reason="zsecretreason")
    recompute_all_scores(workspace.pk)
    _around(member, item)
    return item


def _own_fields(owner) -> dict[str, object]:
    """The workspace's own fields of items, one of them retired; the values of one item."""
    made = {key: create_field(owner.actor, ITEM.name, key=key, **how) for key, how, _ in GIVEN}
    retire_field(owner.actor, made["old"].pk, seen_version=made["old"].version)
    owner.workspace.refresh_from_db()
    values = {key: value for key, _, value in GIVEN if value is not None}
    return values | {"who": owner.user.pk}


def _around(member, item) -> None:
    """What hangs on the item: history, discussion, a file, an idea."""
    change_record(member.actor, ITEM, item.pk, item.version, {"title": "Shown zsecrethistory"})
    item.refresh_from_db()
    change_record(member.actor, ITEM, item.pk, item.version, {"title": "Shown item"})
    add_comment(member.actor, ITEM.name, item.pk, "zsecretcomment")
    sent = io.BytesIO(b"zsecretfile")
    attach(member.actor, ITEM.name, item.pk, "zsecretfile.txt", sent)
    idea = IdeaFactory(workspace=member.workspace, title="zsecretidea")
    add_link(
        member.actor,
        (ITEM.name, item.pk),
        Relation.COMES_FROM,
        (Idea._meta.label_lower, idea.pk),
    )


def shares(member, fields, precision, layout, frozen):
    """A link for an audience of these fields to the items that are called shown."""
    audience = services.save_audience(
        member.actor, f"zsecretaudience {uuid4().hex}", fields, precision
    )
    query = f"layout={layout}&q=shown"
    wish = Wish("Plan", audience.pk, query, frozen=frozen, watermark=True, comments=True)
    share, secret = services.share_roadmap(member.actor, wish, Gate("zsecretlabel"))
    SavedView.objects.filter(pk=share.view_id).update(name="zsecretview")
    return secret


def given_out(secret: str) -> dict[str, str]:
    """Everything the link gives, as text."""
    guest, found = Client(), {}
    pages = ["", "?as=list", "?as=columns&zoom=year", "?q=shown", "?q=zsecret", "?say=x&group=zz"]
    for asked in pages:
        answer = guest.get(f"/g/{secret}/roadmap/{asked}")
        found[f"page {asked}"] = f"{answer.headers} {answer.text}"
    for kind in KINDS:
        answer = guest.get(f"/g/{secret}/roadmap.{kind}")
        found[kind] = f"{answer.headers} {read(kind, answer.getvalue())}"
    for path in ("roadmap.exe", "comment/", "roadmap/x/"):
        found[f"error {path}"] = guest.get(f"/g/{secret}/{path}").text
    posted = guest.post(f"/g/{secret}/comment/", {"about": "guess", "name": "x", "body": "x"})
    found["posted"] = posted.text
    return found


def read(kind: str, content: bytes) -> str:
    """A file as its reader reads it, and its raw bytes."""
    raw = content.decode("utf-8", errors="ignore") + content.decode("latin-1")
    match kind:
        case "pdf":
            document = PdfReader(io.BytesIO(content))
            pages = " ".join(page.extract_text() for page in document.pages)
            return f"{pages} {document.metadata} {document.xmp_metadata} {raw}"
        case "png":
            picture = Image.open(io.BytesIO(content))
            return f"{picture.info} {picture.getexif()} {raw}"
        case "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content))
            cells = [str(cell.value) for sheet in book for row in sheet.rows for cell in row]
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                inner = " ".join(parts.read(name).decode() for name in parts.namelist())
            return f"{' '.join(cells)} {inner}"
        case "ics":
            return re.sub(r"\r\n ", "", raw)
    return raw


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    fields=st.sets(st.sampled_from(sorted(ALL))),
    precision=st.sampled_from(Precision.values),
    layout=st.sampled_from(["timeline", "board", "table"]),
    frozen=st.booleans(),
)
def test_no_secret_leaves_by_any_way(planted, member, fields, precision, layout, frozen):
    secret = shares(member, sorted(fields), precision, layout, frozen)
    hidden = [words for field, words in FIELDS.items() if field not in fields]
    forbidden = [*NEVER, *(word for words in hidden for word in words)]
    if Shown.OBJECTIVE not in fields or Shown.KEY_RESULTS not in fields:
        forbidden += [*FIELDS[Shown.KEY_RESULTS], *FIELDS[Shown.MONEY]]
    if Shown.DATES not in fields or precision != Precision.DAY:
        forbidden += DAYS
    for way, text in given_out(secret).items():
        low = text.replace("q=zsecret", "").replace('value="zsecret"', "").lower()
        for word in forbidden:
            assert word not in low, (way, word, sorted(fields), precision)


def test_what_is_allowed_does_get_out(planted, member):
    """The twin of the above: the secrets are where they are looked for."""
    secret = shares(member, ALL, "day", "timeline", False)
    found = {way: text.lower() for way, text in given_out(secret).items()}
    for word in (word for words in FIELDS.values() for word in words):
        if word != "customers asking":
            assert word in found["page "], word
    for way, day in product(("csv", "xlsx", "json", "ics"), ("2027-03-17", "20270318")):
        if (way == "ics") == ("-" not in day):
            assert day in found[way], (way, day)
    for way in ("pdf", "svg", "csv", "xlsx", "json", "ics"):
        assert "shown item" in found[way], way
    assert "zsecretobjectivetitle" in found["pdf"]


def test_what_is_hidden_moves_nothing(planted, member, workspace):
    """Neither counts nor places tell that there is more than is shown."""
    secret = shares(member, list(WORDS), "quarter", "timeline", False)

    def all_of_it():
        plain = given_out(secret)
        return {
            way: re.sub(r'name="csrfmiddlewaretoken" value="\w+"|csrftoken=\w+', "", text)
            for way, text in plain.items()
            if way not in ("xlsx", "posted", "page ?say=x&group=zz")
        }

    def stable(found):
        return {way: re.sub(r"\{.*?\} ", "", text, count=1) for way, text in found.items()}

    before = stable(all_of_it())
    item = Item.objects.get(title="Shown item")
    for number in range(5):
        another = ItemFactory(
            workspace=workspace, title=f"Hidden {number}", start_on=date(2026, 1, 1)
        )
        DependencyFactory(workspace=workspace, before=another, after=item)
        ItemFactory(workspace=workspace, title=f"Shown {number}", state="not_doing")

    assert stable(all_of_it()) == before


def test_secrets_stand_in_every_kind_of_field_of_the_item(planted):
    """Whoever adds a text to items plants a secret in it above."""
    texts = {
        one.name
        for one in Item._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField | models.JSONField)
    }
    assert texts == {"title", "description", "type", "state", "horizon", "confidence", "custom"}
    assert apps.get_model("roadmaps.Item") is Item


def test_the_workspaces_own_fields_are_allowed_one_by_one_and_off_at_first(planted, member):
    """None is shown by being there, not even where all of ours are; a name of none allows none."""
    for fields in (list(WORDS), [*WORDS, f"{OWN}salary", f"{OWN}who", f"{OWN}nothing", OWN]):
        secret = shares(member, fields, "day", "timeline", True)
        assert "(own field)" not in str(given_out(secret))
    one = given_out(shares(member, [f"{OWN}rank"], "day", "timeline", False))
    assert "Rank (own field): 88123" in one["page "]
    assert all("zsecrethint" not in text and "zsecretstage" not in text for text in one.values())


def test_a_field_that_is_kept_to_a_role_later_is_shown_no_longer(planted, member, owner):
    secret = shares(member, [f"{OWN}hint"], "day", "timeline", False)
    assert "zsecrethint" in given_out(secret)["page "]
    field = CustomField.objects.get(key="hint")
    change_field(owner.actor, field.pk, seen_version=field.version, roles=["owner"])
    assert not [way for way, text in given_out(secret).items() if "zsecrethint" in text]
