"""Links to the pages before and after one page of a list."""

from urllib.parse import urlencode

from flask import request

from services.submissions.queries import Page


def previous_url(page: Page) -> str | None:
    """The address of the page before, with the same filters."""
    return _url(page.number - 1) if page.number > 1 else None


def next_url(page: Page) -> str | None:
    """The address of the page after, with the same filters."""
    return _url(page.number + 1) if page.has_next else None


def _url(number: int) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return f"{request.path}?{urlencode([*kept, ('page', number)])}"
