"""`manage.py load_sample_shop`: a workspace to look around in."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from pm_workspace.demo.logins import SLUG, lines
from pm_workspace.demo.services import load_sample_shop
from workspaces.members.models import Workspace


class Command(BaseCommand):
    """Loads Northshelf once. Its logins have a published password: never on a server."""

    help = "Load Northshelf, an invented outdoor shop with a year of orders."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The sample shop's password is published: not on a server.")
        if Workspace.objects.filter(slug=SLUG).exists():
            raise CommandError(f"There is a workspace “{SLUG}” already.")
        load_sample_shop(lambda text: self.stdout.write(text))
        self.stdout.write("\n".join(lines()))
