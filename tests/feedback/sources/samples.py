"""Letters as mailers put them on the wire: people's, and those that programs write."""

PERSON = b"""Return-Path: <ada@example.com>
Received: from mail-lf1-f41.google.com (mail-lf1-f41.google.com [209.85.167.41])
\tby mx.shop.example.org (Postfix) with ESMTPS id 4W2c1f0x; Tue, 3 Mar 2026 10:15:02 +0000 (UTC)
MIME-Version: 1.0
From: Ada Keller <ada@example.com>
Date: Tue, 3 Mar 2026 11:14:49 +0100
Message-ID: <CAF+abc=person@mail.gmail.com>
Subject: =?UTF-8?Q?Der_Rei=C3=9Fverschluss_klemmt?=
To: feedback@shop.example.org
Content-Type: multipart/alternative; boundary="0000000000001"

--0000000000001
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

Nach einer Woche klemmt der Rei=C3=9Fverschluss.

--0000000000001
Content-Type: text/html; charset="UTF-8"

<div>Nach einer Woche klemmt der Rei&szlig;verschluss.</div>
--0000000000001--
"""

OUTLOOK_OUT_OF_OFFICE = b"""From: Bo Berg <bo@contoso.example>
To: feedback <feedback@shop.example.org>
Subject: Automatic reply: Your feedback
Thread-Topic: Your feedback
Thread-Index: AQHafQ2mKx==
Date: Tue, 3 Mar 2026 10:16:00 +0000
Message-ID: <AM0PR0@AM0PR0.eurprd04.prod.outlook.com>
In-Reply-To: <reply-1@shop.example.org>
Accept-Language: en-US
Content-Language: en-US
X-MS-Has-Attach:
X-Auto-Response-Suppress: All
X-MS-TNEF-Correlator:
auto-submitted: auto-generated
x-ms-publictraffictype: Email
MIME-Version: 1.0
Content-Type: text/plain; charset="us-ascii"

I am out of the office until Monday.
"""

GMAIL_VACATION = b"""MIME-Version: 1.0
X-Autoreply: yes
Auto-Submitted: auto-replied
Precedence: bulk
X-Autorespond: Your feedback
From: Cy Young <cy@example.com>
Date: Tue, 3 Mar 2026 02:16:11 -0800
Message-ID: <CAHvacation@mail.gmail.com>
Subject: On holiday Re: Your feedback
To: feedback@shop.example.org
Content-Type: text/plain; charset="UTF-8"

I am on holiday.
"""

BOUNCE = b"""Return-Path: <>
Date: Tue, 3 Mar 2026 10:17:00 +0000 (UTC)
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: feedback@shop.example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4W2c1f0x.1709461020/mx.example.com"
Message-Id: <20260303101700.4W2c1f1y@mx.example.com>

--4W2c1f0x.1709461020/mx.example.com
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.com.
--4W2c1f0x.1709461020/mx.example.com
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Final-Recipient: rfc822; gone@example.com
Action: failed
Status: 5.1.1
--4W2c1f0x.1709461020/mx.example.com--
"""

BARE_BOUNCE = b"""Return-Path: <>
From: "Mail Administrator" <admin@old-server.example>
Subject: failure notice
To: feedback@shop.example.org
Date: Tue, 3 Mar 2026 10:17:30 +0000
Message-Id: <qmail.1@old-server.example>

Hi. This is the qmail-send program.
"""

MAILING_LIST = b"""From: Dee <dee@example.com>
To: makers@lists.example.org
Subject: [makers] Zips
List-Id: Makers <makers.lists.example.org>
List-Unsubscribe: <mailto:makers-leave@lists.example.org>
Precedence: list
Date: Tue, 3 Mar 2026 10:18:00 +0000
Message-ID: <makers.12@lists.example.org>

Zips again.
"""

OSTICKET = b"""From: Support <support@helpdesk.example>
To: feedback@shop.example.org
Subject: [#204011] Ticket received: Your feedback
X-Autoreply: yes
X-Auto-Response-Suppress: DR, RN, OOF, AutoReply
X-Autorespond: Your feedback
Precedence: auto_reply
Auto-Submitted: auto-replied
Date: Tue, 3 Mar 2026 10:19:00 +0000
Message-ID: <Bq_auto-2@helpdesk.example>

A ticket was made.
"""

ZENDESK = b"""From: Help Centre <support@acme.zendesk.example>
To: feedback@shop.example.org
Subject: [Request received] Your feedback
Date: Tue, 3 Mar 2026 10:20:00 +0000
Message-ID: <RQ1_sprut@zendesk.example>
X-Zendesk-From-Account-Id: 12ab
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
X-Delivery-Context: event-id-1

Your request (1041) has been received.
"""

EXIM_VACATION = b"""From: Eve <eve@example.net>
To: feedback@shop.example.org
Subject: vacation reply
Precedence: junk
Date: Tue, 3 Mar 2026 10:21:00 +0000
Message-ID: <E1vacation@example.net>

Away.
"""

NO_REPLY = b"""From: Shop <no-reply@other.example>
To: feedback@shop.example.org
Subject: Your parcel
Date: Tue, 3 Mar 2026 10:22:00 +0000
Message-ID: <parcel@other.example>

It is on its way.
"""

CPANEL = b"""From: Fay <fay@example.net>
To: feedback@shop.example.org
Subject: Away
X-Autorespond: Your feedback
X-Autoresponse: away
Date: Tue, 3 Mar 2026 10:23:00 +0000
Message-ID: <cpanel@example.net>

Away.
"""

# What a program wrote, and the word that its refusal must name.
PROGRAMS = {
    "Outlook out of office": (OUTLOOK_OUT_OF_OFFICE, "Auto-Submitted"),
    "Gmail vacation": (GMAIL_VACATION, "Auto-Submitted"),
    "bounce": (BOUNCE, "Auto-Submitted"),
    "bounce that says nothing of itself": (BARE_BOUNCE, "Return-Path"),
    "mailing list": (MAILING_LIST, "Precedence: list"),
    "osTicket": (OSTICKET, "Auto-Submitted"),
    "Zendesk": (ZENDESK, "Auto-Submitted"),
    "Exim vacation": (EXIM_VACATION, "Precedence: junk"),
    "an address nobody reads": (NO_REPLY, "no-reply@other.example"),
    "cPanel": (CPANEL, "autores"),
}


def plain(text: str, *, sender: str = "ada@example.com", key: str = "1", more: str = "") -> bytes:
    """A person's short letter."""
    return (
        f"From: {sender}\r\nTo: feedback@shop.example.org\r\nSubject: Zip\r\n"
        f"Message-ID: <{key}@example.com>\r\nDate: Tue, 3 Mar 2026 10:00:00 +0000\r\n{more}"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    ).encode()
