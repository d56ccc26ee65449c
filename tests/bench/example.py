"""An event of an ordinary size, as `outbox.add` makes it, and as it travels."""

import json
from uuid import UUID

from shared import clock, ids
from shared.events.event import dump
from shared.events.submissions import RecommendationAdopted
from shared.messaging.protocol.records import Event, Message


def adoption(recommendation_id: UUID) -> RecommendationAdopted:
    """The fact."""
    return RecommendationAdopted(
        recommendation_id=recommendation_id,
        number="1/2026",
        title={"de": "Längere Öffnungszeiten der Bücherhalle", "en": "Longer opening hours of the library"},
        text={"de": "Die Bücherhalle soll auch sonntags öffnen.", "en": "The library should open on Sundays, too."},
        idea_ids=[],
        conference_id=ids.internal(),
        conference_title={"de": "Harburger Integrationskonferenz"},
        votes_yes=30,
        votes_no=2,
        votes_abstain=1,
        addressee_kind="district_office",
        addressee_name="Bezirksamt Harburg",
        adopted_at=clock.now(),
    )


def event(producer: str) -> Event:
    """The fact as an event about a recommendation of its own."""
    event_id, about, now = ids.internal(), ids.internal(), clock.now()
    fact, key = adoption(about), f"recommendation:{about}"
    content = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": f"/mitsprache/{producer}",
        "type": fact.name,
        "subject": key,
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": dump(fact),
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Event(event_id, fact.name, key, 1, body, None, None, None, (), now, now, str(event_id))


def message(producer: str, seq: int) -> Message:
    """The event under a number."""
    stream = ids.internal().hex
    return Message(producer, stream, 1, seq, event(producer), stream, 1)
