"""`python -m services.registration web | worker | migrate | events …`."""

from services.registration.app import create_app
from services.registration.config import Config
from services.registration.handlers import HANDLERS
from services.registration.timers import TIMERS
from shared.messaging.cli import service_commands

cli = service_commands("registration", Config, create_app, HANDLERS, TIMERS)

if __name__ == "__main__":
    cli()
