"""Registrations as browsers and API clients send and get them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from services.registration.models.consents import INVITATIONS
from services.registration.models.forums import MOST_FORUMS
from services.registration.models.people import ASSISTANCE, INTERPRETATION, Needs, Person, Wish
from services.registration.schemas.answers import answers_field
from services.registration.schemas.choices import EachOnce
from services.registration.schemas.households import HouseholdFormSchema, HouseholdSchema, number, wrong_household
from shared.web.field_messages import N_
from shared.web.fields import EmailAddress, PhoneNumber, PlainLine
from shared.web.i18n import LANGUAGES

NAME_LENGTH = 80

#: What to say when digits are wrong, too old or tried too often: always the same.
WRONG_CODE = N_("Dieser Code stimmt nicht oder gilt nicht mehr. Bitte vergleichen Sie ihn mit der SMS.")


class ConsentsSchema(Schema):
    """What somebody agrees to beside taking part; none of it is needed for that."""

    invitations = fields.Boolean(load_default=False)


class _ForumChoices(EachOnce):
    """Ids of forums. One that the conference doesn't have, or no longer, is left out whenever choices are shown."""

    def __init__(self, **options: Any) -> None:
        too_many = N_("So viele Foren hat keine Konferenz.")
        super().__init__(fields.UUID(), validate=validate.Length(max=MOST_FORUMS, error=too_many), **options)


class _WishesSchema(Schema):
    """What somebody can say about themselves and their household."""

    name = PlainLine(max_length=NAME_LENGTH, allow_none=True)
    language = fields.String(required=True, validate=validate.OneOf(list(LANGUAGES)))
    household = fields.Nested(HouseholdSchema)
    childcare = number()
    forums = _ForumChoices()
    interpretation = EachOnce(fields.String(validate=validate.OneOf(list(INTERPRETATION))))
    assistance = EachOnce(fields.String(validate=validate.OneOf(list(ASSISTANCE))))
    answers = answers_field()

    @pre_load
    def count_as_adults(self, values: Any, **_: object) -> Any:
        """`companions`, the number without ages that callers sent before, means so many adults."""
        if not isinstance(values, Mapping) or "companions" not in values or "household" in values:
            return values
        others = {name: value for name, value in values.items() if name != "companions"}
        return others | {"household": {"adults": values["companions"]}}


class _WholeHouseholdSchema(_WishesSchema):
    """The same, with everything said that is to be said about the household."""

    @validates_schema
    def check_household(self, values: Mapping[str, Any], **_: object) -> None:
        """Not too many people, and no more children in need of care than children."""
        if errors := wrong_household(values):
            raise ValidationError(errors)


class AnyWishSchema(_WholeHouseholdSchema):
    """A registration as it is asked for or told to the office, perhaps by somebody without an address."""

    email = EmailAddress(allow_none=True)
    phone = PhoneNumber(allow_none=True)
    consents = fields.Nested(ConsentsSchema)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """A Wish under one key, as the use case takes it."""
        person = Person(**{part: values.get(part) or None for part in ("email", "phone", "name")})
        agreed = values.get("consents", {}).get("invitations")
        return {
            "wish": Wish(
                person=person,
                language=values["language"],
                needs=Needs().changed(values),
                consents=frozenset({INVITATIONS} if agreed else ()),
                answers=values.get("answers", {}),
            )
        }


class WishSchema(AnyWishSchema):
    """A registration as it is asked for."""

    @validates_schema
    def check_address(self, values: Mapping[str, Any], **_: object) -> None:
        """One way to reach the person must be there."""
        if not values.get("email") and not values.get("phone"):
            message = N_("Bitte geben Sie eine E-Mail-Adresse oder eine Handynummer an. Eines von beiden genügt.")
            raise ValidationError(message, field_name="email")


class WishFormSchema(WishSchema):
    """The same as a form sends it: numbers are typed text."""

    household = fields.Nested(HouseholdFormSchema)
    childcare = number(is_typed=True)


class ChangeSchema(_WishesSchema):
    """What can be changed later: everything but the address, which would have to be confirmed again.

    Whether `childcare` fits the household is for the caller to ask, who knows what stays as it is.
    """

    language = fields.String(validate=validate.OneOf(list(LANGUAGES)))


class ChangeFormSchema(_WholeHouseholdSchema):
    """The same as a form sends it: everything at once; what is left empty or not ticked is gone."""

    name = PlainLine(max_length=NAME_LENGTH, load_default=None)
    household = fields.Nested(HouseholdFormSchema, required=True)
    childcare = number(is_typed=True, load_default=0)
    forums = _ForumChoices(load_default=list)
    interpretation = EachOnce(fields.String(validate=validate.OneOf(list(INTERPRETATION))), load_default=list)
    assistance = EachOnce(fields.String(validate=validate.OneOf(list(ASSISTANCE))), load_default=list)
    answers = answers_field(load_default=dict)


class ConfirmSchema(Schema):
    """The proof that an address is one's own: the token of the link, or the digits sent to the phone."""

    token = fields.String(validate=validate.Length(max=120))
    id = fields.UUID()
    code = fields.String(validate=validate.Length(max=20))

    @validates_schema
    def check_either(self, values: Mapping[str, Any], **_: object) -> None:
        """Either the one or the other."""
        if ("token" in values) == ("id" in values and "code" in values):
            raise ValidationError(N_("Bitte senden Sie entweder token, oder id und code."))


class CodeSchema(Schema):
    """The digits of an SMS as they are typed."""

    code = PlainLine(required=True, max_length=20)


class ReceiptSchema(Schema):
    """What somebody gets who asked for a place: always the same, whether the address is known or not."""

    id = fields.UUID()
    status = fields.String()


class ConfirmedSchema(Schema):
    """What somebody gets who confirmed; `ticket_url` is null on the waiting list and while the office looks at it."""

    id = fields.UUID()
    status = fields.String()
    ticket_url = fields.Url(allow_none=True)


class RegistrationShownSchema(Schema):
    """A registration as its person sees it; staff get the address masked.

    `companions` is the sum of `household`, which is null once needs are deleted, after the conference.
    """

    id = fields.UUID()
    conference_id = fields.UUID()
    status = fields.String()
    language = fields.String()
    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    companions = fields.Integer()
    places = fields.Integer()
    rank = fields.Integer(allow_none=True)
    offered_until = fields.AwareDateTime(allow_none=True)
    interpretation = fields.List(fields.String())
    assistance = fields.List(fields.String())
    household = fields.Nested(HouseholdSchema, allow_none=True)
    childcare = fields.Integer()
    forums = fields.List(fields.UUID())
    answers = answers_field()
    ticket = fields.String(allow_none=True)
    ticket_url = fields.Url(allow_none=True)
