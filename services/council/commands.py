"""Commands for accounts, for the first admin and for whoever stands before a locked door."""

import click
from sqlalchemy import select

from services.council.config import Config
from services.council.models import ROLES, Staff
from services.council.use_cases import accounts
from services.council.use_cases.accounts import NameTaken, StaffDetails
from services.council.use_cases.signing_in import normal_username
from shared.config import Environment, WrongSetting


@click.group("staff")
def staff_commands() -> None:
    """Accounts of staff."""


@staff_commands.command("add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(list(ROLES)), help="May be repeated.")
@click.option("--display-name", help="The name that others see; NAME unless given.")
def add(name: str, roles: tuple[str, ...], display_name: str | None) -> None:
    """Make an account and print its one-time password."""
    config = _config()
    details = StaffDetails(display_name=display_name or name, roles=list(roles))
    try:
        with config.open_database("council").write() as session:
            _, password = accounts.add_staff(session, config, normal_username(name), details)
    except NameTaken as error:
        raise click.ClickException(f"there is an account named {name} already") from error
    click.echo(password)


@staff_commands.command("reset")
@click.argument("name")
def reset(name: str) -> None:
    """Print a new one-time password and forget the second factor: for somebody who lost both."""
    config = _config()
    with config.open_database("council").write() as session:
        staff_id = session.scalar(select(Staff.id).where(Staff.username == normal_username(name)))
        if staff_id is None:
            raise click.ClickException(f"there is no account named {name}")
        accounts.reset_second_factor(session, config, staff_id)
        password = accounts.reset_password(session, config, staff_id)
    click.echo(password)


def _config() -> Config:
    try:
        return Config.from_environment(Environment())
    except WrongSetting as error:
        raise click.ClickException(str(error)) from error
