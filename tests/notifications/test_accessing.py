"""Somebody wants to know what is held of them: every service is asked, and one link brings it all, to them alone."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select

from services.notifications.models import Access, AccessPart, Notification
from services.notifications.models.access import COPY_KEPT
from services.notifications.retention import RULES
from shared import clock, disclosing, ids
from shared.disclosing import Record
from shared.events.council import PetitionsDisclosed
from shared.events.disclosure import Disclosed, Disclosure
from shared.events.notifications import AccessRequested, PersonErased
from shared.events.registration import RegistrationsDisclosed
from shared.events.submissions import IdeasDisclosed
from shared.messaging.tables import inbox, outbox
from tests.notifications.test_pages import post
from tests.notifications.world import World, path_of
from tests.retention import forget

AYSE = "ayse@example.org"
PLACE = Record("Anmeldung", [("Name", "Ayşe Yılmaz")], {"name": "Ayşe Yılmaz", "places": 2})


def published(world: World, name: str) -> list[dict[str, Any]]:
    with world.database.read() as session:
        bodies = session.scalars(select(outbox.c.body).where(outbox.c.name == name))
        return [json.loads(body)["data"] for body in bodies]


def count(world: World, model: type) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def ask(world: World, client: FlaskClient) -> dict[str, Any]:
    """Ask for the copy on one's own page; gives back what every service was asked."""
    mine = world.own_page(AYSE)
    assert "eigenen Nachricht" in client.get(post(client, f"{mine}/auskunft", mine).location).text
    world.backbone.settle()
    return published(world, AccessRequested.name)[-1]


def answers(world: World, asked: dict[str, Any], shape: type[Disclosure], *records: Record, part: int = 1) -> None:
    """A service tells what it holds."""
    told = json.dumps([{"title": one.title, "rows": one.rows, "data": one.data} for one in records])
    fact = shape(request_id=UUID(asked["request_id"]), part=part, parts=1)
    world.happens(fact, ids.internal(), Disclosed(records=told), UUID(asked["copy_id"]))


def answer_all(world: World, asked: dict[str, Any]) -> str:
    """All three do; gives back the path of the link that came."""
    answers(world, asked, RegistrationsDisclosed, PLACE)
    answers(world, asked, IdeasDisclosed)
    answers(world, asked, PetitionsDisclosed)
    (link,) = [it for it in world.letters(AYSE)[0]["links"] if "/auskunft/" in it]
    return path_of(link)


def test_every_service_is_asked_and_the_last_answer_sends_the_link(world: World, client: FlaskClient) -> None:
    world.registration(AYSE)
    asked = ask(world, client)
    assert len(asked["subject_ids"]) == 1
    answers(world, asked, RegistrationsDisclosed, PLACE)
    answers(world, asked, IdeasDisclosed)
    assert not any("/auskunft/" in letter["text"] for letter in world.letters(AYSE))
    answers(world, asked, PetitionsDisclosed)
    assert "/auskunft/" in world.letters(AYSE)[0]["text"]


def test_the_copy_shows_all_in_words_and_as_a_file(world: World, client: FlaskClient) -> None:
    world.registration(AYSE)
    path = answer_all(world, ask(world, client))

    page = client.get(path)
    assert "Ayşe Yılmaz" in page.text and AYSE in page.text
    assert "Noch nicht vollständig" not in page.text
    file = client.get(f"{path}/daten.json")
    assert "attachment" in file.headers["Content-Disposition"]
    assert "no-store" in file.headers["Cache-Control"]
    assert [part["title"] for part in file.get_json()] == ["Mitteilungen", "Anmeldung"]
    assert file.get_json()[1]["places"] == 2


def test_an_answer_in_parts_in_any_order_is_whole_only_with_all_of_them(world: World, client: FlaskClient) -> None:
    world.registration(AYSE)
    asked = ask(world, client)
    for part in (2, 1):
        fact = IdeasDisclosed(request_id=UUID(asked["request_id"]), part=part, parts=2)
        with world.database.read() as session:
            assert "ideas.disclosed" in session.scalars(select(Access)).one().missing
        world.happens(fact, ids.internal(), Disclosed(records="[]"), UUID(asked["copy_id"]))
    with world.database.read() as session:
        assert session.scalars(select(Access)).one().missing == ["registrations.disclosed", "petitions.disclosed"]


def test_asking_twice_is_one_copy_and_one_message(world: World, client: FlaskClient) -> None:
    world.registration(AYSE)
    asked = ask(world, client)
    assert ask(world, client) == asked
    answer_all(world, asked)
    with world.database.read() as session:
        ready = select(func.count()).select_from(Notification).where(Notification.message == "access.ready")
        assert session.scalar(ready) == 1


def test_another_link_of_the_same_person_does_not_open_the_copy(world: World, client: FlaskClient) -> None:
    world.registration(AYSE)
    answer_all(world, ask(world, client))
    token = world.own_page(AYSE).rpartition("/")[2]

    assert client.get(f"/mitteilungen/auskunft/{token}").status_code == 404
    assert client.get(f"/mitteilungen/auskunft/{'A' * 22}.{'0' * 32}").status_code == 404


def test_whoever_blocked_their_address_is_told_to_open_it_first(world: World, client: FlaskClient) -> None:
    world.registration(AYSE)
    mine = world.own_page(AYSE)
    post(client, f"{mine}/sperren", mine)
    answer = post(client, f"{mine}/auskunft", mine)
    assert answer.status_code == 409
    assert "heben Sie zuerst die Sperre auf" in answer.text
    assert published(world, AccessRequested.name) == []


def test_a_copy_goes_after_seven_days_here_and_on_its_way(world: World, client: FlaskClient) -> None:
    world.registration(AYSE)
    asked = ask(world, client)
    path = answer_all(world, asked)
    with clock.moved(COPY_KEPT + timedelta(minutes=1)):
        assert forget(world.database, RULES, "copies") == {"copies": 1}
        assert client.get(path).status_code == 404

    assert (count(world, Access), count(world, AccessPart)) == (0, 0)
    assert published(world, PersonErased.name)[-1]["subject_ids"] == [asked["copy_id"]]
    with world.database.read() as session:
        boxes = session.scalars(select(inbox.c.sealed).where(inbox.c.subject_id == UUID(asked["copy_id"]))).all()
    assert len(boxes) == 3 and set(boxes) == {None}


def test_erasing_a_person_erases_their_copies(world: World, client: FlaskClient) -> None:
    world.registration(AYSE)
    asked = ask(world, client)
    answer_all(world, asked)
    post(client, f"{world.own_page(AYSE)}/loeschen")

    assert (count(world, Access), count(world, AccessPart)) == (0, 0)
    assert asked["copy_id"] in published(world, PersonErased.name)[-1]["subject_ids"]


def test_an_answer_that_comes_after_erasing_is_kept_nowhere(world: World, client: FlaskClient) -> None:
    world.registration(AYSE)
    asked = ask(world, client)
    post(client, f"{world.own_page(AYSE)}/loeschen")
    answers(world, asked, RegistrationsDisclosed, PLACE)

    assert count(world, AccessPart) == 0
    with world.database.read() as session:
        late = select(inbox.c.sealed).where(inbox.c.name == RegistrationsDisclosed.name)
        assert session.scalars(late).all() == [None]


def test_what_is_held_travels_in_as_many_parts_as_it_takes() -> None:
    long = Record("Idee", [("Text", "ü" * 5_000)], {"text": "ü" * 5_000})
    parts = list(disclosing._packed([long] * 4))
    assert len(parts) == 4
    assert [record for part in parts for record in disclosing.read(part)] == [long] * 4
