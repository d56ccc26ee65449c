"""Bodies that were made to hurt: always a clear refusal, never a crash, never a row."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.web.posting import NOTE, hidden_fields
from tests.web.sample.app import Note

JSON_BODIES = {
    "not UTF-8": b'{"title": "\xff\xfe", "text": "x"}',
    "NUL escaped": b'{"title": "a\\u0000b", "text": "x"}',
    "NUL raw": b'{"title": "a\x00b", "text": "x"}',
    "lone surrogate": b'{"title": "\\ud800", "text": "x"}',
    "lone surrogate as a key": b'{"\\udfff": 1}',
    "20,000 brackets": b"[" * 20_000,
    "20,000 closed brackets": b"[" * 20_000 + b"]" * 20_000,
    "20,000 objects": b'{"a":' * 20_000,
    "100 levels": b"[" * 100 + b"]" * 100,
    "duplicate keys": b'{"title": "a", "title": "b", "text": "x"}',
    "duplicate keys inside": b'{"title": "a", "text": "x", "place": {"street": "a", "street": "b"}}',
    "NaN": b'{"title": "a", "text": "x", "count": NaN}',
    "huge number": b'{"title": "a", "text": "x", "count": ' + b"9" * 5000 + b"}",
    "infinite number": b'{"title": "a", "text": "x", "count": 1e999}',
    "empty": b"",
    "half": b'{"title": "a"',
    "an array": b"[]",
    "null": b"null",
    "a string": b'"title"',
    "UTF-16": '{"title": "a", "text": "x"}'.encode("utf-16"),
    "wrong types": b'{"title": [], "text": {"a": 1}, "topics": 5, "place": "x", "heading": [1]}',
    "unknown field": b'{"title": "a", "text": "x", "is_admin": true}',
    "3 MB": json.dumps({"title": "a", "text": "x" * 3_000_000}).encode(),
}

FORM_BODIES = {
    "not UTF-8": b"title=%FF%FE&text=x",
    "raw bytes": b"title=\xff\xfe&text=x",
    "NUL": b"title=a%00b&text=x",
    "surrogate bytes": b"title=%ED%A0%80&text=x",
    "NUL in a name": b"ti%00tle=a&text=x",
    "3 MB": b"title=a&text=" + b"x" * 3_000_000,
    "100,000 fields": b"a=1&" * 100_000,
    "override": "title=a\u202eb&text=x".encode(),
}


def rows(app: Flask) -> int:
    with app.extensions["database"].read() as session:
        return int(session.scalar(select(func.count()).select_from(Note)))


@pytest.mark.parametrize("body", JSON_BODIES.values(), ids=JSON_BODIES)
def test_a_hostile_json_body_is_refused(app: Flask, client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/sample/v1/notes", data=body, content_type="application/json")

    assert answer.status_code in {400, 413, 415, 422}
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["detail"]
    assert rows(app) == 0


@pytest.mark.parametrize("body", FORM_BODIES.values(), ids=FORM_BODIES)
def test_a_hostile_form_is_refused(app: Flask, client: FlaskClient, body: bytes) -> None:
    tokens = hidden_fields(client.get("/notiz").text)
    body += "".join(f"&{name}={value}" for name, value in tokens.items()).encode()

    answer = client.post("/notiz", data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code in {400, 413, 422}
    assert "<h1" in answer.text
    assert rows(app) == 0


@pytest.mark.parametrize("text", [b"\xff\xfe", b"a\x00b", b"x" * 3_000_000], ids=["not UTF-8", "NUL", "3 MB"])
def test_a_hostile_multipart_form_is_refused(app: Flask, client: FlaskClient, text: bytes) -> None:
    tokens = hidden_fields(client.get("/notiz").text)
    parts = [(name, value.encode()) for name, value in [*tokens.items(), *NOTE.items()] if name != "text"]
    body = b"".join(
        b'--frontier\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in [*parts, ("text", text)]
    )

    answer = client.post("/notiz", data=body + b"--frontier--", content_type="multipart/form-data; boundary=frontier")

    assert answer.status_code in {400, 413, 422}
    assert rows(app) == 0


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"]
)
def test_the_api_takes_json_only(app: Flask, client: FlaskClient, content_type: str) -> None:
    answer = client.post("/api/sample/v1/notes", data=json.dumps(NOTE), content_type=content_type)

    assert answer.status_code in {400, 415}
    assert rows(app) == 0


@pytest.mark.parametrize("path", ["/notiz?lang=%00", "/notiz?lang=%FF", "/notiz/%00", "/notiz/%FF", "/%ED%A0%80"])
def test_a_hostile_address_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {400, 404}


def test_a_refusal_speaks_the_readers_language(client: FlaskClient) -> None:
    answer = client.post("/api/sample/v1/notes?lang=ar", data=b"\xff", content_type="application/json")

    assert answer.json is not None
    assert answer.json["detail"] == "تحتوي البيانات على رموز لا يمكننا قراءتها. يرجى كتابتها من جديد."
