"""Roles, permissions, and the one table that says which has which."""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """What a member is in a workspace (field: roles and permissions)."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    PRODUCT = "product", "Product manager"
    CONTRIBUTOR = "contributor", "Contributor"
    FINANCE = "finance", "Finance"
    VIEWER = "viewer", "Viewer"


class Perm(StrEnum):
    """Something a member may do. Pages, API, services and navigation ask for these alone."""

    WORKSPACE_VIEW = "workspace.view"  # open the workspace at all: home, palette, own settings
    WORKSPACE_MANAGE = "workspace.manage"  # its name, zone, currency
    WORKSPACE_OWN = "workspace.own"  # delete it, make owners
    MEMBERS_VIEW = "members.view"
    MEMBERS_MANAGE = "members.manage"
    CATALOG_VIEW = "catalog.view"
    CATALOG_EDIT = "catalog.edit"
    COMPLIANCE_REVIEW = "compliance.review"  # review evidence, approve waivers, choose rule packs
    LEDGER_VIEW = "ledger.view"  # orders, refunds, costs: rows with money
    LEDGER_EDIT = "ledger.edit"
    MONEY_VIEW = "money.view"  # revenue, cost, margin: everywhere, or masked everywhere
    CUSTOMERS_VIEW = "customers.view"  # names and addresses of the shop's customers
    CUSTOMERS_EDIT = "customers.edit"
    METRICS_VIEW = "metrics.view"
    FEEDBACK_VIEW = "feedback.view"
    FEEDBACK_EDIT = "feedback.edit"
    SOURCES_MANAGE = "sources.manage"  # mailboxes, webhooks and forms that notes come by
    ROADMAP_VIEW = "roadmap.view"  # objectives, key results, items, scores
    ROADMAP_EDIT = "roadmap.edit"
    IMPORTS_RUN = "imports.run"  # and the edit permission of what is imported
    DATA_EXPORT = "data.export"
    JOBS_VIEW = "jobs.view"
    TOKENS_OWN = "tokens.own"  # make API tokens for oneself
    DISCUSS = "discuss"  # comment, react and attach to whatever one may read
    WORK_VIEW = "work.view"  # tasks, meetings, approvals and the calendar
    WORK_EDIT = "work.edit"
    DOCUMENTS_VIEW = "documents.view"
    DOCUMENTS_EDIT = "documents.edit"
    VIEWS_SHARE = "views.share"  # share a saved view with others; one's own needs nothing
    SHARE_OUTSIDE = "share.outside"  # open something to people without an account
    FIELDS_MANAGE = "fields.manage"  # custom fields of every kind of record
    WEBHOOKS_MANAGE = "webhooks.manage"


_READING = {
    Perm.WORKSPACE_VIEW,
    Perm.MEMBERS_VIEW,
    Perm.CATALOG_VIEW,
    Perm.METRICS_VIEW,
    Perm.FEEDBACK_VIEW,
    Perm.ROADMAP_VIEW,
    Perm.DATA_EXPORT,
    Perm.TOKENS_OWN,
    Perm.DISCUSS,
    Perm.WORK_VIEW,
    Perm.DOCUMENTS_VIEW,
}
_MONEY = {Perm.LEDGER_VIEW, Perm.MONEY_VIEW, Perm.CUSTOMERS_VIEW, Perm.JOBS_VIEW}
_LEDGER = {Perm.LEDGER_EDIT, Perm.CUSTOMERS_EDIT, Perm.IMPORTS_RUN}
_WORK = {Perm.WORK_EDIT, Perm.DOCUMENTS_EDIT, Perm.VIEWS_SHARE}
_CONTENT = {Perm.CATALOG_EDIT, Perm.FEEDBACK_EDIT, Perm.ROADMAP_EDIT} | _WORK

GRANTS: dict[Role, frozenset[Perm]] = {
    Role.VIEWER: frozenset(_READING),
    Role.CONTRIBUTOR: frozenset(_READING | _CONTENT),
    Role.FINANCE: frozenset(_READING | _MONEY | _LEDGER | _WORK),
    Role.PRODUCT: frozenset(
        _READING | _MONEY | _LEDGER | _CONTENT | {Perm.SHARE_OUTSIDE, Perm.COMPLIANCE_REVIEW}
    ),
    Role.ADMIN: frozenset(set(Perm) - {Perm.WORKSPACE_OWN}),
    Role.OWNER: frozenset(Perm),
}
