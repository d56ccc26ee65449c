"""What a way through the system is made of: pages to look at, and forms to send, one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class At:
    """The page under this path, with `{person}` filled in. One that is only on the way isn't pictured again; one that another
    page shares its path with has a `name` of its own."""

    path: str
    is_pictured: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The page, pictured as `name`, that comes after filling in these fields and pressing the form's button.

    `{person}` in a field is somebody new in each run and language: an address is asked only once a day.
    """

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused(Sent):
    """The same, where the form is shown again with what is wrong."""


@dataclass(frozen=True, slots=True)
class Way:
    """Pages that follow one another in one browser, of a staff account where there is a role."""

    service: str
    stops: tuple[At | Sent, ...]
    role: str = ""


def at(*paths: str) -> tuple[At, ...]:
    return tuple(At(path) for path in paths)


def through(path: str) -> At:
    return At(path, is_pictured=False)
