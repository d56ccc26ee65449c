"""Staff tokens: who gets in, who is sent to sign in, and where people may be sent back to."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey
from sqlalchemy import func, select

from shared import clock, ids
from shared.web.access import COOKIE, safe_next
from shared.web.staff_tokens import LIFETIME, REVOKED, Staff, revoke
from tests.web.conftest import ISSUER, KEY
from tests.web.posting import hidden_fields

DESK = "/intern/ideen/"
CLOSE = "/api/sample/v1/notes/00000000-0000-7000-8000-000000000000/close"
Token = Callable[..., str]


def desk(client: FlaskClient, token: str, path: str = DESK) -> tuple[int, str | None]:
    client.set_cookie(COOKIE, token, path="/intern")
    answer = client.get(path)
    return answer.status_code, answer.location


def api(client: FlaskClient, token: str) -> int:
    return client.post(CLOSE, headers={"Authorization": f"Bearer {token}"}).status_code


def claims(**changes: object) -> dict[str, object]:
    return {
        "iss": ISSUER,
        "aud": "mitsprache-staff",
        "sub": "00000000-0000-7000-8000-000000000001",
        "sid": "00000000-0000-7000-8000-000000000002",
        "name": "x",
        "roles": ["clerk"],
        "exp": int(clock.now().timestamp()) + 60,
        **changes,
    }


def test_a_good_token_opens_console_and_api(client: FlaskClient, token: Token, staff: Staff) -> None:
    assert desk(client, token()) == (200, None)
    assert staff.name in client.get(DESK).text
    assert api(client, token()) == 404


def test_without_a_token_people_are_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    assert client.get(DESK + "?status=neu").location == "/intern/anmelden?next=/intern/ideen/%3Fstatus%3Dneu"
    assert client.post(CLOSE).status_code == 401


def test_an_expired_token_is_renewed(client: FlaskClient, token: Token) -> None:
    old = token()

    with clock.moved(LIFETIME + timedelta(seconds=1)):
        assert desk(client, old) == (302, "/intern/erneuern?next=/intern/ideen/")
        assert api(client, old) == 401


def test_a_form_that_was_open_too_long_loses_nothing(client: FlaskClient, token: Token) -> None:
    client.set_cookie(COOKIE, token(), path="/intern")
    csrf = hidden_fields(client.get("/notiz").text)["csrf_token"]
    form = {"csrf_token": csrf, "reason": "Eine lange Begründung"}
    same_origin = {"Sec-Fetch-Site": "same-origin"}

    with clock.moved(LIFETIME + timedelta(seconds=1)):
        late = client.post("/intern/ideen/tun", data=form, headers=same_origin)
        assert late.status_code == 401
        assert "Eine lange Begründung" in late.text
        assert 'src="/intern/erneuern"' in late.text
        client.set_cookie(COOKIE, token(), path="/intern")
        again = {**hidden_fields(late.text), "reason": form["reason"]}
        # Past the sign-in at last: this clerk is no admin, which is another matter.
        assert client.post("/intern/ideen/tun", data=again, headers=same_origin).status_code == 403


def test_a_revoked_session_is_out(app: Flask, client: FlaskClient, token: Token, staff: Staff) -> None:
    with app.extensions["database"].write() as session:
        revoke(session, staff.session_id)
        revoke(session, staff.session_id)

    assert desk(client, token()) == (302, "/intern/anmelden?next=/intern/ideen/")
    assert api(client, token()) == 401


def test_revocations_are_forgotten_when_no_token_can_live(app: Flask, staff: Staff) -> None:
    with app.extensions["database"].write() as session:
        revoke(session, staff.session_id)
    with clock.moved(timedelta(days=2)), app.extensions["database"].write() as session:
        revoke(session, ids.internal())
        assert session.scalar(select(func.count()).select_from(REVOKED)) == 1


FOREIGN = {
    "wrong key": lambda token: token(key=OKPKey.generate_key("Ed25519", {"kid": "test"})),
    "unknown key id": lambda token: token(key=OKPKey.generate_key("Ed25519", {"kid": "other"})),
    "foreign issuer": lambda token: token(issuer="https://elsewhere.example"),
    "foreign audience": lambda _: jwt.encode({"alg": "Ed25519", "kid": "test"}, claims(aud="x"), KEY, ["Ed25519"]),
    "no audience": lambda _: jwt.encode({"alg": "Ed25519", "kid": "test"}, claims(aud=None), KEY, ["Ed25519"]),
    "no expiry": lambda _: jwt.encode({"alg": "Ed25519", "kid": "test"}, claims(exp=None), KEY, ["Ed25519"]),
    "roles missing": lambda _: jwt.encode({"alg": "Ed25519", "kid": "test"}, claims(roles=None), KEY, ["Ed25519"]),
    "public key as secret": lambda _: jwt.encode(
        {"alg": "HS256", "kid": "test"}, claims(), OctKey.import_key(str(KEY.as_dict(private=False)["x"])), ["HS256"]
    ),
    "no signature": lambda token: token().rsplit(".", 1)[0] + ".",
    "alg none": lambda token: "eyJhbGciOiJub25lIn0." + token().split(".")[1] + ".",
    "garbage": lambda _: "x.y.z",
    "NUL": lambda _: "a%00b",
}


@pytest.mark.parametrize("made", FOREIGN.values(), ids=FOREIGN)
def test_a_token_that_council_did_not_sign_for_us_is_worthless(
    client: FlaskClient, token: Token, made: Callable[[Token], str]
) -> None:
    forged = made(token)

    assert api(client, forged) == 401
    assert desk(client, forged)[1] == "/intern/anmelden?next=/intern/ideen/"


def test_another_role_is_not_enough(app: Flask, client: FlaskClient, token: Token) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client.set_cookie(COOKIE, token(), path="/intern")

    page = client.get(DESK).text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]

    assert client.post("/intern/ideen/tun", data={"csrf_token": csrf}).status_code == 403


def test_the_api_ignores_the_cookie(client: FlaskClient, token: Token) -> None:
    client.set_cookie(COOKIE, token(), path="/")

    assert client.post(CLOSE).status_code == 401


@pytest.mark.parametrize("target", ["/intern/", "/intern", "/intern/vorgaenge/1?seite=2", "/intern/ideen/#x"])
def test_people_are_sent_back_into_the_console(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None, "", "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "\\/evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "http:evil.example",
        "/intern\\@evil.example", "/intern//../..//evil.example", "/intern/../x", "/internal", "/intern.evil.example",
        "intern/", " /intern/", "/intern/\n", "\t//evil.example", "/\t/evil.example", "/%2f/evil.example",
        "https:/intern/", "//intern/", "/intern@evil.example", "?next=/intern/", "#/intern/", "/ideen/", "http://[",
        "//evil.example/intern/", "https://evil.example/intern/", "/intern/\x00", "/intern/\u007f",
    ],
)  # fmt: skip
def test_people_are_never_sent_elsewhere(target: str | None) -> None:
    assert safe_next(target) == "/intern/"
