"""Telling people what is held of their registrations."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration import calendars, queries
from services.registration.config import Config
from services.registration.exports import STATES
from services.registration.models import Registration
from services.registration.models.consents import TEXTS
from services.registration.models.household import in_words
from services.registration.models.people import ASSISTANCE, language_name
from shared.disclosing import Record, disclose
from shared.events.notifications import AccessRequested
from shared.events.registration import RegistrationsDisclosed
from shared.web.i18n import format_moment, format_number, gettext, localized, render_in


def disclose_registrations(session: Session, config: Config, asked: AccessRequested) -> None:
    """Answer with every registration under the subject ids asked for."""
    theirs = select(Registration).where(Registration.subject_id.in_(asked.subject_ids))
    found = session.scalars(theirs.order_by(Registration.requested_at)).all()
    with render_in(asked.language, "registration"):
        disclose(session, RegistrationsDisclosed, asked, [_record(session, config, one) for one in found])


def _record(session: Session, config: Config, one: Registration) -> Record:
    conference = queries.conference(session, one.conference_id)
    data = queries.stored(session, config, one)
    chosen = {forum.id: localized(forum.title) for forum in conference.forums}
    rows = [
        (gettext("Konferenz"), localized(conference.title)),
        (gettext("Wann"), format_moment(conference.starts_at)),
        (gettext("Wo"), calendars.place_of(conference)),
        (gettext("Stand"), str(STATES[one.status])),
        (gettext("Name"), data["name"]),
        (gettext("E-Mail-Adresse"), data["email"]),
        (gettext("Telefonnummer"), data["phone"]),
        (gettext("Sprache unserer Nachrichten"), language_name(one.language)),
        (gettext("Personen"), format_number(one.places)),
        (gettext("Mit Ihnen kommen"), in_words(data["household"] or {})),
        (gettext("Kinder, die Betreuung brauchen"), format_number(data["childcare"]) if data["childcare"] else ""),
        (gettext("Dolmetschen"), ", ".join(language_name(tag) for tag in data["interpretation"])),
        (gettext("Hilfe vor Ort"), ", ".join(str(ASSISTANCE[service]) for service in data["assistance"])),
        (gettext("Foren"), ", ".join(chosen[forum["id"]] for forum in data["forums"])),
        *((localized(one["question"]), one["answer"]) for one in data["answers"]),
        (gettext("Ticket"), data["ticket"]),
        (gettext("Angemeldet am"), format_moment(one.requested_at)),
        (gettext("Bestätigt am"), format_moment(one.confirmed_at) if one.confirmed_at else None),
        (gettext("Abgesagt am"), format_moment(one.cancelled_at) if one.cancelled_at else None),
        *((gettext("Angekommen am"), format_moment(arrival["at"])) for arrival in data["arrivals"]),
        *((gettext("Sie haben zugestimmt"), str(TEXTS[yes["purpose"]].text)) for yes in data["consents"]),
    ]
    return Record(gettext("Anmeldung"), rows, data)
