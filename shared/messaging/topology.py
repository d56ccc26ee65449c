"""Who publishes, who consumes, and what the broker's parts are called: the one place that knows, and definitions.json of it.

`python -m shared.messaging.topology` prints the definitions that RabbitMQ loads at boot. Passwords come from
`<SERVICE>_AMQP_PASSWORD` (or `…_FILE`).
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from shared.config import Environment

#: consumer → the producers whose events it takes.
PAIRS: dict[str, tuple[str, ...]] = {
    "registration": ("council", "notifications"),
    "submissions": ("registration", "council", "notifications"),
    "council": ("registration", "submissions", "notifications"),
    "notifications": ("registration", "submissions", "council"),
}

#: The exchange through which consumers tell producers what they have.
RECEIPTS = "receipts"

VHOST = "mitsprache"

#: The broker keeps this many messages for a consumer that is away; older ones come again from the outbox.
LONGEST_QUEUE = 100_000

QUEUE_ARGUMENTS: dict[str, Any] = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-max-length": LONGEST_QUEUE,
    "x-delivery-limit": 1000,
}


@dataclass(frozen=True, slots=True)
class Topology:
    """Whom one service hears and who hears it."""

    service: str
    producers: tuple[str, ...]
    consumers: tuple[str, ...]


def of(service: str, pairs: Mapping[str, tuple[str, ...]] = PAIRS) -> Topology:
    """The neighbours of `service`."""
    consumers = tuple(consumer for consumer, producers in pairs.items() if service in producers)
    return Topology(service, pairs.get(service, ()), consumers)


def events_exchange(producer: str) -> str:
    """Where a producer publishes its events, by event name."""
    return f"events.{producer}"


def resend_exchange(producer: str) -> str:
    """Where a producer repeats events for one consumer, by the name of that consumer's queue."""
    return f"resend.{producer}"


def queue(consumer: str, producer: str) -> str:
    """What `consumer` gets from `producer` waits here."""
    return f"{consumer}.from.{producer}"


def receipts_queue(producer: str) -> str:
    """The receipts for `producer` wait here."""
    return f"{producer}.receipts"


def receipt_key(producer: str, consumer: str) -> str:
    """The routing key of a receipt; only `consumer` may use it."""
    return f"{producer}.from.{consumer}"


def password_hash(password: str, salt: bytes | None = None) -> str:
    """The password as RabbitMQ keeps it: base64(salt + SHA-256(salt + password)), with four bytes of salt."""
    salt = salt or secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def definitions(password_hashes: Mapping[str, str], pairs: Mapping[str, tuple[str, ...]] = PAIRS) -> dict[str, Any]:
    """definitions.json: one user per service, and every exchange, queue and binding. `password_hashes` by service."""
    topologies = [of(service, pairs) for service in services_of(pairs)]
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(t.service, password_hashes[t.service]) for t in topologies],
        "permissions": [_permission(t.service) for t in topologies],
        "topic_permissions": [_topic_permission(t.service) for t in topologies],
        "exchanges": [
            _exchange(RECEIPTS, "topic"),
            *(_exchange(events_exchange(t.service), "topic") for t in topologies),
            *(_exchange(resend_exchange(t.service), "direct") for t in topologies),
        ],
        "queues": [_queue(name) for t in topologies for name in queues_of(t)],
        "bindings": [_binding(*binding) for t in topologies for binding in bindings_of(t)],
        "policies": [],
        "parameters": [],
    }


def services_of(pairs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Every service of `pairs`, those that only publish included."""
    return sorted({*pairs, *(producer for producers in pairs.values() for producer in producers)})


def queues_of(topology: Topology) -> list[str]:
    """The queues that this service owns."""
    return [
        *(queue(topology.service, p) for p in topology.producers),
        receipts_queue(topology.service),
    ]


def bindings_of(topology: Topology) -> list[tuple[str, str, str]]:
    """The bindings of this service's queues: (exchange, queue, routing key)."""
    bindings = [(RECEIPTS, receipts_queue(topology.service), receipt_key(topology.service, "*"))]
    for producer in topology.producers:
        own = queue(topology.service, producer)
        bindings += [
            (events_exchange(producer), own, "#"),
            (resend_exchange(producer), own, own),
        ]
    return bindings


def _user(service: str, hashed: str) -> dict[str, Any]:
    return {
        "name": service,
        "password_hash": hashed,
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
    }


def _permission(service: str) -> dict[str, str]:
    """Configure and write only what is its own; reading the exchanges is what binding to them takes."""
    own = rf"events\.{service}|resend\.{service}|{service}\.from\.[a-z]+|{service}\.receipts"
    return {
        "user": service,
        "vhost": VHOST,
        "configure": f"^({own})$",
        "write": f"^({own}|{RECEIPTS})$",
        "read": rf"^({service}\.from\.[a-z]+|{service}\.receipts|events\.[a-z]+|resend\.[a-z]+|{RECEIPTS})$",
    }


def _topic_permission(service: str) -> dict[str, str]:
    return {
        "user": service,
        "vhost": VHOST,
        "exchange": RECEIPTS,
        "write": rf"^[a-z]+\.from\.{service}$",
        "read": rf"^{service}\.from\.",
    }


def _exchange(name: str, kind: str) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": VHOST,
        "type": kind,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }


def _queue(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": VHOST,
        "durable": True,
        "auto_delete": False,
        "arguments": QUEUE_ARGUMENTS,
    }


def _binding(exchange: str, bound: str, key: str) -> dict[str, Any]:
    return {
        "source": exchange,
        "vhost": VHOST,
        "destination": bound,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }


def main() -> None:
    """Print definitions.json for the deployment whose passwords the environment holds."""
    environment = Environment()
    hashes = {s: password_hash(environment.secret(f"{s.upper()}_AMQP_PASSWORD")) for s in services_of(PAIRS)}
    click.echo(json.dumps(definitions(hashes), indent=2))


if __name__ == "__main__":
    main()
