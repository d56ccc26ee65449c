"""Every event there is: by its name, and who publishes it. An event enters by being declared in its publisher's file."""

from types import ModuleType

from shared.events import council, notifications, registration, submissions
from shared.events.event import Event

_FILES: dict[str, ModuleType] = {
    "registration": registration,
    "submissions": submissions,
    "council": council,
    "notifications": notifications,
}


def _declared_in(file: ModuleType) -> dict[str, type[Event]]:
    """The events of one file; a class without a name of its own is only a shape that others share."""
    classes = [c for c in vars(file).values() if isinstance(c, type) and issubclass(c, Event) and "name" in vars(c)]
    return {c.name: c for c in classes if c.__module__ == file.__name__}


#: Who publishes which events: producer → name → class.
PUBLISHED: dict[str, dict[str, type[Event]]] = {producer: _declared_in(file) for producer, file in _FILES.items()}

#: Every event by its wire name.
EVENTS: dict[str, type[Event]] = {name: c for events in PUBLISHED.values() for name, c in events.items()}


def producer_of(event: type[Event]) -> str:
    """The service that publishes `event`. Raises KeyError for a class that no publisher's file declares."""
    for producer, events in PUBLISHED.items():
        if events.get(event.name) is event:
            return producer
    raise KeyError(f"{event.__name__} is declared in no file under shared/events/")
