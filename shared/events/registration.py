"""What registration publishes: conferences and who takes part in them."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.events.disclosure import Disclosure
from shared.events.event import Event, LocalizedText


@dataclass(frozen=True, kw_only=True)
class ConferenceEvent(Event):
    """What everybody may read about a conference. `sequence` rises with each new time or place, for calendars; `venue_features`
    are step_free, lift, bus_stop, toilet and hearing_loop."""

    aggregate = "conference"

    conference_id: UUID
    title: LocalizedText
    motto: LocalizedText
    starts_at: datetime
    ends_at: datetime
    venue_name: str
    venue_street: str
    venue_postal_code: str
    venue_locality: str
    venue_features: list[str] = field(default_factory=list)
    venue_access: LocalizedText = field(default_factory=dict)
    sequence: int = 0


@dataclass(frozen=True, kw_only=True)
class ConferenceAnnounced(ConferenceEvent):
    """A conference stands in public with its date and place."""

    name = "conference.announced"


@dataclass(frozen=True, kw_only=True)
class ConferenceChanged(ConferenceEvent):
    """What everybody can read about an announced conference is another now; who takes part hears of it by their own event."""

    name = "conference.changed"


@dataclass(frozen=True, kw_only=True)
class ConferenceCancelled(Event):
    """The conference doesn't take place. `explanation` is empty where the office gave none."""

    name = "conference.cancelled"
    aggregate = "conference"

    conference_id: UUID
    sequence: int
    explanation: LocalizedText = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RegistrationContact:
    """How to reach a participant, and the secrets only they may get. One of e-mail and phone is there. `times_cancelled` is how
    often they cancelled and came back before: it lets their calendar tell the newer entry."""

    email: str | None
    phone: str | None
    participant_name: str | None
    confirm_url: str | None = None
    code: str | None = None
    manage_url: str | None = None
    ticket_url: str | None = None
    ticket: str | None = None
    times_cancelled: int = 0


@dataclass(frozen=True, kw_only=True)
class RegistrationRequested(Event):
    """Somebody asked for a place and has yet to confirm."""

    name = "registration.requested"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class RegistrationRepeated(Event):
    """Somebody who takes part already asked again: only they are told, with the link to their own page. `status` is
    confirmed, offered, waitlisted or applied."""

    name = "registration.repeated"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    status: str


@dataclass(frozen=True, kw_only=True)
class RegistrationConfirmed(Event):
    """A place is taken. `ticket_mark` is the keyed mark of the ticket's code."""

    name = "registration.confirmed"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    places: int
    ticket_mark: str


@dataclass(frozen=True, kw_only=True)
class RegistrationWaitlisted(Event):
    """Confirmed, but there is no place yet; `rank` is the place in the waiting list at that moment, from 1."""

    name = "registration.waitlisted"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    places: int
    rank: int


@dataclass(frozen=True, kw_only=True)
class RegistrationApplied(Event):
    """Confirmed, and the office decides first: so many `places` are asked for, and none is held."""

    name = "registration.applied"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    places: int


@dataclass(frozen=True, kw_only=True)
class RegistrationOffered(Event):
    """Places are held for somebody on the waiting list, who may accept or decline until then; told again when staff give
    them longer."""

    name = "registration.offered"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    places: int
    offered_until: datetime


@dataclass(frozen=True, kw_only=True)
class RegistrationRequeued(Event):
    """Staff took an offer back; the person waits again, at this `rank`."""

    name = "registration.requeued"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    places: int
    rank: int


@dataclass(frozen=True, kw_only=True)
class RegistrationAnswerMissed(Event):
    """Somebody answered by SMS what nobody asks them now: too late, or to no offer. `status` says where they stand."""

    name = "registration.answer_missed"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    status: str


@dataclass(frozen=True, kw_only=True)
class RegistrationPromoted(Event):
    """A place came free for somebody on the waiting list, too late to ask them first: it is theirs."""

    name = "registration.promoted"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    places: int
    ticket_mark: str


@dataclass(frozen=True, kw_only=True)
class RegistrationChanged(Event):
    """The conference of this registration has another time or place; the registration stays what it is. `status`: confirmed,
    offered, waitlisted or applied. `reason` is conference_postponed (then `explanation` says why) or conference_changed."""

    name = "registration.changed"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    status: str
    reason: str
    previous_starts_at: datetime
    previous_ends_at: datetime
    previous_venue: str
    explanation: LocalizedText = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RegistrationReminded(Event):
    """The conference is near, and whoever has these places hears of it once more."""

    name = "registration.reminded"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str


@dataclass(frozen=True, kw_only=True)
class RegistrationAttended(Event):
    """The conference is over, and so many `people` of this registration were there."""

    name = "registration.attended"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    people: int


@dataclass(frozen=True, kw_only=True)
class RegistrationInvitationsChosen(Event):
    """Somebody who registered wants to hear of the next conferences, too, or (`wanted` is false) doesn't any more."""

    name = "registration.invitations_chosen"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    wanted: bool


@dataclass(frozen=True, kw_only=True)
class RegistrationCancelled(Event):
    """The places of this registration are free again, or it waits no more. `reason` is withdrawn (by the person or for
    them), conference_cancelled, declined or expired (an offer), removed (from the waiting list, by staff), or refused (by
    the office, which looks at each registration). `previous_status` is what it was before: only confirmed had a place."""

    name = "registration.cancelled"
    aggregate = "registration"
    private = {"notifications": RegistrationContact}

    registration_id: UUID
    conference_id: UUID
    language: str
    reason: str = "withdrawn"
    previous_status: str = "confirmed"


@dataclass(frozen=True, kw_only=True)
class RegistrationsDisclosed(Disclosure):
    """What is held of a person's registrations."""

    name = "registrations.disclosed"
