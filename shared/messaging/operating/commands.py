"""The operator's commands: `python -m services.<service> events …`. They end with 1 where something is wrong or not there."""

import getpass
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import click
from sqlalchemy.exc import SQLAlchemyError

from shared.database import Database
from shared.messaging import topology
from shared.messaging.errors import NoStream
from shared.messaging.operating import reporting
from shared.messaging.operating.operator import Failed, Operator, Refused
from shared.messaging.relay import new_stream_id

Opening = Callable[[], tuple[Database, str]]


def event_commands(service: str, opened: Opening) -> click.Group:
    """The group `events` of one service; `opened` gives its database and ledger key, once a command needs them."""

    @click.group("events", cls=_Group, help="Look after the events that this service sends and receives.")
    @click.pass_context
    def events(context: click.Context) -> None:
        context.obj = Desk(opened)

    for command in (status, tail, show, parked, replay, skip, resend, verify, restore):
        events.add_command(command)
    events.add_command(_topology_of(service))
    return events


class Desk:
    """Where a command gets its operator from."""

    def __init__(self, opened: Opening) -> None:
        self._opened = opened

    @contextmanager
    def reading(self) -> Iterator[Operator]:
        """Somebody who only looks."""
        database, ledger_key = self._opened()
        with database.read() as session:
            yield Operator(session, ledger_key, _actor())

    @contextmanager
    def writing(self) -> Iterator[Operator]:
        """Somebody who changes rows, all or nothing."""
        database, ledger_key = self._opened()
        with database.write() as session:
            yield Operator(session, ledger_key, _actor())


class _Group(click.Group):
    """Says in a line what can't be done, instead of a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused
        except NoStream as error:
            raise click.ClickException("There is no stream yet: the worker has never run here.") from error
        except SQLAlchemyError as error:
            raise click.ClickException(
                f"The database can't be reached or isn't migrated ({type(error).__name__})."
            ) from error


@click.command()
@click.pass_obj
def status(desk: Desk) -> None:
    """How far everything is, and what needs somebody (lines that begin with "!")."""
    with desk.reading() as operator:
        for line in reporting.overview_lines(operator.overview()):
            click.echo(line)


@click.command()
@click.option("-n", "count", default=20, show_default=True, type=click.IntRange(min=1), help="How many of each kind.")
@click.pass_obj
def tail(desk: Desk, count: int) -> None:
    """The latest events, sent and received."""
    with desk.reading() as operator:
        sent, received = operator.latest(count)
    for line in (*map(reporting.sent_line, sent), *map(reporting.received_line, received)):
        click.echo(line)


@click.command()
@click.argument("event_id", type=click.UUID)
@click.pass_obj
def show(desk: Desk, event_id: UUID) -> None:
    """Everything about one event: where it is, why it waits, what caused it. Private parts are masked."""
    with desk.reading() as operator:
        way = operator.look_at(event_id)
    if way is None:
        raise click.ClickException("There is no such event here.")
    click.echo(json.dumps(reporting.way_as_json(way), default=str, indent=1, ensure_ascii=False))


@click.command()
@click.pass_obj
def parked(desk: Desk) -> None:
    """What failed, with its reason: put aside after retries, or waiting for the next one."""
    with desk.reading() as operator:
        failed = operator.replay(Failed(), dry_run=True)
        for row in failed.rows:
            waiting = operator.behind(row)
            behind = f" ({waiting.count} events wait behind it)" if waiting.count else ""
            click.echo(reporting.failed_line(row) + behind)
    if not failed.rows:
        click.echo("nothing failed")
    _say_if_more(failed.is_all)


@click.command()
@click.argument("event_id", type=click.UUID, required=False)
@click.option("--name", help="Every failed event of this name.")
@click.option("--error", help="Every failed event whose reason contains this.")
@click.option("--dry-run", is_flag=True, help="Only show which.")
@click.pass_obj
def replay(desk: Desk, event_id: UUID | None, name: str | None, error: str | None, dry_run: bool) -> None:
    """Let failed events be handled again, now: those that are parked, and those that wait for another attempt."""
    if not (event_id or name or error):
        raise click.UsageError("Say which: an ID, --name or --error.")
    if event_id and (name or error):
        raise click.UsageError("Either an ID, or --name and --error.")
    with desk.writing() as operator:
        rerun = operator.replay(Failed(event_id, name, error), dry_run=dry_run)
    if event_id and not rerun.rows:
        raise click.ClickException("There is no such event here that failed.")
    for row in rerun.rows:
        click.echo(reporting.failed_line(row))
    _say_if_more(rerun.is_all)
    click.echo(f"{len(rerun.rows)} {'would be ' if dry_run else ''}replayed")


@click.command()
@click.argument("event_id", type=click.UUID)
@click.option("--reason", required=True, help="Why it will never be handled; stands in the operator log.")
@click.pass_obj
def skip(desk: Desk, event_id: UUID, reason: str) -> None:
    """Give up an event for good, so that what comes after it in its aggregate goes on."""
    with desk.writing() as operator:
        operator.skip(event_id, reason)
    click.echo("skipped")


@click.command()
@click.option("--consumer", required=True)
@click.option("--from", "seq", required=True, type=click.IntRange(min=1), help="The first number to send again.")
@click.option("--stream", "stream_id", help="Another stream than the present one.")
@click.pass_obj
def resend(desk: Desk, consumer: str, seq: int, stream_id: str | None) -> None:
    """Have the relay send a consumer everything from a number on; what it has already changes nothing there."""
    with desk.writing() as operator:
        operator.resend(consumer, seq, stream_id)
    click.echo("noted; the relay does it")


@click.command()
@click.pass_obj
def verify(desk: Desk) -> None:
    """Check what the tables promise; ends with 1 when something is broken."""
    with desk.reading() as operator:
        found = operator.verify()
    for violation in found:
        click.echo(str(violation))
    click.echo(f"{len(found)} violations")
    if found:
        raise SystemExit(1)


@click.command()
@click.confirmation_option(prompt="Was this database set back to an earlier moment, and is every worker of it stopped?")
@click.pass_obj
def restore(desk: Desk) -> None:
    """After a backup was restored, before the worker starts: end the stream and begin its next life."""
    with desk.writing() as operator:
        begun = operator.restore(new_stream_id)
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


def _say_if_more(is_all: bool) -> None:
    if not is_all:
        click.echo("… and more: run this again for them")


def _actor() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        return f"user {os.getuid()}"
