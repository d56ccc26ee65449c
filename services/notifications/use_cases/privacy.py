"""The log of what was done about people's data, and what the desk for data protection does for them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.channels import addresses
from services.notifications.config import Config
from services.notifications.models import Contact, PrivacyNote
from services.notifications.models.access import ACTOR_LENGTH
from shared.web.staff_tokens import Staff

#: What was done.
LOOKED_UP, LINK_SENT, ACCESS, ERASED = "looked-up", "link-sent", "access", "erased"
#: How somebody asked who doesn't do it themselves.
LETTER, PHONE, DESK = WAYS = ("letter", "phone", "desk")


def note(session: Session, action: str, by: Staff | None = None, way: str = "", event_id: UUID | None = None) -> None:
    """Write down what was done, by staff or (None) by the person."""
    done = PrivacyNote(action=action, way=way, event_id=event_id)
    if by is not None:
        done.staff_id, done.actor = by.id, by.name[:ACTOR_LENGTH]
    session.add(done)


def look_up(session: Session, config: Config, address: str, by: Staff) -> Contact | None:
    """The contact behind an address, if there is one. That somebody looked is noted."""
    note(session, LOOKED_UP, by)
    return session.scalar(
        select(Contact).where(Contact.address_mark == addresses.address_mark(config.link_key, address))
    )
