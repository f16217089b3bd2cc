"""Letters that programs wrote, by the headers that real programs write."""

from email import message_from_string

import pytest

from core.mail import Stream, build, is_automatic

OWN, HOST = ["support@shop.example"], "shop.example"

# Headers as these programs write them; only names and addresses are changed.
AUTOMATIC = {
    "Gmail's vacation responder": """From: Ada <ada@example.com>
Subject: Out of office Re: [Shop] 3 updates
Auto-Submitted: auto-replied
Precedence: bulk
X-Autoreply: yes
In-Reply-To: <letter-1@shop.example>""",
    "Exchange's out of office": """From: Bo <bo@example.com>
Subject: Automatic reply: [Shop] Ada renamed Tent
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
X-MS-Has-Attach:
X-MS-Exchange-Inbox-Rules-Loop: bo@example.com""",
    "Exchange that suppresses only": """From: Bo <bo@example.com>
X-Auto-Response-Suppress: DR, OOF, AutoReply""",
    "vacation(1) of Sendmail": """Return-Path: <>
From: cy@example.com
Subject: away from my mail
Auto-Submitted: auto-replied (vacation)
Precedence: junk""",
    "Dovecot's Sieve": """From: <di@example.com>
Auto-Submitted: auto-replied (vacation)
X-Sieve: Pigeonhole Sieve 0.5.19
Precedence: bulk""",
    "cPanel's autoresponder": """From: "Ed" <ed@example.com>
X-Autorespond: Hello
Precedence: auto_reply
X-Precedence: auto_reply""",
    "Zendesk": """From: Help <help@example.com>
Auto-Submitted: auto-generated
X-Mailer: Zendesk Mailer
X-Zendesk-From-Account-Id: 1a2b
X-Auto-Response-Suppress: All""",
    "osTicket": """From: Desk <desk@example.com>
X-Autoreply: support@example.com
X-Auto-Response-Suppress: ALL, AutoReply
Precedence: auto_reply""",
    "Jira": """From: "Fay (Jira)" <jira@example.com>
Precedence: bulk
Auto-Submitted: auto-generated
X-JIRA-FingerPrint: abc""",
    "GitHub": """From: Gil <notifications@example.com>
Precedence: list
List-Id: shop/shop <shop.shop.example.com>
X-GitHub-Reason: mention""",
    "Mailman": """From: list member <hal@example.com>
List-Id: <talk.lists.example.com>
List-Unsubscribe: <https://lists.example.com/u>""",
    "Postfix's bounce": """Return-Path: <>
From: MAILER-DAEMON@example.com (Mail Delivery System)
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b\"""",
    "a bounce that says little": """From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
Subject: Delivery Status Notification (Failure)""",
    "a box that nobody reads": """From: Bank <no-reply@example.com>
Subject: Your statement""",
    "one of its kind": """From: Bank <noreply+17@example.com>
Subject: Your statement""",
    "our own box": """From: Support <Support@Shop.example>
Subject: Re: Re: Re: hello""",
    "our own box behind another": """From: Ada <ada@example.com>
Sender: support@shop.example
Subject: hello""",
    "a letter of ours that came back": """From: Ada <ada@example.com>
Message-ID: <letter-7@shop.example>
Subject: [Shop] 3 updates""",
    "nobody at all": """Subject: hello""",
}
PEOPLE = {
    "a customer": """Return-Path: <ada@example.com>
From: Ada <ada@example.com>
To: support@shop.example
Subject: My tent leaks
Message-ID: <CAx1@mail.example.com>""",
    "a customer who answers our letter": """From: Ada <ada@example.com>
In-Reply-To: <letter-7@shop.example>
References: <record-1@shop.example> <letter-7@shop.example>
Message-ID: <CAx2@mail.example.com>
Auto-Submitted: no""",
    "somebody whose name begins so": """From: Noreply Jones <nora.replyson@example.com>
Subject: hello""",
    "somebody in a hurry": """From: Ada <ada@example.com>
Precedence: first-class
X-Priority: 1
Importance: high""",
}


@pytest.mark.parametrize("program", AUTOMATIC)
def test_what_a_program_wrote_is_known(program):
    assert is_automatic(message_from_string(AUTOMATIC[program] + "\n\nHello"), OWN, HOST)


@pytest.mark.parametrize("person", PEOPLE)
def test_what_a_person_wrote_is_not_taken_for_a_programs(person):
    assert is_automatic(message_from_string(PEOPLE[person] + "\n\nHello"), OWN, HOST) == ""


def test_our_letters_and_programs_that_answer_them_make_no_loop():
    """Whatever answers our letter is known as a program; and ours would be known by anybody."""
    ours = build(Stream(HOST, "news", "letter-1"), "ada@example.com", "News", "Hello").message()
    assert is_automatic(message_from_string(ours.as_string()))

    answers = [text for text in AUTOMATIC.values() if "letter-1@" in text or "Re:" in text]
    assert answers
    assert all(is_automatic(message_from_string(text + "\n\n"), OWN, HOST) for text in answers)


def test_the_same_letter_has_the_same_name_and_odd_names_make_good_headers():
    odd = Stream(HOST, "A “list”\r\nBcc: x@example.com", "letter 1\n")
    letter = build(
        odd, "ada@example.com", "Two\nlines", "Hello", "<p>Hello</p>", "https://x.example/u"
    )
    message = letter.message()

    assert (
        letter.extra_headers["Message-ID"]
        == odd.message_id
        == Stream(HOST, "", "letter 1\n").message_id
    )
    assert "Bcc" not in message
    assert message["Subject"] == "Two lines"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
