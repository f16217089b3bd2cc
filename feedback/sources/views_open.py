"""The addresses that anybody may post to: the secret or the key in them says to which source.

No session is read and no cookie is set. What comes too fast is turned away before anything is
asked of the database but the source itself.
"""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from feedback.inbox.matching import Named
from feedback.sources import letters, posts
from feedback.sources.intake import Said, key_of, take_letter, take_note
from feedback.sources.models import Source, SourceKind
from workspaces.access.callers import caller_of
from workspaces.api import limits

LARGEST_BODY = 1024**2  # of notes as JSON
LARGEST_FORM = 64 * 1024
LONGEST_FORM = 10_000
GUESSES = 30  # of one caller in a minute, at secrets that open nothing
OF_ONE_VISITOR = 5  # posts of a form in a minute
THANKS = "Thank you. We read everything."
FORM = "feedback/sources/open_form.html"
BESIDE = ("workspace", "created_by", "channel", "product")


@csrf_exempt
@require_POST
def receive(request: HttpRequest, token: str) -> HttpResponse:
    """A letter or notes for the source whose secret this is."""
    source = _source(token_hash=key_of(token), kind__in=("letters", "hook"))
    if source is None:
        if _too_many(f"source-guess:{caller_of(request)}", GUESSES):
            return _slow_down(request)
        return _said(request, 404, "There is nothing here.")
    if _too_many(f"source:{source.pk}", source.per_minute):
        return _slow_down(request)
    is_letter = source.kind == SourceKind.LETTERS
    body = _body(request, letters.LARGEST if is_letter else LARGEST_BODY)
    if body is None:
        return _said(request, 413, "That is too large.")
    try:
        return _letter(request, source, body) if is_letter else _notes(source, body)
    except ValidationError as wrong:
        return JsonResponse({"errors": wrong.message_dict}, status=422)
    except DomainError as refusal:
        return _said(request, 409, str(refusal))


def _letter(request: HttpRequest, source: Source, body: bytes) -> HttpResponse:
    if request.content_type == "application/json":
        values = posts.json_in(body)
        if not isinstance(values, dict):
            raise ValidationError({"body": ["Send a JSON object."]})
        if isinstance(values.get("raw"), str):
            body = values["raw"].encode("utf-8", "replace")
        else:
            try:
                body = letters.written(values)
            except ValueError as wrong:
                raise ValidationError({"body": [str(wrong)]}) from wrong
    arrival = take_letter(source, body)
    said = {"state": arrival.state, "reason": arrival.reason, "note": arrival.note_id}
    return JsonResponse(said, status=202)


def _notes(source: Source, body: bytes) -> HttpResponse:
    said = posts.notes_in(source, body)
    with transaction.atomic():  # all of them, or none
        taken = [take_note(source, one) for one in said]
    rows = [{"note": arrival.note_id, "new": is_new} for arrival, is_new in taken]
    return JsonResponse({"notes": rows}, status=201 if any(new for _, new in taken) else 200)


@require_GET
def script(request: HttpRequest, key: str) -> HttpResponse:
    """The script that a shop's page loads. It draws the form and asks for nothing else."""
    source = _source(key=key, kind=SourceKind.FORM)
    if source is None:
        return HttpResponse("// There is no such form.", "text/javascript", status=404)
    said = {
        "url": request.build_absolute_uri(request.path.removesuffix(".js") + "/"),
        "title": source.name,
        "style": _text("css/open-form.css"),
        "most": LONGEST_FORM,
    }
    values = json.dumps(said).replace("<", "\\u003c")
    response = HttpResponse(
        _text("js/embed/open-form.js").replace("__FORM__", values), "text/javascript; charset=utf-8"
    )
    response["Cache-Control"] = "public, max-age=300"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@csrf_exempt
@require_http_methods(["GET", "POST", "OPTIONS"])
def form(request: HttpRequest, key: str) -> HttpResponse:
    """A form as a page of its own, and where it and the script post to."""
    source = _source(key=key, kind=SourceKind.FORM)
    if source is None:
        return _said(request, 404, "There is no such form.")
    response = _answer_form(request, source)
    origin = request.headers.get("Origin", "")
    if origin and origin.lower() in source.origins:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Headers"] = "Content-Type"
        response["Access-Control-Allow-Methods"] = "POST"
        response["Access-Control-Max-Age"] = "600"
    response["Vary"] = "Origin"
    return response


def _answer_form(request: HttpRequest, source: Source) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if request.method == "GET":
        return _page(request, source, {"sku": request.GET.get("sku", "")[:120]})
    if not _from_a_known_site(request, source):
        return _said(request, 403, "This form is not for that site.")
    visitor = f"form:{source.pk}:{caller_of(request)}"
    if _too_many(visitor, OF_ONE_VISITOR) or _too_many(f"source:{source.pk}", source.per_minute):
        return _slow_down(request)
    body = _body(request, LARGEST_FORM)
    if body is None:
        return _said(request, 413, f"Write {LONGEST_FORM:,} characters at most.")
    return _take(request, source, body)


def _take(request: HttpRequest, source: Source, body: bytes) -> HttpResponse:
    values: dict[str, str] = {}
    try:
        values = _values(request, body)
        if not values["website"]:  # only programs fill in what nobody sees
            take_note(source, _from_form(request, values))
    except ValidationError as wrong:
        words = " ".join(wrong.messages)
        if _is_json(request):
            return JsonResponse({"message": words}, status=422)
        return _page(request, source, values | {"error": words}, status=422)
    except DomainError as refusal:
        return _said(request, 409, str(refusal))
    if _is_json(request):
        return JsonResponse({"message": THANKS}, status=201)
    return _page(request, source, {"thanks": THANKS})


def _from_form(request: HttpRequest, values: dict[str, str]) -> Said:
    """What a visitor wrote. The same words by the same visitor on one day are one note."""
    text, email = posts.sane(values["text"]).strip(), posts.address(values["email"].strip())
    if not text:
        raise ValidationError({"text": ["Write what you want to say."]})
    if len(text) > LONGEST_FORM:
        words = f"Write {LONGEST_FORM:,} characters at most; these are {len(text):,}."
        raise ValidationError({"text": [words]})
    once = (f"{timezone.now():%F}", caller_of(request), text, email)
    digest = sha256("\x1f".join((settings.SECRET_KEY, *once)).encode()).hexdigest()
    return Said(
        text=text,
        author=email,
        external_id=f"form-{digest}",
        named=Named(
            email=email,
            sku=posts.sane(values["sku"]),
            handle=posts.sane(values["handle"]),
            gtin=posts.sane(values["gtin"]),
            product_name=posts.sane(values["product"]),
        ),
    )


def _values(request: HttpRequest, body: bytes) -> dict[str, str]:
    names = ("text", "email", "website", "sku", "handle", "gtin", "product")
    if _is_json(request):
        found = posts.json_in(body)
        given = found if isinstance(found, dict) else {}
    else:
        given = QueryDict(body, encoding="utf-8").dict()
    return {name: value if isinstance(value := given.get(name), str) else "" for name in names}


def _from_a_known_site(request: HttpRequest, source: Source) -> bool:
    """Browsers say where a page is from; what says nothing is no browser of a visitor."""
    origin = request.headers.get("Origin", "").lower()
    ours = f"{request.scheme}://{request.get_host()}".lower()
    return not origin or origin == ours or origin in source.origins


def _page(
    request: HttpRequest, source: Source, values: dict[str, str], status: int = 200
) -> HttpResponse:
    context = {"source": source, "most": LONGEST_FORM, "values": values}
    return render(request, FORM, context, status=status)


def _source(**where: Any) -> Source | None:
    """The source that is meant, if it is on."""
    if "\x00" in where.get("key", ""):
        return None
    return Source.objects.on().filter(**where).select_related(*BESIDE).first()


def _too_many(caller: str, most: int) -> bool:
    counted = limits.count(caller)
    return counted is not None and counted.used > most


def _body(request: HttpRequest, most: int) -> bytes | None:
    """The whole body; None when it is larger than what is taken."""
    body = request.read(most + 1)
    return None if len(body) > most else body


def _is_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json"


def _slow_down(request: HttpRequest) -> HttpResponse:
    response = _said(request, 429, "Too much at once. Try again in a minute.")
    response["Retry-After"] = str(limits.WINDOW_SECONDS)
    return response


def _said(request: HttpRequest, status: int, words: str) -> HttpResponse:
    if "text/html" in request.headers.get("Accept", "") and not _is_json(request):
        return render(request, FORM, {"words": words}, status=status)
    return JsonResponse({"message": words}, status=status)


@lru_cache
def _text(name: str) -> str:
    return (Path(settings.BASE_DIR) / "static" / name).read_text()
