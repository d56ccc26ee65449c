"""The sample app, its settings and a staff key."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import OKPKey

from shared import ids
from shared.web.settings import Operator, WebSettings
from shared.web.staff_tokens import LIFETIME, Staff, sign
from tests.web.sample.app import create_sample

ISSUER = "http://localhost"
KEY = OKPKey.generate_key("Ed25519", {"kid": "test"})
OPERATOR = Operator(
    site_name="Harburger Integrationskonferenz",
    motto="Zusammenleben in Vielfalt",
    name="Bezirksamt Harburg",
    address="Harburger Rathausplatz 1, 21073 Hamburg",
    phone="040 115",
    email="kontakt@example.org",
    privacy_officer="Datenschutzbeauftragte",
    supervisory_authority="Der Hamburgische Beauftragte für Datenschutz",
    is_official=False,
)


def web_settings(**changes: object) -> WebSettings:
    """Settings for tests; `changes` replace single ones."""
    values: dict[str, object] = {
        "base_url": ISSUER,
        "secret_key": "a secret only for these tests",
        "secure_cookies": False,
        "trusted_hops": 0,
        "limits_url": "memory://",
        "limits_on": True,
        "staff_public_keys": json.dumps({"keys": [KEY.as_dict(private=False)]}),
        "staff_issuer": ISSUER,
        "sms_countries": frozenset({49}),
        "operator": OPERATOR,
    }
    return WebSettings(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The sample app on its own database."""
    app = create_sample(web_settings(), tmp_path)
    yield app
    app.extensions["database"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without history."""
    return app.test_client()


@pytest.fixture
def staff() -> Staff:
    """A clerk."""
    return Staff(ids.internal(), "Ayşe Öztürk", frozenset({"clerk"}), ids.internal())


@pytest.fixture
def token(staff: Staff) -> Callable[..., str]:
    """Signs a token for the clerk; other keys, issuers and lifetimes on demand."""

    def signed(key: OKPKey = KEY, issuer: str = ISSUER, lifetime: timedelta = LIFETIME) -> str:
        return sign(staff, key, issuer, lifetime)[0]

    return signed
