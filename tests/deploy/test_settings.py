"""What docker-compose.yml and `make secrets` hand to a service is what its Config reads."""

import importlib
import os
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from deploy import secrets
from shared.config import Environment
from shared.service import ServiceConfig

COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("deployment") / "secrets"
    result = CliRunner().invoke(secrets.main, ["--demo", "--folder", str(made), "--owner", str(os.getuid())])
    assert result.exit_code == 0, result.output
    return made


def _config(folder: Path, service: str, **chosen: str) -> ServiceConfig:
    """The Config that the web process of `service` would read, with `chosen` lines in .env."""

    def value(text: str) -> str:
        filled = re.sub(r"\$\{([A-Z_]+):-([^}]*)\}", lambda found: chosen.get(found[1], found[2]), text)
        return filled.replace("/run/secrets", str(folder / service))

    environment = COMPOSE["services"][f"{service}-web"]["environment"]
    config_class: type[ServiceConfig] = importlib.import_module(f"services.{service}.config").Config
    return config_class.from_environment(Environment({name: value(text) for name, text in environment.items()}))


@pytest.mark.parametrize("service", secrets.SERVICES)
def test_a_service_starts_with_nothing_but_the_secrets(folder: Path, service: str):
    config = _config(folder, service)
    assert config.web.base_url == "https://localhost"
    assert config.web.secure_cookies
    assert config.web.limits_on
    assert config.web.trusted_hops == 1
    assert config.web.limits_url.startswith("redis://limits:")


def test_the_districts_own_words_reach_the_pages(folder: Path):
    config = _config(folder, "registration", SITE_NAME="Altonaer Konferenz", OFFICIAL_WEBSITE="on")
    assert config.web.operator.site_name == "Altonaer Konferenz"
    assert config.web.operator.is_official


def test_letters_of_the_demonstration_go_to_its_mailbox(folder: Path):
    config = _config(folder, "notifications", SMS_RECEIPTS_URL="http://gateway:8082")
    assert vars(config)["mail_url"] == "smtp://mailbox:1025"
    assert vars(config)["sms_url"].startswith("kannel+http://mitsprache:")
    assert vars(config)["receipts_url"] == "http://gateway:8082"


def test_outside_a_demonstration_a_second_factor_is_required(folder: Path):
    assert vars(_config(folder, "council"))["second_factor_required"]
