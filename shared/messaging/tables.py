"""The backbone's tables, the same in every service's database. EVENTS.md calls them the only memory; the broker has none."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects import sqlite

from shared.database import UTCDateTime

backbone = MetaData()

# SQLite numbers rows by itself only in a column that is called INTEGER.
Serial = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

outbox = Table(
    "outbox",
    backbone,
    Column("position", Serial, primary_key=True, autoincrement=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("aggregate", String(120), nullable=False),
    Column("aggregate_seq", Integer, nullable=False),
    Column("stream_id", String(40)),
    Column("seq", BigInteger),
    Column("body", Text, nullable=False),
    Column("sealed", Text),
    Column("subject_id", Uuid),
    Column("cause_producer", String(40)),
    Column("cause_stream_id", String(40)),
    Column("cause_seq", BigInteger),
    Column("cause_event_id", Uuid),
    Column("refers_to", Text, nullable=False),
    Column("correlation_id", String(64)),
    Column("traceparent", String(55)),
    Column("occurred_at", UTCDateTime, nullable=False),
    Column("root_at", UTCDateTime, nullable=False),
    UniqueConstraint("aggregate", "aggregate_seq", name="outbox_one_event_per_version"),
    UniqueConstraint("stream_id", "seq", name="outbox_gapless"),
)
Index(
    "outbox_unnumbered",
    outbox.c.position,
    postgresql_where=outbox.c.seq.is_(None),
    sqlite_where=outbox.c.seq.is_(None),
)
Index("outbox_by_subject", outbox.c.subject_id)

stream = Table(
    "stream",
    backbone,
    Column("stream_id", String(40), primary_key=True),
    Column("life", Integer, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("next_seq", BigInteger, nullable=False),
    Column("published_through", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("epoch", BigInteger, nullable=False),
    Column("restored_at", UTCDateTime),
)

subscriber = Table(
    "subscriber",
    backbone,
    Column("consumer", String(40), primary_key=True),
    Column("stream_id", String(40), primary_key=True),
    Column("settled_through", BigInteger, nullable=False),
    Column("missing", Text, nullable=False),
    Column("last_receipt_at", UTCDateTime, nullable=False),
    Column("moved_at", UTCDateTime, nullable=False),
    Column("resend_from", BigInteger),
)

inbox = Table(
    "inbox",
    backbone,
    Column("producer", String(40), primary_key=True),
    Column("stream_id", String(40), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("name", String(80), nullable=False),
    Column("aggregate", String(120), nullable=False),
    Column("aggregate_seq", Integer, nullable=False),
    Column("cause_producer", String(40)),
    Column("cause_stream_id", String(40)),
    Column("cause_seq", BigInteger),
    Column("cause_event_id", Uuid),
    Column("refers_to", Text, nullable=False),
    Column("body", Text),
    Column("sealed", Text),
    Column("subject_id", Uuid),
    Column("correlation_id", String(64)),
    Column("traceparent", String(55)),
    Column("occurred_at", UTCDateTime, nullable=False),
    Column("root_at", UTCDateTime, nullable=False),
    Column("received_at", UTCDateTime, nullable=False),
    Column("status", String(12), nullable=False),
    Column("suspect", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("deaths", Integer, nullable=False),
    Column("next_attempt_at", UTCDateTime),
    Column("last_error", Text),
    Column("processed_at", UTCDateTime),
    # Ids can be guessed: a producer that takes another's keeps nobody's event out.
    UniqueConstraint("event_id", "producer", name="inbox_event_once"),
)
#: What a handler has yet to finish. Spelled as text, so that both databases see that a query fits the partial indexes.
UNFINISHED = "status IN ('ready', 'parked')"
READY = "status = 'ready'"
Index(
    "inbox_unfinished",
    inbox.c.producer,
    inbox.c.aggregate,
    inbox.c.aggregate_seq,
    postgresql_where=text(UNFINISHED),
    sqlite_where=text(UNFINISHED),
)
Index(
    "inbox_due",
    inbox.c.received_at,
    inbox.c.producer,
    inbox.c.stream_id,
    inbox.c.seq,
    postgresql_where=text(READY),
    sqlite_where=text(READY),
)
Index("inbox_by_subject", inbox.c.subject_id)

inbox_cursor = Table(
    "inbox_cursor",
    backbone,
    Column("producer", String(40), primary_key=True),
    Column("stream_id", String(40), primary_key=True),
    Column("life", Integer, nullable=False),
    Column("through", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("seen", BigInteger, nullable=False, server_default="0"),
    Column("seen_mark", String(64)),
)

#: Numbers that need no inbox row, kept only while a gap before them is open.
inbox_light = Table(
    "inbox_light",
    backbone,
    Column("producer", String(40), primary_key=True),
    Column("stream_id", String(40), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
)

inbox_garbage = Table(
    "inbox_garbage",
    backbone,
    Column("sha256", String(64), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
    Column("headers", Text, nullable=False),
    Column("received_at", UTCDateTime, nullable=False),
)

erased_subject = Table(
    "erased_subject",
    backbone,
    Column("mark", String(64), primary_key=True),
    Column("erased_at", UTCDateTime, nullable=False),
)

operator_log = Table(
    "operator_log",
    backbone,
    Column("position", Serial, primary_key=True, autoincrement=True),
    Column("at", UTCDateTime, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("action", String(40), nullable=False),
    Column("key", String(200), nullable=False),
    Column("reason", Text),
)


def create_backbone(connection: Connection) -> None:
    """Make every table of the backbone; a service's first migration calls this."""
    backbone.create_all(connection, checkfirst=False)


def drop_backbone(connection: Connection) -> None:
    """Take every table of the backbone away again."""
    backbone.drop_all(connection, checkfirst=False)
