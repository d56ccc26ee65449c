"""Passwords: what is strong enough, how they are kept (argon2id), and a check that takes as long for unknown names."""

import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 128

_HASHER = PasswordHasher()
_WEAK = Path(__file__).parent / "weak_passwords.txt"
# Without look-alikes: one-time passwords are read out and typed.
_TYPEABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def new_one_time() -> str:
    """A random password to hand over once: four groups of five, 98 bits."""
    return "-".join("".join(secrets.choice(_TYPEABLE) for _ in range(5)) for _ in range(4))


def hashed(password: str) -> str:
    """The password as it is kept."""
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. With None (nobody of that name) it is False after the same work."""
    try:
        return _HASHER.verify(password_hash or _nobodys_hash(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_too_easy(password: str, username: str) -> bool:
    """Whether others would guess it: a well-known one, few different characters, or the user's own name in it."""
    plain = password.casefold()
    return plain in _weak() or len(set(plain)) < 5 or (len(username) > 3 and username.casefold() in plain)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


@cache
def _weak() -> frozenset[str]:
    return frozenset(_WEAK.read_text(encoding="utf-8").split())
