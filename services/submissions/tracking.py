"""Following one idea by its code: what a code looks like, and the story it opens, told in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from services.submissions.models import Recommendation, StoryStep
from shared import clock, ids
from shared.events.council import CaseClosed
from shared.events.submissions import (
    IdeaConfirmed,
    IdeaDeclined,
    IdeaPublished,
    IdeaReceived,
    IdeaWithdrawn,
    PetitionReceived,
    RecommendationAdopted,
)
from shared.seals import mark
from shared.web.i18n import gettext, language, localized, localized_language

#: Symbols before the check symbol: 55 bits, three groups of four on paper.
CODE_LENGTH = 11
#: The step of a petition that was taken back; its event is that of ideas.
PETITION_WITHDRAWN = "petition.withdrawn"


def new_code() -> str:
    """A code that nobody has yet."""
    return ids.new_code(CODE_LENGTH)


def code_mark(key: str, code: str) -> str:
    """What is stored instead of a tracking code."""
    return mark(key, "tracking-code", code)


def grouped(code: str) -> str:
    """A code as it is written down: K7QX-2M4P-9TBD."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of a story. `words` says in `language` what happened, `text` in `text_language` why, where somebody gave a
    reason; `overdue_days` counts the days past `due_on` while the step is still open, else 0."""

    kind: str
    at: datetime
    words: str
    language: str
    text: str
    text_language: str
    case_number: str | None
    due_on: date | None
    overdue_days: int


def story(steps: Iterable[StoryStep], recommendation: Recommendation | None) -> list[StoryLine]:
    """The lines for `steps` (in the order they became known), newest first; only the newest can be open or overdue."""
    ordered = list(steps)
    return [_line(step, recommendation, is_newest=step is ordered[-1]) for step in reversed(ordered)]


def for_everybody(lines: Iterable[StoryLine]) -> list[StoryLine]:
    """The lines of a published idea that don't concern its author alone."""
    return [line for line in lines if line.kind not in {IdeaConfirmed.name, IdeaDeclined.name}]


def _line(step: StoryStep, recommendation: Recommendation | None, is_newest: bool) -> StoryLine:
    due_on = step.due_on if is_newest and step.kind != CaseClosed.name else None
    is_told_by_council = step.case_id is not None and bool(step.text)
    reason = {} if is_told_by_council else step.text
    return StoryLine(
        kind=step.kind,
        at=step.happened_at,
        words=localized(step.text) if is_told_by_council else _words(step, recommendation),
        language=localized_language(step.text) if is_told_by_council else language().tag,
        text=localized(reason) if reason else "",
        text_language=localized_language(reason) if reason else "",
        case_number=step.case_number,
        due_on=due_on,
        overdue_days=max((clock.today() - due_on).days, 0) if due_on else 0,
    )


def _words(step: StoryStep, recommendation: Recommendation | None) -> str:
    if recommendation and step.kind == RecommendationAdopted.name:
        return _adoption(recommendation)
    words = {
        IdeaReceived.name: gettext("Die Idee ist bei uns angekommen."),
        IdeaConfirmed.name: gettext("Der Kontakt ist bestätigt. Wir melden uns, wenn sich etwas tut."),
        IdeaPublished.name: gettext("Die Idee steht öffentlich auf dieser Website."),
        IdeaDeclined.name: gettext("Wir veröffentlichen die Idee nicht. Der Grund:"),
        IdeaWithdrawn.name: gettext("Die Idee wurde zurückgezogen."),
        PetitionReceived.name: gettext("Die Eingabe ist angekommen und liegt dem Integrationsrat vor."),
        PETITION_WITHDRAWN: gettext("Die Eingabe wurde zurückgezogen."),
    }
    return words.get(step.kind) or gettext("Es gibt etwas Neues.")


def _adoption(recommendation: Recommendation) -> str:
    return gettext(
        "Die Konferenz hat daraus die Empfehlung %(number)s gemacht. Ja: %(yes)s, Nein: %(no)s, Enthaltungen: %(abstain)s.",
        number=recommendation.number,
        yes=recommendation.votes_yes,
        no=recommendation.votes_no,
        abstain=recommendation.votes_abstain,
    )
