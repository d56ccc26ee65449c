"""Honest events that flow all the time, and the proof that each was handled, once, unchanged and in order."""

import json
import threading
import uuid
from collections import defaultdict
from collections.abc import Collection
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import select

from shared.events.catalogue import EVENTS, PUBLISHED
from shared.events.event import Event, load
from shared.messaging import outbox, topology
from shared.messaging.tables import inbox
from shared.messaging.tables import outbox as outbox_table
from shared.messaging.topology import PAIRS
from tests.architecture.tree import ROOT
from tests.backbone import Thing
from tests.poison.services import Services
from tests.waiting import until

#: What each service says again and again: the events of one aggregate, in order.
LINES = {
    "registration": ("conference.announced",),
    "submissions": ("idea.received", "idea.published", "recommendation.adopted"),
    "council": ("staff.changed", "staff.changed"),
    "notifications": ("person.erased",),
}

PAUSE = 0.5
HANDLED = 240


def sample(name: str, identity: UUID) -> tuple[dict[str, Any], Event]:
    """The content of the pinned example of an event about another thing, and the event."""
    text = (ROOT / "tests" / "contracts" / f"{name}.json").read_text(encoding="utf-8")
    content = json.loads(text)["data"]
    first_id = next(value for value in content.values() if _is_id(value))
    fresh = json.loads(json.dumps(content).replace(first_id, str(identity)))
    return fresh, load(EVENTS[name], fresh)


class Honest(threading.Thread):
    """Publishes as some services until it is stopped, and remembers what."""

    def __init__(self, services: Services) -> None:
        super().__init__(daemon=True)
        self.services = services
        self.roots: dict[str, set[UUID]] = defaultdict(set)
        self._silent: dict[str, set[UUID]] = {}
        self._enough = threading.Event()

    def run(self) -> None:
        """Speak for each service in turn."""
        while not self._enough.wait(PAUSE):
            for service in LINES.keys() - self._silent.keys():
                self._speak(service)

    def stop(self) -> None:
        """Say no more."""
        self._enough.set()
        self.join()

    def silence(self, service: str) -> None:
        """Publish nothing more as this service; what its handlers publish from now on is nobody's concern."""
        self._silent[service] = {event.event_id for event in self._published(service)}

    def _speak(self, service: str) -> None:
        thing = Thing()
        for name in LINES[service]:
            with self.services.databases[service].write() as session:
                self.roots[service].add(outbox.add(session, thing, sample(name, thing.id)[1]))

    def until_handled(self, producers: Collection[str] = PUBLISHED) -> int:
        """Wait until every consumer handled every event of these producers that began with one of ours; returns how many
        handlings that are."""
        until(lambda: not self._unhandled(producers), "honest events to be handled", HANDLED, 0.5)
        handlings = self._handlings(producers)
        for consumer in PAIRS:
            in_order(self.services, consumer, {event_id for name, event_id in handlings if name == consumer})
        return len(handlings)

    def _unhandled(self, producers: Collection[str]) -> set[tuple[str, UUID]]:
        processed = select(inbox.c.event_id).where(inbox.c.status == "processed")
        done = {(consumer, row.event_id) for consumer in PAIRS for row in self.services.rows(consumer, processed)}
        return self._handlings(producers) - done

    def _handlings(self, producers: Collection[str]) -> set[tuple[str, UUID]]:
        """Who has to handle what: (consumer, event) of all that follows from what we said."""
        roots = {str(root) for said in self.roots.values() for root in said}
        return {
            (consumer, row.event_id)
            for producer in producers
            for row in self._published(producer)
            if row.correlation_id in roots and row.event_id in self._silent.get(producer, {row.event_id})
            for consumer in topology.of(producer).consumers
            if EVENTS[row.name] in self.services.handlers[consumer]
        }

    def _published(self, producer: str) -> list[Any]:
        columns = select(outbox_table.c.event_id, outbox_table.c.name, outbox_table.c.correlation_id)
        return self.services.rows(producer, columns)


def in_order(services: Services, consumer: str, event_ids: Collection[UUID]) -> None:
    """Each stood in the inbox as it was written, and the events of one aggregate were handled one after the other."""
    sent = {
        row.event_id: row.body
        for producer in PAIRS[consumer]
        for row in services.rows(producer, select(outbox_table.c.event_id, outbox_table.c.body))
    }
    lines = defaultdict(list)
    for row in services.rows(consumer, select(inbox).order_by(inbox.c.aggregate_seq)):
        if row.event_id in event_ids:
            assert row.body == sent[row.event_id], f"{consumer} has another {row.event_id} than was sent"
            lines[row.producer, row.aggregate].append(row.processed_at)
    for line in lines.values():
        assert all(before <= after for before, after in pairwise(line)), f"{consumer} handled out of order"


def _is_id(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(uuid.UUID(value))
    except ValueError:
        return False
