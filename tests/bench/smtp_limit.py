"""`python -m tests.bench.smtp_limit PORT COUNT`: letters of 1 KB a second that ready-made bytes reach at a mail server.

One connection, RFC 2920 as far as it allows: each write holds the text of one letter and the envelope of the next, for a text may
only follow the answer to its DATA. Once by bare sockets, once by smtplib, which reads the answers.
"""

import json
import smtplib
import socket
import sys
import time
from collections.abc import Callable

from tests.servers.ports import LOCAL

_HEAD = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: 1 KB\r\n\r\n"
TEXT = _HEAD + b"\r\n".join([b"x" * 70] * 13).ljust(1024 - len(_HEAD), b"x") + b"\r\n.\r\n"
ENVELOPE = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"


def main(port: int, count: int) -> None:
    """Send both ways, and print the rates."""
    print(json.dumps({"sockets": _by_sockets(port, count), "smtplib": _by_smtplib(port, count)}))


def _by_sockets(port: int, count: int) -> float:
    with socket.create_connection((LOCAL, port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        replies = connection.makefile("rb")
        replies.readline()
        connection.sendall(b"EHLO bench\r\n")
        while replies.readline()[3:4] == b"-":
            pass
        return _rate(connection.sendall, lambda: int(replies.readline()[:3]), count)


def _by_smtplib(port: int, count: int) -> float:
    with smtplib.SMTP(LOCAL, port) as connection:
        connection.ehlo()
        return _rate(connection.send, lambda: connection.getreply()[0], count)


def _rate(write: Callable[[bytes], object], reply: Callable[[], int], count: int) -> float:
    began = time.perf_counter()
    write(ENVELOPE)
    for left in range(count - 1, -1, -1):
        codes = [reply() for _ in range(3)]
        assert codes == [250, 250, 354], codes
        write(TEXT + ENVELOPE if left else TEXT)
        assert reply() == 250
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
