"""What somebody has to answer in time goes out before what can wait, and is found without a look at the rest."""

from datetime import timedelta

from sqlalchemy import event, insert, text

from services.notifications.config import Config
from services.notifications.models import EMAIL, Notification
from services.notifications.sender import BATCHES, FIRST_BATCH
from services.notifications.use_cases import followings, sending
from services.notifications.use_cases.followings import Wish
from shared import clock, ids
from shared.database import Database

MANY = 1000


def ask(config: Config, database: Database, address: str) -> Notification:
    """Somebody asks to be told about the council."""
    with database.write() as session:
        wish = Wish(topic="council", topic_id="", address=address, language="de")
        asked = followings.request_following(session, config, wish)
        session.flush()
        return session.query(Notification).filter_by(following_id=asked.id).one()


def fill(config: Config, database: Database) -> Notification:
    """A thousand letters that can wait are due, then somebody asks; returns what asks them back."""
    example = ask(config, database, "ayse@example.org")
    columns = {column.key: getattr(example, column.key) for column in Notification.__mapper__.column_attrs}
    earlier = clock.now() - timedelta(hours=1)
    news = {**columns, "message": "case.opened", "due_at": earlier, "expires_at": None}
    with database.write() as session:
        session.delete(session.merge(example))
        session.execute(
            insert(Notification), [{**news, "id": ids.internal(), "event_id": ids.internal()} for _ in range(MANY)]
        )
    return ask(config, database, "jan@example.org")


def test_a_question_goes_out_before_a_thousand_older_letters(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    question = fill(config, database)

    with database.write() as session:
        batch = sending.claim_due(session, "one", EMAIL, BATCHES[EMAIL])

    assert batch[0].id == question.id
    assert [due.message for due in batch[1:]] == ["case.opened"] * (BATCHES[EMAIL] - 1)


def test_letters_that_came_too_late_hold_up_no_others(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    fill(config, database)

    with clock.moved(timedelta(days=8)), database.write() as session:
        batch = sending.claim_due(session, "one", EMAIL, 1)

    assert [due.message for due in batch] == ["case.opened"]


def test_a_question_does_not_wait_for_the_many_that_came_too_late_before_it(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    late = ask(config, database, "ayse@example.org")
    columns = {column.key: getattr(late, column.key) for column in Notification.__mapper__.column_attrs}
    with database.write() as session:
        again = [{**columns, "id": ids.internal(), "event_id": ids.internal()} for _ in range(FIRST_BATCH * 3)]
        session.execute(insert(Notification), again)

    with clock.moved(timedelta(days=8)):
        question = ask(config, database, "jan@example.org")
        with database.write() as session:
            batch = sending.claim_due(session, "one", EMAIL, FIRST_BATCH)

    assert [due.id for due in batch] == [question.id]


def test_both_kinds_are_found_by_their_indexes_in_their_order(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    fill(config, database)
    is_sqlite = database.engine.dialect.name == "sqlite"
    claims = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT CASE"):
            claims.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.write() as session:
        sending.claim_due(session, "one", EMAIL, 10)
    plans = []
    with database.engine.connect() as connection:
        if not is_sqlite:
            connection.execute(text("ANALYZE notifications"))
        for statement, parameters in list(claims):
            explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
            rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
            plans.append("\n".join(str(row[-1]) for row in rows))

    urgent, patient = plans
    assert "notifications_urgent" in urgent and "notifications_patient" in patient
    assert not any("Sort" in plan or "TEMP B-TREE" in plan for plan in plans), plans
