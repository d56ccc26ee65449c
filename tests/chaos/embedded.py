"""The one-process run, ended with kill -9 again and again while it is used, and judged like the deployment."""

import json
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

from services.embedded import settings
from shared.columns import decrypt
from shared.config import Environment
from tests.architecture.tree import SERVICES
from tests.chaos.again import duplicates_at, send_everything_again
from tests.chaos.clients import everybody
from tests.chaos.ending import Ending, Outcome
from tests.chaos.history import Caller, History
from tests.chaos.reading import Databases
from tests.chaos.truth import Handed
from tests.e2e.journey import open_conference
from tests.embedded import Embedded
from tests.waiting import until

#: So many answers at most come between two kills: some lives end while they still catch up, others after a second or two.
_MOST_PROGRESS = 60


def run_embedded(seed: int, kills: int, folder: Path) -> Outcome:
    """Kill it so often, each time after as many answers as `seed` says."""
    dice = random.Random(f"embedded {seed}")
    system = Embedded(folder / "data").start()
    try:
        history = History()
        databases = Databases({service: f"sqlite:///{system.folder}/{service}.sqlite" for service in SERVICES})
        origins = dict.fromkeys(SERVICES, system.base_url)
        account = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["admin"]
        conference = open_conference(system.staff())
        until(lambda: not databases.unrest(), "the conference to be known everywhere")
        clients = everybody(history, origins, account, Mailbox(Caller(history, origins)), conference)
        for client in clients:
            client.start()
        killed = 0
        while killed < kills and not history.stuck:
            goal = len(history.told) + dice.randint(1, _MOST_PROGRESS)
            until(partial(_came_to, goal, history), "answers", 120)
            system.kill()
            system.start()
            killed += 1
        history.enough.set()
        variables = settings(system.folder, SERVICES, Environment({}))
        duplicates = partial(duplicates_at, {system.base_url})
        again = partial(send_everything_again, databases, variables, duplicates)
        ending = Ending(history, databases, lambda: kept_letters(databases, variables["notifications"]), again)
        return ending.judge(clients, Counter({"killed": killed}), folder)
    finally:
        system.stop()


def _came_to(goal: int, history: History) -> bool:
    return len(history.told) >= goal or bool(history.stuck)


class Mailbox:
    """What was sent, as the mailbox page's API tells it."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def wait_for(self, to: str, wanted: Callable[[str], str | None], seconds: float) -> str:
        """See Sent."""

        def look() -> str | None:
            kept = self._caller.get("notifications", f"mailbox?to={quote(to)}")["data"]
            return next((found for letter in kept if (found := wanted(letter["text"]))), None)

        return until(look, "a message", seconds, 0.2)


def kept_letters(databases: Databases, variables: dict[str, str]) -> list[Handed]:
    """Every letter that was kept instead of sent, oldest first; it is kept once for each reference."""
    config = import_module("services.notifications.config").Config.from_environment(Environment(variables))
    rows = sorted(databases.read()["notifications"]["kept_letters"], key=lambda row: row["sent_at"])
    letters = [(row, json.loads(decrypt(config.box, row["letter"]))) for row in rows]
    return [
        Handed(row["sent_at"].timestamp(), it["channel"], it["to"], str(row["id"]), it["text"]) for row, it in letters
    ]
