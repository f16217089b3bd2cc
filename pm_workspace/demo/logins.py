"""Who may sign in to the sample shop: one person for each role. Only ever on a workstation."""

from dataclasses import dataclass

from workspaces.access.roles import Role
from workspaces.members.models import User, Workspace

PASSWORD = "northshelf-sample"  # noqa: S105 - printed at every start, opens the sample alone
SLUG = "northshelf"


@dataclass(frozen=True, slots=True)
class Login:
    """One sample member."""

    name: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.role.value}@northshelf.example"


LOGINS = (
    Login("Maya Lindt", Role.OWNER),
    Login("Arne Holm", Role.ADMIN),
    Login("Paula Reyes", Role.PRODUCT),
    Login("Chris Okoye", Role.CONTRIBUTOR),
    Login("Fiona Bauer", Role.FINANCE),
    Login("Victor Sand", Role.VIEWER),
)


def lines() -> list[str]:
    """What a start prints; empty when the sample shop is not there."""
    if not Workspace.objects.filter(slug=SLUG, is_sample=True).exists():
        return []
    there = set(User.objects.values_list("email", flat=True).filter(email__in=_emails()))
    rows = [f"{login.role.label:<16} {login.email}" for login in LOGINS if login.email in there]
    return [f"Sample shop: sign in with the password {PASSWORD}", *rows] if rows else []


def _emails() -> list[str]:
    return [login.email for login in LOGINS]
