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
from services.registration.models import Registration
from services.registration.models.household import nobody
from services.registration.models.people import Needs, Person
from services.registration.models.registrations import CANCELLED, CONFIRMED
from shared import clock, ids
from shared.database import Database
from shared.seals import mark
from tests.bench.post import an_open_conference

RESIDENTS, CASES = 59_000, 10_000
_AT_ONCE = 1_000
_FIRST = ("Leyla", "Karim", "Olga", "Jan", "Amal", "Nguyen", "Maria", "Yusuf")
_LAST = ("Yıldız", "Haddad", "Kowalska", "Schmidt", "Rahimi", "Tran", "Popescu", "Demir")


def fill_registration(database: Database, config: Config, residents: int) -> UUID:
    """A conference where so many have a place, a tenth cancelled and half have needs; its id."""
    dice = random.Random(59)
    with database.write() as session:
        conference = an_open_conference()
        session.add(conference)
        session.flush()
        for rows in _in_parts(_registration(config, conference.id, number, dice) for number in range(residents)):
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


def _registration(config: Config, conference_id: UUID, number: int, dice: random.Random) -> dict[str, Any]:
    companions = dice.choice((0, 0, 1, 3))
    name = f"{dice.choice(_FIRST)} {dice.choice(_LAST)}"
    needs = Needs(
        interpretation=[dice.choice(("ar", "tr", "ru", "uk"))],
        household=nobody() | {"adults": companions},
        childcare=int(number % 50 == 0),
    )
    asked = clock.now() - timedelta(seconds=number)
    return {
        "id": ids.public(),
        "version": 1,
        "conference_id": conference_id,
        "subject_id": ids.internal(),
        "status": CANCELLED if number % 10 == 0 else CONFIRMED,
        "language": dice.choice(("de", "de", "ar", "tr")),
        "companions": companions,
        "address_mark": mark(config.link_key, "address", address(number)),
        "person": Person(email=address(number), name=name).encrypted(config.column_box),
        "needs": needs.encrypted(config.column_box) if number % 2 == 0 else None,
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
