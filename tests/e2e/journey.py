"""One recommendation travels: the whole way over HTTP, from a registration to the outcome in everybody's mailbox.

`walk` is used by the tests on real servers and by the test of the compose file; it knows the system only by its addresses.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.e2e.api import Api
from tests.waiting import until

#: Seconds between two looks at the same address: limits per client hold for tests as well.
POLITE = 3

#: What somebody was sent: a list of {subject, text, links, code}, newest first.
Mailbox = Callable[[str], list[dict[str, Any]]]


@dataclass
class Walked:
    """What came of it, for further questions."""

    email: str
    phone: str
    tracking_code: str = ""
    conference_id: str = ""
    case: dict[str, Any] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)


def walk(base: Api, staff: Api, mailbox: Mailbox, interrupt: Callable[[str], None] = lambda step: None) -> Walked:
    """Walk the journey once. `interrupt` is called between the steps and may break things."""
    person = uuid4().hex[:10]
    walked = Walked(email=f"leyla.{person}@example.org", phone=f"+49151{int(person, 16) % 10**8:08d}")
    walked.conference_id = open_conference(staff)
    interrupt("conference opened")
    _register_by_mail(base, mailbox, walked)
    _register_by_phone(base, mailbox, walked)
    interrupt("registered")
    idea = _hand_in(base, mailbox, walked)
    interrupt("handed in")
    staff.post("submissions", f"ideas/{idea}/publish")
    recommendation = _adopt(staff, walked.conference_id, idea)
    interrupt("adopted")
    walked.case = until(lambda: _case_of(base, recommendation), "the case that intake opens by itself", 90, POLITE)
    _carry_through(staff, walked.case["id"], interrupt)
    walked.story = until(
        lambda: _closed_story(base, walked.tracking_code), "the outcome under the tracking code", 90, POLITE
    )
    until(lambda: _told(mailbox, walked, walked.case["number"], 4), "the mails about the case", 90)
    return walked


def token_in(link: str) -> str:
    """The token at the end of a link from a message."""
    return urlsplit(link).path.rstrip("/").rpartition("/")[2]


def open_conference(staff: Api, in_days: int = 30, **details: object) -> str:
    """A conference that people can register for, until it begins; its id. One of today begins in an hour. `details` are fields
    that shall be different."""
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=in_days, hours=1)
    conference = staff.post(
        "registration",
        "conferences",
        {
            "title": {"de": "17. Harburger Integrationskonferenz", "en": "17th Harburg Integration Conference"},
            "motto": {"de": "Zusammenleben in Vielfalt"},
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=3)).isoformat(),
            "venue": {
                "name": "Rieckhof",
                "street": "Rieckhoffstraße 12",
                "postal_code": "21073",
                "locality": "Hamburg",
            },
            "capacity": 120,
            "waiting_list": True,
            "registration_opens_at": (starts - timedelta(days=60)).isoformat(),
            "registration_closes_at": (starts - timedelta(minutes=10)).isoformat(),
            **details,
        },
    )
    for verb in ("announce", "open"):
        staff.post("registration", f"conferences/{conference['id']}/{verb}")
    return str(conference["id"])


def _register_by_mail(base: Api, mailbox: Mailbox, walked: Walked) -> None:
    wish = {"email": walked.email, "name": "Leyla Yıldız", "language": "de", "household": {"adults": 1}}
    pending = base.post("registration", f"conferences/{walked.conference_id}/registrations", wish)
    assert pending["status"] == "pending"
    link = _link(mailbox, walked.email, "/anmeldung/bestaetigen/")
    confirmed = base.post("registration", "registrations/confirm", {"token": token_in(link)})
    assert confirmed["status"] == "confirmed"
    _link(mailbox, walked.email, "/anmeldung/ticket/")


def _register_by_phone(base: Api, mailbox: Mailbox, walked: Walked) -> None:
    wish = {"phone": walked.phone, "language": "ar"}
    pending = base.post("registration", f"conferences/{walked.conference_id}/registrations", wish)
    code = until(lambda: next((m["code"] for m in mailbox(walked.phone) if m["code"]), None), "the code by SMS")
    confirmed = base.post("registration", "registrations/confirm", {"id": pending["id"], "code": code})
    assert confirmed["status"] == "confirmed"


def _hand_in(base: Api, mailbox: Mailbox, walked: Walked) -> str:
    received = base.post(
        "submissions",
        "ideas",
        {
            "kind": "idea",
            "title": "Sprachmittler im Kundenzentrum",
            "text": "Im Kundenzentrum soll an zwei Tagen in der Woche jemand übersetzen.",
            "language": "de",
            "quarter": "harburg",
            "contact": {"email": walked.email, "name": "Leyla Yıldız"},
        },
    )
    walked.tracking_code = received["tracking_code"]
    link = _link(mailbox, walked.email, "/ideen/bestaetigen/")
    base.post("submissions", "ideas/confirm", {"token": token_in(link)})
    return str(received["id"])


def _adopt(staff: Api, conference: str, idea: str) -> str:
    body = {
        "title": {"de": "Sprachmittler im Kundenzentrum", "en": "Language mediators at the citizens' office"},
        "text": {"de": "Das Bezirksamt bietet im Kundenzentrum an zwei Tagen in der Woche Sprachmittlung an."},
        "idea_ids": [idea],
        "conference_id": conference,
        "vote": {"yes": 61, "no": 7, "abstain": 9},
        "addressee": {"kind": "district_office", "name": "Bezirksamt Harburg"},
    }
    # The conference reaches submissions by an event of its own; until then it is unknown there.
    adopted = until(lambda: staff.post_unless(422, "submissions", "recommendations", body), "the adoption", 60, POLITE)
    assert adopted["status"] == "adopted"
    return str(adopted["id"])


def _case_of(base: Api, recommendation: str) -> dict[str, Any] | None:
    cases = base.get("council", "cases", recommendation_id=recommendation)["data"]
    return cases[0] if cases else None


def _carry_through(staff: Api, case: str, interrupt: Callable[[str], None]) -> None:
    session_on = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    steps: list[tuple[str, dict[str, Any]]] = [
        ("triage", {"note": {"de": "Die Geschäftsstelle bereitet die Sitzung vor."}}),
        ("schedule", {"session_on": session_on}),
        ("decide", {"decision": {"de": "Der Integrationsrat unterstützt die Empfehlung."}}),
        ("refer", {"addressee": {"kind": "district_office", "name": "Bezirksamt Harburg"}}),
        ("acknowledge", {}),
        ("answer", {"answer": {"de": "Das Bezirksamt richtet zwei Sprechtage ein."}}),
        ("close", {"outcome": "implemented", "reason": {"de": "Die Sprechtage finden statt."}}),
    ]
    for verb, body in steps:
        staff.post("council", f"cases/{case}/{verb}", body)
        interrupt(verb)


def _closed_story(base: Api, code: str) -> list[str] | None:
    track = base.get("submissions", f"track/{code}")
    kinds = [line["kind"] for line in track["story"]]
    return kinds if "case.closed" in kinds else None


def _link(mailbox: Mailbox, to: str, part: str) -> str:
    def look() -> str | None:
        return next((link for m in mailbox(to) for link in m["links"] if part in link), None)

    return until(look, f"a message with {part}…", 60)


def _told(mailbox: Mailbox, walked: Walked, number: str, at_least: int) -> bool:
    return sum(number in message["text"] for message in mailbox(walked.email)) >= at_least
