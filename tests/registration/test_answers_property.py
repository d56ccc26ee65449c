"""Whatever somebody sends: only good answers to questions that count are kept."""

from typing import Any
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.models import Question
from services.registration.models.questions import (
    CHOICE,
    KINDS,
    LARGEST_NUMBER,
    LONGEST_ANSWER,
    NUMBER,
    WrongAnswers,
    checked_answers,
)


@st.composite
def forms(draw: st.DrawFn) -> list[Question]:
    """Questions that may depend on any option of those before them."""
    questions: list[Question] = []
    for _ in range(draw(st.integers(0, 5))):
        options = [option["id"] for one in questions for option in one.options]
        kind = draw(st.sampled_from(list(KINDS)))
        questions.append(
            Question(
                id=uuid4(),
                kind=kind,
                options=[{"id": str(uuid4()), "text": {"de": "x"}} for _ in range(2 if kind == CHOICE else 0)],
                is_required=draw(st.booleans()),
                shown_when=UUID(draw(st.sampled_from(options))) if options and draw(st.booleans()) else None,
            )
        )
    return questions


@st.composite
def told_to(draw: st.DrawFn, questions: list[Question]) -> dict[UUID, Any]:
    """Anything that somebody could send, in order or not, to these questions and to others."""
    options = [option["id"] for one in questions for option in one.options]
    anything = st.one_of(
        st.sampled_from([*options, ""]),
        st.text(max_size=20),
        st.integers(-5, 2 * LARGEST_NUMBER),
        st.integers(0, 9).map(str),
        st.just("y" * (LONGEST_ANSWER + 1)),
        st.none(),
    )
    asked_ids = [one.id for one in questions]
    return draw(st.dictionaries(st.sampled_from([*asked_ids, uuid4()]), anything, max_size=6))


def is_good(one: Question, said: Any) -> bool:
    if one.kind == CHOICE:
        return said in {option["id"] for option in one.options}
    if one.kind == NUMBER:
        return isinstance(said, int) and 0 <= said <= LARGEST_NUMBER
    return isinstance(said, str) and 0 < len(said) <= LONGEST_ANSWER


def is_said(told: Any) -> bool:
    return told is not None and str(told).strip() != ""


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_only_good_answers_to_questions_that_count_are_kept_and_what_is_required_is_there(data: st.DataObject) -> None:
    questions = data.draw(forms())
    told = data.draw(told_to(questions))
    owners = {option["id"]: one.id for one in questions for option in one.options}

    def counts(one: Question, kept: dict[UUID, Any]) -> bool:
        return one.shown_when is None or kept.get(owners[str(one.shown_when)]) == str(one.shown_when)

    try:
        kept = checked_answers(questions, told)
    except WrongAnswers as error:
        ids = {f"answers.{one.id}" for one in questions}
        assert error.errors and error.errors.keys() <= ids
        return
    assert all(one.id not in kept or (is_good(one, kept[one.id]) and counts(one, kept)) for one in questions)
    assert kept.keys() <= {one.id for one in questions} & told.keys()
    assert all(one.id in kept for one in questions if one.is_required and counts(one, kept))
    # What was good and counts is not lost either, and checking what is kept changes nothing.
    assert all(one.id in kept for one in questions if counts(one, kept) and is_said(told.get(one.id)))
    assert checked_answers(questions, kept) == kept
