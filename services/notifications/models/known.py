"""What is known from elsewhere: what topics are called, when conferences are, and letters that are kept here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.models.declared import Base


class Topic(Base):
    """The local copy of what something is called that people follow: `title` is {language: text}."""

    __tablename__ = "topics"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    title: Mapped[dict[str, str]] = mapped_column()


class Conference(Base):
    """The local copy of a conference: when and where, for confirmations and calendars; `explanation` is why it was cancelled."""

    __tablename__ = "conferences"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[dict[str, str]] = mapped_column()
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue_name: Mapped[str] = mapped_column(String(200))
    venue: Mapped[str] = mapped_column(String(600))
    venue_features: Mapped[list[str]] = mapped_column(default=list)
    venue_access: Mapped[dict[str, str]] = mapped_column(default=dict)
    sequence: Mapped[int] = mapped_column(default=0)
    explanation: Mapped[dict[str, str]] = mapped_column(default=dict)


class KeptLetter(Base):
    """What would have been sent, kept for the mailbox page of the embedded and demo run. `letter` is encrypted JSON."""

    __tablename__ = "kept_letters"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    address_mark: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    letter: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("kept_letters_by_time", "sent_at"), Index("kept_letters_by_address", "address_mark"))


class ReceivedSms(Base):
    """That an SMS of this id came in, so that the gateway may report it again; nothing says from whom, or what."""

    __tablename__ = "received_sms"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]

    __table_args__ = (Index("received_sms_by_time", "received_at"),)


class Erasure(Base):
    """That somebody asked to be forgotten, and when; nothing says who."""

    __tablename__ = "erasures"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
