"""Whoever has a link, or guesses one, gets what was shared and nothing beside it."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from feedback.portal.services import create_portal
from roadmaps.exports.files import KINDS
from roadmaps.items.records import ITEM
from tests.access.routes import all_addresses
from tests.factories.roadmaps import ItemFactory
from tests.sharing.conftest import ALL
from workspaces.discussion import services_files
from workspaces.discussion.models import Attachment
from workspaces.guests import services as guests
from workspaces.guests.services import Gate

pytestmark = pytest.mark.django_db
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "ics": "text/calendar",
}


@pytest.fixture
def files(plan, member, outsider, settings, tmp_path):
    """A text and a picture of a shared item, and one of another workspace's."""
    settings.MEDIA_ROOT = tmp_path / "media"
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "#4f46e5").save(drawn, "PNG")
    theirs = ItemFactory(workspace=outsider.workspace)
    put = services_files.attach
    for who, item, name, content in (
        (member, plan[0], "secret-price.txt", b"only for us"),
        (member, plan[0], "secret-draft.png", drawn.getvalue()),
        (outsider, theirs, "theirs.txt", b"theirs"),
    ):
        put(who.actor, ITEM.name, item.pk, name, SimpleUploadedFile(name, content))
    return list(Attachment.objects.order_by("pk"))


def test_no_file_of_a_record_is_reached_from_a_shared_page(files, plan, shared, see, workspace):
    _, secret = shared(*ALL)
    guest = Client()
    page = see(secret, client=guest)
    names = {"secret-price", "secret-draft", "attachments/", "/media/"}

    assert guest.cookies["guest"]
    assert not [name for name in names if name in page.text]
    for one in files:
        for view in ("attachment", "attachment_picture"):
            url = reverse(f"workspaces:{view}", args=[one.workspace.slug, one.pk])
            assert guest.get(url).status_code == 302, url  # to signing in
            below = f"/g/{secret}/{url.partition(one.workspace.slug)[2].lstrip('/')}"
            assert guest.get(below).status_code == 404, below
        for path in (f"media/{one.file}", f"roadmap/{one.pk}/", f"../../media/{one.file}"):
            assert guest.get(f"/g/{secret}/{path}").status_code in (403, 404), path
    for extension in ("exe", "html", "txt", "pdf.html", "%2e%2e", "zip", str(files[0].pk)):
        assert see(secret, f"roadmap.{extension}", client=guest).status_code == 404, extension
    for kind in KINDS:
        content = see(secret, f"roadmap.{kind}", client=guest).getvalue()
        assert b"only for us" not in content
        assert b"secret-" not in content


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_says_what_it_is_and_is_kept_by_nobody(plan, shared, see, kind):
    _, secret = shared(*ALL)
    answer = see(secret, f"roadmap.{kind}")

    assert answer["Content-Type"].partition(";")[0] == TYPES[kind]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_one_link_tells_nothing_of_another(plan, shared, see, outsider, audience):
    _, one = shared(*ALL, comments=True)
    _, other = shared(comments=True)
    keys = {
        secret: {entry.key for entry in see(secret).context["page"].plan.entries}
        for secret in (one, other)
    }

    assert keys[one].isdisjoint(keys[other])
    assert len(keys[one]) == len(keys[other]) == 2
    guest = Client()
    for key in (*keys[other], *(str(item.pk) for item in plan)):
        said = guest.post(f"/g/{one}/comment/", {"about": key, "name": "Eve", "body": "x"})
        assert said.status_code in (404, 429)
        assert "Say something about" not in see(one, client=guest, say=key).text


def guest_addresses(secret):
    """Every address that a secret leads to, as each kind of room has them."""
    for path, *_ in all_addresses():
        if path.startswith("g/<str:secret>/"):
            url = "/" + path.replace("<str:secret>", secret)
            url = url.replace("<int:pk>", "1").replace("<str:extension>", "pdf")
            yield url


@pytest.mark.usefixtures("within_a_minute")
def test_guessed_expired_and_revoked_secrets_get_one_polite_page_everywhere(
    plan, shared, member, settings, queries
):
    _, expired = shared(gate=Gate("Old", expires_at=timezone.now() + timedelta(minutes=1)))
    closed, revoked = create_portal(member.actor, Gate("Closed"), title="Closed")
    guests.revoke_link(member.actor, closed.link_id)
    found = []
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        for number, secret in enumerate((expired, revoked, "guessed-and-wrong")):
            for url in guest_addresses(secret):
                guest = Client(REMOTE_ADDR=f"10.7.{number}.{len(found) % 250}")
                for method in (guest.get, guest.post):
                    answer = method(url)
                    found.append((answer.status_code, answer.content))

    pages = {content for status, content in found if status == 404}
    assert len(found) >= 60
    assert {status for status, _ in found} == {404, 405}
    assert len(pages) == 1
    assert b"Ask whoever sent it to you for a new one" in pages.pop()
