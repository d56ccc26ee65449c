"""The AsyncAPI 3 description of the published language, made from the catalogue."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.events.catalogue import EVENTS, producer_of
from shared.events.event import Event, schema_of


def document(consumers: dict[str, list[str]]) -> dict[str, Any]:
    """The whole document; `consumers` tells per event name which services handle it."""
    messages = {name: _message(event, consumers[name]) for name, event in sorted(EVENTS.items())}
    publishers = sorted({producer_of(event) for event in EVENTS.values()})
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Mitsprache: events",
            "version": "1.0.0",
            "description": "Facts that the services tell each other. Bodies are CloudEvents 1.0 JSON; delivery is at least "
            "once, in order per aggregate, and never before the effects of the cause.",
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {publisher: _channel(publisher) for publisher in publishers},
        "operations": {f"{publisher}-publishes": _operation(publisher) for publisher in publishers},
        "components": {"messages": messages},
    }


def _channel(publisher: str) -> dict[str, Any]:
    names = [name for name, event in sorted(EVENTS.items()) if producer_of(event) == publisher]
    return {
        "address": f"events.{publisher}",
        "description": f"Topic exchange of {publisher}; the routing key is the event's name.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "amqp": {"is": "routingKey", "exchange": {"name": f"events.{publisher}", "type": "topic", "durable": True}}
        },
    }


def _operation(publisher: str) -> dict[str, Any]:
    return {"action": "send", "channel": {"$ref": f"#/channels/{publisher}"}}


def _message(event: type[Event], consumers: list[str]) -> dict[str, Any]:
    sealed = "".join(f" A part sealed for {service} travels beside it." for service in sorted(event.private))
    return {
        "name": event.name,
        "title": event.__name__,
        "summary": " ".join((event.__doc__ or "").split()),
        "description": f"Happened to: {event.aggregate}. Consumed by: {', '.join(consumers)}.{sealed}",
        "payload": {
            "type": "object",
            "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": {"type": "string", "format": "uuid"},
                "source": {"const": f"/mitsprache/{producer_of(event)}"},
                "type": {"const": event.name},
                "subject": {"type": "string"},
                "time": {"type": "string", "format": "date-time"},
                "datacontenttype": {"const": "application/json"},
                "data": _json_schema(event),
            },
        },
    }


def _json_schema(event: type[Event]) -> dict[str, Any]:
    spec = APISpec("", "", "3.1.0", plugins=[MarshmallowPlugin()])
    spec.components.schema(event.__name__, schema=schema_of(event))
    schema: dict[str, Any] = spec.to_dict()["components"]["schemas"][event.__name__]
    return schema
