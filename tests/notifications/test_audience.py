"""Who is told what, how often, and who isn't."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notifications.channels import addresses
from services.notifications.models import Contact, Notification, Status
from services.notifications.use_cases import followings, telling
from services.notifications.use_cases.followings import Wish
from services.notifications.use_cases.ideas import give_receipt
from shared import clock, ids
from shared.events import council, registration, submissions
from shared.events.event import Event, Received
from shared.messaging.errors import NotYet
from shared.seals import mark
from shared.web.staff_tokens import REVOKED
from tests.notifications.world import (
    World,
    a_case_step,
    a_conference,
    a_member,
    a_participant,
    a_recommendation,
    a_staff_contact,
    an_author,
)

AYSE, JAN, ROSA, OMAR = "ayse@example.org", "jan@example.org", "rosa@example.org", "+4915123456789"


def told(world: World, message: str) -> list[str]:
    """To whom a message was sent, in order of their addresses."""
    with world.database.read() as session:
        rows = session.query(Notification).where(Notification.message == message, Notification.status == Status.SENT)
        marks = {row.contact.address_mark for row in rows}
    known = {addresses.address_mark(world.config.link_key, it): it for it in (AYSE, JAN, ROSA, OMAR)}
    return sorted(known[it] for it in marks)


def follow(world: World, topic: str, topic_id: str, address: str, language: str = "de") -> UUID:
    """Somebody follows a topic and confirms it by link or code."""
    wish = Wish(topic=topic, topic_id=topic_id, address=address, language=language)
    with world.database.write() as session:
        following_id = followings.request_following(session, world.config, wish).id
    world.sender.send_due()
    letter = world.letters(address)[0]
    with world.database.write() as session:
        if letter["code"]:
            assert followings.confirm_by_code(session, world.config, following_id, letter["code"])
        else:
            followings.confirm_by_link(session, world.config, letter["links"][0].rpartition("/")[2])
    return following_id


def adopt(world: World, idea_id: UUID) -> UUID:
    """The conference adopts an idea as a recommendation."""
    recommendation_id = ids.public()
    world.happens(a_recommendation(recommendation_id, [idea_id]), recommendation_id)
    return recommendation_id


def test_a_recommendation_is_told_to_authors_followers_and_the_council(world: World) -> None:
    idea_id = world.confirmed_idea(AYSE)
    world.member(JAN)
    follow(world, "idea", str(idea_id), OMAR, "ar")
    follow(world, "council", "", ROSA, "en")

    adopt(world, idea_id)

    assert told(world, "recommendation.adopted") == sorted([AYSE, JAN, OMAR, ROSA])
    assert "Ihrer Idee" in world.letters(AYSE)[0]["text"]
    assert "مجلس" in world.letters(OMAR)[0]["text"] or "المؤتمر" in world.letters(OMAR)[0]["text"]
    assert "The conference has adopted" in world.letters(ROSA)[0]["text"]


def test_a_case_is_told_to_whoever_followed_what_it_came_from(world: World) -> None:
    idea_id = world.confirmed_idea(AYSE)
    world.member(JAN)
    follow(world, "idea", str(idea_id), OMAR)
    recommendation_id, case_id = adopt(world, idea_id), ids.public()

    world.happens(a_case_step(council.CaseOpened, case_id, recommendation_id), case_id)
    world.happens(a_case_step(council.CaseAnswered, case_id, recommendation_id), case_id)

    assert told(world, "case.opened") == sorted([AYSE, JAN, OMAR])
    assert told(world, "case.answered") == sorted([AYSE, OMAR])
    assert "/verfolgen/K7QX2M4P9TBD" in world.letters(AYSE)[0]["text"]


def test_a_petition_leads_its_author_to_the_case(world: World) -> None:
    idea_id, subject_id, case_id = ids.public(), ids.internal(), ids.public()
    fact = submissions.PetitionReceived(
        idea_id=idea_id, language="de", topic=None, quarter=None, received_at=clock.now()
    )
    world.happens(fact, idea_id, an_author(AYSE, None), subject_id)
    world.happens(a_case_step(council.CaseOpened, case_id, idea_id, "petition"), case_id)
    world.happens(submissions.IdeaConfirmed(idea_id=idea_id), idea_id, subject_id=subject_id)

    world.happens(a_case_step(council.CaseDecided, case_id, idea_id, "petition"), case_id)

    assert told(world, "petition.received") == [AYSE]
    assert told(world, "case.opened") == []
    assert told(world, "case.decided") == [AYSE]


def test_an_author_who_has_not_confirmed_hears_nothing_more(world: World) -> None:
    idea_id, _ = world.idea(AYSE)

    world.happens(submissions.IdeaPublished(idea_id=idea_id, language="de", title="Bänke"), idea_id)
    adopt(world, idea_id)

    assert [letter["subject"] for letter in world.letters(AYSE)] == ["Ihre Idee ist angekommen"]


def test_every_step_of_a_registration_is_told_once(world: World) -> None:
    conference_id, registration_id, subject_id = world.conference(), ids.public(), ids.internal()
    about: dict[str, Any] = {"registration_id": registration_id, "conference_id": conference_id, "language": "en"}
    asked = registration.RegistrationContact(
        email=AYSE, phone=None, participant_name=None, confirm_url="http://localhost/anmeldung/bestaetigen/token"
    )
    steps: list[tuple[Event, registration.RegistrationContact]] = [
        (registration.RegistrationRequested(**about, expires_at=clock.now() + timedelta(days=2)), asked),
        (registration.RegistrationWaitlisted(**about, places=2, rank=3), a_participant(AYSE)),
        (registration.RegistrationPromoted(**about, places=2, ticket_mark="5f" * 32), a_participant(AYSE)),
        (registration.RegistrationCancelled(**about), a_participant(AYSE)),
    ]

    for fact, private in steps:
        world.happens(fact, registration_id, private, subject_id)

    assert [letter["subject"] for letter in reversed(world.letters(AYSE))] == [
        "Please confirm your registration",
        "You are on the waiting list: 18th Harburg Integration Conference",
        "A place has become free: 18th Harburg Integration Conference",
        "Your registration is cancelled",
    ]


def test_a_registration_waits_for_its_conference(world: World) -> None:
    with pytest.raises(NotYet):
        world.registration(AYSE, conference_id=ids.public())


def test_followers_of_conferences_hear_of_the_next_one(world: World) -> None:
    follow(world, "conference", "", OMAR)

    world.happens(a_conference(conference_id := ids.public()), conference_id)

    assert told(world, "conference.announced") == [OMAR]


def test_members_are_told_while_they_are_members(world: World) -> None:
    staff_id = world.member(JAN)
    adopt(world, world.confirmed_idea(AYSE))
    world.happens(a_member(staff_id, roles=("clerk",)), staff_id)
    adopt(world, world.confirmed_idea(ROSA))

    assert len([letter for letter in world.letters(JAN) if "E-2027-003" in letter["subject"]]) == 1


def test_a_member_who_stopped_is_not_signed_up_again_by_the_office(world: World) -> None:
    staff_id = world.member(JAN)
    adopt(world, world.confirmed_idea(AYSE))
    token = world.own_page(JAN).rpartition("/")[2]
    with world.database.write() as session:
        followings.stop_all(session, world.config, token)

    world.happens(a_member(staff_id), staff_id, a_staff_contact(JAN))
    adopt(world, world.confirmed_idea(ROSA))

    assert len(world.letters(JAN)) == 1


def test_revoked_staff_sessions_are_known_here(world: World) -> None:
    session_id, staff_id = ids.internal(), ids.internal()
    fact = council.StaffChanged(staff_id=staff_id, roles=[], language="de", revoked_sessions=[session_id])

    world.happens(fact, staff_id)

    with world.database.read() as session:
        assert session.scalar(REVOKED.select().with_only_columns(REVOKED.c.session_id)) == session_id


def test_one_mailbox_is_asked_once_a_day_however_many_ideas_name_it(world: World) -> None:
    for address in (AYSE, "AYSE@example.org", "ayse+spam@example.org", "ayse+more@example.org"):
        world.idea(address)

    assert [line.status for line in world.log(status="sent")] == ["sent"]
    assert {line.reason for line in world.log(status="failed")} == {telling.ASKED_ENOUGH}
    with clock.moved(timedelta(hours=25)):
        world.idea(AYSE)
        assert len(world.log(status="sent")) == 2


def test_the_limit_of_a_mailbox_goes_by_person(world: World) -> None:
    def limit(address: str) -> str:
        return addresses.limit_mark(world.config.link_key, address)

    assert limit("ayse+idee@example.org") == limit("Ayse@example.org")
    assert limit(AYSE) != limit(JAN)
    # A phone number begins with a plus sign: nothing follows it but the whole number.
    assert limit(OMAR) != limit("+4915199999999")


def test_two_people_with_a_phone_only_are_both_asked(world: World) -> None:
    for phone in (OMAR, "+4915199999999"):
        world.idea(phone=phone)

    assert [line.status for line in world.log(message="idea.received")] == [Status.SENT, Status.SENT]


def test_whoever_confirms_may_be_asked_again_the_same_day(world: World) -> None:
    world.confirmed_idea(AYSE)
    world.idea(AYSE)

    assert len(world.log(message="idea.received", status="sent")) == 2


def test_what_was_not_asked_because_of_an_open_question_is_asked_once_that_is_answered(world: World) -> None:
    first, subject_id = world.idea(AYSE)
    world.idea(AYSE)
    world.idea(AYSE)
    assert len(world.letters(AYSE)) == 1

    world.happens(submissions.IdeaConfirmed(idea_id=first), first, subject_id=subject_id)

    assert len(world.letters(AYSE)) == 2


def test_an_unanswered_mailbox_is_asked_three_times_ever(world: World) -> None:
    for days in range(5):
        with clock.moved(timedelta(days=2 * days)):
            world.idea(AYSE)

    assert len(world.log(status="sent")) == 3


def test_a_blocked_address_gets_nothing_whatever_happens(world: World) -> None:
    world.idea(AYSE)
    with world.database.write() as session:
        followings.block(session, world.config, world.own_page(AYSE).rpartition("/")[2])

    with clock.moved(timedelta(days=3)):
        world.registration(AYSE)
        world.idea(AYSE)

    assert len(world.letters(AYSE)) == 1
    assert {line.reason for line in world.log(status="failed")} == {telling.BLOCKED}


def test_no_address_stands_in_the_database_in_the_clear(world: World) -> None:
    world.confirmed_idea(AYSE)

    with world.database.read() as session:
        contact = session.query(Contact).one()
        raw = session.connection().connection.driver_connection
        dump = "\n".join(raw.iterdump())  # type: ignore[union-attr]
    assert contact.address_mark == mark(world.config.link_key, "address", AYSE)
    assert AYSE not in dump and "K7QX2M4P9TBD" not in dump


def test_one_batch_of_events_uses_up_the_budget_of_a_mailbox_once(world: World) -> None:
    now, idea_ids = clock.now(), [ids.public() for _ in range(3)]
    with world.database.write() as session:
        for idea_id, tag in zip(idea_ids, ("", "+a", "+b"), strict=True):
            fact = submissions.IdeaReceived(idea_id=idea_id, language="de", topic=None, quarter=None)
            author = an_author(f"ayse{tag}@example.org", None)
            give_receipt(session, world.config, Received(fact, ids.internal(), now, now, author, ids.internal()))

    stands = sorted((str(line.status), line.reason) for line in world.log())
    assert [status for status, _ in stands] == ["created", "failed", "failed"]
    assert {reason for _, reason in stands} == {None, telling.ASKED_ENOUGH}
