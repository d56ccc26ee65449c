"""The code on the wall: who is there can read it. It is good for one conference on its day, so a photo is worth nothing later."""

from services.registration.config import Config
from services.registration.models import Conference
from shared import ids
from shared.clock import CIVIL_ZONE
from shared.seals import mark, same

#: Symbols before the check symbol: short enough to type, and guessing is counted.
_LENGTH = 7


def code_of(config: Config, conference: Conference) -> str:
    """The code as it is printed, `K7QX-2M4P`."""
    code = _code(config, conference)
    return f"{code[:4]}-{code[4:]}"


def url_of(config: Config, conference: Conference) -> str:
    """Where the QR picture on the wall leads."""
    return f"{config.web.base_url}/konferenzen/{conference.id}/da?code={code_of(config, conference)}"


def opens(config: Config, conference: Conference, typed: str) -> bool:
    """Whether this is the code on the wall."""
    read = ids.read_code(typed, _LENGTH)
    return read is not None and same(read, _code(config, conference))


def _code(config: Config, conference: Conference) -> str:
    day = conference.starts_at.astimezone(CIVIL_ZONE).date()
    return ids.derived_code(mark(config.link_key, "wall", conference.id, day), _LENGTH)
