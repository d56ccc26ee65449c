"""What notifications publishes: what it learned about reaching people, and who must be forgotten."""

from dataclasses import dataclass
from uuid import UUID

from shared.events.event import Event


@dataclass(frozen=True, kw_only=True)
class SmsAnswer:
    """From which number somebody answered, and whether yes or no; what else they wrote goes nowhere."""

    phone: str
    is_yes: bool


@dataclass(frozen=True, kw_only=True)
class SmsReceived(Event):
    """Somebody who registered answered yes or no by SMS."""

    name = "sms.received"
    aggregate = "sms"
    private = {"registration": SmsAnswer}

    sms_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """A person wants to be forgotten: every service erases what it holds under these subject ids."""

    name = "person.erased"
    aggregate = "erasure"

    erasure_id: UUID
    subject_ids: list[UUID]
