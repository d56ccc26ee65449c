"""Conferences as browsers and API clients send and get them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.registration.models.agenda import MOST_ITEMS
from services.registration.models.forums import MOST_FORUMS
from services.registration.models.offers import FEWEST_HOURS, HOURS_TO_ANSWER, MOST_HOURS
from services.registration.models.venues import FEATURES
from services.registration.schemas.answers import QuestionShownSchema
from services.registration.schemas.choices import EachOnce
from services.registration.schemas.program import (
    TOO_MANY_FORUMS,
    TOO_MANY_ITEMS,
    AgendaItemSchema,
    AgendaItemShownSchema,
    ForumSchema,
    ForumShownSchema,
)
from shared.clock import CIVIL_ZONE
from shared.web.field_messages import N_
from shared.web.fields import LocalizedText, PlainLine

TITLE_LENGTH = 120
MOTTO_LENGTH = 200
ACCESS_LENGTH = 500
LARGEST_VENUE = 100_000
_HOURS = validate.Range(min=FEWEST_HOURS, max=MOST_HOURS)


class AccessSchema(Schema):
    """What people can count on at the venue: known features, and a text about the way there."""

    features = EachOnce(fields.String(validate=validate.OneOf(list(FEATURES))))
    notes = LocalizedText(max_length=ACCESS_LENGTH, one_line=False)


class VenueSchema(Schema):
    """Where a conference takes place."""

    name = PlainLine(required=True, max_length=120)
    street = PlainLine(required=True, max_length=120)
    postal_code = PlainLine(required=True, max_length=10)
    locality = PlainLine(required=True, max_length=80)
    access = fields.Nested(AccessSchema)


class _ConferenceSchema(Schema):
    """What staff write about a conference."""

    title = LocalizedText(required=True, max_length=TITLE_LENGTH)
    motto = LocalizedText(load_default=dict, max_length=MOTTO_LENGTH)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    venue = fields.Nested(VenueSchema, required=True)
    capacity = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=LARGEST_VENUE))
    waiting_list = fields.Boolean(load_default=True)
    hours_to_answer = fields.Integer(strict=True, load_default=HOURS_TO_ANSWER, validate=_HOURS)
    approval = fields.Boolean(load_default=False)
    registration_opens_at = fields.AwareDateTime(required=True)
    registration_closes_at = fields.AwareDateTime(required=True)

    @validates_schema
    def check_times(self, values: Mapping[str, Any], **_: object) -> None:
        """Things end after they begin, as far as both times are given."""
        if errors := wrong_times(values):
            raise ValidationError(errors)

    @post_load
    def flatten(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """The columns, under one key, as the use cases take them."""
        venue = values.pop("venue", {})
        access = venue.pop("access", {})
        columns = {"features": "venue_features", "notes": "venue_access"}
        details = {f"venue_{part}": text for part, text in venue.items()}
        details |= {columns[part]: told for part, told in access.items()}
        beside: dict[str, Any] = {name: values.pop(name) for name in ("agenda", "forums", "template") if name in values}
        return {"details": values | details, **beside}


class ConferenceSchema(_ConferenceSchema):
    """A conference as staff write it; `agenda` and `forums` are all of them, in their order."""

    agenda = fields.List(
        fields.Nested(AgendaItemSchema), validate=validate.Length(max=MOST_ITEMS, error=TOO_MANY_ITEMS)
    )
    forums = fields.List(fields.Nested(ForumSchema), validate=validate.Length(max=MOST_FORUMS, error=TOO_MANY_FORUMS))


class ConferencePlanSchema(ConferenceSchema):
    """The same for a new one. With a `template`, the id of another conference, whatever isn't named comes from there; its times
    a year later, on the same day of the week."""

    template = fields.UUID()

    def load(self, data: Any, *, partial: Any = None, **options: Any) -> Any:
        """See marshmallow; nothing is missing where there is a template."""
        has_template = isinstance(data, Mapping) and "template" in data
        return super().load(data, partial=True if has_template else partial, **options)


class ConferenceChangesSchema(ConferenceSchema):
    """Some of what staff write."""


class _AccessFormSchema(AccessSchema):
    """The same as staff type it: what isn't ticked or written isn't there, or no longer."""

    features = EachOnce(fields.String(validate=validate.OneOf(list(FEATURES))), load_default=list)
    notes = LocalizedText(max_length=ACCESS_LENGTH, one_line=False, load_default=dict)


class _VenueFormSchema(VenueSchema):
    """Where a conference takes place, as staff type it."""

    access = fields.Nested(_AccessFormSchema, load_default=lambda: {"features": [], "notes": {}})


class ConferenceFormSchema(_ConferenceSchema):
    """The same as staff type it: civil time of Hamburg, and a box that is not ticked says no."""

    starts_at = fields.AwareDateTime(required=True, default_timezone=CIVIL_ZONE)
    ends_at = fields.AwareDateTime(required=True, default_timezone=CIVIL_ZONE)
    venue = fields.Nested(_VenueFormSchema, required=True)
    capacity = fields.Integer(required=True, validate=validate.Range(min=1, max=LARGEST_VENUE))
    waiting_list = fields.Boolean(load_default=False)
    hours_to_answer = fields.Integer(load_default=HOURS_TO_ANSWER, validate=_HOURS)
    registration_opens_at = fields.AwareDateTime(required=True, default_timezone=CIVIL_ZONE)
    registration_closes_at = fields.AwareDateTime(required=True, default_timezone=CIVIL_ZONE)


class ConferenceShownSchema(Schema):
    """A conference as everybody can read it. With `approval` the office looks at each registration first. `reason` is why it was
    cancelled or put off, from `postponed_from`; `attended` is how many people came, once they are counted."""

    id = fields.UUID()
    status = fields.String(attribute="state")
    title = fields.Dict(keys=fields.String(), values=fields.String())
    motto = fields.Dict(keys=fields.String(), values=fields.String())
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    venue = fields.Nested(VenueSchema)
    capacity = fields.Integer()
    places_left = fields.Integer()
    waiting_list = fields.Boolean()
    places_waiting = fields.Integer()
    hours_to_answer = fields.Integer()
    approval = fields.Boolean()
    registration_opens_at = fields.AwareDateTime()
    registration_closes_at = fields.AwareDateTime()
    agenda = fields.List(fields.Nested(AgendaItemShownSchema))
    forums = fields.List(fields.Nested(ForumShownSchema))
    questions = fields.List(fields.Nested(QuestionShownSchema))
    is_tentative = fields.Boolean()
    postponed_from = fields.AwareDateTime(allow_none=True)
    reason = fields.Dict(keys=fields.String(), values=fields.String(), attribute="notice")
    report = fields.Dict(keys=fields.String(), values=fields.String())
    attended = fields.Integer(allow_none=True)


class ConferencesSchema(Schema):
    """A page of conferences."""

    data = fields.List(fields.Nested(ConferenceShownSchema))
    next = fields.Url(allow_none=True)


class PageSchema(Schema):
    """Which page of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=10_000))


def wrong_times(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with the times of a conference, by field; empty when nothing is."""
    pairs = {
        "ends_at": ("starts_at", N_("Das Ende muss nach dem Beginn liegen.")),
        "registration_closes_at": (
            "registration_opens_at",
            N_("Die Anmeldung muss enden, nachdem sie begonnen hat."),
        ),
    }
    return {
        end: [message]
        for end, (start, message) in pairs.items()
        if start in values and end in values and values[end] <= values[start]
    }
