"""What the operator's commands print, one line a thing."""

from collections.abc import Iterator
from typing import Any

from shared.messaging.operating.looking import Sent, Way
from shared.messaging.operating.masking import Payload
from shared.messaging.operating.overview import Need, Overview, Trouble
from shared.messaging.operating.waiting import Hindered, Obstacle
from shared.messaging.protocol.records import InboxEvent, InboxStatus

_NEEDS = {
    Need.AHEAD: "{about} has {amount} numbers that this database never gave: was it restored without `restore`?",
    Need.PARKED: "{amount} events are parked: `parked` shows them with their reasons",
    Need.FAILING: "{amount} events failed and will be tried again: `parked` shows them, too",
    Need.UNPUBLISHED: "events have waited {amount} s for the broker: does the worker run, does the broker?",
    Need.SILENT: "{about} has told nothing for {amount} s: does its worker run?",
    Need.BEHIND: "{about} lacks {amount} events and gets no further",
    Need.GAP: "number {amount} of {about} is missing: does the worker of {about} run?",
    Need.STUCK: "received events have waited {amount} s: does the worker run?",
    Need.REFUSED: "{amount} messages of the last day were unreadable or forged",
}
_OBSTACLES = {
    Obstacle.GAP: "number {seq} of {producer} is missing before it",
    Obstacle.EARLIER_LIFE: "number {seq} of an earlier life of {producer} is missing before it",
    Obstacle.SAME_AGGREGATE: "an earlier event of {aggregate} is unfinished: {event_id}",
    Obstacle.CAUSE: "its cause is unfinished: {event_id}",
    Obstacle.CAUSE_NOT_HERE: "its cause, number {seq} of {producer}, hasn't come",
    Obstacle.REFERENCE: "it speaks of {aggregate}, of which {event_id} is unfinished",
    Obstacle.NEXT_ATTEMPT: "it failed; the next attempt is planned",
}


def trouble_line(trouble: Trouble) -> str:
    """What needs somebody."""
    if trouble.need is Need.SILENT and not trouble.amount:
        return f"{trouble.about} has never told what it has: did its worker ever run?"
    return _NEEDS[trouble.need].format(amount=trouble.amount, about=trouble.about)


def overview_lines(overview: Overview) -> Iterator[str]:
    """Everything `status` says."""
    present, measures = overview.present, overview.measures
    if present is None:
        yield "stream               none yet: the worker has never run here"
    else:
        yield f"stream               {present.stream_id}, life {present.life}"
        yield f"last number          {present.last_seq}"
        yield f"published through    {present.published_through}"
    for name in ("unnumbered", "unpublished", "ready", "parked", "waiting_for_cause", "blocked_aggregates"):
        yield f"{name.replace('_', ' '):20} {getattr(measures, name)}"
    yield f"{'failing':20} {overview.failing}"
    yield f"{'refused messages':20} {measures.garbage}"
    for hearer in overview.hearers:
        told = "never told" if hearer.receipt_age is None else f"told {hearer.receipt_age:.0f} s ago"
        missing = f", misses {_ranges(hearer.missing)}" if hearer.missing else ""
        resend = f", to be sent again from {hearer.resend_from}" if hearer.resend_from else ""
        yield f"to {hearer.consumer:17} has {hearer.settled_through}, lacks {hearer.lag}{missing}, {told}{resend}"
    for heard in overview.heard:
        cursor = heard.cursor
        ended = "" if cursor.ended_at is None else f", ended at {cursor.ended_at}"
        missing = f", misses {_ranges(heard.gaps)}" if heard.gaps else ""
        yield (
            f"from {cursor.producer:15} has {cursor.through} of life {cursor.life}{ended}{missing}, "
            f"{heard.ready} ready, {heard.parked} parked"
        )
    yield from (f"! {trouble_line(trouble)}" for trouble in overview.troubles)


def sent_line(sent: Sent) -> str:
    """One event of ours in `tail`."""
    event, number = sent.event, sent.at.seq if sent.at else "unnumbered"
    return f"out {event.occurred_at:%Y-%m-%d %H:%M:%S} {number} {event.event_id} {event.name} {event.aggregate}"


def received_line(row: InboxEvent) -> str:
    """One received event in `tail`."""
    event = row.event
    place = f"{row.at.producer} {row.at.seq}"
    return (
        f"in  {row.received_at:%Y-%m-%d %H:%M:%S} {place} {event.event_id} {event.name} {event.aggregate} {row.status}"
    )


def failed_line(row: InboxEvent) -> str:
    """One failed event with its reason."""
    event = row.event
    tries = f"{row.attempts} failed attempts"
    if row.status is InboxStatus.READY and row.next_attempt_at:
        tries += f", next at {row.next_attempt_at:%Y-%m-%d %H:%M:%S}"
    place = f"{row.at.producer} {row.at.seq}"
    return f"{event.event_id} {place} {event.name} {event.aggregate} {row.status}, {tries}: {row.last_error}"


def obstacle_line(hindered: Hindered) -> str:
    """Why a ready row waits."""
    event = hindered.row.event if hindered.row else None
    return _OBSTACLES[hindered.by].format(
        seq=hindered.seq,
        producer=hindered.producer,
        aggregate=event and event.aggregate,
        event_id=event and event.event_id,
    )


def way_as_json(way: Way) -> dict[str, Any]:
    """Everything `show` tells of an event; private parts are masked."""
    event = way.found.event
    place = _received(way.found) if isinstance(way.found, InboxEvent) else _sent(way.found)
    return {
        "event_id": event.event_id,
        "name": event.name,
        "aggregate": event.aggregate,
        "aggregate_seq": event.aggregate_seq,
        **place,
        "occurred_at": event.occurred_at,
        "refers_to": event.refers_to,
        "causes": [f"{step.cause.at.producer} {step.cause.at.seq} {step.cause.event_id}" for step in way.causes],
        "correlation_id": event.correlation_id,
        "traceparent": event.traceparent,
        "waits_because": [obstacle_line(hindered) for hindered in way.obstacles],
        "waits_behind_it": [f"{row.event.event_id} {row.event.name}" for row in way.behind.rows],
        "effects": [f"{sent.event.event_id} {sent.event.name}" for sent in way.effects],
        "data": _data(way.payload),
        "private": {box.recipient: "sealed" if box.is_there else "none left" for box in way.payload.boxes},
        "done_by_hand": [f"{it.at:%Y-%m-%d %H:%M:%S} {it.action} {it.actor}: {it.reason}" for it in way.operations],
    }


def _received(row: InboxEvent) -> dict[str, Any]:
    return {
        "producer": row.at.producer,
        "stream_id": row.at.stream_id,
        "seq": row.at.seq,
        "status": row.status.value,
        "attempts": row.attempts,
        "deaths": row.deaths,
        "next_attempt_at": row.next_attempt_at,
        "last_error": row.last_error,
        "received_at": row.received_at,
        "processed_at": row.processed_at,
    }


def _sent(sent: Sent) -> dict[str, Any]:
    return {
        "stream_id": sent.at and sent.at.stream_id,
        "seq": sent.at and sent.at.seq,
        "settled": dict(sent.settled),
    }


def _data(payload: Payload) -> dict[str, Any] | None:
    if payload.parts is None:
        return None
    return {part.name: "masked" if part.value is None else part.value for part in payload.parts}


def _ranges(ranges: tuple[tuple[int, int], ...]) -> str:
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges)
