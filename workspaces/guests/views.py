"""The gate: a password, or a code that is mailed."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.errors import Refused
from workspaces.guests import gate
from workspaces.guests import services_entering as services
from workspaces.guests.doors import at_gate, closed, guarded, slow, too_many
from workspaces.guests.models import GuestLink, Way

TRIES, CODES, TEN_MINUTES = 10, 5, 600


@require_POST
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Say who one is. Whatever is wrong is said at the gate again."""
    link = gate.find(secret)
    if link is None:
        return guarded(closed(request))
    if too_many(request, f"guest-enter:{link.pk}", TRIES, TEN_MINUTES):
        return guarded(slow(request))
    where = _where(request, secret)
    if where is None:
        return guarded(closed(request))
    sent, email = request.POST, request.POST.get("email", "").strip()[:254]
    context = at_gate(request, link, secret, next=where, email=email)
    try:
        if link.way == Way.EMAIL and "code" not in sent:
            return guarded(_code_asked(request, link, context))
        if link.way == Way.EMAIL:
            services.check_code(link, email, sent.get("code", "")[:40])
        elif link.way == Way.PASSWORD:
            services.check_link_password(link, sent.get("password", ""))
    except Refused as refusal:
        context |= {"reason": str(refusal), "asked": "code" in sent}
        return guarded(render(request, "guests/gate.html", context, status=422))
    response = HttpResponseRedirect(where, status=303)
    named = email.lower() if link.way == Way.EMAIL else ""
    gate.remember(response, secret, gate.come_in(request, link, named))
    return guarded(response)


def _code_asked(request: HttpRequest, link: GuestLink, context: dict[str, object]) -> HttpResponse:
    """The second step, the same for every address."""
    if too_many(request, f"guest-code:{link.pk}", CODES, TEN_MINUTES):
        return slow(request)
    email = str(context["email"])
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("Write your e-mail address, such as name@example.com.") from None
    services.ask_for_code(link, email)
    return render(request, "guests/gate.html", context | {"asked": True})


def _where(request: HttpRequest, secret: str) -> str | None:
    """The page of this link that was asked for before."""
    where = request.POST.get("next", "")
    mine = where.startswith(f"{gate.PREFIX}{secret}/") and where.isprintable()
    return where if mine and url_has_allowed_host_and_scheme(where, None) else None
