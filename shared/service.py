"""The settings that every service has, read once at the start."""

from dataclasses import dataclass
from typing import Any, Self

from shared.config import Environment, WrongSetting
from shared.database import Database
from shared.seals import Seals
from shared.web.settings import WebSettings


@dataclass(frozen=True, kw_only=True)
class ServiceConfig:
    """What all four services need. `column_key` encrypts columns, `link_key` makes links and marks; `amqp_url` is
    memory:// in the embedded run."""

    database_url: str
    amqp_url: str
    seals: Seals
    column_key: str
    link_key: str
    web: WebSettings

    @classmethod
    def from_environment(cls, env: Environment) -> Self:
        """Read everything, failing with WrongSetting that names what is missing or wrong."""
        try:
            seals = Seals.from_json(env.text("SEAL_PRIVATE_KEYS"), env.text("SEAL_PUBLIC_KEYS"))
        except (ValueError, KeyError, TypeError) as error:
            raise WrongSetting(
                "SEAL_PRIVATE_KEYS or SEAL_PUBLIC_KEYS is not the JSON that `make secrets` writes."
            ) from error
        return cls(
            database_url=env.url("DATABASE_URL"),
            amqp_url=env.url("AMQP_URL"),
            seals=seals,
            column_key=env.secret("COLUMN_KEY"),
            link_key=env.secret("LINK_KEY"),
            web=WebSettings.from_environment(env),
            **cls.own_settings(env),
        )

    @classmethod
    def own_settings(cls, env: Environment) -> dict[str, Any]:
        """What a service's own Config adds: its fields by name."""
        return {}

    def open_database(self, service: str, keeps_plans: bool = False) -> Database:
        """The database of `service` behind these settings; a worker's `keeps_plans`."""
        return Database(self.database_url, service, self.seals, config=self, keeps_plans=keeps_plans)
