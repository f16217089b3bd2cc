"""Pages of rule packs: which there are, what they say, what another version would change."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.clock import today
from core.errors import NotFound, Refused
from core.web import leave_to, toast
from products.catalog.forms import add_refusal
from products.catalog.models import Market, Product
from products.compliance import services
from products.compliance.forms import PackForm
from products.compliance.impact import Effect, summary
from products.compliance.impact import impact as impact_of
from products.compliance.models import RulePack
from products.compliance.packs import EVIDENCE, MOST_BYTES, Pack, read, shipped, vocabulary
from products.compliance.states import PackState
from products.compliance.wording import NOT_ADVICE, condition
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.lists import whole_number

LIST, PAGE = "compliance/packs.html", "compliance/pack.html"
IMPORT, IMPACT = "compliance/pack_import.html", "compliance/impact.html"
A_PAGE = 100
TONES = {
    Effect.GAINED: "red",
    Effect.LOST: "green",
    Effect.ASKED: "indigo",
    Effect.CHANGED: "amber",
}


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def packs(request: WorkspaceRequest) -> HttpResponse:
    """Every pack there is: those that ship, and the workspace's own."""
    rows = RulePack.objects.visible_to(request.actor).order_by("key", "version")
    here: dict[str, list[RulePack]] = {}
    for row in rows:
        here.setdefault(row.key, []).append(row)
    keys = sorted(set(shipped()) | set(here))
    context = {
        "packs": [_entry(key, here.get(key, [])) for key in keys],
        "manages": request.actor.can(Perm.COMPLIANCE_REVIEW),
        "crumbs": _crumbs(request)[:1],
    }
    return render(request, LIST, context)


def _entry(key: str, rows: list[RulePack]) -> dict[str, Any]:
    """One line: the version that counts, else the newest, and whether a newer one waits."""
    ships = shipped().get(key)
    active = next((row for row in rows if row.state == PackState.ACTIVE), None)
    shown = active or (rows[-1] if rows else None)
    newest = max([row.version for row in rows] + ([ships.version] if ships else []))
    pack = read(shown.body) if shown else shipped()[key]
    return {
        "pack": pack,
        "owner": shown.owner if shown else pack.owner,
        "reviewed_on": shown.reviewed_on if shown else pack.reviewed_on,
        "active": active,
        "own": ships is None,
        "newer": newest if active and newest > active.version else None,
        "newest": newest,
    }


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def pack(request: WorkspaceRequest, pack: str) -> HttpResponse:
    """One pack: its rules with their sources, its owner, and its versions."""
    row, found = shown_version(request, pack)
    entry = _entry(pack, _rows(request, pack))
    known = {**vocabulary(), **found.attributes}
    context = {
        **entry,
        "pack": found,
        "row": row,
        "rules": [
            {
                "rule": rule,
                "when": condition(rule.when, known),
                "evidence": ", ".join(EVIDENCE[kind].lower() for kind in rule.evidence),
            }
            for rule in found.rules
        ],
        "versions": _rows(request, pack)[::-1],
        "manages": request.actor.can(Perm.COMPLIANCE_REVIEW),
        "crumbs": _crumbs(request),
    }
    return render(request, PAGE, context)


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def file(request: WorkspaceRequest, pack: str) -> HttpResponse:
    """A pack as JSON, to read or to make one's own of; what it is stands in its first line."""
    row, found = shown_version(request, pack)
    owner, day = (row.owner, row.reviewed_on) if row else (found.owner, found.reviewed_on)
    about = f"{NOT_ADVICE}. {found.about}".strip()
    if found.about.startswith(NOT_ADVICE):
        about = found.about
    body = {**found.body, "owner": owner, "reviewed_on": f"{day:%Y-%m-%d}", "about": about[:1_000]}
    answer = HttpResponse(
        json.dumps(body, indent=2, ensure_ascii=False), content_type="application/json"
    )
    answer["Content-Disposition"] = f'attachment; filename="{found.key}-v{found.version}.json"'
    return answer


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.COMPLIANCE_REVIEW)
def bring_in(request: WorkspaceRequest) -> HttpResponse:
    """Bring in a pack of one's own; what it would change is shown before it counts."""
    posted = request.method == "POST"
    form = PackForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        upload: Any = request.FILES["upload"]
        try:
            row = services.import_pack(request.actor, upload.read(MOST_BYTES + 1))
        except (Refused, ValidationError) as refusal:
            add_refusal(form, refusal)
        else:
            toast(request, f"{row} is here. See what it changes, then activate it.")
            return leave_to(request, _impact_url(request, row.key, row.version))
    context = {"form": form, "crumbs": _crumbs(request)}
    return render(request, IMPORT, context, status=422 if posted else 200)


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def impact(request: WorkspaceRequest, pack: str, version: str) -> HttpResponse:
    """What activating a version changes: which product in which market gains or loses what."""
    actor = request.actor
    wanted = services.find_version(actor, pack, whole_number(version) or 0)
    active = RulePack.objects.visible_to(actor).active().filter(key=pack).first()
    before = read(active.body) if active else None
    day = today(actor.workspace.timezone)
    changes, cut = impact_of(actor.workspace.pk, before, read(wanted.body), day)
    page = Paginator(changes, A_PAGE).get_page(request.GET.get("page"))
    names = dict(
        Product.objects.visible_to(actor)
        .filter(pk__in={one.product for one in page})
        .values_list("pk", "name")
    )
    places = dict(Market.objects.visible_to(actor).values_list("pk", "name"))
    context = {
        "wanted": wanted,
        "active": active,
        "summary": [(effect, TONES[effect], many) for effect, many in summary(changes)],
        "page": page,
        "lines": [
            (one, names.get(one.product, "?"), places.get(one.market, "?"), TONES[one.effect])
            for one in page
        ],
        "cut": cut,
        "is_active": active is not None and active.version == wanted.version,
        "manages": actor.can(Perm.COMPLIANCE_REVIEW),
        "crumbs": [*_crumbs(request), (wanted.title, _pack_url(request, pack))],
    }
    return render(request, IMPACT, context)


@require_POST
@workspace_view(Perm.COMPLIANCE_REVIEW)
def activate(request: WorkspaceRequest, pack: str, version: str) -> HttpResponse:
    """Let a version count."""
    row = services.activate_pack(request.actor, pack, whole_number(version) or 0)
    toast(request, f"{row} is active. Obligations follow in a moment.")
    return redirect(_pack_url(request, pack))


@require_POST
@workspace_view(Perm.COMPLIANCE_REVIEW)
def stop(request: WorkspaceRequest, pack: str) -> HttpResponse:
    """Let a pack count no more."""
    row = services.stop_pack(request.actor, pack)
    toast(request, f"{row} counts no more.")
    return redirect(_pack_url(request, pack))


@require_POST
@workspace_view(Perm.COMPLIANCE_REVIEW)
def reviewed(request: WorkspaceRequest, pack: str) -> HttpResponse:
    """Say that a pack was read again today."""
    row = services.review_pack(request.actor, pack, request.POST.get("owner", ""))
    toast(request, f"{row} is reviewed.")
    return redirect(_pack_url(request, pack))


def shown_version(request: WorkspaceRequest, key: str) -> tuple[RulePack | None, Pack]:
    """The version that counts, else the newest there is. Raises NotFound."""
    rows = _rows(request, key)
    active = next((row for row in rows if row.state == PackState.ACTIVE), None)
    row = active or (rows[-1] if rows else None)
    if row is not None:
        return row, read(row.body)
    if key not in shipped():
        raise NotFound("There is no such rule pack.")
    return None, shipped()[key]


def _rows(request: WorkspaceRequest, key: str) -> list[RulePack]:
    rows = RulePack.objects.visible_to(request.actor).filter(key=key)
    return list(rows.select_related("reviewed_by", "added_by").order_by("version"))


def _crumbs(request: WorkspaceRequest) -> list[tuple[str, str]]:
    slug = request.actor.workspace.slug
    return [
        ("Compliance", reverse("products:compliance", args=[slug])),
        ("Rule packs", reverse("products:rule_packs", args=[slug])),
    ]


def _pack_url(request: WorkspaceRequest, key: str) -> str:
    return reverse("products:rule_pack", args=[request.actor.workspace.slug, key])


def _impact_url(request: WorkspaceRequest, key: str, version: int) -> str:
    return reverse("products:rule_pack_impact", args=[request.actor.workspace.slug, key, version])
