"""`python -m services.notifications web | worker | migrate | events | sms-address`."""

import click

from services.notifications.app import create_app
from services.notifications.channels import kannel
from services.notifications.config import Config
from services.notifications.figures import export
from services.notifications.handlers import HANDLERS
from services.notifications.timers import TIMERS
from shared.config import Environment
from shared.messaging.cli import service_commands

cli = service_commands("notifications", Config, create_app, HANDLERS, TIMERS, export)


@cli.command()
def sms_address() -> None:
    """Print where the SMS gateway is to hand over what comes in. It is a secret: whoever has it can answer for others."""
    click.echo(kannel.inbound_url(Config.from_environment(Environment())))


if __name__ == "__main__":
    cli()
