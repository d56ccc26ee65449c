"""Spans reach a collector as OTLP over HTTP, each linked to what caused it; without the setting nothing is even imported."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from shared import exporting, tracing
from shared.config import Environment, WrongSetting
from tests.architecture.tree import ROOT
from tests.e2e.api import Api
from tests.e2e.journey import open_conference
from tests.embedded import Embedded
from tests.observing.test_traces import GIVEN, PARENT, TRACE
from tests.servers.ports import LOCAL, free_port
from tests.waiting import until


@dataclass
class Collector:
    """A receiver of spans, and what it got: (resource attributes, span)."""

    url: str
    got: list[tuple[dict[str, str], Span]] = field(default_factory=list)

    def spans(self, trace_id: str, name: str) -> list[Span]:
        """The spans of one trace with that name."""
        return [span for _, span in list(self.got) if (span.trace_id.hex(), span.name) == (trace_id, name)]


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A small OTLP receiver on this machine."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/v1/traces"
            for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                resource = {entry.key: entry.value.string_value for entry in of_resource.resource.attributes}
                receiving.got += [(resource, span) for scope in of_resource.scope_spans for span in scope.spans]
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer((LOCAL, 0), Receiver)
    receiving = Collector(f"http://{LOCAL}:{server.server_port}")
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield receiving
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def running(collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Embedded]:
    """The one-process run, which exports to the receiver."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
    embedded = Embedded(tmp_path / "data").start()
    yield embedded
    assert embedded.stop() == 0


def test_request_event_and_message_are_linked_by_the_trace(running: Embedded, collector: Collector) -> None:
    conference = open_conference(running.staff())
    registering = Api(running.base_url).traced(GIVEN)
    wish = {"email": "leyla@example.org", "name": "Leyla Yıldız", "language": "de"}
    registering.post("registration", f"conferences/{conference}/registrations", wish)
    (sent,) = until(
        lambda: collector.spans(TRACE, "send email registration.requested"),
        f"the span of the letter in {[(s.name, s.trace_id.hex()) for _, s in collector.got][-9:]}",
    )

    route = "POST /api/registration/v1/conferences/<uuid:conference_id>/registrations"
    (request,) = collector.spans(TRACE, route)
    (handled,) = collector.spans(TRACE, "handle registration.requested")
    assert request.parent_span_id.hex() == PARENT
    assert handled.parent_span_id == request.span_id
    assert sent.parent_span_id == handled.span_id
    assert (request.kind, handled.kind, sent.kind) == (
        Span.SPAN_KIND_SERVER,
        Span.SPAN_KIND_CONSUMER,
        Span.SPAN_KIND_CLIENT,
    )
    assert request.start_time_unix_nano <= request.end_time_unix_nano <= sent.end_time_unix_nano
    assert {resource["service.namespace"] for resource, _ in collector.got} == {"mitsprache"}
    assert not any("leyla" in str(span).lower() for _, span in collector.got)


def test_a_collector_that_is_away_costs_nothing_but_its_spans() -> None:
    stop = exporting.export_spans("registration", f"http://{LOCAL}:{free_port()}")
    with tracing.following(None, "work") as span:
        assert span.trace_id
    stop()
    assert tracing.current() is None


def test_a_failed_piece_of_work_says_so(collector: Collector) -> None:
    stop = exporting.export_spans("registration", collector.url)
    with pytest.raises(ValueError, match="a bug"), tracing.following(GIVEN, "work"):
        raise ValueError("a bug")
    stop()
    (span,) = collector.spans(TRACE, "work")
    assert span.status.code == span.status.STATUS_CODE_ERROR
    assert [resource["service.name"] for resource, _ in collector.got] == ["registration"]


def test_without_the_setting_nothing_is_imported() -> None:
    assert find_spec("opentelemetry")
    assert exporting.collector(Environment({})) is None
    code = (
        "import sys; import services.registration.__main__, services.notifications.__main__;"
        "from shared import exporting; exporting.export_spans('registration', None);"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'google'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_an_address_that_is_none_stops_the_start() -> None:
    with pytest.raises(WrongSetting, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        exporting.collector(Environment({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector"}))
