"""Which network a request came from, and how many requests from there are answered."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import structlog
from flask import Flask, abort, current_app, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from shared.web.settings import WebSettings

V = TypeVar("V", bound=Callable[..., Any])
_log = structlog.get_logger(component="web")


def client_network() -> str:
    """The client's IPv4 address or /64 network: one household. Proxy headers count as far as TRUSTED_HOPS says."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def install_limits(app: Flask, settings: WebSettings) -> None:
    """Count this app's requests in memory or in a Redis-protocol store, unless limits are switched off."""
    if settings.limits_on:
        storage = storage_from_string(settings.limits_url, wrap_exceptions=True)
        app.extensions["limits"] = MovingWindowRateLimiter(storage)


def limited(rate: str, methods: tuple[str, ...] = ("POST",)) -> Callable[[V], V]:
    """Answer 429 beyond `rate` (such as `"20 per 10 minutes"`) requests with one of `methods` per client network and view."""
    limit = parse(rate)

    def decorate(view: V) -> V:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if request.method in methods and not count(limit, view.__name__, client_network()):
                abort(429)
            return view(*args, **kwargs)

        return counted  # type: ignore[return-value]

    return decorate


def count(limit: RateLimitItem, *names: str) -> bool:
    """Count one more under these names of this app; whether that is still within `limit`."""
    return _asked(lambda limiter: limiter.hit(limit, current_app.name, *names))


def has_room(limit: RateLimitItem, *names: str) -> bool:
    """Whether one more would be within `limit`; nothing is counted."""
    return _asked(lambda limiter: limiter.test(limit, current_app.name, *names))


def _asked(ask: Callable[[MovingWindowRateLimiter], bool]) -> bool:
    limiter = current_app.extensions.get("limits")
    if limiter is None:
        return True
    try:
        return ask(limiter)
    except StorageError:
        # Budgets per address are in the database and still hold; people must not stand before a closed door.
        _log.warning("the store of request limits is away; requests pass uncounted")
        return True
