"""What the system tells of itself to Prometheus. Labels are names of services and events, never of people or texts."""

from prometheus_client import Counter, Gauge, Histogram

_SERVICE = ("service",)
_CONSUMER = ("service", "consumer")
_EVENT = ("service", "event")

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
INBOX_DUPLICATES = Counter("inbox_duplicates_total", "Messages that were there already", _SERVICE)
INBOX_PARKED = Gauge("inbox_parked", "Events put aside after retries", _SERVICE)
INBOX_WAITING_FOR_CAUSE = Gauge("inbox_waiting_for_cause", "Events whose cause isn't handled yet", _SERVICE)
INBOX_BLOCKED_AGGREGATES = Gauge("inbox_blocked_aggregates", "Aggregates behind a parked event", _SERVICE)
HANDLER_SECONDS = Histogram("handler_seconds", "One handler's work on one event", _EVENT)
END_TO_END_SECONDS = Histogram("end_to_end_seconds", "From the event to its effect here", _EVENT)
