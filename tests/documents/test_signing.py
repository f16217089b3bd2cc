"""Signing: only whoever was asked, one word each, and on one version alone."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.errors import NotFound, Refused
from workspaces.documents import services
from workspaces.documents.models import DocumentVersion, SignOff, Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(member) -> DocumentVersion:
    document = services.create_document(member.actor, {"title": "Plan", "body": "Words"})
    return services.publish(member.actor, document.pk, document.version)


def test_whoever_was_asked_signs_and_the_page_says_so(member, viewer, version, client_of):
    services.ask_to_sign(member.actor, version.document_id, 1, [viewer.user.pk])
    place = [member.workspace.slug, version.document_id, 1]
    client_of(viewer).post(reverse("workspaces:document_sign", args=place))

    assert SignOff.objects.get().verdict == Verdict.SIGNED
    page = client_of(member).get(reverse("workspaces:document_version", args=place))
    assert "1 of 1 signed" in page.content.decode()


def test_nobody_signs_unasked(viewer, version):
    with pytest.raises(NotFound):
        services.sign(viewer.actor, version.document_id, 1, accept=True)
    assert not SignOff.objects.exists()


def test_declining_needs_a_reason(member, version):
    services.ask_to_sign(member.actor, version.document_id, 1, [member.user.pk])
    with pytest.raises(ValidationError):
        services.sign(member.actor, version.document_id, 1, accept=False, reason=" ")
    assert SignOff.objects.get().verdict == Verdict.ASKED
    services.sign(member.actor, version.document_id, 1, accept=False, reason="Too early")
    assert SignOff.objects.get().verdict == Verdict.DECLINED


def test_strangers_cannot_be_asked_and_asking_twice_asks_once(member, outsider, version):
    with pytest.raises(Refused):
        services.ask_to_sign(member.actor, version.document_id, 1, [outsider.user.pk])
    assert not SignOff.objects.exists()
    services.ask_to_sign(member.actor, version.document_id, 1, [member.user.pk])
    assert services.ask_to_sign(member.actor, version.document_id, 1, [member.user.pk]) == []


def test_a_new_version_starts_without_signatures(member, version):
    services.ask_to_sign(member.actor, version.document_id, 1, [member.user.pk])
    services.sign(member.actor, version.document_id, 1, accept=True)
    document = version.document
    document.refresh_from_db()
    document.title = "Plan B"
    document.save()
    second = services.publish(member.actor, document.pk, document.version)

    assert not second.signoffs.exists()
    assert version.signoffs.count() == 1
