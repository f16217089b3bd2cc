"""`manage.py up` as `manage.py help` lists it. What it does stands in the supervisor."""

from django.core.management import BaseCommand

from pm_workspace.local.supervisor import main


class Command(BaseCommand):
    """Lets Django list `up`, which `manage.py` starts before Django is there."""

    help = "Start everything and keep it running until Ctrl-C."

    def run_from_argv(self, argv: list[str]) -> None:
        """What comes by way of django-admin."""
        main(argv[2:])

    def print_help(self, prog_name: str, subcommand: str) -> None:
        """The options that the supervisor reads."""
        main(["--help"])
