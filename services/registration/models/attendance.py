"""Who is there: what desks at the entrance, and visitors themselves, recorded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.conferences import Conference
from services.registration.models.declared import Base
from services.registration.models.stages import DOCUMENTED, HELD, TO_COME
from shared import clock, ids
from shared.rules import IllegalTransition
from shared.web.i18n import gettext

#: So many people can come in together, a school class with its teachers for example.
MOST_PEOPLE = 50
#: Who comes without registration and says so without a desk: so many people at once …
MOST_BY_THEMSELVES = 6
#: … and so many entries at one conference, so that nobody invents a crowd from a sofa.
MOST_SELF_WALK_INS = 150
#: Visitors can say that they are there from this long before the beginning until the end.
SELF_BEFORE = timedelta(hours=2)
#: In these states people are let in. Also after it was held: a desk may have been without network until then.
ENTRANCE = TO_COME | {HELD, DOCUMENTED}


def has_entrance(conference: Conference) -> bool:
    """Whether people are let in."""
    return conference.status in ENTRANCE


def takes_visitors_themselves(conference: Conference) -> bool:
    """Whether visitors can say now that they are there."""
    return has_entrance(conference) and conference.starts_at - SELF_BEFORE <= clock.now() <= conference.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a desk recorded at the moment `at`, under its own `client_id`: a ticket (its code as it was read or typed), a
    registration that the office looked up, a walk-in of `people`, or that the entry with this id is undone."""

    client_id: UUID
    at: datetime
    ticket: str | None = None
    registration_id: UUID | None = None
    people: int | None = None
    name: str | None = None
    undo: bool = False


class Checkin(Base):
    """People who came in together at the desk's moment `at`. `client_id` is the desk's own: sent again, it is this row.

    `registration_id` says whose ticket it was, or whose walk-in the office found it to be; `is_walk_in` stays as recorded.
    `recorded_by` is the staff session, or nobody where visitors did it themselves.
    """

    __tablename__ = "checkins"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.internal)
    conference_id: Mapped[UUID] = mapped_column(ForeignKey("conferences.id"))
    client_id: Mapped[UUID]
    # Who is forgotten leaves a number behind.
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id", ondelete="SET NULL"))
    is_walk_in: Mapped[bool]
    people: Mapped[int]
    name: Mapped[bytes | None]
    at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    recorded_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("conference_id", "client_id", name="checkins_once"),
        CheckConstraint("people >= 1", name="checkins_people"),
        # Two desks that read the same ticket: the rules let the first one win, the database refuses whoever gets round them.
        Index(
            "checkins_one_by_ticket",
            "registration_id",
            unique=True,
            postgresql_where="undone_at IS NULL AND NOT is_walk_in",
            sqlite_where="undone_at IS NULL AND NOT is_walk_in",
        ),
        Index("checkins_by_registration", "registration_id"),
    )

    def undo(self) -> None:
        """It was a mistake: nobody is counted for it. Again changes nothing."""
        self.undone_at = self.undone_at or clock.now()

    def belongs_to(self, registration_id: UUID) -> None:
        """The people of this walk-in had registered. Raises IllegalTransition where it isn't one, or was undone."""
        if not self.is_walk_in or self.undone_at is not None:
            raise IllegalTransition(gettext("Zuordnen lässt sich nur, wer ohne Anmeldung da ist."))
        self.registration_id = registration_id

    def belongs_to_nobody(self) -> None:
        """Take `belongs_to` back. Raises IllegalTransition where a ticket was shown."""
        if not self.is_walk_in:
            raise IllegalTransition(gettext("Hier wurde ein Ticket gezeigt. Das lässt sich nicht lösen."))
        self.registration_id = None
