"""Tickets: a code that people can type or hold to a camera. Only its keyed mark ever leaves the service unsealed."""

import io

import segno

from services.registration.config import Config
from services.registration.models import Registration
from shared import ids
from shared.columns import decrypt, encrypt
from shared.seals import mark

#: Symbols before the check symbol: 45 bits, far too many to guess at a door.
CODE_LENGTH = 9


def new_ticket(config: Config) -> tuple[bytes, str]:
    """A fresh ticket as it stands in the table: its encrypted code and the mark that finds it."""
    code = ids.new_code(CODE_LENGTH)
    return encrypt(config.column_box, code), mark(config.link_key, "ticket", code)


def read(typed: str) -> str | None:
    """The code that was meant by what somebody typed or a camera read; None where it can't be one."""
    return ids.read_code(typed, CODE_LENGTH)


def mark_of(config: Config, typed: str) -> str | None:
    """The mark that finds the ticket that was typed or read; None where it can't be one."""
    code = read(typed)
    return mark(config.link_key, "ticket", code) if code else None


def code_of(config: Config, registration: Registration) -> str | None:
    """The code as people read it, `7K3QX-9M2TA`; None without a place."""
    if registration.ticket is None:
        return None
    code = decrypt(config.column_box, registration.ticket)
    return f"{code[:5]}-{code[5:]}"


def qr_picture(code: str) -> bytes:
    """The code as a QR picture (SVG), readable when printed small and folded."""
    picture = io.BytesIO()
    segno.make(code, error="q", micro=False).save(picture, kind="svg", scale=8, border=4, light="#fff", nl=False)
    return picture.getvalue()
