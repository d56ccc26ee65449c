"""Forgetting a person who wants it: here at once, everywhere else by the one event that every service obeys."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.notifications.config import Config
from services.notifications.models import (
    MEMBER,
    ConfirmationBudget,
    Contact,
    Erasure,
    Following,
    KeptLetter,
    Notification,
)
from services.notifications.use_cases.followings import contact_of_link
from shared import clock, ids
from shared.events.notifications import PersonErased
from shared.messaging import outbox
from shared.messaging.erasure import erase


def erase_person(session: Session, config: Config, token: str) -> None:
    """Forget whoever is behind the link's address, and tell all services whom to forget. Raises NotFound.

    What somebody holds as a member of the council is the office's to end: it isn't erased from here.
    """
    contact = contact_of_link(session, config, token)
    followed = session.scalars(select(Following).where(Following.contact_id == contact.id))
    subject_ids = sorted({it.subject_id for it in followed if it.subject_id is not None and it.role != MEMBER})
    if subject_ids:
        erasure = Erasure(id=ids.public(), version=0, asked_at=clock.now())
        session.add(erasure)
        outbox.add(session, erasure, PersonErased(erasure_id=erasure.id, subject_ids=subject_ids))
        erase(session, config.link_key, subject_ids)
    session.execute(delete(ConfirmationBudget).where(ConfirmationBudget.limit_mark == contact.limit_mark))
    forget_contact(session, contact)


def forget_contact(session: Session, contact: Contact) -> None:
    """Delete an address and all that was kept for it here, save the marks of a refusal and of how often it was asked."""
    session.execute(delete(KeptLetter).where(KeptLetter.address_mark == contact.address_mark))
    session.execute(delete(Notification).where(Notification.contact_id == contact.id))
    session.execute(delete(Following).where(Following.contact_id == contact.id))
    session.delete(contact)
