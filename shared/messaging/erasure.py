"""Forgetting a person in the backbone: sealed boxes about them go from outbox and inbox, and stay gone after a restore."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.messaging.protocol import scrubbing
from shared.messaging.store import SqlTransaction


def erase(session: Session, ledger_key: str, subject_ids: Collection[UUID]) -> None:
    """Take the subjects into the ledger and drop their boxes. The service's own rows are the caller's to erase;
    `ledger_key` is the one that the Worker has."""
    scrubbing.erase(SqlTransaction(session, ledger_key), subject_ids, clock.now())
