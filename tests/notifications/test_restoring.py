"""What comes again after a restore may come in another order; nobody gets old news by itself for that."""

from datetime import timedelta

from sqlalchemy import update

from services.notifications.models import Status
from services.notifications.use_cases import telling
from shared import clock
from shared.events.submissions import IdeaConfirmed
from shared.messaging.tables import stream
from tests.notifications.world import World

AYSE = "ayse@example.org"


def test_a_question_that_comes_again_is_not_released_by_an_answer_that_comes_again(world: World) -> None:
    with world.database.write() as session:
        session.execute(update(stream).values(restored_at=clock.now() + timedelta(hours=1)))
    first, subject_id = world.idea(AYSE)
    world.idea(AYSE)

    world.happens(IdeaConfirmed(idea_id=first), first, subject_id=subject_id)

    assert [(line.status, line.reason) for line in world.log()] == [(Status.UNKNOWN, telling.RESTORED)] * 2
    assert world.letters(AYSE) == []
