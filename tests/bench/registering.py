"""`python -m tests.bench.registering PORT CONFERENCE_ID FIRST COUNT CONNECTIONS`: residents who register by HTTP.

One thread and few cycles: it shares the machine with what it measures. A connection is kept alive and sends the next request
when the answer to the last has come; what got no answer, or 503, is sent again under the same Idempotency-Key.
"""

import json
import os
import selectors
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.servers.ports import LOCAL

ACCEPTED = 202
_AGAIN = {0, 409, 502, 503}
_PAUSE = 0.05


def address(number: int) -> str:
    """Where resident `number` gets mail."""
    return f"resident-{number}@example.org"


@dataclass
class Resident:
    """One request under way, and when it was first sent."""

    raw: bytes
    began: float = 0.0


@dataclass
class Crowd:
    """Everybody who registers. `answers` counts statuses, `seconds` holds how long each waited for theirs."""

    port: int
    conference_id: str
    first: int
    count: int
    answers: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._waiting: deque[Resident] = deque()
        self._new = self._residents()

    def go(self, connections: int) -> None:
        """Let all of them register over so many connections."""
        with selectors.DefaultSelector() as selector:
            for _ in range(connections):
                self._connect(selector)
            while selector.get_map():
                for key, _ in selector.select():
                    self._read(selector, key.fileobj, key.data)  # type: ignore[arg-type]

    def _residents(self) -> Iterator[Resident]:
        for number in range(self.first, self.first + self.count):
            wish = {
                "name": f"Ayşe {number}",
                "email": address(number),
                "language": "de",
                "household": {"adults": number % 3},
            }
            body = json.dumps(wish).encode()
            head = (
                f"POST /api/registration/v1/conferences/{self.conference_id}/registrations HTTP/1.1\r\n"
                f"Host: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: resident-{number}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            yield Resident(head.encode() + body)

    def _next(self) -> Resident | None:
        resident = self._waiting.popleft() if self._waiting else next(self._new, None)
        if resident and not resident.began:
            resident.began = time.perf_counter()
        return resident

    def _connect(self, selector: selectors.BaseSelector) -> None:
        resident = self._next()
        while resident:
            try:
                connection = socket.create_connection((LOCAL, self.port), timeout=30)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(resident.raw)
                selector.register(connection, selectors.EVENT_READ, [resident, b""])
                return
            except OSError:
                time.sleep(_PAUSE)

    def _read(self, selector: selectors.BaseSelector, connection: socket.socket, talk: list[object]) -> None:
        resident, before = talk
        assert isinstance(resident, Resident) and isinstance(before, bytes)
        try:
            piece = connection.recv(65536)
        except OSError:
            piece = b""
        talk[1] = answer = before + piece
        status = _status(answer)
        if piece and status is None:
            return
        self._settle(resident, status or 0)
        following = self._next() if piece else None
        if piece and following and b"Connection: close" not in answer:
            talk[:] = [following, b""]
            connection.sendall(following.raw)
            return
        selector.unregister(connection)
        connection.close()
        if following:
            self._waiting.appendleft(following)
        self._connect(selector)

    def _settle(self, resident: Resident, status: int) -> None:
        self.answers[status] += 1
        if status in _AGAIN:
            self._waiting.append(resident)
        else:
            self.seconds.append(time.perf_counter() - resident.began)


def _status(answer: bytes) -> int | None:
    """The status of an answer that is whole; None while more is to come."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return None
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return int(head[9:12]) if len(body) >= int(length.partition(b":")[2]) else None


def main(port: int, conference_id: str, first: int, count: int, connections: int) -> None:
    """Register them all, and print what came of it."""
    crowd = Crowd(port, conference_id, first, count)
    began = time.perf_counter()
    crowd.go(connections)
    took = time.perf_counter() - began
    used = os.times()
    waited = sorted(crowd.seconds)
    print(
        json.dumps(
            {
                "accepted": crowd.answers[ACCEPTED],
                "answers": {str(status): times for status, times in crowd.answers.items()},
                "rate": crowd.answers[ACCEPTED] / took,
                "p50_ms": waited[len(waited) // 2] * 1000,
                "p95_ms": waited[len(waited) * 95 // 100] * 1000,
                "cpu_seconds": used.user + used.system,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
