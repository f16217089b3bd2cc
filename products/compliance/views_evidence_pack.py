"""The evidence pack as a download."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from products.catalog.models import Product
from products.compliance.services_pack import take_pack
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.discussion.views_files import SAFE_HEADERS
from workspaces.records.refs import Ref

PRODUCT = Product._meta.label_lower


@require_POST
@workspace_view(Perm.DATA_EXPORT)
def product_pack(request: WorkspaceRequest, pk: int) -> Any:
    """The evidence pack of a product in all markets. Asked by a form: it is written down."""
    return pack_of(request, (PRODUCT, pk))


def pack_of(request: WorkspaceRequest, about: Ref) -> Any:
    """The evidence pack of a record, sent while it is made."""
    title, parts = take_pack(request.actor, about)
    response = StreamingHttpResponse(parts, content_type="application/zip", headers=SAFE_HEADERS)
    name = f"evidence-{slugify(title)[:80] or about[1]}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
