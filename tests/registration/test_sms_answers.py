"""Answers by SMS reach the offer they are about, once; whoever answers what nobody asks is told what is the case."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.registration import queries
from services.registration.config import Config
from services.registration.handlers import HANDLERS
from services.registration.use_cases.registrations import cancel_registration
from shared import clock, ids
from shared.database import Database
from shared.events.notifications import SmsAnswer, SmsReceived
from shared.messaging import outbox
from tests.backbone import Backbone, Thing
from tests.registration.builders import an_open_conference, confirmed, events

PHONE = "+4915123456789"
Says = Callable[..., None]


@pytest.fixture
def says(database: Database, tmp_path: Path) -> Says:
    """Somebody answers from a number."""
    backbone = Backbone()
    backbone.join(database, HANDLERS)
    notifications = backbone.neighbour("notifications", tmp_path)

    def say(*, is_yes: bool, phone: str = PHONE) -> None:
        sms = Thing()
        with notifications.write() as session:
            private = {"registration": SmsAnswer(phone=phone, is_yes=is_yes)}
            outbox.add(session, sms, SmsReceived(sms_id=sms.id), private=private, subject_id=ids.internal())
        backbone.settle()

    return say


@pytest.fixture
def offered(config: Config, database: Database) -> UUID:
    """Somebody with a phone is offered a place; somebody else waits behind them."""
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1)
        gone = confirmed(session, config, conference.id)
        first = confirmed(session, config, conference.id, email=None, phone=PHONE)
        confirmed(session, config, conference.id)
        cancel_registration(session, config, gone.id)
        return first.id


def status(database: Database, registration_id: UUID) -> str:
    with database.read() as session:
        return queries.registration(session, registration_id).status


def test_a_yes_takes_the_place_and_a_second_one_is_answered_plainly(
    database: Database, offered: UUID, says: Says
) -> None:
    says(is_yes=True)
    assert status(database, offered) == "confirmed"
    assert "registration.answer_missed" not in events(database)
    for _ in range(3):
        says(is_yes=True)

    assert status(database, offered) == "confirmed"
    assert events(database).count("registration.answer_missed") == 1


def test_a_no_frees_the_place_for_the_next(database: Database, offered: UUID, says: Says) -> None:
    says(is_yes=False)

    assert status(database, offered) == "cancelled"
    assert events(database).count("registration.offered") == 2


def test_a_no_without_an_offer_takes_nothing_away(config: Config, database: Database, says: Says) -> None:
    with database.write() as session:
        seated = confirmed(session, config, an_open_conference(session, config).id, email=None, phone=PHONE)

    says(is_yes=False)

    assert status(database, seated.id) == "confirmed"
    assert events(database)[-1] == "registration.answer_missed"


def test_an_answer_that_comes_too_late_gets_one_message(database: Database, offered: UUID, says: Says) -> None:
    with clock.moved(timedelta(hours=70)):
        says(is_yes=True)

    assert status(database, offered) == "cancelled"
    # The message that the offer ran out says it all.
    assert "registration.answer_missed" not in events(database)


def test_a_number_nobody_registered_with_changes_nothing(database: Database, offered: UUID, says: Says) -> None:
    before = events(database)

    says(is_yes=True, phone="+4915199999999")

    assert (status(database, offered), events(database)) == ("offered", before)
