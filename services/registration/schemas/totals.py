"""What a conference has to be prepared for, as API clients get it."""

from marshmallow import Schema, fields


class TotalsSchema(Schema):
    """What a conference has to be prepared for: counts by language, wish, age group and id of the forum."""

    registrations = fields.Integer()
    places = fields.Integer()
    offered_registrations = fields.Integer()
    offered_places = fields.Integer()
    waiting_registrations = fields.Integer()
    waiting_places = fields.Integer()
    applied_registrations = fields.Integer()
    applied_places = fields.Integer()
    pending = fields.Integer()
    languages = fields.Dict(keys=fields.String(), values=fields.Integer())
    interpretation = fields.Dict(keys=fields.String(), values=fields.Integer())
    assistance = fields.Dict(keys=fields.String(), values=fields.Integer())
    age_groups = fields.Dict(keys=fields.String(), values=fields.Integer())
    childcare = fields.Integer()
    childcare_ages = fields.Dict(keys=fields.String(), values=fields.Integer())
    forums = fields.Dict(keys=fields.UUID(), values=fields.Integer())
    forum_interpretation = fields.Dict(
        keys=fields.UUID(), values=fields.Dict(keys=fields.String(), values=fields.Integer())
    )
    days = fields.Dict(keys=fields.Date(), values=fields.Integer())
