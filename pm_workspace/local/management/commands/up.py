"""`manage.py up`: everything that PM Workspace is, under one process."""

import os
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from pm_workspace.local.supervisor import Supervisor


class Command(BaseCommand):
    """Start the database, the broker, the web, the workers and the clock; stop them together."""

    help = "Start everything and keep it running until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port",
            type=int,
            default=int(os.environ.get("PORT") or 0),
            help="The web's port; without it the first free one from 8000.",
        )
        parser.add_argument("--no-sample", action="store_true", help="Load no sample shop.")
        parser.add_argument(
            "--once", action="store_true", help="Stop again as soon as everything is ready."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        supervisor = Supervisor(
            settings.STATE, port=options["port"], sample=not options["no_sample"]
        )
        supervisor.run(once=options["once"])
