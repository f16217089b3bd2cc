"""The API's addresses: every room's resources below one workspace, and the schema."""

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
from workspaces.audit.api import ActivityViewSet
from workspaces.discussion.api import AttachmentViewSet, CommentViewSet
from workspaces.imports.api import ImportViewSet
from workspaces.jobs.api import JobViewSet
from workspaces.search.api import SearchViewSet

RESOURCES = {
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
    "imports": ImportViewSet,
    "jobs": JobViewSet,
    "activity": ActivityViewSet,
    "comments": CommentViewSet,
    "attachments": AttachmentViewSet,
    "search": SearchViewSet,
}

router = SimpleRouter(use_regex_path=False)
for name, viewset in RESOURCES.items():
    router.register(name, viewset, basename=name)

app_name = "api"
urlpatterns = [
    path(
        "workspaces/<slug:slug>/metrics/query",
        BareQuery.as_view({"get": "query"}),
        name="metrics-bare-query",
    ),
    path("workspaces/<slug:slug>/", include(router.urls)),
    path("schema/", schema, name="schema"),
    path("docs/", docs, name="docs"),
]
