"""The relay: one leader per service gives committed events their numbers and publishes them in order."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from shared import clock, failpoints, ids, metrics
from shared.messaging.broker.connecting import Broker, Relaying
from shared.messaging.errors import LeadershipLost, Outage, RestoredWithoutRestore
from shared.messaging.leadership import Leadership
from shared.messaging.loop import Loop
from shared.messaging.protocol.numbering import Lead, number, take_lead
from shared.messaging.protocol.publishing import Publisher
from shared.messaging.protocol.records import Message, Receipt
from shared.messaging.protocol.streams import begin_first_life
from shared.messaging.store import SqlStore

#: Seconds between two looks at the outbox while there is work, and how long after it that goes on: events come in company.
BUSY = 0.01
STAYS_BUSY = 1.0
#: Seconds between two records of what the broker confirmed. A relay that dies meanwhile publishes that much again.
RECORDING = 0.2
STANDBY = 1.0
CONFIRM_LEADERSHIP = timedelta(seconds=2)
AFTER_RESTORE = 5.0

log = structlog.get_logger(component="relay")


class Relay(Loop):
    """Numbers and publishes while this process leads."""

    def __init__(
        self, store: SqlStore, broker: Broker, service: str, leadership: Leadership, died: Callable[[], None]
    ) -> None:
        super().__init__(f"{service} relay", died)
        self._store = store
        self._broker = broker
        self._service = service
        self._leadership = leadership
        self._line = _Line()
        self._lead: Lead | None = None
        self._publisher: Publisher | None = None
        self._confirmed_at = clock.now()
        self._busy_until = self._record_at = 0.0

    def open(self) -> None:
        """Declare this service's part of the broker."""
        self._broker.declare()

    def turn(self) -> None:
        """One round of numbering and publishing, or of waiting for the lead."""
        try:
            if self._lead is None:
                self._take_lead()
            else:
                self._work(self._lead)
        except LeadershipLost as error:
            log.warning("lead lost", name=self.name, reason=str(error))
            self._let_go()
        except RestoredWithoutRestore as error:
            log.error("refusing to number", name=self.name, reason=str(error))
            self.rest(AFTER_RESTORE)

    def close(self) -> None:
        """Hang up and let another process lead; the window remembers how much was too much."""
        self._line.hang_up()
        if self._publisher:
            self._publisher.window.connection_lost()
        if self.is_stopping:
            self._let_go()

    def wake(self) -> None:
        """There is something new in the outbox."""
        if connection := self._line.connection:
            connection.wake()

    def _take_lead(self) -> None:
        if not self._leadership.try_to_take():
            self.rest(STANDBY)
            return
        # Only the leader may: two processes that begin a first life at once would make two.
        with self._store.begin() as tx:
            begin_first_life(tx, new_stream_id)
        self._lead = take_lead(self._store)
        failpoints.reached("relay.led")
        self._publisher = Publisher(self._store, self._line, self._service, self._lead)
        metrics.RELAY_IS_LEADER.labels(self._service).set(1)
        log.info("leading", name=self.name, stream=self._lead.stream_id)

    def _let_go(self) -> None:
        self._lead = self._publisher = None
        self._line.hang_up()
        self._leadership.give_up()
        metrics.RELAY_IS_LEADER.labels(self._service).set(0)

    def _work(self, lead: Lead) -> None:
        publisher = self._publisher
        if publisher is None:
            raise LeadershipLost("nothing to publish with")
        # First, since a broker that is away may keep us busy for long while another process took the lead.
        self._confirm_leadership(publisher)
        connection = self._connected(publisher)
        numbered = publisher.expect(number(self._store, lead))
        sent = 0 if connection.is_paused else publisher.fill(clock.now())
        if numbered or sent:
            self._busy_until = clock.monotonic() + STAYS_BUSY
        connection.attend(BUSY if clock.monotonic() < self._busy_until else connection.idle)
        if sent:
            failpoints.reached("relay.published")
        self._record(publisher)

    def _record(self, publisher: Publisher) -> None:
        if clock.monotonic() >= self._record_at and publisher.record():
            self._record_at = clock.monotonic() + RECORDING

    def _connected(self, publisher: Publisher) -> Relaying:
        if self._line.connection is None:
            self._line.connection = self._broker.for_relay()
            self._line.connection.confirm_to(publisher.window)
        return self._line.connection

    def _confirm_leadership(self, publisher: Publisher) -> None:
        if clock.now() - self._confirmed_at >= CONFIRM_LEADERSHIP:
            self._leadership.confirm()
            publisher.look_again()
            self._confirmed_at = clock.now()


class _Line:
    """The bus that outlives its connections."""

    def __init__(self) -> None:
        self.connection: Relaying | None = None

    def publish(self, message: Message) -> None:
        """See Bus."""
        self._present.publish(message)

    def resend(self, consumer: str, message: Message) -> None:
        """See Bus."""
        self._present.resend(consumer, message)

    def send_receipt(self, receipt: Receipt) -> None:
        """See Bus."""
        self._present.send_receipt(receipt)

    def hang_up(self) -> None:
        """Close the connection, if there is one."""
        connection, self.connection = self.connection, None
        if connection:
            connection.close()

    @property
    def _present(self) -> Relaying:
        if self.connection is None:
            raise Outage("broker: not connected")
        return self.connection


def new_stream_id() -> str:
    """A name for a new life of a publisher; nobody ever had it before."""
    return ids.internal().hex
