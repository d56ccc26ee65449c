"""How frames from RabbitMQ become messages: whatever a publisher wrote, the connection goes on and the memory stays small.

py-amqp's own reader raises while it decodes properties: a message id that is no UTF-8, a date in the year 400,000 or a table
ten thousand deep would end the connection, at every new try again. Here such a message arrives without properties, which
makes it garbage; and of a body that is too long no more is kept than shows it.
"""

from collections import defaultdict
from collections.abc import Callable
from struct import unpack_from
from typing import Any

from amqp import spec
from amqp.basic_message import Message
from amqp.exceptions import UnexpectedFrame

from shared.messaging.limits import LONGEST_BODY

METHOD, HEADER, BODY, HEARTBEAT = 1, 2, 3, 8

#: Bytes of a body that are kept: one more than it may have.
KEPT = LONGEST_BODY + 1

_WITH_CONTENT = frozenset([spec.Basic.Return, spec.Basic.Deliver, spec.Basic.GetOk])

#: Bytes of a delivery's arguments before the consumer tag, and between the tag and the exchange.
_BEFORE_TAG, _BEFORE_EXCHANGE = 4, 9

Frame = tuple[int, int, bytes]


def tolerant_frames(connection: Any, callback: Callable[..., None]) -> Callable[[Frame], bool]:
    """For `frame_handler` of amqp.Connection: takes frames and calls back with each whole method, with its message if it
    has one. Raises UnexpectedFrame when the broker breaks the protocol."""
    expected: defaultdict[int, int] = defaultdict(lambda: METHOD)
    unfinished: dict[int, Delivery] = {}

    def take(frame: Frame) -> bool:
        kind, channel, buffer = frame
        connection.bytes_recv += 1
        if kind == HEARTBEAT:
            return False
        if kind != expected[channel]:
            raise UnexpectedFrame(f"received frame {kind} while expecting {expected[channel]}")
        if kind == METHOD:
            return begin(channel, buffer)
        message = unfinished[channel]
        if kind == HEADER:
            message.inbound_header(buffer)
        else:
            message.inbound_body(buffer)
        expected[channel] = METHOD if message.ready else BODY
        if message.ready:
            del unfinished[channel]
            _hand_over(callback, channel, message)
        return bool(message.ready)

    def begin(channel: int, buffer: bytes) -> bool:
        method = unpack_from(">HH", buffer, 0)
        if method in _WITH_CONTENT:
            unfinished[channel] = Delivery(b"", frame_method=method, frame_args=buffer)
            expected[channel] = HEADER
            return False
        callback(channel, method, buffer, None)
        return True

    return take


class Delivery(Message):  # type: ignore[misc]  # amqp has no types
    """A message on its way in."""

    def inbound_header(self, buf: bytes, offset: int = 0) -> int:
        """Read size and properties; none of them where one can't be read."""
        try:
            return int(super().inbound_header(buf, offset))
        except Exception:
            # A decoder of foreign bytes may raise anything. The size stands before the properties.
            self.properties: dict[str, Any] = {}
            self.ready = not self.body_size
            return offset

    def inbound_body(self, buf: bytes) -> None:
        """Keep the next piece, unless there is enough."""
        if self.body_received < KEPT:
            self._pending_chunks.append(buf)
        self.body_received += len(buf)
        if self.body_received >= self.body_size:
            self.body = b"".join(self._pending_chunks)[:KEPT]
            self._pending_chunks.clear()
            self.ready = True


def _hand_over(callback: Callable[..., None], channel: int, message: Delivery) -> None:
    try:
        callback(channel, message.frame_method, message.frame_args, message)
    except UnicodeDecodeError:
        # Of all that is said beside the message only the routing key was chosen by its publisher.
        callback(channel, message.frame_method, _without_routing_key(message.frame_args), message)


def _without_routing_key(arguments: bytes) -> bytes:
    exchange = _BEFORE_TAG + 1 + arguments[_BEFORE_TAG] + _BEFORE_EXCHANGE
    return arguments[: exchange + 1 + arguments[exchange]] + b"\0"
