"""Making what is missing in the broker, as far as this service may: its own exchanges, queues and bindings."""

from collections.abc import Callable
from typing import Any

from kombu.connection import Connection

from shared.messaging.topology import (
    QUEUE_ARGUMENTS,
    RECEIPTS,
    Topology,
    bindings_of,
    events_exchange,
    queues_of,
    resend_exchange,
)


def declare(connection: Connection, topology: Topology) -> None:
    """Declare what isn't there; what is there stays as it is. Raises kombu's errors, also where a neighbour's exchange is
    missing: that is for the neighbour to make."""
    _declare_exchanges(connection, [topology.service])
    for name in queues_of(topology):
        _ensure(connection, "queue_declare", queue=name, durable=True, auto_delete=False, arguments=QUEUE_ARGUMENTS)
    with connection.channel() as channel:
        for exchange, bound, key in bindings_of(topology):
            channel.queue_bind(queue=bound, exchange=exchange, routing_key=key)


def declare_neighbours(connection: Connection, topology: Topology) -> None:
    """Declare the exchanges that belong to others, where nobody's permissions are at stake (the embedded run)."""
    _declare_exchanges(connection, topology.producers)
    _ensure(connection, "exchange_declare", exchange=RECEIPTS, type="topic", durable=True, auto_delete=False)


def _declare_exchanges(connection: Connection, producers: "list[str] | tuple[str, ...]") -> None:
    for producer in producers:
        for name, kind in ((events_exchange(producer), "topic"), (resend_exchange(producer), "direct")):
            _ensure(connection, "exchange_declare", exchange=name, type=kind, durable=True, auto_delete=False)


def _ensure(connection: Connection, declaration: str, **arguments: Any) -> None:
    try:
        with connection.channel() as channel:
            _method(channel, declaration)(passive=True, **arguments)
    except connection.channel_errors:
        with connection.channel() as channel:
            _method(channel, declaration)(**arguments)


def _method(channel: Any, name: str) -> Callable[..., Any]:
    method: Callable[..., Any] = getattr(channel, name)
    return method
