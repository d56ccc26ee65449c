"""Check-ins as desks send them and as they are answered."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from services.registration.models.attendance import MOST_BY_THEMSELVES, MOST_PEOPLE, Entry
from services.registration.schemas.registrations import NAME_LENGTH
from shared import clock, ids
from shared.web.field_messages import N_, by_field
from shared.web.fields import PlainLine

#: A desk that was without network all day sends in several goes.
MOST_AT_ONCE = 200
INVALID = "invalid"
_KINDS = ("ticket", "registration_id", "walk_in", "undo")


def people(*, is_typed: bool = False, most: int = MOST_PEOPLE, **options: Any) -> fields.Integer:
    """A field for how many came in together; what a form sends is typed text."""
    return fields.Integer(strict=not is_typed, validate=validate.Range(min=1, max=most), **options)


class WalkInSchema(Schema):
    """So many people without a ticket; a name helps the office to find a registration later."""

    count = people(required=True)
    name = PlainLine(max_length=NAME_LENGTH, allow_none=True)


class EntrySchema(Schema):
    """One entry of a desk. `ticket` is the code in the QR picture or as somebody typed it."""

    client_id = fields.UUID(load_default=ids.public)
    ticket = fields.String(validate=validate.Length(max=60))
    registration_id = fields.UUID()
    walk_in = fields.Nested(WalkInSchema)
    undo = fields.Boolean(validate=validate.Equal(True))
    people = people()
    at = fields.AwareDateTime()

    @pre_load
    def count_walk_in(self, values: Any, **_: object) -> Any:
        """`{count, name?}` is short for `{walk_in: {count, name?}}`."""
        if not isinstance(values, Mapping) or "count" not in values:
            return values
        walk_in = {name: values[name] for name in ("count", "name") if name in values}
        return {name: value for name, value in values.items() if name not in walk_in} | {"walk_in": walk_in}

    @validates_schema
    def check_kind(self, values: Mapping[str, Any], **_: object) -> None:
        """One thing at a time."""
        if sum(kind in values for kind in _KINDS) != 1:
            raise ValidationError(N_("Bitte senden Sie genau eines von ticket, registration_id, walk_in und undo."))

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> Entry:
        """As the use case takes it."""
        walk_in = values.pop("walk_in", {})
        told = {"at": clock.now()} | values
        return Entry(**told | ({"people": walk_in["count"], "name": walk_in.get("name")} if walk_in else {}))


class CheckinsSchema(Schema):
    """A batch; one entry alone may also be the whole body. Each entry is judged by itself."""

    checkins = fields.List(
        fields.Dict(), required=True, validate=validate.Length(1, MOST_AT_ONCE), metadata={"items": EntrySchema()}
    )

    @pre_load
    def take_one(self, values: Any, **_: object) -> Any:
        """One entry is a batch of one."""
        return {"checkins": [values]} if isinstance(values, Mapping) and "checkins" not in values else values


class TicketFormSchema(Schema):
    """A ticket as a helper or a visitor types it; `client_id` makes pressing twice harmless."""

    client_id = fields.UUID(required=True)
    ticket = PlainLine(required=True, max_length=60)
    people = people(is_typed=True)


class WalkInFormSchema(Schema):
    """People without a ticket, as a helper types them."""

    client_id = fields.UUID(required=True)
    count = people(is_typed=True, load_default=1)
    name = PlainLine(max_length=NAME_LENGTH)


class FoundFormSchema(Schema):
    """Somebody whom the office found by name."""

    client_id = fields.UUID(required=True)
    people = people(is_typed=True)


class SelfTicketFormSchema(Schema):
    """A ticket as visitors type it themselves, or hold already."""

    client_id = fields.UUID(required=True)
    ticket = PlainLine(required=True, max_length=60)


class OnlyIdSchema(Schema):
    """A button that was pressed, perhaps twice."""

    client_id = fields.UUID(required=True)


class SelfWalkInFormSchema(Schema):
    """The same, as visitors say it themselves."""

    client_id = fields.UUID(required=True)
    count = people(is_typed=True, most=MOST_BY_THEMSELVES, load_default=1)


class VerdictSchema(Schema):
    """What became of one entry: checked_in, already (since `at`), undone, or why nobody was counted."""

    client_id = fields.Raw(metadata={"type": "string"})
    result = fields.String()
    at = fields.AwareDateTime(allow_none=True)
    people = fields.Integer(allow_none=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class VerdictsSchema(Schema):
    """The answers, in the order of the entries."""

    checkins = fields.List(fields.Nested(VerdictSchema))


class AttendanceSchema(Schema):
    """People who are there: with and without a registration."""

    people = fields.Integer()
    registered = fields.Integer()
    walk_ins = fields.Integer()


def read(raw: list[dict[str, Any]]) -> list[Entry | dict[str, Any]]:
    """The entries of a batch; in place of one that can't be read stands its answer."""
    return [_read(one) for one in raw]


def _read(raw: dict[str, Any]) -> Entry | dict[str, Any]:
    try:
        entry: Entry = EntrySchema().load(raw)
        return entry
    except ValidationError as error:
        return {"client_id": str(raw.get("client_id", ""))[:40], "result": INVALID, "errors": by_field(error.messages)}
