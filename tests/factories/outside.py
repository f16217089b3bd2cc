"""Segments, announcements and portals: the smallest legal rows."""

import factory

from feedback.announcements.models import Announcement
from feedback.portal.models import KIND, Portal
from feedback.segments.models import Segment
from tests.factories.catalog import ChannelFactory, ScopedFactory, beside
from workspaces.guests.models import GuestLink


class SegmentFactory(ScopedFactory):
    class Meta:
        model = Segment

    name = factory.Sequence("Segment {}".format)
    where = '{"and":[{"field":"orders","op":"gte","value":2}]}'


class AnnouncementFactory(ScopedFactory):
    class Meta:
        model = Announcement

    title = factory.Sequence("News {}".format)


class GuestLinkFactory(ScopedFactory):
    class Meta:
        model = GuestLink

    label = factory.Sequence("Link {}".format)
    kind = KIND
    secret_hash = factory.Sequence("hash-{}".format)


class PortalFactory(ScopedFactory):
    class Meta:
        model = Portal

    title = factory.Sequence("Portal {}".format)
    link = factory.SubFactory(GuestLinkFactory, workspace=beside("workspace"))
    channel = factory.SubFactory(ChannelFactory, workspace=beside("workspace"))
