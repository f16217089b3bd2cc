"""Documents of launches. Everything else about them is the house's."""

from django.db import transaction

from core.errors import NotFound
from roadmaps.launches.models import Launch
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.documents.models import Document
from workspaces.documents.services import create_document
from workspaces.records import refs

LAUNCH = Launch._meta.label_lower
LONGEST_TITLE = 160


@transaction.atomic
def begin_document(actor: Actor, launch_pk: int, template: str) -> Document:
    """A draft about the launch from a template, titled by both.

    Raises Denied, or NotFound for a launch or a template there is not.
    """
    actor.require(Perm.DOCUMENTS_EDIT)
    launch: Launch = refs.find(actor, LAUNCH, launch_pk)
    if not template:
        raise NotFound("There is no such template.")
    title = f"{template}: {launch}"[:LONGEST_TITLE]
    about = (LAUNCH, launch.pk)
    return create_document(actor, {"title": title}, template=template, about=about)
