"""The forums of a conference as staff type them: a fixed number of rows, of which some stay empty."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.registration.models.forums import MOST_FORUMS
from services.registration.schemas.conferences import FORUM_TITLE_LENGTH
from shared.web.fields import LocalizedText

#: The names of the rows in the form.
ROWS = tuple(f"forum_{number}" for number in range(1, MOST_FORUMS + 1))


class _RowSchema(Schema):
    """One row: which place in the list its forum gets, and, for one that is there already, which it is."""

    id = fields.UUID()
    place = fields.Integer(load_default=MOST_FORUMS, validate=validate.Range(min=1, max=MOST_FORUMS))
    title = LocalizedText(max_length=FORUM_TITLE_LENGTH)


class ForumsFormSchema(Schema.from_dict({row: fields.Nested(_RowSchema) for row in ROWS})):  # type: ignore[misc]
    """All rows at once; a row without a title is no forum, or no longer."""

    @post_load
    def arrange(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """The forums in their order, as the use case takes them."""
        rows = [values[row] for row in ROWS if values.get(row, {}).get("title")]
        return {"forums": sorted(rows, key=lambda row: row["place"])}
