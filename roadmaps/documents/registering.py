"""What documents of launches add to the house; called from the app's ready()."""

from pathlib import Path

from products.catalog.scopes import Scope, register_scope
from roadmaps.documents import blocks, evaluating
from roadmaps.launches.models import Launch, LaunchMarket, LaunchProduct
from roadmaps.readiness.lawful import judged_on
from workspaces.access.actor import Actor
from workspaces.documents.beginnings import register_templates
from workspaces.records import refs

LAUNCH = Launch._meta.label_lower
FOLDER = Path(__file__).parent / "templates"


def scope_of_launch(actor: Actor, pk: int) -> Scope:
    """Its products in its markets on the day it goes. Raises NotFound."""
    launch: Launch = refs.find(actor, LAUNCH, pk)
    brings = LaunchProduct.objects.visible_to(actor).filter(launch=launch)
    reaches = LaunchMarket.objects.visible_to(actor).filter(launch=launch)
    products = brings.filter(product__deleted_at=None).values_list("product", "product__name")
    return Scope(
        str(launch),
        dict(products.order_by("product__name", "product")),
        dict(reaches.values_list("market", "market__name")),
        judged_on(launch, actor.workspace.timezone),
    )


def register() -> None:
    """The blocks, templates, area and scope."""
    blocks.register()
    evaluating.register()
    register_templates(FOLDER, LAUNCH)
    register_scope(LAUNCH, scope_of_launch)
