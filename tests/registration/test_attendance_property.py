"""Whatever desks and the office do, in whatever order and however often it is sent: everybody who is there counts once."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.registration import attendance, tickets
from services.registration.config import Config
from services.registration.models import Checkin
from services.registration.models.attendance import Entry
from services.registration.use_cases import checkins, walk_ins
from shared import clock
from shared.database import Database
from tests.registration.builders import an_open_conference, confirmed


@dataclass
class Room:
    """The rules once more, in the plainest way: who stands in the room, by the entry that let them in."""

    people: dict[UUID, int] = field(default_factory=dict)
    of: dict[UUID, int | None] = field(default_factory=dict)
    walk_ins: set[UUID] = field(default_factory=set)

    def enter(self, entry: Entry, guest: int | None) -> None:
        if entry.client_id in self.people or (guest is not None and guest in self._inside()):
            return
        self.people[entry.client_id], self.of[entry.client_id] = entry.people or 1, guest
        if guest is None:
            self.walk_ins.add(entry.client_id)

    def leave(self, client_id: UUID) -> None:
        if client_id in self.people:
            self.people[client_id] = 0

    def expected(self) -> attendance.Attendance:
        known: dict[int, int] = {}
        for one, guest in self.of.items():
            if guest is not None:
                known[guest] = max(known.get(guest, 0), self.people[one])
        others = sum(self.people[one] for one, guest in self.of.items() if guest is None)
        registered = sum(known.values())
        return attendance.Attendance(people=registered + others, registered=registered, walk_ins=others)

    def _inside(self) -> set[int | None]:
        return {guest for one, guest in self.of.items() if self.people[one]}


GUESTS = 3
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["ticket", "ticket", "walk_in", "again", "undo", "link", "unlink"]),
        st.integers(0, 9),
        st.integers(1, 4),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_everybody_who_is_there_counts_once(
    config: Config, database: Database, actions: list[tuple[str, int, int]]
) -> None:
    room = Room()
    sent: list[tuple[Entry, int | None]] = []
    with database.write() as session:
        conference_id = an_open_conference(session, config).id
        guests = [confirmed(session, config, conference_id) for _ in range(GUESTS)]
        codes = [tickets.code_of(config, one) for one in guests]
    for action, which, people in actions:
        guest = which % GUESTS
        with database.write() as session:
            if action in ("ticket", "walk_in"):
                who = guest if action == "ticket" else None
                told = {"ticket": codes[guest]} if action == "ticket" else {}
                entry = Entry(client_id=uuid4(), at=clock.now() - timedelta(minutes=which), people=people, **told)
                sent.append((entry, who))
                checkins.record(session, config, conference_id, [entry, entry], uuid4())
                room.enter(entry, who)
            elif action == "again" and sent:
                entry, who = sent[which % len(sent)]
                checkins.record(session, config, conference_id, [entry], uuid4())
                room.enter(entry, who)
            elif action == "undo" and sent:
                entry, _ = sent[which % len(sent)]
                undo = Entry(client_id=entry.client_id, at=clock.now(), undo=True)
                checkins.record(session, config, conference_id, [undo], uuid4())
                room.leave(entry.client_id)
            elif action in ("link", "unlink"):
                here = sorted(one for one in room.walk_ins if room.people[one])
                if here:
                    client_id = here[which % len(here)]
                    row = session.scalars(select(Checkin).where(Checkin.client_id == client_id)).one()
                    if action == "link":
                        walk_ins.link_walk_in(session, conference_id, row.id, guests[guest].id)
                    else:
                        walk_ins.unlink_walk_in(session, conference_id, row.id)
                    room.of[client_id] = guest if action == "link" else None
        with database.read() as session:
            assert attendance.attendance_of(session, conference_id) == room.expected()
