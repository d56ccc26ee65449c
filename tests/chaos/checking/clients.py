"""What clients were told, against what is stored: I11 of EVENTS.md, and nothing that nobody asked for."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.chaos.evidence import Evidence, Row, Told

VERBS = {
    "triage": "case.triaged",
    "schedule": "case.scheduled",
    "decide": "case.decided",
    "refer": "case.referred",
    "acknowledge": "case.acknowledged",
    "answer": "case.answered",
    "close": "case.closed",
}
#: What was done, and the event that has to stand in the outbox of which service for it.
EVENTS = {
    "asked to register": ("registration", "registration.requested"),
    "handed in": ("submissions", "{kind}.received"),
    "contact confirmed": ("submissions", "idea.confirmed"),
    "published": ("submissions", "idea.published"),
    "adopted": ("submissions", "recommendation.adopted"),
    "registration confirmed": ("registration", "registration.{status}"),
}
#: What only a client can begin: its events without an answer to anybody are unexplained.
_BEGUN = {"asked to register": "registration", "handed in": "idea", "adopted": "recommendation"}


def nobody_is_stuck(evidence: Evidence) -> Iterator[str]:
    """Every client came to the end of its journey."""
    yield from evidence.stuck


def i11_honest(evidence: Evidence) -> Iterator[str]:
    """Whatever was answered with 2xx is stored, as the one event that it is, in the order in which it was said."""
    events = _events(evidence)
    for told in evidence.told:
        name = event_of(told)
        if name is None:
            continue
        found = [row for row in events.get(told.about["id"], ()) if row["name"] == name]
        if len(found) != 1:
            yield f"{told.client} was told {told.action} {told.about['id']}: there are {len(found)} {name}"
    yield from _cases(evidence)


def _cases(evidence: Evidence) -> Iterator[str]:
    stored: dict[str, list[str]] = defaultdict(list)
    for row in sorted(evidence.rows("council", "council_case_step"), key=lambda row: row["position"]):
        stored[str(row["case_id"])].append(f"case.{row['name']}")
    said: dict[str, list[str]] = defaultdict(list)
    for told in evidence.told_of("case step"):
        said[told.about["id"]].append(VERBS[told.about["verb"]])
    for case, steps in said.items():
        if stored[case][1:] != steps:
            yield f"case {case} took {stored[case][1:]}, its client was told {steps}"
    for case, steps in stored.items():
        if case not in said and len(steps) > 1:
            yield f"case {case} took steps that nobody was told of"


def nothing_unexplained(evidence: Evidence) -> Iterator[str]:
    """Nothing is stored that no client was told of, and each thing belongs to one request: a repeated one made nothing new."""
    for action, kind in _BEGUN.items():
        service = EVENTS[action][0]
        table = {"registration": "registrations", "idea": "ideas", "recommendation": "recommendations"}[kind]
        told = Counter(told.about["id"] for told in evidence.told_of(action))
        stored = {str(row["id"]) for row in evidence.rows(service, table)}
        for key in sorted(stored - set(told)):
            yield f"{kind} {key} is stored and nobody was told"
        for key in sorted(set(told) - stored):
            yield f"{kind} {key} was told and isn't stored"
        for key, count in told.items():
            if count > 1:
                yield f"{kind} {key} was told to {count} requests"


def event_of(told: Told) -> str | None:
    """The name of the event that an answer speaks of; None where it speaks of none (or of a case)."""
    return EVENTS[told.action][1].format(**told.about) if told.action in EVENTS else None


def _events(evidence: Evidence) -> dict[str, list[Row]]:
    by_aggregate: dict[str, list[Row]] = defaultdict(list)
    for service in evidence.databases:
        for row in evidence.rows(service, "outbox"):
            by_aggregate[str(row["aggregate"]).partition(":")[2]].append(row)
    return by_aggregate
