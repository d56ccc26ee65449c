"""Council's settings, read once at the start."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from services.council.deadlines import Rules
from shared.config import Environment, WrongSetting
from shared.service import ServiceConfig

_HARBURG = Path(__file__).parent / "deadlines.json"


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """Also: the key that signs staff tokens, whether every account must have a second factor, this district's deadlines."""

    staff_key: OKPKey
    second_factor_required: bool
    deadlines: Rules

    @classmethod
    def own_settings(cls, env: Environment) -> dict[str, Any]:
        """STAFF_SIGNING_KEY (a private JWK), STAFF_SECOND_FACTOR (on, except for DEMO), DEADLINES (a file of rules)."""
        return {
            "staff_key": _key(env.text("STAFF_SIGNING_KEY")),
            "second_factor_required": env.flag("STAFF_SECOND_FACTOR", default=not env.flag("DEMO", default=False)),
            "deadlines": _deadlines(Path(env.text("DEADLINES", str(_HARBURG)))),
        }


def _key(text: str) -> OKPKey:
    try:
        key = OKPKey.import_key(json.loads(text))
    except (ValueError, TypeError, JoseError) as error:
        raise WrongSetting("STAFF_SIGNING_KEY is not the private JWK that `make secrets` writes.") from error
    if not key.is_private:
        raise WrongSetting("STAFF_SIGNING_KEY holds only a public key.")
    return key


def _deadlines(path: Path) -> Rules:
    try:
        return Rules.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongSetting(f"DEADLINES: {path.name} can't be read as rules: {error}") from error
