"""Requests are counted by the template of their route; several processes count together; nobody outside sees it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask, Response
from werkzeug.test import Client

from shared.web.access import public_page
from shared.web.observing import observe
from tests.architecture.tree import ROOT
from tests.observing.scrape import Key, scraped
from tests.servers.ports import LOCAL, free_port
from tests.waiting import until


def counted(app: Flask, **labels: str) -> float:
    """How many requests with these labels the app tells of."""
    wanted = {("service", app.name), *labels.items()}
    page = scraped(app.test_client().get("/metrics").data)
    return sum(value for (name, has), value in page.items() if name == "http_requests_total" and wanted <= has)


def test_a_request_is_counted_by_its_route_and_never_by_what_stands_in_its_place(app: Flask) -> None:
    app.add_url_rule("/meine/<token>", view_func=public_page(_repeat), endpoint="mine")
    before = counted(app, method="GET", route="/meine/<token>", status="200")
    for token in ("kX7-9aQwErTzUiOp", "amina@example.org"):
        app.test_client().get(f"/meine/{token}?q=leyla")

    assert counted(app, method="GET", route="/meine/<token>", status="200") == before + 2
    page = app.test_client().get("/metrics").data
    for private in (b"kX7", b"amina", b"leyla"):
        assert private not in page
    seconds = ("http_request_seconds_count", frozenset({("service", app.name), ("route", "/meine/<token>")}))
    assert scraped(page)[seconds] == before + 2


@pytest.mark.parametrize("path", ["/wp-login.php", "/../../etc/passwd", "/" + "x" * 500])
def test_unknown_addresses_share_one_label(app: Flask, path: str) -> None:
    before = counted(app, route="unknown", status="404")
    app.test_client().get(path)
    assert counted(app, route="unknown", status="404") == before + 1


def test_an_invented_method_makes_no_label(app: Flask) -> None:
    before = counted(app, method="other")
    Client(app).open("/healthz", method="LEYLA")
    assert counted(app, method="other") == before + 1
    assert counted(app, method="LEYLA") == 0


def test_an_error_is_counted_as_one(app: Flask) -> None:
    def broken() -> Response:
        raise ValueError("a bug")

    app.add_url_rule("/kaputt", view_func=public_page(broken))
    before = counted(app, route="/kaputt", status="500")
    assert app.test_client().get("/kaputt").status_code == 500
    assert counted(app, route="/kaputt", status="500") == before + 1


def test_what_came_through_a_gateway_sees_no_figures(app: Flask) -> None:
    assert app.test_client().get("/metrics").status_code == 200
    outside = app.test_client().get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    assert outside.status_code == 404
    assert b"http_requests_total" not in outside.data


def _repeat(token: str) -> Response:
    return Response(token)


def whoami() -> Flask:
    """An app that tells which process answers."""
    app = Flask("whoami")
    app.add_url_rule("/<name>", view_func=lambda name: str(os.getpid()), endpoint="whoami")
    observe(app)
    return app


@pytest.fixture
def two_processes() -> Iterator[str]:
    """The address of gunicorn with the containers' settings and two processes."""
    address = f"{LOCAL}:{free_port()}"
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.py", "--bind", address, "--workers", "2"]
    process = subprocess.Popen([*command, f"{__name__}:whoami()"], cwd=ROOT, stdout=subprocess.DEVNULL)
    until(lambda: _answers(address), "gunicorn")
    yield address
    process.terminate()
    assert process.wait(timeout=40) == 0


def test_processes_count_together_and_their_successors_go_on(two_processes: str, tmp_path: Path) -> None:
    processes, asked = set(), 0

    def ask() -> int:
        return int(requests.get(f"http://{two_processes}/amina", timeout=10).text)

    while len(processes) < 2:
        processes.add(ask())
        asked += 1
    assert _asked(two_processes) == asked

    for victim in list(processes):
        os.kill(victim, signal.SIGKILL)
    successors: set[int] = set()
    while len(successors - processes) < 2:
        try:
            successors.add(ask())
            asked += 1
        except requests.ConnectionError:
            continue
    assert _asked(two_processes) == asked


def _asked(address: str) -> float:
    page: dict[Key, float] = scraped(requests.get(f"http://{address}/metrics", timeout=10).content)
    labels = {("service", "whoami"), ("method", "GET"), ("route", "/<name>"), ("status", "200")}
    return page["http_requests_total", frozenset(labels)]


def _answers(address: str) -> bool:
    try:
        return requests.get(f"http://{address}/", timeout=2).status_code == 404
    except requests.RequestException:
        return False
