"""Deciding registrations in tests: people who hope, and what the office says."""

from typing import Any
from uuid import UUID

from services.registration import queries
from services.registration.config import Config
from services.registration.models import Registration
from services.registration.use_cases import approval
from shared.database import Database
from tests.registration.builders import a_clerk, applied

WHY = "Schon zum dritten Mal mit anderem Namen."


def hoping(config: Config, database: Database, conference_id: UUID, **changes: Any) -> UUID:
    """Somebody confirmed and waits for the decision."""
    with database.write() as session:
        return applied(session, config, conference_id, **changes).id


def of(database: Database, registration_id: UUID) -> Registration:
    """The registration as it is now."""
    with database.read() as session:
        return queries.registration(session, registration_id)


def approved(config: Config, database: Database, registration_id: UUID) -> str:
    """The office says yes; what became of it."""
    with database.write() as session:
        return approval.approve(session, config, registration_id, a_clerk()).status


def refused(config: Config, database: Database, registration_id: UUID) -> str:
    """The office says no; what became of it."""
    with database.write() as session:
        return approval.refuse(session, config, registration_id, a_clerk(), WHY).status


def counts(database: Database, conference_id: UUID) -> tuple[int, int]:
    """How many places are taken, and how many are waited for."""
    with database.read() as session:
        found = queries.conference(session, conference_id)
        return found.places_taken, found.places_waiting
