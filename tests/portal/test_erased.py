"""Somebody who voted, posted and commented as a guest is erased: nothing of who it was is left."""

import pytest
from django.db import connection
from django.test import Client

from feedback.ideas.models import FeedbackLink
from feedback.ideas.records import IDEA
from feedback.inbox.models import Note
from feedback.portal.models import VisitorComment
from feedback.portal.services_comments import say
from feedback.portal.services_guests import Visitor, post, vote
from finance.ledger.models import Customer
from finance.ledger.services_customers import erase_customer
from roadmaps.items.records import ITEM
from roadmaps.sharing import services, services_comments
from roadmaps.sharing.models import GuestComment
from roadmaps.sharing.services import Wish
from tests.factories.ledger import CustomerFactory
from tests.factories.roadmaps import ItemFactory
from workspaces.discussion.tab import place_of
from workspaces.guests.services import Gate
from workspaces.search.recompute import recompute_all_entries

WHO, NAME = "annabella@shopper.example", "Annabella Quirk"


@pytest.fixture
def everywhere(workspace, member, portal_with, public):
    """The address and the name stand wherever a guest can leave them."""
    portal, _ = portal_with(takes_comments=True, comments_wait=False)
    idea, item = public(), ItemFactory(workspace=workspace, title="Zip")
    ann = CustomerFactory(workspace=workspace, email=WHO, name=NAME)
    guest = Visitor(WHO)
    vote(portal, guest, idea.pk)
    post(portal, guest, "Pockets", "Two please", NAME)
    say(portal, guest, idea.pk, f"Write to {WHO}.", NAME)
    audience = services.save_audience(member.actor, "Some", ["lane"], "day")
    wish = Wish("Plan", audience.pk, "layout=timeline", comments=True)
    share, secret = services.share_roadmap(member.actor, wish, Gate("Board"))
    row = GuestComment.objects.create(
        workspace=workspace, share=share, item=item, name=NAME, email=WHO, body=f"I am {WHO}!"
    )
    services_comments.publish(member.actor, row.pk)
    recompute_all_entries(workspace.pk)
    return ann, idea, item, secret


def holding(text):
    """The tables of the data base in which some row holds this text, in whatever column."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT 1 FROM "{table}" t WHERE t::text ILIKE %s LIMIT 1', [text])
            found += [table] if cursor.fetchone() else []
    return found


def test_no_row_page_file_or_history_knows_them_and_counts_stay(
    everywhere, workspace, owner, member, client_of
):
    ann, idea, item, secret = everywhere
    assert "roadmaps_guestcomment" in holding(f"%{WHO}%")
    ann.refresh_from_db()
    erase_customer(owner.actor, ann.pk, seen_version=ann.version)
    recompute_all_entries(workspace.pk)

    assert holding("%annabella%") == []
    assert holding("%quirk%") == []
    client = client_of(member)
    pages = [
        place_of(member.actor, ITEM, item.pk),
        place_of(member.actor, IDEA, idea.pk),
    ]
    shown = [client.get(url).text for url in pages] + [Client().get(f"/g/{secret}/roadmap/").text]
    assert not [text for text in shown if "annabella" in text.lower() or "quirk" in text.lower()]
    assert "I am [address taken out]!" in shown[2]
    assert Customer.objects.in_workspace(workspace.pk).count() == 1
    assert FeedbackLink.objects.in_workspace(workspace.pk).filter(customer=ann).count() == 1
    assert Note.objects.in_workspace(workspace.pk).count() == 1
    assert VisitorComment.objects.count() == GuestComment.objects.count() == 1
