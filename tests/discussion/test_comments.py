"""What is said about a record: who may say and read it."""

import dataclasses

import pytest
from django.urls import reverse

from core.errors import Denied, NotFound
from tests.discussion.conftest import PRODUCT, say, verbs
from tests.factories.catalog import ProductFactory
from tests.factories.ledger import OrderFactory
from workspaces.access.roles import Perm, Role
from workspaces.audit.reports import events_for
from workspaces.discussion import services
from workspaces.discussion.models import Comment, Reaction

pytestmark = pytest.mark.django_db


def test_a_comment_stands_on_its_records_page_with_its_count(member, product, client_of):
    url = reverse("workspaces:discussion", args=[member.workspace.slug, PRODUCT, product.pk])

    answer = client_of(member).post(url, {"body": "The **zip** jams."}, follow=True)

    text = answer.content.decode()
    assert "The <strong>zip</strong> jams." in text
    assert '<span class="tab-count" id="tab-count-discussion">1</span>' in text
    said = Comment.objects.get()
    assert (said.author, said.internal, said.ref) == (member.user, True, (PRODUCT, product.pk))
    assert answer.redirect_chain[-1][0].endswith(f"?upto={said.pk}#comment-{said.pk}")
    assert verbs() == ["comment.created"]


@pytest.mark.parametrize(
    "text", ["", "   \n ", "x" * 10_001, "a\x00b"], ids=["none", "blank", "long", "nul"]
)
def test_what_is_no_comment_is_refused_in_words(member, product, client_of, text):
    url = reverse("workspaces:discussion", args=[member.workspace.slug, PRODUCT, product.pk])

    answer = client_of(member).post(url, {"body": text}, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert b"field-error" in answer.content
    assert answer["HX-Retarget"] == "#box"
    assert not Comment.objects.exists()


def test_a_reply_to_a_reply_joins_its_thread(member, viewer, product):
    opener = say(member, product)
    reply = say(viewer, product, "Which zip?", parent=opener.pk)
    answer = say(member, product, "The main one.", parent=reply.pk)

    assert [reply.parent_id, answer.parent_id] == [opener.pk, opener.pk]


def test_a_reply_to_a_thread_of_another_record_is_refused(member, product, workspace):
    elsewhere = say(member, ProductFactory(workspace=workspace))

    with pytest.raises(NotFound):
        say(member, product, parent=elsewhere.pk)

    assert Comment.objects.count() == 1


@pytest.mark.parametrize("role", list(Role))
def test_every_role_discusses_what_it_may_read(role, member_as, product):
    assert say(member_as(role), product).pk


class TestWhoReads:
    def test_a_record_of_the_ledger_is_discussed_by_those_who_read_the_ledger(
        self, finance_member, viewer, workspace, client_of
    ):
        order = OrderFactory(workspace=workspace)
        said = say(finance_member, order, "Refund 6161.61 first")
        paths = [
            reverse("workspaces:discussion", args=[workspace.slug, "finance.order", order.pk]),
            reverse(
                "workspaces:discussion_fresh", args=[workspace.slug, "finance.order", order.pk]
            ),
            *(
                reverse(f"workspaces:{name}", args=[workspace.slug, said.pk])
                for name in ("comment", "comment_history", "comment_markdown", "comment_edit")
            ),
        ]
        for path in paths:
            assert client_of(viewer).get(path).status_code == 404
            assert client_of(finance_member).get(path).status_code in (200, 302)
        with pytest.raises(NotFound):
            say(viewer, order)
        for verb in (services.resolve_thread, services.delete_comment, services.restore_comment):
            with pytest.raises(NotFound):
                verb(viewer.actor, said.pk)
        with pytest.raises(NotFound):
            services.react(viewer.actor, said.pk, "up")

        assert Comment.objects.get().version == 1
        assert not Reaction.objects.exists()
        assert list(Comment.objects.visible_to(viewer.actor)) == []
        assert list(Comment.objects.visible_to(finance_member.actor)) == [said]

    def test_its_history_is_told_to_the_same_people(
        self, finance_member, viewer, workspace, client_of
    ):
        order = OrderFactory(workspace=workspace, number="#77")
        say(finance_member, order)
        url = reverse("workspaces:activity", args=[workspace.slug])

        assert [e.verb for e in events_for(finance_member.actor)] == ["comment.created"]
        assert list(events_for(viewer.actor)) == []
        told = client_of(finance_member).get(url).content.decode()
        assert "commented on" in told
        assert "#77" in told
        assert "commented on" not in client_of(viewer).get(url).content.decode()

    def test_a_record_in_the_trash_is_not_discussed(self, member, product):
        said = say(member, product)
        product.deleted_at = product.created_at
        product.save()

        with pytest.raises(NotFound):
            say(member, product)
        with pytest.raises(NotFound):
            services.edit_comment(member.actor, said.pk, "x", seen_version=1)
        assert list(Comment.objects.visible_to(member.actor)) == []

    def test_a_token_without_the_scope_says_nothing(self, member, product):
        silent = dataclasses.replace(member.actor, scopes=frozenset({Perm.CATALOG_VIEW}))

        with pytest.raises(Denied):
            services.add_comment(silent, PRODUCT, product.pk, "Hello")

        assert not Comment.objects.exists()

    def test_another_workspace_sees_and_says_nothing(self, outsider, member, product):
        said = say(member, product)

        with pytest.raises(NotFound):
            services.add_comment(outsider.actor, PRODUCT, product.pk, "Hello")
        with pytest.raises(NotFound):
            services.react(outsider.actor, said.pk, "up")

        assert Comment.objects.count() == 1
