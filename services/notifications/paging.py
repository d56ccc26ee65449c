"""Links to the pages before and after one page of a list."""

from urllib.parse import urlencode

from flask import request

from shared.web.current import settings


def previous_url(number: int) -> str | None:
    """The page before page `number`, with the same filters."""
    return _url(number - 1) if number > 1 else None


def next_url(number: int, has_more: bool) -> str | None:
    """The page after page `number`, with the same filters."""
    return _url(number + 1) if has_more else None


def next_address(number: int) -> str:
    """The whole address of the page after page `number`, for API clients."""
    return f"{settings.base_url}{_url(number + 1)}"


def _url(number: int) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return f"{request.path}?{urlencode([*kept, ('page', number)])}"
