"""What proves that an address is somebody's own: the same for every service that asks for it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.web.field_messages import N_


class ConfirmSchema(Schema):
    """The token of the e-mail's link, or id and code of the SMS."""

    token = fields.String(validate=validate.Length(max=100))
    id = fields.UUID()
    code = fields.String(validate=validate.Length(max=20))

    @validates_schema
    def check_proof(self, values: Mapping[str, Any], **_: object) -> None:
        """One of the two, whole."""
        if "token" not in values and not {"id", "code"} <= values.keys():
            raise ValidationError(N_("Bitte geben Sie den Code aus der SMS ein."), "code")
