"""The receiver's limit: kombu consuming with prefetch 500, one acknowledgement for 100 messages, and nothing else.

`python -m tests.bench.raw_consume AMQP_URL QUEUE COUNT` prints its rate (messages a second) and processor time as JSON.
"""

import json
import sys
import time
from typing import Any

from kombu.connection import Connection
from kombu.entity import Queue
from kombu.messaging import Consumer

PREFETCH = 500
AT_ONCE = 100


def main(url: str, queue: str, count: str) -> None:
    """Measure from the first message on, and print."""
    taken, began = 0, 0.0

    def take(message: Any) -> None:
        nonlocal taken, began
        began = began or time.monotonic()
        taken += 1
        if taken % AT_ONCE == 0:
            message.channel.basic_ack(message.delivery_tag, multiple=True)

    with (
        Connection(url) as connection,
        connection.channel() as channel,
        Consumer(channel, [Queue(queue)], auto_declare=False, on_message=take, prefetch_count=PREFETCH),
    ):
        while taken < int(count):
            connection.drain_events(timeout=30)
        rate = taken / (time.monotonic() - began)
        channel.basic_ack(0, multiple=True)
    print(json.dumps({"rate": rate, "cpu_us": time.process_time() / taken * 1e6}))


if __name__ == "__main__":
    main(*sys.argv[1:])
