"""That wasn't me: one press ends it for a mailbox, in all four services; what was confirmed before isn't ended by it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from services.notifications.models import EMAIL, LINK_LIFETIME, SMS, Contact, Notification, Status
from services.notifications.rendering import render
from services.notifications.retention import RULES
from services.notifications.use_cases import sending, telling
from shared import clock, ids
from shared.events import submissions
from tests.notifications.strangers import (
    AYSE,
    EVERYTHING,
    JAN,
    OMAR,
    either,
    hands_in_a_petition,
    hands_in_an_idea,
    not_me,
    refusals,
    refuse,
    registers,
    wants_to_follow,
)
from tests.notifications.test_pages import post
from tests.notifications.world import World, an_author
from tests.retention import forget

VARIANTS = (AYSE, "AYSE@example.org", "Ayse@Example.ORG", "ayse+konferenz@example.org", "aYsE+1+2@example.org")


@pytest.mark.parametrize("asks", EVERYTHING)
@pytest.mark.parametrize("address", [AYSE, OMAR])
def test_after_one_press_nothing_comes_from_any_service(
    world: World, client: FlaskClient, asks: Callable[[World, str], None], address: str
) -> None:
    wants_to_follow(world, address)
    refuse(world, client, address)
    before = len(world.letters())

    for day in (0, 2, 40, 400):
        with clock.moved(timedelta(days=day)):
            for variant in VARIANTS if address == AYSE else (OMAR,):
                asks(world, variant)

    told = [letter["to"].casefold() for letter in world.letters()[: len(world.letters()) - before]]
    assert [to for to in told if to.startswith("ayse") or to == OMAR] == []


@given(
    st.sampled_from(EVERYTHING),
    st.lists(st.booleans(), min_size=16, max_size=16),
    st.text("abcXYZ0189.+-_", max_size=12),
    st.booleans(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_neither_capitals_nor_a_tag_reach_a_mailbox_that_refused(
    world: World, client: FlaskClient, asks: Callable[[World, str], None], large: list[bool], tag: str, is_tagged: bool
) -> None:
    if not refusals(world):
        hands_in_an_idea(world, AYSE)
        refuse(world, client)
    typed = "".join(letter.upper() if up else letter for letter, up in zip(AYSE, large, strict=True))
    local, _, domain = typed.partition("@")

    asks(world, f"{local}+{tag}@{domain}" if is_tagged else typed)

    assert len([letter for letter in world.letters() if letter["to"].casefold().startswith("ayse")]) == 1


def test_what_waits_is_withheld_with_a_reason_of_its_own(world: World, client: FlaskClient, desk: FlaskClient) -> None:
    hands_in_an_idea(world, AYSE)
    with clock.moved(timedelta(hours=25)):
        world.happens_unsent("ayse+2@example.org")
        refuse(world, client)
        world.sender.send_due()
        registers(world, "AYSE@example.org")

    assert len(world.letters()) == 1
    assert [(line.status, line.reason) for line in world.log(status="failed")] == [(Status.FAILED, telling.NOT_ME)] * 2
    assert desk.get("/intern/mitteilungen/?status=failed").text.count("„Das war ich nicht.“") == 2


def test_sending_again_by_hand_sends_nothing_to_a_mailbox_that_refused(world: World, client: FlaskClient) -> None:
    hands_in_an_idea(world, AYSE)
    refuse(world, client)
    with clock.moved(timedelta(days=2)):
        hands_in_an_idea(world, AYSE)
        with world.database.write() as session:
            session.query(Notification).where(Notification.status == Status.FAILED).one().send_again()
        world.sender.send_due()

    assert len(world.letters()) == 1
    assert world.log()[0].reason == telling.NOT_ME


def test_a_confirmation_that_comes_later_does_not_open_a_refused_mailbox(world: World, client: FlaskClient) -> None:
    idea_id, subject_id = world.idea(AYSE)
    refuse(world, client)

    world.happens(submissions.IdeaConfirmed(idea_id=idea_id), idea_id, subject_id=subject_id)
    world.happens(submissions.IdeaPublished(idea_id=idea_id, language="de", title="Bänke"), idea_id)

    assert len(world.letters()) == 1


@pytest.mark.parametrize("confirmed", [AYSE, "ayse+privat@example.org"])
def test_an_old_question_does_not_end_what_its_reader_confirmed_since(
    world: World, client: FlaskClient, confirmed: str
) -> None:
    hands_in_an_idea(world, AYSE)
    path = not_me(world, AYSE)
    idea_id = world.confirmed_idea(confirmed)

    page = client.get(path).text
    assert "Diese Adresse ist bestätigt" in page and "nie wieder" not in page
    refuse_anyway = post(client, path)

    assert refuse_anyway.status_code == 303 and refusals(world) == 0
    world.happens(submissions.IdeaPublished(idea_id=idea_id, language="de", title="Bänke"), idea_id)
    assert world.letters(confirmed)[0]["subject"].startswith("Ihre Idee")


def test_an_old_question_offers_its_confirmed_reader_to_stop_what_can_be_ordered_again(
    world: World, client: FlaskClient
) -> None:
    hands_in_an_idea(world, AYSE)
    path = not_me(world, AYSE)
    idea_id = world.confirmed_idea(AYSE)
    other = world.confirmed_idea(JAN)

    assert "sind abbestellt" in post(client, f"{path}/alles", path).text

    for it in (idea_id, other):
        world.happens(submissions.IdeaPublished(idea_id=it, language="de", title="Bänke"), it)
    assert [line.message for line in world.log(address=AYSE)].count("idea.published") == 0
    assert [line.message for line in world.log(address=JAN)].count("idea.published") == 1
    before = len(world.letters(AYSE))
    world.registration(AYSE)
    assert len(world.letters(AYSE)) == before + 1


def test_a_confirmed_reader_is_led_to_their_own_page_instead(world: World) -> None:
    world.confirmed_idea(AYSE)
    registers(world, AYSE)

    letter = world.letters(AYSE)[0]
    assert "Bitte bestätigen" in letter["subject"]
    assert "/mitteilungen/meine/" in letter["text"] and "nicht-ich" not in letter["text"]


def test_erasing_a_person_keeps_the_mark_and_nothing_else(world: World, client: FlaskClient) -> None:
    hands_in_an_idea(world, AYSE)
    refuse(world, client)

    mine = world.own_page(AYSE)
    assert "Wir haben Sie vergessen" in post(client, f"{mine}/loeschen").text

    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 0
    assert refusals(world) == 1
    with clock.moved(timedelta(days=2)):
        registers(world, AYSE)
    assert world.letters(AYSE) == []


def test_after_a_week_only_the_mark_is_left(world: World, client: FlaskClient) -> None:
    hands_in_an_idea(world, AYSE)
    hands_in_an_idea(world, JAN)
    refuse(world, client)
    with clock.moved(LINK_LIFETIME - timedelta(hours=1)):
        forget(world.database, RULES, "refused")
        assert len(world.log(address=AYSE)) == 1
    with clock.moved(timedelta(days=3)):
        wants_to_follow(world, "ayse+2@example.org")

    with clock.moved(LINK_LIFETIME + timedelta(hours=1)):
        forget(world.database, RULES, "refused")
        assert (len(world.log(address=AYSE)), len(world.log(address="ayse+2@example.org"))) == (0, 1)
        assert client.get(f"/mitteilungen/nicht-ich/{'A' * 22}.{'0' * 32}").status_code == 404
    with clock.moved(timedelta(days=11)):
        forget(world.database, RULES, "refused")
        hands_in_a_petition(world, AYSE)

    with world.database.read() as session:
        left = session.scalars(select(Contact.address_mark)).all()
    assert len(left) == 2 and len(world.log(address=JAN)) == 1
    assert world.letters(AYSE) == [] and refusals(world) == 1


@pytest.mark.parametrize("address", [AYSE, OMAR])
def test_a_question_that_goes_out_once_more_says_the_same_though_it_was_answered_meanwhile(
    world: World, address: str
) -> None:
    idea_id, subject_id = ids.public(), ids.internal()
    received = submissions.IdeaReceived(idea_id=idea_id, language="de", topic=None, quarter=None)
    world.happens(received, idea_id, an_author(*either(address)), subject_id, send=False)
    asked = the_words(world, "a sender that dies")
    assert "nicht-ich" in asked or "/s/" in asked

    world.happens(submissions.IdeaConfirmed(idea_id=idea_id), idea_id, subject_id=subject_id, send=False)

    assert the_words(world, "the next") == asked


def the_words(world: World, by: str) -> str:
    """The text of the one letter that is due, which `by` claims and leaves behind."""
    with world.database.write() as session:
        (claimed,) = [*sending.claim_due(session, by, EMAIL, 10), *sending.claim_due(session, by, SMS, 10)]
        words = render(world.config, claimed).text
    with world.database.write() as session:
        sending.give_up_claims(session, "nobody", EMAIL)
        sending.give_up_claims(session, "nobody", SMS)
    return words
