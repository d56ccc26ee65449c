"""`python -m services.council web | worker | migrate | events … | staff add NAME --role admin`."""

from services.council.app import create_app
from services.council.commands import staff_commands
from services.council.config import Config
from services.council.handlers import HANDLERS
from services.council.timers import TIMERS
from shared.messaging.cli import service_commands

cli = service_commands("council", Config, create_app, HANDLERS, TIMERS)
cli.add_command(staff_commands)

if __name__ == "__main__":
    cli()
