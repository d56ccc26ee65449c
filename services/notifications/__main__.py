"""`python -m services.notifications web | worker | migrate | events`."""

from services.notifications.app import create_app
from services.notifications.config import Config
from services.notifications.figures import export
from services.notifications.handlers import HANDLERS
from services.notifications.timers import TIMERS
from shared.messaging.cli import service_commands

cli = service_commands("notifications", Config, create_app, HANDLERS, TIMERS, export)

if __name__ == "__main__":
    cli()
