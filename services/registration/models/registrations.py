"""Registrations: somebody, perhaps with companions, who wants a place, has one, is offered one, waits for one or gave it back,
or whose registration the office has yet to decide."""

from datetime import datetime, timedelta
from uuid import UUID

from nacl.secret import SecretBox
from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.alphabet import part_of
from services.registration.models.consents import ONLINE
from services.registration.models.declared import Base
from services.registration.models.people import Person
from shared import clock, ids
from shared.rules import IllegalTransition
from shared.seals import same
from shared.web.i18n import gettext

PENDING, CONFIRMED, WAITLISTED, OFFERED, CANCELLED = "pending", "confirmed", "waitlisted", "offered", "cancelled"
#: Confirmed by the person, and not yet decided by the office: it holds no places and stands in no line.
APPLIED = "applied"
#: Who confirmed, and takes part, is offered a place, waits for one or for the office's decision.
ADMITTED = frozenset({CONFIRMED, OFFERED, WAITLISTED, APPLIED})

#: From which states each verb is allowed. Whoever cancelled may ask again.
ALLOWED: dict[str, frozenset[str]] = {
    "renew": frozenset({PENDING, CANCELLED}),
    "apply": frozenset({PENDING}),
    "decide": frozenset({APPLIED}),
    "seat": frozenset({PENDING, APPLIED, WAITLISTED, OFFERED}),
    "queue": frozenset({PENDING, APPLIED, OFFERED}),
    "offer": frozenset({WAITLISTED}),
    "extend": frozenset({OFFERED}),
    "cancel": frozenset({PENDING, APPLIED, CONFIRMED, WAITLISTED, OFFERED}),
}

#: How long a link in an e-mail and the six digits of an SMS are good, and how often somebody may mistype those.
CONFIRM_WITHIN = timedelta(hours=48)
SMS_CODE_LIFETIME = timedelta(minutes=30)
SMS_CODE_TRIES = 5
#: One message goes to an unconfirmed address in this time, however often somebody types it, and so many in all.
CONFIRMATION_BUDGET = timedelta(hours=24)
MOST_CONFIRMATIONS = 3
#: How long those that nobody answered are counted.
UNANSWERED_KEPT = timedelta(days=365)
#: What nobody confirmed is deleted after this time.
UNCONFIRMED_KEPT = timedelta(days=7)
#: What people needed is deleted this long after the conference; the consent's text says so.
NEEDS_KEPT = timedelta(days=7)
#: Who people were is forgotten this long after it.
PEOPLE_KEPT = timedelta(days=30)
#: Spelled as text, so that both databases see that a query fits the partial index.
KNOWN = text("forgotten_at IS NULL")


class Registration(Base):
    """One household at one conference: `companions` come along, so it takes `places` or none.

    Whoever is offered places keeps `queue_number`, so an offer that is taken back leaves them their place in line.
    `person` and `needs` are encrypted; `address_mark` is the keyed mark of the address and finds the same person again, and
    `name_part` says in which part of the alphabet the name begins, so that a list by name decrypts one part at a time.
    `link_version` rises when somebody asks anew: links of earlier messages end.
    """

    __tablename__ = "registrations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    version: Mapped[int] = mapped_column(default=0)
    conference_id: Mapped[UUID] = mapped_column(ForeignKey("conferences.id"))
    subject_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default=PENDING)
    language: Mapped[str] = mapped_column(String(12))
    companions: Mapped[int]
    address_mark: Mapped[str] = mapped_column(String(64))
    person: Mapped[bytes]
    name_part: Mapped[int | None] = mapped_column(SmallInteger)
    needs: Mapped[bytes | None]
    requested_at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_to_confirm_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    queue_number: Mapped[int | None]
    queued_at: Mapped[datetime | None]
    offered_until: Mapped[datetime | None]
    answer_missed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    link_version: Mapped[int] = mapped_column(default=1)
    sms_code_mark: Mapped[str | None] = mapped_column(String(64))
    sms_tries_left: Mapped[int] = mapped_column(default=0)
    ticket: Mapped[bytes | None]
    ticket_mark: Mapped[str | None] = mapped_column(String(64), unique=True)

    __table_args__ = (
        CheckConstraint("companions >= 0", name="registrations_companions"),
        UniqueConstraint("conference_id", "address_mark", name="registrations_one_per_person"),
        Index("registrations_in_line", "conference_id", "status", "queue_number"),
        Index("registrations_by_request", "status", "requested_at"),
        Index("registrations_in_list", "conference_id", "requested_at", "id"),
        Index("registrations_by_name", "conference_id", "name_part"),
        Index("registrations_by_offer", "offered_until"),
        Index("registrations_by_address", "address_mark"),
        Index("registrations_by_subject", "subject_id"),
        Index("registrations_to_forget", "conference_id", postgresql_where=KNOWN, sqlite_where=KNOWN),
    )

    @property
    def places(self) -> int:
        """How many people come."""
        return 1 + self.companions

    @property
    def places_held(self) -> int:
        """How many places are nobody else's: those it has, and those it is offered."""
        return self.places if self.status in {CONFIRMED, OFFERED} else 0

    @property
    def places_waited_for(self) -> int:
        """How many people wait in line with it."""
        return self.places if self.status == WAITLISTED else 0

    @property
    def is_admitted(self) -> bool:
        """Whether the person confirmed and takes part, is offered a place, waits for one or for the decision."""
        return self.status in ADMITTED

    @property
    def is_decided(self) -> bool:
        """Whether the person takes part, is offered a place or waits for one."""
        return self.is_admitted and self.status != APPLIED

    def allows(self, verb: str) -> bool:
        """Whether `verb` of ALLOWED is possible now."""
        return self.status in ALLOWED[verb]

    def note_person(self, person: Person, box: SecretBox) -> None:
        """Write down who it is."""
        self.person, self.name_part = person.encrypted(box), part_of(person.name)

    def renew(self) -> None:
        """Begin again: somebody asks who never confirmed or has cancelled. Raises IllegalTransition."""
        self._require("renew")
        if self.status == CANCELLED:
            self.status = PENDING
            self.link_version += 1
            self.asked_to_confirm_at = self.confirmed_at = self.cancelled_at = None
            self.sms_code_mark = self.answer_missed_at = None
        self.requested_at = clock.now()

    def ask_to_confirm(self, sms_code_mark: str | None) -> datetime:
        """Note that the link or the digits are on their way; gives back until when they are good."""
        self.asked_to_confirm_at = clock.now()
        self.sms_code_mark = sms_code_mark
        self.sms_tries_left = SMS_CODE_TRIES if sms_code_mark else 0
        return self.asked_to_confirm_at + (SMS_CODE_LIFETIME if sms_code_mark else CONFIRM_WITHIN)

    def require_admitted(self) -> None:
        """Raises IllegalTransition when it was never confirmed, or is cancelled."""
        if not self.is_admitted:
            raise IllegalTransition(gettext("Das geht im jetzigen Stand der Anmeldung nicht."))

    def require_confirmable(self) -> None:
        """Raises IllegalTransition when it was cancelled, or the link in the e-mail is too old."""
        if self.status == CANCELLED:
            raise IllegalTransition(gettext("Diese Anmeldung ist schon abgesagt."))
        if self.asked_to_confirm_at is None or clock.now() > self.asked_to_confirm_at + CONFIRM_WITHIN:
            raise IllegalTransition(gettext("Dieser Link ist abgelaufen. Bitte melden Sie sich noch einmal an."))

    def takes_sms_code(self, code_mark: str) -> bool:
        """Whether these are the digits from the SMS, still good; a wrong try is counted."""
        if self.sms_code_mark is None or self.asked_to_confirm_at is None or self.sms_tries_left < 1:
            return False
        if clock.now() > self.asked_to_confirm_at + SMS_CODE_LIFETIME:
            return False
        self.sms_tries_left -= 1
        return same(self.sms_code_mark, code_mark)

    def apply(self) -> None:
        """Note that the person confirmed and the office decides. Raises IllegalTransition."""
        self._require("apply")
        self.status = APPLIED
        self.confirmed_at = clock.now()

    def require_decidable(self) -> None:
        """Raises IllegalTransition when nothing is to be decided, or somebody decided already."""
        if self.is_decided:
            raise IllegalTransition(gettext("Über diese Anmeldung ist schon entschieden."))
        self._require("decide")

    def seat(self, ticket: bytes, ticket_mark: str) -> None:
        """Give it its places, with a ticket. Raises IllegalTransition."""
        self._require("seat")
        self.status = CONFIRMED
        self.confirmed_at = self.confirmed_at or clock.now()
        self.queue_number = self.queued_at = self.offered_until = None
        self.ticket, self.ticket_mark = ticket, ticket_mark

    def queue(self, number: int) -> None:
        """Put it in line under this number. Raises IllegalTransition."""
        self._require("queue")
        self.status = WAITLISTED
        self.confirmed_at = self.confirmed_at or clock.now()
        self.queued_at = self.queued_at or clock.now()
        self.queue_number, self.offered_until = number, None

    def offer(self, until: datetime) -> None:
        """Hold its places for it until then. Raises IllegalTransition."""
        self._require("offer")
        self.status = OFFERED
        self.offered_until = until

    def answer_sooner(self, until: datetime) -> None:
        """Hold them no longer than until then. Raises IllegalTransition."""
        self._require("extend")
        self.offered_until = until

    def extend(self, until: datetime) -> None:
        """Hold them for longer. Raises IllegalTransition."""
        self._require("extend")
        if self.offered_until is None or until <= self.offered_until:
            raise IllegalTransition(
                gettext("Das Angebot gilt schon so lange. Bitte wählen Sie einen späteren Zeitpunkt.")
            )
        self.offered_until = until

    def require_offer(self, at: datetime) -> None:
        """Raises IllegalTransition when nothing is offered, or the answer of that moment comes too late."""
        if self.status != OFFERED:
            raise IllegalTransition(gettext("Ihnen ist gerade kein Platz angeboten."))
        if not self.takes_answer(at):
            raise IllegalTransition(gettext("Die Zeit für die Antwort ist vorbei. Der Platz geht an die Nächsten."))

    def takes_answer(self, at: datetime) -> bool:
        """Whether something is offered that the answer of that moment is in time for."""
        return self.status == OFFERED and self.offered_until is not None and at <= self.offered_until

    @property
    def has_run_out(self) -> bool:
        """Whether an offer was made that nobody can accept any more."""
        return self.status == OFFERED and not self.takes_answer(clock.now())

    def cancel(self) -> None:
        """Give back what it has. Raises IllegalTransition."""
        self._require("cancel")
        self.status = CANCELLED
        self.cancelled_at = clock.now()
        self.queue_number = self.queued_at = self.offered_until = None
        # The mark stays: a desk at the entrance can say that this ticket was given back.
        self.sms_code_mark = self.ticket = self.needs = None

    def forget(self, nobodys_mark: str, box: SecretBox) -> None:
        """Keep the number and nothing of who it was; links and ticket end."""
        self.note_person(Person(), box)
        self.address_mark = nobodys_mark
        self.needs = self.ticket = self.ticket_mark = self.sms_code_mark = None
        self.link_version += 1
        self.forgotten_at = clock.now()

    def _require(self, verb: str) -> None:
        if self.allows(verb):
            return
        if self.status == CANCELLED:
            raise IllegalTransition(gettext("Diese Anmeldung ist schon abgesagt."))
        raise IllegalTransition(gettext("Das geht im jetzigen Stand der Anmeldung nicht."))


class Consent(Base):
    """One yes: to which purpose, to which version of its text, in which language it was read, and which of `consents.WAYS`
    it came. `told_at` is when whoever acts on it heard of it."""

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.internal)
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(20))
    text_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(12))
    way: Mapped[str] = mapped_column(String(10), default=ONLINE)
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    told_at: Mapped[datetime | None]

    __table_args__ = (
        Index("consents_by_registration", "registration_id"),
        Index("consents_untold", "purpose", "told_at"),
    )


class AskedAddress(Base):
    """An address (its keyed mark) that was asked to confirm, and how often; the row goes when it does."""

    __tablename__ = "asked_addresses"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked_at: Mapped[datetime]
    times: Mapped[int]
