"""How the web processes serve: gunicorn's settings, the same for all four services."""

import re
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http.message import Request
from gunicorn.http.wsgi import Response

from shared.config import Environment

#: A segment of a path that belongs to a route. Codes, tokens and ids hold digits or capitals and stay out of the log.
WORD = re.compile(r"[a-z][a-z._-]{0,24}|v\d{1,2}|")


class RouteLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Access lines without query, client address, and without whatever in a path could be a token or an id."""

    def atoms(self, resp: Response, req: Request, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """The fields of one access line."""
        fields: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        segments = environ.get("PATH_INFO", "").split("/")
        fields["route"] = "/".join(segment if WORD.fullmatch(segment) else "*" for segment in segments)
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
    '{"event": "request", "method": "%(m)s", "route": "%(route)s", "status": %(s)s, "milliseconds": %(M)s}'
)
