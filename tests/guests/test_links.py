"""Making, changing and closing links: who may, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Denied, EditConflict, NotFound
from finance.ledger.services_customers import erase_customer
from tests.factories.ledger import CustomerFactory
from workspaces.audit.models import ActivityEvent
from workspaces.guests import services
from workspaces.guests.cleaning import forget_old_visits
from workspaces.guests.models import GuestCode, GuestLink, GuestVisit
from workspaces.guests.services import Gate

pytestmark = pytest.mark.django_db


def test_links_are_made_by_those_alone_who_may_share_outside(viewer, contributor, member):
    for someone in (viewer, contributor):
        with pytest.raises(Denied):
            services.make_link(someone.actor, "x", Gate("Board"))
    assert not GuestLink.objects.exists()

    link, _ = services.make_link(member.actor, "x", Gate("Board"))
    for act in (services.revoke_link, services.reopen_link, services.renew_secret):
        with pytest.raises(Denied):
            act(viewer.actor, link.pk)
    assert GuestLink.objects.get() == link


def test_another_workspace_has_no_such_link(made, outsider):
    link, _ = made()
    with pytest.raises(NotFound):
        services.revoke_link(outsider.actor, link.pk)
    assert GuestLink.objects.get().revoked_at is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"way": "password"}, "password"),
        ({"way": "password", "password": "short"}, "password"),
        ({"way": "email"}, "people"),
        ({"way": "email", "people": ["nobody"]}, "people"),
        ({"way": "email", "domains": ["localhost"]}, "domains"),
        ({"way": "nonsense"}, "way"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expires_at"),
        ({"origins": ["intranet"]}, "origins"),
        ({"origins": ["https://a.example/x; script-src *"]}, "origins"),
        ({"way": "email", "domains": ["a.org"], "origins": ["https://a.org"]}, "origins"),
    ],
)
def test_what_a_link_cannot_be_is_said_by_field(member, given, field):
    with pytest.raises(ValidationError) as refused:
        services.make_link(member.actor, "x", Gate("Board", **given))
    assert field in refused.value.message_dict
    assert not GuestLink.objects.exists()


def test_a_readable_address_stands_in_place_of_a_secret_once(member):
    link, secret = services.make_link(member.actor, "x", Gate("All"), address="our-ideas")
    assert (link.address, secret) == ("our-ideas", "our-ideas")
    for address in ("our-ideas", "Our ideas", "x", "a/../b"):
        with pytest.raises(ValidationError):
            services.make_link(member.actor, "x", Gate("All"), address=address)


def test_of_two_editors_the_second_is_told(made, member):
    link, _ = made()
    services.change_link(member.actor, link.pk, Gate("One"), seen_version=link.version)
    with pytest.raises(EditConflict):
        services.change_link(member.actor, link.pk, Gate("Two"), seen_version=link.version)
    assert GuestLink.objects.get().label == "One"


def test_the_history_names_no_secret(made, member):
    link, secret = made(way="password", password="twelve green apples")
    services.revoke_link(member.actor, link.pk)
    events = ActivityEvent.objects.visible_to(member.actor).of(link)
    assert [one.verb for one in events] == ["guestlink.revoked", "guestlink.made"]
    assert secret not in str(list(events.values()))
    assert "apples" not in str(list(events.values()))


def test_erasing_a_customer_takes_them_out_of_links_and_logs(made, member, workspace):
    link, _ = made(way="email", people=["ann@x.org", "bob@x.org"])
    inside = {"workspace": workspace, "link": link, "email": "ann@x.org"}
    GuestVisit.objects.create(**inside)
    GuestCode.objects.create(**inside, nonce="n")
    customer = CustomerFactory(workspace=workspace, email="Ann@x.org")
    erase_customer(member.actor, customer.pk, seen_version=customer.version)

    link.refresh_from_db()
    assert link.people == ["bob@x.org"]
    assert GuestVisit.objects.get().email == ""
    assert not GuestCode.objects.exists()


def test_old_visits_and_codes_are_forgotten(made, workspace):
    link, _ = made(way="email", people=["a@x.org"])
    inside = {"workspace": workspace, "link": link, "email": "a@x.org"}
    now = timezone.now()
    GuestVisit.objects.create(**inside, at=now - timedelta(days=200))
    kept = GuestVisit.objects.create(**inside)
    GuestCode.objects.create(**inside, nonce="n", made_at=now - timedelta(days=2))
    forget_old_visits()

    assert list(GuestVisit.objects.all()) == [kept]
    assert not GuestCode.objects.exists()
