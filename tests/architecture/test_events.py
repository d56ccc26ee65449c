"""Every event has one publisher, at least one consumer and a pinned example that every later version still reads."""

import importlib
import inspect
import json
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from shared.events.event import Event, dump, load
from tests.architecture.tree import ROOT, SERVICES, files, lines_with

CONTRACTS = ROOT / "tests" / "contracts"


def published() -> list[tuple[str, type[Event]]]:
    """(service, event) for every concrete event that stands in a publisher's file."""
    found = []
    for service in SERVICES:
        if not (ROOT / "shared" / "events" / f"{service}.py").exists():
            continue
        module = importlib.import_module(f"shared.events.{service}")
        found += [
            (service, item)
            for _, item in inspect.getmembers(module, inspect.isclass)
            if issubclass(item, Event) and item.__module__ == module.__name__ and "name" in vars(item)
        ]
    return found


EVENTS = [event for _, event in published()]


def consumers(event: type[Event]) -> list[str]:
    """The services with a handler for it."""
    return [name for name in SERVICES if event in importlib.import_module(f"services.{name}.handlers").HANDLERS]


def test_no_two_publishers_share_a_name() -> None:
    assert [name for name, count in Counter(event.name for event in EVENTS).items() if count > 1] == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_has_a_consumer(event: type[Event]) -> None:
    assert consumers(event) != []


@pytest.mark.parametrize(("service", "event"), published(), ids=lambda part: getattr(part, "name", part))
def test_an_event_is_made_by_its_publisher_alone(service: str, event: type[Event]) -> None:
    writers = [path for path in files(".py", under="services") if "use_cases" in path.parts or path.stem == "use_cases"]
    speaking = {line.split("/")[1] for line in lines_with(rf"\b{event.__name__}\b", writers)}
    making = {line.split("/")[1] for line in lines_with(rf"\b{event.__name__}\(", files(".py", under="services"))}

    assert service in speaking
    assert making <= {service}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_a_pinned_example_still_loads_and_says_the_same(event: type[Event]) -> None:
    examples = [CONTRACTS / f"{event.name}.json", *sorted(CONTRACTS.glob(f"{event.name}@*.json"))]

    for example in examples:
        pinned = json.loads(example.read_text(encoding="utf-8"))
        fact = load(event, pinned["data"])
        assert {key: dump(fact)[key] for key in pinned["data"]} == pinned["data"]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_no_event_carries_a_person_in_the_clear(event: type[Event]) -> None:
    personal = {
        "email",
        "phone",
        "address",
        "participant_name",
        "author_name",
        "petitioner_name",
        "staff_name",
        "ticket",
        "tracking_code",
    }

    assert personal & {field.name for field in fields(event)} == set()


def test_every_pinned_example_belongs_to_an_event() -> None:
    names = {event.name for event in EVENTS}

    assert [path.name for path in Path(CONTRACTS).glob("*.json") if path.stem.split("@")[0] not in names] == []
