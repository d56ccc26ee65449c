"""What is found out about a running deployment, one method a question."""

import json
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from deploy.secrets import SERVICES
from tests.deploy.deployment import Deployment
from tests.deploy.gateway import Gateway
from tests.e2e.api import Api
from tests.e2e.journey import Walked, walk
from tests.waiting import until

#: One of the three containers of each service is enough: they share its image.
BUILT = ("gateway", "mailbox", *(f"{service}-migrate" for service in SERVICES))
PAGES = {"registration": "/", "submissions": "/ideen/", "council": "/rat/", "notifications": "/mitteilungen/"}
#: Seconds that somebody stays dead while the journey goes on.
AWAY = 5

#: What `events status` counts that is still under way.
WAITING = ("unnumbered", "unpublished", "ready", "parked", "waiting for cause", "blocked aggregates")

IDEA = {"kind": "idea", "title": "", "text": "Bitte auch am Samstag öffnen.", "language": "de", "quarter": "harburg"}
WALLS = [
    ("registration-web", "rabbitmq", 5672),
    ("registration-worker", "valkey", 6379),
    ("submissions-worker", "gateway", 8443),
    ("council-web", "council-worker", 9000),
    ("mailbox", "postgres", 5432),
]

FIRST_STAFF = """
import json, sys
from services.council.config import Config
from services.council.use_cases.demo_staff import add_demo_staff
from shared.config import Environment
config = Config.from_environment(Environment())
database = config.open_database("council")
with database.write() as session:
    add_demo_staff(session, config, json.loads(sys.argv[1]))
"""

BADGES = """
from pathlib import Path
import services.registration
from shared.web import i18n, papers
i18n.speak("ar", i18n.catalogues_of("registration"))
badge = {"name": "ليلى Öztürk", "language": "ar", "spoken": "العربية"}
told = {"title": "Namensschilder", "conference": "Konferenz", "badges": [badge], "blank": 10}
template = Path(services.registration.__file__).parent / "templates" / "papers" / "badges.typ"
print(papers.render(template, told)[:5].decode())
"""


class Trial:
    """One deployment and what was found out about it: rows of (what, how it went, seconds)."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.gateway = Gateway(deployment)
        self.rows: list[tuple[str, str, float]] = []
        self.walked: Walked | None = None
        self._return = threading.Timer(AWAY, lambda: None)

    def check(self, what: str, act: Callable[[], str | None]) -> None:
        """Do it and note how it went; what goes wrong is noted and raised."""
        began = time.monotonic()
        outcome = "FAILED"
        try:
            outcome = act() or "ok"
        finally:
            self.rows.append((what, outcome, time.monotonic() - began))
            print(f"  {what}: {outcome}", flush=True)

    def start(self) -> None:
        """Images, secrets, all containers."""
        where = self.deployment
        self.check("images build without network", lambda: where.compose("build", "--quiet", *BUILT))
        self.check("everything starts and is healthy", self._up)

    def look_at_containers(self) -> str:
        """Nobody is root, nobody can write outside memory and volumes."""
        for name, container in self.deployment.containers().items():
            host = container["HostConfig"]
            assert container["Config"]["User"] not in {"", "0", "root"}, name
            assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"], name
            assert host["Memory"] and host["PidsLimit"], name
            assert name == "gateway" or not any(container["NetworkSettings"]["Ports"].values()), name
        for name in ("registration-web", "council-worker", "postgres", "rabbitmq", "valkey", "gateway"):
            refused = self._fails_in(name, "sh", "-c", "touch /etc/mark")
            assert "Read-only file system" in refused or "Permission denied" in refused, refused
        return f"{len(self.deployment.containers())} containers"

    def look_at_walls(self) -> str:
        """Who must not reach somebody can't."""
        ask = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)"
        for source, target, port in WALLS:
            complaint = self._fails_in(source, "python", "-c", ask, target, str(port))
            assert "error" in complaint.lower(), f"{source} reaches {target}"
        for other in SERVICES[1:]:
            query = "import os,psycopg; url=open('/run/secrets/database_url').read().strip().replace('+psycopg','')"
            connect = f"{query}; psycopg.connect(url.rpartition('/')[0] + '/{other}')"
            assert "permission denied" in self._fails_in("registration-web", "python", "-c", connect)
        return f"{len(WALLS) + 3} ways closed"

    def print_badges(self) -> None:
        """A paper comes out where nothing can be written and no font is installed."""
        assert self.deployment.run_in("registration-web", "python", "-c", BADGES).startswith("%PDF-")

    def look_at_the_gateway(self) -> str:
        """TLS, redirects, routes, limits, and what stays inside."""
        get = self.gateway.get
        for page in PAGES.values():
            assert get(page).status_code == 200, page
        for hidden in ("/metrics", "//metrics", "/x/../metrics", "/%6detrics", "/readyz"):
            assert get(hidden).status_code == 404, hidden
        plain = self.gateway.get_plain("/ideen/")
        assert (plain.status_code, plain.headers["Location"]) == (308, "https://localhost/ideen/")
        answer = get("/")
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        assert "Server" not in answer.headers
        assert self.gateway.announce(11_000_000) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        assert self.gateway.dawdle() == b""
        return f"{len(PAGES)} services"

    def walk(self) -> str:
        """The journey, while a worker and the broker die and the broker's volume is lost."""
        base = Api(self.deployment.base_url, verify=str(self.deployment.certificate))
        password = secrets.token_urlsafe(16)
        account = {"username": f"admin-{secrets.token_hex(4)}", "password": password}
        self.deployment.run_in("council-web", "python", "-c", FIRST_STAFF, json.dumps({"admin": account}))
        self.walked = walk(base, base.signed_in(**account), self._mailbox, self._hurt)
        return f"case {self.walked.case['number']} closed"

    def settle(self) -> str:
        """Every service has every event, handled each, and what the databases must keep true is true."""
        self.deployment.wait_until_well()
        until(lambda: all(map(self._has_settled, SERVICES)), "every service to have and handle everything", 180, 1)
        for service in SERVICES:
            self._events(service, "verify")
        sent = self._events("notifications", "tail", "-n", "500").count(" processed")
        return f"{sent} events handled by notifications alone"

    def bring_back_a_backup(self) -> str:
        """A service whose database is set back to a backup catches up, and what it had told since stays told."""
        backup = self.deployment.folder / "backup"
        self.deployment.script("backup.sh", str(backup))
        base = Api(self.deployment.base_url, verify=str(self.deployment.certificate))
        lost = base.post("submissions", "ideas", {**IDEA, "title": "Nach der Sicherung eingereicht"})
        self.settle()
        self.deployment.script("restore.sh", "submissions", str(backup))
        self.deployment.wait_until_well()
        assert base.post_unless(404, "submissions", f"ideas/{lost['id']}/withdraw", {"token": "lost"}) is None
        base.post("submissions", "ideas", {**IDEA, "title": "Nach der Wiederherstellung eingereicht"})
        return self.settle()

    def pretend_to_be_many(self) -> str:
        """Whoever names another client address with every request is counted as one client all the same."""
        track = "/api/submissions/v1/track/0000000000"
        for number in range(400):
            if self.gateway.get_as(f"198.51.{number // 250}.{number % 250}", track) == HTTPStatus.TOO_MANY_REQUESTS:
                return f"refused after {number} requests"
        raise AssertionError("400 requests were answered")

    def lose_a_service(self) -> None:
        """A service that is away answers with a page that says so; the others go on."""
        get = self.gateway.get
        self.deployment.kill("submissions-web")
        away = get("/ideen/")
        assert (away.status_code, away.headers["Retry-After"]) == (503, "30")
        assert "gerade nicht erreichbar" in away.text
        assert get("/rat/").status_code == 200
        self.deployment.start("submissions-web")
        until(lambda: get("/ideen/").status_code == 200, "submissions", 60)

    def read_the_logs(self) -> str:
        """No secret, no address and no number of a person was written down."""
        assert self.walked
        logs = self.deployment.logs()
        found = [word for word in self.deployment.secret_values() if word in logs]
        assert not found, f"{len(found)} secrets stand in the logs"
        for private in (self.walked.email, self.walked.phone, self.walked.tracking_code, "Leyla"):
            assert private not in logs, f"{private} stands in the logs"
        return f"{len(logs.splitlines())} lines"

    def _up(self) -> None:
        command = [sys.executable, "-m", "deploy.secrets", "--demo", "--folder", str(self.deployment.secrets)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.deployment.compose("up", "-d", "--no-build")
        self.deployment.wait_until_well()
        self.deployment.trust_the_gateway()

    def _hurt(self, step: str) -> None:
        where = self.deployment
        if step == "registered":
            self._kill_for_a_while("notifications-worker")
        elif step == "adopted":
            self._kill_for_a_while("rabbitmq")
        elif step == "decide":
            self._return.join()
            self.check("the broker's volume is wiped", lambda: where.wipe("rabbitmq", "rabbitmq"))
        elif step == "acknowledge":
            self._kill_for_a_while("council-worker")

    def _kill_for_a_while(self, service: str) -> None:
        self.check(f"{service} is killed", lambda: self.deployment.kill(service))
        self._return = threading.Timer(AWAY, self.deployment.start, (service,))
        self._return.start()

    def _mailbox(self, to: str) -> list[dict[str, Any]]:
        answer = self.gateway.get("/api/notifications/v1/mailbox", to=to)
        answer.raise_for_status()
        messages: list[dict[str, Any]] = answer.json()["data"]
        return messages

    def _has_settled(self, service: str) -> bool:
        status = self._events(service, "status")
        lacking = re.findall(r"lacks (\d+)", status)
        waiting = re.findall(rf"^(?:{'|'.join(WAITING)}) +(\d+)$", status, re.MULTILINE)
        return len(waiting) == len(WAITING) and not any(map(int, [*lacking, *waiting])) and ", misses " not in status

    def _events(self, service: str, *command: str) -> str:
        return self.deployment.run_in(f"{service}-worker", "python", "-m", f"services.{service}", "events", *command)

    def _fails_in(self, service: str, *command: str) -> str:
        try:
            self.deployment.run_in(service, *command)
        except subprocess.CalledProcessError as error:
            return str(error.output)
        raise AssertionError(f"{service} may run {' '.join(command)}")
