"""What stands at the gate, and in the letter with a code, in the language of what is behind it."""

from collections.abc import Callable

from workspaces.guests.models import GuestLink
from workspaces.guests.services_entering import SLOW_DOWN, WRONG_CODE, WRONG_PASSWORD

NO_ADDRESS = "Write your e-mail address, such as name@example.com."
USUAL = "en"
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "language": "en",
        "skip": "Skip to content",
        "shared": "Shared with you",
        "ended": "Your visit had ended, so what you sent is not sent yet. It is kept here: come in "
        "again, then send it.",
        "has_password": "Whoever sent you this link has set a password.",
        "on_its_way": "If {email} may open it, a code is on its way. It works for ten minutes.",
        "ask_address": "Write your e-mail address. If it may open this link, you get a code.",
        "password": "Password",
        "code": "Code",
        "address": "E-mail address",
        "open": "Open",
        "send_code": "Send me a code",
        "again": "Use another address, or ask for another code",
        "not_sent": "Not sent yet",
        "kept": "You are in again. What you sent before has been kept, and is not sent yet.",
        "send_now": "Send it now",
        "without": "Back to the page, without sending it",
        "refused": "That could not be done",
        "absent": "There is no such page",
        "not_part": "It is not part of what was shared with you.",
        "letter": "{code} opens what was shared with you\n"
        "Somebody, probably you, wants to open a page that {workspace} shared with you.\n\n"
        "Your code is {code}. It works once, for ten minutes.\n\n"
        "If it was not you, do nothing: without this code nobody comes in.\n",
    },
    "de": {
        "language": "de",
        "skip": "Zum Inhalt",
        "shared": "Mit Ihnen geteilt",
        "ended": "Ihr Besuch war abgelaufen, darum ist noch nicht gesendet, was Sie geschrieben "
        "haben. Es ist hier aufgehoben: Kommen Sie wieder herein und senden Sie es dann.",
        "has_password": "Wer Ihnen diesen Link geschickt hat, hat ein Passwort gesetzt.",
        "on_its_way": "Wenn {email} es öffnen darf, ist ein Code unterwegs. Er gilt zehn Minuten.",
        "ask_address": "Schreiben Sie Ihre E-Mail-Adresse. Darf sie diesen Link öffnen, bekommen "
        "Sie einen Code.",
        "password": "Passwort",
        "code": "Code",
        "address": "E-Mail-Adresse",
        "open": "Öffnen",
        "send_code": "Code senden",
        "again": "Eine andere Adresse nehmen oder einen neuen Code anfordern",
        "not_sent": "Noch nicht gesendet",
        "kept": "Sie sind wieder da. Was Sie vorhin geschrieben haben, ist aufgehoben und noch "
        "nicht gesendet.",
        "send_now": "Jetzt senden",
        "without": "Zurück zur Seite, ohne zu senden",
        "refused": "Das ging nicht",
        "absent": "Diese Seite gibt es nicht",
        "not_part": "Sie gehört nicht zu dem, was mit Ihnen geteilt wurde.",
        "letter": "{code} öffnet, was mit Ihnen geteilt wurde\n"
        "Jemand, wahrscheinlich Sie, möchte eine Seite öffnen, die {workspace} mit Ihnen geteilt "
        "hat.\n\nIhr Code ist {code}. Er gilt einmal, zehn Minuten lang.\n\n"
        "Waren Sie es nicht, tun Sie nichts: Ohne diesen Code kommt niemand herein.\n",
        WRONG_PASSWORD: "Dieses Passwort öffnet es nicht.",
        WRONG_CODE: "Dieser Code öffnet es nicht. Tippen Sie den neuesten, oder fordern Sie einen "
        "an.",
        SLOW_DOWN: "Das waren zu viele Versuche. Warten Sie eine Stunde und versuchen Sie es "
        "wieder.",
        NO_ADDRESS: "Schreiben Sie Ihre E-Mail-Adresse, etwa name@example.com.",
    },
}
LANGUAGES: dict[str, Callable[[GuestLink], str]] = {}


def register_language(kind: str, language_of: Callable[[GuestLink], str]) -> None:
    """Say which language is spoken behind links of a kind; behind others it is English."""
    LANGUAGES[kind] = language_of


def words_of(link: GuestLink) -> dict[str, str]:
    """The words for whoever comes by this link."""
    language_of = LANGUAGES.get(link.kind)
    return WORDS.get(language_of(link) if language_of else USUAL, WORDS[USUAL])
