"""What events have brought about, once each and in order: I3, I4 and I5 of EVENTS.md in the services' own tables."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.chaos.evidence import Evidence

#: Kinds of aggregates: who publishes about them, and in which table they live.
AGGREGATES = {
    "conference": ("registration", "conferences"),
    "registration": ("registration", "registrations"),
    "idea": ("submissions", "ideas"),
    "recommendation": ("submissions", "recommendations"),
    "case": ("council", "council_case"),
    "staff": ("council", "staff"),
    "erasure": ("notifications", "erasures"),
}
#: The events that open a case, and the kind of what they happened to.
_OPENING = {"recommendation.adopted": "recommendation", "petition.received": "idea"}


def i3_atomic(evidence: Evidence) -> Iterator[str]:
    """Each aggregate has as many events as its version says, numbered without gaps: neither happened without the other."""
    told: dict[str, list[int]] = defaultdict(list)
    for service in evidence.databases:
        for row in evidence.rows(service, "outbox"):
            told[row["aggregate"]].append(row["aggregate_seq"])
    for kind, (service, table) in AGGREGATES.items():
        for row in evidence.rows(service, table):
            numbers = sorted(told.pop(f"{kind}:{row['id']}", []))
            if numbers != list(range(1, row["version"] + 1)):
                yield f"{kind} {row['id']} is at version {row['version']}, its events count {numbers}"
    for aggregate in told:
        yield f"there are events of {aggregate}, which isn't there"


def i4_once(evidence: Evidence) -> Iterator[str]:
    """One case for each recommendation and petition, one step of a story for each step of a case: no more and no less."""
    causes = [row for row in evidence.rows("submissions", "outbox") if row["name"] in _OPENING]
    expected = {str(row["aggregate"]).partition(":")[2] for row in causes}
    cases = Counter(str(row["origin_id"]) for row in evidence.rows("council", "council_case"))
    yield from _differing("case", expected, cases)
    steps = [row for row in evidence.rows("council", "outbox") if row["name"].startswith("case.")]
    stories = Counter(
        str(row["event_id"]) for row in evidence.rows("submissions", "story_steps") if row["kind"].startswith("case.")
    )
    yield from _differing("step of a story", {str(row["event_id"]) for row in steps}, stories)
    outcomes = Counter(str(row["case_id"]) for row in evidence.rows("registration", "outcomes"))
    if strange := [case for case, count in outcomes.items() if count > 1]:
        yield f"{len(strange)} cases stand twice on the front page"
    numbers = sorted(row["sequence"] for row in evidence.rows("council", "council_case"))
    if numbers != list(range(1, len(numbers) + 1)):
        yield "case numbers have gaps"


def i5_stories_in_order(evidence: Evidence) -> Iterator[str]:
    """The story of each origin tells the steps of its case in the order in which they were taken."""
    taken = {
        row["event_id"]: row["aggregate_seq"]
        for row in evidence.rows("council", "outbox")
        if row["name"].startswith("case.")
    }
    told: dict[str, list[int]] = defaultdict(list)
    for row in sorted(evidence.rows("submissions", "story_steps"), key=lambda row: row["position"]):
        if row["event_id"] in taken:
            told[str(row["origin_id"])].append(taken[row["event_id"]])
    for origin, order in told.items():
        if order != sorted(order):
            yield f"the story of {origin} tells its steps in the order {order}"


def _differing(what: str, expected: set[str], there: Counter[str]) -> Iterator[str]:
    for key in sorted(expected - set(there)):
        yield f"there is no {what} for {key}"
    for key, count in there.items():
        if key not in expected:
            yield f"there is a {what} for {key} without a reason"
        elif count > 1:
            yield f"there are {count} times a {what} for {key}"
