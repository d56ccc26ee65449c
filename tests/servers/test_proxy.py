"""The proxy does to connections what networks do to them."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from tests.servers.ports import LOCAL
from tests.servers.proxy import Proxy, proxy
from tests.waiting import until


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        try:
            while piece := self.request.recv(1000):
                self.request.sendall(piece)
        except OSError:
            pass
        finally:
            self.server.ended.set()  # type: ignore[attr-defined]


@pytest.fixture
def server() -> Iterator[socketserver.ThreadingTCPServer]:
    with socketserver.ThreadingTCPServer((LOCAL, 0), _Echo) as echo:
        echo.daemon_threads = True
        echo.ended = threading.Event()  # type: ignore[attr-defined]
        threading.Thread(target=echo.serve_forever, daemon=True).start()
        yield echo
        echo.shutdown()


@pytest.fixture
def way(server: socketserver.ThreadingTCPServer) -> Iterator[Proxy]:
    with proxy(server.server_address[1]) as running:
        yield running


def caller(way: Proxy) -> socket.socket:
    connection = socket.create_connection((LOCAL, way.port), timeout=10)
    connection.sendall(b"hello")
    assert connection.recv(10) == b"hello"
    return connection


def test_it_passes_bytes_on_late_if_asked(way: Proxy) -> None:
    with caller(way) as connection:
        way.delay(0.2)
        began = time.monotonic()
        connection.sendall(b"again")
        assert connection.recv(10) == b"again"
        assert time.monotonic() - began >= 0.4


def test_a_reset_breaks_both_ends(way: Proxy, server: socketserver.ThreadingTCPServer) -> None:
    with caller(way) as connection:
        way.reset()
        with pytest.raises(ConnectionResetError):
            connection.recv(10)
    assert server.ended.wait(10)  # type: ignore[attr-defined]
    caller(way).close()


def test_of_a_half_open_connection_only_the_server_knows(way: Proxy, server: socketserver.ThreadingTCPServer) -> None:
    with caller(way) as connection:
        way.forget()
        assert server.ended.wait(10)  # type: ignore[attr-defined]
        connection.sendall(b"is anybody there?")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(10)
        caller(way).close()
        way.break_forgotten()
        connection.settimeout(10)
        with pytest.raises(ConnectionResetError):
            connection.recv(10)


def test_where_no_server_is_the_caller_is_turned_away(way: Proxy, server: socketserver.ThreadingTCPServer) -> None:
    server.shutdown()
    server.server_close()

    def turned_away() -> bool:
        try:
            with socket.create_connection((LOCAL, way.port), timeout=10) as connection:
                return connection.recv(10) == b""
        except ConnectionResetError:
            return True

    until(turned_away, "the end of the connection")
