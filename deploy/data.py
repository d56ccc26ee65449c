"""Backup and restore of the one-process run: `python -m deploy.data backup --data var --to FOLDER`, and
`restore SERVICE --data var --from FOLDER`. A deployment with containers has backup.sh and restore.sh for the same."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click

from deploy.secrets import SERVICES
from services.embedded import AlreadyRunning, hold, settings, write_private
from shared.config import Environment

#: Beside the databases: without these keys nobody can read what is sealed or encrypted in them.
KEYS = "keys.json"

folder = click.Path(path_type=Path, file_okay=False)


@click.group()
def cli() -> None:
    """Backup and restore of the one-process run."""


@cli.command()
@click.option("--data", type=folder, required=True, help="The folder of the run.")
@click.option("--to", type=folder, required=True, help="The folder to write to.")
def backup(data: Path, to: Path) -> None:
    """Save every service's database, each at one consistent moment, and the keys; the run goes on."""
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    for service in SERVICES:
        saved = to / f"{service}.sqlite"
        _copy(_existing(data / f"{service}.sqlite"), saved)
        click.echo(f"{service}: {saved.stat().st_size} bytes in {saved}")
    write_private(to / KEYS, (data / KEYS).read_text(encoding="utf-8"))


@cli.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.option("--data", type=folder, required=True, help="The folder of the run, which must not be running.")
@click.option("--from", "source", type=folder, required=True, help="The folder of the backup.")
def restore(service: str, data: Path, source: Path) -> None:
    """Bring one service back to a backup. At the next start the other three tell it what happened since."""
    saved = _existing(source / f"{service}.sqlite")
    if (source / KEYS).read_text(encoding="utf-8") != (data / KEYS).read_text(encoding="utf-8"):
        raise click.ClickException(
            f"This backup was made with other keys than {data / KEYS}; copy its {KEYS} there first."
        )
    try:
        with hold(data):
            _copy(saved, data / f"{service}.sqlite")
            for command in (("migrate",), ("events", "restore", "--yes")):
                _run(service, data, *command)
    except AlreadyRunning as error:
        raise click.ClickException(str(error)) from error


def _copy(source: Path, target: Path) -> None:
    """Copy a database that may be in use, whole or not at all."""
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL, 0o600))
    read_only = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(read_only, uri=True)) as reading, closing(sqlite3.connect(unfinished)) as writing:
        reading.backup(writing)
        (found,) = writing.execute("PRAGMA integrity_check").fetchone()
    if found != "ok":
        raise click.ClickException(f"{source} is damaged: {found}")
    # The log of changes belongs to the file that goes.
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    unfinished.rename(target)


def _run(service: str, data: Path, *command: str) -> None:
    own = settings(data, SERVICES, Environment())[service]
    subprocess.run([sys.executable, "-m", f"services.{service}", *command], env={**os.environ, **own}, check=True)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise click.ClickException(f"There is no {path}.")
    return path


if __name__ == "__main__":
    cli()
