"""Filling forms in as a browser does."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def send(client: FlaskClient, page: str, to: str | None = None, **typed: Any) -> TestResponse:
    """Open `page`, take its CSRF token, and post what was `typed` to it (or to the address `to`)."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).get_data(as_text=True))
    assert found, f"{page} holds no form"
    return client.post(to or page, data={"csrf_token": found.group(1), **typed})


def sign_in(client: FlaskClient, username: str, password: str, otp: str = "", wanted: str = "/intern/") -> TestResponse:
    """Sign in by the form and follow to the token, as a browser does; the answer to the form comes back."""
    answer = send(client, f"/intern/anmelden?next={wanted}", username=username, password=password, otp=otp)
    if answer.status_code == 302:
        client.get(answer.headers["Location"])
    return answer
