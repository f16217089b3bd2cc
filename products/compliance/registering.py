"""What compliance adds to the house; called from the app's ready()."""

from pathlib import Path

from products.catalog.models import Product
from products.catalog.tabs import Tab, register_tab
from products.compliance import blocks, listening, needs, records, tab, telling
from products.compliance.recompute import (
    TOPIC,
    recompute_all_obligations,
    recompute_obligations,
)
from products.compliance.services_pack import TAKEN
from workspaces.access.roles import Perm
from workspaces.documents.beginnings import register_templates
from workspaces.following import sources
from workspaces.records import history
from workspaces.staleness.registry import Topic
from workspaces.staleness.registry import register as register_topic

TOOK = "took the evidence pack of"


def register() -> None:
    """The records, the topic, who listens, and the tab of a product."""
    records.register()
    register_topic(
        Topic(TOPIC, "Obligations", recompute_obligations, recompute_all_obligations, order=5)
    )
    listening.register()
    telling.register()
    needs.register()
    history.WORDS[TAKEN] = (TOOK, "")
    sources.WORDS[TAKEN] = TOOK
    blocks.register()
    register_templates(Path(__file__).parent / "templates", Product._meta.label_lower)
    register_tab(Tab("compliance", "Compliance", 300, Perm.CATALOG_VIEW, tab.compliance))
