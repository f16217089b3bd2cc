"""An idea, and people who ask for it in every way there is."""

import pytest

from feedback.ideas.models import FeedbackLink
from feedback.portal.models import Ballot
from feedback.portal.services import create_portal
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from tests.factories.ledger import CustomerFactory
from workspaces.guests.services import Gate


@pytest.fixture
def idea(workspace):
    return IdeaFactory(workspace=workspace, title="A zip that does not jam")


@pytest.fixture
def people(workspace, idea, member):
    """Ann asked in a note (and twice), Bob had a vote given, Cleo voted on a portal; two others
    cannot be reached, and a member voted too."""
    ann = CustomerFactory(workspace=workspace, email="ann@shopper.example", country="DE")
    bob = CustomerFactory(workspace=workspace, email="Bob@shopper.example", country="FR")
    mute = CustomerFactory(workspace=workspace, email="", name="Mute")
    note = NoteFactory(workspace=workspace, customer=ann)
    merged = IdeaFactory(workspace=workspace, merged_into=idea, state="merged")
    FeedbackLinkFactory(workspace=workspace, idea=idea, customer=ann, note=note)
    FeedbackLinkFactory(workspace=workspace, idea=merged, customer=ann, note=note)
    FeedbackLinkFactory(workspace=workspace, idea=merged, customer=bob)
    FeedbackLinkFactory(workspace=workspace, idea=idea, customer=mute)
    portal, _ = create_portal(member.actor, Gate("All"), title="Ideas")
    for email in ("cleo@shopper.example", ""):
        link = FeedbackLinkFactory(workspace=workspace, idea=idea, customer=None)
        Ballot.objects.create(
            workspace=workspace,
            link=link,
            idea=idea,
            portal=portal,
            voter=(email or "nobody").ljust(64, "x")[:64],
            email=email,
        )
    FeedbackLink.objects.create(workspace=workspace, idea=idea, voter=member.user)
    return {"ann": ann, "bob": bob, "mute": mute, "portal": portal}
