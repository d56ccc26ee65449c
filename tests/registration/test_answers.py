"""People answer the office's own questions: only what is asked is kept, encrypted, and it goes with them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from services.registration import urls
from services.registration.config import Config
from services.registration.models import Answer, Question, Registration
from services.registration.models.answers import decrypted
from services.registration.use_cases import erasure, registrations
from services.registration.use_cases.questions import arrange_questions
from shared import clock
from shared.database import Database
from tests.registration.builders import (
    API,
    a_wish,
    an_open_conference,
    asked,
    confirmed,
    entered,
    messages,
    path_of,
    pending,
    question,
    submit,
    token_of,
)
from tests.registration.test_exports import lines_of, taken
from tests.registration.test_pages import text

Bearer = Callable[..., dict[str, str]]
SECRET = "Wir bringen die Trommeln mit"


@pytest.fixture
def three(config: Config, database: Database, conference_id: UUID) -> list[Question]:
    """A choice; a text required of whoever chose its first option; a number."""
    choice = question(text={"de": "Machen Sie Musik?"}, kind="choice", options=[{"de": "Ja"}, {"de": "Nein"}])
    [music] = asked(config, database, conference_id, choice)
    depending = question(
        text={"de": "Was brauchen Sie dafür?"}, is_required=True, shown_when=UUID(music.options[0]["id"])
    )
    number = question(text={"de": "Wie viele Instrumente?"}, kind="number")
    same = {"id": music.id, **choice}
    return asked(config, database, conference_id, same, depending, number)


def yes(three: list[Question]) -> str:
    return three[0].options[0]["id"]


def no(three: list[Question]) -> str:
    return three[0].options[1]["id"]


def stored(config: Config, database: Database) -> dict[UUID, Any]:
    with database.read() as session:
        return {one.question_id: decrypted(config.column_box, one.said) for one in session.scalars(select(Answer))}


def test_people_answer_see_what_they_said_and_change_it(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID, three: list[Question]
) -> None:
    path = f"/anmeldung/{conference_id}"
    music, needs, number = (f"answers.{one.id}" for one in three)
    page = submit(client, client.get(path), path, email="leyla@example.org")
    page = submit(client, submit(client, page, path, language="de"), path)
    assert "Schritt 4 von 5" in text(page)
    assert "spätestens 30 Tage nach der Konferenz" in text(page)
    assert "Nur wenn Sie bei „" in text(page)
    refused = submit(client, page, path, **{music: yes(three), number: "drei"})
    assert refused.status_code == 422
    assert f'href="#f-{needs}"' in text(refused) and f'href="#f-{number}"' in text(refused)
    check = submit(client, page, path, **{music: yes(three), needs: SECRET, number: "3"})
    assert "Stimmt alles?" in text(check) and SECRET in text(check)
    with clock.moved(timedelta(seconds=10)):
        assert submit(client, check, path).status_code == 303
    link = path_of(messages(database, "registration.requested")[0]["confirm_url"])
    own = submit(client, client.get(link), link).location
    assert SECRET in text(client.get(own))
    form = client.get(f"{own}/aendern")
    assert f'value="{yes(three)}" checked' in text(form) and SECRET in text(form)
    changed = {music: no(three), needs: SECRET, number: "", "language": "de", "household.adults": "0"}
    assert submit(client, form, f"{own}/aendern", **changed).status_code == 303

    # What doesn't count any more isn't kept.
    assert stored(config, database) == {three[0].id: no(three)}
    assert SECRET not in text(client.get(own))


def test_changing_says_what_is_missing(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID, three: list[Question]
) -> None:
    with database.write() as session:
        own = path_of(urls.manage_url(config, confirmed(session, config, conference_id)))
    typed = {f"answers.{three[0].id}": yes(three), "language": "de", "household.adults": "0"}
    refused = submit(client, client.get(f"{own}/aendern"), f"{own}/aendern", **typed)

    assert refused.status_code == 422
    assert f'href="#f-answers.{three[1].id}"' in text(refused)
    assert stored(config, database) == {}


def test_without_questions_there_is_no_step_for_them(client: FlaskClient, conference_id: UUID) -> None:
    assert "Schritt 1 von 4" in text(client.get(f"/anmeldung/{conference_id}"))


def test_a_question_that_came_meanwhile_is_asked_before_anything_is_stored(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    path = f"/anmeldung/{conference_id}"
    page = submit(client, client.get(path), path, email="leyla@example.org")
    page = submit(client, submit(client, page, path, language="de"), path)
    assert "Schritt 4 von 4" in text(page)
    asked(config, database, conference_id, question(text={"de": "Warum?"}, is_required=True))
    with clock.moved(timedelta(seconds=10)):
        answer = submit(client, page, path)

    assert answer.status_code == 422 and "Warum?" in text(answer)
    assert messages(database, "registration.requested") == []


def test_over_the_api_answers_are_checked_for_whoever_asks(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID, three: list[Question]
) -> None:
    with database.write() as session:
        known = confirmed(session, config, conference_id, email="known@example.org")
        token = token_of(urls.manage_url(config, known))
    address = f"{API}/conferences/{conference_id}/registrations"
    wish = {"email": "leyla@example.org", "language": "de"}
    right = {str(three[0].id): yes(three), str(three[1].id): SECRET, str(three[2].id): 4, str(uuid4()): "x"}
    wrong = {str(three[0].id): yes(three), str(three[2].id): -1}
    # Whether somebody is registered doesn't show.
    for email in ("new@example.org", "known@example.org"):
        refused = client.post(address, json=wish | {"email": email, "answers": wrong})
        assert refused.status_code == 422
        assert refused.json["errors"].keys() == {f"answers.{three[1].id}", f"answers.{three[2].id}"}  # type: ignore[index,union-attr]
    assert client.post(address, json=wish | {"answers": {str(three[2].id): True}}).status_code == 422
    assert client.post(address, json=wish | {"answers": {str(three[2].id): 1.5}}).status_code == 422
    assert client.post(address, json=wish | {"answers": right}).status_code == 202
    assert stored(config, database) == {three[0].id: yes(three), three[1].id: SECRET, three[2].id: 4}
    own = f"{API}/registrations/{known.id}"
    headers = {"Authorization": f"Bearer {token}"}
    changed = client.patch(own, json={"answers": {str(three[2].id): 7}}, headers=headers)
    assert changed.json["answers"] == {str(three[2].id): 7}  # type: ignore[index]
    assert client.patch(own, json={"name": "Ali"}, headers=headers).json["answers"] == {str(three[2].id): 7}  # type: ignore[index]
    assert client.patch(own, json={"answers": wrong}, headers=headers).status_code == 422


def test_the_office_types_answers_and_reads_them(
    office: FlaskClient, conference_id: UUID, three: list[Question]
) -> None:
    path = f"/intern/konferenzen/{conference_id}/anmelden"
    form = office.get(path)
    typed = {"way": "phone", "language": "de", "name": "Ali Demir", f"answers.{three[0].id}": yes(three)}
    refused = submit(office, form, path, **typed)
    assert refused.status_code == 422 and f'href="#f-answers.{three[1].id}"' in text(refused)
    new = submit(office, form, path, **typed, **{f"answers.{three[1].id}": SECRET}).location
    shown = text(office.get(new.replace("/anmelden/", "/anmeldungen/")))

    assert SECRET in shown and "Machen Sie Musik?" in shown


def test_answers_are_encrypted_can_be_taken_along_and_are_columns_that_nobody_ticked_for_the_office(
    client: FlaskClient,
    office: FlaskClient,
    config: Config,
    database: Database,
    conference_id: UUID,
    three: list[Question],
) -> None:
    answers = {three[0].id: yes(three), three[1].id: SECRET, three[2].id: 1234}
    with database.write() as session:
        own = path_of(urls.manage_url(config, confirmed(session, config, conference_id, answers=answers)))
    with database.read() as session:
        rows = repr([session.execute(select(one.__table__)).all() for one in (Answer, Registration)])
    assert SECRET not in rows and yes(three) not in rows
    downloaded = client.get(f"{own}/daten.json").json
    assert downloaded is not None
    assert downloaded["answers"][1] == {"question": {"de": "Was brauchen Sie dafür?"}, "answer": SECRET}
    columns = [f"answer:{three[0].id}", f"answer:{three[2].id}", f"answer:{uuid4()}"]
    form = text(office.get(f"/intern/konferenzen/{conference_id}/anmeldungen/mitnehmen"))

    assert f'value="{columns[0]}"' in form and f'value="{columns[0]}" checked' not in form
    exported = lines_of(taken(office, conference_id, columns=columns).data)
    assert exported == [["Machen Sie Musik?", "Wie viele Instrumente?"], ["Ja", "1234"]]


def test_answers_go_when_somebody_cancels_is_forgotten_or_never_confirms(
    config: Config, database: Database, conference_id: UUID, three: list[Question]
) -> None:
    answers = {three[2].id: 1}

    def left() -> int:
        return len(stored(config, database))

    with database.write() as session:
        gone = confirmed(session, config, conference_id, answers=answers)
        registrations.cancel_registration(session, config, gone.id)
    assert left() == 0
    with database.write() as session:
        person = confirmed(session, config, conference_id, answers=answers)
        erasure.forget_persons(session, config, [person.subject_id])
    assert left() == 0
    with database.write() as session:
        pending(session, config, conference_id, answers=answers)
    assert left() == 1
    with clock.moved(timedelta(days=8)), database.write() as session:
        erasure.delete_unconfirmed(session, config)
    assert left() == 0


def test_who_asks_again_answers_anew(
    config: Config, database: Database, conference_id: UUID, three: list[Question]
) -> None:
    with database.write() as session:
        pending(session, config, conference_id, email="leyla@example.org", answers={three[2].id: 1})
        pending(session, config, conference_id, email="leyla@example.org", answers={three[0].id: no(three)})
    assert stored(config, database) == {three[0].id: no(three)}
    with database.write() as session:
        entered(session, config, conference_id, a_wish(email="leyla@example.org", answers={three[2].id: 2}))

    assert stored(config, database) == {three[2].id: 2}


def test_nobody_answers_a_question_that_is_deleted_at_the_same_moment(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config).id
    [one] = asked(config, database, conference_id, question(kind="choice", options=[{"de": "Ja"}, {"de": "Nein"}]))
    told = {one.id: one.options[0]["id"]}
    together = threading.Barrier(6)

    def ask() -> None:
        together.wait()
        with database.write() as session:
            pending(session, config, conference_id, answers=told)

    def remove() -> None:
        together.wait()
        with database.write() as session:
            arrange_questions(session, config, conference_id, [], sure=True)

    with ThreadPoolExecutor(6) as threads:
        for job in [*(threads.submit(ask) for _ in range(5)), threads.submit(remove)]:
            job.result()

    assert stored(config, database) == {}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 5
