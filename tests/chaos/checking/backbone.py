"""What the backbone's tables of all services must show together: I1, I2, I6, I9 and I12 of EVENTS.md."""

from collections.abc import Iterator

from tests.chaos.evidence import Evidence, Row

_FIXED = ("name", "body", "stream_id", "seq", "aggregate", "aggregate_seq", "correlation_id", "cause_event_id")


def i1_no_ghost(evidence: Evidence) -> Iterator[str]:
    """Every stored event has a committed outbox row that says the same, under the same number."""
    published = {service: _by_id(evidence, service, "outbox") for service in evidence.databases}
    for consumer in evidence.pairs:
        for row in evidence.rows(consumer, "inbox"):
            committed = published[row["producer"]].get(row["event_id"])
            if committed is None:
                yield f"{consumer} has {row['name']} {row['event_id']} that {row['producer']} never committed"
            elif differing := [name for name in _FIXED if row[name] != committed[name]]:
                yield f"{consumer} has {row['name']} {row['event_id']} with another {', '.join(differing)}"


def i2_no_loss(evidence: Evidence) -> Iterator[str]:
    """Numbers have no gaps and are published; each cursor reaches the last; every event with a handler is stored."""
    for producer in evidence.databases:
        yield from _numbers(evidence, producer)
    for consumer, producers in evidence.pairs.items():
        stored = _by_id(evidence, consumer, "inbox")
        reached = {
            (row["producer"], row["stream_id"]): row["through"] for row in evidence.rows(consumer, "inbox_cursor")
        }
        for producer in producers:
            for stream in evidence.rows(producer, "stream"):
                last, through = stream["next_seq"] - 1, reached.get((producer, stream["stream_id"]), 0)
                if through != last:
                    yield f"{consumer} has {producer} through {through} of {last}"
            for row in evidence.rows(producer, "outbox"):
                if row["name"] in evidence.handled[consumer] and row["event_id"] not in stored:
                    yield f"{consumer} never stored {row['name']} {row['event_id']}"


def _numbers(evidence: Evidence, producer: str) -> Iterator[str]:
    streams = evidence.rows(producer, "stream")
    if len(streams) != 1:
        yield f"{producer} has {len(streams)} streams, though nothing was restored"
    for stream in streams:
        numbered = [row for row in evidence.rows(producer, "outbox") if row["seq"] is not None]
        given = sorted(row["seq"] for row in numbered if row["stream_id"] == stream["stream_id"])
        if given != list(range(1, stream["next_seq"])):
            yield f"{producer} has gaps in its numbers"
        if stream["published_through"] != stream["next_seq"] - 1:
            yield f"{producer} published {stream['published_through']} of {stream['next_seq'] - 1}"
    if unnumbered := sum(row["seq"] is None for row in evidence.rows(producer, "outbox")):
        yield f"{producer} left {unnumbered} events without a number"


def i6_nothing_disappears(evidence: Evidence) -> Iterator[str]:
    """Every row is processed: in these runs no event is poison, so nothing may wait, be parked or be skipped."""
    for consumer in evidence.pairs:
        for row in evidence.rows(consumer, "inbox"):
            if row["status"] != "processed":
                yield f"{consumer} left {row['name']} {row['event_id']} {row['status']}: {row['last_error']}"
        for row in evidence.rows(consumer, "inbox_garbage"):
            yield f"{consumer} took an honest message for garbage: {row['headers'][:200]}"


def i9_bounded(evidence: Evidence) -> Iterator[str]:
    """What recognises duplicates is one cursor a stream; nothing is kept for gaps that are closed."""
    for consumer, producers in evidence.pairs.items():
        if light := len(evidence.rows(consumer, "inbox_light")):
            yield f"{consumer} keeps {light} light rows"
        if (cursors := len(evidence.rows(consumer, "inbox_cursor"))) > len(producers):
            yield f"{consumer} keeps {cursors} cursors for {len(producers)} producers"


def i12_again(evidence: Evidence) -> Iterator[str]:
    """Handling the whole log again changed nothing and sent nothing."""
    for table, (before, after) in evidence.digests.items():
        if before != after:
            yield f"{table} changed when everything was sent again"
    if evidence.handed_again:
        yield f"{evidence.handed_again} messages went out when everything was sent again"


def _by_id(evidence: Evidence, service: str, table: str) -> dict[object, Row]:
    return {row["event_id"]: row for row in evidence.rows(service, table)}
