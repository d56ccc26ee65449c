"""The demo's story, played through the public doors: three conferences, one of them full, whose registrations the office has
come to look at, ideas in eight languages, cases in every state.

It plays in its own past: the clock stands back and moves forward as the story does, so that dates, deadlines and time lines
are those of a system that has run for half a year. Nothing is written but through use cases and events.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from werkzeug.test import Client

from services.demo_texts import (
    AUTHORS,
    FORUMS,
    FULL,
    FULL_CAPACITY,
    HOPING,
    IDEAS,
    PARTICIPANTS,
    PETITION,
    RECOMMENDATIONS,
    SINCE,
    STEPS,
)
from shared import clock

T = TypeVar("T")

#: Seconds that an event may take to reach the other service before the demo says it is stuck.
PATIENCE = 60
_FRIDAY = 4
_VENUE = {"name": "Rieckhof", "street": "Rieckhoffstraße 12", "postal_code": "21073", "locality": "Hamburg"}


class DemoStuck(Exception):
    """The system refused a step of the demo, or an event did not arrive."""


def load(application: Any, username: str, password: str, calendar: "Calendar", tell: Callable[[str], None]) -> None:
    """Play the whole story against the WSGI `application` as the staff member `username`. Raises DemoStuck."""
    story = _Story(Client(application), username, password)
    with calendar:
        tell("a conference half a year ago")
        last = story.conference("16. Harburger Integrationskonferenz", in_days=32)
        story.register(last, PARTICIPANTS)
        calendar.turn_to(days_ago=175)
        tell("ideas in eight languages")
        ideas = [story.idea(author, *idea) for author, idea in zip(AUTHORS, IDEAS, strict=False)]
        story.petition(*PETITION)
        calendar.turn_to(days_ago=157)
        tell("its recommendations")
        story.staff("registration", f"conferences/{last}/close")
        story.staff("registration", f"conferences/{last}/hold")
        cases = [story.adopt(last, ideas, number) for number in range(len(RECOMMENDATIONS))]
        tell("their way through the council")
        for step, days in enumerate((150, 140, 120, 118, 110, 60, 20)):
            calendar.turn_to(days_ago=days)
            for case, recommendation in zip(cases, RECOMMENDATIONS, strict=True):
                if step < recommendation[5]:
                    story.carry(case, step, recommendation[3])
        calendar.turn_to(days_ago=12)
        tell("the next conference")
        coming = story.conference("17. Harburger Integrationskonferenz", in_days=40)
        story.register(coming, PARTICIPANTS[:6])
        for author, idea in zip(AUTHORS[len(IDEAS) :], SINCE, strict=True):
            story.idea(author, *idea, publish=idea is not SINCE[-1])
        calendar.turn_to(days_ago=0)
        tell("a conference that is full, with a waiting list")
        full = story.conference("18. Harburger Integrationskonferenz", in_days=200, capacity=FULL_CAPACITY)
        story.register(full, FULL)
        story.change(full, capacity=FULL_CAPACITY + 1)
        tell("registrations that the office looks at")
        story.change(full, approval=True)
        story.register(full, HOPING)


class Calendar(ExitStack):
    """The story's own present: it begins `days_ago` before the system starts, only ever moves forward, and ends today."""

    def __init__(self, days_ago: int = 190) -> None:
        super().__init__()
        self._days_ago = 0
        self.turn_to(days_ago)

    def turn_to(self, days_ago: int) -> None:
        """Let the story go on at that distance from today."""
        self.enter_context(clock.moved(by=timedelta(days=self._days_ago - days_ago)))
        self._days_ago = days_ago


class _Story:
    """One teller with a staff account, who reads the messages that the demo's residents get."""

    def __init__(self, client: Client, username: str, password: str) -> None:
        self._client = client
        self._account = {"username": username, "password": password}
        self._token = ""
        self._sign_in_again_at = clock.now()

    def conference(self, title: str, in_days: int, capacity: int = 80) -> str:
        starts = (clock.now() + timedelta(days=in_days)).replace(hour=16, minute=0, second=0, microsecond=0)
        starts -= timedelta(days=(starts.weekday() - _FRIDAY) % 7)
        made = self.staff(
            "registration",
            "conferences",
            {
                "title": {
                    "de": title,
                    "en": title.replace(". Harburger Integrationskonferenz", "th Harburg Integration Conference"),
                },
                "motto": {
                    "de": "Zusammenleben in Vielfalt",
                    "en": "Living together in diversity",
                    "ar": "العيش المشترك في تنوّع",
                },
                "starts_at": starts.isoformat(),
                "ends_at": (starts + timedelta(hours=3)).isoformat(),
                "venue": _VENUE,
                "capacity": capacity,
                "waiting_list": True,
                "forums": [{"title": forum} for forum in FORUMS],
                "registration_opens_at": clock.now().isoformat(),
                "registration_closes_at": (starts - timedelta(days=1)).isoformat(),
            },
        )
        for verb in ("announce", "open"):
            self.staff("registration", f"conferences/{made['id']}/{verb}")
        return str(made["id"])

    def register(self, conference: str, participants: list[tuple[str, str, str, dict[str, int]]]) -> None:
        forums = [one["id"] for one in self._get("registration", f"conferences/{conference}")["forums"]]
        for number, (name, address, language, household) in enumerate(participants):
            wish = {
                "language": language,
                "household": household,
                "childcare": household.get("children_3_5", 0),
                "forums": forums[number % 4 :],
                _channel(address): address,
                **({"name": name} if name else {}),
            }
            asked_at = clock.now().replace(microsecond=0)
            pending = self._post("registration", f"conferences/{conference}/registrations", wish)
            proof = self._proof(address, "/anmeldung/bestaetigen/", pending["id"], asked_at)
            self._post("registration", "registrations/confirm", proof)

    def change(self, conference: str, **details: object) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        path = f"/api/registration/v1/conferences/{conference}"
        self._answer(self._client.patch(path, json=details, headers=headers))

    def idea(
        self, author: int, language: str, quarter: str, topic: str, title: str, text: str, publish: bool = True
    ) -> str:
        address = PARTICIPANTS[author][1]
        body = {"kind": "idea", "title": title, "text": text, "language": language, "quarter": quarter, "topic": topic}
        asked_at = clock.now().replace(microsecond=0)
        received = self._post("submissions", "ideas", {**body, "contact": {_channel(address): address}})
        proof = self._proof(address, "/ideen/bestaetigen/", received["id"], asked_at)
        self._post("submissions", "ideas/confirm", proof)
        if publish:
            self.staff("submissions", f"ideas/{received['id']}/publish")
        return str(received["id"])

    def petition(self, title: str, text: str) -> None:
        contact = {
            "name": "Jürgen Behrens",
            "address": "Eißendorfer Straße 5, 21073 Hamburg",
            "email": "juergen.behrens@example.org",
        }
        body = {"kind": "petition", "title": title, "text": text, "language": "de", "contact": contact}
        self._post("submissions", "ideas", body)

    def adopt(self, conference: str, ideas: list[str], number: int) -> str:
        idea, title, text, addressee, votes, _ = RECOMMENDATIONS[number]
        body = {
            "title": title,
            "text": text,
            "idea_ids": [ideas[idea]],
            "conference_id": conference,
            "vote": dict(zip(("yes", "no", "abstain"), votes, strict=True)),
            "addressee": {"kind": addressee[0], "name": addressee[1]},
        }
        adopted = self.staff("submissions", "recommendations", body)
        return _wait(lambda: self._case_of(adopted["id"]), "the council to open a case")

    def carry(self, case: str, step: int, addressee: tuple[str, str]) -> None:
        verb, body = STEPS[step]
        extra: dict[str, Any] = {}
        if verb == "schedule":
            extra = {"session_on": (clock.today() + timedelta(days=14)).isoformat()}
        if verb == "refer":
            extra = {"addressee": {"kind": addressee[0], "name": addressee[1]}}
        self.staff("council", f"cases/{case}/{verb}", {**body, **extra})

    def staff(self, service: str, path: str, body: dict[str, Any] | None = None) -> Any:
        if clock.now() > self._sign_in_again_at:
            self._token = self._post("council", "tokens", self._account)["token"]
            self._sign_in_again_at = clock.now() + timedelta(minutes=5)
        return self._post(service, path, body or {}, {"Authorization": f"Bearer {self._token}"})

    def _case_of(self, recommendation: str) -> str | None:
        cases = self._get("council", f"cases?recommendation_id={recommendation}")["data"]
        return str(cases[0]["id"]) if cases else None

    def _proof(self, address: str, part: str, row_id: str, since: datetime) -> dict[str, str]:
        """What somebody who reads their messages can confirm with: the link's token, or the code from the SMS."""

        def look() -> dict[str, str] | None:
            messages = self._get("notifications", f"mailbox?to={quote(address)}")["data"]
            for message in (one for one in messages if datetime.fromisoformat(one["sent_at"]) >= since):
                if message["code"]:
                    return {"id": row_id, "code": message["code"]}
                for link in message["links"]:
                    if part in link:
                        return {"token": urlsplit(link).path.rpartition("/")[2]}
            return None

        return _wait(look, f"the message with {part}")

    def _post(self, service: str, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        return self._answer(self._client.post(f"/api/{service}/v1/{path}", json=body, headers=headers))

    def _get(self, service: str, path: str) -> Any:
        return self._answer(self._client.get(f"/api/{service}/v1/{path}"))

    @staticmethod
    def _answer(answer: Any) -> Any:
        if answer.status_code >= 400:
            raise DemoStuck(f"{answer.request.path}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
        return answer.get_json()


def _channel(address: str) -> str:
    return "email" if "@" in address else "phone"


def _wait(look: Callable[[], T | None], what: str) -> T:
    ends = time.perf_counter() + PATIENCE
    while (found := look()) is None:
        if time.perf_counter() > ends:
            raise DemoStuck(f"waited {PATIENCE} s for {what}")
        time.sleep(0.02)
    return found
