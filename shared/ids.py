"""Ids: which kind for what.

Internal rows get UUIDv7 (they sort by time), what the public sees and must not tell its time gets UUIDv4, what people type
is Crockford base 32 with a check digit, and what an event causes gets an id derived from that event, so that handling it
again makes the same row.
"""

import secrets
import unicodedata
import uuid

import uuid_utils

# Crockford's alphabet leaves out I, L, O and U; his check symbol is the number modulo 37.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AS_TYPED = str.maketrans("ILO", "110")


def internal() -> uuid.UUID:
    """A new id for a row that only the system sees."""
    return uuid.UUID(int=uuid_utils.uuid7().int)


def public() -> uuid.UUID:
    """A new id that may stand in an address and tells nothing about when it was made."""
    return uuid.uuid4()


def derived(cause: uuid.UUID, name: str, about: str = "") -> uuid.UUID:
    """The one id that `cause` can ever give to `name` about `about`: handled again, it is the same again."""
    return uuid.uuid5(cause, f"{name}|{about}")


def new_code(length: int) -> str:
    """A random code for people to type: `length` symbols of Crockford base 32 and one check symbol.

    Bodies whose check symbol would be one of the extra five (*~$=U) are drawn again: nobody dictates those over a phone.
    """
    while True:
        body = "".join(secrets.choice(_ALPHABET) for _ in range(length))
        if (check := _check_number(body)) < len(_ALPHABET):
            return body + _ALPHABET[check]


def derived_code(secret: str, length: int) -> str:
    """The one code of that length (see `new_code`) that `secret`, a keyed mark, gives: nobody can tell it without the key."""
    number = int(secret, 16)
    while True:
        body = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(length))
        if (check := _check_number(body)) < len(_ALPHABET):
            return body + _ALPHABET[check]
        number >>= 1


def read_code(typed: str, length: int) -> str | None:
    """The code that was meant by what somebody typed (case, spaces, hyphens, O for 0, Arabic digits …), or None if it
    can't be one."""
    code = "".join(str(unicodedata.digit(c, c)) for c in typed.upper() if c.isalnum()).translate(_AS_TYPED)
    if len(code) != length + 1 or any(c not in _ALPHABET for c in code):
        return None
    return code if _check_number(code[:-1]) == _ALPHABET.index(code[-1]) else None


def _check_number(body: str) -> int:
    number = 0
    for symbol in body:
        number = number * 32 + _ALPHABET.index(symbol)
    return number % 37
