"""Spans for a collector of OpenTelemetry (OTLP over HTTP): an extra. Without its setting none of its libraries is imported, and
nothing of a span is kept."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from shared.config import Environment, WrongSetting

_SETTING = "OTEL_EXPORTER_OTLP_ENDPOINT"


def collector(env: Environment) -> str | None:
    """The collector's address, None where spans aren't exported. Raises WrongSetting, also when the libraries are missing."""
    if env.optional(_SETTING) is None:
        return None
    if find_spec("opentelemetry") is None:
        raise WrongSetting(f"{_SETTING} is set, but the libraries of requirements-otel.lock are not installed.")
    return env.url(_SETTING).rstrip("/")


def export_spans(service: str, address: str | None) -> Callable[[], None]:
    """Export every span of this process to the collector at `address`, if there is one; returns what ends that.

    Call it after forking. A collector that is away costs spans and nothing else.
    """
    if address is None:
        return lambda: None
    stop: Callable[[], None] = import_module("shared.otlp").send(service, address)
    return stop
