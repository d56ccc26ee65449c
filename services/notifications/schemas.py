"""What browsers and API clients send and get."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.notifications.models import CASE, EMAIL, FOLLOWABLE, IDEA, SMS, Status
from services.notifications.use_cases.followings import Wish
from services.notifications.use_cases.privacy import WAYS
from shared.web.field_messages import N_
from shared.web.fields import EmailAddress, PhoneNumber
from shared.web.i18n import LANGUAGES

LAST_PAGE = 10_000
_NOT_SURE = N_("Bitte prüfen Sie zuerst, ob die Bitte von der Person selbst kommt.")
_ONE_ADDRESS = N_("Bitte geben Sie eine E-Mail-Adresse oder eine Mobilnummer an.")


class AddressSchema(Schema):
    """An e-mail address or a mobile number; one of them."""

    email = EmailAddress()
    phone = PhoneNumber()

    @validates_schema
    def check_address(self, values: Mapping[str, Any], **_: object) -> None:
        """One suffices, and one is needed."""
        if not values.get("email") and not values.get("phone"):
            raise ValidationError(_ONE_ADDRESS, "email")


class AskedInPersonSchema(Schema):
    """How somebody asked staff about their data, and that staff made sure it was them."""

    way = fields.String(required=True, validate=validate.OneOf(WAYS))
    sure = fields.Boolean(required=True, validate=validate.Equal(True, error=_NOT_SURE))


class FollowingFormSchema(AddressSchema):
    """The form on the page of a topic."""

    language = fields.String(required=True, validate=validate.OneOf(list(LANGUAGES)))


class FollowSchema(FollowingFormSchema):
    """To be told about a topic; an idea and a case need their id."""

    topic = fields.String(required=True, validate=validate.OneOf(FOLLOWABLE))
    id = fields.UUID()

    @validates_schema
    def check_id(self, values: Mapping[str, Any], **_: object) -> None:
        """Ideas and cases can't be followed all at once."""
        if values["topic"] in {IDEA, CASE} and "id" not in values:
            raise ValidationError(N_("Bitte geben Sie an, welcher Idee oder welchem Vorgang Sie folgen möchten."), "id")

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """The wish as the use case takes it."""
        wish = Wish(
            topic=values["topic"],
            topic_id=str(values.get("id", "")),
            address=values.get("email") or values["phone"],
            language=values["language"],
        )
        return {"wish": wish}


class FollowingSchema(Schema):
    """A following that waits for its confirmation, or has it."""

    id = fields.UUID()
    status = fields.String(validate=validate.OneOf(["pending", "confirmed"]))


class DigitsSchema(Schema):
    """The six digits of an SMS, as the page takes them."""

    code = fields.String(required=True, validate=validate.Length(max=20))

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """Only the digits, however they were spaced."""
        return {"digits": "".join(filter(str.isdecimal, values["code"]))}


class LanguageSchema(Schema):
    """In which language somebody wants to be written to."""

    language = fields.String(required=True, validate=validate.OneOf(list(LANGUAGES)))


class PageSchema(Schema):
    """Which page of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=LAST_PAGE))


class LogQuerySchema(PageSchema):
    """How staff narrow the log."""

    event_id = fields.UUID()
    recipient_id = fields.UUID()
    status = fields.String(validate=validate.OneOf([status.value for status in Status]))
    channel = fields.String(validate=validate.OneOf([EMAIL, SMS]))
    message = fields.String(validate=validate.Length(max=80))
    address = fields.String(validate=validate.Length(max=254))


class NotificationSchema(Schema):
    """A notification as staff see it."""

    id = fields.UUID()
    event_id = fields.UUID()
    recipient_id = fields.UUID()
    message = fields.String()
    channel = fields.String()
    language = fields.String()
    masked_address = fields.String()
    status = fields.String()
    reason = fields.String(allow_none=True)
    receipt = fields.String(allow_none=True)
    parts = fields.Integer(allow_none=True)
    attempts = fields.Integer()
    created_at = fields.AwareDateTime()
    sent_at = fields.AwareDateTime(allow_none=True)


class NotificationsSchema(Schema):
    """One page of notifications."""

    data = fields.List(fields.Nested(NotificationSchema))
    next = fields.String(allow_none=True)


class MailboxQuerySchema(PageSchema):
    """Whose letters to show."""

    to = fields.String(validate=validate.Length(max=254))


class LetterSchema(Schema):
    """What would have been sent."""

    channel = fields.String()
    to = fields.String()
    subject = fields.String()
    text = fields.String()
    html = fields.String()
    language = fields.String()
    links = fields.List(fields.String())
    code = fields.String(allow_none=True)
    parts = fields.Integer(allow_none=True)
    sent_at = fields.AwareDateTime()


class LettersSchema(Schema):
    """One page of the mailbox."""

    data = fields.List(fields.Nested(LetterSchema))
    next = fields.String(allow_none=True)


class InboundQuerySchema(Schema):
    """What Kannel puts into the address of an SMS that came in."""

    id = fields.String(required=True, validate=validate.Length(min=1, max=80))
    mark = fields.String(required=True, validate=validate.Length(max=64))
    sender = fields.String(required=True, data_key="from", validate=validate.Length(max=40))


class AnswerFormSchema(Schema):
    """An SMS that somebody pretends to send, on the mailbox page."""

    phone = PhoneNumber(required=True)
    text = fields.String(required=True, validate=validate.Length(max=160))


class ReceiptQuerySchema(Schema):
    """What Kannel puts into the address of a receipt."""

    id = fields.String(required=True, validate=validate.Length(max=36))
    mark = fields.String(required=True, validate=validate.Length(max=64))
    type = fields.String(required=True, validate=validate.Length(max=3))
