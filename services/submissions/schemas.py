"""What browsers and API clients send and get."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.submissions.config import config
from services.submissions.models import ADOPTED, CLOSED, DECLINED, IDEA, NEW, PETITION, PUBLISHED, WITHDRAWN
from services.submissions.use_cases.contacts import Contact
from services.submissions.use_cases.ideas import Submission
from services.submissions.use_cases.recommendations import Adoption
from shared.web.field_messages import N_
from shared.web.fields import EmailAddress, LocalizedText, PhoneNumber, PlainLine, PlainText
from shared.web.i18n import LANGUAGES

TITLE_LENGTH = 120
TEXT_LENGTH = 5000
NAME_LENGTH = 100
ADDRESS_LENGTH = 200
#: More hands than any room holds, and fewer than a database column.
MOST_VOTES = 100_000
MOST_IDEAS = 200
LAST_PAGE = 10_000
#: UTF-8 bytes of a recommendation's texts in all languages together: an event has to hold them.
MOST_TEXT = 40_000

#: Languages people write in; "und" (BCP 47: undetermined) stands for any other.
TEXT_LANGUAGES = [*(tag for tag in LANGUAGES if tag != "de-simple"), "und"]
STATUSES = (NEW, PUBLISHED, DECLINED, ADOPTED, CLOSED, WITHDRAWN)
ADDRESSEE_KINDS = ("district_office", "authority", "district_assembly", "other")


def _is_topic(topic: str) -> None:
    if topic not in config.district.topics:
        raise ValidationError(N_("Bitte wählen Sie ein Thema aus der Liste."))


def _is_quarter(quarter: str) -> None:
    if quarter not in config.district.quarters:
        raise ValidationError(N_("Bitte wählen Sie einen Stadtteil aus der Liste."))


class ContactSchema(Schema):
    """How to reach the author. All of it is optional for an idea; a petition needs name and address."""

    name = PlainLine(max_length=NAME_LENGTH)
    email = EmailAddress()
    phone = PhoneNumber()
    address = PlainLine(max_length=ADDRESS_LENGTH)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> Contact:
        """The contact as use cases take it."""
        return Contact(**values)


class SubmissionSchema(Schema):
    """An idea or a petition as it is handed in."""

    kind = fields.String(required=True, validate=validate.OneOf([IDEA, PETITION]))
    title = PlainLine(required=True, max_length=TITLE_LENGTH)
    text = PlainText(required=True, max_length=TEXT_LENGTH)
    language = fields.String(required=True, validate=validate.OneOf(TEXT_LANGUAGES))
    topic = fields.String(validate=_is_topic, metadata={"description": "an id from the district's list of topics"})
    quarter = fields.String(
        validate=_is_quarter, metadata={"description": "an id from the district's list of quarters"}
    )
    contact = fields.Nested(ContactSchema)
    publish_name = fields.Boolean(load_default=False)

    @validates_schema
    def check_person(self, values: Mapping[str, Any], **_: object) -> None:
        """A petition needs a person with a name and an address; only a name that is there can be shown."""
        contact = values.get("contact") or Contact()
        errors: dict[str, list[str]] = {}
        if values["kind"] == PETITION and not contact.name:
            errors["name"] = [N_("Bitte geben Sie Ihren Namen an. Eine Eingabe braucht ihn.")]
        if values["kind"] == PETITION and not contact.address:
            errors["address"] = [N_("Bitte geben Sie Ihre Anschrift an. Eine Eingabe braucht sie.")]
        if values["kind"] == IDEA and values["publish_name"] and not contact.name:
            errors["name"] = [N_("Bitte geben Sie den Namen an, den wir zeigen sollen.")]
        if errors:
            raise ValidationError({"contact": errors})

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """The values as the use case takes them."""
        return {"wish": Submission(**values)}


class ReceiptSchema(Schema):
    """What the author gets: the code opens the whole story, and it is shown only this once."""

    id = fields.UUID()
    tracking_code = fields.String()
    status = fields.String()


class ConfirmedSchema(Schema):
    """An idea whose contact is confirmed."""

    id = fields.UUID()
    status = fields.String()


class DigitsSchema(Schema):
    """The six digits of an SMS, as the page takes them."""

    code = PlainLine(required=True, max_length=20)


class CodeSchema(Schema):
    """A tracking code as somebody types it."""

    code = PlainLine(required=True, max_length=60)


class DeclineSchema(Schema):
    """Why an idea is not published."""

    reason = LocalizedText(required=True, max_length=1000, one_line=False)


class Hands(fields.Integer):
    """Hands counted: a whole number, also as text (forms send text); 10.5 isn't cut to 10."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, float):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class VoteSchema(Schema):
    """Raised hands, counted in the room. Adopted means: more yes than no."""

    yes = Hands(required=True, validate=validate.Range(min=0, max=MOST_VOTES))
    no = Hands(required=True, validate=validate.Range(min=0, max=MOST_VOTES))
    abstain = Hands(required=True, validate=validate.Range(min=0, max=MOST_VOTES))

    @validates_schema
    def check_majority(self, values: Mapping[str, int], **_: object) -> None:
        """More yes than no."""
        if values["yes"] <= values["no"]:
            raise ValidationError(
                N_("Angenommen ist eine Empfehlung nur mit mehr Ja- als Nein-Stimmen. Bitte prüfen Sie die Zahlen."),
                "yes",
            )


class AddresseeSchema(Schema):
    """Whom the recommendation is for; the kind decides how binding an answer can be."""

    kind = fields.String(required=True, validate=validate.OneOf(ADDRESSEE_KINDS))
    name = PlainLine(required=True, max_length=200)


class AdoptionSchema(Schema):
    """A recommendation as the conference voted for it."""

    title = LocalizedText(required=True, max_length=200)
    text = LocalizedText(required=True, max_length=3000, one_line=False)
    idea_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_IDEAS))
    conference_id = fields.UUID(required=True)
    vote = fields.Nested(VoteSchema, required=True)
    addressee = fields.Nested(AddresseeSchema, required=True)

    @validates_schema
    def check_size(self, values: Mapping[str, Any], **_: object) -> None:
        """All languages together have to fit into one event."""
        if sum(len(text.encode()) for text in (*values["title"].values(), *values["text"].values())) > MOST_TEXT:
            raise ValidationError(N_("Alle Sprachen zusammen sind zu lang. Bitte kürzen Sie die Texte."), "text")

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """The values as the use case takes them."""
        vote, addressee = values.pop("vote"), values.pop("addressee")
        return {
            "adoption": Adoption(
                **values,
                votes_yes=vote["yes"],
                votes_no=vote["no"],
                votes_abstain=vote["abstain"],
                addressee_kind=addressee["kind"],
                addressee_name=addressee["name"],
            )
        }


class RecommendationSchema(Schema):
    """A recommendation that was adopted."""

    id = fields.UUID()
    number = fields.String()
    status = fields.String()


class IdeasQuerySchema(Schema):
    """Which published ideas a list shows."""

    topic = fields.String()
    quarter = fields.String()
    language = fields.String()
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=LAST_PAGE))


class DeskQuerySchema(Schema):
    """Which ideas the moderation list shows; `q` is looked for in title and text."""

    status = fields.String(validate=validate.OneOf(STATUSES))
    q = PlainLine(max_length=100)
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=LAST_PAGE))


class ResidentTextSchema(Schema):
    """Text written by a resident, in their language."""

    text = fields.String()
    language = fields.String()


class IdeaSchema(Schema):
    """A published idea. `author_name` is there only where its author wanted that; `recommendation` is the number."""

    id = fields.UUID()
    kind = fields.String()
    status = fields.String()
    title = fields.Nested(ResidentTextSchema)
    text = fields.Nested(ResidentTextSchema)
    topic = fields.String(allow_none=True)
    quarter = fields.String(allow_none=True)
    author_name = fields.String(allow_none=True)
    published_at = fields.AwareDateTime()
    recommendation = fields.String(allow_none=True)


class IdeasSchema(Schema):
    """A page of published ideas."""

    data = fields.List(fields.Nested(IdeaSchema))
    next = fields.String(allow_none=True)


class StatusSchema(Schema):
    """The state an idea is in now."""

    id = fields.UUID()
    status = fields.String()


class StoryLineSchema(Schema):
    """One thing that happened: `words` says it plainly, in `language`; `text` is the reason where somebody gave one."""

    kind = fields.String()
    at = fields.AwareDateTime()
    words = fields.String()
    language = fields.String()
    text = fields.String()
    case_number = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)
    overdue_days = fields.Integer()


class StorySchema(Schema):
    """The whole story of one tracking code, newest first."""

    id = fields.UUID()
    kind = fields.String()
    status = fields.String()
    recommendation = fields.String(allow_none=True)
    story = fields.List(fields.Nested(StoryLineSchema))
