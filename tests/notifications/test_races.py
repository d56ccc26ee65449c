"""Two at once, on a real PostgreSQL and on SQLite: each thing happens once."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from services.notifications import urls
from services.notifications.config import Config
from services.notifications.models import EMAIL, Contact, Following, KeptLetter, Notification, Refusal, Status
from services.notifications.use_cases import followings, refusing, sending, telling
from services.notifications.use_cases.followings import Wish
from shared import links
from shared.database import Database
from tests.notifications.world import Senders

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

    assert Senders(config, database).send_due() == 45

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(KeptLetter)) == 45


def ask_many(config: Config, database: Database, count: int, tag: str = "") -> list[str]:
    """Ask so many strangers whether they want to follow the council; returns the tokens of "that wasn't me"."""
    tokens = []
    for number in range(count):
        with database.write() as session:
            wish = Wish(topic="council", topic_id="", address=f"p{number}{tag}@example.org", language="de")
            following = followings.request_following(session, config, wish)
            tokens.append(links.make(config.link_key, urls.NOT_ME, following.id, following.version))
    return tokens


def test_what_is_claimed_while_somebody_presses_may_go_out_once_and_nothing_after_it(
    anywhere: tuple[Config, Database],
) -> None:
    config, database = anywhere
    tokens = ask_many(config, database, 60)

    def press(token: str) -> None:
        with database.write() as session:
            refusing.refuse(session, refusing.question_of_link(session, config, token))

    def claim() -> int:
        claimed = 0
        while True:
            with database.write() as session:
                batch = sending.claim_due(session, "one", EMAIL, 3)
            if not batch:
                return claimed
            claimed += len(batch)

    with ThreadPoolExecutor(4) as pool:
        claims = pool.submit(claim)
        list(pool.map(press, reversed(tokens)))
        claimed = claims.result()

    with database.write() as session:
        sending.give_up_claims(session, "next", EMAIL)
    with database.write() as session:
        assert sending.claim_due(session, "next", EMAIL, 100) == []
    with database.read() as session:
        stands = {(it.status, it.reason) for it in session.scalars(select(Notification))}
        assert session.scalar(select(func.count()).select_from(Refusal)) == 60
    assert claimed <= 60 and stands == {(Status.FAILED, telling.NOT_ME)}


def test_who_confirms_first_is_not_refused_by_a_press_at_the_same_moment(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    asked = ask_many(config, database, 20)
    of_the_same_mailboxes = ask_many(config, database, 20, tag="+other")

    def press(token: str) -> None:
        with database.write() as session:
            refusing.refuse(session, refusing.question_of_link(session, config, token))

    def confirm(token: str) -> bool:
        with database.write() as session:
            following = refusing.question_of_link(session, config, token)
            telling.confirm(session, following)
            return session.get(Refusal, following.contact.limit_mark) is not None

    with ThreadPoolExecutor(4) as pool:
        presses = [pool.submit(press, token) for token in asked]
        came_second = list(pool.map(confirm, of_the_same_mailboxes))
        for it in presses:
            it.result()

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Refusal)) == came_second.count(True)
