"""What people type about workspaces, members and themselves. Forms parse; the services decide."""

import zoneinfo
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from django import forms
from django.core.exceptions import ValidationError

from core.errors import EditConflict, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.members import invitations, services
from workspaces.members.models import Invitation, User, Workspace

LOCALES = [
    ("en-GB", "English (United Kingdom)"),
    ("en-US", "English (United States)"),
    ("de-DE", "Deutsch (Deutschland)"),
    ("de-CH", "Deutsch (Schweiz)"),
    ("fr-FR", "Français (France)"),
    ("es-ES", "Español (España)"),
    ("it-IT", "Italiano (Italia)"),
    ("nl-NL", "Nederlands (Nederland)"),
    ("pl-PL", "Polski (Polska)"),
    ("sv-SE", "Svenska (Sverige)"),
    ("ja-JP", "日本語 (日本)"),
]


@lru_cache(maxsize=1)
def zone_choices() -> list[tuple[str, str]]:
    """Places people live in, and UTC."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/")
    known = zoneinfo.available_timezones()
    named = sorted(name for name in known if name.startswith((*regions, "Pacific/")))
    return [(name, name.replace("_", " ")) for name in ["UTC", *named]]


@lru_cache(maxsize=1)
def currency_choices() -> list[tuple[str, str]]:
    """Currencies that are legal tender somewhere today."""
    history = get_global("territory_currencies").values()
    current = {code for rows in history for code, _, end, tender in rows if tender and not end}
    names = Locale("en").currencies
    return [(code, f"{code} · {names[code]}") for code in sorted(current) if code in names]


def _with(choices: list[tuple[str, str]], value: str) -> list[tuple[str, str]]:
    """The choices, and what is set now even where it is none of them."""
    return choices if value in dict(choices) else [(value, value), *choices]


class RefusingForm(forms.Form):
    """Turns refusals into errors on the form; what is absent or denied goes through."""

    def carry_out(self, actor: Actor) -> None:
        """Call the service."""
        raise TypeError(f"{type(self).__name__} does not say which service it calls.")

    def submit(self, actor: Actor) -> bool:
        """Carry out what was typed. False means it was refused, and `errors` says why."""
        if self.is_valid():
            try:
                self.carry_out(actor)
            except (Refused, EditConflict) as refusal:
                self.add_error(None, str(refusal))
            except ValidationError as wrong:
                self.add_error(None, wrong)
        return not self.errors


class CreateWorkspaceForm(forms.Form):
    """A new workspace."""

    name = forms.CharField(max_length=80, label="Name", help_text="Your shop or company.")
    slug = forms.SlugField(
        max_length=50,
        required=False,
        label="Address",
        help_text="Letters, digits and hyphens; empty: taken from the name. It cannot change.",
    )
    timezone = forms.ChoiceField(
        label="Time zone",
        initial="Europe/Berlin",
        help_text="Decides on which day an order counts.",
    )
    currency = forms.ChoiceField(
        label="Currency", initial="EUR", help_text="What revenue and margin are shown in."
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["timezone"].choices = zone_choices()  # type: ignore[attr-defined]
        self.fields["currency"].choices = currency_choices()  # type: ignore[attr-defined]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug in services.RESERVED_SLUGS:
            raise ValidationError("This address is kept for the app itself. Choose another one.")
        return slug

    def submit(self, user: User) -> Workspace | None:
        """The new workspace, or None when it was refused."""
        if not self.is_valid():
            return None
        typed = self.cleaned_data
        fields = services.WorkspaceFields(typed["name"], typed["timezone"], typed["currency"])
        slug = typed["slug"] or services.free_slug(typed["name"])
        try:
            return services.create_workspace(user, fields, slug)
        except ValidationError as wrong:
            self.add_error(None, wrong)
        return None


class WorkspaceForm(RefusingForm):
    """A workspace's settings."""

    name = forms.CharField(max_length=80, label="Name")
    timezone = forms.ChoiceField(
        label="Time zone",
        help_text="Orders that are in keep the day they were counted on; new ones follow the new "
        "zone.",
    )
    currency = forms.ChoiceField(
        label="Currency",
        help_text="Changing it works out every figure anew; until that is done, lists show each "
        "amount in the currency it stands in. Days without an exchange rate into the new currency "
        "lose coverage until a rate is there.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, workspace: Workspace, data: object = None) -> None:
        initial = {
            "name": workspace.name,
            "timezone": workspace.timezone,
            "currency": workspace.currency,
            "seen_version": workspace.version,
        }
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        zones = _with(zone_choices(), workspace.timezone)
        currencies = _with(currency_choices(), workspace.currency)
        self.fields["timezone"].choices = zones  # type: ignore[attr-defined]
        self.fields["currency"].choices = currencies  # type: ignore[attr-defined]

    def carry_out(self, actor: Actor) -> None:
        typed = self.cleaned_data
        fields = services.WorkspaceFields(typed["name"], typed["timezone"], typed["currency"])
        services.update_workspace(actor, fields, seen_version=typed["seen_version"])


class DeleteWorkspaceForm(RefusingForm):
    """The owner types the name, so that nobody deletes by a slip."""

    typed_name = forms.CharField(
        max_length=80,
        label="Name of the workspace",
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def carry_out(self, actor: Actor) -> None:
        services.delete_workspace(actor, self.cleaned_data["typed_name"])


class InviteForm(RefusingForm):
    """An address and a role."""

    email = forms.EmailField(label="E-mail address")
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.CONTRIBUTOR)
    invitation: Invitation

    def __init__(self, data: object = None, *, roles: list[Role]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        choices = [(role.value, role.label) for role in roles]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]

    def carry_out(self, actor: Actor) -> None:
        typed = self.cleaned_data
        self.invitation = invitations.invite(actor, typed["email"], Role(typed["role"]))


class RoleForm(RefusingForm):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Role.choices)
    seen_version = forms.IntegerField()

    def __init__(self, membership_id: int, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.membership_id = membership_id

    def carry_out(self, actor: Actor) -> None:
        typed = self.cleaned_data
        role, seen = Role(typed["role"]), typed["seen_version"]
        services.change_role(actor, self.membership_id, role, seen_version=seen)


class ProfileForm(forms.Form):
    """One's own name and how numbers and times are written."""

    name = forms.CharField(max_length=120, label="Name")
    locale = forms.ChoiceField(label="Numbers and dates", choices=LOCALES)
    timezone = forms.ChoiceField(label="Your time zone", help_text="For times of day on pages.")

    def __init__(self, user: User, data: object = None) -> None:
        initial = {"name": user.name, "locale": user.locale, "timezone": user.timezone}
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.user = user
        zones = _with(zone_choices(), user.timezone)
        self.fields["timezone"].choices = zones  # type: ignore[attr-defined]
        self.fields["locale"].choices = _with(LOCALES, user.locale)  # type: ignore[attr-defined]

    def submit(self) -> bool:
        """Keep it. False means it was refused, and `errors` says why."""
        if self.is_valid():
            typed = self.cleaned_data
            services.update_profile(
                self.user, name=typed["name"], locale=typed["locale"], zone=typed["timezone"]
            )
        return not self.errors
