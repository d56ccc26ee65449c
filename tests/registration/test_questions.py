"""The office asks questions of its own: it arranges them, and what was answered keeps its meaning."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from services.registration.config import Config
from services.registration.models import Answer, Conference, Question
from services.registration.models.questions import WrongQuestions
from services.registration.retention import RULES
from services.registration.use_cases import questions as use_cases
from services.registration.use_cases import steps
from services.registration.use_cases.questions import AnswersWouldGo
from shared import clock
from shared.database import Database
from shared.retention import BATCH
from tests.registration.builders import API, an_open_conference, asked, confirmed, question, submit
from tests.registration.test_pages import text
from tests.retention import forget

Bearer = Callable[..., dict[str, str]]
FOOD = {"text": {"de": "Was essen Sie?"}, "kind": "choice", "options": [{"de": "Alles"}, {"de": "Vegan"}]}


def kept(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Answer)) or 0


def again(one: Question, **changes: Any) -> dict[str, Any]:
    """The question as the office would send it once more, with changes."""
    names = ("id", "text", "kind", "is_required", "shown_when", "days_kept")
    told = {name: getattr(one, name) for name in names}
    return told | {"options": [option["text"] for option in one.options]} | changes


@pytest.fixture
def food(config: Config, database: Database, conference_id: UUID) -> Question:
    """A choice that somebody answered with its second option."""
    [food] = asked(config, database, conference_id, question(**FOOD))
    with database.write() as session:
        confirmed(session, config, conference_id, answers={food.id: food.options[1]["id"]})
    return food


def test_the_office_types_a_choice_and_then_what_depends_on_it(
    office: FlaskClient, client: FlaskClient, conference_id: UUID
) -> None:
    path = f"/intern/konferenzen/{conference_id}/fragen"
    typed = {
        "question_1.text.de": "Kommen Sie mit dem Rad?",
        "question_1.text.ar": "هل تأتون بالدراجة؟",
        "question_1.kind": "choice",
        "question_1.options.de": "Ja\r\nNein\r\n",
        "question_1.options.ar": "نعم\r\nلا",
        "question_1.is_required": "true",
    }
    assert submit(office, office.get(path), path, **typed).status_code == 303
    form = office.get(path)
    [choice] = client.get(f"{API}/conferences/{conference_id}").json["questions"]  # type: ignore[index]
    assert choice["options"][1]["text"] == {"de": "Nein", "ar": "لا"}
    assert f'value="{choice["options"][0]["id"]}"' in text(form)
    more = {"question_2.text.de": "Wie viele Räder?", "question_2.kind": "number", "question_2.days_kept": "7"}
    depends = {"question_1.id": choice["id"], "question_2.shown_when": choice["options"][0]["id"]}
    assert submit(office, form, path, **typed, **more, **depends).status_code == 303

    shown = client.get(f"{API}/conferences/{conference_id}").json["questions"]  # type: ignore[index]
    assert shown[0] == choice
    assert (shown[1]["kind"], shown[1]["days_kept"], shown[1]["shown_when"]) == (
        "number",
        7,
        choice["options"][0]["id"],
    )


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text.en": "Why?"}, "text.de"),
        ({"text.de": "Warum?", "kind": "choice"}, "options.de"),
        ({"text.de": "Warum?", "kind": "choice", "options.de": "Ja\nJa"}, "options.de"),
        ({"text.de": "Warum?", "kind": "choice", "options.de": "Ja\n" + "x" * 81}, "options.de"),
        ({"text.de": "Warum?", "kind": "choice", "options.de": "Ja\nNein", "options.en": "Yes"}, "options.en"),
        ({"text.de": "Warum?", "kind": "text", "options.de": "Ja\nNein"}, "kind"),
        ({"text.de": "Warum?", "days_kept": "366"}, "days_kept"),
        ({"text.de": "Warum?", "shown_when": "5f5b5b5b-0000-4000-8000-000000000000"}, "shown_when"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(
    office: FlaskClient, client: FlaskClient, conference_id: UUID, typed: dict[str, str], field: str
) -> None:
    path = f"/intern/konferenzen/{conference_id}/fragen"
    answer = submit(office, office.get(path), path, **{f"question_3.{name}": told for name, told in typed.items()})

    assert answer.status_code == 422
    assert f'href="#f-question_3.{field}"' in text(answer)
    assert client.get(f"{API}/conferences/{conference_id}").json["questions"] == []  # type: ignore[index]


def test_a_question_depends_on_one_before_it(config: Config, database: Database, conference_id: UUID) -> None:
    [food, more] = asked(config, database, conference_id, question(**FOOD), question())
    depending = again(more, shown_when=UUID(food.options[0]["id"]))
    with pytest.raises(WrongQuestions) as refused, database.write() as session:
        use_cases.arrange_questions(session, config, conference_id, [depending, again(food)])

    assert list(refused.value.errors) == ["questions.0.shown_when"]
    asked(config, database, conference_id, again(food), depending)


def test_words_change_and_answers_keep_their_meaning(
    config: Config, database: Database, conference_id: UUID, food: Question
) -> None:
    options = [{"de": "Fisch"}, {"de": "Vegan"}, {"de": "Alles, auch Fleisch"}]
    [now] = asked(config, database, conference_id, again(food, text={"de": "Ihr Essen?"}, options=options))

    assert now.id == food.id and now.text == {"de": "Ihr Essen?"}
    # By its words the second is what it was; the first took the place of one that was rewritten.
    assert [option["id"] for option in now.options][:2] == [food.options[0]["id"], food.options[1]["id"]]
    [moved] = asked(config, database, conference_id, again(food, options=[{"de": "Vegan"}, {"de": "Fisch"}]))
    assert moved.options[0]["id"] == food.options[1]["id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "text", "options": []}, "kind"),
        ({"options": [{"de": "Alles"}]}, "options"),
        ({"days_kept": 31}, "days_kept"),
    ],
)
def test_what_was_answered_stays(
    config: Config, database: Database, conference_id: UUID, food: Question, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(WrongQuestions) as refused, database.write() as session:
        use_cases.arrange_questions(session, config, conference_id, [again(food, **changes)])

    assert list(refused.value.errors) == [f"questions.0.{field}"]


def test_an_option_that_nobody_chose_can_go_and_answers_can_be_kept_for_less_long(
    config: Config, database: Database, conference_id: UUID, food: Question
) -> None:
    [now] = asked(config, database, conference_id, again(food, options=[{"de": "Vegan"}], days_kept=0))

    assert [option["id"] for option in now.options] == [food.options[1]["id"]]


def test_deleting_a_question_asks_first_and_says_how_many_answers_go(
    office: FlaskClient, database: Database, conference_id: UUID, food: Question
) -> None:
    path = f"/intern/konferenzen/{conference_id}/fragen"
    emptied = {"question_1.id": food.id, "question_1.text.de": ""}
    question_page = submit(office, office.get(path), path, **emptied)
    assert "Eine Antwort geht verloren." in text(question_page)
    assert kept(database) == 1
    back = submit(office, question_page, path, back="1")
    assert back.status_code == 200 and kept(database) == 1
    assert submit(office, question_page, path).status_code == 303
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 0

    assert kept(database) == 0


def test_nothing_is_deleted_unless_somebody_is_sure(
    config: Config, database: Database, conference_id: UUID, food: Question
) -> None:
    with pytest.raises(AnswersWouldGo), database.write() as session:
        use_cases.arrange_questions(session, config, conference_id, [])

    assert kept(database) == 1


def test_questions_of_another_conference_are_neither_taken_nor_deleted(
    config: Config, database: Database, food: Question
) -> None:
    with database.write() as session:
        elsewhere = an_open_conference(session, config).id
    [made] = asked(config, database, elsewhere, again(food))

    assert made.id != food.id
    assert kept(database) == 1


def test_nothing_is_asked_any_more_once_it_is_over(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    path = f"/intern/konferenzen/{conference_id}/fragen"
    form = office.get(path)
    with database.write() as session:
        steps.cancel_conference(session, config, conference_id, {"de": "Wasserschaden"})

    assert submit(office, form, path, **{"question_1.text.de": "Warum?"}).status_code == 409


def test_only_the_office_asks(client: FlaskClient, conference_id: UUID) -> None:
    assert client.get(f"/intern/konferenzen/{conference_id}/fragen").status_code in {302, 303, 401, 403}


def test_a_template_brings_its_questions_along_under_ids_of_their_own(
    client: FlaskClient, bearer: Bearer, config: Config, database: Database, conference_id: UUID, food: Question
) -> None:
    more = question(shown_when=UUID(food.options[1]["id"]), is_required=True, days_kept=3)
    asked(config, database, conference_id, again(food), more)
    made = client.post(f"{API}/conferences", json={"template": str(conference_id)}, headers=bearer("clerk")).json
    assert made is not None
    first, second = made["questions"]

    assert first["id"] != str(food.id) and first["text"] == food.text
    assert first["options"][1]["id"] != food.options[1]["id"]
    assert second["shown_when"] == first["options"][1]["id"]
    assert (second["is_required"], second["days_kept"]) == (True, 3)
    assert kept(database) == 1


def test_answers_go_at_the_moment_that_their_question_says_and_not_before(
    config: Config, database: Database, conference_id: UUID, food: Question
) -> None:
    [_, longer] = asked(config, database, conference_id, again(food), question(days_kept=31))
    with database.write() as session:
        confirmed(session, config, conference_id, answers={longer.id: "Ja", food.id: food.options[0]["id"]})
        end = session.get_one(Conference, conference_id).ends_at + timedelta(days=30)

    due = end - clock.now()
    with clock.moved(due - timedelta(minutes=1)):
        assert forget(database, RULES, "answers") == {"answers": 0}
    with clock.moved(due + timedelta(minutes=1)):
        assert forget(database, RULES, "answers") == {"answers": 2}
        assert forget(database, RULES, "answers") == {"answers": 0}
    with database.read() as session:
        assert session.scalars(select(Answer.question_id)).all() == [longer.id]


def test_the_timer_deletes_batch_after_batch(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config).id
    ten = asked(config, database, conference_id, *[question()] * 10)
    with database.write() as session:
        for _ in range(BATCH // 10 + 1):
            confirmed(session, config, conference_id, answers=dict.fromkeys((one.id for one in ten), "Ja"))
    assert kept(database) > BATCH
    with clock.moved(timedelta(days=61)):
        forget(database, RULES, "answers")

    assert kept(database) == 0
