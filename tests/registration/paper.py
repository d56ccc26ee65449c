"""Bringing in a paper list as the office's browser does."""

import csv
import io
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.registration.config import Config
from services.registration.models import Registration
from services.registration.models.people import Person
from shared.database import Database
from tests.registration.builders import hidden

CLUB = """Name;E-Mail;Handynummer;Weitere Erwachsene;Kinder 6–13;Sprache;Dolmetschen;Einladungen
Leyla Yıldız;leyla@example.org;;1;2;Deutsch;Türkisch, Arabisch;ja
Omar Haddad;;0151 23456701;;;العربية;;
Ali Demir;;;;;;;
"""


def home(conference_id: UUID) -> str:
    """Where lists are brought in."""
    return f"/intern/konferenzen/{conference_id}/papierliste/"


def checked(office: FlaskClient, conference_id: UUID, sent: bytes | str, **more: str) -> TestResponse:
    """The answer to a file, or to rows that were pasted."""
    told: dict[str, Any] = hidden(office.get(home(conference_id))) | more
    told |= {"rows": sent} if isinstance(sent, str) else {"file": (io.BytesIO(sent), "liste.csv")}
    return office.post(home(conference_id), data=told, content_type="multipart/form-data")


def entered(office: FlaskClient, conference_id: UUID, check: TestResponse, rows: str, **more: str) -> TestResponse:
    """The answer to the yes on the page that said what would happen."""
    told = hidden(check) | {"rows": rows} | more
    return office.post(f"{home(conference_id)}einlesen", data=told, content_type="multipart/form-data")


def brought(office: FlaskClient, conference_id: UUID, rows: str) -> TestResponse:
    """A list, looked at and entered."""
    return entered(office, conference_id, checked(office, conference_id, rows), rows)


def people(config: Config, database: Database, conference_id: UUID) -> list[tuple[str | None, str]]:
    """Who is registered there, and how they stand, in the order of their entering."""
    with database.read() as session:
        here = select(Registration).where(Registration.conference_id == conference_id)
        found = session.scalars(here.order_by(Registration.requested_at)).all()
        return [(Person.decrypted(config.column_box, one.person).name, one.status) for one in found]


def lines_of(answer: TestResponse) -> list[list[str]]:
    """The rows of a downloaded list."""
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))
