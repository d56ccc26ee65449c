"""A small honest run, made by hand: one place at a conference, one idea that became a recommendation and a case."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from shared.messaging import topology
from tests.architecture.tree import SERVICES
from tests.chaos.evidence import Evidence, Told
from tests.chaos.truth import Handed

PERSON, AUTHOR = "person@example.org", "author@example.org"
_BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)
_SPACE = UUID(int=7)

CONFERENCE, REGISTRATION, IDEA, RECOMMENDATION, CASE = (
    uuid5(_SPACE, name) for name in ("conference", "registration", "idea", "recommendation", "case")
)
#: producer, event, aggregate, its number there, the event that caused it, and whom notifications tell.
_EVENTS: Sequence[tuple[str, str, str, int, str | None, str | None]] = (
    ("registration", "conference.announced", f"conference:{CONFERENCE}", 1, None, None),
    ("registration", "registration.requested", f"registration:{REGISTRATION}", 1, None, PERSON),
    ("registration", "registration.confirmed", f"registration:{REGISTRATION}", 2, None, PERSON),
    ("submissions", "idea.received", f"idea:{IDEA}", 1, None, AUTHOR),
    ("submissions", "idea.confirmed", f"idea:{IDEA}", 2, None, None),
    ("submissions", "idea.published", f"idea:{IDEA}", 3, None, AUTHOR),
    ("submissions", "recommendation.adopted", f"recommendation:{RECOMMENDATION}", 1, None, AUTHOR),
    ("council", "case.opened", f"case:{CASE}", 1, "recommendation.adopted", AUTHOR),
    ("council", "case.triaged", f"case:{CASE}", 2, None, AUTHOR),
)
_HANDLED = {
    "registration": {"case.opened", "case.triaged"},
    "submissions": {"conference.announced", "case.opened", "case.triaged"},
    "council": {"recommendation.adopted"},
    "notifications": {name for _, name, *_ in _EVENTS},
}
_TOLD = (
    ("asked to register", {"id": str(REGISTRATION), "to": PERSON, "status": "pending"}),
    ("registration confirmed", {"id": str(REGISTRATION), "to": PERSON, "status": "confirmed"}),
    ("handed in", {"id": str(IDEA), "to": AUTHOR, "kind": "idea"}),
    ("contact confirmed", {"id": str(IDEA), "to": AUTHOR}),
    ("published", {"id": str(IDEA)}),
    ("adopted", {"id": str(RECOMMENDATION), "idea": str(IDEA)}),
    ("case step", {"id": str(CASE), "verb": "triage"}),
)


def id_of(event: str) -> UUID:
    """The id of the event of this name."""
    return uuid5(_SPACE, f"event {event}")


def an_honest_run() -> Evidence:
    """The evidence of it; its rows are fresh dicts that a test may break."""
    outbox = {service: _outbox(service) for service in SERVICES}
    databases: dict[str, dict[str, list[dict[str, Any]]]] = {
        service: {
            "outbox": outbox[service],
            "stream": [
                {"stream_id": service, "next_seq": len(outbox[service]) + 1, "published_through": len(outbox[service])}
            ],
            "inbox": _inbox(service, outbox),
            "inbox_cursor": _cursors(service, outbox),
            "inbox_garbage": [],
            "inbox_light": [],
        }
        for service in SERVICES
    }
    case_events = [row for row in outbox["council"]]
    databases["registration"] |= {
        "conferences": [{"id": CONFERENCE, "version": 1}],
        "registrations": [{"id": REGISTRATION, "version": 2}],
        "outcomes": [{"case_id": CASE}],
    }
    databases["submissions"] |= {
        "ideas": [{"id": IDEA, "version": 3}],
        "recommendations": [{"id": RECOMMENDATION, "version": 1}],
        "story_steps": [
            {"position": place, "event_id": row["event_id"], "origin_id": RECOMMENDATION, "kind": row["name"]}
            for place, row in enumerate(case_events, 1)
        ],
    }
    databases["council"] |= {
        "council_case": [
            {"id": CASE, "version": 2, "origin": "recommendation", "origin_id": RECOMMENDATION, "sequence": 1}
        ],
        "council_case_step": [
            {"case_id": CASE, "position": place, "name": name} for place, name in enumerate(("opened", "triaged"))
        ],
        "staff": [],
    }
    told_to = [(name, to) for _, name, _, _, _, to in _EVENTS if to]
    databases["notifications"] |= {
        "erasures": [],
        "notifications": [
            {
                "id": _reference(name),
                "event_id": id_of(name),
                "message": name,
                "status": "sent",
                "attempts": 1,
                "reason": None,
            }
            for name, _ in told_to
        ],
    }
    return Evidence(
        told=[Told(float(at), "somebody", action, dict(about)) for at, (action, about) in enumerate(_TOLD)],
        handed=[Handed(float(at), "email", to, str(_reference(name)), name) for at, (name, to) in enumerate(told_to)],
        databases=databases,
        handled={service: frozenset(names) for service, names in _HANDLED.items()},
        pairs=topology.PAIRS,
        stuck=[],
        digests={"council.council_case": ("same", "same")},
    )


def _outbox(service: str) -> list[dict[str, Any]]:
    own = [event for event in _EVENTS if event[0] == service]
    return [
        {
            "event_id": id_of(name),
            "name": name,
            "body": f"{{{name}}}",
            "stream_id": service,
            "seq": seq,
            "aggregate": aggregate,
            "aggregate_seq": number,
            "cause_event_id": id_of(cause) if cause else None,
            "correlation_id": str(id_of(cause or name)),
            "refers_to": f'["idea:{IDEA}"]' if name == "recommendation.adopted" else "[]",
        }
        for seq, (_, name, aggregate, number, cause, _) in enumerate(own, 1)
    ]


def _inbox(service: str, outbox: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    arrived = [
        {**row, "producer": producer}
        for producer in topology.PAIRS[service]
        for row in outbox[producer]
        if row["name"] in _HANDLED[service]
    ]
    return [
        {**row, "status": "processed", "last_error": None, "processed_at": _BEGAN + timedelta(seconds=second)}
        for second, row in enumerate(arrived)
    ]


def _cursors(service: str, outbox: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {"producer": producer, "stream_id": producer, "through": len(outbox[producer])}
        for producer in topology.PAIRS[service]
    ]


def _reference(event: str) -> UUID:
    return uuid5(_SPACE, f"notification {event}")
