"""What is told to whom, and the rules of sending."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.notifications.models.contacts import Contact, Following
from services.notifications.models.declared import Base
from shared import clock
from shared.rules import IllegalTransition
from shared.web.i18n import gettext

#: Pauses before the next try when the provider asked for patience; after the last one the message has failed.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 60, 120, 240, 480, 960))


class Status(StrEnum):
    """Where a notification stands. `unknown`: perhaps it went out. One that was being sent goes out again by itself, under the
    same Message-ID; one that a restore made again waits for a person."""

    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


#: What waits to go out, for the first time or again; what a restore holds was never claimed by anybody. What expires is urgent:
#: somebody has to answer it in time. Spelled as text, so that both databases see that a query fits the partial indexes.
WAITING = "(status = 'created' OR status = 'unknown' AND claimed_by IS NOT NULL)"
URGENT = f"{WAITING} AND expires_at IS NOT NULL"
PATIENT = f"{WAITING} AND expires_at IS NULL"

#: What a provider's later reports can say, weakest first: in any order of arrival the strongest one stays.
RECEIPTS = ("buffered", "accepted", "rejected", "failed", "delivered")


def _waiting(name: str, which: str) -> Index:
    return Index(name, "channel", "due_at", postgresql_where=text(which), sqlite_where=text(which))


class Notification(Base):
    """One thing told to one contact. `facts` are what the text is made of, encrypted, and gone once it was sent.

    The id is derived from event, contact and message, and is the Message-ID and the provider's reference: whatever is sent
    again is recognisable. `claimed_by` names the process that sends it, `traceparent` leads back to the request that caused it.
    """

    __tablename__ = "notifications"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    message: Mapped[str] = mapped_column(String(80))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    contact: Mapped[Contact] = relationship()
    following_id: Mapped[UUID] = mapped_column(ForeignKey("followings.id"))
    following: Mapped[Following] = relationship()
    channel: Mapped[str] = mapped_column(String(5))
    language: Mapped[str] = mapped_column(String(12))
    facts: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(String(8), default=Status.CREATED)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    sent_at: Mapped[datetime | None]
    parts: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(400))
    receipt: Mapped[str | None] = mapped_column(String(9))
    traceparent: Mapped[str | None] = mapped_column(String(55))

    __table_args__ = (
        UniqueConstraint("event_id", "contact_id", "message", name="notifications_told_once"),
        Index("notifications_due", "status", "due_at"),
        _waiting("notifications_urgent", URGENT),
        _waiting("notifications_patient", PATIENT),
        Index("notifications_by_contact", "contact_id"),
        Index("notifications_by_time", "created_at"),
    )

    def note_delay(self, by: str, reason: str) -> None:
        """The provider asked for patience, or wasn't there: try again later, or give up after the last pause."""
        if not self._is_claimed(by):
            return
        if self._has_had_its_time:
            self.note_failure(by, reason)
            return
        self.status, self.reason = Status.CREATED, reason
        self.due_at = clock.now() + self._pause

    def note_failure(self, by: str, reason: str) -> None:
        """It can't be sent, now or later."""
        if self._is_claimed(by):
            self.status, self.reason = Status.FAILED, reason

    def withhold(self, reason: str) -> None:
        """Don't send it: the address asked for peace, or was asked often enough."""
        self._require(Status.CREATED, Status.UNKNOWN)
        self.status, self.reason = Status.FAILED, reason

    def wait(self, reason: str, pause: timedelta) -> None:
        """Not now: try again later, if it is still worth telling then."""
        self._require(Status.CREATED, Status.UNKNOWN)
        due_at = clock.now() + pause
        if self.expires_at is not None and self.expires_at < due_at:
            self.withhold(reason)
        else:
            self.due_at, self.reason = due_at, reason

    def hold(self, reason: str) -> None:
        """Perhaps it was sent before a restore: a person decides."""
        self._require(Status.CREATED)
        self.status, self.reason = Status.UNKNOWN, reason

    def doubt(self, by: str, reason: str) -> None:
        """Nobody knows whether what `by` claimed went out: it goes out again after a pause, because twice is better than never;
        after the last pause a person decides."""
        if self._is_claimed(by):
            self._leave_open(reason, self._pause)

    def give_up_claim(self, reason: str) -> None:
        """Whoever claimed it died, or couldn't record what came of it. Nobody refused anything, so it goes out again at once."""
        self._require(Status.SENDING)
        self._leave_open(reason, timedelta(0))

    def send_again(self) -> None:
        """A person decided: an unknown one is released, a failed one retried. Raises IllegalTransition."""
        self._require(Status.UNKNOWN, Status.FAILED)
        self.status, self.due_at = Status.CREATED, clock.now()
        self.attempts, self.claimed_by, self.reason = 0, None, None

    def note_receipt(self, receipt: str) -> None:
        """The provider reports. The order of reports doesn't matter; any report proves that it was handed over."""
        if self.receipt is None or RECEIPTS.index(receipt) > RECEIPTS.index(self.receipt):
            self.receipt = receipt
        if self.status == Status.UNKNOWN:
            self.status, self.sent_at = Status.SENT, clock.now()
            self.facts = self.reason = None

    def _leave_open(self, reason: str, pause: timedelta) -> None:
        self.status, self.reason = Status.UNKNOWN, reason
        if self._has_had_its_time:
            self.claimed_by = None
        else:
            self.due_at = clock.now() + pause

    @property
    def _pause(self) -> timedelta:
        return PAUSES[min(self.attempts, len(PAUSES)) - 1]

    @property
    def _has_had_its_time(self) -> bool:
        # Tries alone don't tell: senders that die use them up in minutes.
        return self.attempts > len(PAUSES) and clock.now() > self.created_at + sum(PAUSES, timedelta(0))

    def _is_claimed(self, by: str) -> bool:
        return self.status == Status.SENDING and self.claimed_by == by

    def _require(self, *allowed: Status) -> None:
        if self.status not in allowed:
            raise IllegalTransition(gettext("Diese Mitteilung lässt das in ihrem jetzigen Stand nicht zu."))
