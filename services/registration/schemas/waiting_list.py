"""The waiting list as staff see it, and what they do to it by hand."""

from marshmallow import Schema, fields

from services.registration.models.overrides import REASON_LENGTH
from services.registration.schemas.registrations import RegistrationShownSchema
from shared.clock import CIVIL_ZONE
from shared.web.fields import PlainLine


class OverrideSchema(Schema):
    """Why staff do it, and for `extend` until when the offer shall hold."""

    reason = PlainLine(required=True, max_length=REASON_LENGTH)
    until = fields.AwareDateTime()


class ReasonFormSchema(Schema):
    """The reason as staff type it."""

    reason = PlainLine(required=True, max_length=REASON_LENGTH)


class ExtensionFormSchema(ReasonFormSchema):
    """The same with the new time, in civil time of Hamburg."""

    until = fields.AwareDateTime(required=True, default_timezone=CIVIL_ZONE)


class OverrideShownSchema(Schema):
    """One action of staff; `rank` is the place in line before it, null where an offer was held."""

    registration_id = fields.UUID()
    at = fields.AwareDateTime()
    actor = fields.String()
    action = fields.String()
    reason = fields.String(allow_none=True)
    rank = fields.Integer(allow_none=True)
    places = fields.Integer()


class WaitingListSchema(Schema):
    """Offers first, then who waits, in order; and what staff did by hand, the newest first."""

    data = fields.List(fields.Nested(RegistrationShownSchema))
    overrides = fields.List(fields.Nested(OverrideShownSchema))
