"""Whatever people and staff do, in whatever order: never overbooked, strict order, households whole or not at all."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.config import Config
from services.registration.models import Conference, Registration
from services.registration.models.household import AGE_GROUPS, nobody
from services.registration.models.offers import SHORTEST_NOTICE
from services.registration.models.people import Needs
from services.registration.timers import end_offers
from services.registration.use_cases import approval, behalf, conferences, offers, overrides, registrations
from shared import clock
from shared.database import Database
from shared.rules import IllegalTransition
from tests.registration.builders import a_clerk, a_wish, an_open_conference, applied, confirmed, entered
from tests.registration.plain_line import Line, Refused

CLERK = a_clerk()
WHY = "Vom Vorstand so beschlossen."


#: Up to three who come along, of any age.
HOUSEHOLDS = st.lists(st.sampled_from(list(AGE_GROUPS)), max_size=3).map(lambda ages: nobody() | Counter(ages))
WHICH = st.integers(0, 9)


class Places(RuleBasedStateMachine):
    """One conference: each step is done for real and in the plain model; what one refuses the other refuses, too."""

    def __init__(self, config: Config, database: Database) -> None:
        super().__init__()
        self.config, self.database = config, database
        self.time = ExitStack()

    def teardown(self) -> None:
        self.time.close()

    @initialize(capacity=st.integers(1, 6))
    def open(self, capacity: int) -> None:
        with self.database.write() as session:
            conference = an_open_conference(session, self.config, capacity=capacity)
        self.conference_id = conference.id
        self.line = Line(capacity, lambda: conference.offers_end_at - clock.now() >= SHORTEST_NOTICE)

    @rule(household=HOUSEHOLDS)
    def join(self, household: dict[str, int]) -> None:
        places = 1 + sum(household.values())
        with self.database.write() as session:
            if places > self.line.capacity or not session.get_one(Conference, self.conference_id).takes_registrations():
                return
            joined = confirmed(session, self.config, self.conference_id, household=household)
        self.line.join(joined.id, places)

    @rule(household=HOUSEHOLDS)
    def apply(self, household: dict[str, int]) -> None:
        places = 1 + sum(household.values())
        with self.database.write() as session:
            if places > self.line.capacity or not session.get_one(Conference, self.conference_id).takes_registrations():
                return
            session.get_one(Conference, self.conference_id).approval = True
            hopes = applied(session, self.config, self.conference_id, household=household)
            # Who applied stays to be decided when the office no longer looks at everybody.
            session.get_one(Conference, self.conference_id).approval = False
        self.line.applied[hopes.id] = places

    @rule(which=WHICH)
    def approve(self, which: int) -> None:
        among = [*self.line.applied, *self.line.seated]
        self._both(which, self.line.approve, approval.approve, CLERK, among=among)

    @rule(which=WHICH)
    def refuse(self, which: int) -> None:
        self._both(which, self.line.refuse, approval.refuse, CLERK, WHY, among=[*self.line.applied, *self.line.waiting])

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        self._both(which, self.line.leave, registrations.cancel_registration)

    @rule(which=WHICH, household=HOUSEHOLDS)
    def resize(self, which: int, household: dict[str, int]) -> None:
        with self.database.read() as session:
            if not session.get_one(Conference, self.conference_id).takes_changes():
                return
        self._both(
            which,
            lambda who: self.line.resize(who, 1 + sum(household.values())),
            registrations.change_registration,
            {"household": household},
        )

    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        self._both(which, self.line.accept, offers.accept, among=[*self.line.offered, *self.line.waiting])

    @rule(which=WHICH)
    def decline(self, which: int) -> None:
        self._both(which, self.line.decline, offers.decline)

    @rule(which=WHICH)
    def offer_out_of_order(self, which: int) -> None:
        self._both(which, self.line.offer, overrides.offer_out_of_order, CLERK, WHY, among=self.line.in_order)

    @rule(which=WHICH)
    def take_back(self, which: int) -> None:
        self._both(which, self.line.take_back, overrides.take_back_offer, CLERK, WHY)

    @rule(which=WHICH)
    def remove(self, which: int) -> None:
        among = [*self.line.offered, *self.line.waiting]
        self._both(which, self.line.leave, overrides.remove_from_list, CLERK, WHY, among=among)

    @rule(capacity=st.integers(1, 10))
    def enlarge(self, capacity: int) -> None:
        def real(session: Session, config: Config, conference_id: UUID) -> object:
            return conferences.change_conference(session, config, conference_id, {"capacity": capacity})

        self._both(0, lambda _: self.line.enlarge(capacity), real, among=[self.conference_id])

    @rule(places=st.integers(0, 6))
    def reserve(self, places: int) -> None:
        def real(session: Session, config: Config, conference_id: UUID) -> object:
            return behalf.reserve_places(session, config, conference_id, places)

        self._both(0, lambda _: self.line.reserve(places), real, among=[self.conference_id])

    @rule(household=HOUSEHOLDS, from_reserved=st.booleans())
    def enter(self, household: dict[str, int], from_reserved: bool) -> None:
        places = 1 + sum(household.values())
        wish = a_wish(household=household)
        try:
            with self.database.write() as session:
                new = entered(session, self.config, self.conference_id, wish, from_reserved=from_reserved)
        except IllegalTransition:
            assert places > (self.line.reserved if from_reserved else self.line.capacity)
            return
        if from_reserved:
            self.line.release(new.id, places)
        else:
            self.line.join(new.id, places)

    @rule(hours=st.integers(1, 90))
    def time_passes(self, hours: int) -> None:
        self.time.enter_context(clock.moved(timedelta(hours=hours)))
        for who in self._of_status("offered"):
            if who.has_run_out:
                self.line.leave(who.id)
        end_offers(self.database)
        end_offers(self.database)

    @invariant()
    def the_tables_say_what_the_rules_say(self) -> None:
        with self.database.read() as session:
            conference = session.get_one(Conference, self.conference_id)
            here = Registration.conference_id == self.conference_id
            everybody = session.scalars(select(Registration).where(here)).all()
            in_line = queries.line(session, self.conference_id)
        line = self.line

        assert conference.places_taken == sum(line.seated.values()) + sum(line.offered.values()) <= conference.capacity
        assert conference.reserved == line.reserved <= conference.capacity - conference.places_taken
        assert conference.places_waiting == sum(line.waiting.values())
        assert {one.id: one.places for one in everybody if one.ticket} == line.seated
        assert {one.id: one.places for one in everybody if one.status == "applied"} == line.applied
        assert {one.id: one.places for one in in_line if one.status == "offered"} == line.offered
        assert [(one.id, one.places) for one in in_line if one.status == "waitlisted"] == [
            (who, line.waiting[who]) for who in line.in_order
        ]
        for one in (one for one in everybody if one.is_admitted):
            household = Needs.decrypted(self.config.column_box, one.needs).household
            assert one.places == 1 + sum(household.values())
        for one in in_line:
            assert one.offered_until is None or one.offered_until <= conference.offers_end_at

    def _both(
        self,
        which: int,
        model: Callable[[UUID], None],
        real: Callable[..., object],
        *more: object,
        among: list[UUID] | None = None,
    ) -> None:
        line = self.line
        people = [*line.seated, *line.offered, *line.waiting, *line.applied] if among is None else among
        if not people:
            return
        who = people[which % len(people)]
        try:
            model(who)
        except Refused:
            # What was refused is rolled back as a whole.
            with pytest.raises(IllegalTransition), self.database.write() as session:
                real(session, self.config, who, *more)
            return
        with self.database.write() as session:
            real(session, self.config, who, *more)

    def _of_status(self, status: str) -> list[Registration]:
        with self.database.read() as session:
            return [one for one in queries.line(session, self.conference_id) if one.status == status]


def test_whatever_people_and_staff_do_places_and_line_follow_the_rules(config: Config, database: Database) -> None:
    class Here(Places):
        def __init__(self) -> None:
            super().__init__(config, database)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )
