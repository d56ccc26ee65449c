"""A mail server whose behaviour the recipient's name decides, for letters that come pipelined: plain sockets, one thread each."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from typing import Any

from tests.servers.ports import LOCAL

#: What happens to a letter to an address that begins so; every other one is taken.
REFUSED, BUSY, DROPPED, LOST, GOING_DOWN = "refused", "busy", "dropped", "lost", "going-down"


class ScriptedMail:
    """`refused` gets 550 to RCPT; `busy` 451 to its text; `dropped` is taken and the connection closed without an answer; `lost`
    the same without taking it; `going-down` gets 421 to RCPT, once.

    `most` letters are taken on one connection, then comes 421.
    """

    def __init__(self, *, offers_pipelining: bool = True, says_go_on: bool = False, most: int = 1000) -> None:
        self.taken: list[str] = []
        self.message_ids: list[str] = []
        self.connections = 0
        #: The most commands that came in one piece.
        self.most_at_once = 0
        self._offers = b"250-PIPELINING\r\n" if offers_pipelining else b""
        self._says_go_on = says_go_on
        self._most = most
        self._went_down = False
        self._listener = socket.create_server((LOCAL, 0))
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        """The value of MAIL_URL."""
        return f"smtp://{LOCAL}:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        """Answer until the listener is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._talk, args=(connection,))
                thread.start()
                self._threads.append(thread)

    def stop(self) -> None:
        """Close the door and wait for whoever is still inside."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            connection.sendall(b"220 scripted\r\n")
            _Talk(self, connection).run()

    def refuses(self, to: str) -> bytes | None:
        """What RCPT gets instead of 250."""
        if to.startswith(REFUSED):
            return b"550 5.1.1 nobody\r\n"
        if to.startswith(GOING_DOWN) and not self._went_down:
            self._went_down = True
            return b"421 4.3.2 going down\r\n"
        return None

    def judge(self, to: str, text: bytes, count: int) -> bytes:
        """What a text gets as its answer; nothing at all means that the connection closes."""
        if to.startswith(BUSY):
            return b"451 4.3.0 busy\r\n"
        if count > self._most:
            return b"421 4.7.0 enough\r\n"
        if not to.startswith(LOST):
            self.taken.append(to)
            self.message_ids.append(str(message_from_bytes(text)["Message-ID"]))
        return b"" if to.startswith((DROPPED, LOST)) else b"250 2.0.0 taken\r\n"


class _Talk:
    """One connection."""

    def __init__(self, server: ScriptedMail, connection: socket.socket) -> None:
        self._server = server
        self._connection = connection
        self._buffer = b""
        self._to: str | None = None
        self._count = 0

    def run(self) -> None:
        """Answer line by line until somebody closes."""
        while line := self._line():
            verb = line[:4].upper()
            answer = self._answer(verb, line)
            self._connection.sendall(answer)
            if answer.startswith((b"221", b"421")) or (verb == b"DATA" and answer[:3] == b"354" and not self._text()):
                return

    def _answer(self, verb: bytes, line: bytes) -> bytes:
        if verb == b"EHLO":
            return b"250-scripted\r\n" + self._server._offers + b"250 SIZE\r\n"
        if verb == b"RCPT":
            to = line[line.index(b"<") + 1 : line.index(b">")].decode()
            refusal = self._server.refuses(to)
            self._to = None if refusal else to
            return refusal or b"250 2.1.5 fine\r\n"
        if verb == b"DATA":
            return b"354 go on\r\n" if self._to or self._server._says_go_on else b"554 5.5.1 no recipients\r\n"
        return b"221 2.0.0 bye\r\n" if verb == b"QUIT" else b"250 2.0.0 fine\r\n"

    def _text(self) -> bool:
        """Read a text and answer; whether the connection goes on."""
        while b"\r\n.\r\n" not in self._buffer:
            if not self._more():
                return False
        text, self._buffer = self._buffer.split(b"\r\n.\r\n", 1)
        if self._to is None:
            raise AssertionError("a text came that nobody may have")
        self._count += 1
        answer, self._to = self._server.judge(self._to, text, self._count), None
        self._connection.sendall(answer)
        return answer.startswith((b"250", b"451"))

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            if not self._more():
                return b""
        line, self._buffer = self._buffer.split(b"\r\n", 1)
        return line

    def _more(self) -> bool:
        piece = self._connection.recv(65536)
        self._server.most_at_once = max(self._server.most_at_once, piece.count(b"MAIL FROM") + piece.count(b"\r\nDATA"))
        self._buffer += piece
        return bool(piece)


@contextmanager
def scripted_mail(**how: Any) -> Iterator[ScriptedMail]:
    """A server of our own in this process, gone afterwards."""
    server = ScriptedMail(**how)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(10)
