"""D4: many people edit one record at once; one wins, the others are told, nothing is lost."""

import threading

import pytest
from django.db import connection

from core.errors import EditConflict
from products.catalog import services
from products.catalog.models import Product
from tests.factories.catalog import ProductFactory
from workspaces.audit.models import ActivityEvent

EDITORS = 50
AT_ONCE = 10


@pytest.mark.django_db(transaction=True)
def test_of_fifty_editors_who_saw_the_same_version_one_wins(member):
    product = ProductFactory(workspace=member.workspace, name="Lamp")
    won: list[str] = []
    told: list[str] = []
    gate = threading.Semaphore(AT_ONCE)

    def edit(number: int) -> None:
        name = f"Lamp of editor {number}"
        with gate:
            try:
                services.change_product(
                    member.actor, product.pk, seen_version=product.version, name=name
                )
                won.append(name)
            except EditConflict as conflict:
                told.append(str(conflict))
            finally:
                connection.close()

    threads = [threading.Thread(target=edit, args=[number]) for number in range(EDITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    kept = Product.objects.get(pk=product.pk)
    assert len(won) == 1
    assert len(told) == EDITORS - 1
    assert (kept.name, kept.version) == (won[0], product.version + 1)
    assert ActivityEvent.objects.filter(verb="product.changed", object_id=product.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_editors_who_look_again_all_get_their_turn(member):
    product = ProductFactory(workspace=member.workspace)
    tags: set[str] = set()

    def add_tag(number: int) -> None:
        while True:
            seen = Product.objects.get(pk=product.pk)
            try:
                services.change_product(
                    member.actor,
                    product.pk,
                    seen_version=seen.version,
                    tags=f"{seen.tags} tag-{number}".strip(),
                )
            except EditConflict:
                continue
            break
        tags.add(f"tag-{number}")
        connection.close()

    threads = [threading.Thread(target=add_tag, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert set(Product.objects.get(pk=product.pk).tags.split()) == tags
    assert len(tags) == 8
