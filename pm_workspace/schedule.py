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
    "recompute what is stale": {
        "task": "workspaces.staleness.tasks.recompute_stale",
        "schedule": 3,
    },
    "tell what happened": {"task": "workspaces.audit.tasks.relay_events", "schedule": 3},
    "send letters that are due": {
        "task": "workspaces.following.tasks.send_letters",
        "schedule": 30,
    },
    "send public replies that are due": {
        "task": "workspaces.discussion.tasks.send_replies",
        "schedule": 30,
    },
    "send announcements that are due": {
        "task": "feedback.announcements.tasks.send_announcements",
        "schedule": 30,
    },
    "deliver to webhooks": {"task": "workspaces.webhooks.tasks.deliver_due", "schedule": 10},
    "re-ring silent jobs": {"task": "workspaces.jobs.tasks.sweep_jobs", "schedule": 10},
    "remind approvers": {
        "task": "workspaces.approvals.tasks.remind_approvers",
        "schedule": 900,
    },
    "wake snoozed notes": {"task": "feedback.inbox.tasks.wake_snoozed_notes", "schedule": 300},
    "read mailboxes": {"task": "feedback.sources.tasks.poll_mailboxes", "schedule": 20},
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
