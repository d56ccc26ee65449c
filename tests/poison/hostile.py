"""A message as a hostile publisher sends it: a true one first, for mutations to spoil."""

import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pika

from shared import clock
from shared.events.catalogue import PUBLISHED
from shared.messaging import topology
from shared.messaging.encoding import EVENT
from tests.poison.honest import sample


class Raw(str):
    """Text whose bytes are no UTF-8, for a client that would write nothing else."""

    def encode(self, *_: object) -> bytes:  # type: ignore[override]
        """Its bytes."""
        return b"\xff\xfe" + str.encode(self)


class FarFuture(datetime):
    """A moment that no calendar holds, for a client that would write none."""

    def utctimetuple(self) -> Any:
        """Two hundred million years ahead."""
        return (9999, 12, 10**11, 0, 0, 0)


@dataclass
class Hostile:
    """What is sent. `headers` and `body` begin as those of a true event of the producer's."""

    producer: str
    kind: str
    headers: dict[str, Any]
    body: bytes
    message_id: Any
    routing_key: Any
    exchange: str
    content_type: str | None = EVENT
    user_id: str | None = ""
    more: dict[str, Any] = field(default_factory=dict)

    def properties(self) -> pika.BasicProperties:
        """As pika takes them."""
        return pika.BasicProperties(
            content_type=self.content_type,
            headers=self.headers,
            message_id=self.message_id,
            user_id=self.producer if self.user_id == "" else self.user_id,
            delivery_mode=2,
            **self.more,
        )

    def rewrite(self, **changes: Any) -> None:
        """Change what the body says of the event."""
        self.body = json.dumps({**json.loads(self.body), **changes}).encode()


Mutation = Callable[[Hostile, random.Random], None]


class Forge:
    """Makes messages of one producer under numbers of its present stream."""

    def __init__(self, producer: str, stream: Any, dice: random.Random) -> None:
        self.producer = producer
        self.dice = dice
        self.present = stream
        self.consumers = topology.of(producer).consumers
        self._next = stream.next_seq

    def noise(self, mutation: Mutation) -> Hostile:
        """A message that takes no number away from the honest stream; some go to one consumer alone."""
        hostile = self._spoiled(mutation, self.present.next_seq + 10**6 + self.dice.randrange(10**6))
        if self.dice.random() < 0.1:
            hostile.exchange = topology.resend_exchange(self.producer)
            hostile.routing_key = topology.queue(self.dice.choice(self.consumers), self.producer)
        return hostile

    def poison(self, mutation: Mutation) -> Hostile:
        """A message under the number that the producer's own relay would give next."""
        self._next += 1
        return self._spoiled(mutation, self._next - 1)

    def _spoiled(self, mutation: Mutation, seq: int) -> Hostile:
        hostile = self.true_one(self.dice.choice(sorted(PUBLISHED[self.producer])), seq)
        hostile.kind = mutation.__name__.replace("_", " ")
        mutation(hostile, self.dice)
        return hostile

    def true_one(self, name: str, seq: int) -> Hostile:
        """A message that nothing is wrong with, about a thing nobody has heard of."""
        identity, event_id = self._id(), self._id()
        aggregate = f"{PUBLISHED[self.producer][name].aggregate}:{identity}"
        now = clock.now().isoformat()
        body = {
            "specversion": "1.0",
            "id": str(event_id),
            "source": f"/mitsprache/{self.producer}",
            "type": name,
            "subject": aggregate,
            "time": now,
            "data": sample(name, identity)[0],
        }
        headers = {
            "stream": self.present.stream_id,
            "life": self.present.life,
            "seq": seq,
            "present_id": self.present.stream_id,
            "present_life": self.present.life,
            "first_seq": self.present.first_seq,
            "name": name,
            "aggregate": aggregate,
            "aggregate_seq": 1,
            "occurred_at": now,
            "root_at": now,
        }
        return Hostile(
            producer=self.producer,
            kind="",
            headers=headers,
            body=json.dumps(body).encode(),
            message_id=str(event_id),
            exchange=topology.events_exchange(self.producer),
            routing_key=name,
        )

    def _id(self) -> uuid.UUID:
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)
