"""Intake: what other services publish becomes a case, once."""

import json
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select, text

from services.council.handlers import on_petition_received, on_recommendation_adopted
from services.council.models import Case, CaseNumber
from services.council.queries.cases import petition_of
from shared import clock, ids
from shared.database import Database
from shared.events.event import Received
from shared.events.notifications import PersonErased
from shared.events.submissions import IdeaWithdrawn
from shared.messaging import outbox
from shared.messaging.tables import outbox as outbox_table
from tests.backbone import Thing
from tests.council.bodies import PRIVATE_WORDS, a_petition, a_petition_text, an_adopted_recommendation
from tests.council.conftest import Submissions
from tests.council.people import CLERK


def _cases(database: Database) -> list[Case]:
    with database.read() as session:
        return list(session.scalars(select(Case).order_by(Case.sequence)))


def _events(database: Database, name: str) -> list[dict[str, object]]:
    with database.read() as session:
        bodies = session.scalars(select(outbox_table.c.body).where(outbox_table.c.name == name))
        return [json.loads(body)["data"] for body in bodies]


def test_an_adopted_recommendation_becomes_a_numbered_case_and_says_so(
    database: Database, submissions: Submissions
) -> None:
    recommendation_id = submissions.adopt()

    (case,) = _cases(database)
    assert case.number == f"V-{clock.today().year}-0001"
    assert case.status == "opened"
    assert case.origin_id == recommendation_id
    (opened,) = _events(database, "case.opened")
    assert opened["case_id"] == str(case.id)
    assert opened["title"] == case.title
    assert "41" in opened["public_text"]["de"] and case.number in opened["public_text"]["de"]


def test_the_sentence_stands_in_every_offered_language(database: Database, submissions: Submissions) -> None:
    submissions.adopt()

    (opened,) = _events(database, "case.opened")
    assert {"de", "en", "ar"} <= set(opened["public_text"])
    assert len(set(opened["public_text"].values())) == len(opened["public_text"])


def test_a_petition_becomes_a_case_that_tells_nothing_about_it(database: Database, submissions: Submissions) -> None:
    submissions.adopt()
    submissions.receive_petition(Thing(), uuid4())

    petition = _cases(database)[1]
    assert petition.number == f"V-{clock.today().year}-0002"
    assert petition.title["de"] == f"Eingabe {petition.number}"
    assert petition.text == {}
    assert not any(word in str(_events(database, "case.opened")) for word in PRIVATE_WORDS)


def test_what_a_petition_says_and_who_wrote_it_stands_nowhere_in_clear(
    database: Database, submissions: Submissions
) -> None:
    submissions.receive_petition(Thing(), uuid4())

    with database.read() as session:
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        config = session.info["config"]
    stored = Path(database.engine.url.database or "").read_bytes()
    assert not any(word.encode() in stored for word in PRIVATE_WORDS)
    assert tuple((petition_of(_cases(database)[0], config.column_key, CLERK) or {}).values()) == PRIVATE_WORDS


def test_handling_an_event_twice_makes_one_case_and_uses_one_number(
    database: Database, submissions: Submissions
) -> None:
    fact = an_adopted_recommendation()
    received = Received(fact, ids.internal(), clock.now(), clock.now())
    for _ in range(2):
        with database.write() as session:
            on_recommendation_adopted(session, received)
    petition = Received(a_petition(), ids.internal(), clock.now(), clock.now(), a_petition_text(), uuid4())
    for _ in range(2):
        with database.write() as session:
            on_petition_received(session, petition)

    assert [case.sequence for case in _cases(database)] == [1, 2]
    assert len(_events(database, "case.opened")) == 2


def test_a_petition_whose_private_part_was_erased_still_becomes_a_case(
    database: Database, submissions: Submissions
) -> None:
    with submissions.database.write() as session:
        outbox.add(session, Thing(), a_petition())
    submissions.backbone.settle()

    (case,) = _cases(database)
    assert case.petition_text is None


def test_a_withdrawn_petition_closes_its_case_and_a_withdrawn_idea_touches_nothing(
    database: Database, submissions: Submissions
) -> None:
    petition, idea = Thing(), Thing()
    submissions.receive_petition(petition, uuid4())
    submissions.publish(idea, IdeaWithdrawn(idea_id=idea.id))
    assert _cases(database)[0].status == "opened"

    submissions.publish(petition, IdeaWithdrawn(idea_id=petition.id))

    (case,) = _cases(database)
    assert (case.status, case.outcome) == ("closed", "withdrawn")
    assert len(_events(database, "case.closed")) == 1


def test_an_erased_person_leaves_no_petition_text_behind(
    database: Database, submissions: Submissions, tmp_path: Path
) -> None:
    person = uuid4()
    submissions.receive_petition(Thing(), person)
    notifications = submissions.backbone.neighbour("notifications", tmp_path)
    with notifications.write() as session:
        outbox.add(session, Thing(), PersonErased(erasure_id=uuid4(), subject_ids=[person]))
    submissions.backbone.settle()

    (case,) = _cases(database)
    assert case.petition_text is case.petitioner_name is case.subject_id is None
    assert case.status == "opened"


def test_each_year_counts_from_one(database: Database) -> None:
    with database.write() as session:
        session.add(CaseNumber(year=clock.today().year - 1, last=17))
        received = Received(an_adopted_recommendation(), ids.internal(), clock.now(), clock.now())
        on_recommendation_adopted(session, received)

    assert _cases(database)[0].sequence == 1


def test_a_failed_intake_gives_its_number_back(database: Database) -> None:
    received = Received(an_adopted_recommendation(), ids.internal(), clock.now(), clock.now())
    try:
        with database.write() as session:
            on_recommendation_adopted(session, received)
            raise RuntimeError("the batch dies")
    except RuntimeError:
        pass
    with database.write() as session:
        on_recommendation_adopted(session, received)

    assert [case.sequence for case in _cases(database)] == [1]
