"""The settings of registration."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast

from flask import current_app
from nacl.secret import SecretBox
from werkzeug.local import LocalProxy

from shared.seals import column_box
from shared.service import ServiceConfig


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """What every service needs; registration has no settings of its own."""

    @cached_property
    def column_box(self) -> SecretBox:
        """The box that encrypts who somebody is and what they need."""
        return column_box(self.column_key)


#: The settings of the app that answers this request.
config = cast(Config, LocalProxy(lambda: current_app.extensions["config"]))
