"""`manage.py create_token EMAIL --workspace SLUG`: a token for scripts, printed once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from workspaces.access.doors import actor_for
from workspaces.access.roles import Perm
from workspaces.api.services import DEFAULT_DAYS, create_token
from workspaces.members.models import User


class Command(BaseCommand):
    """Prints the secret alone on standard output, so that a script can take it."""

    help = "Make an API token for a member of a workspace, and print it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--name", default="made on the command line")
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS)
        parser.add_argument(
            "--scopes",
            nargs="*",
            default=[],
            metavar="SCOPE",
            help=f"Of {', '.join(Perm)}; none means everything the role may do.",
        )

    def handle(self, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody has the address {options['email']}.")
        try:
            actor = actor_for(user, options["workspace"], channel="command")
            token, secret = create_token(actor, options["name"], options["scopes"], options["days"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stderr.write(
            f"Token “{token.name}” of {user.email} for {actor.workspace}, "
            f"until {token.expiry:%d %B %Y}. It is not shown again."
        )
        self.stdout.write(secret)
