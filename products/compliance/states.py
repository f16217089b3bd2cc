"""Where obligations, evidence, waivers and packs stand, and how far ahead of an end we warn."""

from django.db import models

from products.compliance.packs import EVIDENCE

WARN_DAYS = (90, 60, 30, 7)
AHEAD = WARN_DAYS[0]


class Status(models.TextChoices):
    """Where an obligation stands on a day. Worked out, never set by hand."""

    UNKNOWN = "unknown", "Not known yet"
    OPEN = "open", "Open"
    EXPIRED = "expired", "Expired"
    EXPIRING = "expiring", "Expiring"
    WAIVED = "waived", "Waived"
    COVERED = "covered", "Covered"
    UPCOMING = "upcoming", "Not in force yet"


STATUS_TONES = {
    Status.UNKNOWN: "indigo",
    Status.OPEN: "red",
    Status.EXPIRED: "red",
    Status.EXPIRING: "amber",
    Status.WAIVED: "amber",
    Status.COVERED: "green",
    Status.UPCOMING: "grey",
}
RED = (Status.UNKNOWN, Status.OPEN, Status.EXPIRED)  # what holds a gate up
STATUS_ORDER = {status: place for place, status in enumerate(Status)}


class DocState(models.TextChoices):
    """Where a document stands. Its days move it by night; people only review and revoke it."""

    UPLOADED = "uploaded", "Uploaded"
    REVIEW = "review", "Under review"
    VALID = "valid", "Valid"
    EXPIRING = "expiring", "Expiring"
    EXPIRED = "expired", "Expired"
    SUPERSEDED = "superseded", "Superseded"
    REJECTED = "rejected", "Rejected"
    REVOKED = "revoked", "Revoked"


DOC_TONES = {
    DocState.UPLOADED: "grey",
    DocState.REVIEW: "indigo",
    DocState.VALID: "green",
    DocState.EXPIRING: "amber",
    DocState.EXPIRED: "red",
    DocState.SUPERSEDED: "grey",
    DocState.REJECTED: "red",
    DocState.REVOKED: "red",
}
WAITING = (DocState.UPLOADED, DocState.REVIEW)
ACCEPTED = (DocState.VALID, DocState.EXPIRING, DocState.EXPIRED, DocState.SUPERSEDED)


class WaiverState(models.TextChoices):
    """Where a waiver stands; its end day ends an approved one by itself."""

    ASKED = "asked", "Asked for"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    ENDED = "ended", "Ended early"


class PackState(models.TextChoices):
    """What a version of a pack is to a workspace."""

    DRAFT = "draft", "Not active"
    ACTIVE = "active", "Active"
    REPLACED = "replaced", "Replaced"


EVIDENCE_TYPES = list(EVIDENCE.items())
