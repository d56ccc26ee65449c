"""What notifications publishes: what it learned about reaching people, who wants to know what is held of them, and who must
be forgotten."""

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
class AccessRequested(Event):
    """A person wants to know what is held of them: every service tells notifications what it has under these subject ids, in
    this language, once. `copy_id` is the subject of what they tell, so that the copy can be forgotten by itself."""

    name = "access.requested"
    aggregate = "access"

    request_id: UUID
    copy_id: UUID
    subject_ids: list[UUID]
    language: str


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """A person wants to be forgotten, or a copy made for them has served its time: every service erases what it holds under
    these subject ids."""

    name = "person.erased"
    aggregate = "erasure"

    erasure_id: UUID
    subject_ids: list[UUID]
