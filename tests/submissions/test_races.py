"""Many people at the same moment: on SQLite and on a real PostgreSQL."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.submissions import queries, tracking
from services.submissions.config import Config
from services.submissions.models import Idea
from services.submissions.use_cases import contacts, ideas
from services.submissions.use_cases.contacts import Contact
from shared import clock
from shared.database import Database
from shared.rules import IllegalTransition
from tests.submissions.builders import (
    a_conference,
    a_published_idea,
    a_submission,
    an_adopted_recommendation,
    events,
    handed_in,
)

Anywhere = tuple[Config, Database]
AT_ONCE = 16


def all_at_once(jobs: Iterable[Callable[[], object]]) -> list[object]:
    """Run the jobs on many threads; what one of them raises is raised here."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        running = [threads.submit(job) for job in jobs]
        return [one.result() for one in running]


def adopting(database: Database, conference_id: UUID, *idea_ids: UUID) -> Callable[[], object]:
    """The number that this adoption gets, or None where it was refused."""

    def job() -> object:
        try:
            with database.write() as session:
                return an_adopted_recommendation(session, conference_id, *idea_ids).number
        except IllegalTransition:
            return None

    return job


def test_recommendations_adopted_at_once_are_numbered_without_gaps(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = a_conference(session, clock.now())
        found = [a_published_idea(session, config).id for _ in range(30)]
        new = [handed_in(session, config)[0].id for _ in range(10)]
    refused = [adopting(database, conference_id, found[place], new[place]) for place in range(10)]
    jobs = [adopting(database, conference_id, idea_id) for idea_id in found]
    numbers = all_at_once([job for pair in zip(refused, jobs[:10], strict=True) for job in pair] + jobs[10:])

    given = sorted(str(number) for number in numbers if number)
    assert given == [f"E-{clock.today().year}-{count:03d}" for count in range(1, 31)]


def test_an_idea_that_many_adopt_at_once_is_in_one_recommendation(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = a_conference(session, clock.now())
        shared_by_all = a_published_idea(session, config).id
        own = [a_published_idea(session, config).id for _ in range(AT_ONCE)]
    pairs = [(shared_by_all, one) if place % 2 else (one, shared_by_all) for place, one in enumerate(own)]
    numbers = all_at_once(adopting(database, conference_id, *pair) for pair in pairs)

    assert len([number for number in numbers if number]) == 1


def test_an_address_that_hands_in_many_ideas_at_once_is_asked_once(anywhere: Anywhere) -> None:
    config, database = anywhere

    def hand_in() -> object:
        with database.write() as session:
            wish = a_submission(contact=Contact(email="ayse@example.org"))
            return ideas.hand_in(session, config, wish, tracking.new_code()).asked_to_confirm_at is not None

    assert sorted(str(asked) for asked in all_at_once([hand_in] * 20)).count("True") == 1


def test_the_same_link_many_times_at_once_confirms_once(anywhere: Anywhere) -> None:
    config, database = anywhere
    contact = Contact(email="ayse@example.org")
    with database.write() as session:
        found = [handed_in(session, config, a_submission(contact=contact))[0].id for _ in range(3)]

    def confirm() -> object:
        with database.write() as session:
            return contacts.confirm_contact(session, found[0])

    all_at_once([confirm] * 20)
    with database.read() as session:
        assert [name for name, _ in events(session)].count("idea.confirmed") == 3


def test_a_form_sent_many_times_at_once_is_one_idea(anywhere: Anywhere) -> None:
    config, database = anywhere
    code = tracking.new_code()

    def send() -> object:
        try:
            with database.write() as session:
                return ideas.hand_in(session, config, a_submission(), code).id
        except IntegrityError:
            return None

    all_at_once([send] * 20)
    with database.read() as session:
        assert len(session.scalars(select(Idea)).all()) == 1
        assert len(events(session)) == 1


def test_withdrawing_and_publishing_at_once_leaves_a_story_that_fits(anywhere: Anywhere) -> None:
    config, database = anywhere
    with database.write() as session:
        found = [handed_in(session, config) for _ in range(AT_ONCE)]

    def doing(verb: Callable[..., Idea], idea_id: UUID, code: str) -> Callable[[], object]:
        def job() -> object:
            try:
                with database.write() as session:
                    # As the page does: what is read first may be old when the lock is had.
                    queries.idea_by_code(session, config, code)
                    return verb(session, idea_id).status
            except IllegalTransition:
                return None

        return job

    jobs = [doing(verb, idea.id, code) for idea, code in found for verb in (ideas.publish_idea, ideas.withdraw_idea)]
    all_at_once(jobs)
    with database.read() as session:
        everything = session.scalars(select(Idea)).all()
    assert {idea.status for idea in everything} == {"withdrawn"}
    assert {idea.text for idea in everything} == {None}
