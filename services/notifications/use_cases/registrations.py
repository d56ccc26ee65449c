"""What participants are told about their registration."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.notifications.config import Config
from services.notifications.models import CODE_LIFETIME, CONFERENCE, FOLLOWER, PARTICIPANT, REGISTRATION, Following
from services.notifications.use_cases.conferences import as_told
from services.notifications.use_cases.contacts import know_contact, know_following
from services.notifications.use_cases.telling import News, ask, confirm, tell
from shared.events.event import Received


def ask_registrant(session: Session, config: Config, received: Received[Any]) -> None:
    """Ask the address that was given whether it wants this place."""
    following = _participant(session, config, received)
    if following is not None:
        expires_at = _expiry(received)
        ask(
            session,
            config,
            News.of(received, expires_at, conference=as_told(session, received.fact.conference_id)),
            following,
        )


def tell_registrant(session: Session, config: Config, received: Received[Any]) -> None:
    """Tell a participant, whose address registration has proven, what became of their registration."""
    following = _participant(session, config, received)
    if following is None:
        return
    confirm(session, following)
    tell(session, config, News.of(received, conference=as_told(session, received.fact.conference_id)), [following])


def tell_offer(session: Session, config: Config, received: Received[Any]) -> None:
    """Say what is offered, as long as it can be accepted."""
    following = _participant(session, config, received)
    if following is not None:
        confirm(session, following)
        until = received.fact.offered_until
        tell(
            session,
            config,
            News.of(received, until, conference=as_told(session, received.fact.conference_id)),
            [following],
        )


def tell_standing(session: Session, config: Config, received: Received[Any]) -> None:
    """Say where somebody stands; whoever isn't told any more by now stays so."""
    following = _participant(session, config, received)
    if following is not None:
        tell(session, config, News.of(received, conference=as_told(session, received.fact.conference_id)), [following])


def remind(session: Session, config: Config, received: Received[Any]) -> None:
    """Remind a participant, as long as the conference is still to come."""
    begins = as_told(session, received.fact.conference_id)["starts_at"]
    tell_follower(session, config, received, datetime.fromisoformat(begins))


def tell_follower(
    session: Session, config: Config, received: Received[Any], expires_at: datetime | None = None
) -> None:
    """Tell a participant what they needn't know, unless they want to hear nothing of it any more."""
    following = _participant(session, config, received)
    if following is not None and following.stopped_at is None:
        conference = as_told(session, received.fact.conference_id)
        tell(session, config, News.of(received, expires_at, conference=conference), [following])


def follow_conferences(session: Session, config: Config, received: Received[Any]) -> None:
    """From now on they hear of every new conference, or of none."""
    box = received.private
    address = box and (box.email or box.phone)
    if not address:
        return
    contact = know_contact(session, config, address)
    following = know_following(session, config, contact, CONFERENCE, "", role=FOLLOWER, language=received.fact.language)
    if received.fact.wanted:
        following.confirm()
    else:
        following.stop()


def tell_cancelled(session: Session, config: Config, received: Received[Any]) -> None:
    """Say that the place is free again, to somebody who had confirmed it; they aren't told more about it."""
    following = _participant(session, config, received)
    if following is None or following.confirmed_at is None:
        return
    tell(session, config, News.of(received, conference=as_told(session, received.fact.conference_id)), [following])
    following.stop()


def _participant(session: Session, config: Config, received: Received[Any]) -> Following | None:
    """The participant's following of their registration, or None where the contact was erased."""
    box = received.private
    address = box and (box.email or box.phone)
    if not address:
        return None
    return know_following(
        session,
        config,
        know_contact(session, config, address),
        REGISTRATION,
        str(received.fact.registration_id),
        role=PARTICIPANT,
        language=received.fact.language,
        subject_id=received.subject_id,
        conference_id=received.fact.conference_id,
    )


def _expiry(received: Received[Any]) -> datetime:
    """Until when asking makes sense: six digits are good for a shorter time than a link."""
    expires_at: datetime = received.fact.expires_at
    by_code = received.private is not None and received.private.code is not None
    return min(expires_at, received.occurred_at + CODE_LIFETIME) if by_code else expires_at
