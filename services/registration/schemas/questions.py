"""The questions of a conference as staff type them: a fixed number of rows, of which some stay empty."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.registration.models.questions import (
    CHOICE,
    DAYS_KEPT,
    KINDS,
    MOST_DAYS,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    TEXT,
)
from shared.web.field_messages import N_
from shared.web.fields import LocalizedText
from shared.web.i18n import DEFAULT

QUESTION_LENGTH = 200
OPTION_LENGTH = 80
QUESTION_ROWS = tuple(f"question_{number}" for number in range(1, MOST_QUESTIONS + 1))


class _QuestionRowSchema(Schema):
    """One row; for one that is there already it says which it is, and which place in the list it gets."""

    id = fields.UUID()
    text = LocalizedText(max_length=QUESTION_LENGTH)
    place = fields.Integer(load_default=MOST_QUESTIONS, validate=validate.Range(min=1, max=MOST_QUESTIONS))
    kind = fields.String(load_default=TEXT, validate=validate.OneOf(list(KINDS)))
    options = LocalizedText(load_default=dict, max_length=MOST_OPTIONS * (OPTION_LENGTH + 1), one_line=False)
    is_required = fields.Boolean(load_default=False)
    shown_when = fields.UUID(load_default=None)
    days_kept = fields.Integer(load_default=DAYS_KEPT, validate=validate.Range(min=0, max=MOST_DAYS))


class QuestionsFormSchema(Schema.from_dict({row: fields.Nested(_QuestionRowSchema) for row in QUESTION_ROWS})):  # type: ignore[misc]
    """All rows at once; a row without a text is no question, or no longer."""

    @post_load
    def arrange(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """The questions in their order, as the use case takes them, and the rows that they stood in."""
        rows = [row for row in QUESTION_ROWS if values.get(row, {}).get("text")]
        rows.sort(key=lambda row: values[row]["place"])
        if errors := {row: wrong for row in rows if (wrong := _wrong_options(values[row]))}:
            raise ValidationError(errors)
        questions = [
            {name: told for name, told in values[row].items() if name != "place"}
            | {"options": _options(values[row]["options"])}
            for row in rows
        ]
        return {"questions": questions, "rows": rows}


def _options(typed: Mapping[str, str]) -> list[dict[str, str]]:
    """Each line with what stands in the same line in the other languages."""
    lines = {tag: _lines(text) for tag, text in typed.items()}
    return [
        {tag: others[place] for tag, others in lines.items() if others} for place in range(len(lines.get(DEFAULT, [])))
    ]


def _lines(text: str) -> list[str]:
    return [line for typed in text.split("\n") if (line := typed.strip())]


def _wrong_options(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is wrong with the options of a row, by field."""
    lines = {tag: _lines(text) for tag, text in row["options"].items()}
    german = lines.get(DEFAULT, [])
    if row["kind"] != CHOICE:
        told = N_("Sie haben Antworten zum Auswählen eingetragen. Nehmen Sie „Auswahl“, oder leeren Sie das Feld.")
        return {"kind": [told]} if german else {}
    if not 2 <= len(german) <= MOST_OPTIONS:
        return {"options": [N_("Bitte geben Sie zwei bis zwölf Antworten an, jede in einer Zeile.")]}
    if len(set(german)) < len(german):
        return {"options": [N_("Eine Antwort steht zweimal da. Bitte löschen Sie eine davon.")]}
    if any(len(line) > OPTION_LENGTH for texts in lines.values() for line in texts):
        return {"options": [N_("Eine Antwort ist zu lang: höchstens 80 Zeichen.")]}
    uneven = [tag for tag, texts in lines.items() if texts and len(texts) != len(german)]
    told = N_("Bitte schreiben Sie hier genauso viele Zeilen wie auf Deutsch, in derselben Reihenfolge.")
    return {"options": {tag: [told] for tag in uneven}} if uneven else {}
