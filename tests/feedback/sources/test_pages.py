"""The pages of sources: owners and admins manage them, with undo and history."""

import pytest
from django.urls import reverse

from feedback.inbox.models import Note
from feedback.sources import intake
from feedback.sources.models import Source
from tests.feedback.sources import samples
from tests.feedback.sources.conftest import PLACE
from workspaces.access.roles import Role

BUDGET = 24


@pytest.fixture
def client(client_of, maker):
    return client_of(maker)


@pytest.fixture
def url(workspace):
    return lambda name, *args: reverse(f"feedback:{name}", args=[workspace.slug, *args])


def undo(client, response):
    message = list(client.get(response.url).context["messages"])[-1]
    return client.post(message.extra_tags)


def test_a_mailbox_is_added_changed_and_its_password_shown_nowhere(client, url):
    typed = {**PLACE, "name": "Feedback", "folder": "INBOX", "security": "tls"}
    refused = client.post(url("source_new", "mailbox"), typed)
    assert refused.status_code == 422
    assert "Give the password" in refused.content.decode()
    assert not Source.objects.exists()
    made = client.post(url("source_new", "mailbox"), typed | {"password": "s3cret-word"})
    source = Source.objects.get()
    assert made.url == url("source", source.pk)
    page = client.get(made.url).content.decode()
    assert "s3cret-word" not in page
    assert source.password not in page
    again = typed | {"name": "Box", "seen_version": source.version, "address": ""}
    client.post(url("source", source.pk), again)
    source.refresh_from_db()
    assert (source.name, source.channel.name) == ("Box", "E-mail")


@pytest.mark.parametrize(
    ("host", "port"),
    [("127.0.0.1", 993), ("10.0.0.1", 993), ("::1", 993), ("imap.example.com", 25), ("a b", 993)],
)
def test_a_mailbox_at_a_place_that_is_never_called_is_refused(client, url, host, port):
    typed = {**PLACE, "name": "X", "folder": "INBOX", "security": "tls", "password": "x"}
    answer = client.post(url("source_new", "mailbox"), typed | {"host": host, "port": port})
    assert answer.status_code == 422
    assert not Source.objects.exists()


@pytest.mark.parametrize("kind", ["letters", "hook"])
def test_a_secret_address_is_shown_once(client, url, kind):
    made = client.post(url("source_new", kind), {"name": "Shop", "per_minute": 60})
    assert made.status_code == 200
    address = made.context["secret_url"]
    assert address in made.content.decode()
    source = Source.objects.get()
    assert address not in client.get(url("source", source.pk)).content.decode()
    fresh = client.post(url("source_secret", source.pk))
    assert fresh.context["secret_url"] not in ("", address)


def test_a_form_shows_its_line_and_refuses_what_is_no_site(client, url):
    typed = {"name": "Tell us", "per_minute": 60, "origins": "shop.example.com"}
    assert client.post(url("source_new", "form"), typed).status_code == 422
    typed["origins"] = "https://Shop.example.com/\nhttp://localhost:8000"
    client.post(url("source_new", "form"), typed)
    source = Source.objects.get()
    assert source.origins == ["https://shop.example.com", "http://localhost:8000"]
    page = client.get(url("source", source.pk)).content.decode()
    assert f"/forms/{source.key}.js" in page


def test_switching_and_deleting_are_undone(client, url, make):
    source = make("form").source
    typed = {"active": "0", "seen_version": source.version}
    off = client.post(url("source_switch", source.pk), typed)
    source.refresh_from_db()
    assert not source.active
    undo(client, off)
    source.refresh_from_db()
    assert source.active
    gone = client.post(url("source_delete", source.pk), {"seen_version": source.version})
    assert not Source.objects.in_workspace(source.workspace_id).exists()
    undo(client, gone)
    assert client.get(url("source", source.pk)).status_code == 200
    words = [event["words"] for event in client.get(url("source", source.pk)).context["history"]]
    assert len(words) == 5
    assert any(word.startswith("deleted") for word in words)


def test_what_was_refused_is_shown_with_its_reason_and_let_in(client, url, make):
    source = make("mailbox").source
    arrival = intake.take_letter(source, samples.OSTICKET)
    page = client.get(url("source", source.pk)).content.decode()
    assert "Auto-Submitted" in page
    client.post(url("let_in", arrival.pk))
    assert "Ticket received" in Note.objects.get().title


def test_only_owners_and_admins_manage_sources(client_of, member_as, url, make):
    source = make("form").source
    for role in Role:
        allowed = 200 if role in (Role.OWNER, Role.ADMIN) else 403
        client = client_of(member_as(role))
        assert client.get(url("sources")).status_code == allowed, role
        page = client.post(url("source_delete", source.pk), {"seen_version": 0})
        assert (page.status_code == 403) is (allowed == 403), role
    assert Source.objects.get().deleted_at is None


def test_thirty_sources_cost_what_three_cost(client, url, make, queries):
    for _ in range(3):
        make("form")
    client.get(url("sources"))
    for_three = queries(lambda: client.get(url("sources")))
    for _ in range(27):
        make("hook")
    assert queries(lambda: client.get(url("sources"))) == for_three <= BUDGET
    more = client.post(url("source_new", "form"), {"name": "One more", "per_minute": 60})
    assert (more.status_code, Source.objects.count()) == (422, 30)


def test_a_kind_that_is_none_is_not_there(client, url):
    assert client.get(url("source_new", "pigeon")).status_code == 404
