"""The backbone's states and reasons in words that somebody understands who has never heard of it."""

import re
from datetime import timedelta
from typing import Any

from babel.dates import format_timedelta

from shared.messaging.operating.looking import Sent
from shared.messaging.operating.masking import payload_of
from shared.messaging.operating.overview import Need, Trouble
from shared.messaging.operating.waiting import Hindered, Obstacle
from shared.messaging.protocol.intake import UNREADABLE
from shared.messaging.protocol.lives import STREAM_ENDED
from shared.messaging.protocol.processing import DIED, NO_HANDLER
from shared.messaging.protocol.records import Event, InboxEvent, InboxStatus
from shared.web.i18n import gettext, language, lazy_gettext, localized, ngettext
from shared.web.operations.places import label_of

_ = lazy_gettext

EVENT_LABELS: dict[str, Any] = {
    "conference.announced": _("Konferenz angekündigt"),
    "conference.changed": _("Angaben zur Konferenz geändert"),
    "conference.cancelled": _("Konferenz abgesagt"),
    "registration.requested": _("Anmeldung begonnen"),
    "registration.repeated": _("Anmeldung wiederholt"),
    "registration.confirmed": _("Anmeldung bestätigt"),
    "registration.applied": _("Anmeldung wird geprüft"),
    "registration.waitlisted": _("Auf die Warteliste gesetzt"),
    "registration.offered": _("Platz von der Warteliste angeboten"),
    "registration.requeued": _("Angebot zurückgenommen"),
    "registration.answer_missed": _("Antwort per SMS ohne Angebot"),
    "registration.promoted": _("Von der Warteliste nachgerückt"),
    "registration.changed": _("Zeit oder Ort für eine Anmeldung geändert"),
    "registration.reminded": _("An die Konferenz erinnert"),
    "registration.attended": _("War bei der Konferenz dabei"),
    "registration.invitations_chosen": _("Einladungen gewünscht oder abbestellt"),
    "registration.cancelled": _("Anmeldung abgesagt"),
    "idea.received": _("Idee eingegangen"),
    "idea.confirmed": _("Kontakt zur Idee bestätigt"),
    "idea.published": _("Idee veröffentlicht"),
    "idea.declined": _("Idee abgelehnt"),
    "idea.withdrawn": _("Idee zurückgezogen"),
    "petition.received": _("Eingabe eingegangen"),
    "recommendation.adopted": _("Empfehlung beschlossen"),
    "case.opened": _("Vorgang eröffnet"),
    "case.triaged": _("Vorgang geprüft"),
    "case.scheduled": _("Vorgang auf der Tagesordnung"),
    "case.decided": _("Über den Vorgang entschieden"),
    "case.referred": _("Vorgang übergeben"),
    "case.acknowledged": _("Eingang des Vorgangs bestätigt"),
    "case.answered": _("Vorgang beantwortet"),
    "case.closed": _("Vorgang abgeschlossen"),
    "staff.changed": _("Konto geändert"),
    "sms.received": _("Antwort per SMS eingegangen"),
    "access.requested": _("Auskunft angefordert"),
    "registrations.disclosed": _("Auskunft: Anmeldungen"),
    "ideas.disclosed": _("Auskunft: Ideen"),
    "petitions.disclosed": _("Auskunft: Eingaben"),
    "person.erased": _("Daten einer Person gelöscht"),
}
PROMISES: dict[str, Any] = {
    "I1": _("Niemand hat mehr Ereignisse, als dieser Dienst je gesendet hat."),
    "I2": _("Die Nummern der gesendeten Ereignisse haben keine Lücke."),
    "I3": _("Zu jeder Änderung gibt es genau ein Ereignis."),
    "I4": _("Kein Ereignis hat zweimal gewirkt."),
    "I5": _("Die Reihenfolge stimmt: Nichts wurde vor dem verarbeitet, worauf es aufbaut."),
    "I6": _("Kein Ereignis ist verschwunden: Jedes ist verarbeitet, wartet, oder ein Grund steht dabei."),
}
ACTIONS: dict[str, Any] = {
    "replay": _("noch einmal verarbeiten lassen"),
    "skip": _("übersprungen"),
    "resend": _("noch einmal senden lassen"),
    "restore": _("nach einer Wiederherstellung neu begonnen"),
    "lift": _("die Sperre einer Adresse aufgehoben"),
}
_NEEDS: dict[Need, Any] = {
    Need.AHEAD: _(
        "%(who)s hat mehr Ereignisse, als diese Datenbank kennt. Wurde sie zurückgesetzt, ohne „events restore“ aufzurufen?"
    ),
    Need.UNPUBLISHED: _("Neue Ereignisse werden nicht gesendet, das älteste entstand %(ago)s. Läuft der Broker?"),
    Need.SILENT: _("%(who)s hat sich zuletzt %(ago)s gemeldet. Läuft dort der Worker?"),
    Need.GAP: _("Nummer %(amount)s fehlt, der Absender ist: %(who)s. Läuft dort der Worker?"),
    Need.STUCK: _("Empfangene Ereignisse warten, das älteste kam %(ago)s. Läuft hier der Worker?"),
}
_OBSTACLES: dict[Obstacle, Any] = {
    Obstacle.GAP: _("Nummer %(seq)s davor fehlt noch. Der Absender schickt sie von selbst noch einmal."),
    Obstacle.EARLIER_LIFE: _("Aus der Zeit vor der Wiederherstellung fehlt noch Nummer %(seq)s."),
    Obstacle.SAME_AGGREGATE: _("Zu derselben Sache ist ein früheres Ereignis noch nicht verarbeitet:"),
    Obstacle.CAUSE: _("Das Ereignis, aus dem es entstand, ist noch nicht verarbeitet:"),
    Obstacle.CAUSE_NOT_HERE: _("Das Ereignis, aus dem es entstand, kam noch nicht an: %(who)s, Nummer %(seq)s."),
    Obstacle.REFERENCE: _("Es spricht von einer Sache, zu der noch ein Ereignis unverarbeitet ist:"),
    Obstacle.NEXT_ATTEMPT: _("Der letzte Versuch scheiterte, der nächste ist geplant."),
}
_UNEXPECTED: tuple[tuple[re.Pattern[str], Any], ...] = (
    (
        re.compile(r"Integrity|Data|Programming|Operational|Internal|NotSupported"),
        _("Die Datenbank hat abgelehnt, was die Verarbeitung schreiben wollte."),
    ),
    (re.compile(r""), _("In der Verarbeitung trat ein Fehler auf, mit dem niemand gerechnet hat.")),
)


def event_label(name: str) -> str:
    """What happened, in words; a name nobody knows stays as it is."""
    return str(EVENT_LABELS.get(name, name))


def about(event: Event) -> str:
    """What people call the thing the event is about: its number, else its title, else nothing."""
    parts = {part.name: part.value for part in payload_of(event).parts or ()}
    called = parts.get("number") or parts.get("title") or ""
    return localized(called) if isinstance(called, dict) else called


def ago(seconds: float) -> str:
    """»vor 3 Minuten«."""
    return str(format_timedelta(timedelta(seconds=-max(1, seconds)), add_direction=True, locale=language().locale))


def state(found: Sent | InboxEvent) -> tuple[str, str]:
    """What became of an event here, as the words and the kind of a badge."""
    if isinstance(found, Sent):
        return (gettext("versandt"), "success") if found.at else (gettext("noch nicht versandt"), "warning")
    if found.status is InboxStatus.READY:
        return (gettext("wird wieder versucht"), "warning") if found.attempts else (gettext("wartet noch"), "info")
    return {
        InboxStatus.PROCESSED: (gettext("verarbeitet"), "success"),
        InboxStatus.PARKED: (gettext("beiseitegelegt"), "danger"),
        InboxStatus.SKIPPED: (gettext("übersprungen"), "info"),
    }[found.status]


def reason(row: InboxEvent) -> str:
    """Why it failed, was put aside or skipped, in one or two sentences; nothing where there is no reason."""
    said = row.last_error or ""
    known = {
        UNREADABLE: _(
            "Der Inhalt kam beschädigt an. „events resend“ beim Absender sendet ihn noch einmal, dann geht es weiter."
        ),
        DIED: _("Der Worker ist dreimal abgestürzt, während nur dieses Ereignis lief."),
        STREAM_ENDED: _("Der Absender wurde aus einer Sicherung wiederhergestellt. Dieses Ereignis gilt nicht mehr."),
        NO_HANDLER: _("Dieser Dienst braucht das Ereignis nicht mehr."),
    }
    if said in known:
        return str(known[said])
    if not said or row.status is InboxStatus.SKIPPED:
        return said
    if said.startswith("Reject: the body is no "):
        return gettext("Der Inhalt hat nicht die Form, die dieser Dienst erwartet.")
    if said.startswith("Reject"):
        return gettext("Die Verarbeitung lehnt das Ereignis ab, weil sein Inhalt nicht passt.")
    if said.startswith("NotYet"):
        return gettext("Etwas, das dieses Ereignis braucht, ist hier noch nicht bekannt.")
    return str(next(sentence for pattern, sentence in _UNEXPECTED if pattern.search(said)))


def detail(row: InboxEvent) -> str:
    """The program's own words for the reason, for whoever mends it; nothing where ours say it all."""
    is_ours = row.status is InboxStatus.SKIPPED or row.last_error in (UNREADABLE, DIED, STREAM_ENDED, NO_HANDLER)
    return "" if is_ours or not row.last_error else row.last_error


def need(trouble: Trouble) -> str:
    """What somebody should look at."""
    count, who = trouble.amount, label_of(trouble.about)
    if trouble.need is Need.PARKED:
        return ngettext("Ein Ereignis ist beiseitegelegt.", "%(n)s Ereignisse sind beiseitegelegt.", count)
    if trouble.need is Need.FAILING:
        return ngettext(
            "Ein Ereignis ist gescheitert und wird wieder versucht.",
            "%(n)s Ereignisse sind gescheitert und werden wieder versucht.",
            count,
        )
    if trouble.need is Need.REFUSED:
        return ngettext(
            "Eine Nachricht des letzten Tages war unlesbar oder gefälscht. Sie wurde nicht angenommen.",
            "%(n)s Nachrichten des letzten Tages waren unlesbar oder gefälscht. Sie wurden nicht angenommen.",
            count,
        )
    if trouble.need is Need.BEHIND:
        return ngettext(
            "%(who)s fehlt ein Ereignis, und es geht nicht voran.",
            "%(who)s fehlen %(n)s Ereignisse, und es geht nicht voran.",
            count,
            who=who,
        )
    if trouble.need is Need.SILENT and not count:
        return gettext("%(who)s hat sich noch nie gemeldet. Lief dort je der Worker?", who=who)
    return str(_NEEDS[trouble.need]) % {"who": who, "amount": count, "ago": ago(count)}


def obstacle(hindered: Hindered) -> str:
    """Why a row waits; the other row, where there is one, is named behind it."""
    return str(_OBSTACLES[hindered.by]) % {"who": label_of(hindered.producer), "seq": hindered.seq}
