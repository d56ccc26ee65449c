"""Whatever people do, in whatever order: never overbooked, strict order, households whole or not at all."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.config import Config
from services.registration.models import Conference
from services.registration.models.household import AGE_GROUPS, nobody
from services.registration.models.people import Needs
from services.registration.use_cases import conferences, registrations
from shared.database import Database
from shared.rules import IllegalTransition
from tests.registration.builders import an_open_conference, confirmed


class Refused(Exception):
    """The rules say no."""


@dataclass
class Line:
    """The rules once more, in the plainest way: who sits, who waits, in order."""

    capacity: int
    seated: dict[UUID, int] = field(default_factory=dict)
    waiting: dict[UUID, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        return self.capacity - sum(self.seated.values())

    def join(self, who: UUID, places: int) -> None:
        fits = not self.waiting and places <= self.left
        (self.seated if fits else self.waiting)[who] = places

    def cancel(self, who: UUID) -> None:
        self.seated.pop(who, None)
        self.waiting.pop(who, None)
        self._move_up()

    def resize(self, who: UUID, places: int) -> None:
        own = self.seated if who in self.seated else self.waiting
        more = places - own[who]
        if places > self.capacity or (own is self.seated and more > 0 and (self.waiting or more > self.left)):
            raise Refused
        own[who] = places
        self._move_up()

    def enlarge(self, capacity: int) -> None:
        if capacity < sum(self.seated.values()):
            raise Refused
        self.capacity = capacity
        self._move_up()

    def _move_up(self) -> None:
        while self.waiting and next(iter(self.waiting.values())) <= self.left:
            first = next(iter(self.waiting))
            self.seated[first] = self.waiting.pop(first)


#: Up to three who come along, of any age.
HOUSEHOLDS = st.lists(st.sampled_from(list(AGE_GROUPS)), max_size=3).map(lambda ages: nobody() | Counter(ages))
ACTIONS = st.lists(
    st.tuples(st.sampled_from(["join", "join", "cancel", "resize", "enlarge"]), st.integers(0, 9), HOUSEHOLDS),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacity=st.integers(1, 6), actions=ACTIONS)
def test_whatever_people_do_places_and_line_follow_the_rules(
    config: Config, database: Database, capacity: int, actions: list[tuple[str, int, dict[str, int]]]
) -> None:
    line = Line(capacity)
    with database.write() as session:
        conference_id = an_open_conference(session, config, capacity=capacity).id
    for action, which, household in actions:
        try:
            with database.write() as session:
                _do(session, config, conference_id, line, action, which, household)
        except IllegalTransition:
            continue
        _compare(config, database, conference_id, line)


def _do(
    session: Session,
    config: Config,
    conference_id: UUID,
    line: Line,
    action: str,
    which: int,
    household: dict[str, int],
) -> None:
    """Do it for real, then in the plain model; what one refuses the other refuses, too."""
    amount = 1 + sum(household.values())
    people = [*line.seated, *line.waiting]
    who = people[which % len(people)] if people else None
    if action == "join" and amount <= line.capacity:
        joined = confirmed(session, config, conference_id, household=household)
        line.join(joined.id, amount)
    elif action == "cancel" and who:
        registrations.cancel_registration(session, config, who)
        line.cancel(who)
    elif action == "resize" and who:
        _both(
            lambda: registrations.change_registration(session, config, who, {"household": household}),
            lambda: line.resize(who, amount),
        )
    elif action == "enlarge":
        _both(
            lambda: conferences.change_conference(session, config, conference_id, {"capacity": which + 1}),
            lambda: line.enlarge(which + 1),
        )


def _both(real: Callable[[], object], model: Callable[[], object]) -> None:
    try:
        model()
    except Refused:
        with pytest.raises(IllegalTransition):
            real()
        # What was refused is rolled back as a whole.
        raise IllegalTransition from None
    real()


def _compare(config: Config, database: Database, conference_id: UUID, line: Line) -> None:
    with database.read() as session:
        conference = session.get_one(Conference, conference_id)
        everybody = queries.registrations(session, conference_id)[0]
        waiting = sorted(
            (one for one in everybody if one.status == "waitlisted"), key=lambda one: one.queue_number or 0
        )

        assert conference.places_taken == sum(line.seated.values()) <= conference.capacity
        assert {one.id: one.places for one in everybody if one.has_places} == line.seated
        assert {one.id: one.places for one in waiting} == line.waiting
        assert [one.id for one in waiting] == list(line.waiting)
        for one in (one for one in everybody if one.is_admitted):
            household = Needs.decrypted(config.column_box, one.needs).household
            assert one.places == 1 + sum(household.values())
