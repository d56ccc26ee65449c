"""The agenda and the forums of a conference as API clients send and get them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from services.registration.schemas.choices import EachOnce
from shared.web.field_messages import N_
from shared.web.fields import LocalizedText, PlainLine
from shared.web.i18n import LANGUAGES

TITLE_LENGTH = 120
ROOM_LENGTH = 120
LARGEST_ROOM = 10_000
TOO_MANY_FORUMS = N_("Eine Konferenz kann höchstens acht Foren haben.")
TOO_MANY_ITEMS = N_("Ein Programm kann höchstens zwölf Punkte haben.")


def some_languages(**options: Any) -> EachOnce:
    """A field for languages that are spoken somewhere."""
    return EachOnce(fields.String(validate=validate.OneOf(list(LANGUAGES))), **options)


class AgendaItemSchema(Schema):
    """One point for everybody. With the id of one that is there already it is that one; any other is new."""

    id = fields.UUID()
    title = LocalizedText(required=True, max_length=TITLE_LENGTH)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    room = PlainLine(max_length=ROOM_LENGTH)


class ForumSchema(Schema):
    """One forum. With the id of one that is there already it keeps whoever chose it; any other is new. Without a `capacity` there
    is room for all."""

    id = fields.UUID()
    title = LocalizedText(required=True, max_length=TITLE_LENGTH)
    starts_at = fields.AwareDateTime(allow_none=True)
    ends_at = fields.AwareDateTime(allow_none=True)
    room = PlainLine(max_length=ROOM_LENGTH)
    languages = some_languages()
    interpretation = some_languages()
    capacity = fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=1, max=LARGEST_ROOM))

    @pre_load
    def take_back_what_was_shown(self, values: Any, **_: object) -> Any:
        """Who changes one forum sends the others as they were read; the places left are counted, not told."""
        if not isinstance(values, Mapping):
            return values
        return {name: value for name, value in values.items() if name != "places_left"}


class AgendaItemShownSchema(Schema):
    """A point of the agenda as everybody can read it."""

    id = fields.UUID()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    room = fields.String()


class ForumShownSchema(Schema):
    """A forum as everybody can read it; `places_left` is null where there is room for all."""

    id = fields.UUID()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    starts_at = fields.AwareDateTime(allow_none=True)
    ends_at = fields.AwareDateTime(allow_none=True)
    room = fields.String()
    languages = fields.List(fields.String())
    interpretation = fields.List(fields.String())
    capacity = fields.Integer(allow_none=True)
    places_left = fields.Integer(allow_none=True)
