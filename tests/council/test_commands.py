"""The commands for whoever sets council up."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import make_url

from services.council.__main__ import cli
from services.council.config import Config
from services.council.use_cases.signing_in import Credentials, SetUpMissing, new_token, sign_in
from services.council.use_cases.tries import Client
from services.embedded import settings
from shared.config import Environment
from shared.database import Database
from tests.architecture.tree import SERVICES

HERE = Client("192.0.2.1")


def _run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run a command as a process with council's settings would."""
    variables = settings(folder, SERVICES, Environment({}))["council"]
    result = CliRunner().invoke(cli, list(arguments), env=variables)
    return result.exit_code, result.output.strip()


def test_the_first_admin_gets_a_one_time_password(tmp_path: Path, database: Database, config: Config) -> None:
    assert Path(make_url(config.database_url).database or "").parent == tmp_path

    code, password = _run(tmp_path, "staff", "add", "Katrin", "--role", "admin")

    assert code == 0
    signed_in = sign_in(database, config, Credentials("katrin", password), HERE)
    with pytest.raises(SetUpMissing):
        new_token(config, signed_in.sign_in)


def test_a_reset_password_works_in_place_of_the_old_one(tmp_path: Path, database: Database, config: Config) -> None:
    _, first = _run(tmp_path, "staff", "add", "katrin", "--role", "admin")

    _, second = _run(tmp_path, "staff", "reset", "katrin")

    assert second != first
    assert sign_in(database, config, Credentials("katrin", second), HERE).secret


@pytest.mark.parametrize(
    "arguments",
    [("add", "katrin", "--role", "king"), ("add", "katrin"), ("add", "known", "--role", "door"), ("reset", "nobody")],
)
def test_what_can_not_be_done_is_said_and_nothing_changes(
    arguments: tuple[str, ...], tmp_path: Path, database: Database
) -> None:
    _run(tmp_path, "staff", "add", "known", "--role", "admin")

    code, output = _run(tmp_path, "staff", *arguments)

    assert code != 0
    assert output
