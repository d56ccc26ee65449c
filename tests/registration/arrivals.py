"""What tests of the entrance read: tickets, the code on the wall, forms."""

import re
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from services.registration import queries, tickets, wall
from services.registration.config import Config
from shared.database import Database
from tests.registration.builders import confirmed


def text(page: TestResponse) -> str:
    return page.get_data(as_text=True)


def code(config: Config, database: Database, conference_id: UUID, **wish: Any) -> str:
    with database.write() as session:
        return tickets.code_of(config, confirmed(session, config, conference_id, **wish)) or ""


def wall_code(config: Config, database: Database, conference_id: UUID) -> str:
    with database.read() as session:
        return wall.code_of(config, queries.conference(session, conference_id))


def fresh(page: TestResponse, form: str) -> dict[str, str]:
    """The hidden fields of the form that goes to an address ending in `form`."""
    inside = re.search(rf'<form[^>]*action="[^"]*{form}".*?</form>', text(page), re.DOTALL)
    assert inside, text(page)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside.group()))
