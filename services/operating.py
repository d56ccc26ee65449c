"""`python -m services events SERVICE …`: the operator's commands for the one-process run, also while it is running."""

import importlib
from collections.abc import Sequence
from pathlib import Path

import click

from services.embedded import settings
from shared.config import Environment
from shared.database import Database
from shared.messaging.operating.commands import Opening, event_commands


def commands(services: Sequence[str], env: Environment) -> click.Group:
    """A group for each service, over the databases in the folder that DATA names."""
    group = click.Group("events", help="Look after the events of one of the services.")
    for service in services:
        group.add_command(event_commands(service, _opening(service, services, env)), service)
    return group


def _opening(service: str, services: Sequence[str], env: Environment) -> Opening:
    def opened() -> tuple[Database, str]:
        folder = Path(env.text("DATA", "var"))
        if not (folder / "keys.json").exists():
            raise click.ClickException(f"There is no run in {folder}: DATA=… names its folder.")
        own = Environment(settings(folder, services, env)[service])
        config = importlib.import_module(f"services.{service}.config").Config.from_environment(own)
        return config.open_database(service), config.link_key

    return opened
