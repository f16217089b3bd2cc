"""The pages of a portal: its ideas, one idea, posting, its changelog. They need no JavaScript."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import NotFound, Refused
from core.mail import mail_is_set_up
from core.typed import without_nul
from feedback.announcements.letters import public_html
from feedback.portal import services_guests as services
from feedback.portal import showing
from feedback.portal.doors import new_token, portal_view, remember, visitor_of
from feedback.portal.models import Portal
from feedback.portal.showing import Asked
from feedback.portal.words import WORDS
from workspaces.guests.doors import GuestRequest, framed, guarded, slow, too_many
from workspaces.guests.gate import PREFIX
from workspaces.guests.models import GuestLink, Way

LIST, ONE = "feedback/portal/ideas.html", "feedback/portal/idea.html"
POST, NEWS = "feedback/portal/post.html", "feedback/portal/news.html"
VOTES_AN_HOUR, POSTS, HOUR, TEN_MINUTES = 60, 10, 3_600, 600


@require_GET
def readable(request: HttpRequest, key: str) -> HttpResponse:
    """The short address of a portal; it says nothing about whether there is one."""
    return HttpResponseRedirect(f"{PREFIX}{key}/ideas/")


@require_GET
@portal_view
def ideas(request: GuestRequest, portal: Portal) -> HttpResponse:
    """The ideas of a portal."""
    context = list_context(portal, request.GET, visitor_of(request).voter(portal.workspace_id))
    return render(request, LIST, about(request, portal) | context)


@require_GET
@portal_view
def as_json(request: GuestRequest, portal: Portal) -> HttpResponse:
    """The same for programs."""
    found = list_context(portal, request.GET, "", comments=True)
    return JsonResponse({"title": portal.title, "ideas": found["ideas"], "more": found["more"]})


@require_GET
@portal_view
def idea(request: GuestRequest, portal: Portal, pk: int) -> HttpResponse:
    """One idea, with one's vote and what is said about it."""
    return render(request, ONE, idea_context(request, portal, pk))


def idea_context(request: GuestRequest, portal: Portal, pk: int) -> dict[str, Any]:
    """What the page of an idea shows to this visitor. Raises NotFound."""
    row = showing.public_ideas(portal).filter(pk=pk).first()
    if row is None:
        raise NotFound("That idea is not here.")
    visitor = visitor_of(request)
    mine = showing.ballots_of(portal, visitor.voter(portal.workspace_id))
    return about(request, portal) | {
        "idea": showing.shaped(portal, row, mine, showing.comments_on(portal, [row])),
        "voted": pk in mine,
        "may_vote": portal.takes_votes and (portal.anonymous or bool(visitor.email)),
        "may_comment": portal.takes_comments and (portal.anonymous or bool(visitor.email)),
        "said": request.GET.get("said", ""),
    }


@require_POST
@portal_view
def vote(request: GuestRequest, portal: Portal, pk: int) -> HttpResponse:
    """Vote, or take one's vote back."""
    if too_many(request, f"portal-vote:{portal.link_id}", VOTES_AN_HOUR, HOUR):
        return guarded(slow(request))
    visitor, token = visitor_of(request), ""
    if not visitor.email and not visitor.token:
        token = new_token()
        visitor = replace(visitor, token=token)
    try:
        act = services.take_back if request.POST.get("back") == "1" else services.vote
        act(portal, visitor, pk)
    except Refused as refusal:
        raise told(portal, refusal) from None
    response = redirect("portal_idea", request.secret, pk)
    if token:
        remember(request, response, token)
    return response


@require_http_methods(["GET", "POST"])
@portal_view
def post(request: GuestRequest, portal: Portal) -> HttpResponse:
    """Write what one wants; what is like it is shown first, so that one may vote instead."""
    visitor, words = visitor_of(request), WORDS[portal.language]
    context = about(request, portal) | {"asks_name": not visitor.email, "title": "", "text": ""}
    if request.method == "GET":
        return render(request, POST, context | {"title": request.GET.get("title", "")[:300]})
    if too_many(request, f"portal-post:{portal.link_id}", POSTS, TEN_MINUTES):
        return guarded(slow(request))
    sent = {name: without_nul(request.POST.get(name, "")) for name in ("title", "text")}
    if request.POST.get("website"):  # no person sees that field
        return render(request, POST, context | {"thanks": True})
    typed = context | sent | {"name": without_nul(request.POST.get("name", ""), 120)}
    if "sure" not in request.POST and sent["title"].strip():
        text = f"{sent['title']} {sent['text']}"[:2_000]
        if found := showing.similar(portal, text):
            shown = [showing.shaped(portal, one) for one in found]
            return render(request, POST, typed | {"similar": shown})
    try:
        services.post(portal, visitor, sent["title"], sent["text"], typed["name"])
    except ValidationError as wrong:
        reason = words[next(iter(wrong.messages))]
        return render(request, POST, typed | {"reason": reason}, status=422)
    except Refused as refusal:
        refused = {"refused": str(told(portal, refusal))}
        return render(request, POST, typed | refused, status=422)
    return render(request, POST, context | {"thanks": True})


@require_GET
@portal_view
def news(request: GuestRequest, portal: Portal) -> HttpResponse:
    """The changelog."""
    if not portal.changelog:
        raise NotFound("There is no changelog here.")
    return render(request, NEWS, about(request, portal) | {"news": showing.news_of(portal)})


def list_context(
    portal: Portal, sent: Any, voter: str, *, comments: bool = False
) -> dict[str, Any]:
    """What the list shows, to a visitor and to members who look at it as one."""
    asked = Asked.of(sent)
    page = Paginator(showing.narrowed(portal, asked), showing.A_PAGE).get_page(sent.get("page"))
    mine = showing.ballots_of(portal, voter)
    said = showing.comments_on(portal, page) if comments else None
    states = [(one, showing.state_label(portal, one)) for one in portal.states]
    return {
        "asked": asked,
        "ideas": [showing.shaped(portal, one, mine, said) for one in page],
        "more": page.next_page_number() if page.has_next() else None,
        "states": states if "state" in portal.fields else [],
        "orders": "votes" in portal.fields,
    }


def frame(portal: Portal, secret: str) -> dict[str, Any]:
    """What stands around every page of a portal."""
    return {
        "portal": {
            "title": portal.title,
            "intro": public_html(portal.intro),
            "language": portal.language,
            "theme": portal.theme,
            "takes_posts": portal.takes_posts,
            "takes_votes": portal.takes_votes,
            "changelog": portal.changelog,
            "indexed": portal.indexed and portal.link.way == Way.OPEN,
        },
        "w": WORDS[portal.language],
        "secret": secret,
    }


def about(request: GuestRequest, portal: Portal) -> dict[str, Any]:
    """The same for the visitor of this request."""
    visitor = {
        "proves": may_prove(portal, request.guest.link),
        "proven": request.guest.email,
        "framed": framed(request),
    }
    return frame(portal, request.secret) | visitor


def may_prove(portal: Portal, link: GuestLink) -> bool:
    """Whether visitors who were not asked for their address may say and prove it."""
    takes = portal.takes_votes or portal.takes_posts or portal.takes_comments
    return takes and link.way != Way.EMAIL and mail_is_set_up()


def told(portal: Portal, refusal: Refused) -> Refused:
    """A refusal in the portal's own words."""
    words = WORDS[portal.language]
    return Refused(words.get(str(refusal), str(refusal)))
