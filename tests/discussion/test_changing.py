"""What becomes of a comment: edited, deleted, answered with a sign."""

import pytest
from django.urls import reverse

from core.errors import EditConflict, Refused
from tests.discussion.conftest import page, say, verbs
from workspaces.discussion import services
from workspaces.discussion.models import CommentRevision, Reaction

pytestmark = pytest.mark.django_db


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
