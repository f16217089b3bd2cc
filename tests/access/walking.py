"""Filling an address in: whose workspace, and whose rows."""

import re

from django.db import models

from feedback.announcements.models import Announcement
from feedback.enrichment.models import IdeaPair
from feedback.ideas.models import FeedbackLink, Highlight, Idea
from feedback.inbox.models import Note
from feedback.portal.models import Portal, VisitorComment
from feedback.segments.models import Segment
from feedback.sources.models import Arrival, Source
from finance.ledger.models import (
    Account,
    AdSpend,
    CostRecord,
    Customer,
    ExchangeRate,
    Order,
    OrderLine,
    Refund,
)
from products.catalog.models import Brand, Category, Channel, Market, Product, Supplier, Variant
from products.compliance.models import EvidenceDoc, Obligation, Waiver
from roadmaps.items.models import Dependency, Estimate, Item
from roadmaps.launches.models import ClosedDays, Launch, LaunchTask, LaunchTemplate, TemplateTask
from roadmaps.priorities.models import ScoreInput, ScoringModel
from roadmaps.rounds.models import Round
from roadmaps.sharing.models import Audience, GuestComment, RoadmapShare
from roadmaps.slots.models import LaunchSlot
from roadmaps.snapshots.models import RoadmapSnapshot
from roadmaps.specification.models import SpecLine
from roadmaps.strategy.models import KeyResult, Objective
from tests.access.routes import API, PAGES, Route
from tests.access.world import World
from workspaces.approvals.models import Approval
from workspaces.audit.models import ActivityEvent
from workspaces.discussion.models import Attachment, Comment
from workspaces.documents.models import Document, DocumentTemplate
from workspaces.fields.models import CustomField
from workspaces.following.models import Notification
from workspaces.imports.models import ImportRun
from workspaces.jobs.models import Job
from workspaces.links.models import RecordLink
from workspaces.meetings.models import AgendaItem, Meeting
from workspaces.members.models import Invitation, Membership, Team
from workspaces.todo.models import ChecklistItem, Task
from workspaces.views.models import SavedView
from workspaces.webhooks.models import Delivery, WebhookEndpoint

# What <pk> means, by the word before it in the address.
ROWS: dict[str, type[models.Model]] = {
    "documents": Document,
    "duplicates": IdeaPair,
    "evidence": EvidenceDoc,
    "obligations": Obligation,
    "waivers": Waiver,
    "document-templates": DocumentTemplate,
    "accounts": Account,
    "announcements": Announcement,
    "portals": Portal,
    "portal-comments": VisitorComment,
    "segments": Segment,
    "ads": AdSpend,
    "ad-spend": AdSpend,
    "agenda": AgendaItem,
    "activity": ActivityEvent,
    "attachments": Attachment,
    "approvals": Approval,
    "brands": Brand,
    "categories": Category,
    "channels": Channel,
    "comments": Comment,
    "checklist": ChecklistItem,
    "costs": CostRecord,
    "dependencies": Dependency,
    "estimates": Estimate,
    "items": Item,
    "key-results": KeyResult,
    "objectives": Objective,
    "scoring-models": ScoringModel,
    "snapshots": RoadmapSnapshot,
    "score-inputs": ScoreInput,
    "custom-fields": CustomField,
    "customers": Customer,
    "fields": CustomField,
    "exchange-rates": ExchangeRate,
    "feedback": Note,
    "feedback-links": FeedbackLink,
    "highlights": Highlight,
    "ideas": Idea,
    "inbox": Note,
    "imports": ImportRun,
    "invitations": Invitation,
    "jobs": Job,
    "links": RecordLink,
    "launches": Launch,
    "launch-slots": LaunchSlot,
    "launch-tasks": LaunchTask,
    "launch-templates": LaunchTemplate,
    "template-tasks": TemplateTask,
    "closed-days": ClosedDays,
    "specification-lines": SpecLine,
    "lines": OrderLine,
    "markets": Market,
    "meetings": Meeting,
    "members": Membership,
    "notes": Note,
    "sources": Source,
    "arrivals": Arrival,
    "notifications": Notification,
    "webhooks": WebhookEndpoint,
    "deliveries": Delivery,
    "orders": Order,
    "products": Product,
    "products.product": Product,
    "rates": ExchangeRate,
    "refunds": Refund,
    "rounds": Round,
    "said": GuestComment,
    "saved": SavedView,
    "shares": RoadmapShare,
    "audiences": Audience,
    "suppliers": Supplier,
    "teams": Team,
    "tasks": Task,
    "variants": Variant,
}
# What the other parameters are filled with, by the word before them where that matters.
WORDS = {
    "versions/<int:number>": "1",
    "<slug:pack>": "eu-toys",
    "<slug:version>": "1",
    "discussion/<str:kind>": "products.product",
    "kinds/<str:kind>": "products.product",
    "links/<str:kind>": "products.product",
    "trace/<str:kind>": "products.product",
    "trash/<str:kind>": "products.product",
    "watch/<str:kind>": "products.product",
    "<slug:act>": "read",
    "<str:key>": "absent",
    "<slug:address>": "suppliers",
    "<slug:page>": "activity",
    "<slug:tab>": "overview",
    "<str:tab>": "overview",
    "<str:name>": "net_revenue",
    "<slug:name>": "net_revenue",
    "new/<slug:kind>": "form",
    "<slug:kind>": "orders",
    "<str:field>": "name",
    "<uuid:batch>": "00000000-0000-4000-8000-000000000000",
    "<str:extension>": "csv",
    "<slug:plural>": "brands",
}
# Enough for the forms that look at what was typed before they look for the row.
FORM = {"role": "viewer", "seen_version": "1"}


def name_of(route: Route) -> str:
    """A short name for the report."""
    return route.path.replace(PAGES, "page:").replace(API, "api:")


def address(route: Route, of: World, rows_of: World) -> str:
    """The route filled in: this workspace, and ids of rows of that one."""
    path = route.path.replace("<slug:slug>", of.workspace.slug)
    for slot, value in WORDS.items():
        path = path.replace(slot, slot[: slot.index("<")] + value)
    for word, model in ROWS.items():
        for pk in re.findall(rf"(?:^|/){re.escape(word)}/(<int:\w+>)", path):
            path = path.replace(f"{word}/{pk}", f"{word}/{rows_of.rows[model]}", 1)
    return "/" + path
