"""What somebody agrees to, written down and taken back."""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.registration.models import Consent, Registration
from services.registration.models.consents import TEXTS


def agree(session: Session, registration: Registration, purposes: Iterable[str]) -> None:
    """Keep a yes to each purpose, with the version of the text and the language it was read in."""
    for purpose in sorted(purposes):
        # The registration may be as new as the consent that refers to it.
        session.flush()
        session.add(
            Consent(
                registration_id=registration.id,
                purpose=purpose,
                text_version=TEXTS[purpose].version,
                language=registration.language,
            )
        )


def take_back(session: Session, registration: Registration) -> None:
    """Forget every yes of this registration."""
    session.execute(delete(Consent).where(Consent.registration_id == registration.id))
