"""The relay's connection to RabbitMQ: pika, because its confirms come while the next messages are on their way."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pika
from pika.exceptions import AMQPError
from pika.spec import Basic

from shared import clock, metrics
from shared.messaging.broker.kombu_lines import HEARTBEAT, PERSISTENT
from shared.messaging.broker.routing import Outgoing, event_out, receipt_out, resend_out
from shared.messaging.errors import Outage
from shared.messaging.protocol.records import Message, Receipt
from shared.messaging.protocol.window import PublishingWindow

PATIENCE = 10.0

#: After a message that no queue wanted, publishing rests this long: its consumers have yet to declare theirs.
PAUSE_AFTER_RETURN = timedelta(seconds=1)


class PikaRelay:
    """Implements Relaying."""

    idle = 0.2

    def __init__(self, url: str, service: str) -> None:
        """Connect. Raises Outage."""
        self._service = service
        self._window: PublishingWindow | None = None
        self._channel: Any = None
        self._blocked = False
        self._paused_until: datetime | None = None
        self._failure: str | None = None
        self._unconfirmed: deque[tuple[int, float]] = deque()
        self._last_tag = 0
        parameters = pika.URLParameters(url)
        parameters.heartbeat = HEARTBEAT
        parameters.socket_timeout = parameters.stack_timeout = PATIENCE
        parameters.client_properties = {"connection_name": f"{service} relay"}
        self._connection = pika.SelectConnection(
            parameters,
            on_open_callback=self._opened,
            on_open_error_callback=self._failed,
            on_close_callback=self._failed,
        )
        self._loop = self._connection.ioloop
        self._run(PATIENCE)
        if self._channel is None:
            self.close()
            raise Outage(self._failure or "broker: no answer")

    def publish(self, message: Message) -> None:
        """See Bus."""
        self._send(event_out(message))

    def resend(self, consumer: str, message: Message) -> None:
        """See Bus."""
        self._send(resend_out(consumer, message))

    def send_receipt(self, receipt: Receipt) -> None:
        """See Bus."""
        self._send(receipt_out(receipt))

    def confirm_to(self, window: PublishingWindow) -> None:
        """See Relaying."""
        self._window = window

    @property
    def is_paused(self) -> bool:
        """See Relaying."""
        if self._paused_until and clock.now() >= self._paused_until:
            self._paused_until = None
        return self._blocked or self._paused_until is not None

    def attend(self, seconds: float) -> None:
        """See Relaying."""
        self._run(seconds)
        self._raise_failure()
        if self._window and not self._blocked and self._window.is_stalled(clock.now()):
            raise Outage("broker: no confirm for too long")

    def wake(self) -> None:
        """See Relaying."""
        self._loop.add_callback_threadsafe(self._loop.stop)

    def close(self) -> None:
        """See Relaying."""
        if self._connection.is_open:
            self._connection.close()
            self._run(1.0)
        self._loop.close()

    def _send(self, outgoing: Outgoing) -> None:
        self._raise_failure()
        wire = outgoing.wire
        properties = pika.BasicProperties(
            content_type=wire.content_type,
            delivery_mode=PERSISTENT,
            headers=wire.headers,
            message_id=wire.message_id,
            user_id=self._service,
        )
        try:
            self._last_tag += 1
            self._unconfirmed.append((self._last_tag, clock.monotonic()))
            self._channel.basic_publish(outgoing.exchange, outgoing.routing_key, wire.body, properties, mandatory=True)
        except AMQPError as error:
            raise Outage(f"broker: {error!r}") from error

    def _run(self, seconds: float) -> None:
        """Let the loop work until a callback stops it, or the time is over."""
        timer = self._loop.call_later(seconds, self._loop.stop)
        try:
            self._loop.start()
        finally:
            self._loop.remove_timeout(timer)

    def _raise_failure(self) -> None:
        if self._failure:
            raise Outage(self._failure)

    def _opened(self, connection: pika.SelectConnection) -> None:
        connection.add_on_connection_blocked_callback(self._block)
        connection.add_on_connection_unblocked_callback(self._unblock)
        connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel: Any) -> None:
        channel.add_on_close_callback(self._failed)
        channel.add_on_return_callback(self._returned)
        channel.confirm_delivery(self._answered, callback=self._confirming(channel))

    def _confirming(self, channel: Any) -> Callable[[Any], None]:
        def ready(_frame: Any) -> None:
            self._channel = channel
            self._loop.stop()

        return ready

    def _failed(self, _what: Any, reason: Any) -> None:
        self._failure = self._failure or f"broker: {reason!r}"
        self._loop.stop()

    def _answered(self, frame: Any) -> None:
        answer = frame.method
        self._measure(answer.delivery_tag)
        if self._window is None:
            return
        if isinstance(answer, Basic.Ack):
            self._window.confirmed(answer.delivery_tag, answer.multiple, clock.now())
        else:
            self._window.refused()
        self._loop.stop()

    def _measure(self, tag: int) -> None:
        """Note how long the answered message was on its way; those before it are covered by the same answer."""
        sent_at = None
        while self._unconfirmed and self._unconfirmed[0][0] <= tag:
            _, sent_at = self._unconfirmed.popleft()
        if sent_at is not None:
            metrics.RELAY_CONFIRM_SECONDS.labels(self._service).observe(clock.monotonic() - sent_at)

    def _returned(self, _channel: Any, _method: Any, _properties: Any, _body: bytes) -> None:
        metrics.RELAY_RETURNED.labels(self._service).inc()
        if self._window:
            self._window.refused()
        self._paused_until = clock.now() + PAUSE_AFTER_RETURN

    def _block(self, _connection: Any, _method: Any) -> None:
        self._blocked = True

    def _unblock(self, _connection: Any, _method: Any) -> None:
        self._blocked = False
        self._loop.stop()
