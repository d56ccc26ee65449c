"""The settings of submissions."""

from dataclasses import dataclass
from typing import Any, cast

from flask import current_app
from nacl.secret import SecretBox
from werkzeug.local import LocalProxy

from services.submissions.district import District
from shared.config import Environment
from shared.seals import column_box
from shared.service import ServiceConfig


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """What every service needs, and `district`: the quarters and topics people choose from."""

    district: District

    def column_box(self) -> SecretBox:
        """The box that encrypts the names authors want to be shown."""
        return column_box(self.column_key)

    @classmethod
    def own_settings(cls, env: Environment) -> dict[str, Any]:
        """DISTRICT_FILE: path of the lists; Harburg's own where it is not set."""
        return {"district": District.from_file(env.optional("DISTRICT_FILE"))}


#: The settings of the app that answers this request.
config = cast(Config, LocalProxy(lambda: current_app.extensions["config"]))
