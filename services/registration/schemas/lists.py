"""What staff look for among the registrations of a conference, and what they take along of it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.registration import exports
from services.registration.lists import ASSISTANCE, CHILDCARE, FORUM, INTERPRETATION, ORDERS, Cursor, Sought
from services.registration.models import people
from services.registration.schemas.choices import EachOnce
from shared.web.fields import PlainLine
from shared.web.i18n import LANGUAGES

_KNOWN_NEEDS = [
    CHILDCARE,
    *(f"{INTERPRETATION}:{tag}" for tag in people.INTERPRETATION),
    *(f"{ASSISTANCE}:{service}" for service in people.ASSISTANCE),
]
_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_COLUMN = validate.Regexp(f"^({'|'.join(exports.COLUMNS)}|{exports.ANSWER}{_UUID})$")
_NEED = validate.Regexp(f"^({'|'.join(_KNOWN_NEEDS)}|{FORUM}:{_UUID})$")


class FilterSchema(Schema):
    """Which registrations; `need` is childcare, interpretation:<language>, assistance:<service> or forum:<id>."""

    state = fields.String(validate=validate.OneOf(list(exports.STATES)))
    language = fields.String(validate=validate.OneOf(list(LANGUAGES)))
    need = fields.String(validate=_NEED)


class SoughtSchema(FilterSchema):
    """The same with what is typed into the search."""

    words = PlainLine(max_length=120)
    order = fields.String(validate=validate.OneOf(ORDERS))


class ExportFormSchema(FilterSchema):
    """Which of them, in which order, which columns, and in which kind of file."""

    order = fields.String(validate=validate.OneOf(ORDERS))
    columns = EachOnce(fields.String(validate=_COLUMN), required=True, validate=validate.Length(min=1))
    format = fields.String(required=True, validate=validate.OneOf(exports.FORMATS))

    @post_load
    def gather(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """What is looked for, under one key."""
        sought = {name: values.pop(name) for name in (*FilterSchema().fields, "order") if name in values}
        return {"sought": Sought(**sought), **values}


class _CursorField(fields.String):
    """Where a page ended."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return Cursor.read(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            raise self.make_error("invalid") from error


class CursorSchema(FilterSchema):
    """Which of them, and behind which one the page begins: what `next` says."""

    after = _CursorField()


class ListedSchema(Schema):
    """One registration in the list; the address is masked."""

    id = fields.UUID()
    conference_id = fields.UUID()
    status = fields.String()
    language = fields.String()
    requested_at = fields.AwareDateTime()
    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    places = fields.Integer()


class ListSchema(Schema):
    """A page of registrations, newest first."""

    data = fields.List(fields.Nested(ListedSchema))
    next = fields.Url(allow_none=True)
