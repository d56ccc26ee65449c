"""The relay's limit: pika's SelectConnection publishing to a quorum queue with 1,000 in flight, and nothing else.

`python -m tests.bench.raw_publish AMQP_URL EXCHANGE KEY COUNT` prints its rate (messages a second) and processor time as JSON.
"""

import json
import sys
import time
from typing import Any

import pika

from shared.messaging.broker.routing import event_out
from shared.messaging.encoding import Wire
from tests.bench.example import message

IN_FLIGHT = 1000


class Publishing:
    """Publishes `count` messages, the same every time but for nothing: what they cost is the broker's and pika's."""

    def __init__(self, url: str, exchange: str, key: str, count: int) -> None:
        self._exchange, self._key, self._count = exchange, key, count
        self._wire: Wire = event_out(message(exchange.removeprefix("events."), 1)).wire
        self._sent = self._confirmed = 0
        self._channel: Any = None
        self.began = 0.0
        parameters = pika.URLParameters(url)
        self._connection = pika.SelectConnection(parameters, on_open_callback=self._opened)

    def run(self) -> float:
        """Publish them all; messages a second."""
        self._connection.ioloop.start()
        return self._count / (time.monotonic() - self.began)

    def _opened(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel: Any) -> None:
        self._channel = channel
        channel.confirm_delivery(self._answered, callback=self._go)

    def _go(self, _frame: Any) -> None:
        self.began = time.monotonic()
        self._fill()

    def _fill(self) -> None:
        while self._sent < self._count and self._sent - self._confirmed < IN_FLIGHT:
            properties = pika.BasicProperties(
                content_type=self._wire.content_type,
                delivery_mode=2,
                headers=self._wire.headers,
                message_id=self._wire.message_id,
            )
            self._channel.basic_publish(self._exchange, self._key, self._wire.body, properties, mandatory=True)
            self._sent += 1

    def _answered(self, frame: Any) -> None:
        tag = frame.method.delivery_tag
        # RabbitMQ confirms in order here but for single ones, and these only shift the window by a little.
        self._confirmed = max(self._confirmed, tag)
        if self._confirmed >= self._count:
            self._connection.ioloop.stop()
        else:
            self._fill()


def main(url: str, exchange: str, key: str, count: str) -> None:
    """Measure and print."""
    rate = Publishing(url, exchange, key, int(count)).run()
    print(json.dumps({"rate": rate, "cpu_us": time.process_time() / int(count) * 1e6}))


if __name__ == "__main__":
    main(*sys.argv[1:])
