"""What is typed when signing in and when accounts are made."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.council.models import ROLES
from services.council.passwords import LONGEST, SHORTEST
from shared.web.field_messages import N_
from shared.web.fields import EmailAddress, PhoneNumber, PlainLine
from shared.web.i18n import LANGUAGES

_USERNAME = validate.Regexp(
    r"[\w][\w.\-]{1,62}[\w]\Z", error=N_("Bitte nehmen Sie 3 bis 64 Buchstaben, Ziffern, Punkte oder Striche.")
)


class _Password(fields.String):
    """A password as it was typed: nothing is trimmed, and none is too long to be hashed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=True, validate=validate.Length(max=LONGEST), load_only=True, **kwargs)


class SignInSchema(Schema):
    """Who wants to sign in."""

    username = PlainLine(max_length=100, required=True)
    password = _Password()
    otp = PlainLine(max_length=12, load_default=None)


class TokenSchema(Schema):
    """A bearer token and until when it is good."""

    token = fields.String()
    expires_at = fields.AwareDateTime()


class NewPasswordSchema(Schema):
    """A password of one's own, typed twice; the present one unless it was a one-time password."""

    current_password = fields.String(load_default=None, validate=validate.Length(max=LONGEST))
    new_password = fields.String(
        required=True,
        validate=validate.Length(SHORTEST, LONGEST, error=N_("Bitte nehmen Sie 12 bis 128 Zeichen.")),
    )
    new_password_again = fields.String(required=True)

    @validates_schema
    def _same_twice(self, values: dict[str, Any], **_: Any) -> None:
        if values["new_password"] != values["new_password_again"]:
            raise ValidationError(N_("Die beiden Passwörter sind verschieden."), "new_password_again")


class CodeSchema(Schema):
    """The code that an authenticator app shows."""

    otp = PlainLine(max_length=12, required=True)


class StaffSchema(Schema):
    """The details of an account."""

    display_name = PlainLine(max_length=120, required=True)
    roles = fields.List(
        fields.String(validate=validate.OneOf(list(ROLES))),
        required=True,
        validate=validate.Length(min=1, error=N_("Bitte wählen Sie mindestens eine Rolle.")),
    )
    language = fields.String(load_default="de", validate=validate.OneOf(list(LANGUAGES)))
    email = EmailAddress(load_default=None)
    phone = PhoneNumber(load_default=None)
    conference_id = fields.UUID(load_default=None)


class NewStaffSchema(StaffSchema):
    """A new account."""

    username = PlainLine(max_length=64, required=True, validate=_USERNAME)


class DoorPassSchema(Schema):
    """Access to the entrance of one conference."""

    display_name = PlainLine(max_length=120, required=True)
    conference_id = fields.UUID(required=True)
