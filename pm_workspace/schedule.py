"""Which workers do which tasks, and what the clock rings for. Read by the settings."""

from typing import Any

ROUTES: dict[str, dict[str, str]] = {
    "workspaces.imports.*": {"queue": "imports"},
    "workspaces.members.*": {"queue": "interactive"},
    "workspaces.jobs.tasks.run_bulk_job": {"queue": "imports"},
    "workspaces.jobs.*": {"queue": "interactive"},
    "workspaces.staleness.*": {"queue": "metrics"},
    "workspaces.audit.*": {"queue": "interactive"},
    "workspaces.fields.*": {"queue": "imports"},
    "workspaces.following.*": {"queue": "outgoing"},
    "workspaces.discussion.*": {"queue": "outgoing"},
    "workspaces.guests.*": {"queue": "outgoing"},
    "workspaces.search.*": {"queue": "interactive"},
    "workspaces.approvals.*": {"queue": "interactive"},
    "workspaces.webhooks.*": {"queue": "outgoing"},
    "products.*": {"queue": "interactive"},
    "finance.*": {"queue": "metrics"},
    "feedback.announcements.*": {"queue": "outgoing"},
    "feedback.sources.*": {"queue": "outgoing"},
    "feedback.*": {"queue": "metrics"},
}
BEAT: dict[str, dict[str, Any]] = {
    "ring what waits": {
        "task": "workspaces.jobs.tasks.look_round",
        "schedule": 3,
        "options": {"expires": 30},
    },
    "remind approvers": {
        "task": "workspaces.approvals.tasks.remind_approvers",
        "schedule": 900,
    },
    "wake snoozed notes": {"task": "feedback.inbox.tasks.wake_snoozed_notes", "schedule": 300},
    "bring evidence to its day": {
        "task": "products.compliance.tasks.age_evidence",
        "schedule": 900,
    },
    "recompute everything nightly": {
        "task": "workspaces.staleness.tasks.recompute_everything_nightly",
        "schedule": 900,
    },
    "empty the trash": {"task": "workspaces.jobs.tasks.clean_up", "schedule": 3_600},
}
