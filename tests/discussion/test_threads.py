"""Threads: resolved, found again, kept up to date, and those that speak to the outside."""

import pytest
from django.urls import reverse

from core.errors import Refused
from tests.discussion.conftest import PRODUCT, page, say, verbs
from tests.factories.discussion import CommentFactory, ReactionFactory
from workspaces.discussion import services
from workspaces.discussion.models import Comment

pytestmark = pytest.mark.django_db


class TestThreads:
    def test_a_thread_is_resolved_and_opened_again(self, member, viewer, product, client_of):
        said = say(member, product)
        url = reverse("workspaces:comment_resolve", args=[product.workspace.slug, said.pk])
        client = client_of(viewer)

        client.post(url, {"state": "resolved"})
        assert f"Resolved by {viewer.user}" in page(client, product).content.decode()
        here = reverse("products:product", args=[product.workspace.slug, product.pk, "discussion"])
        assert client.get(here, {"show": "open"}).context["threads"] == []
        client.post(url, {"state": "open"})

        assert len(client.get(here, {"show": "open"}).context["threads"]) == 1
        assert verbs() == ["comment.created", "comment.resolved", "comment.reopened"]

    def test_a_reply_is_not_resolved(self, member, product):
        reply = say(member, product, parent=say(member, product).pk)

        with pytest.raises(Refused):
            services.resolve_thread(member.actor, reply.pk)

        reply.refresh_from_db()
        assert reply.resolved_at is None

    def test_an_old_comment_is_reached_by_its_address(self, member, product, client_of):
        old = CommentFactory(workspace=product.workspace, about=product, body="The oldest")
        CommentFactory.create_batch(30, workspace=product.workspace, about=product)
        client = client_of(member)
        assert "The oldest" not in page(client, product).content.decode()

        answer = client.get(
            reverse("workspaces:comment", args=[product.workspace.slug, old.pk]), follow=True
        )

        assert "The oldest" in answer.content.decode()

    def test_thirty_threads_cost_what_three_cost(self, member, product, client_of, queries):
        client = client_of(member)

        def thread():
            opener = say(member, product, "See #Product")
            say(member, product, "Yes", parent=opener.pk)
            ReactionFactory(workspace=product.workspace, comment=opener, user=member.user)

        for _ in range(3):
            thread()
        page(client, product)
        for_three = queries(lambda: page(client, product))
        for _ in range(20):
            thread()

        assert queries(lambda: page(client, product)) == for_three


class TestPublicReplies:
    def test_a_kind_that_allows_none_refuses_them(self, member, product, client_of):
        url = reverse("workspaces:discussion", args=[product.workspace.slug, PRODUCT, product.pk])

        answer = client_of(member).post(url, {"body": "Dear customer", "audience": "public"})

        assert answer.status_code == 422
        assert "stays internal" in answer.content.decode()
        assert not Comment.objects.exists()

    def test_they_are_marked_in_words_icon_and_colour(
        self, member, product, client_of, public_products
    ):
        url = reverse("workspaces:discussion", args=[product.workspace.slug, PRODUCT, product.pk])
        client = client_of(member)
        client.post(url, {"body": "For us"})
        client.post(url, {"body": "Dear customer", "audience": "public", "confirmed": "on"})

        text = page(client, product).content.decode()

        assert text.count("Public reply</span>") == 1
        assert text.count("thread-public") == 1
        assert list(Comment.objects.order_by("pk").values_list("internal", flat=True)) == [
            True,
            False,
        ]

    def test_an_internal_thread_gets_no_public_reply(self, member, product, public_products):
        opener = say(member, product)

        with pytest.raises(Refused):
            say(member, product, "Dear customer", parent=opener.pk, internal=False)

        assert Comment.objects.count() == 1


class TestStayingUpToDate:
    def fresh(self, client, product, since, **headers):
        url = reverse(
            "workspaces:discussion_fresh", args=[product.workspace.slug, PRODUCT, product.pk]
        )
        return client.get(url, {"since": since}, headers=headers)

    def test_nothing_new_is_304_and_something_new_is_its_thread_alone(
        self, member, viewer, product, client_of
    ):
        CommentFactory(
            workspace=product.workspace,
            about=product,
            body="Older",
            touched_at="2026-01-01T00:00Z",
            created_at="2026-01-01T00:00Z",
        )
        client = client_of(viewer)
        first = self.fresh(client, product, "2026-02-01T00:00:00+00:00")
        assert "Older" not in first.content.decode()
        again = {"If-None-Match": first["ETag"]}
        assert self.fresh(client, product, first["X-Since"], **again).status_code == 304

        say(member, product, "Newer")
        then = self.fresh(client, product, "2026-02-01T00:00:00+00:00", **again)

        assert then.status_code == 200
        assert "Newer" in then.content.decode()
        assert "Older" not in then.content.decode()

    @pytest.mark.parametrize("since", ["", "x", "0001-01-01T00:00:00+00:00", "2026-13-01", "\x00"])
    def test_a_moment_that_is_none_breaks_nothing(self, member, product, client_of, since):
        assert self.fresh(client_of(member), product, since).status_code == 200
