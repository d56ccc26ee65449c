"""What comes twice happens once; what can't be handled holds up its own aggregate alone."""

from click.testing import CliRunner
from sqlalchemy import func, select

from shared import metrics
from shared.database import Database
from shared.events.submissions import IdeaPublished, IdeaReceived
from shared.messaging import outbox
from shared.messaging.errors import Reject
from shared.messaging.operating.commands import event_commands
from shared.messaging.tables import inbox
from tests.backbone import LEDGER_KEY, Backbone, Thing
from tests.messaging import tiny
from tests.messaging.conftest import Open
from tests.messaging.workers import until_everything_came_once, workers, working
from tests.servers.rabbitmq import RabbitMQ
from tests.waiting import until


def test_everything_sent_again_on_purpose_happens_once(on_postgresql: Open, broker: RabbitMQ) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    duplicates = metrics.INBOX_DUPLICATES.labels("council")
    with working(*workers(broker, submissions, council)):
        adopted = tiny.adopt(submissions, 10)
        until_everything_came_once(submissions, council, adopted)
        before = duplicates._value.get()
        assert _ran(submissions, "resend", "--consumer", "council", "--from", "1") == "noted; the relay does it\n"
        until(lambda: duplicates._value.get() >= before + 10, "10 duplicates")
        until_everything_came_once(submissions, council, adopted)


def test_a_poisoned_event_is_parked_and_the_others_go_on(on_postgresql: Open, broker: RabbitMQ) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    with working(*workers(broker, submissions, council)):
        poisoned, *healthy = tiny.adopt(submissions, 4, titles=[tiny.POISON])
        until(lambda: len(tiny.effects(submissions)) == len(healthy), "the healthy ones")
        until(lambda: str(poisoned) in _ran(council, "parked"), "the poisoned one to be parked")
        assert tiny.effects(council) == sorted(healthy)
        assert "Reject: poison" in _ran(council, "parked")


def test_a_parked_event_holds_up_its_own_aggregate_alone(opened: Open) -> None:
    submissions, council = opened("submissions"), opened("council")
    handled = []
    is_broken = True

    def receive(_session: object, received: object) -> None:
        if is_broken:
            raise Reject("broken on purpose")

    def publish(_session: object, received: object) -> None:
        handled.append(received.fact.idea_id)

    backbone = Backbone(tiny.PAIRS)
    backbone.join(submissions, {})
    backbone.join(council, {IdeaReceived: receive, IdeaPublished: publish})
    stuck, free = Thing(), Thing()
    with submissions.write() as session:
        outbox.add(session, stuck, IdeaReceived(idea_id=stuck.id, language="de", topic=None, quarter=None))
        outbox.add(session, stuck, IdeaPublished(idea_id=stuck.id, language="de", title="Bank"))
        outbox.add(session, free, IdeaPublished(idea_id=free.id, language="de", title="Baum"))
    backbone.settle(expecting=Reject)
    assert handled == [free.id]
    assert "replayed" in _ran(council, "replay", "--error", "broken", "--dry-run")
    is_broken = False
    assert _ran(council, "replay", "--error", "broken").endswith("1 replayed\n")
    backbone.settle()
    assert handled == [free.id, stuck.id]


def test_a_skipped_event_lets_the_next_of_its_aggregate_go_on(opened: Open) -> None:
    submissions, council = opened("submissions"), opened("council")
    handled = []

    def receive(_session: object, _received: object) -> None:
        raise Reject("never")

    def publish(_session: object, received: object) -> None:
        handled.append(received.fact.idea_id)

    backbone = Backbone(tiny.PAIRS)
    backbone.join(submissions, {})
    backbone.join(council, {IdeaReceived: receive, IdeaPublished: publish})
    stuck = Thing()
    with submissions.write() as session:
        given_up = outbox.add(session, stuck, IdeaReceived(idea_id=stuck.id, language="de", topic=None, quarter=None))
        outbox.add(session, stuck, IdeaPublished(idea_id=stuck.id, language="de", title="Bank"))
    backbone.settle(expecting=Reject)
    assert handled == []
    assert _ran(council, "skip", str(given_up), "--reason", "was a test") == "skipped\n"
    backbone.settle()
    assert handled == [stuck.id]
    with council.read() as session:
        row = session.execute(select(inbox).where(inbox.c.event_id == given_up)).one()
        assert (row.status, row.last_error) == ("skipped", "was a test")
        assert session.scalar(select(func.count()).select_from(inbox)) == 2


def _ran(database: Database, *command: str) -> str:
    commands = event_commands(database.service, lambda: (database, LEDGER_KEY))
    return CliRunner().invoke(commands, list(command), catch_exceptions=False).output
