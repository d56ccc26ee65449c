"""Connections to RabbitMQ through kombu, and what their errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager

from kombu.connection import Connection
from kombu.exceptions import KombuError, OperationalError
from kombu.messaging import Producer

from shared import metrics
from shared.messaging.broker.frames import tolerant_frames
from shared.messaging.broker.routing import Outgoing
from shared.messaging.errors import Outage

#: Seconds. An end that is gone without a word is noticed after two of them.
HEARTBEAT = 10
CONNECT_TIMEOUT = 5
#: Seconds that anybody waits for an answer: without a limit the library waits for ever. Less than half a heartbeat: those
#: come also from a broker that doesn't answer.
ANSWER_TIMEOUT = 3

PERSISTENT = 2


class Writing:
    """A connection that only publishes, without confirms: what is lost here is sent again for want of a receipt."""

    def __init__(self, connection: Connection, service: str) -> None:
        self.returned: set[str] = set()
        self._connection = connection
        self._service = service
        self._blocked = False
        amqp = connection.connection
        amqp.on_blocked, amqp.on_unblocked = self._block, self._unblock
        self._producer = Producer(connection.default_channel, on_return=self._note_return)

    def send(self, outgoing: Outgoing) -> None:
        """Publish, unless the broker asked for a pause."""
        if self._blocked:
            return
        wire = outgoing.wire
        with outages():
            self._producer.publish(
                wire.body,
                exchange=outgoing.exchange,
                routing_key=outgoing.routing_key,
                headers=wire.headers,
                content_type=wire.content_type,
                content_encoding="binary",
                delivery_mode=PERSISTENT,
                mandatory=True,
                user_id=self._service,
                **({"message_id": wire.message_id} if wire.message_id else {}),
            )

    def listen(self) -> None:
        """Hear of returns, alarms and heartbeats."""
        self._connection.heartbeat_check()
        while drained(self._connection, 0):
            pass

    def close(self) -> None:
        """Hang up."""
        hang_up(self._connection)

    def _note_return(self, _error: Exception, _exchange: str, routing_key: str, _message: object) -> None:
        metrics.RELAY_RETURNED.labels(self._service).inc()
        self.returned.add(routing_key)

    def _block(self, _reason: str) -> None:
        self._blocked = True

    def _unblock(self) -> None:
        self._blocked = False


_AMQP = Connection("amqp://")
#: A closed channel is one, too: what is missing in the broker (an exchange of a neighbour, a queue somebody deleted) is
#: declared again by whom it belongs to.
_TROUBLE = (OSError, OperationalError, KombuError, *_AMQP.connection_errors, *_AMQP.channel_errors)


@contextmanager
def outages() -> Iterator[None]:
    """Whatever the broker's libraries raise inside is an Outage."""
    try:
        yield
    except _TROUBLE as error:
        raise Outage(f"broker: {type(error).__name__}: {error}") from error


def connected(url: str, name: str) -> Connection:
    """An open connection that the broker's lists show under `name`."""
    options = {
        "client_properties": {"connection_name": name},
        "write_timeout": CONNECT_TIMEOUT,
        "read_timeout": ANSWER_TIMEOUT,
        "frame_handler": tolerant_frames,
    }
    connection = Connection(url, heartbeat=HEARTBEAT, connect_timeout=CONNECT_TIMEOUT, transport_options=options)
    return connection.connect() and connection


def hang_up(connection: Connection) -> None:
    """Close without a goodbye, for which the other end would have to be there."""
    connection.collect()


def drained(connection: Connection, seconds: float) -> bool:
    """Let one frame in; False when none came in time."""
    try:
        connection.drain_events(timeout=seconds)
    except TimeoutError:
        return False
    return True
