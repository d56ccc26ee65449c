"""The real apps of the four services, on SQLite in a folder of their own: for tests that look at all of them."""

import importlib
import json
import tempfile
from functools import cache
from pathlib import Path

from flask import Flask
from joserfc.jwk import OKPKey

from services.embedded import settings
from shared import ids
from shared.config import Environment
from shared.migrations import upgrade
from shared.web.staff_tokens import Staff, sign
from tests.architecture.tree import SERVICES


@cache
def app_of(service: str) -> Flask:
    """The app of `service`, its database migrated and empty."""
    config_module = importlib.import_module(f"services.{service}.config")
    config = config_module.Config.from_environment(Environment(_settings()[service]))
    database = config.open_database(service)
    upgrade(database, service)
    app: Flask = importlib.import_module(f"services.{service}.app").create_app(config, database)
    return app


def admin() -> dict[str, str]:
    """The header of a call by an admin, good at all four apps."""
    own = _settings()["council"]
    person = Staff(ids.internal(), "Mina Kaya", frozenset({"admin"}), ids.internal())
    token, _ = sign(person, OKPKey.import_key(json.loads(own["STAFF_SIGNING_KEY"])), own["BASE_URL"])
    return {"Authorization": f"Bearer {token}"}


@cache
def _settings() -> dict[str, dict[str, str]]:
    folder = Path(tempfile.mkdtemp(prefix="mitsprache-"))
    return settings(folder, SERVICES, Environment({"LIMITS": "off"}))
