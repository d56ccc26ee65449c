"""What is known of conferences here, and what followers hear of them."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.audience import followers_of
from services.notifications.config import Config
from services.notifications.models import CONFERENCE, Conference
from services.notifications.use_cases.contacts import note_topic
from services.notifications.use_cases.telling import News, tell
from shared.events.event import Received
from shared.events.registration import ConferenceCancelled, ConferenceEvent
from shared.messaging.errors import NotYet


def announce_conference(session: Session, config: Config, received: Received[Any]) -> None:
    """Know when and where it is, and tell those who want to hear of conferences."""
    know_conference(session, received.fact)
    topics = [(CONFERENCE, ""), (CONFERENCE, str(received.fact.conference_id))]
    tell(session, config, News.of(received), followers_of(session, topics))


def know_conference(session: Session, fact: ConferenceEvent) -> None:
    """Keep when and where it is now; participants are told by the events of their registrations."""
    session.merge(
        Conference(
            id=fact.conference_id,
            title=fact.title,
            starts_at=fact.starts_at,
            ends_at=fact.ends_at,
            venue_name=fact.venue_name,
            venue=f"{fact.venue_name}, {fact.venue_street}, {fact.venue_postal_code} {fact.venue_locality}",
            venue_features=fact.venue_features,
            venue_access=fact.venue_access,
            sequence=fact.sequence,
        )
    )
    note_topic(session, CONFERENCE, fact.conference_id, fact.title)


def note_cancelled(session: Session, fact: ConferenceCancelled) -> None:
    """Keep why it doesn't take place. Raises NotYet."""
    conference = _known(session, fact.conference_id)
    conference.sequence, conference.explanation = fact.sequence, fact.explanation


def as_told(session: Session, conference_id: UUID) -> dict[str, Any]:
    """The conference as messages speak of it, JSON-ready. Raises NotYet."""
    conference = _known(session, conference_id)
    # A batch asks for the same one again and again: as long as somebody holds it, the session needn't look.
    session.info["conference"] = conference
    told = ("title", "venue_name", "venue", "venue_features", "venue_access", "sequence", "explanation")
    return {
        **{name: getattr(conference, name) for name in told},
        "starts_at": conference.starts_at.isoformat(),
        "ends_at": conference.ends_at.isoformat(),
    }


def _known(session: Session, conference_id: UUID) -> Conference:
    conference = session.get(Conference, conference_id)
    if conference is None:
        raise NotYet("the conference isn't known yet")
    return conference
