"""What staff choose where they decide registrations."""

from marshmallow import Schema, fields, validate

from services.registration.by_hand import PAGE_SIZE
from services.registration.models.overrides import REASON_LENGTH
from services.registration.schemas.choices import EachOnce
from shared.web.field_messages import N_
from shared.web.fields import PlainLine

_NOBODY = N_("Bitte wählen Sie mindestens eine Anmeldung aus.")


class RefusalSchema(Schema):
    """Why staff refuse a registration: it is kept, and never sent."""

    reason = PlainLine(required=True, max_length=REASON_LENGTH)


class ChosenFormSchema(Schema):
    """The registrations that are ticked on a page."""

    registration = EachOnce(
        fields.UUID(),
        required=True,
        validate=validate.Length(max=PAGE_SIZE),
        error_messages={"required": _NOBODY},
    )
