"""Many people at the same moment: on SQLite and on a real PostgreSQL."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID, uuid4

from sqlalchemy import select

from services.registration import attendance, by_hand, queries, tickets, urls
from services.registration.config import Config
from services.registration.models import Conference, Registration
from services.registration.models.attendance import Entry
from services.registration.models.people import Wish
from services.registration.use_cases import approval, behalf, checkins, conferences, registrations, requests
from services.registration.use_cases.paper_lists import enter_from_list
from shared import clock, ids
from shared.database import Database
from shared.messaging import tables
from shared.rules import IllegalTransition
from tests.registration.builders import a_clerk, a_wish, an_open_conference, applied, confirmed, events, pending

Anywhere = tuple[Config, Database]
AT_ONCE = 20


def all_at_once(jobs: Iterable[Callable[[], object]]) -> list[object]:
    """Run the jobs on many threads; what one of them raises is raised here."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        running = [threads.submit(job) for job in jobs]
        return [one.result() for one in running]


def people(config: Config, database: Database, conference_id: UUID, companions: list[int]) -> list[str]:
    """Ask for so many households; gives the tokens of their links."""
    with database.write() as session:
        asked = [pending(session, config, conference_id, companions=count) for count in companions]
        return [urls.token_for(config, urls.CONFIRM, one) for one in asked]


def confirming(config: Config, database: Database, token: str) -> Callable[[], object]:
    def job() -> object:
        with database.write() as session:
            return registrations.confirm_by_link(session, config, token).status

    return job


def cancelling(config: Config, database: Database, registration_id: UUID) -> Callable[[], object]:
    def job() -> object:
        with database.write() as session:
            return registrations.cancel_registration(session, config, registration_id).status

    return job


def approving(config: Config, database: Database, registration_id: UUID) -> Callable[[], object]:
    def job() -> object:
        with database.write() as session:
            try:
                return approval.approve(session, config, registration_id, a_clerk()).status
            except IllegalTransition:
                return "refused"

    return job


def facts(database: Database, name: str) -> list[dict[str, object]]:
    """What the events of that name say, in the order they were written."""
    with database.read() as session:
        found = select(tables.outbox.c.body).where(tables.outbox.c.name == name).order_by(tables.outbox.c.position)
        return [json.loads(body)["data"] for body in session.scalars(found)]


def state(database: Database, conference_id: UUID) -> tuple[Conference, list[Registration]]:
    with database.read() as session:
        everybody = session.scalars(select(Registration).where(Registration.conference_id == conference_id)).all()
        return queries.conference(session, conference_id), list(everybody)


def test_two_hundred_who_confirm_at_once_get_the_places_there_are(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config, capacity=50).id
    tokens = people(config, database, conference_id, [0] * 200)
    all_at_once(confirming(config, database, token) for token in tokens)
    conference, everybody = state(database, conference_id)

    assert conference.places_taken == 50
    assert sum(one.places_held for one in everybody) == 50
    assert [fact["rank"] for fact in facts(database, "registration.waitlisted")] == list(range(1, 151))


def test_who_comes_and_goes_at_once_never_overbooks_and_nobody_overtakes(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config, capacity=12).id
        seated = [confirmed(session, config, conference_id, companions=2).id for _ in range(4)]
    tokens = people(config, database, conference_id, [0, 1, 2, 3] * 10)
    jobs = [confirming(config, database, token) for token in tokens]
    for place, one in enumerate(seated):
        jobs.insert(place * 10, cancelling(config, database, one))

    def enlarge() -> object:
        with database.write() as session:
            return conferences.change_conference(session, config, conference_id, {"capacity": 20}).capacity

    all_at_once([*jobs[:25], enlarge, *jobs[25:]])
    conference, everybody = state(database, conference_id)
    waiting = sorted((one for one in everybody if one.status == "waitlisted"), key=lambda one: one.queue_number or 0)

    assert conference.places_taken == sum(one.places_held for one in everybody) <= 20
    assert not waiting or not conference.has_room_for(waiting[0].places)
    in_line = [fact["registration_id"] for fact in facts(database, "registration.waitlisted")]
    offered = [fact["registration_id"] for fact in facts(database, "registration.offered")]
    assert offered == in_line[: len(offered)]
    assert [str(one.id) for one in waiting] == in_line[len(offered) :]


def test_the_same_person_twenty_times_at_once_is_one_registration_and_one_message(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config).id

    def ask() -> object:
        with database.write() as session:
            wish = a_wish(email="leyla@example.org")
            return requests.request_registration(session, config, conference_id, wish).id

    answers = all_at_once([ask] * 20)

    assert len(set(answers)) == 1
    assert events(database).count("registration.requested") == 1


def test_the_same_link_twenty_times_at_once_is_one_place(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config).id
    [token] = people(config, database, conference_id, [1])
    answers = all_at_once([confirming(config, database, token)] * 20)

    assert set(answers) == {"confirmed"}
    assert state(database, conference_id)[0].places_taken == 2
    assert events(database).count("registration.confirmed") == 1


def test_twenty_clerks_who_approve_one_person_at_once_give_one_place(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config, approval=True).id
        hopes = applied(session, config, conference_id, companions=1).id
    answers = all_at_once([approving(config, database, hopes)] * 20)

    assert set(answers) == {"confirmed"}
    assert state(database, conference_id)[0].places_taken == 2
    assert events(database).count("registration.confirmed") == 1
    with database.read() as session:
        assert [it.action for it in by_hand.last_decided(session, conference_id)] == ["approve"]


def test_people_who_are_approved_and_cancel_at_once_leave_no_place_behind(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config, capacity=5, approval=True).id
        hoping = [applied(session, config, conference_id).id for _ in range(10)]
    jobs = [job(config, database, one) for one in hoping for job in (approving, cancelling)]
    answers = all_at_once(jobs)
    conference, everybody = state(database, conference_id)

    assert {one.status for one in everybody} == {"cancelled"}
    assert set(answers) <= {"confirmed", "waitlisted", "refused", "cancelled"}
    assert (conference.places_taken, conference.places_waiting) == (0, 0)


def test_the_same_ticket_at_twenty_desks_at_once_is_one_presence(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        guest = confirmed(session, config, an_open_conference(session, config).id, companions=2)
        code = tickets.code_of(config, guest)

    def desk() -> object:
        with database.write() as session:
            entry = Entry(client_id=uuid4(), at=clock.now(), ticket=code)
            [verdict] = checkins.record(session, config, guest.conference_id, [entry], uuid4())
            return verdict.result

    answers = all_at_once([desk] * 20)

    assert sorted(map(str, answers)) == ["already"] * 19 + ["checked_in"]
    with database.read() as session:
        assert attendance.attendance_of(session, guest.conference_id).people == 3


def test_the_same_batch_twenty_times_at_once_counts_everybody_once(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config).id
    batch = [Entry(client_id=uuid4(), at=clock.now(), people=1) for _ in range(20)]

    def sync() -> object:
        with database.write() as session:
            return len(checkins.record(session, config, conference_id, batch, uuid4()))

    assert all_at_once([sync] * 20) == [20] * 20
    with database.read() as session:
        assert attendance.attendance_of(session, conference_id).people == 20


def test_the_same_paper_list_sent_many_times_at_once_while_its_people_ask_themselves_is_entered_once(
    anywhere: Anywhere,
) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config, capacity=3).id
    clerk, list_id = a_clerk(), ids.internal()
    wishes = [a_wish(), a_wish(email=None, name="Ali Demir"), a_wish(companions=1), a_wish()]
    entries = [ids.internal() for _ in wishes]

    def bring() -> None:
        for wish, entry in zip(wishes, entries, strict=True):
            with suppress(behalf.EnteredBefore), database.write() as session:
                row = {"list_id": list_id, "entry": entry, "from_reserved": False}
                enter_from_list(session, config, conference_id, wish, by=clerk, **row)

    def ask(wish: Wish) -> Callable[[], None]:
        def job() -> None:
            with database.write() as session:
                requests.request_registration(session, config, conference_id, wish)

        return job

    all_at_once([bring] * 6 + [ask(wish) for wish in wishes if wish.person.address] * 2)
    conference, everybody = state(database, conference_id)
    with database.read() as session:
        [line] = by_hand.paper_lists(session, conference_id)

    assert (line.registrations, line.places) == (4, 5)
    assert sorted(one.status for one in everybody) == ["confirmed", "confirmed", "waitlisted", "waitlisted"]
    assert (conference.places_taken, conference.places_waiting) == (2, 3)
