"""gunicorn with the settings of the containers: what it refuses, and what it writes down."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest

from tests.waiting import until

ROOT = Path(__file__).parents[2]


class Server:
    """One running gunicorn; `log` is what it wrote."""

    def __init__(self, port: int, output: IO[bytes]) -> None:
        self._port = port
        self._output = output

    def send(self, raw: bytes) -> bytes:
        """Everything that comes back for `raw` on one connection."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=10) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            return self.send(b"GET /up HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")
        except ConnectionError:
            return False

    def log(self) -> list[dict[str, object]]:
        """The access lines so far."""
        self._output.seek(0)
        return [json.loads(line) for line in self._output.read().decode().splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    with TemporaryFile() as output:
        process = subprocess.Popen([*command, "--workers", "1", f"{__name__}:echo"], cwd=ROOT, stdout=output)
        running = Server(port, output)
        until(running.is_up, "gunicorn")
        yield running
        process.terminate()
        assert process.wait(timeout=40) == 0


def echo(environ, start_response):
    """A WSGI application that tells what reached it."""
    environ["wsgi.input"].read()
    seen = {name: environ[name] for name in ("wsgi.url_scheme", "REMOTE_ADDR") if name in environ}
    seen |= {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(seen).encode()]


def _get(server: Server, path: str, *headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: h", "Connection: close", *headers]
    return server.send("\r\n".join([*lines, "", ""]).encode())


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
HOSTILE = {
    "length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 60\r\n\r\nhello",
    "a list of lengths": b"Content-Length: 5, 5\r\n\r\nhello",
    "a signed length": b"Content-Length: +5\r\n\r\nhello",
    "unknown coding": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "coding with a tab": b"Transfer-Encoding:\tchunked\x0b\r\n\r\n0\r\n\r\n",
    "a folded header": b"X-One: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "a space before the colon": b"Content-Length : 5\r\n\r\nhello",
    "a bare line feed": b"X-One: a\nContent-Length: 60\r\n\r\n",
}


@pytest.mark.parametrize("ending", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_ambiguous_request_gets_one_refusal_and_nothing_behind_it_is_seen(server: Server, ending: bytes):
    answer = server.send(b"POST / HTTP/1.1\r\nHost: h\r\n" + ending + SMUGGLED)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))
    assert "/smuggled" not in {line["route"] for line in server.log()}


def test_a_header_with_an_underscore_can_not_pose_as_another(server: Server):
    answer = _get(server, "/", "X_Forwarded_For: 10.0.0.1", "X-Forwarded-For: 192.0.2.7")
    assert b'"HTTP_X_FORWARDED_FOR": "192.0.2.7"' in answer
    assert b"10.0.0.1" not in answer


def test_the_server_believes_nobody_about_the_scheme(server: Server):
    assert b'"wsgi.url_scheme": "http"' in _get(server, "/", "X-Forwarded-Proto: https")


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/anmeldung/bestaetigen/kX7-9aQwErTzUiOp", "/anmeldung/bestaetigen/*"),
        ("/verfolgen/K7QH-2MZR-W?lang=ar", "/verfolgen/*"),
        ("/api/registration/v1/conferences/0198a1b2-0000-7000-8000-000000000000", "/api/registration/v1/conferences/*"),
        ("/mitteilungen/abmelden/abcdefghijklmnopqrstuvwxyzabcdef", "/mitteilungen/abmelden/*"),
        ("/ideen/", "/ideen/"),
    ],
)
def test_the_access_log_knows_routes_but_no_codes_tokens_queries_or_addresses(server: Server, path: str, route: str):
    assert b" 200 OK" in _get(server, path)
    line = until(lambda: next((line for line in server.log() if line["route"] == route), None), "the access line")
    assert line == {
        "event": "request",
        "method": "GET",
        "route": route,
        "status": 200,
        "milliseconds": line["milliseconds"],
        "trace_id": "",
    }


def test_the_head_of_a_request_is_limited(server: Server):
    assert _get(server, "/" + "a" * 5000).startswith(b"HTTP/1.1 414")
    assert _get(server, "/", "X-Long: " + "a" * 9000).startswith(b"HTTP/1.1 431")
