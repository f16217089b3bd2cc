"""Comments: those they name are told at once, who watches with the digest, in their own words."""

import pytest
from django.core import mail

from tests.factories.discussion import CommentFactory, RevisionFactory
from tests.following.conftest import PRODUCT, heard, told
from tests.following.test_letters import digest
from workspaces.audit import services as audit
from workspaces.following import services as following
from workspaces.following.models import Reason, Watch
from workspaces.following.tasks import send_letters
from workspaces.members.models import Team, TeamMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def say(product):
    """Somebody comments on the product, and everybody hears of it."""

    def comment(someone, body, verb="comment.created", row=None):
        row = row or CommentFactory(workspace=product.workspace, about=product, author=someone.user)
        row.body = body
        row.save()
        audit.record(someone.actor, verb, row, {})
        heard()
        return row

    return comment


def test_who_is_mentioned_gets_a_letter_at_once_and_watches(ada, bo, product, say):
    say(ada, f"Look at this, @[user:{bo.user.pk}].")
    send_letters.run()

    [one] = told(bo)
    assert (one.reason, one.ref) == (Reason.MENTION, (PRODUCT, product.pk))
    [letter] = mail.outbox
    assert f"commented on {product}" in letter.subject
    assert f"“Look at this, @{bo.user}.”" in letter.body
    assert Watch.objects.filter(user=bo.user, object_id=product.pk, level="all").exists()
    assert told(ada) == []


def test_a_team_that_is_mentioned_is_its_members(ada, bo, viewer, product, say):
    team = Team.objects.create(workspace=product.workspace, name="Buyers")
    for one in (ada, bo):
        TeamMember.objects.create(workspace=product.workspace, team=team, user=one.user)
    say(ada, f"@[team:{team.pk}] please")

    assert [one.reason for one in told(bo)] == [Reason.MENTION]
    assert (told(ada), told(viewer)) == ([], [])


def test_who_watches_reads_the_comment_in_the_digest(ada, bo, watched, say):
    say(ada, "It sells well.")
    send_letters.run()
    assert mail.outbox == []

    [letter] = digest()
    assert "“It sells well.”" in letter.body


def test_who_commented_hears_the_answers(ada, bo, say):
    say(bo, "Why?")
    say(ada, "Because.")

    assert len(told(bo)) == 1


def test_an_edit_tells_only_whom_it_newly_names(ada, bo, viewer, watched, say):
    row = say(ada, f"@[user:{bo.user.pk}]")
    following.mark_read(bo.actor, told(bo)[0].pk)
    RevisionFactory(comment=row, body=row.body)
    say(ada, f"@[user:{bo.user.pk}] and @[user:{viewer.user.pk}]", "comment.edited", row)

    assert len(told(bo)) == 1
    assert [one.reason for one in told(viewer)] == [Reason.MENTION]


def test_a_comment_that_was_deleted_is_not_quoted(ada, bo, watched, say):
    row = say(ada, "Secret")
    row.deleted_at = row.created_at
    row.save()

    [letter] = digest()
    assert "Secret" not in letter.body


def test_a_mention_does_not_open_what_one_may_not_read(ada, outsider, product, say):
    say(ada, f"@[user:{outsider.user.pk}]")

    assert told(outsider) == []
