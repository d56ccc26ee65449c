"""What the system tells of itself to Prometheus. Labels are names of services, events and routes, never of people or texts."""

import fcntl
from io import TextIOWrapper
from itertools import count
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector

# Nobody asks when a counter began, and it would be every third line.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SERVICE = ("service",)
_CONSUMER = ("service", "consumer")
_EVENT = ("service", "event")
_TAKEN = ("service", "producer", "fate")

#: Seconds: from a quick step to an outage over a weekend.
_AGES = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86400)

OUTBOX_UNNUMBERED = Gauge("outbox_unnumbered", "Committed events without a number", _SERVICE)
OUTBOX_UNPUBLISHED = Gauge("outbox_unpublished", "Numbered events the broker hasn't confirmed", _SERVICE)
OUTBOX_OLDEST_SECONDS = Gauge("outbox_oldest_seconds", "Age of the oldest unpublished event", _SERVICE)
RELAY_CONFIRM_SECONDS = Histogram("relay_confirm_seconds", "From publishing to the broker's confirm", _SERVICE)
RELAY_RETURNED = Counter("relay_returned_total", "Messages that no queue wanted", _SERVICE)
RELAY_RESENT = Counter("relay_resent_total", "Messages sent again to one consumer", _CONSUMER)
RELAY_IS_LEADER = Gauge("relay_is_leader", "1 while this process numbers and publishes", _SERVICE)
SETTLED_LAG = Gauge("settled_lag", "Published events that a consumer hasn't confirmed to have", _CONSUMER)
RECEIPT_AGE_SECONDS = Gauge("receipt_age_seconds", "Age of a consumer's last receipt", _CONSUMER)
INBOX_READY = Gauge("inbox_ready", "Received events to be handled", _SERVICE)
INBOX_OLDEST_READY_SECONDS = Gauge("inbox_oldest_ready_seconds", "Age of the oldest of them", _SERVICE)
INBOX_GAP_OPEN = Gauge("inbox_gap_open", "Streams of which a number is missing", _SERVICE)
INBOX_TAKEN = Counter("inbox_taken_total", "Messages from a producer, by what became of each", _TAKEN)
INBOX_DUPLICATES = Counter("inbox_duplicates_total", "Messages that were there already", _SERVICE)
INBOX_PARKED = Gauge("inbox_parked", "Events put aside after retries", _SERVICE)
INBOX_GARBAGE = Gauge("inbox_garbage", "Messages that were unreadable or forged, kept to be looked at", _SERVICE)
INBOX_WAITING_FOR_CAUSE = Gauge("inbox_waiting_for_cause", "Events whose cause isn't handled yet", _SERVICE)
INBOX_BLOCKED_AGGREGATES = Gauge("inbox_blocked_aggregates", "Aggregates behind a parked event", _SERVICE)
HANDLER_SECONDS = Histogram("handler_seconds", "One handler's work on one event", _EVENT)
END_TO_END_SECONDS = Histogram("end_to_end_seconds", "From the event to its effect here", _EVENT, buckets=_AGES)
HTTP_REQUESTS = Counter("http_requests_total", "Requests by route", ("service", "method", "route", "status"))
HTTP_SECONDS = Histogram("http_request_seconds", "From a request's head to its answer", ("service", "route"))

CONTENT_TYPE = CONTENT_TYPE_LATEST

#: The locks of the place that this process counts in; open as long as it lives.
_place: list[TextIOWrapper] = []


def count_together(folder: Path) -> None:
    """Count in files in `folder` from now on, together with other processes; call it after forking, before anything is counted.

    PROMETHEUS_MULTIPROC_DIR must name the same folder. A process takes a place that no living one has and goes on with the
    figures of whoever had it before: however often processes come and go, the files stay few.
    """
    number = next(number for number in count() if _take(folder / f"place-{number}.lock"))
    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]


def page() -> bytes:
    """All figures in Prometheus' text format; those of all processes where several count together."""
    if not _place:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(Path(_place[0].name).parent))  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _take(path: Path) -> bool:
    lock = path.open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _place.append(lock)
    return True
