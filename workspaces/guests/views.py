"""The gate: a password, or a code that is mailed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from core.errors import Refused
from workspaces.guests import gate
from workspaces.guests import services_entering as services
from workspaces.guests.doors import at_gate, closed, guarded, inside, slow, too_many
from workspaces.guests.models import GuestLink, Way
from workspaces.guests.words import NO_ADDRESS

TRIES, CODES, TEN_MINUTES = 10, 5, 600
HELD = "held."  # begins the names of fields that wait at the gate


@require_POST
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Say who one is. Whatever is wrong is said at the gate again."""
    link = gate.find(secret)
    if link is None:
        return guarded(closed(request))
    if too_many(request, f"guest-enter:{link.pk}", TRIES, TEN_MINUTES):
        return guarded(slow(request))
    sent, email = request.POST, request.POST.get("email", "").strip()[:254]
    where = inside(sent.get("next", ""), secret)
    if not where:
        return guarded(closed(request))
    to = inside(sent.get("to", ""), secret)
    context = at_gate(request, link, secret, next=where, email=email, to=to, held=_held(request))
    if "again" in sent:
        return guarded(render(request, "guests/gate.html", context))
    try:
        if link.way == Way.EMAIL and "code" not in sent:
            return guarded(_code_asked(request, link, context))
        if link.way == Way.EMAIL:
            services.check_code(link, email, sent.get("code", "")[:40])
        elif link.way == Way.PASSWORD:
            services.check_link_password(link, sent.get("password", ""))
    except Refused as refusal:
        context |= {"reason": context["w"].get(str(refusal), str(refusal))}
        context |= _asked(context) if "code" in sent else {}
        return guarded(render(request, "guests/gate.html", context, status=422))
    response: HttpResponse = HttpResponseRedirect(where, status=303)
    if to:
        response = render(request, "guests/late.html", context)
    named = email.lower() if link.way == Way.EMAIL else ""
    gate.remember(response, secret, gate.come_in(request, link, named))
    return guarded(response)


def _asked(context: dict[str, Any]) -> dict[str, str]:
    """What is said once a code was asked for."""
    return {"asked": context["w"]["on_its_way"].format(email=context["email"])}


def _code_asked(request: HttpRequest, link: GuestLink, context: dict[str, Any]) -> HttpResponse:
    """The second step, the same for every address."""
    if too_many(request, f"guest-code:{link.pk}", CODES, TEN_MINUTES):
        return slow(request)
    email = str(context["email"])
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(NO_ADDRESS) from None
    services.ask_for_code(link, email)
    return render(request, "guests/gate.html", context | _asked(context))


def _held(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent too late, as the gate's form has held it."""
    return [
        (name.removeprefix(HELD), value)
        for name, values in request.POST.lists()
        if name.startswith(HELD)
        for value in values
    ]
