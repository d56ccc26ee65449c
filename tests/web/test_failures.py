"""When the database is away: people keep what they typed, clients are told when to come back, nothing claims success."""

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from shared.messaging import tables
from shared.web.origin import PREFIXES, one_origin, owner
from tests.web.conftest import web_settings
from tests.web.posting import NOTE, post_note
from tests.web.sample.app import create_sample


def lose_table(app: Flask) -> None:
    with app.extensions["database"].write() as session:
        session.execute(text("ALTER TABLE note RENAME TO lost"))


def fill_disk(app: Flask) -> None:
    """Let SQLite have no page more than it has, as on a full disk."""
    with app.extensions["database"].engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def test_a_form_is_kept_and_can_be_sent_again(app: Flask, client: FlaskClient) -> None:
    lose_table(app)

    page = post_note(client, NOTE)

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "10"
    assert "Am Bahnhof fehlen Bänke." in page.text
    assert "Noch einmal senden" in page.text
    assert "Traceback" not in page.text


def test_the_api_says_when_to_come_back(app: Flask, client: FlaskClient) -> None:
    lose_table(app)

    answer = client.post("/api/sample/v1/notes", json=NOTE)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert answer.mimetype == "application/problem+json"


def test_a_full_disk_is_not_a_success(app: Flask, client: FlaskClient) -> None:
    fill_disk(app)

    answer = client.post("/api/sample/v1/notes", json={**NOTE, "text": "x" * 2000})
    answers = {client.post("/api/sample/v1/notes", json={**NOTE, "text": "x" * 2000}).status_code for _ in range(20)}

    assert answer.status_code in {202, 503}
    assert 503 in answers


def test_ready_means_the_database_answers(tmp_path: Path) -> None:
    app = create_sample(web_settings(), tmp_path)
    assert app.test_client().get("/readyz").status_code == 200

    app.extensions["database"].close()
    (tmp_path / "sample.db").rename(tmp_path / "gone.db")
    (tmp_path / "sample.db").mkdir()

    assert app.test_client().get("/readyz").status_code == 503
    assert app.test_client().get("/healthz").status_code == 200


def test_an_unknown_page_is_said_so_in_both_formats(client: FlaskClient) -> None:
    assert "Diese Seite gibt es nicht" in client.get("/nix").text
    assert client.get("/api/sample/v1/nix").mimetype == "application/problem+json"
    assert client.post("/teile").status_code == 405


def test_addresses_belong_to_the_service_whose_noun_they_are() -> None:
    assert {prefix: owner(prefix) for prefix in PREFIXES} == PREFIXES
    assert owner("/ideen/42") == "submissions"
    assert owner("/ideenreich") == "registration"
    assert owner("/intern/ideen/42/x") == "submissions"
    assert owner("/intern/irgendwas") == "council"
    assert owner("/api/council/v1/cases") == "council"
    assert owner("/") == owner("") == owner("/nix") == "registration"


def test_four_apps_answer_as_one(tmp_path: Path) -> None:
    names = ("registration", "submissions", "council", "notifications")
    apps = {}
    for name in names:
        (tmp_path / name).mkdir()
        apps[name] = create_sample(web_settings(), tmp_path / name)
        with apps[name].extensions["database"].write() as session:
            tables.create_backbone(session.connection())
    whole = Flask("whole")
    whole.wsgi_app = one_origin(apps)  # type: ignore[method-assign]
    client = whole.test_client()

    assert client.get("/notiz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert "python_info" in client.get("/metrics").text
    apps["council"].extensions["database"].close()
    (tmp_path / "council" / "sample.db").rename(tmp_path / "gone.db")
    (tmp_path / "council" / "sample.db").mkdir()
    assert client.get("/readyz").status_code == 503
    assert client.get("/metrics").status_code == 503
    assert client.get("/healthz").status_code == 200
