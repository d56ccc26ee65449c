"""What happened in which order, and why: I5 and I10 of EVENTS.md."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tests.chaos.evidence import Evidence, Row


def i5_order_within_an_aggregate(evidence: Evidence) -> Iterator[str]:
    """What happened to one aggregate had its effects in that order, in every consumer."""
    for consumer in evidence.pairs:
        handled: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in evidence.rows(consumer, "inbox"):
            if row["processed_at"]:
                handled[row["producer"], row["aggregate"]].append(row)
        for (_, aggregate), rows in handled.items():
            rows.sort(key=lambda row: row["aggregate_seq"])
            for earlier, later in pairwise(rows):
                if later["processed_at"] < earlier["processed_at"]:
                    yield f"{consumer} handled {later['name']} of {aggregate} before {earlier['name']}"


def i5_order_of_causes(evidence: Evidence) -> Iterator[str]:
    """No effect came before its cause's, and none before what it refers to."""
    for consumer in evidence.pairs:
        rows = [row for row in evidence.rows(consumer, "inbox") if row["processed_at"]]
        at = {row["event_id"]: row["processed_at"] for row in rows}
        for row in rows:
            cause = row["cause_event_id"]
            if cause in at and row["processed_at"] < at[cause]:
                yield f"{consumer} handled {row['name']} {row['event_id']} before its cause"
            for other in _referred(row, rows):
                if row["processed_at"] < other["processed_at"]:
                    yield f"{consumer} handled {row['name']} before {other['name']} of {other['aggregate']}"


def _referred(row: Row, rows: list[Row]) -> Iterator[Row]:
    """The earlier rows of aggregates that a row speaks of."""
    if row["refers_to"] == "[]":
        return
    for other in rows:
        if (
            other["producer"] == row["producer"]
            and other["seq"] < row["seq"]
            and f'"{other["aggregate"]}"' in row["refers_to"]
        ):
            yield other


def i10_trace(evidence: Evidence) -> Iterator[str]:
    """From every event the causes lead to exactly one first event, which all of the chain name."""
    every = {row["event_id"]: row for service in evidence.databases for row in evidence.rows(service, "outbox")}
    for row in every.values():
        root, steps = row, 0
        while root["cause_event_id"] in every and steps < len(every):
            root, steps = every[root["cause_event_id"]], steps + 1
        if root["cause_event_id"] is not None:
            yield f"{row['name']} {row['event_id']} has a cause that nobody knows"
        elif str(root["event_id"]) != row["correlation_id"]:
            yield f"{row['name']} {row['event_id']} names another request than its causes lead to"
