"""A missing or wrong setting stops the start, and its name is what the operator reads."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.embedded import settings
from shared.config import Environment, WrongSetting
from tests.architecture.tree import ROOT, SERVICES

EVERYBODY = (
    "DATABASE_URL",
    "AMQP_URL",
    "BASE_URL",
    "SECRET_KEY",
    "COLUMN_KEY",
    "LINK_KEY",
    "SEAL_PRIVATE_KEYS",
    "SEAL_PUBLIC_KEYS",
    "STAFF_PUBLIC_KEYS",
)
OWN = {"council": ("STAFF_SIGNING_KEY",), "notifications": ("MAIL_URL", "SMS_URL")}
WRONG = {
    "DATABASE_URL": "postgres",
    "BASE_URL": "mitsprache",
    "SECRET_KEY": "short",
    "COLUMN_KEY": "secret",
    "LINK_KEY": "changeme",
    "SEAL_PRIVATE_KEYS": "{",
    "STAFF_SIGNING_KEY": "no key",
    "MAIL_URL": "mail",
    "SMS_URL": "sms",
}


def variables(service: str, folder: Path) -> dict[str, str]:
    own = settings(folder, SERVICES, Environment({}))[service]
    production = {"DEMO": "off", "MAIL_URL": "smtp://127.0.0.1:25", "SMS_URL": "kannel+http://a:b@127.0.0.1:13013"}
    return {**own, **production}


def read(service: str, given: dict[str, str]) -> None:
    importlib.import_module(f"services.{service}.config").Config.from_environment(Environment(given))


def cases(names: dict[str, str] | None = None) -> Iterator[object]:
    for service in SERVICES:
        for name in (*EVERYBODY, *OWN.get(service, ())):
            if names is None or name in names:
                yield pytest.param(service, name, id=f"{service} {name}")


@pytest.mark.parametrize("service", SERVICES)
def test_whole_settings_are_taken(service: str, tmp_path: Path) -> None:
    read(service, variables(service, tmp_path))


@pytest.mark.parametrize(("service", "name"), cases())
def test_a_missing_setting_is_named(service: str, name: str, tmp_path: Path) -> None:
    given = variables(service, tmp_path)
    del given[name]

    with pytest.raises(WrongSetting, match=name):
        read(service, given)


@pytest.mark.parametrize(("service", "name"), cases(WRONG))
def test_a_wrong_setting_is_named(service: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=name):
        read(service, {**variables(service, tmp_path), name: WRONG[name]})


@pytest.mark.parametrize("command", ["web", "worker", "migrate"])
def test_the_process_ends_and_says_what_is_missing(command: str, tmp_path: Path) -> None:
    given = variables("registration", tmp_path)
    del given["LINK_KEY"]
    begun = [sys.executable, "-m", "services.registration", command]
    environment = {**os.environ, **given}
    ended = subprocess.run(begun, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode != 0
    assert "LINK_KEY" in ended.stderr
    assert "Traceback" not in ended.stderr
