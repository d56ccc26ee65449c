"""`python -m services.submissions web | worker | migrate | events`."""

from services.submissions.app import create_app
from services.submissions.config import Config
from services.submissions.handlers import HANDLERS
from services.submissions.timers import TIMERS
from shared.messaging.cli import service_commands

cli = service_commands("submissions", Config, create_app, HANDLERS, TIMERS)

if __name__ == "__main__":
    cli()
