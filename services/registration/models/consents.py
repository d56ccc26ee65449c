"""What people agree to, word for word. A changed text gets a new version: which one somebody saw is kept with their yes."""

from dataclasses import dataclass
from typing import Any

from shared.web.i18n import lazy_gettext

ASSISTANCE, INVITATIONS = "assistance", "invitations"

#: How a yes came: ticked by the person, told to the office, which read the text out or showed it, or written on a paper list.
ONLINE, PHONE, DESK, PAPER = WAYS = ("online", "phone", "desk", "paper")


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The text of one purpose in its present version."""

    version: str
    text: Any


TEXTS = {
    # Whoever asks for assistance reads this right above the choices and agrees by choosing.
    ASSISTANCE: ConsentText(
        "2026-11",
        lazy_gettext(
            "Wenn Sie hier etwas auswählen, erlauben Sie uns, das für die Planung dieser Konferenz zu speichern. "
            "Wir speichern es verschlüsselt und löschen es sieben Tage nach der Konferenz."
        ),
    ),
    INVITATIONS: ConsentText(
        "2026-12",
        lazy_gettext(
            "Ja, laden Sie mich auch zu den nächsten Integrationskonferenzen ein. Ich kann das jederzeit wieder abbestellen."
        ),
    ),
}
