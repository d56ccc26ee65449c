"""Scrubbing: the sealed boxes of an erased person go, and stay gone."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.messaging.protocol.records import Event
from shared.messaging.protocol.store import ROWS, Transaction


def erase(tx: Transaction, subject_ids: Collection[UUID], now: datetime) -> None:
    """Enter the subjects in the ledger and drop their boxes from outbox and inbox."""
    tx.note_erased(subject_ids, now)
    tx.scrub(subject_ids)


def apply_ledger(tx: Transaction) -> None:
    """Drop every box whose subject is in the ledger: a restored database has boxes again that were gone."""
    after: UUID | None = None
    while subjects := tx.subjects_with_boxes(after, ROWS):
        if erased := tx.erased_among(subjects):
            tx.scrub(erased)
        after = subjects[-1]


def without_erased_boxes(tx: Transaction, events: Collection[Event]) -> dict[UUID, Event]:
    """The events by event_id, those of erased subjects without their box (they come again by resends and restores)."""
    subjects = {event.subject_id for event in events if event.sealed is not None and event.subject_id is not None}
    erased = tx.erased_among(subjects) if subjects else set()
    return {event.event_id: replace(event, sealed=None) if event.subject_id in erased else event for event in events}
