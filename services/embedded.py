"""What the one-process run needs before it starts: its data folder, held alone, and its secrets, made once and kept."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from joserfc.jwk import KeySet, OKPKey

from shared.config import Environment, WrongSetting
from shared.seals import new_seal_keys


class AlreadyRunning(Exception):
    """Another run holds this data folder."""


def hold(folder: Path) -> TextIO:
    """Make `folder` and hold it until the process ends. Raises AlreadyRunning when another run has it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AlreadyRunning(
            f"{folder} is in use by another run. End that one, or choose another folder with DATA=…"
        ) from error
    return lock


def settings(folder: Path, services: Iterable[str], env: Environment) -> dict[str, dict[str, str]]:
    """The variables of each service: its own SQLite file, keys and cookies, one origin, mail and SMS kept in `/postfach`."""
    keys = _keys(folder / "keys.json", services)
    host, port = env.text("HOST", "127.0.0.1"), env.integer("PORT", 8000)
    common = {
        "AMQP_URL": "memory://",
        "BASE_URL": env.url("BASE_URL", f"http://{host}:{port}"),
        "LIMITS": env.text("LIMITS", "on"),
        "SEAL_PUBLIC_KEYS": json.dumps(keys["public"]),
        "STAFF_PUBLIC_KEYS": keys["staff_public"],
        "DEMO": "on",
    }
    return {
        service: {**common, **own, "DATABASE_URL": f"sqlite:///{folder.resolve()}/{service}.sqlite"}
        for service, own in keys["services"].items()
    }


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def _keys(path: Path, services: Iterable[str]) -> dict[str, Any]:
    if not path.exists():
        write_private(path, json.dumps(_new_keys(services), indent=1))
    try:
        keys: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WrongSetting(
            f"{path} is damaged. Restore it from a backup: without it the sealed data can't be read."
        ) from error
    return keys


def _new_keys(services: Iterable[str]) -> dict[str, Any]:
    signing = OKPKey.generate_key("Ed25519", {"kid": "1", "use": "sig"})
    own, public = {}, {}
    for service in services:
        private, entry = new_seal_keys("1")
        public[service] = json.loads(entry)
        own[service] = {
            "SEAL_PRIVATE_KEYS": private,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "COLUMN_KEY": secrets.token_urlsafe(32),
            "LINK_KEY": secrets.token_urlsafe(32),
        }
    own["council"]["STAFF_SIGNING_KEY"] = json.dumps(signing.as_dict(private=True))
    return {
        "services": own,
        "public": public,
        "staff_public": json.dumps(KeySet([signing]).as_dict(private=False)),
    }
