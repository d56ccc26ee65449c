"""What participants hear when their conference is put off, corrected or cancelled, and what becomes of it in their calendars."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import icalendar
import pytest
from sqlalchemy import select

from services.notifications.channels.letter import Letter
from services.notifications.due import COLUMNS, Due
from services.notifications.models import Conference, Notification
from services.notifications.rendering import render
from shared import ids
from shared.events import registration
from shared.events.event import Event
from tests.notifications.world import ENDS_AT, STARTS_AT, World, a_conference, a_participant

LATER = timedelta(days=14)
WHY = {"de": "Der Saal ist nach einem Wasserschaden gesperrt.", "ar": "القاعة مغلقة بسبب أضرار المياه."}


def changed(conference_id: UUID, sequence: int, **changes: Any) -> registration.ConferenceChanged:
    """The conference of the tests with other facts."""
    facts = asdict(a_conference(conference_id)) | {"sequence": sequence, **changes}
    return registration.ConferenceChanged(**facts)


def moved(
    registration_id: UUID, conference_id: UUID, reason: str, status: str = "confirmed"
) -> registration.RegistrationChanged:
    """What a registration says of it."""
    return registration.RegistrationChanged(
        registration_id=registration_id,
        conference_id=conference_id,
        language="de",
        status=status,
        reason=reason,
        previous_starts_at=STARTS_AT,
        previous_ends_at=ENDS_AT,
        previous_venue="Rieckhof, Rieckhoffstraße 12, 21073 Hamburg",
        explanation=WHY if reason == "conference_postponed" else {},
    )


def rendered(world: World, event_id: UUID) -> Letter:
    """The letter that goes out for this event."""
    with world.database.read() as session:
        due = select(*COLUMNS).join(Notification.contact).join(Notification.following)
        return render(world.config, Due.of(session.execute(due.where(Notification.event_id == event_id)).one()))


def entry_of(world: World, fact: Event, about: UUID, **private: Any) -> tuple[str, Any]:
    """The method and the entry of the calendar file that goes out for this event."""
    contact = replace(a_participant("ayse@example.org"), **private)
    event_id = world.happens(fact, about, contact, ids.internal(), send=False)
    (attached,) = rendered(world, event_id).attachments
    calendar = icalendar.Calendar.from_ical(attached.content)
    assert isinstance(calendar, icalendar.Calendar)
    assert f"method={calendar['METHOD']}" in attached.media_type
    return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


def test_whoever_takes_part_reads_the_old_and_the_new_date_and_how_to_cancel(world: World) -> None:
    conference_id = world.conference()
    own = world.registration("ayse@example.org", conference_id=conference_id)
    world.happens(changed(conference_id, 1, starts_at=STARTS_AT + LATER, ends_at=ENDS_AT + LATER), conference_id)
    world.happens(
        moved(own, conference_id, "conference_postponed"), own, a_participant("ayse@example.org"), ids.internal()
    )
    letter = world.letters("ayse@example.org")[0]
    first_line = letter["text"].strip().splitlines()[0]

    assert first_line.endswith("ist verschoben auf Freitag, 19. März 2027, 17\u00a0Uhr.")
    assert "Bisher: Freitag, 5. März 2027, 17\u00a0Uhr" in letter["text"]
    assert WHY["de"] in letter["text"]
    assert "/anmeldung/meine/" in letter["links"][0]


@pytest.mark.parametrize(
    ("status", "standing"),
    [("waitlisted", "Sie stehen weiter auf der Warteliste"), ("offered", "Unser Angebot an Sie gilt auch")],
)
def test_whoever_has_no_place_yet_is_not_told_that_they_have_one(world: World, status: str, standing: str) -> None:
    conference_id = world.conference()
    own = world.registration("ayse@example.org", conference_id=conference_id)
    fact = moved(own, conference_id, "conference_postponed", status)
    letter = rendered(world, world.happens(fact, own, a_participant("ayse@example.org"), ids.internal(), send=False))

    assert standing in letter.text
    assert "Ihr Platz bleibt" not in letter.text
    assert letter.attachments == ()


def test_an_sms_says_the_new_place(world: World) -> None:
    conference_id = world.conference()
    own = world.registration(phone="+4915123456789", conference_id=conference_id)
    world.happens(changed(conference_id, 1, venue_name="Rathaus"), conference_id)
    fact = moved(own, conference_id, "conference_changed")
    world.happens(fact, own, a_participant(None, "+4915123456789"), ids.internal())

    assert "Rathaus. Ihr Platz bleibt." in world.letters("+4915123456789")[0]["text"]


def test_a_cancelled_conference_says_why(world: World) -> None:
    conference_id = world.conference()
    own = world.registration("ayse@example.org", conference_id=conference_id, language="ar")
    fact = registration.ConferenceCancelled(conference_id=conference_id, sequence=1, explanation=WHY)
    world.happens(fact, conference_id)
    cancelled = registration.RegistrationCancelled(
        registration_id=own, conference_id=conference_id, language="ar", reason="conference_cancelled"
    )
    world.happens(cancelled, own, a_participant("ayse@example.org"), ids.internal())

    assert WHY["ar"] in world.letters("ayse@example.org")[0]["text"]


def test_each_file_renews_the_same_entry_until_the_last_takes_it_out(world: World) -> None:
    conference_id, own = world.conference(), ids.public()
    place = registration.RegistrationConfirmed(
        registration_id=own, conference_id=conference_id, language="de", places=1, ticket_mark="5f" * 32
    )
    method, first = entry_of(world, place, own)
    world.happens(changed(conference_id, 1, starts_at=STARTS_AT + LATER, ends_at=ENDS_AT + LATER), conference_id)
    changed_method, second = entry_of(world, moved(own, conference_id, "conference_postponed"), own)
    world.happens(registration.ConferenceCancelled(conference_id=conference_id, sequence=2), conference_id)
    ended = registration.RegistrationCancelled(
        registration_id=own, conference_id=conference_id, language="de", reason="conference_cancelled"
    )
    last_method, last = entry_of(world, ended, own)

    assert (method, changed_method, last_method) == ("PUBLISH", "PUBLISH", "CANCEL")
    assert first["UID"] == second["UID"] == last["UID"]
    assert [int(one["SEQUENCE"]) for one in (first, second, last)] == [0, 1, 2]
    assert second.decoded("DTSTART") == STARTS_AT + LATER


def test_whoever_comes_back_after_cancelling_gets_a_newer_entry(world: World) -> None:
    conference_id, own = world.conference(), ids.public()
    gone = registration.RegistrationCancelled(
        registration_id=own, conference_id=conference_id, language="de", reason="withdrawn"
    )
    back = registration.RegistrationConfirmed(
        registration_id=own, conference_id=conference_id, language="de", places=1, ticket_mark="5f" * 32
    )
    world.happens(back, own, a_participant("ayse@example.org"), ids.internal(), send=False)
    method, taken_out = entry_of(world, gone, own)
    _, again = entry_of(world, back, own, times_cancelled=1)

    assert (method, int(taken_out["SEQUENCE"]), int(again["SEQUENCE"])) == ("CANCEL", 1, 1)
    assert again.decoded("DTSTAMP") >= taken_out.decoded("DTSTAMP")


def test_a_name_that_changed_is_known_and_nobody_is_written_to(world: World) -> None:
    conference_id = world.conference()
    world.registration("ayse@example.org", conference_id=conference_id)
    before = len(world.letters())
    world.happens(changed(conference_id, 0, title={"de": "Ein neuer Name"}), conference_id)
    with world.database.read() as session:
        assert session.get_one(Conference, conference_id).title == {"de": "Ein neuer Name"}

    assert len(world.letters()) == before
