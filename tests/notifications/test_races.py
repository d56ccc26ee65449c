"""Two at once, on a real PostgreSQL and on SQLite: each thing happens once."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from services.notifications.config import Config
from services.notifications.models import EMAIL, Contact, Following, KeptLetter, Notification, Status
from services.notifications.sender import Sender
from services.notifications.use_cases import followings, sending
from services.notifications.use_cases.followings import Wish
from shared.database import Database

AYSE = Wish(topic="council", topic_id="", address="ayse@example.org", language="de")


def test_twenty_requests_for_one_address_make_one_contact_and_one_message(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere

    def ask(_: int) -> None:
        with database.write() as session:
            followings.request_following(session, config, AYSE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(20)))

    with database.read() as session:
        counted = [session.scalar(select(func.count()).select_from(table)) for table in (Contact, Following)]
        waiting = session.scalar(
            select(func.count()).select_from(Notification).where(Notification.status == Status.CREATED)
        )
    assert (counted, waiting) == ([1, 1], 1)


def test_two_senders_never_claim_the_same(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    for number in range(60):
        with database.write() as session:
            wish = Wish(topic="council", topic_id="", address=f"p{number}@example.org", language="de")
            followings.request_following(session, config, wish)

    def claim(by: int) -> list[object]:
        claimed: list[object] = []
        while True:
            with database.write() as session:
                batch = sending.claim_due(session, str(by), EMAIL, 7)
            if not batch:
                return claimed
            claimed += [notification.id for notification in batch]

    with ThreadPoolExecutor(4) as pool:
        claims = [notification_id for batch in pool.map(claim, range(4)) for notification_id in batch]

    assert len(claims) == len(set(claims)) == 60


def test_a_whole_batch_goes_out(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    for number in range(45):
        with database.write() as session:
            wish = Wish(topic="council", topic_id="", address=f"p{number}@example.org", language="ar")
            followings.request_following(session, config, wish)

    assert Sender(config, database).send_due() == 45

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(KeptLetter)) == 45
