"""Asking people for approvals in tests."""

from workspaces.approvals.services import StepAsked, request_approval

TASK = "workspaces.task"


def step(*people, place=1, needed=None):
    """A step that asks these members; all of them must say yes unless `needed` says otherwise."""
    users = [one.user for one in people]
    return StepAsked(place, needed or len(users), users)


def ask(by, row, *steps, **more):
    """An approval about a row, asked by a member."""
    return request_approval(by.actor, (row._meta.label_lower, row.pk), "May it?", steps, **more)
