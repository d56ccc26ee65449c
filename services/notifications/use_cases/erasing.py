"""Forgetting a person who wants it: here at once, everywhere else by the one event that every service obeys."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.notifications.config import Config
from services.notifications.models import (
    MEMBER,
    Access,
    ConfirmationBudget,
    Contact,
    Erasure,
    Following,
    KeptLetter,
    Notification,
)
from services.notifications.use_cases.followings import contact_of_link
from services.notifications.use_cases.privacy import ERASED, note
from shared import clock, ids
from shared.events.notifications import PersonErased
from shared.messaging import outbox
from shared.messaging.erasure import erase
from shared.web.staff_tokens import Staff


def erase_person(session: Session, config: Config, token: str) -> None:
    """Forget whoever is behind the link's address, and tell all services whom to forget. Raises NotFound."""
    erase_contact(session, config, contact_of_link(session, config, token))


def erase_contact(session: Session, config: Config, contact: Contact, by: Staff | None = None, way: str = "") -> None:
    """The same for staff, whom somebody asked in this way.

    What somebody holds as a member of the council is the office's to end: it isn't erased from here.
    """
    copies = session.scalars(select(Access).where(Access.contact_id == contact.id).with_for_update()).all()
    subject_ids = sorted({*subjects_of(session, contact), *(copy.copy_id for copy in copies)})
    note(session, ERASED, by, way, _publish(session, config, subject_ids) if subject_ids else None)
    for copy in copies:
        session.delete(copy)
    session.execute(delete(ConfirmationBudget).where(ConfirmationBudget.limit_mark == contact.limit_mark))
    forget_contact(session, contact)


def subjects_of(session: Session, contact: Contact) -> list[UUID]:
    """Under which subject ids services hold something of whoever is behind the contact, save as a member of the council."""
    followed = session.scalars(select(Following).where(Following.contact_id == contact.id))
    return sorted({it.subject_id for it in followed if it.subject_id is not None and it.role != MEMBER})


def end_copies(session: Session, config: Config, copies: Sequence[Access]) -> None:
    """Forget these copies of what is held, here and on their way."""
    if copies:
        _publish(session, config, sorted(copy.copy_id for copy in copies))
    for copy in copies:
        session.delete(copy)


def forget_contact(session: Session, contact: Contact) -> None:
    """Delete an address and all that was kept for it here, save the marks of a refusal and of how often it was asked."""
    session.execute(delete(KeptLetter).where(KeptLetter.address_mark == contact.address_mark))
    session.execute(delete(Notification).where(Notification.contact_id == contact.id))
    session.execute(delete(Following).where(Following.contact_id == contact.id))
    session.delete(contact)


def _publish(session: Session, config: Config, subject_ids: list[UUID]) -> UUID:
    erasure = Erasure(id=ids.public(), version=0, asked_at=clock.now())
    session.add(erasure)
    event_id = outbox.add(session, erasure, PersonErased(erasure_id=erasure.id, subject_ids=subject_ids))
    erase(session, config.link_key, subject_ids)
    return event_id
