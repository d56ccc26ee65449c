"""Posting the sample's form as a browser does: load it, keep its tokens, wait as long as people do, send it."""

import re
from collections.abc import Mapping
from datetime import timedelta

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared import clock

NOTE = {"title": "Mehr Bänke", "text": "Am Bahnhof fehlen Bänke."}


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden inputs of a page."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def post_note(client: FlaskClient, fields: Mapping[str, object], **options: object) -> TestResponse:
    """The form, filled with `fields`, sent a minute after it was opened."""
    tokens = hidden_fields(client.get("/notiz").text)
    with clock.moved(timedelta(minutes=1)):
        return client.post("/notiz", data={**tokens, **fields}, **options)  # type: ignore[arg-type]
