"""The six flows, each brought to the step during which somebody dies."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.e2e.api import Api
from tests.e2e.journey import token_in
from tests.kill_points.ground import Ground
from tests.waiting import until

ADDRESSEE = {"kind": "district_office", "name": "Bezirksamt Harburg"}


@dataclass(frozen=True)
class Step:
    """A flow at its last step: `act` takes it, `addresses` hear of it."""

    act: Callable[[], object]
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """Where flows take place; `staff` may do everything."""

    ground: Ground
    staff: Api
    conference: str

    @property
    def public(self) -> Api:
        """Somebody who isn't signed in."""
        return self.ground.processes.api


@dataclass(frozen=True)
class Flow:
    """A flow by name; `service` takes its first request."""

    name: str
    service: str
    prepare: Callable[[Scene], Step]


def register(scene: Scene) -> Step:
    """Somebody registers and is asked to confirm."""
    address, path = _address(), f"conferences/{scene.conference}/registrations"
    return Step(lambda: scene.public.post("registration", path, _wish(address)), (address,))


def confirm(scene: Scene) -> Step:
    """Somebody confirms and gets a ticket."""
    address, path = _address(), f"conferences/{scene.conference}/registrations"
    scene.public.post("registration", path, _wish(address))
    token = _token(scene, address, "/anmeldung/bestaetigen/")
    return Step(lambda: scene.public.post("registration", "registrations/confirm", {"token": token}), (address,))


def hand_in(scene: Scene) -> Step:
    """Somebody hands an idea in and gets a receipt."""
    address = _address()
    return Step(lambda: scene.public.post("submissions", "ideas", _idea(address)), (address,))


def adopt(scene: Scene) -> Step:
    """The conference adopts a recommendation, the council opens its case, the author hears of both."""
    address = _address()
    recommendation = _recommendation(scene, _published(scene, address))
    return Step(lambda: scene.staff.post("submissions", "recommendations", recommendation), (address,))


def refer(scene: Scene) -> Step:
    """The council refers a case; the author of the idea hears of it."""
    address = _address()
    case = _case(scene, address, decided=True)
    return Step(lambda: scene.staff.post("council", f"cases/{case}/refer", {"addressee": ADDRESSEE}), (address,))


def notify(scene: Scene) -> Step:
    """Somebody follows a case by SMS, confirms, and hears of its next step, as the author does."""
    address, phone = _address(), f"+49151{uuid4().int % 10**8:08d}"
    case = _case(scene, address, decided=False)

    def act() -> None:
        wish = {"topic": "case", "id": case, "phone": phone, "language": "de"}
        following = scene.public.post("notifications", "follows", wish)
        code = until(lambda: re.search(r"(?<!\d)\d{6}(?!\d)", scene.ground.latest(phone)), "the code", 60, 0.1)
        scene.public.post("notifications", "follows/confirm", {"id": following["id"], "code": code.group()})
        scene.staff.post("council", f"cases/{case}/triage", {"note": {"de": "Wir bereiten die Sitzung vor."}})

    return Step(act, (address, phone))


FLOWS = (
    Flow("register", "registration", register),
    Flow("confirm", "registration", confirm),
    Flow("hand in", "submissions", hand_in),
    Flow("adopt", "submissions", adopt),
    Flow("refer", "council", refer),
    Flow("notify", "notifications", notify),
)


def _address() -> str:
    return f"leyla.{uuid4().hex[:12]}@example.org"


def _wish(address: str) -> dict[str, Any]:
    return {"email": address, "name": "Leyla Yıldız", "language": "de"}


def _idea(address: str) -> dict[str, Any]:
    return {
        "kind": "idea",
        "title": "Sprachmittler im Kundenzentrum",
        "text": "Im Kundenzentrum soll an zwei Tagen in der Woche jemand übersetzen.",
        "language": "de",
        "contact": {"email": address, "name": "Leyla Yıldız"},
    }


def _recommendation(scene: Scene, idea: str) -> dict[str, Any]:
    return {
        "title": {"de": "Sprachmittler im Kundenzentrum"},
        "text": {"de": "Das Bezirksamt bietet im Kundenzentrum Sprachmittlung an."},
        "idea_ids": [idea],
        "conference_id": scene.conference,
        "vote": {"yes": 61, "no": 7, "abstain": 9},
        "addressee": ADDRESSEE,
    }


def _published(scene: Scene, address: str) -> str:
    """An idea whose author's address is confirmed."""
    idea = scene.public.post("submissions", "ideas", _idea(address))["id"]
    token = _token(scene, address, "/ideen/bestaetigen/")
    scene.public.post("submissions", "ideas/confirm", {"token": token})
    scene.staff.post("submissions", f"ideas/{idea}/publish")
    return str(idea)


def _case(scene: Scene, address: str, *, decided: bool) -> str:
    """A case of the author at `address`: opened just now, or decided."""
    wanted = _recommendation(scene, _published(scene, address))
    recommendation = scene.staff.post("submissions", "recommendations", wanted)["id"]
    case = until(lambda: _opened(scene, recommendation), "the case", 60, 0.2)
    if decided:
        session_on = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
        scene.staff.post("council", f"cases/{case}/triage", {"note": {"de": "Wir bereiten die Sitzung vor."}})
        scene.staff.post("council", f"cases/{case}/schedule", {"session_on": session_on})
        scene.staff.post("council", f"cases/{case}/decide", {"decision": {"de": "Der Rat unterstützt das."}})
    return case


def _opened(scene: Scene, recommendation: str) -> str | None:
    cases = scene.public.get("council", "cases", recommendation_id=recommendation)["data"]
    return str(cases[0]["id"]) if cases else None


def _token(scene: Scene, address: str, part: str) -> str:
    pattern = re.compile(rf"https?://\S*{part}\S+")
    link = until(lambda: pattern.search(scene.ground.latest(address)), f"a message with {part}…", 60, 0.1)
    return token_in(link.group())
