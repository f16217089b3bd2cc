"""People who proved their address by a mailed code: their votes and posts are the customer's."""

import re

from django.core import mail
from django.test import Client

from feedback.announcements import services as news
from feedback.announcements.people import recipients
from feedback.ideas.models import FeedbackLink
from feedback.inbox.models import Note
from feedback.portal.models import Ballot
from tests.factories.ledger import CustomerFactory
from workspaces.guests.models import GuestCode, Way
from workspaces.guests.services import Gate
from workspaces.guests.tasks import send_code


def come_in(secret, email):
    """A browser that typed its address and the code that was mailed."""
    client, where = Client(), {"next": f"/g/{secret}/ideas/", "email": email}
    client.post(f"/g/{secret}/enter/", where)
    send_code.run(GuestCode.objects.latest("pk").pk)
    code = re.search(r"\b\d{6}\b", mail.outbox[-1].body).group()
    client.post(f"/g/{secret}/enter/", where | {"code": code})
    return client


def test_a_proven_vote_is_the_customers_once_from_every_browser(
    workspace, member, portal_with, public
):
    ada = CustomerFactory(workspace=workspace, email="Ada@x.example")
    gate = Gate("E", way=Way.EMAIL, domains=["x.example"])
    idea = public()
    secrets = [portal_with(gate, anonymous=False)[1] for _ in range(2)]
    for secret in secrets:
        client = come_in(secret, "ada@X.example")
        client.post(f"/g/{secret}/ideas/{idea.pk}/vote/")
    client = come_in(secrets[0], "new@x.example")
    client.post(f"/g/{secrets[0]}/ideas/{idea.pk}/vote/")

    links = FeedbackLink.objects.in_workspace(workspace.pk)
    assert sorted(links.values_list("customer", flat=True), key=str) == [ada.pk, None]
    assert Ballot.objects.count() == 2
    row = news.announce(member.actor, [idea])
    people = recipients(member.actor, row)
    told = {one.to.lower(): (one.reason.value, one.left_out) for one in people}
    assert told == {"ada@x.example": ("voted", ""), "new@x.example": ("voted", "")}


def test_a_proven_post_is_the_customers(workspace, portal_with):
    ada = CustomerFactory(workspace=workspace, email="ada@x.example")
    _, secret = portal_with(Gate("E", way=Way.EMAIL, people=["ada@x.example"]), anonymous=False)
    client = come_in(secret, "ada@x.example")
    client.post(f"/g/{secret}/post/", {"title": "Pockets", "name": "Not Ada"})

    note = Note.objects.in_workspace(workspace.pk).get()
    assert (note.customer, note.title) == (ada, "Pockets")
