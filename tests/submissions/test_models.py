"""What a state allows: every state by every verb."""

import pytest

from services.submissions.models import (
    ADOPTED,
    CLOSED,
    DECLINED,
    IDEA,
    NEW,
    PETITION,
    PUBLISHED,
    WITHDRAWN,
    Idea,
    Recommendation,
)
from shared import clock
from shared.rules import IllegalTransition

VERBS = {
    "publish": Idea.publish,
    "decline": Idea.decline,
    "adopt": lambda idea: idea.adopt_into(Recommendation()),
    "close": Idea.close,
    "withdraw": Idea.withdraw,
}
LEADS_TO = {
    (NEW, "publish"): PUBLISHED,
    (NEW, "decline"): DECLINED,
    (NEW, "withdraw"): WITHDRAWN,
    (PUBLISHED, "decline"): DECLINED,
    (PUBLISHED, "adopt"): ADOPTED,
    (PUBLISHED, "withdraw"): WITHDRAWN,
    (DECLINED, "publish"): PUBLISHED,
    (DECLINED, "withdraw"): WITHDRAWN,
}
STATES = (NEW, PUBLISHED, DECLINED, ADOPTED, CLOSED, WITHDRAWN)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STATES)
def test_an_idea_changes_as_the_table_says_and_never_otherwise(state: str, verb: str) -> None:
    idea = Idea(kind=IDEA, status=state, title="Bänke", text="…", published_at=clock.now())
    wanted = LEADS_TO.get((state, verb))

    assert idea.allows(verb) is (wanted is not None)
    if wanted is None:
        with pytest.raises(IllegalTransition):
            VERBS[verb](idea)
    else:
        VERBS[verb](idea)
    assert idea.status == (wanted or state)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STATES)
def test_of_a_petition_nothing_is_published_or_voted_on(state: str, verb: str) -> None:
    petition = Idea(kind=PETITION, status=state)
    wanted = {(NEW, "close"): CLOSED, (NEW, "withdraw"): WITHDRAWN}.get((state, verb))

    if wanted is None:
        with pytest.raises(IllegalTransition):
            VERBS[verb](petition)
    else:
        VERBS[verb](petition)
    assert petition.status == (wanted or state)


def test_what_is_not_public_has_no_day_of_publication() -> None:
    idea = Idea(kind=IDEA, status=NEW)
    idea.publish()
    assert idea.published_at is not None

    idea.decline()
    assert idea.published_at is None


def test_withdrawing_erases_what_was_written() -> None:
    idea = Idea(kind=IDEA, status=PUBLISHED, title="Bänke", text="…", author_name=b"sealed")
    idea.withdraw()

    assert (idea.title, idea.text, idea.author_name) == (None, None, None)
