"""Naming people, teams and records: only those who may read, never across workspaces."""

import json
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from core.errors import Refused
from core.markdown import TAGS, rendered
from tests.factories.catalog import ProductFactory, SupplierFactory
from tests.factories.discussion import AttachmentFactory, CommentFactory
from tests.factories.ledger import OrderFactory
from tests.factories.workspaces import MembershipFactory, UserFactory
from workspaces.access.roles import Role
from workspaces.discussion import services
from workspaces.discussion.models import Attachment, Comment, Mention
from workspaces.members.models import Team

pytestmark = pytest.mark.django_db
PRODUCT = "products.product"


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace, name="Trail Jacket")


@pytest.fixture
def ada(workspace):
    return MembershipFactory(workspace=workspace, role=Role.VIEWER, user__name="Ada Byron").user


def say(someone, record, text, *chosen):
    return services.add_comment(
        someone.actor, record._meta.label_lower, record.pk, text, chosen=chosen
    )


def named(comment):
    return {(m.user_id, m.team_id, m.kind, m.object_id) for m in comment.mentions.all()}


def shown(client, product):
    slug = product.workspace.slug
    url = reverse("products:product", args=[slug, product.pk, "discussion"])
    return client.get(url).content.decode()


def test_a_picked_name_is_stored_as_who_was_meant(member, product, ada, workspace, client_of):
    team = Team.objects.create(workspace=workspace, name="Buyers")
    other = SupplierFactory(workspace=workspace, name="Alpine Ltd")

    said = say(
        member,
        product,
        "@Ada Byron and @Buyers: ask #Alpine Ltd, not `@Ada Byron`.",
        f"user:{ada.pk}",
        f"team:{team.pk}",
        f"products.supplier:{other.pk}",
    )

    assert said.body == (
        f"@[user:{ada.pk}] and @[team:{team.pk}]: ask #[products.supplier:{other.pk}], "
        "not `@Ada Byron`."
    )
    assert named(said) == {
        (ada.pk, None, "", None),
        (None, team.pk, "", None),
        (None, None, "products.supplier", other.pk),
    }
    ada.name = "Ada King"
    ada.save()
    text = shown(client_of(member), product)
    assert '<span class="mention">@Ada King</span>' in text
    assert '<span class="mention">@Buyers</span>' in text
    assert ">Alpine Ltd</a>" in text
    assert "<code>@Ada Byron</code>" in text


def test_a_typed_name_that_means_one_person_is_a_mention(member, product, ada, workspace):
    MembershipFactory.create_batch(2, workspace=workspace, user__name="Sam Twice")

    said = say(member, product, "@ada byron, @Sam Twice, mail ada@ada byron and @Ada Byrons")

    assert said.body == f"@[user:{ada.pk}], @Sam Twice, mail ada@ada byron and @Ada Byrons"
    assert named(said) == {(ada.pk, None, "", None)}


def test_two_people_of_one_name_are_told_apart_by_what_was_picked(member, product, workspace):
    one, other = (
        MembershipFactory(workspace=workspace, user__name="Sam Twice").user for _ in range(2)
    )

    said = say(member, product, "@Sam Twice and @Sam Twice", f"user:{other.pk}", f"user:{one.pk}")

    assert said.body == f"@[user:{other.pk}] and @[user:{one.pk}]"


class TestWhoMayNotBeNamed:
    def test_whoever_may_not_read_the_record(self, finance_member, ada, workspace, client_of):
        order = OrderFactory(workspace=workspace)
        url = reverse("workspaces:discussion", args=[workspace.slug, "finance.order", order.pk])
        for body in ({"body": "@Ada Byron", "mention": f"user:{ada.pk}"}, {"body": "@Ada Byron"}):
            answer = client_of(finance_member).post(url, body)
            assert answer.status_code == 422
            assert "Ada Byron may not open this record" in answer.content.decode()
        assert not Comment.objects.exists()

        suggest = reverse(
            "workspaces:discussion_suggest", args=[workspace.slug, "finance.order", order.pk]
        )
        assert b"Ada" not in client_of(finance_member).get(suggest, {"q": "@ada"}).content
        assert client_of(ada_member(ada, workspace)).get(suggest, {"q": "@ada"}).status_code == 404

    @pytest.mark.parametrize("by", ["picked", "token"])
    def test_ids_of_another_workspace(self, member, product, outsider, by):
        outsider.user.name = "Olga Elsewhere"
        outsider.user.save()
        theirs = ProductFactory(workspace=outsider.workspace, name="Secret Shell")
        team = Team.objects.create(workspace=outsider.workspace, name="Secret team")
        for sign, ref, name in (
            ("@", f"user:{outsider.user.pk}", "Olga Elsewhere"),
            ("@", f"team:{team.pk}", "Secret team"),
            ("#", f"{PRODUCT}:{theirs.pk}", "Secret Shell"),
        ):
            typed = (f"{sign}{name}", ref) if by == "picked" else (f"{sign}[{ref}]",)
            with pytest.raises(Refused) as refusal:
                say(member, product, *typed)
            assert name not in str(refusal.value)
        assert not Comment.objects.exists()
        assert not Mention.objects.exists()

    @pytest.mark.parametrize(
        "ref",
        [
            "user:",
            "user:x",
            "user:²",
            "user:99999999999999999999",
            ":1",
            "workspaces.user:1",
            "\x00:1",
        ],
    )
    def test_refs_that_are_none(self, member, product, client_of, ref):
        url = reverse("workspaces:discussion", args=[product.workspace.slug, PRODUCT, product.pk])

        answer = client_of(member).post(url, {"body": "Hello", "mention": ref})

        assert answer.status_code == 422
        assert not Comment.objects.exists()

    def test_somebody_who_left(self, member, product, ada, workspace):
        ada.memberships.update(active=False)

        with pytest.raises(Refused):
            say(member, product, f"@[user:{ada.pk}]")

        assert not Comment.objects.exists()

    def test_more_than_fifty(self, member, product, workspace):
        people = MembershipFactory.create_batch(51, workspace=workspace)

        with pytest.raises(Refused):
            say(member, product, " ".join(f"@[user:{one.user_id}]" for one in people))

        assert not Comment.objects.exists()


def ada_member(user, workspace):
    from tests.conftest import Member

    return Member(user.memberships.get(workspace=workspace))


def test_a_record_is_named_only_to_those_who_may_open_it(
    finance_member, viewer, product, workspace, client_of
):
    order = OrderFactory(workspace=workspace, number="#4711-secret")
    said = say(finance_member, product, f"See #[finance.order:{order.pk}]")
    copy = reverse("workspaces:comment_markdown", args=[workspace.slug, said.pk])

    seen, hidden = shown(client_of(finance_member), product), shown(client_of(viewer), product)

    assert ">#4711-secret</a>" in seen or "4711-secret</a>" in seen
    assert "4711" not in hidden
    assert "a record you cannot open" in hidden
    assert "4711" not in client_of(viewer).get(copy).content.decode()
    with pytest.raises(Refused):
        say(viewer, product, f"See #[finance.order:{order.pk}]")


def test_suggestions_name_members_teams_and_records_of_this_workspace_alone(
    member, product, ada, workspace, outsider, client_of
):
    Team.objects.create(workspace=workspace, name="Adapters")
    Team.objects.create(workspace=outsider.workspace, name="Adapters of others")
    ProductFactory(workspace=outsider.workspace, name="Trail Jacket of others")
    ProductFactory(workspace=workspace, name="Trail Jacket Light")
    url = reverse("workspaces:discussion_suggest", args=[workspace.slug, PRODUCT, product.pk])
    client = client_of(member)

    people = client.get(url, {"q": "@ada"}).context["options"]
    records = client.get(url, {"q": "#trail"}).context["options"]

    assert [one.label for one in people] == ["Ada Byron", "Adapters"]
    assert [one.label for one in records] == ["Trail Jacket Light"]
    for odd in ("", "@", "#", "#a", "@\x00", "%", "@_%"):
        assert client.get(url, {"q": odd}).status_code == 200


class TestEditing:
    def test_the_author_types_names_again_and_nobody_is_named_twice(
        self, member, product, ada, workspace, client_of
    ):
        said = say(member, product, "@Ada Byron, look", f"user:{ada.pk}")
        kept = said.mentions.get().pk
        url = reverse("workspaces:comment_edit", args=[workspace.slug, said.pk])
        client = client_of(member)
        opened = client.get(url)
        assert "@Ada Byron, look</textarea>" in opened.content.decode()
        assert f'name="mention" value="user:{ada.pk}"' in opened.content.decode()

        bob = MembershipFactory(workspace=workspace, user__name="Bob Ray").user
        client.post(url, {"body": "@Ada Byron and @Bob Ray", "seen_version": 1})

        rows = list(Mention.objects.order_by("pk").values_list("pk", "user_id"))
        assert rows[0] == (kept, ada.pk)
        assert [user for _, user in rows] == [ada.pk, bob.pk]
        client.post(url, {"body": "@Bob Ray", "seen_version": 2})
        assert list(Mention.objects.values_list("user_id", flat=True)) == [bob.pk]


def test_what_people_are_called_and_write_is_never_code(
    member, workspace, product, client_of, public_data
):
    client = client_of(member)
    CommentFactory(workspace=workspace, about=product, anchor="Zip")
    AttachmentFactory(workspace=workspace, about=product)
    usual = shown(client, product)
    payloads = hostile(public_data)
    for at in range(0, 100, 20):
        for text in payloads[at::150][:20]:
            user = UserFactory(name=text[:110])
            MembershipFactory(workspace=workspace, user=user, role=Role.VIEWER)
            CommentFactory(
                workspace=workspace,
                about=product,
                author=user,
                anchor=text[:120],
                body=f"@[user:{user.pk}] {text}",
            )
            AttachmentFactory(workspace=workspace, about=product, name=text[:200])
        page = shown(client, product)
        assert tags_in(page) <= tags_in(usual) | {"blockquote", "code", "em", "pre", "strong", "hr"}
        assert handlers_in(page) == []
        Comment.objects.all().delete()
        Attachment.objects.all().delete()


def test_a_text_becomes_the_tags_of_markdown_and_no_others(public_data):
    for text in hostile(public_data):
        html = rendered(text, lambda kind, pk: "", lambda pk, alt: "")
        assert tags_in(html) <= TAGS, text
        assert handlers_in(html) == [], text


def hostile(public_data):
    """What attackers and test suites type."""
    payloads = (
        (public_data / "dirty" / "xss_payloads_a.txt").read_text(errors="replace").split("\n")
    )
    payloads += json.loads((public_data / "dirty" / "blns.json").read_text())
    return [one for one in payloads if one.strip() and "\x00" not in one and len(one) < 2_000]


def tags_in(html):
    found = Parsed()
    found.feed(html)
    return found.tags


def handlers_in(html):
    found = Parsed()
    found.feed(html)
    return found.handlers


class Parsed(HTMLParser):
    """The tags of a page as a browser reads it, and every handler or address that would run."""

    def __init__(self):
        super().__init__()
        self.tags, self.handlers = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            address = name in ("href", "src", "action", "formaction")
            runs = (
                (value or "").strip().lower().startswith(("javascript:", "vbscript:", "data:text"))
            )
            if name.startswith("on") or name in ("style", "srcdoc") or (address and runs):
                self.handlers.append((tag, name, value))
