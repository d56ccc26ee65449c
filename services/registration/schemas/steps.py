"""What the steps of a conference need to be told, as browsers and API clients send it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from services.registration.schemas.conferences import wrong_times
from shared.clock import CIVIL_ZONE
from shared.web.fields import LocalizedText

REASON_LENGTH = 300
REPORT_LENGTH = 2000


class ReasonSchema(Schema):
    """Why a conference is cancelled, in words for everybody who wanted to come."""

    reason = LocalizedText(max_length=REASON_LENGTH, load_default=dict)


class PostponeSchema(Schema):
    """The new times and why. Where nothing is said of registration it closes as long before the beginning as it would have."""

    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    registration_opens_at = fields.AwareDateTime()
    registration_closes_at = fields.AwareDateTime()
    reason = LocalizedText(required=True, max_length=REASON_LENGTH)

    @validates_schema
    def check_times(self, values: Mapping[str, Any], **_: object) -> None:
        """Things end after they begin, as far as both times are given."""
        if errors := wrong_times(values):
            raise ValidationError(errors)

    @post_load
    def part(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """The times under one key, as the use case takes them."""
        return {"explanation": values.pop("reason"), "times": values}


class PostponeFormSchema(PostponeSchema):
    """The same as staff type it, in civil time of Hamburg."""

    starts_at = fields.AwareDateTime(required=True, default_timezone=CIVIL_ZONE)
    ends_at = fields.AwareDateTime(required=True, default_timezone=CIVIL_ZONE)
    registration_opens_at = fields.AwareDateTime(required=True, default_timezone=CIVIL_ZONE)
    registration_closes_at = fields.AwareDateTime(required=True, default_timezone=CIVIL_ZONE)


class ReportSchema(Schema):
    """What happened at a conference, in words for everybody."""

    report = LocalizedText(required=True, max_length=REPORT_LENGTH, one_line=False)
