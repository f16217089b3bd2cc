"""Mailing one-time codes."""

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.mail import Stream, build, host_of
from workspaces.guests.models import GuestCode
from workspaces.guests.services_entering import CODE_LIVES, digits_of
from workspaces.guests.words import words_of


@shared_task
def send_code(code_id: int) -> None:
    """Mail a code that was not mailed yet, if the address may still prove itself."""
    with transaction.atomic():
        waiting = GuestCode.objects.select_for_update(of=("self",)).filter(
            pk=code_id, sent_at=None, made_at__gte=timezone.now() - CODE_LIVES
        )
        code = waiting.select_related("link__workspace").first()
        if code is None:
            return
        link = code.link
        if link.is_open(timezone.now()) and link.may_prove(code.email):
            _mail(code)
        code.sent_at = timezone.now()
        code.save(update_fields=["sent_at"])


def _mail(code: GuestCode) -> None:
    name = code.link.workspace.name
    text = words_of(code.link)["letter"].format(code=digits_of(code), workspace=name)
    subject, _, body = text.partition("\n")
    stream = Stream(host_of(settings.SITE_URL), "guests", f"guest-code-{code.pk}")
    build(stream, code.email, subject, body.strip() + "\n").send()
