"""People at work over HTTP: somebody registers, hands an idea in, it becomes a recommendation and a case."""

from email.message import EmailMessage
from typing import Any
from uuid import uuid4

from tests.e2e.api import Api
from tests.e2e.journey import open_conference, token_in
from tests.servers.mail import Sink
from tests.waiting import until


class Day:
    """What happens at one deployment, as often as one likes."""

    def __init__(self, base: Api, staff: Api, mails: Sink) -> None:
        self._base = base
        self._staff = staff
        self._mails = mails
        self._conference = open_conference(staff)

    def work(self) -> str:
        """One person's way from registering to a case; returns the case's id."""
        address = f"{uuid4().hex[:12]}@example.org"
        self._register(address)
        idea = self._hand_in(address)
        self._staff.post("submissions", f"ideas/{idea}/publish")
        recommendation = until(lambda: self._adopt(idea), "the adoption", 60, 0.2)["id"]
        case = until(lambda: self._case_of(recommendation), "the case", 60, 0.2)
        self._staff.post("council", f"cases/{case}/triage", {"note": {"de": "Kommt in die nächste Sitzung."}})
        return str(case)

    def _register(self, address: str) -> None:
        wish = {"email": address, "name": "Leyla Yıldız", "language": "de"}
        self._base.post("registration", f"conferences/{self._conference}/registrations", wish)
        self._base.post("registration", "registrations/confirm", {"token": self._token(address, "/anmeldung/")})

    def _hand_in(self, address: str) -> str:
        idea = {
            "kind": "idea",
            "title": "Sprachmittler im Kundenzentrum",
            "text": "Im Kundenzentrum soll jemand übersetzen.",
            "language": "de",
            "contact": {"email": address, "name": "Leyla Yıldız"},
        }
        received = self._base.post("submissions", "ideas", idea)
        self._base.post("submissions", "ideas/confirm", {"token": self._token(address, "/ideen/bestaetigen/")})
        return str(received["id"])

    def _adopt(self, idea: str) -> Any | None:
        body = {
            "title": {"de": "Sprachmittler im Kundenzentrum"},
            "text": {"de": "Das Bezirksamt bietet Sprachmittlung an."},
            "idea_ids": [idea],
            "conference_id": self._conference,
            "vote": {"yes": 61, "no": 7, "abstain": 9},
            "addressee": {"kind": "district_office", "name": "Bezirksamt Harburg"},
        }
        return self._staff.post_unless(422, "submissions", "recommendations", body)

    def _case_of(self, recommendation: str) -> str | None:
        cases = self._base.get("council", "cases", recommendation_id=recommendation)["data"]
        return cases[0]["id"] if cases else None

    def _token(self, address: str, part: str) -> str:
        def look() -> str | None:
            links = [link for mail in self._mails.mails_to(address) for link in _links(mail)]
            return next((link for link in links if part in link and "bestaetigen" in link), None)

        return token_in(until(look, f"a letter with {part}…", 60, 0.1))


def _links(mail: EmailMessage) -> list[str]:
    body = mail.get_body(("plain",))
    return [word for word in str(body.get_content() if body else "").split() if word.startswith("http")]
