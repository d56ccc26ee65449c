"""Contacts, what they follow, and how often they may be asked to confirm."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from services.notifications.models.declared import Base
from shared import clock
from shared.seals import same

#: How long the link of a confirmation holds, and the six digits of an SMS; how often those may be mistyped.
LINK_LIFETIME = timedelta(days=7)
CODE_LIFETIME = timedelta(minutes=30)
CODE_TRIES = 5
#: How long somebody can say of a question "that wasn't me", and their address is kept for it: people read mail late.
REFUSAL_LIFETIME = timedelta(days=30)
#: How long it is known how often a mailbox was asked.
BUDGET_KEPT = timedelta(days=365)
#: Participants are known this long after their conference.
PARTICIPANTS_KEPT = timedelta(days=30)

#: Nobody gets a second confirmation in this time, nor a fourth ever, while the first ones stay unanswered.
CONFIRMATION_PAUSE = timedelta(hours=24)
MOST_CONFIRMATIONS = 3


#: Whoever writes what we don't understand is told once in this time how it works.
HELP_PAUSE = timedelta(hours=24)


class Contact(Base):
    """One address of somebody, encrypted. `version` counts up to take back its links.

    `limit_mark` is the mark of the mailbox behind it (without plus-tag): budgets count by it.
    """

    __tablename__ = "contacts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str] = mapped_column(String(5))
    address: Mapped[bytes] = mapped_column(LargeBinary)
    address_mark: Mapped[str] = mapped_column(String(64), unique=True)
    limit_mark: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    helped_at: Mapped[datetime | None]
    refusal: Mapped["Refusal | None"] = relationship(
        primaryjoin=lambda: foreign(Contact.limit_mark) == Refusal.limit_mark, viewonly=True
    )

    __table_args__ = (Index("contacts_by_mailbox", "limit_mark"),)

    def takes_help(self) -> bool:
        """Whether they may be told now how answers by SMS work: somebody who hears from us, once a day; then it is noted."""
        now = clock.now()
        if self.confirmed_at is None or self.stopped_at is not None:
            return False
        if self.helped_at is not None and now < self.helped_at + HELP_PAUSE:
            return False
        self.helped_at = now
        return True


class Refusal(Base):
    """That whoever reads a mailbox said of a question "that wasn't me": nothing goes there until the office lifts it.

    Nothing but the mark is kept, and it outlives the contacts of the mailbox.
    """

    __tablename__ = "refusals"

    limit_mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    refused_at: Mapped[datetime]


class Following(Base):
    """That a contact is told about a topic, as what (`role`) and in which language; only once `confirmed_at` is set.

    `topic_id` is empty for a topic as a whole; `conference_id` is set for registrations. `tracking_code` is the author's,
    encrypted: their links lead to the whole story. `version` counts up to take back its links.
    """

    __tablename__ = "followings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    contact: Mapped[Contact] = relationship()
    subject_id: Mapped[UUID | None]
    topic: Mapped[str] = mapped_column(String(20))
    topic_id: Mapped[str] = mapped_column(String(36), default="")
    conference_id: Mapped[UUID | None]
    role: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(12))
    tracking_code: Mapped[bytes | None] = mapped_column(LargeBinary)
    short_mark: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    code_mark: Mapped[str | None] = mapped_column(String(64))
    code_tries_left: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("contact_id", "topic", "topic_id", name="followings_once_per_topic"),
        Index("followings_by_topic", "topic", "topic_id"),
        Index("followings_by_subject", "subject_id"),
        Index("followings_by_conference", "conference_id"),
    )

    @property
    def is_active(self) -> bool:
        """Whether this contact is told about this topic now."""
        return self.confirmed_at is not None and self.stopped_at is None and self.contact.stopped_at is None

    def ask_again(self, language: str) -> None:
        """Begin a new request to confirm; what was confirmed stays so."""
        self.asked_at = clock.now()
        if self.confirmed_at is None:
            self.language = language

    def expect_code(self, code_mark: str) -> None:
        """From now on the six digits behind `code_mark` confirm it."""
        self.code_mark, self.code_tries_left = code_mark, CODE_TRIES

    def takes_code(self, code_mark: str) -> bool:
        """Whether these are the digits from the SMS, still good; a wrong try is counted."""
        if self.code_mark is None or self.code_tries_left < 1 or clock.now() > self.asked_at + CODE_LIFETIME:
            return False
        self.code_tries_left -= 1
        return same(self.code_mark, code_mark)

    @property
    def takes_link(self) -> bool:
        """Whether the link of the last confirmation is still good."""
        return clock.now() <= self.asked_at + LINK_LIFETIME

    @property
    def takes_refusal(self) -> bool:
        """Whether the last question can still be disowned."""
        return clock.now() <= self.asked_at + REFUSAL_LIFETIME

    def confirm(self) -> None:
        """The contact is theirs and they want it. Confirming again changes nothing."""
        self.code_mark = self.stopped_at = None
        self.confirmed_at = self.confirmed_at or clock.now()
        self.contact.confirmed_at = clock.now()

    def lapse(self) -> None:
        """They no longer have the office that told them about it; it comes back with the office."""
        self.confirmed_at = None

    def stop(self) -> None:
        """Tell them nothing more about it; earlier links of this following are worth nothing from now on."""
        if self.stopped_at is None:
            self.stopped_at = clock.now()
            self.confirmed_at = self.code_mark = None
            self.version += 1


class ConfirmationBudget(Base):
    """How often a mailbox was asked to confirm something since it last did."""

    __tablename__ = "confirmation_budgets"

    limit_mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked_at: Mapped[datetime | None]
    unanswered: Mapped[int] = mapped_column(default=0)

    def take(self) -> bool:
        """Use it up by one confirmation, if there is one left now."""
        now = clock.now()
        if self.unanswered >= MOST_CONFIRMATIONS:
            return False
        if self.unanswered and self.asked_at is not None and now < self.asked_at + CONFIRMATION_PAUSE:
            return False
        self.asked_at, self.unanswered = now, self.unanswered + 1
        return True

    def refill(self) -> None:
        """Somebody confirmed: whoever reads this mailbox wants to hear from us."""
        self.unanswered = 0
