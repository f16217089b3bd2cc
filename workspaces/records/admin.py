"""What every admin page of the house shares: quick lists, scoped links, and an honest history."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import ModelAdmin as DjangoAdmin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponseRedirect
from unfold.admin import ModelAdmin

from core.db import refusal_in
from core.paging import EstimatingPaginator
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.audit import services as audit
from workspaces.audit.models import Channel
from workspaces.records.models import Record, ScopedModel, WorkspaceLink


class ScopedForm(forms.ModelForm):
    """Links stay within the workspace: PostgreSQL would refuse them, this says it in words."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        workspace = (cleaned or {}).get("workspace") or getattr(self.instance, "workspace", None)
        for field in self._meta.model._meta.concrete_fields:
            linked = (cleaned or {}).get(field.name)
            if not isinstance(field, WorkspaceLink) or linked is None or workspace is None:
                continue
            if linked.workspace_id != workspace.pk:
                self.add_error(field.name, ValidationError("It is in another workspace."))
        return cleaned


class HouseAdmin(ModelAdmin):
    """Fast at a million rows: estimated counts, joined links, links chosen by searching."""

    form = ScopedForm
    paginator = EstimatingPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 200
    compressed_fields = True
    ordering = ("-pk",)
    list_display_links = None

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return list(list_display)[:1]

    def get_list_select_related(self, request: HttpRequest) -> Any:
        shown = self.get_list_display(request)
        links = {f.name for f in self.opts.concrete_fields if f.is_relation}
        return [name for name in shown if name in links] or False

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return [
            field.name
            for field in self.opts.concrete_fields
            if field.is_relation
            and field.related_model in self.admin_site._registry
            and self.admin_site._registry[field.related_model].search_fields
        ]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form; what one of our own triggers refuses is said above it."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as clash:
            if not (rule := refusal_in(clash)):
                raise
            self.message_user(request, rule, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting is the services' matter: they know the trash, the history and the figures."""
        return False


class ReadOnlyAdmin(HouseAdmin):
    """Rows that are facts, history or worked out: looked at here, changed elsewhere."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecordAdmin(HouseAdmin):
    """Records people may mend here. Every change is written into the record's history."""

    readonly_fields: Any = ("created_at", "updated_at", "version", "deleted_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "workspace")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = type(obj)._base_manager.get(pk=obj.pk)
        names = [name for name in form.changed_data if name in form.cleaned_data]
        changes = {
            name: (getattr(before, _column(obj, name)), getattr(obj, _column(obj, name)))
            for name in names
        }
        if isinstance(obj, Record):
            obj.version = before.version + 1
        DjangoAdmin.save_model(self, request, obj, form, change)
        if changes and isinstance(obj, ScopedModel):
            actor = Actor(request.user, obj.workspace, Role.OWNER, Channel.ADMIN)  # type: ignore[arg-type]
            audit.record(actor, f"{obj._meta.model_name}.changed", obj, changes)


def _column(row: models.Model, name: str) -> str:
    """The attribute that holds a field's stored value."""
    return str(row._meta.get_field(name).attname)  # type: ignore[union-attr]
