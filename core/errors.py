"""What a service may refuse with. Views, API and commands translate these, and nothing else."""

from typing import Any


class DomainError(Exception):
    """A refusal in words for the person who asked. `status` is its HTTP meaning."""

    status = 422


class Denied(DomainError):
    """The role does not allow this."""

    status = 403


class NotFound(DomainError):
    """No such row for this member: absent and forbidden look the same."""

    status = 404


class Refused(DomainError):
    """A rule of the domain says no; the message names the remedy."""


class ReasonNeeded(Refused):
    """The same act with a reason would be allowed; the message asks for it."""


class EditConflict(DomainError):
    """Somebody else changed the row since it was opened; `theirs` is what it holds now."""

    status = 409

    def __init__(self, message: str, theirs: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.theirs = theirs or {}
