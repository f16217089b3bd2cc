"""Documents: what is refused, who may review, and what people are told, once."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import Denied, EditConflict, NotFound, Refused
from products.compliance.ageing import age_workspace
from products.compliance.models import EvidenceCover, EvidenceDoc, EvidenceWarning, Waiver
from products.compliance.services_evidence import (
    Paper,
    cover_product,
    review_evidence,
    revoke_evidence,
    upload_evidence,
)
from products.compliance.services_waivers import ask_waiver, decide_waiver, end_waiver
from tests.compliance.conftest import DAY, DECLARATION, pdf
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import relay_next
from workspaces.following.models import Notification
from workspaces.members.models import Workspace
from workspaces.members.services import purge_deleted_workspaces
from workspaces.records.needs import needs_of

pytestmark = pytest.mark.django_db
ONE = timedelta(days=1)


def paper(**words) -> Paper:
    return Paper(
        **{
            "title": "Declaration",
            "type": "declaration",
            "issuer": "Puzzle Ltd",
            "issued_on": DAY - 10 * ONE,
            "valid_from": DAY - 10 * ONE,
            "valid_to": DAY + 200 * ONE,
        }
        | words
    )


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"valid_from": DAY - 11 * ONE}, "valid_from"),
        ({"valid_to": DAY - 11 * ONE}, "valid_to"),
        ({"issued_on": DAY + ONE, "valid_from": DAY + ONE}, "issued_on"),
        ({"type": "certificate"}, "type"),
        ({"type": "rumour"}, "type"),
        ({"markets": [987_654_321]}, "markets"),
        ({"replaces": 987_654_321}, "replaces"),
        ({"title": "x" * 201}, "title"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(member, puzzle, toys, words, field, settings):
    with pytest.raises(ValidationError) as refused:
        upload_evidence(member.actor, puzzle.pk, [DECLARATION], paper(**words), "a.pdf", pdf())
    assert field in refused.value.message_dict
    assert not EvidenceDoc.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.mark.parametrize("rules", [[], ["eu-toys/absent"], ["us-children/certificate"]])
def test_it_must_be_meant_for_an_obligation_of_the_product(member, puzzle, toys, rules):
    with pytest.raises(ValidationError, match="rules"):
        upload_evidence(member.actor, puzzle.pk, rules, paper(), "a.pdf", pdf())


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"", "empty"),
        ("a.html", b"<script>alert(1)</script>", "Hand in a PDF"),
        ("a.exe", b"MZ\x90\x00" + b"\x00" * 64, "Hand in a PDF|not what"),
        ("a.txt", b"just text", "Hand in a PDF"),
    ],
)
def test_files_of_a_wrong_kind_are_refused(member, puzzle, toys, name, content, words):
    with pytest.raises((ValidationError, Refused), match=words):
        upload_evidence(member.actor, puzzle.pk, [DECLARATION], paper(), name, BytesIO(content))
    assert not EvidenceDoc.objects.exists()


def test_a_huge_file_is_refused_while_it_is_read(member, puzzle, toys, settings):
    settings.ATTACHMENT_MAX_BYTES = 1_000
    with pytest.raises(Refused, match="larger than"):
        upload_evidence(member.actor, puzzle.pk, [DECLARATION], paper(), "a.pdf", pdf("x" * 1_000))


class Gigabyte(BytesIO):
    """A file of 1 GB that says it is a PDF, and how much of it was read."""

    left = 1024**3
    was_read = 0

    def seek(self, *where: int) -> int:
        return 0

    def read(self, size: int = -1) -> bytes:
        size = min(self.left if size < 0 else size, self.left)
        start = b"" if self.was_read else b"%PDF-1.7\n"
        self.left -= size
        self.was_read += size
        return start.ljust(size, b"x")


def test_a_gigabyte_is_read_as_far_as_the_limit_which_is_named(member, puzzle, toys, settings):
    file = Gigabyte()
    limit = settings.ATTACHMENT_MAX_BYTES

    with pytest.raises(Refused, match=f"larger than {limit // 1024**2} MB"):
        upload_evidence(member.actor, puzzle.pk, [DECLARATION], paper(), "a.pdf", file)

    assert limit < file.was_read < limit + 4 * 1024**2
    assert not EvidenceDoc.objects.exists()


def test_the_file_is_hashed_and_handed_out_to_be_saved(certify, toys, client_of, viewer):
    row = certify()
    assert len(row.sha256) == 64
    answer = client_of(viewer).get(
        reverse("products:evidence_file", args=[viewer.workspace.slug, row.pk])
    )
    assert answer.getvalue().startswith(b"%PDF")
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_overlapping_days_are_refused_unless_one_replaces_the_other(certify, toys, germany, usa):
    first = certify(ends=DAY + 30 * ONE)
    with pytest.raises(ValidationError, match="Say that this one replaces it"):
        certify(DAY + 30 * ONE, DAY + 400 * ONE, accepted=False)
    certify(DAY + 31 * ONE, DAY + 400 * ONE)

    second = certify(DAY, DAY + 30 * ONE, replaces=first.pk, issued_on=DAY)
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "expiring")


def test_whoever_handed_it_in_cannot_review_it_not_even_past_the_service(
    certify, toys, member, owner
):
    row = certify(accepted=False)
    with pytest.raises(Refused, match="Somebody else"):
        review_evidence(member.actor, row.pk, accepted=True, seen_version=row.version)
    with pytest.raises(IntegrityError, match="evidence_reviewed_by_another"), transaction.atomic():
        EvidenceDoc.objects.filter(pk=row.pk).update(
            state="valid", reviewed_by=member.user, reviewed_at=timezone.now()
        )
    with pytest.raises(IntegrityError, match="evidence_counts_once_reviewed"), transaction.atomic():
        EvidenceDoc.objects.filter(pk=row.pk).update(state="valid")
    row.refresh_from_db()
    assert row.state == "review"


def test_a_document_is_reviewed_once_and_as_it_was_seen(certify, toys, other_member, owner):
    row = certify(accepted=False)
    with pytest.raises(EditConflict):
        review_evidence(owner.actor, row.pk, accepted=True, seen_version=row.version + 1)
    with pytest.raises(Refused, match="Say what is wrong"):
        review_evidence(owner.actor, row.pk, accepted=False, seen_version=row.version)
    done = review_evidence(
        owner.actor, row.pk, accepted=False, seen_version=row.version, remark="Wrong product"
    )
    assert (done.state, done.remark) == ("rejected", "Wrong product")
    with pytest.raises(Refused, match="reviewed already"):
        review_evidence(other_member.actor, row.pk, accepted=True, seen_version=done.version)


def test_roles_decide_who_hands_in_and_who_reviews(
    certify, toys, puzzle, viewer, contributor, outsider, germany
):
    row = certify(accepted=False)
    with pytest.raises(Denied):
        upload_evidence(viewer.actor, puzzle.pk, [DECLARATION], paper(), "a.pdf", pdf())
    for verb in (
        lambda: review_evidence(contributor.actor, row.pk, accepted=True, seen_version=row.version),
        lambda: revoke_evidence(contributor.actor, row.pk, seen_version=row.version, reason="x"),
        lambda: cover_product(contributor.actor, row.pk, puzzle.pk, [DECLARATION]),
    ):
        with pytest.raises(Denied):
            verb()
    with pytest.raises(NotFound):
        review_evidence(outsider.actor, row.pk, accepted=True, seen_version=row.version)
    with pytest.raises(NotFound):
        upload_evidence(outsider.actor, puzzle.pk, [DECLARATION], paper(), "a.pdf", pdf())
    row.refresh_from_db()
    assert row.state == "review"


def test_a_waiver_needs_another_member_a_reason_and_an_end(
    toys, puzzle, germany, member, other_member, contributor
):
    def ask(**words):
        words = {"reason": "Old stock", "until": DAY + 30 * ONE} | words
        return ask_waiver(member.actor, puzzle.pk, germany.pk, DECLARATION, **words)

    for wrong in ({"reason": " "}, {"until": DAY - ONE}, {"until": DAY + 400 * ONE}):
        with pytest.raises(ValidationError):
            ask(**wrong)
    row = ask()
    with pytest.raises(Refused, match="asked for this already"):
        ask()
    with pytest.raises(Refused, match="Somebody else"):
        decide_waiver(member.actor, row.pk, approved=True)
    with pytest.raises(Denied):
        decide_waiver(contributor.actor, row.pk, approved=True)
    with pytest.raises(IntegrityError, match="waiver_approved_by_another"), transaction.atomic():
        Waiver.objects.filter(pk=row.pk).update(approved_by=member.user)
    with pytest.raises(Denied):
        end_waiver(contributor.actor, row.pk)
    assert decide_waiver(other_member.actor, row.pk, approved=False).state == "declined"


def test_people_are_warned_once_at_90_60_30_and_7_days_and_at_the_end(
    certify, toys, member, time_machine
):
    certify(ends=DAY + 95 * ONE)
    told = []
    for step in (0, 5, 1, 29, 30, 23, 5, 3):  # days: 95, 90, 89, 60, 30, 7, 2, −1
        time_machine.shift(step * ONE)
        age_workspace(member.workspace.pk)
        age_workspace(member.workspace.pk)
        told.append(EvidenceWarning.objects.count())
    assert told == [0, 1, 1, 2, 3, 4, 4, 5]
    verbs = ActivityEvent.objects.filter(verb__in=["evidencedoc.expiring", "evidencedoc.ended"])
    assert verbs.count() == 5

    while relay_next():
        pass
    notice = Notification.objects.get(user=member.user, kind="products.evidencedoc")
    assert verbs.order_by("pk").last().pk in notice.events


def test_home_says_what_needs_a_member(certify, toys, member, other_member, puzzle, germany):
    row = certify(accepted=False)
    ask_waiver(member.actor, puzzle.pk, germany.pk, DECLARATION, reason="Old stock", until=DAY)
    mine, theirs = needs_of(member.actor)[0], needs_of(other_member.actor)[0]
    assert "Review: Declaration" not in [need.title for need in mine]
    assert {need.title for need in theirs} >= {
        "Review: Declaration",
        "Waive a rule for Wooden puzzle?",
    }

    EvidenceDoc.objects.filter(pk=row.pk).update(
        state="valid", reviewed_at=timezone.now(), valid_to=DAY + 5 * ONE
    )
    need = next(one for one in needs_of(member.actor)[0] if one.title == "Renew: Declaration")
    assert need.tone == "red"


def test_erasing_who_handed_it_in_leaves_the_document_and_no_name(
    certify, toys, member, standing_of, puzzle, work
):
    row = certify()
    member.user.delete()
    row.refresh_from_db()
    assert row.uploaded_by is None
    assert row.state == "valid"
    age_workspace(row.workspace_id)
    work()
    assert standing_of(puzzle) == "covered"


def test_a_document_of_another_workspace_is_refused_by_the_database(certify, toys, outsider):
    row = certify()
    cover = EvidenceCover.objects.get(evidence=row)
    cover.pk, cover.workspace = None, outsider.workspace

    def save() -> None:
        with transaction.atomic():
            cover.save()
            connection.check_constraints()

    with pytest.raises(IntegrityError, match="same_workspace"):
        save()


def test_files_leave_with_their_workspace(
    certify, toys, owner, settings, time_machine, django_capture_on_commit_callbacks
):
    certify()

    def kept() -> list[object]:
        return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]

    assert len(kept()) == 1
    Workspace.objects.filter(pk=owner.workspace.pk).update(deleted_at=timezone.now())
    time_machine.shift(timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        purge_deleted_workspaces()
    assert kept() == []
    assert not EvidenceDoc.objects.exists()
