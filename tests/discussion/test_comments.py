"""What is said about a record: who may say and read it, and what becomes of it."""

import dataclasses

import pytest
from django.urls import reverse

from core.errors import Denied, EditConflict, NotFound, Refused
from tests.factories.catalog import ProductFactory
from tests.factories.discussion import CommentFactory, ReactionFactory
from tests.factories.ledger import OrderFactory
from workspaces.access.roles import Perm, Role
from workspaces.audit.models import ActivityEvent
from workspaces.audit.reports import events_for
from workspaces.discussion import services
from workspaces.discussion.models import Comment, CommentRevision, Reaction
from workspaces.records.kinds import KINDS

pytestmark = pytest.mark.django_db
PRODUCT = "products.product"


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace)


@pytest.fixture
def public_products(monkeypatch):
    """Products as a kind whose discussion may speak to people outside."""
    kind = dataclasses.replace(KINDS[PRODUCT], public_replies=True)
    monkeypatch.setitem(KINDS, PRODUCT, kind)


def say(someone, record, text="The zip jams.", **more):
    return services.add_comment(someone.actor, record._meta.label_lower, record.pk, text, **more)


def page(client, record):
    return client.get(
        reverse("products:product", args=[record.workspace.slug, record.pk, "discussion"])
    )


def verbs():
    return list(ActivityEvent.objects.order_by("pk").values_list("verb", flat=True))


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


class TestEditing:
    def test_what_it_said_before_is_kept_and_shown(self, member, product, client_of):
        said = say(member, product, "The zip yams.")

        services.edit_comment(member.actor, said.pk, "The zip jams.", seen_version=1)

        text = page(client_of(member), product).content.decode()
        url = reverse("workspaces:comment_history", args=[product.workspace.slug, said.pk])
        assert "The zip jams." in text
        assert f'href="{url}"' in text
        assert "The zip yams." in client_of(member).get(url).content.decode()
        assert verbs() == ["comment.created", "comment.edited"]

    def test_the_second_of_two_editors_is_told_and_loses_nothing(self, member, product, client_of):
        said = say(member, product, "One")
        url = reverse("workspaces:comment_edit", args=[product.workspace.slug, said.pk])
        one, other = client_of(member), client_of(member)
        typed = [
            browser.get(url).context["form"]["seen_version"].value() for browser in (one, other)
        ]

        first = one.post(url, {"body": "Two", "seen_version": typed[0]})
        second = other.post(url, {"body": "Three", "seen_version": typed[1]})

        assert (first.status_code, second.status_code) == (302, 422)
        told = second.content.decode()
        assert "It changed meanwhile" in told
        assert "<pre>Two</pre>" in told
        assert "Three</textarea>" in told
        assert 'name="seen_version" value="2"' in told
        said.refresh_from_db()
        assert said.body == "Two"

    def test_only_its_author_edits_even_before_an_owner(self, member, owner, product):
        said = say(member, product)

        with pytest.raises(Refused):
            services.edit_comment(owner.actor, said.pk, "Mine", seen_version=1)
        with pytest.raises(EditConflict):
            services.edit_comment(member.actor, said.pk, "Mine", seen_version=0)

        said.refresh_from_db()
        assert said.body == "The zip jams."
        assert not CommentRevision.objects.exists()

    def test_an_edit_that_changes_nothing_leaves_no_trace(self, member, product):
        said = say(member, product)

        services.edit_comment(member.actor, said.pk, "The zip jams.", seen_version=1)

        said.refresh_from_db()
        assert (said.version, said.edited_at) == (1, None)


class TestDeleting:
    def test_a_deleted_comment_keeps_its_thread_and_comes_back(
        self, member, viewer, product, client_of
    ):
        opener = say(member, product, "Secret plan")
        say(viewer, product, "Which one?", parent=opener.pk)
        client, slug = client_of(member), product.workspace.slug

        answer = client.post(
            reverse("workspaces:comment_delete", args=[slug, opener.pk]), follow=True
        )
        text = answer.content.decode()
        assert "This comment was deleted." in text
        assert "Which one?" in text
        assert "Secret plan" not in text
        undo = reverse("workspaces:comment_restore", args=[slug, opener.pk])
        assert f'action="{undo}"' in text

        client.post(undo)
        assert "Secret plan" in page(client, product).content.decode()
        assert verbs()[-2:] == ["comment.deleted", "comment.restored"]

    def test_a_thread_of_which_nothing_is_left_goes(self, member, product, client_of):
        said = say(member, product)
        services.delete_comment(member.actor, said.pk)

        text = page(client_of(member), product).content.decode()

        assert "This comment was deleted." not in text
        assert "Nothing has been said yet." in text

    def test_others_delete_only_as_admins(self, member, viewer, admin_member, product):
        said = say(member, product)

        with pytest.raises(Refused):
            services.delete_comment(viewer.actor, said.pk)
        said.refresh_from_db()
        assert said.deleted_at is None
        services.delete_comment(admin_member.actor, said.pk)
        said.refresh_from_db()
        assert said.deleted_at is not None


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


class TestReactions:
    def test_a_reaction_counts_once_a_person_and_is_taken_back(
        self, member, viewer, product, client_of
    ):
        said = say(member, product)
        url = reverse("workspaces:comment_react", args=[product.workspace.slug, said.pk])
        for someone in (member, viewer):
            client_of(someone).post(url, {"emoji": "up"})
        text = page(client_of(member), product).content.decode()
        assert f'title="Agreed: {member.user}, {viewer.user}"' in text
        assert Reaction.objects.count() == 2

        client_of(member).post(url, {"emoji": "up"})

        assert list(Reaction.objects.values_list("user", flat=True)) == [viewer.user.pk]

    def test_other_signs_are_refused(self, member, product, client_of):
        said = say(member, product)
        url = reverse("workspaces:comment_react", args=[product.workspace.slug, said.pk])

        assert client_of(member).post(url, {"emoji": "💣"}).status_code == 422
        assert not Reaction.objects.exists()


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
        client.post(url, {"body": "Dear customer", "audience": "public"})

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


@pytest.mark.parametrize("role", list(Role))
def test_every_role_discusses_what_it_may_read(role, member_as, product):
    assert say(member_as(role), product).pk
