"""Where each service's operator pages lie, and how they lead to one another: by links alone, no service asks another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from shared.messaging.protocol.records import Position
from shared.web.i18n import lazy_gettext

_ = lazy_gettext


@dataclass(frozen=True, slots=True)
class Place:
    """A service as operators know it: its name, the word for it, and the address of its pages."""

    service: str
    label: Any
    home: str

    @property
    def kept(self) -> str:
        """The address of its report on what is kept and for how long."""
        return f"{self.home.removesuffix('/betrieb')}/aufbewahrung"


#: In the order in which work runs.
PLACES: Sequence[Place] = (
    Place("registration", _("Konferenzen"), "/intern/konferenzen/betrieb"),
    Place("submissions", _("Anliegen"), "/intern/ideen/betrieb"),
    Place("council", _("Vorgänge"), "/intern/vorgaenge/betrieb"),
    Place("notifications", _("Mitteilungen"), "/intern/mitteilungen/betrieb"),
)
_BY_SERVICE = {place.service: place for place in PLACES}


def home_of(service: str) -> str:
    """The address below which the operator's pages of `service` lie. Raises KeyError for no service of ours."""
    return _BY_SERVICE[service].home


def kept_of(service: str) -> str:
    """The address of the report on what `service` keeps. Raises KeyError for no service of ours."""
    return _BY_SERVICE[service].kept


def is_ours(service: str) -> bool:
    """Whether there is such a service (any more): rows outlive it."""
    return service in _BY_SERVICE


def label_of(service: str) -> str:
    """What operators call the service; a name that isn't ours stays as it is."""
    return str(_BY_SERVICE[service].label) if service in _BY_SERVICE else service


def after(service: str) -> Place:
    """The next one on the tour through all services."""
    names = [place.service for place in PLACES]
    return PLACES[(names.index(service) + 1) % len(PLACES)]


def event_url(service: str, event_id: UUID, at: Position | None = None) -> str:
    """The page of an event at `service`. `at` is where its producer numbered it, so that a service that keeps nothing of it
    can still say whether it came."""
    asked = f"?{urlencode({'von': at.producer, 'strom': at.stream_id, 'nummer': at.seq})}" if at else ""
    return f"{_BY_SERVICE[service].home}/ereignis/{event_id}{asked}" if service in _BY_SERVICE else ""
