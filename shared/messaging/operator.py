"""The operator's commands: they look at rows and write rows; the relay and the processor act on them."""

import getpass
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select

from shared import clock
from shared.database import Database
from shared.messaging import topology
from shared.messaging.measuring import measure
from shared.messaging.protocol import streams
from shared.messaging.protocol.records import InboxEvent
from shared.messaging.relay import new_stream_id
from shared.messaging.store import SqlStore
from shared.messaging.tables import inbox, outbox
from shared.messaging.verifying import violations

#: How many parked events one command looks at.
MOST = 500

Opening = Callable[[], tuple[Database, str]]


def event_commands(service: str, opened: Opening) -> click.Group:
    """The group `events` of one service; `opened` gives its database and ledger key, once a command needs them."""

    @click.group("events", help="Look after the events that this service sends and receives.")
    @click.pass_context
    def events(context: click.Context) -> None:
        database, ledger_key = opened()
        context.obj = Desk(database, SqlStore(database, ledger_key))

    for command in (status, tail, show, parked, replay, skip, resend, verify, restore):
        events.add_command(command)
    events.add_command(_topology_of(service))
    return events


class Desk:
    """What a command works with."""

    def __init__(self, database: Database, store: SqlStore) -> None:
        self.database = database
        self.store = store
        self.actor = getpass.getuser()


@click.command()
@click.pass_obj
def status(desk: Desk) -> None:
    """Counts and ages: what waits, what is parked, how far each consumer is."""
    with desk.database.read() as session:
        measures = measure(session)
    for name in measures.__slots__:
        if name != "consumers":
            click.echo(f"{name:20} {getattr(measures, name)}")
    for consumer in measures.consumers:
        click.echo(
            f"to {consumer.name:17} has {consumer.settled_through}, lacks {consumer.lag}, "
            f"told {consumer.receipt_age:.0f} s ago"
        )


@click.command()
@click.option("-n", "count", default=20, show_default=True, help="How many of each kind.")
@click.pass_obj
def tail(desk: Desk, count: int) -> None:
    """The latest events, sent and received."""
    sent = select(outbox).order_by(outbox.c.position.desc()).limit(count)
    received = select(inbox).order_by(inbox.c.received_at.desc(), inbox.c.seq.desc()).limit(count)
    with desk.database.read() as session:
        for row in reversed(session.execute(sent).all()):
            number = row.seq or "unnumbered"
            click.echo(f"out {row.occurred_at:%Y-%m-%d %H:%M:%S} {number} {row.event_id} {row.name} {row.aggregate}")
        for row in reversed(session.execute(received).all()):
            click.echo(
                f"in  {row.received_at:%Y-%m-%d %H:%M:%S} {row.producer} {row.seq} {row.event_id} {row.name} "
                f"{row.aggregate} {row.status}"
            )


@click.command()
@click.argument("event_id", type=click.UUID)
@click.pass_obj
def show(desk: Desk, event_id: UUID) -> None:
    """Everything about one event but its sealed parts."""
    with desk.database.read() as session:
        rows: list[Any] = []
        for table in (outbox, inbox):
            rows += session.execute(select(table).where(table.c.event_id == event_id)).mappings().all()
    if not rows:
        raise click.ClickException("There is no such event here.")
    for row in rows:
        shown = {key: value for key, value in row.items() if key != "sealed"}
        click.echo(json.dumps(shown, default=str, indent=1, ensure_ascii=False))


@click.command()
@click.pass_obj
def parked(desk: Desk) -> None:
    """What was put aside after retries, with its reason."""
    with desk.store.begin() as tx:
        rows = tx.parked(MOST)
    for row in rows:
        _line(row)


@click.command()
@click.argument("event_id", type=click.UUID, required=False)
@click.option("--name", help="Every parked event of this name.")
@click.option("--error", help="Every parked event whose reason contains this.")
@click.option("--dry-run", is_flag=True, help="Only show which.")
@click.pass_obj
def replay(desk: Desk, event_id: UUID | None, name: str | None, error: str | None, dry_run: bool) -> None:
    """Let parked events be handled again."""
    if not (event_id or name or error):
        raise click.UsageError("Say which: an ID, --name or --error.")
    with desk.store.begin() as tx:
        rows = [row for row in tx.parked(MOST, name, error) if event_id in (None, row.event.event_id)]
        for row in rows:
            _line(row)
            if not dry_run:
                tx.log_operation(clock.now(), desk.actor, "replay", str(row.event.event_id), row.last_error or "")
        if not dry_run:
            tx.replay([row.event.event_id for row in rows])
    click.echo(f"{len(rows)} {'would be ' if dry_run else ''}replayed")


@click.command()
@click.argument("event_id", type=click.UUID)
@click.option("--reason", required=True, help="Why it will never be handled; stands in the operator log.")
@click.pass_obj
def skip(desk: Desk, event_id: UUID, reason: str) -> None:
    """Give up an event for good, so that what comes after it in its aggregate goes on."""
    with desk.store.begin() as tx:
        if not tx.skip([event_id], reason):
            raise click.ClickException("There is no such unfinished event here.")
        tx.log_operation(clock.now(), desk.actor, "skip", str(event_id), reason)
    click.echo("skipped")


@click.command()
@click.option("--consumer", required=True)
@click.option("--from", "seq", required=True, type=click.IntRange(min=1), help="The first number to send again.")
@click.option("--stream", "stream_id", help="Another stream than the present one.")
@click.pass_obj
def resend(desk: Desk, consumer: str, seq: int, stream_id: str | None) -> None:
    """Have the relay send a consumer everything from a number on; what it has already changes nothing there."""
    with desk.store.begin() as tx:
        wanted = stream_id or tx.lock_present_stream().stream_id
        if not tx.set_resend_from(consumer, wanted, seq):
            raise click.ClickException("That consumer has never told what it has of that stream.")
        tx.log_operation(clock.now(), desk.actor, "resend", f"{consumer} {wanted} {seq}", "")
    click.echo("noted; the relay does it")


@click.command()
@click.pass_obj
def verify(desk: Desk) -> None:
    """Check what the tables promise; ends with 1 when something is broken."""
    with desk.database.read() as session:
        found = violations(session)
    for violation in found:
        click.echo(violation)
    click.echo(f"{len(found)} violations")
    if found:
        raise SystemExit(1)


@click.command()
@click.confirmation_option(prompt="Was this database set back to an earlier moment, and is every worker of it stopped?")
@click.pass_obj
def restore(desk: Desk) -> None:
    """After a backup was restored, before the worker starts: end the stream and begin its next life."""
    with desk.store.begin() as tx:
        begun = streams.restore(tx, new_stream_id, clock.now())
        tx.log_operation(clock.now(), desk.actor, "restore", begun.stream_id, f"life {begun.life}")
    click.echo(f"life {begun.life} begins as {begun.stream_id}; the worker may start")


def _topology_of(service: str) -> click.Command:
    @click.command("topology")
    def show_topology() -> None:
        """Whom this service hears, who hears it, and what is bound where in the broker."""
        own = topology.of(service)
        click.echo(f"publishes on {topology.events_exchange(service)} to {', '.join(own.consumers)}")
        for exchange, queue, key in topology.bindings_of(own):
            click.echo(f"{queue} takes {key} from {exchange}")

    return show_topology


def _line(row: InboxEvent) -> None:
    event = row.event
    click.echo(f"{event.event_id} {row.at.producer} {row.at.seq} {event.name} {event.aggregate}: {row.last_error}")
