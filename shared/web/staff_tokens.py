"""Staff tokens: council signs them, every service verifies them by the public key and the list of revoked sessions."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from alembic.operations import Operations
from flask import Flask
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet, OKPKey
from sqlalchemy import Column, MetaData, Table, Uuid, delete, select
from sqlalchemy.orm import Session

from shared import clock
from shared.database import Database, UTCDateTime

AUDIENCE = "mitsprache-staff"
#: How long a token lives; `door` tokens live a conference day.
LIFETIME = timedelta(minutes=10)
DOOR_LIFETIME = timedelta(hours=14)

_ALGORITHM = "Ed25519"
REVOKED = Table(
    "revoked_staff_session",
    MetaData(),
    Column("session_id", Uuid, primary_key=True),
    Column("revoked_at", UTCDateTime, nullable=False),
)


class WrongToken(Exception):
    """The token is missing, forged, for somebody else, or its session was revoked."""


class Expired(WrongToken):
    """The token was good and its time is over."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff as their token says; `conference_id` binds a door token to one conference."""

    id: UUID
    name: str
    roles: frozenset[str]
    session_id: UUID
    conference_id: UUID | None = None


def sign(staff: Staff, private_key: OKPKey, issuer: str, lifetime: timedelta = LIFETIME) -> tuple[str, datetime]:
    """A token for `staff` and when it expires. Only council holds the private key."""
    now = clock.now()
    expires_at = now + lifetime
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": str(staff.id),
        "name": staff.name,
        "roles": sorted(staff.roles),
        "sid": str(staff.session_id),
        "conference_id": str(staff.conference_id) if staff.conference_id else None,
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    header = {"alg": _ALGORITHM, "kid": private_key.kid}
    return jwt.encode(header, claims, private_key, algorithms=[_ALGORITHM]), expires_at


def read(token: str, public_keys: KeySet, issuer: str) -> Staff:
    """Who the token speaks of. Raises Expired, or WrongToken for anything else that is wrong with it."""
    try:
        decoded = jwt.decode(token, public_keys, algorithms=[_ALGORITHM])
        registry = jwt.JWTClaimsRegistry(
            now=int(clock.now().timestamp()),
            leeway=0,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            sub={"essential": True},
            sid={"essential": True},
        )
        registry.validate(decoded.claims)
        return _staff(decoded.claims)
    except ExpiredTokenError as error:
        raise Expired from error
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise WrongToken from error


def key_set(public_keys: str) -> KeySet:
    """The keys of a JWK set given as JSON text. Raises ValueError for anything else."""
    return KeySet.import_key_set(json.loads(public_keys))


def verify(app: Flask, token: str) -> Staff:
    """Who sent `token` to this app, revocations included. Raises Expired or WrongToken."""
    keys, issuer = app.extensions["staff_keys"]
    staff = read(token, keys, issuer)
    database: Database = app.extensions["database"]
    with database.read() as session:
        if session.scalar(select(REVOKED.c.session_id).where(REVOKED.c.session_id == staff.session_id)):
            raise WrongToken
    return staff


def revoke(session: Session, session_id: UUID) -> None:
    """From now on no token of this staff session is good here. Revoking again changes nothing."""
    known = session.scalar(select(REVOKED.c.session_id).where(REVOKED.c.session_id == session_id))
    if known is None:
        session.execute(REVOKED.insert().values(session_id=session_id, revoked_at=clock.now()))
    # A door token is the longest-lived: after that the row has no work left.
    session.execute(delete(REVOKED).where(REVOKED.c.revoked_at < clock.now() - 2 * DOOR_LIFETIME))


def create_revocations_table(op: Operations) -> None:
    """For a migration: the table of revoked staff sessions."""
    op.create_table(REVOKED.name, *(column._copy() for column in REVOKED.columns))


def _staff(claims: dict[str, Any]) -> Staff:
    conference = claims.get("conference_id")
    return Staff(
        id=UUID(claims["sub"]),
        name=str(claims["name"]),
        roles=frozenset(map(str, claims["roles"])),
        session_id=UUID(claims["sid"]),
        conference_id=UUID(conference) if conference else None,
    )
