"""What somebody agrees to, written down and taken back."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.models import Consent, Registration
from services.registration.models.consents import INVITATIONS, ONLINE, TEXTS
from services.registration.use_cases.facts import contact_with_links, tell
from services.registration.use_cases.locks import locked_registration
from services.registration.use_cases.occasions import invitations_chosen
from shared.web.i18n import language


def agree(session: Session, registration: Registration, purposes: Iterable[str], way: str = ONLINE) -> None:
    """Keep a yes to each purpose, with the version of the text, the language it was read in and the way it came.

    That is the language of the page, whatever language somebody wants to be written to in.
    """
    for purpose in sorted(purposes):
        # The registration may be as new as the consent that refers to it.
        session.flush()
        session.add(
            Consent(
                registration_id=registration.id,
                purpose=purpose,
                text_version=TEXTS[purpose].version,
                language=language().tag,
                way=way,
            )
        )


def take_back(session: Session, registration: Registration) -> None:
    """Forget every yes of this registration."""
    session.execute(delete(Consent).where(Consent.registration_id == registration.id))


def withdraw_invitations(session: Session, config: Config, registration_id: UUID) -> None:
    """Forget somebody's yes to invitations, and tell whoever would send them; without one nothing changes. Raises NotFound."""
    _, registration = locked_registration(session, registration_id)
    yes = (Consent.registration_id == registration.id, Consent.purpose == INVITATIONS)
    if session.scalars(delete(Consent).where(*yes).returning(Consent.id)).all():
        tell(
            session,
            registration,
            invitations_chosen(registration, wanted=False),
            contact_with_links(config, registration),
        )
