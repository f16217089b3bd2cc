"""What other systems and visitors post: taken once, held to limits, and open to nobody else."""

import json
import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from feedback.inbox.models import LONGEST_NOTE, Clue, Note
from feedback.sources import views_open
from feedback.sources.models import Arrival, Source
from feedback.sources.services import change_source, delete_source, rotate_secret
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.factories.ledger import CustomerFactory
from tests.feedback.sources import samples

SHOP = "https://shop.example.com"


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def hook(make):
    return make("hook")


@pytest.fixture
def form(make):
    return make("form", origins=[SHOP], per_minute=10_000).source


def post(client, secret, body, kind="application/json", **more):
    url = reverse("feedback_open:receive", args=[secret])
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(url, data, content_type=kind, **more)


def fill(client, form, body, **more):
    url = reverse("feedback_open:form", args=[form.key])
    return client.post(url, json.dumps(body), content_type="application/json", **more)


def test_a_note_by_post_finds_whom_and_what_it_names_once(client, hook, workspace):
    ada = CustomerFactory(workspace=workspace, email="ada@example.com")
    variant = VariantFactory(workspace=workspace, sku="S-M")
    body = {"external_id": "r1", "text": "It leaks.", "email": "ADA@example.com", "sku": "S-M"}
    answer = post(client, hook.secret, body)
    note = Note.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"notes": [{"note": note.pk, "new": True}]})
    assert (note.customer, note.product, note.text) == (ada, variant.product, "It leaks.")
    again = post(client, hook.secret, body | {"text": "Changed."})
    assert (again.status_code, again.json()["notes"][0]) == (200, {"note": note.pk, "new": False})
    assert Note.objects.get().text == "It leaks."


def test_fields_stand_where_the_mapping_says(client, make):
    made = make("hook", mapping={"text": "review.body", "rating": "review.stars"})
    post(client, made.secret, [{"review": {"body": f"Note {n}", "stars": n}} for n in (1, 5)])
    assert set(Note.objects.values_list("text", "rating")) == {("Note 1", 1), ("Note 5", 5)}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b'"text"',
        b"[" * 100_000,
        {"text": {"a": 1}},
        {"text": ""},
        {"text": "x" * (LONGEST_NOTE + 1)},
        {"text": "x", "rating": 9},
        {"text": "x", "rating": "NaN"},
        {"text": "x", "email": "nobody"},
        {"text": "x", "said_at": "yesterday"},
        {"text": "x", "said_at": "0001-01-01T00:00:00Z"},
        {"text": "x", "title": "t" * 301},
        [{"text": "x"}] * 101,
    ],
)
def test_a_bad_body_is_refused_in_words_and_leaves_nothing(client, hook, body):
    answer = post(client, hook.secret, body)
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert (Note.objects.count(), Arrival.objects.count()) == (0, 0)


def test_what_is_too_large_is_refused(client, hook):
    answer = post(client, hook.secret, b" " * (views_open.LARGEST_BODY + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "<script>alert(1)</script>"])
def test_strange_text_is_kept_as_text(client, hook, text):
    assert post(client, hook.secret, {"text": f"Zip {text}"}).status_code == 201
    assert Note.objects.get().text.startswith("Zip ")


def test_a_secret_opens_its_own_source_while_it_is_on_and_no_longer(client, hook, form, maker):
    source = hook.source
    for wrong in ("guess", source.token_hash, form.key, ""):
        url = reverse("feedback_open:receive", args=[wrong or "-"])
        assert client.post(url, "{}", content_type="application/json").status_code == 404
    assert client.get(reverse("feedback_open:receive", args=[hook.secret])).status_code == 405
    changed = change_source(maker.actor, source.pk, seen_version=source.version, active=False)
    assert post(client, hook.secret, {"text": "x"}).status_code == 404
    changed = change_source(maker.actor, source.pk, seen_version=changed.version, active=True)
    assert post(client, hook.secret, {"text": "x"}).status_code == 201
    fresh = rotate_secret(maker.actor, source.pk)
    assert post(client, hook.secret, {"text": "y"}).status_code == 404
    assert post(client, fresh.secret, {"text": "y"}).status_code == 201
    delete_source(maker.actor, source.pk, seen_version=fresh.source.version)
    assert post(client, fresh.secret, {"text": "z"}).status_code == 404
    assert hook.secret not in str(Source.objects.filter(pk=source.pk).values())


@pytest.mark.usefixtures("within_a_minute")
def test_guessing_secrets_is_slowed_down_for_whoever_guesses(client, hook):
    guesses = [post(client, f"guess-{number}", {}).status_code for number in range(33)]

    assert guesses == [404] * 30 + [429] * 3
    assert post(client, hook.secret, {"text": "x"}).status_code == 201


@pytest.mark.parametrize("address", ["/forms/%00/", "/forms/%00.js", "/in/%00/", "/forms/%ff/"])
def test_addresses_of_broken_letters_open_nothing(client, db, address):
    answer = client.post(address) if address.startswith("/in/") else client.get(address)
    assert answer.status_code == 404


def test_letters_by_post_as_they_came_or_as_json(client, make):
    made = make("letters")
    assert post(client, made.secret, samples.PERSON, "message/rfc822").json()["state"] == "taken"
    again = post(client, made.secret, {"raw": samples.PERSON.decode()})
    assert (again.status_code, Note.objects.count()) == (202, 1)
    said = {"from": "bo@example.com", "name": "Bo", "subject": "Sleeves", "html": "<p>Longer!</p>"}
    assert post(client, made.secret, said).status_code == 202
    note = Note.objects.get(title="Sleeves")
    assert (note.text, note.author) == ("Longer!", "Bo")
    refused = post(client, made.secret, samples.BOUNCE, "message/rfc822").json()
    assert (refused["state"], refused["note"]) == ("refused", None)
    automatic = said | {"text": "x", "headers": {"Auto-Submitted": "auto-replied"}}
    assert post(client, made.secret, automatic).json()["state"] == "refused"
    assert post(client, made.secret, {"from": "bo@example.com"}).status_code == 422
    assert post(client, made.secret, [1]).status_code == 422


@pytest.mark.usefixtures("within_a_minute")
def test_ten_thousand_identical_posts_are_turned_away_and_make_one_note(client, make):
    made = make("hook", per_minute=20)
    answers = [post(client, made.secret, {"text": "Buy!"}).status_code for _ in range(200)]
    assert (answers[0], answers[1], answers[-1]) == (201, 200, 429)
    assert answers.count(429) >= 150
    assert Note.objects.count() == 1
    late = post(client, made.secret, {"text": "Buy!"})
    assert late["Retry-After"]


def test_a_visitor_writes_by_the_script_from_a_site_that_may(client, form, workspace):
    variant = VariantFactory(workspace=workspace, sku="S-M")
    body = {"text": "The zip jams.", "email": "ada@example.com", "sku": "S-M"}
    answer = fill(client, form, body, HTTP_ORIGIN=SHOP)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (201, SHOP)
    assert not answer.cookies
    note = Note.objects.get()
    assert (note.product, note.channel.name) == (variant.product, "Form")
    assert Clue.objects.get().email == "ada@example.com"
    fill(client, form, body, HTTP_ORIGIN=SHOP)
    assert Note.objects.count() == 1


def test_other_sites_may_not(client, form):
    for origin in ("https://eve.example", "null", "https://shop.example.com.eve.example"):
        answer = fill(client, form, {"text": "x"}, HTTP_ORIGIN=origin)
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer
    assert not Note.objects.exists()


def test_the_browser_asks_first_and_is_answered_for_known_sites_alone(client, form):
    url = reverse("feedback_open:form", args=[form.key])
    for origin, known in ((SHOP, True), ("https://eve.example", False)):
        answer = client.options(url, HTTP_ORIGIN=origin)
        assert answer.status_code == 204
        assert ("Access-Control-Allow-Origin" in answer) is known
        assert "Access-Control-Allow-Credentials" not in answer


def test_a_program_that_fills_in_what_nobody_sees_makes_nothing(client, form):
    assert fill(client, form, {"text": "Buy!", "website": "https://eve.example"}).status_code == 201
    assert not Note.objects.exists()


@pytest.mark.usefixtures("within_a_minute")
def test_one_visitor_is_slowed_down_and_another_is_not(client, form):
    answers = [fill(client, form, {"text": f"No {n}"}).status_code for n in range(10)]
    assert answers == [201] * views_open.OF_ONE_VISITOR + [429] * (10 - views_open.OF_ONE_VISITOR)
    other = fill(client, form, {"text": "Hello"}, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 201


def test_behind_a_proxy_of_ours_each_visitor_is_counted_alone(client, form, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(views_open.OF_ONE_VISITOR + 3):
        visitor = {"HTTP_X_FORWARDED_FOR": f"203.0.113.{number}"}
        assert fill(client, form, {"text": "Hello"}, **visitor).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "  "}, 422),
        ({"text": 3}, 422),
        ({"text": "x", "email": "nobody"}, 422),
        ({"text": "x" * 10_001}, 422),
        ({"text": "x" * 70_000}, 413),
        ([], 422),
    ],
)
def test_a_bad_form_is_refused_in_words(client, form, body, status):
    answer = fill(client, form, body)
    assert (answer.status_code, Note.objects.count()) == (status, 0)
    assert answer.json()["message"]


def test_the_page_of_a_form_needs_neither_script_nor_cookie(client, form, workspace):
    product = ProductFactory(workspace=workspace)
    VariantFactory(workspace=workspace, product=product, sku="S-M")
    url = reverse("feedback_open:form", args=[form.key])
    page = client.get(url, {"sku": "S-M"})
    html = page.content.decode()
    assert "<script" not in html
    assert not page.cookies
    typed = {"text": "<b>Nice</b>", "email": "nobody", "sku": "S-M"}
    plain = {"content_type": "application/x-www-form-urlencoded", "HTTP_ACCEPT": "text/html"}
    refused = client.post(url, urlencode(typed), **plain)
    assert refused.status_code == 422
    assert "&lt;b&gt;Nice&lt;/b&gt;" in refused.content.decode()
    thanks = client.post(url, urlencode(typed | {"email": ""}), **plain)
    assert (thanks.status_code, Note.objects.get().product) == (200, product)
    assert not thanks.cookies
    assert client.get(reverse("feedback_open:form", args=["none"])).status_code == 404


def test_the_script_names_its_form_and_loads_nothing_from_others(client, form):
    Source.objects.filter(pk=form.pk).update(name="</script><b>Tell us")
    answer = client.get(reverse("feedback_open:script", args=[form.key]))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert "</script>" not in text
    assert "cookie" not in re.sub(r"//.*", "", text)
    assert set(re.findall(r"https?://[^\s\"'/]+", text)) <= {"http://testserver"}
    assert client.get(reverse("feedback_open:script", args=["none"])).status_code == 404
