"""drain: what numbering, reading and recording an event costs behind 1 k, 100 k and 1 M events that were sent long ago.

Without a broker, whose own time would hide the difference: whatever is published is confirmed at once.
"""

import os
import time
from collections.abc import Callable

from sqlalchemy import text

from shared import clock
from shared.database import Database
from shared.messaging.protocol.numbering import Lead, number, take_lead
from shared.messaging.protocol.publishing import Publisher
from shared.messaging.protocol.records import Message, Receipt
from shared.messaging.protocol.streams import begin_first_life
from shared.messaging.relay import new_stream_id
from shared.messaging.store import SqlStore
from tests.bench import services
from tests.bench.figure import Figure
from tests.bench.ground import Ground, typical
from tests.bench.usage import OURS, Spent, Usage

BEHIND = (1_000, 100_000, 1_000_000)
COUNT = 5_000
ROUNDS = 5
MOST = 1.10

_SENT = """
    INSERT INTO outbox (event_id, name, aggregate, aggregate_seq, stream_id, seq, body, refers_to, correlation_id,
                        occurred_at, root_at)
    SELECT gen_random_uuid(), name, 'recommendation:' || gen_random_uuid(), 1, :stream, n, body, refers_to, correlation_id,
           occurred_at, root_at
    FROM outbox, generate_series(1, :sent) AS n WHERE seq IS NULL
"""
_BEHIND = "UPDATE stream SET next_seq = :sent + 1, published_through = :sent"


class ConfirmingBus:
    """Confirms what is published before the next turn."""

    def __init__(self) -> None:
        self.published = 0

    def publish(self, message: Message) -> None:
        """See Bus."""
        self.published += 1

    def resend(self, consumer: str, message: Message) -> None:
        """See Bus; nobody asks."""

    def send_receipt(self, receipt: Receipt) -> None:
        """See Bus; nobody gets one."""


class Drained:
    """A service with many sent events, whose relay has more to do."""

    def __init__(self, ground: Ground, sent: int) -> None:
        self.sent = sent
        self.database = services.fresh("submissions", ground.postgres.database("submissions"))
        self._store = SqlStore(self.database, services.LEDGER_KEY)
        with self._store.begin() as tx:
            begin_first_life(tx, new_stream_id)
        self._lead = take_lead(self._store)
        _fill_with_sent(self.database, self._lead, sent)
        self._usage: Callable[[], Usage] = lambda: Usage({OURS: [os.getpid()], "PostgreSQL": [ground.postgres.pid]})
        self._bus = ConfirmingBus()
        self._publisher = Publisher(self._store, self._bus, "submissions", self._lead)

    def round(self, count: int) -> tuple[float, Spent]:
        """Drain `count` new events: processor microseconds an event, and what it took."""
        services.fill(self.database, count)
        usage, began = self._usage(), time.process_time()
        while self._publisher.expect(number(self._store, self._lead)) + self._publisher.fill(clock.now()):
            self._publisher.window.confirmed(self._bus.published, True, clock.now())
            self._publisher.record()
        own, spent = time.process_time() - began, usage.spent()
        # The system counts time in hundredths of a second; for this process there is a finer clock.
        exact = Spent({**spent.seconds, OURS: own}, spent.rss_mb)
        return exact.cpu_us(count), exact


def measure(ground: Ground) -> list[Figure]:
    """Rounds in turn, so that whatever else the machine does falls on all of them."""
    count = ground.count(COUNT)
    drained = [Drained(ground, max(100, sent // 50) if ground.brief else sent) for sent in BEHIND]
    rounds: dict[int, list[tuple[float, Spent]]] = {each.sent: [] for each in drained}
    for _ in range(ROUNDS):
        for each in drained:
            rounds[each.sent].append(each.round(count))
    for each in drained:
        each.database.close()
    costs = {sent: typical(found, lambda one: one[0]) for sent, found in rounds.items()}
    least, (most, spent) = costs[drained[0].sent][0], costs[drained[-1].sent]
    told = " / ".join(f"{cost:.1f}" for cost, _ in costs.values())
    return [
        Figure(
            name="drain",
            ours=most,
            limit=least,
            unit="µs",
            aim=f"behind {drained[-1].sent:,} sent rows ≤ 10 % more than behind {drained[0].sent:,}",
            met=most <= MOST * least,
            cpu_us=most,
            rss_mb=spent.rss_mb,
            spent=f"{told}; {spent.told(count)}",
        )
    ]


def _fill_with_sent(database: Database, lead: Lead, sent: int) -> None:
    services.fill(database, 1)
    with database.write() as session:
        session.execute(text(_SENT), {"stream": lead.stream_id, "sent": sent})
        session.execute(text(_BEHIND), {"sent": sent})
        session.execute(text("DELETE FROM outbox WHERE seq IS NULL"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE outbox"))
