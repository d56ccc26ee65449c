"""Finished spans to a collector, by OpenTelemetry's own library. Imported only where exporting.py is asked to."""

import atexit
import logging
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from shared import tracing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_log = structlog.get_logger(component="exporting")


def send(service: str, address: str) -> Callable[[], None]:
    """Send every span of this process in batches, from a thread of its own; returns what sends the rest and stops.

    The end of the process does so by itself.
    """
    resource = Resource.create({"service.name": service, "service.namespace": "mitsprache"})
    batches = BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{address}/v1/traces"))
    stop_listening = tracing.listen(lambda span: batches.on_end(_finished(span, resource)))
    _speak_json("opentelemetry")

    def stop() -> None:
        stop_listening()
        batches.shutdown()  # type: ignore[no-untyped-call]
        atexit.unregister(stop)

    atexit.register(stop)
    return stop


def _finished(span: tracing.Span, resource: Resource) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=_context(span.trace_id, span.span_id, is_remote=False),
        parent=_context(span.trace_id, span.parent_id, is_remote=True) if span.parent_id else None,
        resource=resource,
        attributes=span.attributes,
        kind=SpanKind[span.kind.upper()],
        status=Status(StatusCode.ERROR if span.has_failed else StatusCode.UNSET),
        start_time=_nanoseconds(span.began_at),
        end_time=_nanoseconds(span.ended_at),
    )


def _context(trace_id: str, span_id: str, is_remote: bool) -> SpanContext:
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote, TraceFlags(TraceFlags.SAMPLED))


def _nanoseconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1000


class _Lines(logging.Handler):
    """What a library says by Python's logging, as one of our lines."""

    def emit(self, record: logging.LogRecord) -> None:
        """See logging.Handler. The arguments stay out: they may hold anything."""
        _log.warning("spans are not exported", reason=str(record.msg)[:200])


def _speak_json(name: str) -> None:
    library = logging.getLogger(name)
    library.propagate = False
    library.handlers = [_Lines()]
