"""What visitors do as somebody: comment on an idea, and prove an address so that it counts."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import NotFound, Refused
from feedback.portal import services_comments, services_guests
from feedback.portal.doors import portal_view, visitor_of
from feedback.portal.models import CommentState, Portal
from feedback.portal.pages import ONE, TEN_MINUTES, about, idea_context, may_prove, told
from workspaces.guests import gate
from workspaces.guests import services_entering as entering
from workspaces.guests.doors import GuestRequest, guarded, slow, too_many

PROVE = "feedback/portal/prove.html"
COMMENTS, CODES, TRIES = 5, 5, 10  # in ten minutes, from one place


@require_POST
@portal_view
def comment(request: GuestRequest, portal: Portal, pk: int) -> HttpResponse:
    """Say something about an idea."""
    if too_many(request, f"portal-comment:{portal.link_id}", COMMENTS, TEN_MINUTES):
        return guarded(slow(request))
    sent, visitor = request.POST, visitor_of(request)
    where = reverse("portal_idea", args=[request.secret, pk])
    if sent.get("website"):  # no person sees that field
        return redirect(f"{where}?said=waiting#said")
    body, name = sent.get("body", ""), sent.get("name", "")
    try:
        made = services_comments.say(portal, visitor, pk, body, name)
    except Refused as refusal:
        wrong = str(told(portal, refusal))
        context = idea_context(request, portal, pk) | {"wrong": wrong, "body": body, "name": name}
        return render(request, ONE, context, status=422)
    said = "shown" if made.state == CommentState.SHOWN else "waiting"
    return redirect(f"{where}?said={said}#said")


@require_http_methods(["GET", "POST"])
@portal_view
def prove(request: GuestRequest, portal: Portal) -> HttpResponse:
    """Say one's address, then type the code that was mailed there; or be nobody again."""
    link = request.guest.link
    if not may_prove(portal, link):
        raise NotFound("There is nothing to prove here.")
    sent = request.POST if request.method == "POST" else request.GET
    where, email = _where(request, sent.get("next", "")), sent.get("email", "").strip()[:254]
    context = about(request, portal) | {"next": where, "email": email, "asked": "code" in sent}
    if request.method == "GET":
        return render(request, PROVE, context)
    if sent.get("leave"):
        response: HttpResponse = HttpResponseRedirect(where, status=303)
        gate.remember(response, request.secret, gate.proven(request.guest, ""))
        return response
    what, most = ("portal-code", TRIES) if "code" in sent else ("portal-ask", CODES)
    if too_many(request, f"{what}:{link.pk}", most, TEN_MINUTES):
        return guarded(slow(request))
    try:
        return _proving(request, portal, context)
    except Refused as refusal:
        context["reason"] = str(told(portal, refusal))
        return render(request, PROVE, context, status=422)


def _proving(request: GuestRequest, portal: Portal, context: dict[str, object]) -> HttpResponse:
    link, email = request.guest.link, str(context["email"])
    if "code" not in request.POST:
        try:
            validate_email(email)
        except ValidationError:
            raise Refused("no_address") from None
        entering.ask_for_code(link, email)
        return render(request, PROVE, context | {"asked": True})
    try:
        entering.check_code(link, email, request.POST.get("code", "")[:40])
    except Refused as refusal:
        raise Refused("no_code") from refusal
    services_guests.prove(portal, visitor_of(request), email.lower())
    response = HttpResponseRedirect(str(context["next"]), status=303)
    gate.remember(response, request.secret, gate.proven(request.guest, email))
    return response


def _where(request: GuestRequest, wanted: str) -> str:
    """The page of this portal to go back to."""
    mine = wanted.startswith(f"{gate.PREFIX}{request.secret}/") and wanted.isprintable()
    if mine and ".." not in wanted and url_has_allowed_host_and_scheme(wanted, None):
        return wanted
    return reverse("portal_ideas", args=[request.secret])
