"""One round: two hundred at once at the last places of a conference, and what has to be true afterwards.

Everything a round does is drawn from its seed; only the database decides who is first.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select, update

from services.registration import queries, urls
from services.registration.config import Config
from services.registration.models import Registration
from services.registration.models.registrations import OFFERED
from services.registration.timers import end_offers
from services.registration.use_cases import offers, registrations
from shared import clock
from shared.database import Database
from shared.messaging import tables
from shared.rules import IllegalTransition
from tests.registration.builders import an_open_conference, confirmed, pending

AT_ONCE = 200
#: How many begin a round with places, or waiting for some; the rest of the two hundred arrive and confirm.
SEATED, WAITING = (15, 25, 40), (0, 20, 60)
CAPACITY, LEAVING, TIMERS = 60, 12, 4
THREADS = 20

Job = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did, by kind and outcome, and what was wrong afterwards."""

    done: Counter[str]
    wrong: list[str]


def play(config: Config, database: Database, seed: int) -> Round:
    """Fill a conference, let two hundred act at once, and look."""
    rng = random.Random(seed)
    conference_id, people = _begin(config, database, rng)
    jobs = _jobs(config, database, rng, conference_id, people)
    rng.shuffle(jobs)
    with ThreadPoolExecutor(THREADS) as threads:
        done = Counter(threads.map(lambda job: job(), jobs))
    return Round(done, list(_wrong(database, conference_id)))


@dataclass(frozen=True, slots=True)
class _People:
    seated: list[UUID]
    offered: list[UUID]
    late: list[UUID]
    waiting: list[UUID]
    arriving: list[str]


def _begin(config: Config, database: Database, rng: random.Random) -> tuple[UUID, _People]:
    """Some sit, some hold offers of which a third has run out, some wait, and many have yet to confirm."""
    with database.write() as session:
        conference_id = an_open_conference(session, config, capacity=CAPACITY).id
        seated = [
            confirmed(session, config, conference_id, companions=rng.randrange(3)) for _ in range(rng.choice(SEATED))
        ]
        waiting = [
            confirmed(session, config, conference_id, companions=rng.randrange(3)) for _ in range(rng.choice(WAITING))
        ]
        gone = [one for one in seated if one.status == "confirmed"][:LEAVING] if waiting else []
        for one in gone:
            registrations.cancel_registration(session, config, one.id)
        arriving = AT_ONCE - TIMERS - len(seated) - len(waiting)
        asked = [pending(session, config, conference_id, companions=rng.randrange(3)) for _ in range(arriving)]
        tokens = [urls.token_for(config, urls.CONFIRM, one) for one in asked]
        offered = [one.id for one in [*seated, *waiting] if one.status == OFFERED]
        late = offered[::3]
        long_ago = clock.now() - timedelta(minutes=1)
        session.flush()
        session.execute(update(Registration).where(Registration.id.in_(late)).values(offered_until=long_ago))
    in_time = [one for one in offered if one not in late]
    sitting = [one.id for one in seated if one.status == "confirmed"]
    still = [one.id for one in [*seated, *waiting] if one.status == "waitlisted"]
    return conference_id, _People(sitting, in_time, late, still, tokens)


def _jobs(config: Config, database: Database, rng: random.Random, conference_id: UUID, people: _People) -> list[Job]:
    jobs = [_confirming(config, database, token) for token in people.arriving]
    jobs += [_acting(config, database, registrations.cancel_registration, "cancel", one) for one in people.seated]
    answers = {"accept": offers.accept, "decline": offers.decline}
    for one in [*people.offered, *people.late]:
        name = rng.choice(["accept", "accept", "decline"])
        jobs.append(_acting(config, database, answers[name], name, one))
    # Whoever waits may be offered something by the others' doing, and answers then.
    jobs += [_acting(config, database, offers.accept, "accept", one) for one in people.waiting]
    jobs += [_ending(database) for _ in range(TIMERS)]
    rest = AT_ONCE - len(jobs)
    again = [*people.seated, *people.offered, *people.late]
    return jobs + [
        _acting(config, database, registrations.cancel_registration, "cancel", rng.choice(again)) for _ in range(rest)
    ]


def _confirming(config: Config, database: Database, token: str) -> Job:
    def job() -> str:
        with database.write() as session:
            return f"confirm {registrations.confirm_by_link(session, config, token).status}"

    return job


def _acting(config: Config, database: Database, act: Callable[..., object], name: str, who: UUID) -> Job:
    def job() -> str:
        try:
            with database.write() as session:
                act(session, config, who)
        except IllegalTransition:
            return f"{name} refused"
        return name

    return job


def _ending(database: Database) -> Job:
    def job() -> str:
        end_offers(database)
        return "timer"

    return job


def _wrong(database: Database, conference_id: UUID) -> list[str]:
    """What isn't as it must be after everybody is done."""
    with database.read() as session:
        conference = queries.conference(session, conference_id)
        everybody = session.scalars(select(Registration).where(Registration.conference_id == conference_id)).all()
        line = queries.line(session, conference_id)
        names = ("registration.waitlisted", "registration.offered")
        told = {name: _told(session.execute(_events_of(name)).scalars().all(), conference_id) for name in names}
    held, waiting = sum(one.places_held for one in everybody), [one for one in line if one.status == "waitlisted"]
    found = []
    if not conference.places_taken == held <= conference.capacity:
        found.append(f"{held} places held, {conference.places_taken} counted, of {conference.capacity}")
    if conference.places_waiting != sum(one.places for one in waiting):
        found.append(f"{conference.places_waiting} counted as waiting")
    if waiting and waiting[0].places <= conference.places_left:
        found.append("the first in line fits, and nobody asked them")
    in_line = told["registration.waitlisted"]
    asked = told["registration.offered"]
    # Whoever was cancelled while waiting leaves the line; among the others nobody was asked before somebody ahead of them.
    places = {who: place for place, who in enumerate(in_line)}
    if [places[who] for who in asked] != sorted(places[who] for who in asked):
        found.append("somebody was asked before those ahead of them")
    if [str(one.id) for one in waiting] != [who for who in in_line if who in {str(one.id) for one in waiting}]:
        found.append("the line is out of order")
    if any(
        str(one.id) not in asked and one.status in {"confirmed", OFFERED} and str(one.id) in places for one in everybody
    ):
        found.append("somebody from the line has a place that was never offered")
    return found


def _events_of(name: str) -> Select[tuple[str]]:
    return select(tables.outbox.c.body).where(tables.outbox.c.name == name).order_by(tables.outbox.c.position)


def _told(bodies: Sequence[str], conference_id: UUID) -> list[str]:
    """Whom the events of this conference are about, in the order they were written."""
    facts = [json.loads(body)["data"] for body in bodies]
    return [fact["registration_id"] for fact in facts if fact["conference_id"] == str(conference_id)]
