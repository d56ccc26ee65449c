"""What the office types when it registers somebody, or keeps places back."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.registration.models.consents import DESK, PHONE
from services.registration.schemas.conferences import LARGEST_VENUE
from services.registration.schemas.households import HouseholdFormSchema, number
from services.registration.schemas.registrations import AnyWishSchema
from shared.web.field_messages import N_


class ToldSchema(AnyWishSchema):
    """A registration as the office types it, of somebody who perhaps has no address."""

    household = fields.Nested(HouseholdFormSchema)
    childcare = number(is_typed=True)

    @validates_schema
    def check_findable(self, values: Mapping[str, Any], **_: object) -> None:
        """Without an address a name is all that finds them again."""
        if not (values.get("email") or values.get("phone") or values.get("name")):
            message = N_("Bitte geben Sie einen Namen an: Ohne Adresse finden wir die Anmeldung sonst nicht wieder.")
            raise ValidationError(message, field_name="name")


class EnteredFormSchema(ToldSchema):
    """The same with how it was told. `entry` is the form's own id: pressing twice enters nobody twice."""

    way = fields.String(required=True, validate=validate.OneOf([PHONE, DESK]))
    entry = fields.UUID(required=True)
    from_reserved = fields.Boolean(load_default=False)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """A Wish, and what only the office says."""
        made: dict[str, Any] = super().make(values)
        return made | {name: values[name] for name in ("way", "entry", "from_reserved")}


class ReservedFormSchema(Schema):
    """How many places the office keeps back."""

    places = fields.Integer(required=True, validate=validate.Range(min=0, max=LARGEST_VENUE))
