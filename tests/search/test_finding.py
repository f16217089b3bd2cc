"""What is found, in which order, and by whom."""

import pytest

from tests.factories.catalog import ProductFactory, SupplierFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CustomerFactory, OrderFactory
from workspaces.search.finding import search

pytestmark = pytest.mark.django_db


def test_an_exact_sku_stands_first_even_among_better_words(member, indexed, found):
    ws = member.workspace
    for n in range(3):
        ProductFactory(workspace=ws, name=f"TJ-1042 copy {n}", description="TJ-1042 TJ-1042")
    jacket = ProductFactory(workspace=ws, name="Trail Jacket")
    VariantFactory(workspace=ws, product=jacket, sku="TJ-1042", gtin="4006381333931")
    indexed(ws)

    assert found(member, "tj-1042")[0] == "Trail Jacket"
    assert found(member, "4006381333931") == ["Trail Jacket"]
    assert found(member, "TJ-10")[0] == "Trail Jacket"


def test_a_product_is_found_by_its_handle_and_any_word(member, indexed, found):
    ws = member.workspace
    ProductFactory(workspace=ws, name="Storm Shell", handle="storm-shell-m", tags="waterproof")
    ProductFactory(workspace=ws, name="Merino Tee", description="soft wool")
    indexed(ws)

    assert found(member, "storm-shell-m") == ["Storm Shell"]
    assert found(member, "waterproof") == ["Storm Shell"]
    assert found(member, "wool soft") == ["Merino Tee"]


def test_the_last_word_may_be_unfinished_and_words_may_be_bent(member, indexed, found):
    ws = member.workspace
    ProductFactory(workspace=ws, name="Trail Jackets")
    indexed(ws)

    assert found(member, "trail jac") == ["Trail Jackets"]
    assert found(member, "jacket trail") == ["Trail Jackets"]


@pytest.mark.parametrize(
    "typed", ["jakcet", "trial jacket", "trail jackt", "TRAIL JACKETT", "jaket"]
)
def test_mistypings_are_forgiven(member, indexed, found, typed):
    ws = member.workspace
    ProductFactory(workspace=ws, name="Trail Jacket")
    ProductFactory(workspace=ws, name="Merino Tee")
    indexed(ws)

    assert found(member, typed)[0] == "Trail Jacket"


@pytest.mark.parametrize(
    ("language", "text", "typed"),
    [
        ("de", "Die Reißverschlüsse klemmen", "reissverschluss"),
        ("de", "Die Reißverschlüsse klemmen", "Reißverschlüsse"),
        ("de", "Das Gehäuse ist gebrochen", "gehause"),
        ("fr", "La crème est arrivée cassée", "creme cassé"),
        ("es", "Las mañanas más frías", "manana fria"),
    ],
)
def test_words_are_found_in_the_readers_language(member, indexed, found, language, text, typed):
    member.user.locale = f"{language}-{language.upper()}"
    NoteFactory(workspace=member.workspace, title="", text=text, language=language)
    NoteFactory(workspace=member.workspace, title="", text="Nothing of the kind", language="en")
    indexed(member.workspace)

    assert found(member, typed) == [text]


def test_words_of_the_excerpt_are_marked_and_nothing_in_it_is_markup(member, indexed):
    NoteFactory(workspace=member.workspace, title="Bad", text="Size < 40 & the zipper \ue000broke")
    indexed(member.workspace)

    [group] = search(member.actor, "zipper")
    assert "<mark>zipper</mark>" in group.rows[0].excerpt
    assert "&lt; 40 &amp; the" in group.rows[0].excerpt
    assert group.rows[0].excerpt.count("<mark>") == 1


def test_what_a_role_may_not_read_it_does_not_find(member, viewer, indexed, found):
    ws = member.workspace
    CustomerFactory(workspace=ws, name="Ada Byron", email="ada@example.com")
    OrderFactory(workspace=ws, number="#1001")
    SupplierFactory(workspace=ws, name="Byron Mills")
    indexed(ws)

    assert found(member, "byron") == ["Ada Byron", "Byron Mills"] or set(
        found(member, "byron")
    ) == {"Ada Byron", "Byron Mills"}
    assert found(member, "1001") == ["#1001"]
    assert found(member, "ada@example.com") == ["Ada Byron"]
    assert found(viewer, "byron") == ["Byron Mills"]
    assert found(viewer, "1001") == []
    assert found(viewer, "ada@example.com") == []


def test_another_workspace_is_never_found(member, outsider, indexed, found):
    product = ProductFactory(workspace=outsider.workspace, name="Canary Jacket")
    VariantFactory(workspace=outsider.workspace, product=product, sku="CANARY-1")
    OrderFactory(workspace=outsider.workspace, number="CANARY-9")
    indexed(outsider.workspace)
    indexed(member.workspace)

    for typed in ("canary", "canary-1", "CANARY-9", "canry jackt"):
        assert found(member, typed) == []
    assert found(outsider, "canary") == ["Canary Jacket"]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "\x00",
        "a\x00b",
        "& | ! ( ) :* <->",
        "':*",
        "\\",
        "'; DROP TABLE x --",
        "%",
        "%s %(w)s",
        "🧥🔥",
        "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "a" * 1_000_000,
        "word " * 200_000,
        "the of and",
        "-" * 500,
        "\u202e\u200b",
    ],
)
def test_nothing_that_is_typed_breaks_searching(member, indexed, typed):
    ProductFactory(workspace=member.workspace, name="Trail Jacket")
    indexed(member.workspace)

    assert isinstance(search(member.actor, typed), list)


def test_words_that_say_nothing_do_not_narrow(member, indexed, found):
    ProductFactory(workspace=member.workspace, name="Jacket for rain")
    indexed(member.workspace)

    assert found(member, "the jacket of rain ") == ["Jacket for rain"]


def test_without_all_words_some_are_enough(member, indexed, found):
    ProductFactory(workspace=member.workspace, name="Trail Jacket")
    indexed(member.workspace)

    assert found(member, "purple jacket") == ["Trail Jacket"]


def test_a_kind_can_be_asked_for_alone_and_says_how_many_there_are(member, indexed):
    ws = member.workspace
    ProductFactory(workspace=ws, name="Zipper bag")
    for n in range(8):
        NoteFactory(workspace=ws, title=f"Zipper {n}", text="It broke")
    indexed(ws)

    groups = {group.kind.name: group for group in search(member.actor, "zipper", each=5)}
    assert len(groups["feedback.note"].rows) == 5
    assert groups["feedback.note"].count == 8
    assert groups["feedback.note"].more
    assert not groups["products.product"].more
    [only] = search(member.actor, "zipper", kind="feedback.note", each=50)
    assert len(only.rows) == 8
