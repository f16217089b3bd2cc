"""Which page of the navigation is marked as open."""

import re

import pytest
from django.urls import reverse

from tests.factories.catalog import ProductFactory
from workspaces.todo import services as todo

pytestmark = pytest.mark.django_db


def marked(page: str) -> list[str]:
    nav = page.partition('id="sidebar"')[2].partition("</nav>")[0]
    return re.findall(r'aria-current="page"[^>]*>.*?<span>(.*?)</span>', nav, re.S)


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("documents", "Documents"),
        ("document-templates", "Documents"),
        ("tasks", "My tasks"),
        ("meetings", "Meetings"),
        ("approvals", "Approvals"),
        ("suppliers", "Products"),
        ("ideas", "Ideas"),
    ],
)
def test_a_list_marks_the_page_it_belongs_to(owner, client_of, kind, label):
    url = reverse("workspaces:records", args=[owner.workspace.slug, kind])

    assert marked(client_of(owner).get(url, follow=True).content.decode()) == [label]


def test_a_tab_with_nothing_shows_no_count(owner, client_of):
    product = ProductFactory(workspace=owner.workspace)
    url = reverse("products:product", args=[owner.workspace.slug, product.pk])
    place = '<span class="tab-count" id="tab-count-tasks">{}</span>'

    assert place.format("") in client_of(owner).get(url).content.decode()
    todo.add_task(owner.actor, "Ask the printer", about=("products.product", product.pk))
    assert place.format(1) in client_of(owner).get(url).content.decode()
