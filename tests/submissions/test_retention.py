"""What leads to authors who never confirmed goes by itself; what they wrote stays."""

from datetime import timedelta

from sqlalchemy import func, select

from services.submissions.config import Config
from services.submissions.models import AskedAddress, Idea
from services.submissions.retention import RULES
from shared import clock
from shared.database import Database
from shared.messaging.tables import outbox
from tests.retention import forget
from tests.submissions.builders import a_petition, handed_in

DAY = timedelta(days=1)


def test_what_leads_to_an_author_who_never_confirmed_goes_after_thirty_days(config: Config, database: Database) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_petition(email="ayse@example.org"))
        assert idea.address_mark is not None
    with clock.moved(29 * DAY):
        assert forget(database, RULES)["unconfirmed"] == 0
    with clock.moved(31 * DAY):
        assert forget(database, RULES)["unconfirmed"] == 1
        assert forget(database, RULES)["unconfirmed"] == 0

    with database.read() as session:
        left = session.get_one(Idea, idea.id)
        assert (left.address_mark, left.author_name, left.status) == (None, None, "new")
        boxes = session.scalars(select(outbox.c.sealed).where(outbox.c.subject_id == idea.subject_id)).all()
    assert boxes and set(boxes) == {None}


def test_who_confirmed_stays_the_author(config: Config, database: Database) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_petition(email="ayse@example.org"))
        idea.confirm_contact()
    with clock.moved(400 * DAY):
        assert forget(database, RULES)["unconfirmed"] == 0


def test_how_often_somebody_was_asked_is_known_for_a_year(config: Config, database: Database) -> None:
    with database.write() as session:
        handed_in(session, config, a_petition(email="ayse@example.org"))
    with clock.moved(364 * DAY):
        assert forget(database, RULES)["asked"] == 0
    with clock.moved(366 * DAY):
        assert forget(database, RULES)["asked"] == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AskedAddress)) == 0
