"""What the four databases say together: how many rows of each kind there are, and whether anything still moves."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, MetaData, create_engine, func, literal, select, union_all
from sqlalchemy.orm import Session

from shared.messaging.operating.verifying import violations
from shared.messaging.tables import inbox, inbox_cursor, outbox, stream, subscriber
from shared.messaging.topology import PAIRS

#: States of a message that somebody is still waiting for.
UNSENT = ("created", "sending", "unknown")

#: How far others are; grows when they are met for the first time, and is looked at by `moving`.
BOOKKEEPING = {table.name for table in (stream, subscriber, inbox_cursor)}


class Books:
    """The databases at `urls`, by service."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._engines = {service: create_engine(url, pool_size=1) for service, url in urls.items()}
        self._counts = {}
        for service, engine in self._engines.items():
            metadata = MetaData()
            metadata.reflect(engine)
            self._counts[service] = union_all(
                *(
                    select(literal(table.name), state, func.count()).select_from(table).group_by(state)
                    for table in metadata.sorted_tables
                    if table.name not in BOOKKEEPING
                    for state in [table.c.get("status", literal(""))]
                )
            )

    def rows(self) -> Counter[str]:
        """How many rows each table has, by their status where they have one: `council.cases.referred`."""
        found: Counter[str] = Counter()
        for service, engine in self._engines.items():
            with engine.connect() as connection:
                for table, state, count in connection.execute(self._counts[service]).tuples():
                    found[f"{service}.{table}.{state}".rstrip(".")] = count
        return found

    def moving(self) -> list[str]:
        """What isn't settled, in words; empty when everything was numbered, published, received and handled."""
        found, ends = [], {}
        for service, engine in self._engines.items():
            with engine.connect() as connection:
                found += [f"{service}: {what}" for what in _unfinished(connection)]
                ends[service] = connection.execute(
                    select(stream.c.stream_id, stream.c.next_seq - 1).where(stream.c.ended_at.is_(None))
                ).one_or_none()
        for consumer, producers in PAIRS.items():
            with self._engines[consumer].connect() as connection:
                cursors = dict(
                    connection.execute(select(inbox_cursor.c.stream_id, inbox_cursor.c.through)).tuples().all()
                )
            for producer in producers:
                known, last = ends[producer] or ("", 0)
                if cursors.get(known, 0) != last:
                    found.append(f"{consumer} has {cursors.get(known, 0)} of {last} from {producer}")
        return found

    def broken_promises(self) -> list[str]:
        """What `events verify` would say about each service."""
        found = []
        for service, engine in self._engines.items():
            with Session(engine) as session:
                found += [f"{service}: {violation}" for violation in violations(session)]
        return found

    def close(self) -> None:
        """Hang up."""
        for engine in self._engines.values():
            engine.dispose()


def _unfinished(connection: Connection) -> list[str]:
    unnumbered = connection.scalar(select(func.count()).where(outbox.c.seq.is_(None)))
    unpublished = connection.scalar(select(func.sum(stream.c.next_seq - 1 - stream.c.published_through)))
    waiting = connection.execute(
        select(inbox.c.status, func.count()).where(inbox.c.status.in_(["ready", "parked"])).group_by(inbox.c.status)
    )
    counts = {"unnumbered": unnumbered, "unpublished": unpublished, **dict(waiting.tuples().all())}
    return [f"{count} {what}" for what, count in counts.items() if count]
