"""A full house to measure pages with: 59,000 registrations at one conference, 10,000 cases. Written straight into the tables."""

import itertools
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.council.models import Case
from services.council.models.cases import CaseStep
from services.council.models.transitions import ANSWERED, CLOSED, OPENED, REFERRED
from services.registration.config import Config
from services.registration.models import Forum, Registration
from services.registration.models.alphabet import part_of
from services.registration.models.household import CHILDREN, nobody
from services.registration.models.people import Needs, Person
from services.registration.models.registrations import CANCELLED, CONFIRMED
from shared import clock, ids
from shared.database import Database
from shared.seals import mark
from tests.bench.post import an_open_conference

RESIDENTS, CASES = 59_000, 10_000
_AT_ONCE = 1_000
_FIRST = (
    *("Leyla", "Karim", "Olga", "Jan", "Amal", "Nguyen", "Maria", "Yusuf", "Ahmet", "Aleksandra", "Mohammad", "Fatma"),
    *("Mina", "Murat", "Sarah", "Svetlana", "Elif", "Dmytro", "Łukasz", "Ümit", "Öykü", "Zahra", "Wiktor", "Thomas"),
    *("Birgit", "Rana", "Petra", "Ivan", "Hassan", "Gül", "Ciprian", "Katarzyna", "Ольга", "ليلى", "مریم", "Андрій"),
)
_LAST = ("Yıldız", "Haddad", "Kowalska", "Schmidt", "Rahimi", "Tran", "Popescu", "Demir")
_WISHED = ("ar", "ar", "tr", "tr", "ru", "uk", "fa", "prs", "pl", "ps", "kmr", "en", "fr", "vi", "bg", "ro", "sq", "ti")


def fill_registration(database: Database, config: Config, residents: int) -> UUID:
    """A conference where so many have a place, a tenth cancelled and half have needs; its id. Nobody there needs an induction
    loop, and the one who asks for sign language came first."""
    dice = random.Random(59)
    with database.write() as session:
        conference = an_open_conference()
        conference.forums = [Forum(position=it, title={"de": f"Forum {it}"}) for it in range(5)]
        session.add(conference)
        session.flush()
        forums = [forum.id for forum in conference.forums]
        people = (
            _registration(config, conference.id, number, _needs(number, forums, dice, last=residents - 2), dice)
            for number in range(residents)
        )
        for rows in _in_parts(people):
            session.execute(insert(Registration), rows)
            conference.places_taken += sum(1 + row["companions"] for row in rows if row["status"] == CONFIRMED)
        return conference.id


def fill_council(database: Database, cases: int) -> None:
    """So many cases of this year, in all states, each with three steps."""
    with database.write() as session:
        for rows in _in_parts(_case(number) for number in range(1, cases + 1)):
            session.execute(insert(Case), rows)
            session.execute(insert(CaseStep), [step for row in rows for step in _steps(row["id"])])


def address(number: int) -> str:
    """Where resident `number` gets mail."""
    return f"resident-{number}@example.org"


def _needs(number: int, forums: list[UUID], dice: random.Random, last: int) -> Needs:
    if number % 2:
        return Needs()
    children = dice.choice((0, 0, 0, 1, 2))
    return Needs(
        interpretation=[dice.choice(_WISHED)],
        assistance=["sign_language"] if number == last else ["wheelchair"] * (number % 66 == 0),
        household=nobody() | {"adults": dice.choice((0, 0, 1, 3)), dice.choice(CHILDREN): children},
        childcare=min(children, number % 3),
        # Forms name them in their order.
        forums=sorted(dice.sample(forums, dice.choice((0, 1, 2))), key=forums.index),
    )


def _registration(
    config: Config, conference_id: UUID, number: int, needs: Needs, dice: random.Random
) -> dict[str, Any]:
    name = f"{dice.choice(_FIRST)} {dice.choice(_LAST)}"
    asked = clock.now() - timedelta(seconds=number)
    return {
        "id": ids.public(),
        "version": 1,
        "conference_id": conference_id,
        "subject_id": ids.internal(),
        "status": CANCELLED if number % 10 == 0 else CONFIRMED,
        "language": dice.choice(("de", "de", "ar", "tr")),
        "companions": needs.companions,
        "address_mark": mark(config.link_key, "address", address(number)),
        "person": Person(email=address(number), name=name).encrypted(config.column_box),
        "name_part": part_of(name),
        "needs": needs.encrypted(config.column_box),
        "requested_at": asked,
        "confirmed_at": asked,
        "link_version": 1,
        "sms_tries_left": 0,
    }


def _case(number: int) -> dict[str, Any]:
    status = (OPENED, REFERRED, ANSWERED, CLOSED)[number % 4]
    title = {"de": f"Sprachmittlung im Kundenzentrum {number}", "en": f"Language mediation {number}"}
    return {
        "id": ids.public(),
        "version": 3,
        "year": clock.today().year,
        "sequence": number,
        "origin": "recommendation",
        "origin_id": ids.internal(),
        "origin_number": f"{number}/{clock.today().year}",
        "status": status,
        "title": title,
        "text": {"de": "Im Kundenzentrum soll an zwei Tagen in der Woche jemand übersetzen. " * 8},
        "searchable": f"v-{clock.today().year}-{number:04d}\n{title['de']}\n{title['en']}".casefold(),
        "due_on": clock.today() - timedelta(days=number % 90) if status == REFERRED else None,
        "opened_at": clock.now() - timedelta(hours=number),
    }


def _steps(case_id: UUID) -> Iterator[dict[str, Any]]:
    for position, name in enumerate(("opened", "triaged", "referred"), 1):
        yield {
            "id": ids.internal(),
            "case_id": case_id,
            "position": position,
            "name": name,
            "happened_at": clock.now(),
            "sentence": {
                "de": "Der Integrationsrat hat den Vorgang übergeben.",
                "en": "The council referred the case.",
            },
        }


def _in_parts(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while part := list(itertools.islice(rows, _AT_ONCE)):
        yield part
