"""What other services' events do here."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from services.submissions import queries
from services.submissions.config import Config
from services.submissions.handlers import HANDLERS
from services.submissions.use_cases import ideas, story
from services.submissions.use_cases.contacts import Contact
from shared import clock, ids
from shared.database import Database
from shared.events.council import CaseClosed, CaseEvent, CaseOpened, CaseReferred, StaffChanged
from shared.events.notifications import PersonErased
from shared.events.registration import ConferenceAnnounced, ConferenceCancelled, ConferenceChanged
from shared.messaging import outbox
from shared.rules import IllegalTransition
from tests.backbone import Backbone, Thing
from tests.submissions.builders import a_petition, a_published_idea, an_adopted_recommendation, handed_in


@pytest.fixture
def backbone(database: Database) -> Backbone:
    """Submissions with its handlers."""
    backbone = Backbone()
    backbone.join(database, HANDLERS)
    return backbone


def _case(shape: type[CaseEvent], origin: str, origin_id: UUID, **changes: Any) -> CaseEvent:
    values: dict[str, Any] = {
        "case_id": UUID(int=7),
        "number": "HIR-2026-001",
        "origin": origin,
        "origin_id": origin_id,
        "status": "open",
        "title": {"de": "Bänke"},
        "addressee_name": "Bezirksamt Harburg",
        "public_text": {"de": "Der Rat kümmert sich."},
        "happened_at": clock.now(),
    }
    return shape(**(values | changes))


def _announced(conference_id: UUID) -> ConferenceAnnounced:
    return ConferenceAnnounced(
        conference_id=conference_id,
        title={"de": "17. Harburger Integrationskonferenz"},
        motto={"de": "Zusammenleben in Vielfalt"},
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(hours=3),
        venue_name="Rieckhof",
        venue_street="Rieckhoffstraße 12",
        venue_postal_code="21073",
        venue_locality="Hamburg",
    )


def test_an_announced_conference_can_adopt_recommendations(
    database: Database, backbone: Backbone, tmp_path: Path
) -> None:
    registration = backbone.neighbour("registration", tmp_path)
    conference = Thing()
    with registration.write() as session:
        outbox.add(session, conference, _announced(conference.id))
    backbone.settle()

    with database.read() as session:
        assert [it.venue_name for it in queries.conferences(session)] == ["Rieckhof"]


def test_nothing_is_adopted_at_a_conference_that_was_cancelled(
    database: Database, config: Config, backbone: Backbone, tmp_path: Path
) -> None:
    registration = backbone.neighbour("registration", tmp_path)
    conference = Thing()
    with registration.write() as session:
        outbox.add(session, conference, _announced(conference.id))
        moved = asdict(_announced(conference.id)) | {"venue_name": "Rathaus", "sequence": 1}
        outbox.add(session, conference, ConferenceChanged(**moved))
    backbone.settle()
    with database.read() as session:
        assert [it.venue_name for it in queries.conferences(session)] == ["Rathaus"]
    with registration.write() as session:
        outbox.add(session, conference, ConferenceCancelled(conference_id=conference.id, sequence=2))
    backbone.settle()
    with database.write() as session:
        idea = a_published_idea(session, config)
        assert queries.conferences(session) == []
    with pytest.raises(IllegalTransition, match="hat nicht stattgefunden"), database.write() as session:
        an_adopted_recommendation(session, conference.id, idea.id)


def test_the_story_of_an_idea_goes_on_at_the_council(
    database: Database, config: Config, backbone: Backbone, tmp_path: Path
) -> None:
    registration, council = backbone.neighbour("registration", tmp_path), backbone.neighbour("council", tmp_path)
    conference, case = Thing(), Thing()
    with registration.write() as session:
        outbox.add(session, conference, _announced(conference.id))
    backbone.settle()
    with database.write() as session:
        idea = a_published_idea(session, config)
        made = an_adopted_recommendation(session, conference.id, idea.id)
    with council.write() as session:
        outbox.add(session, case, _case(CaseOpened, "recommendation", made.id))
        due = clock.today() - timedelta(days=2)
        outbox.add(session, case, _case(CaseReferred, "recommendation", made.id, due_on=due))
    backbone.settle()

    with database.read() as session:
        lines = queries.story_of(session, idea)
    assert [line.kind for line in lines] == [
        "case.referred",
        "case.opened",
        "recommendation.adopted",
        "idea.published",
        "idea.received",
    ]
    assert (lines[0].case_number, lines[0].overdue_days) == ("HIR-2026-001", 2)
    assert made.number in lines[2].words


def test_the_story_of_a_petition_goes_on_at_the_council(
    database: Database, config: Config, backbone: Backbone, tmp_path: Path
) -> None:
    council = backbone.neighbour("council", tmp_path)
    with database.write() as session:
        petition, _ = handed_in(session, config, a_petition())
    case = Thing()
    with council.write() as session:
        outbox.add(session, case, _case(CaseOpened, "petition", petition.id))
        outbox.add(session, case, _case(CaseClosed, "petition", petition.id))
    backbone.settle()

    with database.read() as session:
        kinds = [line.kind for line in queries.story_of(session, petition)]
        found = queries.idea_for_staff(session, petition.id)
    assert kinds == ["case.closed", "case.opened", "petition.received"]
    assert found.status == "closed"
    assert not found.allows("withdraw")


def test_a_withdrawn_petition_stays_withdrawn_when_its_case_is_closed(database: Database, config: Config) -> None:
    with database.write() as session:
        petition, _ = handed_in(session, config, a_petition())
        ideas.withdraw_idea(session, petition.id)
        story.note_case_step(session, ids.internal(), _case(CaseClosed, "petition", petition.id))

        assert petition.status == "withdrawn"


def test_an_event_that_comes_again_is_told_once(database: Database, config: Config) -> None:
    with database.write() as session:
        petition, _ = handed_in(session, config, a_petition())
    event_id = ids.internal()
    fact = _case(CaseOpened, "petition", petition.id)
    for _ in range(2):
        with database.write() as session:
            story.note_case_step(session, event_id, fact)

    with database.read() as session:
        assert len(queries.story_of(session, petition)) == 2


def test_a_revoked_staff_session_ends_here(
    client: FlaskClient, backbone: Backbone, bearer: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    council = backbone.neighbour("council", tmp_path)
    session_id = ids.internal()
    staff = bearer("moderator", session_id=session_id)
    path = f"/api/submissions/v1/ideas/{uuid4()}/publish"
    assert client.post(path, headers=staff).status_code == 404

    changed = StaffChanged(staff_id=ids.internal(), roles=["moderator"], language="de", revoked_sessions=[session_id])
    with council.write() as session:
        outbox.add(session, Thing(), changed)
    backbone.settle()

    assert client.post(path, headers=staff).status_code == 401


def test_an_erased_person_leaves_the_idea_without_a_name(
    database: Database, config: Config, backbone: Backbone, tmp_path: Path
) -> None:
    notifications = backbone.neighbour("notifications", tmp_path)
    contact = Contact(name="Ayşe Yılmaz", email="ayse@example.org")
    with database.write() as session:
        idea = a_published_idea(session, config, contact=contact, publish_name=True)
    assert idea.subject_id is not None
    erasure = Thing()
    with notifications.write() as session:
        outbox.add(session, erasure, PersonErased(erasure_id=erasure.id, subject_ids=[idea.subject_id]))
    backbone.settle()

    with database.read() as session:
        found = queries.published_idea(session, idea.id)
        assert (found.author_name, found.address_mark, found.channel) == (None, None, None)
        assert found.title == idea.title
