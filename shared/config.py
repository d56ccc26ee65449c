"""Reading settings from the environment: the one place that looks at it, once, at the start."""

import os
from collections.abc import Mapping
from pathlib import Path

#: A secret shorter than this is a sample or a slip of the hand; the start refuses it.
SHORTEST_SECRET = 16


class WrongSetting(Exception):
    """A setting is missing or can't be used; the message names it and says what belongs there."""


class Environment:
    """The settings of one process. `NAME_FILE` may point to a file that holds the value of `NAME` (container secrets)."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = dict(os.environ if variables is None else variables)

    def text(self, name: str, default: str | None = None) -> str:
        """The value of `name`. Raises WrongSetting where it is missing and has no default."""
        value = self._variables.get(name) or self._from_file(name) or default
        if value is None:
            raise WrongSetting(f"{name} is not set (or {name}_FILE, the path of a file that holds it).")
        return value

    def optional(self, name: str) -> str | None:
        """The value of `name`, or None where it isn't set."""
        return self._variables.get(name) or self._from_file(name)

    def secret(self, name: str) -> str:
        """The value of `name`, refused with WrongSetting when it is too short to be a secret."""
        value = self.text(name)
        if len(value) < SHORTEST_SECRET:
            raise WrongSetting(f"{name} has fewer than {SHORTEST_SECRET} characters.")
        return value

    def integer(self, name: str, default: int | None = None) -> int:
        """The value of `name` as a whole number."""
        value = self.text(name, None if default is None else str(default))
        try:
            return int(value)
        except ValueError as error:
            raise WrongSetting(f"{name} must be a whole number, not {value!r}.") from error

    def flag(self, name: str, default: bool) -> bool:
        """The value of `name` as yes or no: 1/0, true/false, on/off, yes/no."""
        value = self.text(name, "on" if default else "off").lower()
        if value in {"1", "true", "on", "yes"}:
            return True
        if value in {"0", "false", "off", "no"}:
            return False
        raise WrongSetting(f"{name} must be on or off, not {value!r}.")

    def url(self, name: str, default: str | None = None) -> str:
        """The value of `name`, which must look like scheme://…"""
        value = self.text(name, default)
        if "://" not in value:
            raise WrongSetting(f"{name} must be an address like scheme://host, not {value!r}.")
        return value

    def _from_file(self, name: str) -> str | None:
        path = self._variables.get(f"{name}_FILE")
        if not path:
            return None
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise WrongSetting(f"{name}_FILE points to {path}, which can't be read: {error.strerror}.") from error
