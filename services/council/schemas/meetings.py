"""What staff say about a session."""

from marshmallow import Schema, fields

from shared.web.fields import PlainLine


class MeetingSchema(Schema):
    """A session of a body on one day."""

    committee = PlainLine(max_length=200, required=True)
    held_on = fields.Date(required=True)
    starts_at = fields.Time(load_default=None)
    place = PlainLine(max_length=200, load_default=None)
