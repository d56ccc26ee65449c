"""What use cases store and publish."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.submissions import queries
from services.submissions.config import Config
from services.submissions.models import Idea
from services.submissions.use_cases import ideas
from services.submissions.use_cases.contacts import Contact
from shared import clock
from shared.database import Database
from shared.rules import IllegalTransition, NotFound
from tests.submissions.builders import (
    a_conference,
    a_petition,
    a_published_idea,
    a_submission,
    an_adopted_recommendation,
    events,
    handed_in,
    sealed_for,
)

EMAIL = Contact(name="Ayşe Yılmaz", email="Ayse@Example.org")
PHONE = Contact(phone="+4915123456789")


def test_an_idea_without_contact_travels_as_ids_alone(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(topic="green", quarter="heimfeld"))
        name, facts = events(session)[-1]

        assert name == "idea.received"
        assert facts == {"idea_id": str(idea.id), "language": "de", "topic": "green", "quarter": "heimfeld"}
        assert sealed_for(session, "notifications") is None
        assert idea.subject_id is None


def test_neither_contact_nor_code_stand_in_the_database(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, code = handed_in(session, config, a_submission(contact=EMAIL, publish_name=True))
        columns = [getattr(idea, column.key) for column in Idea.__table__.columns]

    assert not [value for value in columns if str(value) in {"Ayse@Example.org", code}]
    assert b"Ay" not in (idea.author_name or b"")
    assert queries.author_name(config, idea) == "Ayşe Yılmaz"


def test_of_a_petition_only_the_council_gets_text_and_person(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_petition(email="ayse@example.org"))
        for_council, for_notifications = sealed_for(session, "council"), sealed_for(session, "notifications")
        name, facts = events(session)[-1]

    assert name == "petition.received"
    assert set(facts) == {"idea_id", "language", "topic", "quarter", "received_at"}
    assert for_council == {
        "title": "Zebrastreifen",
        "text": "Bitte ein Zebrastreifen vor der Schule.",
        "petitioner_name": "Ayşe Yılmaz",
        "petitioner_address": "Eißendorfer Straße 5, 21073 Hamburg",
    }
    assert "Zebrastreifen" not in str(for_notifications)
    assert (idea.title, idea.text, idea.author_name) == (None, None, None)


def test_the_same_form_sent_twice_is_one_idea(database: Database, config: Config) -> None:
    with database.write() as session:
        first, code = handed_in(session, config)
    with database.write() as session:
        again = ideas.hand_in(session, config, a_submission(), code)

        assert again.id == first.id
        assert len(events(session)) == 1


def test_publishing_and_declining_tell_what_happened(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(language="tr", title="Parkta bank"))
        ideas.publish_idea(session, idea.id)
        ideas.decline_idea(session, idea.id, {"de": "Doppelt.", "tr": "Çift."})

        assert events(session)[1:] == [
            ("idea.published", {"idea_id": str(idea.id), "language": "tr", "title": "Parkta bank"}),
            ("idea.declined", {"idea_id": str(idea.id), "reason": {"de": "Doppelt.", "tr": "Çift."}}),
        ]
        assert idea.version == 3


def test_an_idea_that_does_not_exist_is_not_found(database: Database) -> None:
    with database.write() as session, pytest.raises(NotFound):
        ideas.publish_idea(session, uuid4())


def test_an_adopted_recommendation_says_everything_the_council_needs(database: Database, config: Config) -> None:
    with database.write() as session:
        conference_id = a_conference(session, clock.now())
        one, other = a_published_idea(session, config), a_published_idea(session, config)
        made = an_adopted_recommendation(session, conference_id, one.id, other.id)
        name, facts = events(session)[-1]

    assert name == "recommendation.adopted"
    assert facts["number"] == made.number == f"E-{clock.today().year}-001"
    assert set(facts["idea_ids"]) == {str(one.id), str(other.id)}
    assert (facts["votes_yes"], facts["votes_no"], facts["votes_abstain"]) == (12, 3, 1)
    assert facts["conference_title"]["de"] == "17. Harburger Integrationskonferenz"
    assert one.status == other.status == "adopted"


def test_numbers_have_no_gaps_where_an_adoption_fails(database: Database, config: Config) -> None:
    with database.write() as session:
        conference_id = a_conference(session, clock.now())
        first, second = a_published_idea(session, config), a_published_idea(session, config)
        new, _ = handed_in(session, config)
    with database.write() as session:
        an_adopted_recommendation(session, conference_id, first.id)
    for wrong in ([second.id, new.id], [first.id]):
        with pytest.raises(IllegalTransition), database.write() as session:
            an_adopted_recommendation(session, conference_id, *wrong)
    with database.write() as session:
        made = an_adopted_recommendation(session, conference_id, second.id)

    assert made.number == f"E-{clock.today().year}-002"


def test_each_year_begins_with_number_one(database: Database, config: Config) -> None:
    numbers = []
    with database.write() as session:
        conference_id = a_conference(session, clock.now())
        for days in (0, 400):
            idea = a_published_idea(session, config)
            with clock.moved(timedelta(days=days)):
                numbers.append(an_adopted_recommendation(session, conference_id, idea.id).number[-3:])

    assert numbers == ["001", "001"]


def test_unknown_conferences_and_ideas_are_not_found(database: Database, config: Config) -> None:
    with database.write() as session:
        conference_id = a_conference(session, clock.now())
        idea = a_published_idea(session, config)
    for wrong in ([uuid4(), idea.id], [conference_id, idea.id, uuid4()]):
        with pytest.raises(NotFound), database.write() as session:
            an_adopted_recommendation(session, *wrong)
