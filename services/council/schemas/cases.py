"""Cases as they are shown, and what staff say when they move one."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates

from services.council.models import ADDRESSEE_KINDS
from services.council.models.transitions import OUTCOMES, STATUSES
from shared import clock
from shared.web.field_messages import N_
from shared.web.fields import LocalizedText, PlainLine


class _Verb(Schema):
    note = LocalizedText(max_length=2000, one_line=False, load_default=None)


class TriageSchema(_Verb):
    """Who takes care of it; the member of staff who says so where nobody is named."""

    responsible = PlainLine(max_length=120, load_default=None)


class ScheduleSchema(_Verb):
    """The session on whose agenda it stands."""

    session_on = fields.Date(required=True)
    committee = PlainLine(max_length=200, load_default=None)


class DecideSchema(_Verb):
    """What the council decided."""

    decision = LocalizedText(max_length=2000, one_line=False, required=True)


class AddresseeSchema(Schema):
    """A body that a case is handed over to."""

    kind = fields.String(required=True, validate=validate.OneOf(list(ADDRESSEE_KINDS)))
    name = PlainLine(max_length=200, required=True)


class ReferSchema(_Verb):
    """To whom it is handed over."""

    addressee = fields.Nested(AddresseeSchema, required=True)


class AcknowledgeSchema(_Verb):
    """On which day the addressee confirmed it; today where none is named."""

    acknowledged_on = fields.Date(load_default=None)

    @validates("acknowledged_on")
    def _not_ahead(self, value: Any, **_: Any) -> None:
        if value and value > clock.today():
            raise ValidationError(N_("Dieser Tag liegt in der Zukunft."))


class AnswerSchema(_Verb):
    """What the addressee answered."""

    answer = LocalizedText(max_length=8000, one_line=False, required=True)


class CloseSchema(Schema):
    """What became of it, and why."""

    outcome = fields.String(required=True, validate=validate.OneOf(list(OUTCOMES)))
    reason = LocalizedText(max_length=2000, one_line=False, required=True)


#: The schema of each verb of the transition table.
VERB_SCHEMAS: dict[str, type[Schema]] = {
    "triage": TriageSchema,
    "schedule": ScheduleSchema,
    "decide": DecideSchema,
    "refer": ReferSchema,
    "acknowledge": AcknowledgeSchema,
    "answer": AnswerSchema,
    "close": CloseSchema,
}


class CaseFilterSchema(Schema):
    """Which cases to list."""

    recommendation_id = fields.UUID(load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    overdue = fields.Boolean(load_default=None)
    after = fields.String(load_default=None, validate=validate.Length(max=20))


class StepSchema(Schema):
    """A step of a case; `actor` only for staff."""

    name = fields.String()
    happened_at = fields.AwareDateTime()
    public_text = fields.Dict(keys=fields.String(), values=fields.String())
    note = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    due_on = fields.Date(allow_none=True)
    actor = fields.String()


class PetitionSchema(Schema):
    """The private part of a petition."""

    title = fields.String(attribute="petition_title")
    text = fields.String(attribute="petition_text")
    petitioner_name = fields.String()
    petitioner_address = fields.String()


class CaseSchema(Schema):
    """A case; `responsible`, `actions` and `petition` only for staff."""

    id = fields.UUID()
    number = fields.String()
    origin = fields.String()
    recommendation_id = fields.UUID(allow_none=True)
    status = fields.String()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    text = fields.Dict(keys=fields.String(), values=fields.String())
    addressee = fields.Nested(AddresseeSchema, allow_none=True)
    opened_at = fields.AwareDateTime()
    due_on = fields.Date(allow_none=True)
    due_source = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    overdue = fields.Boolean()
    outcome = fields.String(allow_none=True)
    steps = fields.List(fields.Nested(StepSchema))
    responsible = fields.String(allow_none=True)
    actions = fields.List(fields.String())
    petition = fields.Nested(PetitionSchema, allow_none=True)


class CaseListSchema(Schema):
    """A page of cases, newest first."""

    data = fields.List(fields.Nested(CaseSchema))
    next = fields.String(allow_none=True)
