"""Things to test with, made by use cases, and what travelled sealed."""

import itertools
import json
import re
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from services.registration import urls
from services.registration.config import Config
from services.registration.models import Conference, Question, Registration
from services.registration.models.household import nobody
from services.registration.models.people import Needs, Person, Wish
from services.registration.use_cases import behalf, conferences, questions, registrations, requests, steps
from services.registration.use_cases import waiting_list as places
from services.registration.use_cases.locks import locked_registration
from shared import clock, ids
from shared.database import Database
from shared.messaging import tables
from shared.web.staff_tokens import Staff
from tests.backbone import seals_of

API = "/api/registration/v1"

_people = itertools.count(1)


def details(**changes: Any) -> dict[str, Any]:
    """The columns of a conference in thirty days whose registration is open; `changes` replace single ones."""
    now = clock.now()
    values = {
        "title": {"de": "17. Harburger Integrationskonferenz", "en": "17th Harburg Integration Conference"},
        "motto": {"de": "Zusammenleben in Vielfalt"},
        "starts_at": now + timedelta(days=30),
        "ends_at": now + timedelta(days=30, hours=3),
        "venue_name": "Rieckhof",
        "venue_street": "Rieckhoffstraße 12",
        "venue_postal_code": "21073",
        "venue_locality": "Hamburg",
        "capacity": 100,
        "waiting_list": True,
        "registration_opens_at": now - timedelta(days=10),
        "registration_closes_at": now + timedelta(days=29),
    }
    return values | changes


def conference_json(**changes: Any) -> dict[str, Any]:
    """The JSON of a conference with two places in thirty days; `changes` replace single fields."""
    starts = clock.now().replace(microsecond=0) + timedelta(days=30)
    body = {
        "title": {"de": "17. Harburger Integrationskonferenz"},
        "motto": {"de": "Zusammenleben in Vielfalt"},
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=3)).isoformat(),
        "venue": {"name": "Rieckhof", "street": "Rieckhoffstraße 12", "postal_code": "21073", "locality": "Hamburg"},
        "capacity": 2,
        "waiting_list": True,
        "registration_opens_at": (starts - timedelta(days=60)).isoformat(),
        "registration_closes_at": (starts - timedelta(days=1)).isoformat(),
    }
    return body | changes


def an_open_conference(session: Session, config: Config, **changes: Any) -> Conference:
    """A conference for which people can register."""
    planned = conferences.plan_conference(session, details(**changes))
    session.flush()
    steps.take_step(session, planned.id, "announce")
    return steps.take_step(session, planned.id, "open")


def a_wish(**changes: Any) -> Wish:
    """Somebody new who comes alone; `changes` replace e-mail, phone, name, needs …; `companions` are so many adults."""
    person = {"email": f"person{next(_people)}@example.org", "name": "Leyla Yıldız"}
    person |= {part: changes.pop(part) for part in ("email", "phone", "name") if part in changes}
    needs = Needs(household=nobody() | {"adults": changes.pop("companions", 0)}).changed(changes)
    rest = {part: value for part, value in changes.items() if part not in asdict(needs)}
    return Wish(person=Person(**person), needs=needs, **({"language": "de"} | rest))


def pending(session: Session, config: Config, conference_id: UUID, **changes: Any) -> Registration:
    """Somebody who asked and has yet to confirm."""
    return requests.request_registration(session, config, conference_id, a_wish(**changes))


def confirmed(session: Session, config: Config, conference_id: UUID, **changes: Any) -> Registration:
    """Somebody who asked and confirmed: with a place, or on the waiting list."""
    asked = pending(session, config, conference_id, **changes)
    return admit(session, config, asked.id)


def applied(session: Session, config: Config, conference_id: UUID, **changes: Any) -> Registration:
    """Somebody who asked and confirmed where the office looks at each registration first."""
    asked = pending(session, config, conference_id, **changes)
    return registrations.confirm_by_link(session, config, urls.token_for(config, urls.CONFIRM, asked))


def entered(
    session: Session,
    config: Config,
    conference_id: UUID,
    wish: Wish,
    *,
    way: str = "phone",
    entry: UUID | None = None,
    from_reserved: bool = False,
) -> Registration:
    """Somebody whom the office registered."""
    return behalf.enter_registration(
        session,
        config,
        conference_id,
        wish,
        by=a_clerk(),
        way=way,
        entry=entry or ids.internal(),
        from_reserved=from_reserved,
    )


def admit(session: Session, config: Config, registration_id: UUID) -> Registration:
    """What confirming does, without a link."""
    conference, registration = locked_registration(session, registration_id)
    places.admit(session, config, conference, registration)
    return registration


def question(**changes: Any) -> dict[str, Any]:
    """A question of the office's own as the use case takes it; `changes` replace single parts."""
    text = {"text": {"de": "Was möchten Sie uns sagen?"}, "kind": "text", "options": []}
    return text | {"is_required": False, "shown_when": None, "days_kept": 30} | changes


def asked(config: Config, database: Database, conference_id: UUID, *told: dict[str, Any]) -> list[Question]:
    """The questions of a conference, now that the office has arranged them like this."""
    with database.write() as session:
        return questions.arrange_questions(session, config, conference_id, told, sure=True).questions


def a_clerk() -> Staff:
    """Somebody of the office."""
    return Staff(id=ids.internal(), name="Mina Kaya", roles=frozenset({"clerk"}), session_id=ids.internal())


def messages(database: Database, name: str) -> list[dict[str, Any]]:
    """What was sealed for notifications in the events of that name, oldest first."""
    with database.read() as session:
        found = select(tables.outbox).where(tables.outbox.c.name == name).order_by(tables.outbox.c.position)
        rows = session.execute(found).all()
    opened = []
    for row in rows:
        box = json.loads(row.sealed)["notifications"] if row.sealed else None
        opened.append(seals_of("notifications").open(box, name, row.subject_id) if box else {})
    return opened


def events(database: Database) -> list[str]:
    """The names of all events in the outbox, oldest first."""
    with database.read() as session:
        return list(session.scalars(select(tables.outbox.c.name).order_by(tables.outbox.c.position)))


def token_of(url: str) -> str:
    """The token at the end of a link from a message."""
    return url.rpartition("/")[2]


def path_of(url: str) -> str:
    """The path of a link from a message."""
    return re.sub(r"^https?://[^/]+", "", url)


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the page's form: what a browser sends along."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.get_data(as_text=True)))


def submit(client: FlaskClient, page: TestResponse, path: str, **typed: Any) -> TestResponse:
    """Send the form of `page`; fields with a dot are written with two underscores."""
    filled = {name.replace("__", "."): text for name, text in typed.items()}
    return client.post(path, data={**hidden(page), **filled})
