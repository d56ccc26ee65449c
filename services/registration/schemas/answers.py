"""Answers to the office's own questions, and these questions, as browsers and API clients send and get them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields


class _SaidField(fields.Field[str | int]):
    """A text, a whole number, or the id of an option; whether it fits the question is for the use case to say."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str | int:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.make_error("validator_failed")
        return value


def answers_field(**options: Any) -> fields.Dict:
    """A field for answers by the id of their question. One to a question that isn't asked is left aside."""
    said = _SaidField(metadata={"type": ["string", "integer"]})
    return fields.Dict(keys=fields.UUID(), values=said, **options)


class OptionShownSchema(Schema):
    """One of the answers to choose from."""

    id = fields.UUID()
    text = fields.Dict(keys=fields.String(), values=fields.String())


class QuestionShownSchema(Schema):
    """A question of a conference. `kind` is text, choice or number; it counts only where the option `shown_when` of an earlier
    question is chosen, unless that is null. Answers are deleted `days_kept` days after the end of the conference."""

    id = fields.UUID()
    text = fields.Dict(keys=fields.String(), values=fields.String())
    kind = fields.String()
    options = fields.List(fields.Nested(OptionShownSchema))
    is_required = fields.Boolean()
    shown_when = fields.UUID(allow_none=True)
    days_kept = fields.Integer()
