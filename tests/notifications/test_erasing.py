"""Somebody wants to be forgotten: nothing about them stays here, and every service is told whom to forget."""

import json
from functools import partial
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from services.notifications.models import EMAIL, Contact, KeptLetter, Notification, Status
from services.notifications.use_cases import sending
from shared import ids
from shared.database import Database
from shared.events.submissions import IdeaConfirmed, IdeaReceived
from shared.messaging.tables import inbox, outbox
from tests.notifications.test_pages import post
from tests.notifications.world import World, an_author

AYSE = "ayse@example.org"


def published(database: Database) -> list[dict[str, Any]]:
    """The content of every event that notifications published."""
    with database.read() as session:
        return [json.loads(body)["data"] for body in session.scalars(select(outbox.c.body))]


def erase(world: World, client: FlaskClient, to: str) -> str:
    """Go to one's own page and erase everything; returns the page that says so."""
    mine = world.own_page(to)
    return post(client, f"{mine}/loeschen").text


def test_looking_at_the_page_erases_nothing(world: World, client: FlaskClient) -> None:
    world.confirmed_idea(AYSE)
    mine = world.own_page(AYSE)

    assert "Ihr Platz wird frei" in client.get(f"{mine}/loeschen").text
    assert client.get(f"{mine}x/loeschen").status_code == 404
    assert world.letters(AYSE) != []


def test_every_service_is_told_whom_to_forget(world: World, client: FlaskClient) -> None:
    _, first = world.idea(AYSE)
    world.registration(AYSE)

    assert "Wir haben Sie vergessen" in erase(world, client, AYSE)

    (fact,) = published(world.database)
    assert len(fact["subject_ids"]) == 2 and str(first) in fact["subject_ids"]


def test_nothing_about_them_stays_here(world: World, client: FlaskClient) -> None:
    world.confirmed_idea("jan@example.org")
    world.confirmed_idea(AYSE)

    erase(world, client, AYSE)

    with world.database.read() as session:
        assert len(session.scalars(select(Contact)).all()) == 1
        assert len(session.scalars(select(KeptLetter)).all()) == 1
        sealed = session.scalars(select(inbox.c.sealed).where(inbox.c.name == IdeaReceived.name)).all()
    assert [box is None for box in sealed].count(True) == 1
    assert world.letters(AYSE) == []


def test_what_arrives_late_about_them_finds_nobody(world: World, client: FlaskClient) -> None:
    idea_id, subject_id = world.idea(AYSE)
    erase(world, client, AYSE)

    world.happens(IdeaConfirmed(idea_id=idea_id), idea_id, subject_id=subject_id)
    late = ids.public()
    fact = IdeaReceived(idea_id=late, language="de", topic=None, quarter=None)
    world.happens(fact, late, an_author(AYSE, None), subject_id)

    assert world.letters(AYSE) == []


def test_a_member_of_the_council_stays_one(world: World, client: FlaskClient) -> None:
    world.member("jan@example.org")
    world.confirmed_idea("jan@example.org")

    erase(world, client, "jan@example.org")

    (fact,) = published(world.database)
    assert len(fact["subject_ids"]) == 1


def test_who_is_forgotten_while_letters_are_handed_over_keeps_nobody_elses_from_being_recorded(
    world: World, client: FlaskClient
) -> None:
    world.happens_unsent(AYSE)
    world.happens_unsent("jan@example.org")
    with world.database.write() as session:
        claimed = sending.claim_due(session, "this", EMAIL, 10)
    erase(world, client, AYSE)

    with world.database.write() as session:
        sending.record(
            session, [(it.id, partial(Notification.note_failure, by="this", reason="refused")) for it in claimed]
        )

    assert len(claimed) == 2
    assert [(line.status, line.reason) for line in world.log()] == [(Status.FAILED, "refused")]
