"""Logs: one JSON object a line, with the trace it belongs to. There is no field for bodies, names or addresses."""

import logging
import sys
from typing import Any

import structlog

from shared import tracing

#: What may stand in a log line beside what structlog adds; anything else is dropped before it is written.
ALLOWED = frozenset(
    {"event", "level", "timestamp", "service", "trace_id", "span_id", "component", "name", "event_id", "aggregate"}
    | {"consumer", "producer", "count", "seconds", "status", "method", "route", "error", "reason", "attempt", "channel"}
    | {"stream", "seq", "port", "path", "staff", "columns", "migration", "setting", "command", "through", "exception"}
)


def configure(service: str, level: int = logging.INFO) -> None:
    """Set the process up to log for `service` on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_trace(service),
            structlog.processors.format_exc_info,
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _with_trace(service: str) -> structlog.types.Processor:
    def add(_logger: Any, _method: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
        line.setdefault("service", service)
        if span := tracing.current():
            line["trace_id"], line["span_id"] = span.trace_id, span.span_id
        return line

    return add


def _only_allowed(_logger: Any, _method: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
    return {key: value for key, value in line.items() if key in ALLOWED}
