"""Several services in one process, without threads: `settle` moves events until nothing moves any more."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock, ids
from shared.database import Database
from shared.messaging import tables, topology
from shared.messaging.broker.memory import MemoryBroker
from shared.messaging.handling import Handlers, by_name
from shared.messaging.protocol.numbering import number, take_lead
from shared.messaging.protocol.processing import Processor
from shared.messaging.protocol.publishing import Publisher
from shared.messaging.protocol.receiving import Receiver
from shared.messaging.protocol.streams import begin_first_life
from shared.messaging.relay import new_stream_id
from shared.messaging.store import SqlStore
from shared.seals import Seals, new_seal_keys

LEDGER_KEY = "a key for marks of erased people"


@cache
def _keys() -> dict[str, tuple[str, str]]:
    return {service: new_seal_keys("first") for service in topology.PAIRS}


def seals_of(service: str) -> Seals:
    """The keys of one service, everybody's being the same for the whole test run."""
    public = {name: json.loads(entry) for name, (_, entry) in _keys().items()}
    return Seals.from_json(_keys()[service][0], json.dumps(public))


@dataclass
class Thing:
    """An aggregate of a neighbour, for `outbox.add`."""

    id: UUID = field(default_factory=ids.internal)
    version: int = 0


class Backbone:
    """The services that joined, and what travels between them."""

    def __init__(self, pairs: Mapping[str, tuple[str, ...]] = topology.PAIRS) -> None:
        self._pairs = pairs
        self._members: dict[str, _Member] = {}

    def join(self, database: Database, handlers: Handlers) -> Database:
        """Let a service with its own migrated database take part (made with `seals_of(service)`)."""
        own = topology.of(database.service, self._pairs)
        self._members[database.service] = _Member(database, handlers, own)
        return database

    def neighbour(self, service: str, folder: Path) -> Database:
        """Let a service take part of which only the events matter: a database with nothing but the backbone."""
        database = Database(f"sqlite:///{folder}/{service}-neighbour.db", service, seals_of(service))
        with database.write() as session:
            tables.create_backbone(session.connection())
        return self.join(database, {})

    def settle(self, expecting: type[Exception] | tuple[()] = ()) -> None:
        """Move everything until nothing moves; what a handler raised is raised here, unless it is to be expected."""
        while any([member.move() for member in self._members.values()]):
            pass
        errors = [error for member in self._members.values() for error in member.take_errors()]
        errors = [error for error in errors if not isinstance(error, expecting)]
        if errors:
            raise errors[0]


class _Member:
    def __init__(self, database: Database, handlers: Handlers, own: topology.Topology) -> None:
        self._errors: list[Exception] = []
        self._store = SqlStore(database, LEDGER_KEY)
        watched = {event: self._watched(handler) for event, handler in handlers.items()}
        self._line = MemoryBroker(own).for_relay()
        with self._store.begin() as tx:
            begin_first_life(tx, new_stream_id)
        self._lead = take_lead(self._store)
        self._publisher = Publisher(self._store, self._line, own.service, self._lead)
        self._line.confirm_to(self._publisher.window)
        names = [event.name for event in handlers]
        self._receivers = {producer: Receiver(self._store, producer, names) for producer in own.producers}
        self._processor = Processor(self._store, by_name(watched), own.producers, random.random)

    def move(self) -> bool:
        now = clock.now()
        moved = self._publisher.expect(number(self._store, self._lead))
        moved += self._publisher.fill(now) + self._publisher.record()
        for producer, receiver in self._receivers.items():
            moved += receiver.step(self._line.inbound[producer], now).taken
        done = self._processor.step(clock.now)
        return moved + done.processed + done.parked + done.skipped > 0

    def take_errors(self) -> list[Exception]:
        errors, self._errors = self._errors, []
        return errors

    def _watched(self, handler: Callable[[Session, Any], None]) -> Callable[[Session, Any], None]:
        def watch(session: Session, received: Any) -> None:
            try:
                handler(session, received)
            except Exception as error:
                self._errors.append(error)
                raise

        return watch
