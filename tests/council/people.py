"""Looking accounts up, and setting a second factor up without the pages."""

from uuid import UUID, uuid4

import pyotp
from sqlalchemy import select

from services.council.config import Config
from services.council.models import Staff
from shared.columns import encrypt
from shared.database import Database
from shared.seals import column_box
from shared.web import staff_tokens

CLERK = staff_tokens.Staff(uuid4(), "Ina Beispiel", frozenset({"clerk"}), uuid4())


def enrol(database: Database, config: Config, username: str) -> pyotp.TOTP:
    """Give the account a second factor and return the app that shows its codes."""
    secret = pyotp.random_base32()
    with database.write() as session:
        row = session.scalars(select(Staff).where(Staff.username == username)).one()
        row.otp_secret = encrypt(column_box(config.column_key), secret)
    return pyotp.TOTP(secret)


def id_of(database: Database, username: str) -> UUID:
    """The id of the account with that user name."""
    with database.read() as session:
        return session.scalars(select(Staff.id).where(Staff.username == username)).one()
