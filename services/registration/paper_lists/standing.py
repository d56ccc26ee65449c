"""How those on a paper list stand at the conference."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.models import Registration
from services.registration.models.people import Person
from services.registration.models.registrations import ADMITTED
from services.registration.paper_lists.columns import plain
from services.registration.schemas.paper_lists import CheckedLine
from services.registration.use_cases.behalf import entry_mark
from shared.web.i18n import gettext


def admitted_marks(session: Session, conference_id: UUID, marks: Sequence[str]) -> set[str]:
    """Under which of these marks somebody has a place, is offered one or waits."""
    here = (Registration.conference_id == conference_id, Registration.address_mark.in_(marks))
    return set(session.scalars(select(Registration.address_mark).where(*here, Registration.status.in_(ADMITTED))))


def statuses(session: Session, registration_ids: Sequence[UUID]) -> dict[UUID, str]:
    """How these registrations stand; one that was erased is left out."""
    found = select(Registration.id, Registration.status).where(Registration.id.in_(registration_ids))
    return {row.id: row.status for row in session.execute(found)}


def marks_of(config: Config, list_id: UUID, lines: Iterable[CheckedLine]) -> dict[str, CheckedLine]:
    """The rows that are right, by what finds their people again."""
    return {entry_mark(config, one.wish.person, one.line.entry(list_id)): one for one in lines if one.wish}


def refuse_namesakes(
    session: Session, config: Config, conference_id: UUID, list_id: UUID, lines: Sequence[CheckedLine]
) -> None:
    """Whoever has no address is known by name alone: a list that comes again from the beginning enters them once."""
    others = select(Registration.person).where(
        Registration.conference_id == conference_id,
        Registration.status.in_(ADMITTED),
        Registration.address_mark.not_in([*marks_of(config, list_id, lines)]),
    )
    people = [Person.decrypted(config.column_box, stored) for stored in session.scalars(others)]
    names = {plain(one.name) for one in people if one.name and not one.address}
    for one in lines:
        if one.wish and not one.wish.person.address and plain(one.wish.person.name or "") in names:
            one.refuse(
                gettext(
                    "Ohne Adresse ist schon jemand mit diesem Namen angemeldet. Ist es dieselbe Person, löschen Sie die Zeile; "
                    "sonst schreiben Sie zum Namen etwas dazu."
                )
            )
