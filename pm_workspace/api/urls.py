"""The API's addresses: every room's resources below one workspace, and the schema."""

from typing import Any

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from feedback.inbox.api import NoteViewSet
from finance.ledger.api import (
    AccountViewSet,
    CostViewSet,
    CustomerViewSet,
    OrderViewSet,
    RefundViewSet,
)
from finance.metrics.api import BareQuery, MetricViewSet
from pm_workspace.api.docs import docs, schema
from products.catalog.api import (
    BrandViewSet,
    CategoryViewSet,
    ChannelViewSet,
    MarketViewSet,
    ProductViewSet,
    SupplierViewSet,
    VariantViewSet,
)
from roadmaps.launches.api import LaunchScopeViewSet
from roadmaps.slots.api import LaunchSlotViewSet
from workspaces.api.generic import viewset_of
from workspaces.api.viewsets import WorkspaceViewSet
from workspaces.approvals.api import ApprovalViewSet
from workspaces.audit.api import ActivityViewSet
from workspaces.discussion.api import AttachmentViewSet, CommentViewSet
from workspaces.fields.api import CustomFieldViewSet
from workspaces.following.api import NotificationViewSet
from workspaces.imports.api import ImportViewSet
from workspaces.jobs.api import JobViewSet
from workspaces.meetings.api import MeetingViewSet
from workspaces.members.api import TeamViewSet
from workspaces.records.kinds import listed
from workspaces.search.api import SearchViewSet
from workspaces.todo.api import TaskViewSet
from workspaces.webhooks.api import DeliveryViewSet, WebhookViewSet

RESOURCES: dict[str, Any] = {
    "products": ProductViewSet,
    "variants": VariantViewSet,
    "categories": CategoryViewSet,
    "brands": BrandViewSet,
    "suppliers": SupplierViewSet,
    "channels": ChannelViewSet,
    "markets": MarketViewSet,
    "customers": CustomerViewSet,
    "accounts": AccountViewSet,
    "orders": OrderViewSet,
    "refunds": RefundViewSet,
    "costs": CostViewSet,
    "metrics": MetricViewSet,
    "notes": NoteViewSet,
    "launch-slots": LaunchSlotViewSet,
    "custom-fields": CustomFieldViewSet,
    "tasks": TaskViewSet,
    "approvals": ApprovalViewSet,
    "meetings": MeetingViewSet,
    "imports": ImportViewSet,
    "jobs": JobViewSet,
    "teams": TeamViewSet,
    "activity": ActivityViewSet,
    "comments": CommentViewSet,
    "attachments": AttachmentViewSet,
    "notifications": NotificationViewSet,
    "search": SearchViewSet,
    "webhooks": WebhookViewSet,
    "deliveries": DeliveryViewSet,
}


def resources() -> dict[str, type[WorkspaceViewSet]]:
    """Those above, and one for every kind of record that has none of its own."""
    own = {each.output.Meta.model for each in RESOURCES.values() if hasattr(each, "output")}
    made = {kind.address: viewset_of(kind) for kind in listed() if kind.model not in own}
    return made | RESOURCES


router = SimpleRouter(use_regex_path=False)
for name, viewset in resources().items():
    router.register(name, viewset, basename=name)

app_name = "api"
urlpatterns = [
    path(
        "workspaces/<slug:slug>/metrics/query",
        BareQuery.as_view({"get": "query"}),
        name="metrics-bare-query",
    ),
    path(
        "workspaces/<slug:slug>/launches/<int:pk>/scope/",
        LaunchScopeViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="launch-scope",
    ),
    path("workspaces/<slug:slug>/", include(router.urls)),
    path("schema/", schema, name="schema"),
    path("docs/", docs, name="docs"),
]
