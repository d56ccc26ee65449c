"""How the web processes serve: gunicorn's settings, the same for all four services."""

import os
import re
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.http.message import Request
from gunicorn.http.wsgi import Response
from gunicorn.workers.base import Worker

from shared import metrics
from shared.config import Environment
from shared.web.observing import TRACE_ID

#: A segment of a path that belongs to a route. Codes, tokens and ids hold digits or capitals and stay out of the log.
WORD = re.compile(r"[a-z][a-z._-]{0,24}|v\d{1,2}|")


class RouteLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Access lines without query, client address, and without whatever in a path could be a token or an id."""

    def atoms(self, resp: Response, req: Request, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """The fields of one access line."""
        fields: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        segments = environ.get("PATH_INFO", "").split("/")
        fields["route"] = "/".join(segment if WORD.fullmatch(segment) else "*" for segment in segments)
        fields["trace"] = environ.get(TRACE_ID, "")
        return fields


_environment = Environment()

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = _environment.integer("WEB_WORKERS", 2)
threads = _environment.integer("WEB_THREADS", 8)
# Heartbeats go to memory: the file system is read-only, which is also why there is no control socket.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True

# The gateway keeps idle connections for 60 s: ours must outlive them, or it would send into a closed one.
keepalive = 75
timeout = 30
graceful_timeout = 25
max_requests = 50_000
max_requests_jitter = 5_000

header_map = "drop"
# Nobody may tell gunicorn who the client is; the application counts exactly TRUSTED_HOPS from the end instead.
forwarded_allow_ips = ""
limit_request_fields = 64

logger_class = RouteLogger
accesslog = "-"
access_log_format = (
    '{"event": "request", "method": "%(m)s", "route": "%(route)s", "status": %(s)s, "milliseconds": %(M)s,'
    ' "trace_id": "%(trace)s"}'
)

# The web processes count in files of one folder, so that any of them can tell the figures of all.
_figures = Path(tempfile.mkdtemp(prefix="mitsprache-figures-"))
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_figures)


def post_fork(_server: Arbiter, _worker: Worker) -> None:
    """Take a place in the folder of figures."""
    metrics.count_together(_figures)


def on_exit(_server: Arbiter) -> None:
    """Take the folder away."""
    shutil.rmtree(_figures, ignore_errors=True)
