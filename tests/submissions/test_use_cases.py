"""What use cases store and publish."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.submissions import queries
from services.submissions.config import Config
from services.submissions.models import Idea
from services.submissions.use_cases import contacts, ideas
from services.submissions.use_cases.contacts import Contact
from shared import clock, links
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


def test_the_author_of_an_idea_gets_the_code_and_a_link_sealed(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, code = handed_in(session, config, a_submission(contact=EMAIL))
        part = sealed_for(session, "notifications")

    assert part is not None
    assert part["email"] == "Ayse@Example.org"
    assert part["tracking_code"] == code
    assert part["code"] is None
    assert part["confirm_url"].startswith(f"{config.web.base_url}/ideen/bestaetigen/")
    assert contacts.idea_of_link(config, part["confirm_url"].rpartition("/")[2]) == idea.id


def test_no_word_of_the_author_is_in_what_an_unconfirmed_address_gets(database: Database, config: Config) -> None:
    wish = a_submission(title="Kaufen Sie bei spam.example", text="spam.example", contact=EMAIL)
    with database.write() as session:
        handed_in(session, config, wish)
        part = sealed_for(session, "notifications")

        assert "spam.example" not in str(part)
        assert "spam.example" not in str(events(session))


def test_an_author_with_a_phone_gets_six_digits(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(contact=PHONE))
        part = sealed_for(session, "notifications")
    assert part is not None
    digits = part["code"]

    assert len(digits) == 6
    assert digits.isdigit()
    assert part["confirm_url"] is None
    with database.write() as session:
        assert contacts.confirm_by_digits(session, config, idea.id, digits) is True
        assert events(session)[-1] == ("idea.confirmed", {"idea_id": str(idea.id)})


def test_of_two_addresses_only_the_one_that_is_confirmed_travels(database: Database, config: Config) -> None:
    both = Contact(email="ayse@example.org", phone="+4915123456789")
    with database.write() as session:
        handed_in(session, config, a_submission(contact=both))
        part = sealed_for(session, "notifications")

    assert part is not None
    assert (part["email"], part["phone"]) == ("ayse@example.org", None)


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


def test_an_address_is_asked_once_a_day_however_it_is_written(database: Database, config: Config) -> None:
    asked = []
    for address in ("ayse@example.org", "AYSE@example.org", "ayse+idee@example.org", "ayse+2@Example.ORG"):
        with database.write() as session:
            handed_in(session, config, a_submission(contact=Contact(email=address)))
            part = sealed_for(session, "notifications")
            asked.append(bool(part and part["confirm_url"]))

    assert asked == [True, False, False, False]


def test_an_address_is_asked_three_times_until_it_confirms(database: Database, config: Config) -> None:
    asked = []
    for day in range(5):
        with clock.moved(timedelta(days=day, minutes=day)), database.write() as session:
            handed_in(session, config, a_submission(contact=EMAIL))
            part = sealed_for(session, "notifications")
            asked.append(bool(part and part["confirm_url"]))

    assert asked == [True, True, True, False, False]


def test_one_confirmation_holds_for_all_ideas_of_the_address(database: Database, config: Config) -> None:
    with database.write() as session:
        first, _ = handed_in(session, config, a_submission(contact=EMAIL))
        second, _ = handed_in(session, config, a_submission(contact=EMAIL))
        other, _ = handed_in(session, config, a_submission(contact=PHONE))
    with database.write() as session:
        assert {idea.id for idea in queries.waiting_for_confirmation(session, first.id)} == {first.id, second.id}
        contacts.confirm_contact(session, first.id)
        confirmed = {facts["idea_id"] for name, facts in events(session) if name == "idea.confirmed"}

        assert confirmed == {str(first.id), str(second.id)}
        assert other.confirmed_at is None


def test_confirming_again_tells_nobody_again(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(contact=EMAIL))
        contacts.confirm_contact(session, idea.id)
        contacts.confirm_contact(session, idea.id)

        assert [name for name, _ in events(session)].count("idea.confirmed") == 1


def test_a_confirmed_address_is_asked_again_with_its_next_idea(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(contact=EMAIL))
        contacts.confirm_contact(session, idea.id)
        handed_in(session, config, a_submission(contact=EMAIL))
        part = sealed_for(session, "notifications")

    assert part is not None
    assert part["confirm_url"]


def test_a_link_for_another_purpose_or_idea_confirms_nothing(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(contact=EMAIL))
    good = links.make(config.link_key, contacts.CONFIRM_LINK, idea.id)
    foreign = links.make(config.link_key, "withdraw", idea.id)
    forged = links.make("another key, just as long", contacts.CONFIRM_LINK, idea.id)

    for token in (foreign, forged, good[:-1], good + "0", "", ".", "ä" * 22 + "." + "0" * 32):
        with pytest.raises(NotFound):
            contacts.idea_of_link(config, token)


def test_five_wrong_tries_use_the_digits_up(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(contact=PHONE))
        part = sealed_for(session, "notifications")
    assert part is not None
    wrong = f"{(int(part['code']) + 1) % 1_000_000:06d}"
    for _ in range(5):
        with database.write() as session:
            assert contacts.confirm_by_digits(session, config, idea.id, wrong) is False

    with database.write() as session:
        assert contacts.confirm_by_digits(session, config, idea.id, part["code"]) is False


def test_the_digits_of_an_earlier_idea_confirm_a_later_one_too(database: Database, config: Config) -> None:
    with database.write() as session:
        handed_in(session, config, a_submission(contact=PHONE))
        part = sealed_for(session, "notifications")
        later, _ = handed_in(session, config, a_submission(contact=PHONE))
    assert part is not None

    with database.write() as session:
        assert contacts.confirm_by_digits(session, config, later.id, part["code"]) is True
        assert [name for name, _ in events(session)].count("idea.confirmed") == 2


def test_digits_are_good_for_half_an_hour(database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(contact=PHONE))
        part = sealed_for(session, "notifications")
    assert part is not None

    with clock.moved(timedelta(minutes=31)), database.write() as session:
        assert contacts.confirm_by_digits(session, config, idea.id, part["code"]) is False
    with clock.moved(timedelta(minutes=29)), database.write() as session:
        assert contacts.confirm_by_digits(session, config, idea.id, part["code"]) is True


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


def test_reach_counts_who_hears_of_it(database: Database, config: Config) -> None:
    with database.write() as session:
        confirmed, _ = handed_in(session, config, a_submission(contact=EMAIL))
        contacts.confirm_contact(session, confirmed.id)
        waiting, _ = handed_in(session, config, a_submission(contact=PHONE))
        nobody, _ = handed_in(session, config)

        assert queries.reach([confirmed, waiting, nobody]) == queries.Reach(email=1, sms=0, waiting=1, unknown=1)
