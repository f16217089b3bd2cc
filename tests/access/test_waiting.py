"""A change that waits for other work is refused in words that say so, not as an outage."""

import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from products.catalog.models import Product
from tests.factories.catalog import ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lock_that_does_not_come_is_said_as_such(member, client_of):
    product = ProductFactory(workspace=member.workspace, name="Tent")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Product.objects.in_workspace(member.workspace.pk).select_for_update().get(pk=product.pk)
            held.set()
            done.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    client = client_of(member)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    try:
        place = [member.workspace.slug, product.pk]
        answer = client.post(
            reverse("products:delete", args=place), {"seen_version": str(product.version)}
        )
    finally:
        done.set()
        holder.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")

    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "Other work holds what this needs" in answer.content.decode()
    product.refresh_from_db()
    assert product.deleted_at is None
