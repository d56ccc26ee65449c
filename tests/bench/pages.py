"""pages: what staff and residents look at when everybody has registered, on gunicorn as production runs it."""

import itertools
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from urllib.parse import quote
from uuid import UUID

import requests
from joserfc.jwk import OKPKey

from services.council.config import Config as CouncilConfig
from services.embedded import settings
from services.registration import queries
from services.registration.config import Config as RegistrationConfig
from shared import ids
from shared.config import Environment
from shared.migrations import upgrade
from shared.web.staff_tokens import Staff, sign
from tests.architecture.tree import SERVICES
from tests.bench.crowded import CASES, RESIDENTS, fill_council, fill_registration
from tests.bench.figure import Figure
from tests.bench.ground import Ground
from tests.bench.post import serving
from tests.servers.ports import LOCAL, free_port

LOOKS = 60
#: Milliseconds.
MOST = 200
#: Conferences over which all registrations are spread: two a year for 25 years. To one of them come 60 to 120 people, here 1,180.
CONFERENCES = 50


def measure(ground: Ground) -> list[Figure]:
    """Each page many times, in turn; the slowest page's p95 is the figure. Registration's twice: as it is, and as it would be if
    all came to one conference."""
    with tempfile.TemporaryDirectory() as folder, _council(ground, Path(folder)) as (console, base):
        council = _slowest("pages of cases", console, base, _PAGES_OF_COUNCIL, ground)
    shared = _measure_registration("pages", CONFERENCES, ground)
    return [shared, _measure_registration("pages, one conference", 1, ground), council]


def _measure_registration(name: str, conferences: int, ground: Ground) -> Figure:
    people = ground.count(RESIDENTS) // conferences
    with (
        tempfile.TemporaryDirectory() as folder,
        _registration(ground, Path(folder), conferences, people) as (console, base, conference_id),
    ):
        return _slowest(name, console, base, _pages_of_registration(conference_id, people), ground)


def _pages_of_registration(conference_id: UUID, people: int) -> dict[str, str]:
    here = f"/intern/konferenzen/{conference_id}"
    registrations, last = f"{here}/anmeldungen/", max(2, people // queries.PAGE_SIZE)
    return {
        "front": "/",
        "conference for everybody": f"/konferenzen/{conference_id}",
        "conferences": "/intern/konferenzen/",
        "conference": here,
        "figures for planning": f"{here}/zahlen",
        "list": registrations,
        "list, last page": f"{registrations}?page={last}",
        "list, cancelled": f"{registrations}?state=cancelled",
        "list, in Arabic": f"{registrations}?language=ar",
        "list, a frequent need": f"{registrations}?need={quote('interpretation:ar')}",
        "list, a need that one person has": f"{registrations}?need={quote('assistance:sign_language')}",
        "list, a need that nobody has": f"{registrations}?need={quote('assistance:induction_loop')}",
        "list, a name that nobody has": f"{registrations}?words={quote('Adalbert')}",
        "list by name": f"{registrations}?order=name",
        "list by name, in the middle": f"{registrations}?order=name&page={last // 2}",
        "list by name, a need": f"{registrations}?order=name&need={quote('assistance:wheelchair')}",
        "API list": f"/api/registration/v1/conferences/{conference_id}/registrations",
    }


_PAGES_OF_COUNCIL = {
    "cases": "/intern/vorgaenge/",
    "cases, far down": "/intern/vorgaenge/?nach=" + quote("V-2026-0200"),
    "cases, answered": "/intern/vorgaenge/?status=answered",
    "cases, overdue": "/intern/vorgaenge/?faellig=1",
    "cases, found by words": "/intern/vorgaenge/?q=Kundenzentrum+9999",
    "cases for everybody": "/rat/",
}


def _slowest(name: str, session: requests.Session, base: str, pages: Mapping[str, str], ground: Ground) -> Figure:
    looks = 5 if ground.brief else LOOKS
    seconds: dict[str, list[float]] = {page: [] for page in pages}
    # The first look makes what the process keeps: templates, connections, plans.
    for page, path in itertools.chain(*([*pages.items()] for _ in range(looks + 1))):
        began = perf_counter()
        answer = session.get(base + path, timeout=120)
        seconds[page].append(perf_counter() - began)
        assert answer.status_code == 200, (page, answer.status_code, answer.url)
    p95 = {page: quantiles(times[1:], n=20)[-1] * 1_000 for page, times in seconds.items()}
    return Figure(
        name=name,
        ours=max(p95.values()),
        unit="ms",
        aim=f"p95 ≤ {MOST} ms",
        met=max(p95.values()) <= MOST,
        spent=", ".join(f"{page} {took:.0f}" for page, took in sorted(p95.items(), key=lambda it: -it[1])),
    )


@contextmanager
def _registration(
    ground: Ground, folder: Path, conferences: int, people: int
) -> Iterator[tuple[requests.Session, str, UUID]]:
    variables = _variables(ground, folder, "registration")
    config = RegistrationConfig.from_environment(Environment(variables))
    database = config.open_database("registration")
    upgrade(database, "registration")
    conference_id = [fill_registration(database, config, people) for _ in range(conferences)][-1]
    database.close()
    with _serving("registration", variables, folder) as base:
        yield _staff(folder, variables), base, conference_id


@contextmanager
def _council(ground: Ground, folder: Path) -> Iterator[tuple[requests.Session, str]]:
    variables = _variables(ground, folder, "council")
    database = CouncilConfig.from_environment(Environment(variables)).open_database("council")
    upgrade(database, "council")
    fill_council(database, ground.count(CASES))
    database.close()
    with _serving("council", variables, folder) as base:
        yield _staff(folder, variables), base


def _variables(ground: Ground, folder: Path, service: str) -> dict[str, str]:
    own = settings(folder, SERVICES, Environment({"LIMITS": "off"}))[service]
    return {**own, "DATABASE_URL": ground.postgres.database(service), "AMQP_URL": "memory://", "DEMO": "off"}


@contextmanager
def _serving(service: str, variables: dict[str, str], folder: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", f"services.{service}", "web", "--bind", f"{LOCAL}:{port}"]
    with serving(command, port, variables, folder / f"{service}.log"):
        yield f"http://{LOCAL}:{port}"


def _staff(folder: Path, variables: Mapping[str, str]) -> requests.Session:
    keys = json.loads((folder / "keys.json").read_text(encoding="utf-8"))["services"]["council"]
    clerk = Staff(id=ids.internal(), name="Mina Kaya", roles=frozenset({"clerk"}), session_id=ids.internal())
    token, _ = sign(clerk, OKPKey.import_key(json.loads(keys["STAFF_SIGNING_KEY"])), variables["BASE_URL"])
    session = requests.Session()
    session.trust_env = False
    session.cookies.set("staff_token", token, path="/intern")
    session.headers["Authorization"] = f"Bearer {token}"
    return session
