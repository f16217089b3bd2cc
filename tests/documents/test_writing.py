"""Documents: begun from a template, written, published as versions that stand still, compared."""

from html.parser import HTMLParser

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core.errors import EditConflict, Refused
from tests.factories.catalog import ProductFactory
from workspaces.documents import services
from workspaces.documents.models import Document, DocumentTemplate, DocumentVersion
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record

pytestmark = pytest.mark.django_db


class Elements(HTMLParser):
    """The tags of a piece of HTML, and the values of its attributes by name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")


TABLE = "```records\nkind: products\ncolumns: name,state\nsort: name\n```\n"


@pytest.fixture
def document(member) -> Document:
    return services.create_document(member.actor, {"title": "Plan", "body": f"# Goal\n\n{TABLE}"})


def at(name: str, member, *args) -> str:
    return reverse(f"workspaces:{name}", args=[member.workspace.slug, *args])


def rewrite(member, document: Document, body: str) -> Document:
    document.refresh_from_db()
    kind = KINDS["workspaces.document"]
    return change_record(member.actor, kind, document.pk, document.version, {"body": body})


def test_a_document_begins_from_a_template_and_about_a_record(member, client_of):
    product = ProductFactory(workspace=member.workspace)
    client = client_of(member)
    url = f"{at('document_create', member)}?about=products.product:{product.pk}"
    answer = client.post(url, {"title": "Jacket 2.0", "template": "Product requirements"})

    made = Document.objects.get()
    assert answer.url == at("document_write", member, made.pk)
    assert (made.kind, made.object_id) == ("products.product", product.pk)
    assert "Acceptance criteria" in made.body
    tab = client.get(
        reverse("products:product", args=[member.workspace.slug, product.pk]) + "documents/"
    )
    assert "Jacket 2.0" in tab.content.decode()


def test_nobody_begins_a_document_about_a_strangers_record(member, outsider, client_of):
    product = ProductFactory(workspace=outsider.workspace)
    url = f"{at('document_create', member)}?about=products.product:{product.pk}"
    client_of(member).post(url, {"title": "Theirs"})

    assert Document.objects.get().object_id is None


def test_a_viewer_reads_but_does_not_write(viewer, member, document, client_of):
    client = client_of(viewer)
    assert client.get(at("document", member, document.pk)).status_code == 200
    assert client.post(at("document_publish", member, document.pk)).status_code == 403
    assert client.get(at("document_write", member, document.pk)).status_code == 403
    assert not DocumentVersion.objects.exists()


def test_a_version_stands_still_while_draft_and_records_move_on(member, document, client_of):
    ProductFactory(workspace=member.workspace, name="Trail Jacket")
    services.publish(member.actor, document.pk, document.version)
    ProductFactory(workspace=member.workspace, name="Storm Shell")
    rewrite(member, document, f"# Another goal\n\n{TABLE}")

    client = client_of(member)
    version = client.get(at("document", member, document.pk)).content.decode()
    draft = client.get(f"{at('document', member, document.pk)}?draft=1").content.decode()

    assert "Trail Jacket" in version
    assert "Storm Shell" not in version
    assert "<h1>Goal</h1>" in version
    assert "Storm Shell" in draft
    assert "<h1>Another goal</h1>" in draft


def test_postgresql_itself_refuses_to_change_a_version(member, document):
    made = services.publish(member.actor, document.pk, document.version)
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentVersion.objects.in_workspace(member.workspace.pk).update(body="forged")
    made.refresh_from_db()
    assert "forged" not in made.body
    assert made.sha256 == services.fingerprint(made.title, made.body, made.blocks)


def test_publishing_needs_the_version_that_was_seen_and_blocks_that_answer(member, document):
    with pytest.raises(EditConflict):
        services.publish(member.actor, document.pk, document.version + 1)
    changed = rewrite(member, document, "```records\nkind: unicorns\n```")
    with pytest.raises(Refused, match="which kind of record"):
        services.publish(member.actor, document.pk, changed.version)
    assert not DocumentVersion.objects.exists()


def test_publishing_an_unchanged_text_again_is_refused(member, document):
    changed = rewrite(member, document, "Only words.")
    services.publish(member.actor, document.pk, changed.version)
    document.refresh_from_db()
    with pytest.raises(Refused, match="Nothing has changed"):
        services.publish(member.actor, document.pk, document.version)


def test_two_who_write_at_once_both_keep_their_words(member, document, client_of):
    client = client_of(member)
    typed = {"title": "Plan", "body": "Mine\n", "seen_version": document.version}
    rewrite(member, document, "Theirs\n")
    answer = client.post(at("document_write", member, document.pk), typed)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert "Mine" in page
    document.refresh_from_db()
    assert document.body == "Theirs\n"


def test_saving_on_the_way_answers_with_the_new_version(member, document, client_of):
    typed = {"title": "Plan", "body": "More", "seen_version": document.version, "autosave": "1"}
    answer = client_of(member).post(at("document_write", member, document.pk), typed)

    document.refresh_from_db()
    assert document.body == "More"
    assert f'data-version="{document.version}"' in answer.content.decode()


def test_versions_are_compared_line_by_line(member, document, client_of):
    changed = rewrite(member, document, "One\nTwo old\nThree\n")
    services.publish(member.actor, document.pk, changed.version)
    rewrite(member, document, "One\nTwo new\nThree\n")

    page = client_of(member).get(at("document_compare", member, document.pk, 1)).content.decode()
    assert "<del>old</del>" in page
    assert "<ins>new</ins>" in page


def test_a_text_becomes_a_template_of_the_workspace(member, outsider, document):
    services.keep_as_template(member.actor, document.pk, "Ours")
    services.keep_as_template(member.actor, document.pk, "Ours")

    assert DocumentTemplate.objects.get().version == 2
    made = services.create_document(member.actor, {"title": "Next"}, template="Ours")
    assert made.body == document.body
    with pytest.raises(Exception, match="no such template"):
        services.create_document(outsider.actor, {"title": "Next"}, template="Ours")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/pixel.png)",
        '<img src=x onerror="alert(1)">',
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](//evil.example/pixel.png)",
    ],
)
def test_a_text_cannot_run_or_call_out(member, document, client_of, hostile):
    rewrite(member, document, hostile)
    page = client_of(member).get(at("document", member, document.pk)).content.decode()
    sheet = Elements(page.partition('class="document-body">')[2].partition("</article>")[0])

    assert not sheet.tags & {"script", "iframe", "object", "style"}
    assert not [name for name in sheet.attributes if name.startswith("on")]
    for address in [*sheet.attributes.get("href", []), *sheet.attributes.get("src", [])]:
        assert address.startswith(("https://", "/")), address
    assert not [src for src in sheet.attributes.get("src", []) if src.startswith(("//", "http"))]


def test_every_tab_of_a_document_opens(member, document, client_of):
    client = client_of(member)
    page = client.get(at("document", member, document.pk))
    tabs = page.context["tabs"]

    assert {"Tasks", "Discussion"} <= {tab["label"] for tab in tabs}
    for tab in tabs:
        assert client.get(tab["url"], follow=True).status_code == 200, tab["label"]
