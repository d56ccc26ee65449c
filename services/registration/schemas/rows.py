"""The forums and the agenda of a conference as staff type them: a fixed number of rows, of which some stay empty."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.registration.models.agenda import MOST_ITEMS
from services.registration.models.forums import MOST_FORUMS
from services.registration.schemas.program import LARGEST_ROOM, ROOM_LENGTH, TITLE_LENGTH, some_languages
from shared.clock import CIVIL_ZONE
from shared.web.fields import LocalizedText, PlainLine

#: The names of the rows in the forms.
FORUM_ROWS = tuple(f"forum_{number}" for number in range(1, MOST_FORUMS + 1))
ITEM_ROWS = tuple(f"item_{number}" for number in range(1, MOST_ITEMS + 1))


class _RowSchema(Schema):
    """One row; for one that is there already it says which it is."""

    id = fields.UUID()
    title = LocalizedText(max_length=TITLE_LENGTH)
    room = PlainLine(max_length=ROOM_LENGTH, load_default="")


class _ForumRowSchema(_RowSchema):
    """The row of a forum: which place in the list it gets; what is left empty isn't fixed, or no longer."""

    place = fields.Integer(load_default=MOST_FORUMS, validate=validate.Range(min=1, max=MOST_FORUMS))
    starts_at = fields.AwareDateTime(load_default=None, default_timezone=CIVIL_ZONE)
    ends_at = fields.AwareDateTime(load_default=None, default_timezone=CIVIL_ZONE)
    languages = some_languages(load_default=list)
    interpretation = some_languages(load_default=list)
    capacity = fields.Integer(load_default=None, validate=validate.Range(min=1, max=LARGEST_ROOM))


class _ItemRowSchema(_RowSchema):
    """The row of a point of the agenda, of which nothing else may be left empty once there is a title."""

    starts_at = fields.AwareDateTime(default_timezone=CIVIL_ZONE)
    ends_at = fields.AwareDateTime(default_timezone=CIVIL_ZONE)


class ForumsFormSchema(Schema.from_dict({row: fields.Nested(_ForumRowSchema) for row in FORUM_ROWS})):  # type: ignore[misc]
    """All rows at once; a row without a title is no forum, or no longer."""

    @post_load
    def arrange(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """The forums in their order, as the use case takes them, and the rows that they stood in."""
        rows = sorted(_filled(values, FORUM_ROWS), key=lambda row: values[row]["place"])
        forums = [{name: told for name, told in values[row].items() if name != "place"} for row in rows]
        return {"forums": forums, "rows": rows}


class AgendaFormSchema(Schema.from_dict({row: fields.Nested(_ItemRowSchema) for row in ITEM_ROWS})):  # type: ignore[misc]
    """All rows at once; a row without a title is no point, or no longer. They may be typed in any order."""

    @post_load
    def arrange(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """The points in the order of their times, as the use case takes them, and the rows that they stood in."""
        rows = _filled(values, ITEM_ROWS)
        if errors := {row: _missing(values[row]) for row in rows if _missing(values[row])}:
            raise ValidationError(errors)
        rows.sort(key=lambda row: values[row]["starts_at"])
        return {"agenda": [values[row] for row in rows], "rows": rows}


def _filled(values: dict[str, Any], rows: tuple[str, ...]) -> list[str]:
    return [row for row in rows if values.get(row, {}).get("title")]


def _missing(row: dict[str, Any]) -> dict[str, list[str]]:
    return {name: ["Missing data for required field."] for name in ("starts_at", "ends_at") if name not in row}
