"""The commands that every service has: web, worker, migrate, events."""

import os
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import Application

from shared import exporting, logs
from shared.config import Environment, WrongSetting
from shared.database import Database
from shared.messaging.handling import Handlers
from shared.messaging.operating.commands import event_commands
from shared.messaging.ops import OwnFigures, application, none, serve
from shared.messaging.runtime import Worker
from shared.messaging.timers import Timer
from shared.migrations import upgrade
from shared.service import ServiceConfig

OPS_PORT = 9000

MakeApp = Callable[[Any, Database], Flask]


def service_commands(
    service: str,
    config_class: type[ServiceConfig],
    create_app: MakeApp,
    handlers: Handlers,
    timers: Sequence[Timer],
    own_figures: OwnFigures = none,
) -> click.Group:
    """The command line of one service: `python -m services.<service> …`."""

    @click.group(help=f"Run the service {service}.")
    def commands() -> None:
        logs.configure(service)

    @commands.command()
    @click.option("--bind", help="Another address than gunicorn's settings name.")
    def web(bind: str | None) -> None:
        """Answer requests (gunicorn)."""
        config, collector = _read(config_class), _collector()

        def make() -> Flask:
            exporting.export_spans(service, collector)
            return create_app(config, config.open_database(service))

        _Web(make, bind).run()

    @commands.command()
    def worker() -> None:
        """Send and receive events, and do what the clock demands."""
        config, environment = _read(config_class), Environment()
        exporting.export_spans(service, _collector())
        database = config.open_database(service, keeps_plans=True)
        worker = Worker(
            database,
            handlers,
            amqp_url=config.amqp_url,
            ledger_key=config.link_key,
            timers=timers,
            # Nothing can be cleaned up that the next start wouldn't do better.
            died=lambda: os._exit(1),
        )
        port = environment.integer("OPS_PORT", OPS_PORT)
        serve(application(database, worker, own_figures), environment.text("OPS_HOST", "127.0.0.1"), port)
        _work(worker)
        database.close()

    @commands.command()
    def migrate() -> None:
        """Bring the database to the newest shape."""
        config = _read(config_class)
        upgrade(config.open_database(service), service)

    def opened() -> tuple[Database, str]:
        config = _read(config_class)
        return config.open_database(service), config.link_key

    commands.add_command(event_commands(service, opened))
    return commands


def _read(config_class: type[ServiceConfig]) -> ServiceConfig:
    try:
        return config_class.from_environment(Environment())
    except WrongSetting as error:
        raise click.ClickException(str(error)) from error


def _collector() -> str | None:
    try:
        return exporting.collector(Environment())
    except WrongSetting as error:
        raise click.ClickException(str(error)) from error


def _work(worker: Worker) -> None:
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    worker.start()
    ending.wait()
    worker.stop()


class _Web(Application):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with the settings of deploy/gunicorn.py; each of its processes opens the database for itself."""

    def __init__(self, make: Callable[[], Flask], bind: str | None) -> None:
        self._make = make
        self._bind = bind
        super().__init__()

    def load_config(self) -> None:
        """See gunicorn."""
        self.load_config_from_module_name_or_filename("python:deploy.gunicorn")
        if self._bind:
            self.cfg.set("bind", self._bind)

    def load(self) -> Flask:
        """See gunicorn."""
        return self._make()
