"""The words for topics, states and reasons, on pages and in messages."""

from collections.abc import Iterable, Mapping

from services.notifications.models import CASE, CONFERENCE, COUNCIL, IDEA, RECOMMENDATION, REGISTRATION, Status
from services.notifications.use_cases.spending import OVER_DAY, OVER_MONTH, OVER_RANGE
from services.notifications.use_cases.telling import ASKED_ENOUGH, BLOCKED, NOT_ME, RESTORED, SENDER_DIED, TOO_LATE
from shared.web.field_messages import N_
from shared.web.i18n import LANGUAGES, gettext, localized

_MESSAGES = {
    "registration.requested": N_("Anmeldung: bitte bestätigen"),
    "registration.repeated": N_("Anmeldung: schon angemeldet"),
    "registration.confirmed": N_("Anmeldung: Platz sicher"),
    "registration.applied": N_("Anmeldung: wird geprüft"),
    "registration.waitlisted": N_("Anmeldung: Warteliste"),
    "registration.offered": N_("Anmeldung: Platz angeboten"),
    "registration.requeued": N_("Anmeldung: Angebot zurückgenommen"),
    "registration.answer_missed": N_("Anmeldung: Antwort ohne Angebot"),
    "registration.promoted": N_("Anmeldung: nachgerückt"),
    "registration.changed": N_("Anmeldung: neue Zeit oder neuer Ort"),
    "registration.reminded": N_("Anmeldung: Erinnerung"),
    "registration.attended": N_("Anmeldung: Dank fürs Kommen"),
    "registration.cancelled": N_("Anmeldung: beendet"),
    "idea.received": N_("Idee: angekommen"),
    "petition.received": N_("Eingabe: angekommen"),
    "idea.published": N_("Idee: veröffentlicht"),
    "idea.declined": N_("Idee: nicht veröffentlicht"),
    "idea.withdrawn": N_("Idee: zurückgezogen"),
    "recommendation.adopted": N_("Empfehlung: angenommen"),
    "case.opened": N_("Vorgang: eröffnet"),
    "case.triaged": N_("Vorgang: geprüft"),
    "case.scheduled": N_("Vorgang: auf der Tagesordnung"),
    "case.decided": N_("Vorgang: beraten"),
    "case.referred": N_("Vorgang: übergeben"),
    "case.acknowledged": N_("Vorgang: angekommen"),
    "case.answered": N_("Vorgang: beantwortet"),
    "case.closed": N_("Vorgang: abgeschlossen"),
    "conference.announced": N_("Konferenz: neu"),
    "follow.requested": N_("Mitteilungen: bitte bestätigen"),
    "sms.help": N_("Antwort auf eine SMS, die wir nicht verstehen"),
    "link.requested": N_("Mitteilungen: Link"),
    "access.ready": N_("Auskunft: fertig"),
}

_FEATURES = {
    "step_free": N_("ohne Stufen erreichbar"),
    "lift": N_("Aufzug"),
    "bus_stop": N_("Bushaltestelle in der Nähe"),
    "toilet": N_("barrierefreie Toilette"),
    "hearing_loop": N_("Induktionsschleife für Hörgeräte"),
}


def message(name: str) -> str:
    """What a message is about, in few words."""
    return gettext(_MESSAGES[name])


def language(tag: str) -> str:
    """A language by its own name."""
    return LANGUAGES[tag].name if tag in LANGUAGES else tag


def topic(kind: str, title: Mapping[str, str] | None, *, is_one: bool) -> str:
    """What somebody follows, as it stands after »Mitteilungen: …«; `is_one` tells one thing from all of its kind."""
    if title:
        return _titled(kind, localized(title))
    words = {
        IDEA: lambda: gettext("Ihre Idee oder Eingabe"),
        RECOMMENDATION: lambda: gettext("eine Empfehlung"),
        CASE: lambda: gettext("ein Vorgang"),
        CONFERENCE: lambda: gettext("diese Konferenz") if is_one else gettext("neue Konferenzen"),
        COUNCIL: lambda: gettext("die Arbeit des Integrationsrats"),
        REGISTRATION: lambda: gettext("Ihre Anmeldung zur Konferenz"),
    }
    return words[kind]()


def features(names: Iterable[str]) -> str:
    """What there is at a venue, in one line; a feature that a newer publisher knows is left out."""
    return ", ".join(gettext(_FEATURES[name]) for name in names if name in _FEATURES)


def status(name: str) -> str:
    """The state of a notification in a word or two."""
    words = {
        Status.CREATED: lambda: gettext("wartet"),
        Status.SENDING: lambda: gettext("wird gesendet"),
        Status.SENT: lambda: gettext("gesendet"),
        Status.FAILED: lambda: gettext("nicht gesendet"),
        Status.UNKNOWN: lambda: gettext("ungewiss"),
    }
    return words[Status(name)]()


def status_kind(name: str) -> str:
    """The kind of badge for a state."""
    return {"sent": "success", "failed": "danger", "unknown": "warning"}.get(name, "info")


def reason(code: str | None) -> str:
    """Why a notification waits or wasn't sent; what a provider said stands as it is."""
    words = {
        BLOCKED: lambda: gettext("Die Person möchte keine Nachrichten von uns."),
        NOT_ME: lambda: gettext("Die Person hat uns gesagt: „Das war ich nicht.“ Diese Adresse bekommt nichts mehr."),
        ASKED_ENOUGH: lambda: gettext("Diese Adresse wurde in den letzten 24 Stunden schon gefragt."),
        RESTORED: lambda: gettext("Nach einer Wiederherstellung: Vielleicht kam diese Nachricht schon an."),
        SENDER_DIED: lambda: gettext(
            "Der Versand brach ab. Die Nachricht geht noch einmal hinaus; sie kommt vielleicht doppelt an."
        ),
        OVER_DAY: lambda: gettext("Die Kosten für SMS haben die Grenze für heute erreicht."),
        OVER_MONTH: lambda: gettext("Die Kosten für SMS haben die Grenze für diesen Monat erreicht."),
        OVER_RANGE: lambda: gettext("An Nummern mit diesem Anfang gingen heute schon ungewöhnlich viele SMS."),
        TOO_LATE: lambda: gettext("Link oder Code waren schon abgelaufen."),
    }
    return words[code]() if code in words else code or ""


def receipt(name: str | None) -> str:
    """What the SMS gateway reported."""
    words = {
        "buffered": lambda: gettext("Das Netz versucht es weiter."),
        "accepted": lambda: gettext("Das Netz hat die SMS angenommen."),
        "rejected": lambda: gettext("Das Netz hat die SMS abgelehnt."),
        "failed": lambda: gettext("Die SMS kam nicht an."),
        "delivered": lambda: gettext("Die SMS kam an."),
    }
    return words[name]() if name in words else ""


def _titled(kind: str, title: str) -> str:
    words = {
        IDEA: lambda: gettext("Idee „%(title)s“", title=title),
        RECOMMENDATION: lambda: gettext("Empfehlung „%(title)s“", title=title),
        CASE: lambda: gettext("Vorgang „%(title)s“", title=title),
        CONFERENCE: lambda: gettext("Konferenz „%(title)s“", title=title),
    }
    return words[kind]()
