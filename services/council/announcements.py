"""What we say about each step of a case, in every language that the site offers; the German sentence is the binding one."""

from collections.abc import Callable
from datetime import date

from services.council.models.cases import PETITION, Case
from services.council.models.transitions import (
    ACKNOWLEDGED,
    ANSWERED,
    CLOSED,
    DECIDED,
    OPENED,
    REFERRED,
    SCHEDULED,
    TRIAGED,
)
from shared.web import i18n
from shared.web.i18n import gettext

#: Badges: what the state of a case is called, and how it is coloured.
STATUS_LABELS = {
    OPENED: (i18n.lazy_gettext("neu"), "info"),
    TRIAGED: (i18n.lazy_gettext("geprüft"), "info"),
    SCHEDULED: (i18n.lazy_gettext("auf der Tagesordnung"), "info"),
    DECIDED: (i18n.lazy_gettext("entschieden"), "info"),
    REFERRED: (i18n.lazy_gettext("übergeben"), "warning"),
    ACKNOWLEDGED: (i18n.lazy_gettext("Eingang bestätigt"), "warning"),
    ANSWERED: (i18n.lazy_gettext("beantwortet"), "success"),
    CLOSED: (i18n.lazy_gettext("abgeschlossen"), "success"),
}
OUTCOME_LABELS = {
    "implemented": i18n.lazy_gettext("umgesetzt"),
    "partly_implemented": i18n.lazy_gettext("teilweise umgesetzt"),
    "not_implemented": i18n.lazy_gettext("nicht umgesetzt"),
    "not_pursued": i18n.lazy_gettext("nicht weiterverfolgt"),
    "not_a_petition": i18n.lazy_gettext("nicht als Eingabe gewertet"),
    "withdrawn": i18n.lazy_gettext("zurückgezogen"),
}


def in_all_languages(say: Callable[[], str]) -> dict[str, str]:
    """What `say` returns in each offered language."""
    texts = {}
    for language in i18n.offered():
        with i18n.render_in(language.tag, "council"):
            texts[language.tag] = say()
    return texts


def neutral_title(number: str) -> dict[str, str]:
    """The public title of a petition: it tells nothing about who wrote what."""
    return in_all_languages(lambda: gettext("Eingabe %(number)s", number=_apart(number)))


def sentence_for(case: Case, votes: tuple[int, int, int] | None = None) -> dict[str, str]:
    """Our sentence about the step that `case` has just taken; `votes` (yes, no, abstained) where it was just opened."""
    return in_all_languages(lambda: _SENTENCES[case.status](case) if votes is None else _adopted(case, *votes))


def next_step(case: Case) -> str:
    """What happens next, for the top of the time line; empty when nothing does. In the reader's language."""
    return _NEXT[case.status](case)


def _adopted(case: Case, yes: int, no: int, abstained: int) -> str:
    return gettext(
        "Die Konferenz hat diese Empfehlung beschlossen: %(yes)s dafür, %(no)s dagegen, %(abstained)s enthalten. "
        "Der Integrationsrat kümmert sich darum; die Nummer des Vorgangs ist %(number)s.",
        yes=i18n.format_number(yes),
        no=i18n.format_number(no),
        abstained=i18n.format_number(abstained),
        number=_apart(case.number),
    )


def _sitting(case: Case) -> dict[str, str]:
    """Which body deals with it, and when."""
    if case.meeting is None:
        raise ValueError("a scheduled case stands on the agenda of a meeting")
    return {"committee": _apart(case.meeting.committee), "day": _day(case.meeting.held_on)}


def _referred(case: Case) -> str:
    return gettext(
        "Der Integrationsrat hat den Vorgang übergeben an: %(addressee)s. Die Antwort wird bis zum %(day)s erwartet.",
        addressee=_apart(case.addressee_name),
        day=_day(case.due_on),
    )


def _closed(case: Case) -> str:
    return gettext("Der Vorgang ist abgeschlossen. Ergebnis: %(outcome)s.", outcome=OUTCOME_LABELS[case.outcome or ""])


def _awaiting(case: Case) -> str:
    return gettext("Wir warten auf eine Antwort. Zuständig: %(addressee)s.", addressee=_apart(case.addressee_name))


def _apart(name: str | None) -> str:
    """A name or number kept from being turned around by the text about it, where that runs from right to left."""
    return f"\u2068{name}\u2069" if i18n.direction() == "rtl" else str(name)


def _day(day: date | None) -> str:
    return i18n.format_day_short(day) if day else ""


_SENTENCES: dict[str, Callable[[Case], str]] = {
    OPENED: lambda case: gettext(
        "Der Integrationsrat hat eine Eingabe bekommen. Die Nummer des Vorgangs ist %(number)s.",
        number=_apart(case.number),
    ),
    TRIAGED: lambda _: gettext("Die Geschäftsstelle hat den Vorgang geprüft und bereitet die Beratung vor."),
    SCHEDULED: lambda case: gettext(
        "Der Vorgang steht auf der Tagesordnung: %(committee)s, %(day)s.", **_sitting(case)
    ),
    DECIDED: lambda case: gettext("Entschieden hat: %(committee)s, %(day)s.", **_sitting(case)),
    REFERRED: _referred,
    ACKNOWLEDGED: lambda case: gettext(
        "Der Eingang ist bestätigt: %(addressee)s.", addressee=_apart(case.addressee_name)
    ),
    ANSWERED: lambda case: gettext(
        "Die Antwort ist da. Es antwortet: %(addressee)s.", addressee=_apart(case.addressee_name)
    ),
    CLOSED: _closed,
}
_NEXT: dict[str, Callable[[Case], str]] = {
    OPENED: lambda case: (
        gettext("Als Nächstes prüft die Geschäftsstelle die Eingabe.")
        if case.origin == PETITION
        else gettext("Als Nächstes prüft die Geschäftsstelle die Empfehlung.")
    ),
    TRIAGED: lambda _: gettext("Als Nächstes kommt der Vorgang auf die Tagesordnung einer Sitzung."),
    SCHEDULED: lambda _: gettext("Als Nächstes berät die Sitzung darüber."),
    DECIDED: lambda _: gettext("Als Nächstes übergibt der Integrationsrat den Vorgang."),
    REFERRED: _awaiting,
    ACKNOWLEDGED: _awaiting,
    ANSWERED: lambda _: gettext("Als Nächstes prüft der Integrationsrat die Antwort."),
    CLOSED: lambda _: "",
}
