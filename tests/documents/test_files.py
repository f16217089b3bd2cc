"""A document as a file says what the page says, read back by other libraries."""

from io import BytesIO

import docx
import pytest
from django.urls import reverse
from pypdf import PdfReader

from tests.factories.catalog import ProductFactory
from workspaces.documents import services

pytestmark = pytest.mark.django_db
TEXT = """## Żółty plan für Größe

Some **bold**, _soft_ and ~~old~~ words with a [link](https://example.com/a?b=1&c=2).

1. first
2. second
   - below

> quoted

| a | b |
|---|---|
| 1 | x \\| y |

```records
kind: products
columns: name
```

```
code <b>
```
"""
SAID = [
    "Żółty plan für Größe",
    "bold",
    "link",
    "first",
    "below",
    "quoted",
    "Trail & <Jacket>",
    "code <b>",
]


@pytest.fixture
def file(member, client_of):
    """The bytes of the published document in a format."""
    ProductFactory(workspace=member.workspace, name="Trail & <Jacket>")
    document = services.create_document(member.actor, {"title": "Größe <2>", "body": TEXT})
    services.publish(member.actor, document.pk, document.version)

    def read(extension: str) -> bytes:
        place = [member.workspace.slug, document.pk, 1, extension]
        answer = client_of(member).get(reverse("workspaces:document_file", args=place))
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        return answer.content

    return read


def test_pdf_has_every_word_and_alphabet(file):
    reader = PdfReader(BytesIO(file("pdf")))
    text = "\n".join(page.extract_text() for page in reader.pages)

    for words in (*SAID, "Größe <2>", "Version 1", "Page 1", "SHA-256"):
        assert words in text, words
    assert reader.metadata.title == "Größe <2>"


def test_word_has_every_word(file):
    read = docx.Document(BytesIO(file("docx")))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(p.text for p in read.paragraphs), *cells])

    for words in (*(one for one in SAID if one != "link"), "Größe <2>", "Version 1"):
        assert words in text, words
    links = [r.target_ref for r in read.part.rels.values() if "hyperlink" in r.reltype]
    assert links == ["https://example.com/a?b=1&c=2"]


def test_markdown_has_the_block_as_a_table(file):
    text = file("md").decode()
    assert "| Trail & <Jacket> |" in text
    assert "```records" not in text
    assert "~~old~~" in text


def test_another_ending_is_not_found(member, client_of):
    document = services.create_document(member.actor, {"title": "Plan", "body": "x"})
    place = [member.workspace.slug, document.pk, 0, "exe"]
    answer = client_of(member).get(reverse("workspaces:document_file", args=place))
    assert answer.status_code == 404


def test_a_long_text_with_wide_tables_still_becomes_a_pdf(member, client_of):
    wide = (
        "|" + "x|" * 30 + "\n|" + "---|" * 30 + "\n" + ("|" + "long words here|" * 30 + "\n") * 40
    )
    text = "# x\n\n" * 500 + wide + "word " * 5_000 + "\n\n" + "a" * 3_000
    document = services.create_document(member.actor, {"title": "Long", "body": text})
    place = [member.workspace.slug, document.pk, 0, "pdf"]
    answer = client_of(member).get(reverse("workspaces:document_file", args=place))
    assert answer.status_code == 200
    assert len(PdfReader(BytesIO(answer.content)).pages) > 10
