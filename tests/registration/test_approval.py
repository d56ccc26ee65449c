"""The office looks at each registration: whoever confirmed holds nothing until it says yes, and then everybody's rules hold."""

from uuid import UUID

import pytest

from services.registration import by_hand, queries, totals, urls
from services.registration.config import Config
from services.registration.use_cases import conferences, erasure, offers, registrations, requests, steps
from services.registration.use_cases.waiting_list import NoRoom
from shared import clock
from shared.database import Database
from shared.rules import IllegalTransition
from tests.registration.builders import a_wish, entered, events, messages, pending
from tests.registration.deciding import WHY, approved, counts, hoping, of, refused


def test_whoever_confirms_holds_nothing_waits_in_no_line_and_is_told(
    config: Config, database: Database, looked_at: UUID
) -> None:
    hopes = hoping(config, database, looked_at, email="leyla@example.org", companions=1)
    found = of(database, hopes)
    with database.read() as session:
        counted = totals.totals_of(session, config, looked_at)
        assert queries.line(session, looked_at) == []

    assert (found.status, found.is_admitted, found.ticket, found.queue_number) == ("applied", True, None, None)
    assert counts(database, looked_at) == (0, 0)
    assert (counted.applied_registrations, counted.applied_places, counted.pending, counted.places) == (1, 2, 0, 0)
    assert events(database)[-1] == "registration.applied"
    [told] = messages(database, "registration.applied")
    assert (told["email"], told["ticket"], told["ticket_url"]) == ("leyla@example.org", None, None)
    assert told["manage_url"]


def test_the_digits_of_an_sms_lead_there_too_and_the_same_link_twice_is_one_application(
    config: Config, database: Database, looked_at: UUID
) -> None:
    with database.write() as session:
        asked = pending(session, config, looked_at, email=None, phone="+4915123456789")
    [told] = messages(database, "registration.requested")
    with database.write() as session:
        settled = registrations.confirm_by_code(session, config, asked.id, told["code"])
        assert settled is not None and settled.status == "applied"
    with database.write() as session:
        asked = pending(session, config, looked_at)
        token = urls.token_for(config, urls.CONFIRM, asked)
        for _ in range(2):
            registrations.confirm_by_link(session, config, token)

    assert events(database).count("registration.applied") == 2


def test_a_yes_gives_a_place_or_the_end_of_the_line_and_nobody_is_passed_over(
    config: Config, database: Database, looked_at: UUID
) -> None:
    alone, family, late = (hoping(config, database, looked_at, companions=more) for more in (0, 2, 0))

    assert approved(config, database, alone) == "confirmed"
    assert approved(config, database, family) == "waitlisted"
    # Two places are free, and the family waits for three.
    assert approved(config, database, late) == "waitlisted"
    assert counts(database, looked_at) == (1, 4)
    assert events(database)[-3:] == ["registration.confirmed", "registration.waitlisted", "registration.waitlisted"]


def test_where_it_is_full_without_a_waiting_list_a_yes_is_refused_and_changes_nothing(
    config: Config, database: Database, looked_at: UUID
) -> None:
    family, alone = hoping(config, database, looked_at, companions=2), hoping(config, database, looked_at)
    with database.write() as session:
        conferences.change_conference(session, config, looked_at, {"waiting_list": False})
    approved(config, database, family)
    with pytest.raises(NoRoom, match="alle Plätze vergeben"):
        approved(config, database, alone)

    assert of(database, alone).status == "applied"
    with database.read() as session:
        assert [it.registration_id for it in by_hand.last_decided(session, looked_at)] == [family]
    assert refused(config, database, alone) == "cancelled"


def test_a_refusal_keeps_its_reason_and_sends_it_to_nobody(config: Config, database: Database, looked_at: UUID) -> None:
    hopes = hoping(config, database, looked_at, email="leyla@example.org", assistance=["wheelchair"])
    refused(config, database, hopes)
    with database.read() as session:
        [kept] = by_hand.last_decided(session, looked_at)
        assert by_hand.overrides(session, looked_at) == []

    assert (kept.actor, kept.action, kept.reason, kept.places) == ("Mina Kaya", "refuse", WHY, 1)
    assert of(database, hopes).needs is None
    [told] = messages(database, "registration.cancelled")
    assert told["email"] == "leyla@example.org" and WHY not in str(told)
    with database.write() as session:
        erasure.forget_persons(session, config, [of(database, hopes).subject_id])
    with database.read() as session:
        assert by_hand.last_decided(session, looked_at)[0].reason is None


def test_what_is_decided_or_was_never_confirmed_is_decided_by_nobody_else(
    config: Config, database: Database, looked_at: UUID
) -> None:
    taken, away, gone = (hoping(config, database, looked_at) for _ in range(3))
    with database.write() as session:
        unconfirmed = pending(session, config, looked_at).id
        registrations.cancel_registration(session, config, gone)
    approved(config, database, taken)
    refused(config, database, away)

    assert approved(config, database, taken) == "confirmed"
    with pytest.raises(IllegalTransition, match="schon entschieden"):
        refused(config, database, taken)
    for one, why in ((away, "abgesagt"), (gone, "abgesagt"), (unconfirmed, "jetzigen Stand")):
        with pytest.raises(IllegalTransition, match=why):
            approved(config, database, one)
        with pytest.raises(IllegalTransition, match=why):
            refused(config, database, one)
    with database.read() as session:
        assert len(by_hand.last_decided(session, looked_at)) == 2


def test_turning_it_off_leaves_to_be_decided_who_waits_for_it(
    config: Config, database: Database, looked_at: UUID
) -> None:
    hopes = hoping(config, database, looked_at)
    with database.write() as session:
        conferences.change_conference(session, config, looked_at, {"approval": False})
    newcomer = hoping(config, database, looked_at)

    assert [of(database, one).status for one in (hopes, newcomer)] == ["applied", "confirmed"]
    assert approved(config, database, hopes) == "confirmed"


def test_whom_the_office_enters_is_approved_by_that(config: Config, database: Database, looked_at: UUID) -> None:
    with database.write() as session:
        assert entered(session, config, looked_at, a_wish()).status == "confirmed"

    assert "registration.applied" not in events(database)


def test_nobody_is_approved_or_refused_once_the_conference_is_over(
    config: Config, database: Database, looked_at: UUID
) -> None:
    hopes = hoping(config, database, looked_at)
    with database.write() as session:
        steps.take_step(session, looked_at, "hold")
    for decide in (approved, refused):
        with pytest.raises(IllegalTransition, match="keine Plätze mehr"):
            decide(config, database, hopes)


def test_a_conference_that_moves_or_is_cancelled_is_told_to_whoever_waits_for_a_decision(
    config: Config, database: Database, looked_at: UUID
) -> None:
    hoping(config, database, looked_at, email="leyla@example.org")
    with database.write() as session:
        assert totals.reached(session, config, looked_at).email == 1
        conferences.change_conference(session, config, looked_at, {"venue_name": "Rathaus"})
        steps.cancel_conference(session, config, looked_at, {"de": "Der Saal ist gesperrt."})

    assert events(database)[-2:] == ["conference.cancelled", "registration.cancelled"]
    for name in ("registration.changed", "registration.cancelled"):
        assert [one["email"] for one in messages(database, name)] == ["leyla@example.org"]


def test_the_same_person_again_and_an_answer_nobody_asked_for_are_told_how_things_stand(
    config: Config, database: Database, looked_at: UUID
) -> None:
    phone = "+4915123456789"
    with database.write() as session:
        asked = pending(session, config, looked_at, email=None, phone=phone)
    [told] = messages(database, "registration.requested")
    with database.write() as session:
        registrations.confirm_by_code(session, config, asked.id, told["code"])
    with database.write() as session:
        again = requests.request_registration(session, config, looked_at, a_wish(email=None, phone=phone))
        offers.answer_by_sms(session, config, phone, is_yes=True, at=clock.now())

    assert (again.id, of(database, asked.id).status) == (asked.id, "applied")
    assert events(database)[-2:] == ["registration.repeated", "registration.answer_missed"]
