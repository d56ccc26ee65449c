"""Residents and staff who use the system all at once, each journey after journey until it is enough."""

import queue
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import uuid4

from tests.chaos.history import Caller, History
from tests.e2e.journey import token_in

#: Seconds a message may take, faults included.
_MAIL = 120.0
#: Seconds between two journeys of one client.
_BREATH = 0.3
_STEPS: tuple[tuple[str, dict[str, object]], ...] = (
    ("triage", {"note": {"de": "Die Geschäftsstelle bereitet die Sitzung vor."}}),
    ("schedule", {"session_on": (datetime.now(UTC) + timedelta(days=40)).date().isoformat()}),
    ("decide", {"decision": {"de": "Der Integrationsrat unterstützt das."}}),
    ("refer", {"addressee": {"kind": "district_office", "name": "Bezirksamt Harburg"}}),
    ("acknowledge", {}),
    ("answer", {"answer": {"de": "Das Bezirksamt richtet zwei Sprechtage ein."}}),
    ("close", {"outcome": "implemented", "reason": {"de": "Die Sprechtage finden statt."}}),
)

#: The ideas that staff take up next, by their ids.
Tray = queue.Queue[str]

RESIDENTS = ("email 1", "email 2", "email 3", "phone 1", "petition 1")
EDITORS = ("editor 1", "editor 2")


class Sent(Protocol):
    """Where residents find what was sent to them."""

    def wait_for(self, to: str, wanted: Callable[[str], str | None], seconds: float) -> str:
        """The first thing that `wanted` finds in a text to this address. Raises AssertionError when nothing comes in time."""
        ...


class Client(threading.Thread, ABC):
    """Repeats its journey; where it can't go on, that is noted and it ends."""

    def __init__(self, name: str, history: History, caller: Caller) -> None:
        super().__init__(name=name, daemon=True)
        self.history = history
        self.caller = caller

    def run(self) -> None:
        while not self.history.enough.is_set():
            try:
                self.journey()
            except AssertionError as error:
                self.history.stuck.append(f"{self.name}: {error}")
                return
            self.history.enough.wait(_BREATH)

    @abstractmethod
    def journey(self) -> None:
        """What this client does again and again. Raises AssertionError."""

    def do(self, action: str, service: str, path: str, body: dict[str, object], **about: str) -> dict[str, str]:
        """Ask for something until it is done, and note what was told. Raises AssertionError."""
        answer, unclear = self.caller.post(service, path, body, str(uuid4()))
        told = {name: str(value) for name, value in (answer or {}).items()}
        kept = {name: told[name] for name in ("id", "status", "number") if name in told}
        self.history.note(self.name, action, unclear, **{**kept, **about})
        return told


class Resident(Client):
    """Registers, confirms by what was sent, hands something in, confirms that. `by` is email, phone or petition."""

    def __init__(self, name: str, history: History, caller: Caller, sent: Sent, conference: str, tray: Tray) -> None:
        super().__init__(name, history, caller)
        self._sent = sent
        self._conference = conference
        self._tray = tray
        self._channel = "phone" if name.startswith("phone") else "email"
        self._kind = "petition" if name.startswith("petition") else "idea"

    def journey(self) -> None:
        self._register(self._new_address())
        self._hand_in(self._new_address())

    def _register(self, to: str) -> None:
        path = f"conferences/{self._conference}/registrations"
        asked = self.do("asked to register", "registration", path, {self._channel: to, "language": "de"}, to=to)
        proof = self._proof(to, "/anmeldung/bestaetigen/", asked["id"])
        self.do("registration confirmed", "registration", "registrations/confirm", proof, to=to)

    def _hand_in(self, to: str) -> None:
        body: dict[str, object] = {
            "kind": self._kind,
            "title": "Mehr Bänke",
            "text": "Am Teich fehlen Bänke, auf denen man auch im Schatten sitzt.",
            "language": "de",
            "contact": {self._channel: to, "name": "Leyla Yıldız", "address": "Sand 1, 21073 Hamburg"},
        }
        given = self.do("handed in", "submissions", "ideas", body, to=to, kind=self._kind)
        proof = self._proof(to, "/ideen/bestaetigen/", given["id"])
        self.do("contact confirmed", "submissions", "ideas/confirm", proof, id=given["id"], to=to)
        if self._kind == "idea":
            self._tray.put(given["id"])

    def _proof(self, to: str, link: str, wanted: str) -> dict[str, object]:
        """The token or the digits that were sent to the address. Raises AssertionError."""
        pattern = rf"https?://\S+{link}\S+" if "@" in to else r"(?<!\d)\d{6}(?!\d)"

        def look(text: str) -> str | None:
            found = re.search(pattern, text)
            return found and found.group()

        sent = self._sent.wait_for(to, look, _MAIL)
        return {"token": token_in(sent)} if "@" in to else {"id": wanted, "code": sent}

    def _new_address(self) -> str:
        person = uuid4().hex
        return f"{person}@example.org" if self._channel == "email" else f"+49151{int(person, 16) % 10**8:08d}"


class Editor(Client):
    """Takes an idea from the tray, publishes it, writes down a recommendation of it, and carries its case to the end."""

    def __init__(self, name: str, history: History, caller: Caller, conference: str, tray: Tray) -> None:
        super().__init__(name, history, caller)
        self._conference = conference
        self._tray = tray

    def journey(self) -> None:
        try:
            idea = self._tray.get(timeout=_BREATH)
        except queue.Empty:
            return
        self.do("published", "submissions", f"ideas/{idea}/publish", {}, id=idea)
        recommendation = self.do("adopted", "submissions", "recommendations", self._adoption(idea), idea=idea)["id"]
        while not self.history.enough.wait(_BREATH):
            if cases := self.caller.get("council", f"cases?recommendation_id={recommendation}")["data"]:
                carry_through(self, cases[0]["id"])
                return

    def _adoption(self, idea: str) -> dict[str, object]:
        return {
            "title": {"de": "Mehr Bänke"},
            "text": {"de": "Das Bezirksamt stellt am Teich Bänke auf."},
            "idea_ids": [idea],
            "conference_id": self._conference,
            "vote": {"yes": 61, "no": 7, "abstain": 9},
            "addressee": {"kind": "district_office", "name": "Bezirksamt Harburg"},
        }


class Office(Client):
    """Carries the cases of petitions to their end."""

    def journey(self) -> None:
        for case in self.caller.get("council", "cases?status=opened")["data"]:
            if case["origin"] == "petition":
                carry_through(self, case["id"])


def carry_through(client: Client, case: str) -> None:
    """Every step of a case, one after the other."""
    for verb, body in _STEPS:
        client.do("case step", "council", f"cases/{case}/{verb}", body, verb=verb)


def everybody(
    history: History, origins: Mapping[str, str], account: Mapping[str, str], sent: Sent, conference: str
) -> list[Client]:
    """All clients of a run: residents for one conference, and staff who sign in with `account`."""
    tray = Tray()
    return [
        *(Resident(name, history, Caller(history, origins), sent, conference, tray) for name in RESIDENTS),
        *(Editor(name, history, Caller(history, origins, account), conference, tray) for name in EDITORS),
        Office("office", history, Caller(history, origins, account)),
    ]
