"""One's own notifications over the API: listed, read, kept, and nobody else's."""

import pytest

from tests.factories.catalog import ProductFactory
from workspaces.audit import services as audit
from workspaces.following.models import Notification, Reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(member):
    """Tell somebody something about a product."""

    def tell(someone=member, **more) -> Notification:
        product = ProductFactory(workspace=member.workspace)
        event = audit.record(member.actor, "product.changed", product, {"name": ("a", "b")})
        return Notification.objects.create(
            workspace=member.workspace,
            user=someone.user,
            kind="products.product",
            object_id=product.pk,
            reason=Reason.MENTION,
            label=str(product),
            events=[event.pk],
            last_event=event.pk,
            **more,
        )

    return tell


def test_ones_own_are_listed_newest_first_and_marked(member, viewer, told, api_of):
    first, second = told(), told()
    theirs, api = told(viewer), api_of(member)

    page = api("get", "notifications/").json()["results"]
    assert [one["id"] for one in page] == [second.pk, first.pk]
    assert (page[0]["reason"], page[0]["events"]) == ("mention", [second.last_event])

    read = api("post", f"notifications/{second.pk}/read/")
    assert (read.status_code, read.json()["read_at"] is None) == (200, False)
    unread = api("get", "notifications/", {"unread": "true", "fields": "id"}).json()["results"]
    assert unread == [{"id": first.pk}]
    assert api("post", f"notifications/{second.pk}/unread/").json()["read_at"] is None

    assert api("post", f"notifications/{theirs.pk}/read/").status_code == 404
    assert api("get", f"notifications/{theirs.pk}/").status_code == 404
    done = api("post", "notifications/read/", {"through": first.last_event})
    assert done.json() == {"read": 1}
    theirs.refresh_from_db()
    assert theirs.read_at is None
    found = api("get", "notifications/", {"object_id": second.object_id}).json()["results"]
    assert [one["id"] for one in found] == [second.pk]
