"""Reading letters, whole and broken: nothing raises, nothing is lost without a word."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.mail import is_automatic
from feedback.inbox.models import LONGEST_NOTE
from feedback.inbox.quoting import history_at
from feedback.sources import html_text, letters
from tests.feedback.sources import samples


def test_a_persons_letter():
    letter = letters.read(samples.PERSON)
    assert (letter.sender, letter.sender_name) == ("ada@example.com", "Ada Keller")
    assert letter.subject == "Der Reißverschluss klemmt"
    assert letter.text == "Nach einer Woche klemmt der Reißverschluss."
    assert letter.files == ()
    assert f"{letter.said_at:%F %H:%M %z}" == "2026-03-03 11:14 +0100"


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        ("utf-8", "Größe €".encode()),
        ("iso-8859-1", "Größe".encode("latin-1")),
        ("no-such-charset", "Größe €".encode()),
        ("us-ascii", "Größe €".encode("cp1252")),
        ("utf-8", "Größe €".encode("cp1252")),
        ('"', b"Gr\xc3\xb6\xc3\x9fe"),
    ],
)
def test_a_broken_charset_is_read_as_the_likeliest(charset, content):
    raw = b"From: a@example.com\nContent-Type: text/plain; charset=" + charset.encode()
    assert "Größe" in letters.read(raw + b"\nContent-Transfer-Encoding: 8bit\n\n" + content).text


def test_html_alone_becomes_text_without_what_it_would_run():
    letter = EmailMessage()
    letter["From"] = "a@example.com"
    letter.set_content(
        "<html><head><style>p {}</style><title>x</title></head><body><p>One &amp; two</p>"
        "<script>alert(1)</script><ul><li>three</li></ul><img src='https://track.example/1'>"
        "</body></html>",
        subtype="html",
    )
    text = letters.read(letter.as_bytes()).text
    assert text.split() == ["One", "&", "two", "-", "three"]


def test_fifty_files_are_kept_up_to_a_limit_and_the_rest_named():
    letter = EmailMessage()
    letter["From"] = "a@example.com"
    letter.set_content("See the pictures.")
    for number in range(50):
        letter.add_attachment(
            b"x" * 10, maintype="image", subtype="png", filename=f"picture-{number}.png"
        )
    read = letters.read(letter.as_bytes())
    assert [file.name for file in read.files] == [f"picture-{n}.png" for n in range(20)]
    assert "50 files came, 30 were not kept" in read.text
    assert "picture-20.png" in read.text
    assert "picture-49.png" in read.text


def test_five_megabytes_of_text_are_cut_in_the_note_and_whole_beside_it():
    said = "A word and another. " * 262_144
    read = letters.read(samples.plain(said))
    assert len(read.text) <= LONGEST_NOTE
    assert f"{len(said.strip()):,} characters" in read.text
    assert read.files[0].name == "letter.txt"
    assert read.files[0].content.decode().strip() == said.strip()


def test_a_letter_in_a_letter_is_a_file():
    inner = EmailMessage()
    inner["Subject"] = "Inner"
    inner.set_content("Inner words.")
    letter = EmailMessage()
    letter["From"] = "a@example.com"
    letter.set_content("Outer words.")
    letter.add_attachment(inner)
    read = letters.read(letter.as_bytes())
    assert read.text == "Outer words."
    assert read.files[0].name.endswith(".eml")
    assert b"Inner words." in read.files[0].content


def test_the_same_letter_has_the_same_key_and_another_another():
    first = letters.read(samples.plain("One", key="1")).key
    assert letters.read(samples.plain("Sent on", key="1")).key == first
    assert letters.read(samples.plain("One", key="2")).key != first
    bare = b"From: a@example.com\n\nHello"
    assert letters.read(bare).key == letters.read(bare).key != letters.read(bare + b"!").key


@given(st.binary(max_size=2_000))
def test_no_bytes_break_it(raw):
    read = letters.read(raw)
    assert "\x00" not in read.text + read.subject + read.sender + read.sender_name
    read.text.encode()


@pytest.mark.parametrize(
    "history",
    [
        "On Tue, 3 Mar 2026 at 10:00, Shop <shop@example.org> wrote:\n> Hello",
        "Am 03.03.2026 um 10:00 schrieb Shop:\n> Hallo",
        "-----Original Message-----\nFrom: Shop",
        "________________________________\nFrom: Shop\nSent: Tuesday",
        "> Hello\n> there\n",
    ],
)
def test_what_a_letter_answers_is_told_from_its_own_words(history):
    own = "It still jams.\n\n"
    assert history_at(own + history) == len(own)
    assert history_at(history) is None
    assert history_at(own) is None


def test_a_wall_of_quotes_takes_no_time():
    text = "Own.\n" + ">\n" * 40_000 + "x"
    assert history_at(text) is None


def _nested(depth):
    parts = (
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (one, one)
        for one in range(depth)
    )
    return b"From: a@example.com\r\n" + b"".join(parts) + b"Content-Type: text/plain\r\n\r\nhi"


@pytest.mark.parametrize(
    "raw",
    [
        b"From: =?utf-8?b?A?= <a@example.com>\r\nSubject: =?utf-8?b?A?=\r\n\r\nhi",
        b'From: a@example.com\r\nContent-Type: application/pdf; name="=?utf-8?b?A?="\r\n\r\nhi',
        b'From: a@example.com\r\nContent-Type: text/plain; charset="\x00"\r\n\r\nhi',
        b"From: a@example.com\r\nContent-Type: text/plain; charset=undefined\r\n\r\nhi",
        b"From: " + b"(" * 100_000 + b"a@example.com\r\n\r\nhi",
        b"From: a@example.com\r\nContent-Type: text/html\r\n\r\n<p>hi<![<![<![if",
        _nested(90),
        _nested(3_000),
    ],
)
def test_crafted_letters_break_nothing(raw):
    read = letters.read(raw)
    is_automatic(read.message, {"us@example.com"}, "example.org")
    (read.text + read.subject + read.sender_name).encode()
    assert read.text or read.files


@pytest.mark.timeout(60)
@pytest.mark.parametrize("atom", ["<a ", "<!--", "<!-- x>", '<a b="', "<![CDATA[", "<div>"])
def test_tags_that_nobody_closes_take_no_time(atom):
    """Reading them anew from each would take minutes."""
    assert html_text.text_of(f"<p>Kept</p>{atom * 300_000}").startswith("Kept")


@pytest.mark.timeout(60)
def test_a_charset_that_no_mail_has_is_not_worked_out():
    long = b"a" * 2_000_000
    raw = b"From: a@example.com\r\nContent-Type: text/plain; charset=punycode\r\n\r\nhi-" + long
    assert letters.read(raw).text.startswith("hi-a")


@pytest.mark.parametrize(
    "values",
    [
        {"from": "<"},
        {"from": "a@["},
        {"message_id": "<"},
        {"name": "Zoë\r\nBcc: eve@example.com", "subject": "Größe\r\nX-Own: 1"},
        {"headers": {"X\r\nBcc": "y", "": "y", "\ud800": "y", "X": "\ud800"}},
        {"headers": {"Content-Type": 'multipart/mixed; boundary="x', "To": "<<>>", "Cc": "="}},
    ],
)
def test_odd_values_of_a_letter_as_json_are_read(values):
    read = letters.read(letters.written({"from": "a@example.com", "text": "Zip", **values}))
    assert read.text == "Zip"
    assert not {"Bcc", "X-Own"} & set(read.message.keys())
    if "name" in values:
        assert (read.sender_name, read.subject) == (
            "Zoë Bcc: eve@example.com",
            "Größe X-Own: 1",
        )


def test_an_address_in_letters_no_mail_has_is_refused_in_words():
    with pytest.raises(ValueError, match="no e-mail address"):
        letters.written({"from": "zoë@example.com", "text": "x"})
