"""The same thing done twice at the same moment: once it counts, once it is explained."""

import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from products.catalog.models import Product
from tests.factories.catalog import ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def during(act, other):
    """Run `act` in its own thread while `other`'s transaction is open, until both clash."""
    answers = []

    def run():
        try:
            answers.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        other()
        thread.start()
        for _ in range(200):
            thread.join(0.05)
            if waiting_for_a_lock() or not thread.is_alive():
                break
    thread.join(10)
    return answers[0]


def test_of_two_products_made_by_a_double_click_one_is_there(workspace, member, client_of):
    client = client_of(member)
    url = reverse("products:create", args=[workspace.slug])

    answer = during(
        lambda: client.post(url, {"name": "Lamp", "state": "proposed"}),
        lambda: ProductFactory(workspace=workspace, name="Lamp", handle="lamp"),
    )

    assert answer.status_code == 409
    assert b"at the same moment" in answer.content
    assert Product.objects.in_workspace(workspace.pk).count() == 1
