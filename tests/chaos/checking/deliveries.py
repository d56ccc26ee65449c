"""What left the house, against what clients were told: nothing lost, nothing twice, nothing out of order, nothing unasked for.

Mail and SMS may repeat where a sender died between handing over and writing that down: then the delivery log has claimed the
message more than once, and it goes out under the same reference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from tests.chaos.checking.clients import EVENTS, VERBS
from tests.chaos.evidence import Evidence, Row
from tests.chaos.truth import Handed


class Message(NamedTuple):
    """What was to be told to whom: the event's name, and the key of what it happened to."""

    to: str
    name: str
    aggregate: str


def repeats(evidence: Evidence) -> dict[str, int]:
    """How often each message was handed over that was handed over more than once, by reference."""
    counted = Counter(handed.reference for handed in evidence.handed)
    return {reference: count for reference, count in counted.items() if count > 1}


def nothing_lost(evidence: Evidence) -> Iterator[str]:
    """Whoever was promised a message was handed it, and the log has finished with every message."""
    sent = {message for message, _ in _sent(evidence)}
    for message in sorted(_promised(evidence) - sent):
        yield f"{message.name} about {message.aggregate} never went to {message.to}"
    references = {handed.reference for handed in evidence.handed}
    for row in evidence.rows("notifications", "notifications"):
        if row["status"] == "sent" and str(row["id"]) not in references:
            yield f"{row['message']} {row['id']} is marked as sent and never went out"
        elif row["status"] != "sent":
            yield f"{row['message']} {row['id']} was left {row['status']}: {row['reason']}"


def nothing_unasked(evidence: Evidence) -> Iterator[str]:
    """Each message that went out stands in the log, for an event that happened, to an address that asked for it."""
    known = {str(row["id"]) for row in evidence.rows("notifications", "notifications")}
    for handed in evidence.handed:
        if handed.reference not in known:
            yield f"a message {handed.reference} went to {handed.to} that is in no log"
    allowed = _promised(evidence) | _possible(evidence)
    for message in sorted({message for message, _ in _sent(evidence)} - allowed):
        yield f"{message.name} about {message.aggregate} went to {message.to}, who didn't ask"


def nothing_twice(evidence: Evidence) -> Iterator[str]:
    """No message went out under two references, and none oftener than the log claimed it."""
    references: dict[Message, set[str]] = defaultdict(set)
    for message, handed in _sent(evidence):
        references[message].add(handed.reference)
    for message, found in references.items():
        if len(found) > 1:
            yield f"{message.name} about {message.aggregate} went to {message.to} under {len(found)} references"
    claimed = {str(row["id"]): row["attempts"] for row in evidence.rows("notifications", "notifications")}
    for reference, count in repeats(evidence).items():
        if count > claimed.get(reference, 0):
            yield f"message {reference} went out {count} times and was claimed {claimed.get(reference, 0)} times"


def in_order(evidence: Evidence) -> Iterator[str]:
    """To one address the news of one aggregate went out in their order (but for those that had to be claimed again)."""
    rows = {str(row["id"]): row for row in evidence.rows("notifications", "notifications")}
    events = _events(evidence)
    gone: dict[tuple[str, str], list[Row]] = defaultdict(list)
    seen = set()
    for handed in evidence.handed:
        row = rows.get(handed.reference)
        if row is None or handed.reference in seen or row["event_id"] not in events or row["attempts"] > 1:
            continue
        seen.add(handed.reference)
        event = events[row["event_id"]]
        gone[handed.to, event["aggregate"]].append(event)
    for (to, aggregate), order in gone.items():
        numbers = [event["aggregate_seq"] for event in order]
        if numbers != sorted(numbers):
            yield f"{to} got the news of {aggregate} in the order {numbers}"


def _sent(evidence: Evidence) -> list[tuple[Message, Handed]]:
    rows = {str(row["id"]): row for row in evidence.rows("notifications", "notifications")}
    events = _events(evidence)
    found = []
    for handed in evidence.handed:
        row = rows.get(handed.reference)
        if row is not None and row["event_id"] in events:
            found.append((Message(handed.to, row["message"], events[row["event_id"]]["aggregate"]), handed))
    return found


def _promised(evidence: Evidence) -> set[Message]:
    """What follows from the clients' own journeys, each step of which they were told of before the next."""
    promised, authors = set(), _authors(evidence)
    for told in evidence.told_of("asked to register", "registration confirmed"):
        name = EVENTS[told.action][1].format(**told.about)
        promised.add(Message(told.about["to"], name, f"registration:{told.about['id']}"))
    for told in evidence.told_of("handed in"):
        promised.add(Message(told.about["to"], f"{told.about['kind']}.received", f"idea:{told.about['id']}"))
    for told in evidence.told_of("published"):
        promised.add(Message(authors[told.about["id"]], "idea.published", f"idea:{told.about['id']}"))
    for told in evidence.told_of("adopted"):
        key = f"recommendation:{told.about['id']}"
        promised.add(Message(authors[told.about["idea"]], "recommendation.adopted", key))
    return promised | set(_of_cases(evidence, "recommendation"))


def _possible(evidence: Evidence) -> set[Message]:
    """What may come beside: news of a petition's case depend on whether its author had confirmed by then."""
    return set(_of_cases(evidence, "petition"))


def _of_cases(evidence: Evidence, origin: str) -> Iterator[Message]:
    authors = _authors(evidence)
    for told in evidence.told_of("adopted"):
        authors[told.about["id"]] = authors[told.about["idea"]]
    steps: dict[str, list[str]] = defaultdict(list)
    for told in evidence.told_of("case step"):
        steps[told.about["id"]].append(VERBS[told.about["verb"]])
    for case in evidence.rows("council", "council_case"):
        if case["origin"] == origin and str(case["origin_id"]) in authors:
            for name in ("case.opened", *steps[str(case["id"])]):
                yield Message(authors[str(case["origin_id"])], name, f"case:{case['id']}")


def _authors(evidence: Evidence) -> dict[str, str]:
    return {told.about["id"]: told.about["to"] for told in evidence.told_of("handed in")}


def _events(evidence: Evidence) -> dict[object, Row]:
    return {row["event_id"]: row for service in evidence.databases for row in evidence.rows(service, "outbox")}
