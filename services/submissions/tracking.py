"""Following one idea by its code: what a code looks like, and the story it opens, told in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from services.submissions.models import Recommendation, StoryStep
from shared import clock, ids
from shared.seals import mark
from shared.web.i18n import gettext, localized, localized_language

#: Symbols before the check symbol: 55 bits, three groups of four on paper.
CODE_LENGTH = 11


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
    """One line of a story. `words` is the headline in the reader's language, `text` what somebody wrote about it in
    `text_language`; `overdue_days` counts the days past `due_on` while the step is still open, else 0."""

    kind: str
    at: datetime
    words: str
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
    return [line for line in lines if line.kind not in {"idea.confirmed", "idea.declined"}]


def _line(step: StoryStep, recommendation: Recommendation | None, is_newest: bool) -> StoryLine:
    due_on = step.due_on if is_newest and step.kind != "case.closed" else None
    late = (clock.today() - due_on).days if due_on else 0
    return StoryLine(
        kind=step.kind,
        at=step.happened_at,
        words=_adoption(recommendation) if recommendation and step.kind == "recommendation.adopted" else _words(step),
        text=localized(step.text) if step.text else "",
        text_language=localized_language(step.text) if step.text else "",
        case_number=step.case_number,
        due_on=due_on,
        overdue_days=max(late, 0),
    )


def _adoption(recommendation: Recommendation) -> str:
    return gettext(
        "Die Konferenz hat daraus die Empfehlung %(number)s gemacht: %(yes)s Ja, %(no)s Nein, %(abstain)s Enthaltungen.",
        number=recommendation.number,
        yes=recommendation.votes_yes,
        no=recommendation.votes_no,
        abstain=recommendation.votes_abstain,
    )


def _words(step: StoryStep) -> str:
    addressee = step.addressee_name or gettext("die zuständige Stelle")
    words = {
        "idea.received": gettext("Die Idee ist bei uns angekommen."),
        "petition.received": gettext("Die Eingabe ist angekommen und liegt dem Integrationsrat vor."),
        "idea.confirmed": gettext("Der Kontakt ist bestätigt. Wir melden uns, wenn sich etwas tut."),
        "idea.published": gettext("Die Idee steht öffentlich auf dieser Website."),
        "idea.declined": gettext("Wir veröffentlichen die Idee nicht. Der Grund:"),
        "idea.withdrawn": gettext("Die Idee wurde zurückgezogen."),
        "case.opened": gettext("Der Integrationsrat hat einen Vorgang angelegt."),
        "case.triaged": gettext("Der Integrationsrat hat geprüft, wer sich darum kümmert."),
        "case.scheduled": gettext("Der Integrationsrat spricht in einer Sitzung darüber."),
        "case.decided": gettext("Der Integrationsrat hat beschlossen, wie es weitergeht."),
        "case.referred": gettext("Der Integrationsrat hat das Anliegen weitergegeben an: %(name)s.", name=addressee),
        "case.acknowledged": gettext("Es ist angekommen bei: %(name)s.", name=addressee),
        "case.answered": gettext("Eine Antwort ist da von: %(name)s.", name=addressee),
        "case.closed": gettext("Der Vorgang ist abgeschlossen."),
    }
    return words.get(step.kind) or gettext("Es gibt etwas Neues.")
