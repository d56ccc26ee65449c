"""What states, languages and addressees are called on pages, in the reader's language."""

from services.submissions.models import ADOPTED, CLOSED, DECLINED, NEW, PUBLISHED, WITHDRAWN
from services.submissions.schemas import ADDRESSEE_KINDS, TEXT_LANGUAGES
from shared.web.i18n import LANGUAGES, gettext


def status_label(status: str) -> str:
    """The word for a state."""
    labels = {
        NEW: gettext("neu"),
        PUBLISHED: gettext("veröffentlicht"),
        DECLINED: gettext("nicht veröffentlicht"),
        ADOPTED: gettext("in einer Empfehlung"),
        CLOSED: gettext("abgeschlossen"),
        WITHDRAWN: gettext("zurückgezogen"),
    }
    return labels[status]


def status_kind(status: str) -> str:
    """How a badge of this state looks: info, success, warning or danger."""
    return {NEW: "warning", PUBLISHED: "success", ADOPTED: "success"}.get(status, "info")


def language_label(tag: str) -> str:
    """The name of a language in that language."""
    return LANGUAGES[tag].name if tag in LANGUAGES else gettext("eine andere Sprache")


def language_options() -> list[tuple[str, str]]:
    """The languages a text can be in, for a select."""
    return [(tag, language_label(tag)) for tag in TEXT_LANGUAGES]


def addressee_label(kind: str) -> str:
    """Who a recommendation goes to, by kind."""
    labels = {
        "district_office": gettext("Bezirksamt"),
        "authority": gettext("Fachbehörde"),
        "district_assembly": gettext("Bezirksversammlung"),
        "other": gettext("andere Stelle"),
    }
    return labels[kind]


def addressee_options() -> list[tuple[str, str]]:
    """The kinds of addressees, for a select."""
    return [(kind, addressee_label(kind)) for kind in ADDRESSEE_KINDS]
