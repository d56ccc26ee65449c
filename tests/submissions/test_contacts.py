"""Asking authors to confirm their contact, and what happens when they do."""

from datetime import timedelta

import pytest

from services.submissions import queries
from services.submissions.config import Config
from services.submissions.use_cases import contacts
from services.submissions.use_cases.contacts import Contact
from shared import clock, links
from shared.database import Database
from shared.rules import NotFound
from tests.submissions.builders import (
    a_submission,
    events,
    handed_in,
    sealed_for,
)

EMAIL = Contact(name="Ayşe Yılmaz", email="Ayse@Example.org")
PHONE = Contact(phone="+4915123456789")


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


def test_reach_counts_who_hears_of_it(database: Database, config: Config) -> None:
    with database.write() as session:
        confirmed, _ = handed_in(session, config, a_submission(contact=EMAIL))
        contacts.confirm_contact(session, confirmed.id)
        waiting, _ = handed_in(session, config, a_submission(contact=PHONE))
        nobody, _ = handed_in(session, config)

        assert queries.reach([confirmed, waiting, nobody]) == queries.Reach(email=1, sms=0, waiting=1, unknown=1)
