"""`make run` killed with -9 at random moments: what was acknowledged is there, its messages are there, and nothing twice."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e.api import Api, Refused
from tests.embedded import Embedded
from tests.waiting import until

KILLS = 10
SEED = 20261122


@pytest.fixture
def system(tmp_path: Path) -> Iterator[Embedded]:
    system = Embedded(tmp_path / "data").start()
    yield system
    system.kill()


class Resident(threading.Thread):
    """Hands in idea after idea, each until it is acknowledged, and remembers the codes."""

    def __init__(self, base_url: str) -> None:
        super().__init__(daemon=True)
        self.codes: dict[str, str] = {}
        self.enough = threading.Event()
        self._api = Api(base_url)

    def run(self) -> None:
        while not self.enough.is_set():
            email = f"{uuid4().hex}@example.org"
            self.codes[email] = self._hand_in(email)

    def _hand_in(self, email: str) -> str:
        body = {
            "kind": "idea",
            "title": "Mehr Bänke",
            "text": "Am Teich fehlen Bänke.",
            "language": "de",
            "contact": {"email": email},
        }
        key = str(uuid4())
        while True:
            try:
                return str(self._api.post("submissions", "ideas", body, key)["tracking_code"])
            except Refused as refused:
                if refused.status != 409:
                    raise


def test_ten_kills_lose_nothing_and_repeat_nothing(system: Embedded) -> None:
    dice = random.Random(SEED)
    resident = Resident(system.base_url)
    resident.start()

    for _ in range(KILLS):
        goal = len(resident.codes) + dice.randint(1, 12)
        until(lambda goal=goal: len(resident.codes) >= goal, "acknowledged ideas")
        system.kill()
        system.start()
    resident.enough.set()
    resident.join(timeout=60)

    def told() -> bool:
        return all(system.mailbox(email) for email in resident.codes)

    until(told, "a message for every acknowledged idea", 120)
    receipts = {email: [m for m in system.mailbox(email) if code_in(m, code)] for email, code in resident.codes.items()}
    assert {email: len(found) for email, found in receipts.items() if len(found) != 1} == {}
    assert Counter(resident.codes.values()).most_common(1)[0][1] == 1


def code_in(message: dict[str, object], code: str) -> bool:
    """Whether this message tells that tracking code, however it is grouped for reading."""
    return code in str(message["text"]).replace("-", "").replace(" ", "")
