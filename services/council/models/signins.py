"""Who is signed in, and how often somebody tried: rows on the server, so that signing out works at once."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.council.models.declared import Base
from services.council.models.staff import Staff
from shared import clock, ids
from shared.web.staff_tokens import DOOR_LIFETIME

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


class SignIn(Base):
    """One signed-in browser or API client. Its id stands in tokens; the secret that renews them only in its cookie, and
    here as a mark."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    secret_mark: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_live(self) -> bool:
        """Whether it may still renew tokens: not ended, not idle for 30 minutes, not older than 12 hours."""
        now = clock.now()
        if self.ended_at is not None or not self.staff.is_open:
            return False
        if self.staff.is_door_only:
            return now < self.started_at + DOOR_LIFETIME
        return now < self.seen_at + IDLE and now < self.started_at + LONGEST

    def see(self) -> None:
        """Somebody is there: the idle time starts again."""
        self.seen_at = clock.now()

    def end(self) -> None:
        """Sign out. Again changes nothing."""
        self.ended_at = self.ended_at or clock.now()


class SignInAttempt(Base):
    """One try to sign in, by keyed marks of what was typed and of where it came from; it counts as failed until it
    proves good."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.internal)
    account_mark: Mapped[str] = mapped_column(String(64))
    client_mark: Mapped[str] = mapped_column(String(64))
    is_known_device: Mapped[bool]
    tried_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    is_good: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("sign_in_attempt_by_account", "account_mark", "tried_at"),
        Index("sign_in_attempt_by_client", "client_mark", "tried_at"),
    )
