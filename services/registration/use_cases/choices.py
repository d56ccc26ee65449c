"""Counting who chose which forum, so that nobody chooses one that is full.

`chosen` of a forum is the number of registrations whose needs name it: everything that writes or deletes needs comes by here.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from nacl.secret import SecretBox
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from services.registration.models import Forum, Registration
from services.registration.models.people import Needs
from shared.rules import IllegalTransition
from shared.web.field_messages import N_
from shared.web.i18n import gettext, localized

Here = tuple[ColumnElement[bool], ...]


class FullForum(IllegalTransition):
    """Somebody chose a forum that has no place left."""


def count_change(session: Session, conference_id: UUID, before: Iterable[UUID], after: Iterable[UUID]) -> None:
    """Somebody chose `after` in place of `before`. Ids of other conferences' forums count nowhere. Raises FullForum."""
    old, new = set(before), set(after)
    # Always in the same order: two people who choose the same forums wait for each other instead of blocking for ever.
    for forum_id in sorted(old ^ new):
        here = (Forum.id == forum_id, Forum.conference_id == conference_id)
        if forum_id in old:
            _count(session, here, -1)
        elif not _take_one(session, here):
            _refuse(session, here)


def hold(session: Session, conference_id: UUID) -> None:
    """Nobody chooses a forum of this conference until the transaction ends."""
    rows = select(Forum).where(Forum.conference_id == conference_id).order_by(Forum.id).with_for_update()
    session.execute(rows.execution_options(populate_existing=True)).all()


def forget(session: Session, box: SecretBox, registrations: Iterable[Registration]) -> None:
    """The needs of all these go, and with them what they chose."""
    chosen = Counter(
        (forum_id, one.conference_id) for one in registrations for forum_id in Needs.decrypted(box, one.needs).forums
    )
    for forum_id, conference_id in sorted(chosen):
        here = (Forum.id == forum_id, Forum.conference_id == conference_id)
        _count(session, here, -chosen[forum_id, conference_id])


def forget_all_at(session: Session, conference_ids: Iterable[UUID]) -> None:
    """All needs at these conferences went."""
    session.execute(update(Forum).where(Forum.conference_id.in_(list(conference_ids))).values(chosen=0))


def _take_one(session: Session, here: Here) -> bool:
    has_room = or_(Forum.capacity.is_(None), Forum.chosen < Forum.capacity)
    counted = update(Forum).where(*here, has_room).values(chosen=Forum.chosen + 1)
    return bool(session.scalar(counted.returning(Forum.id)))


def _count(session: Session, here: Here, by: int) -> None:
    session.execute(update(Forum).where(*here).values(chosen=Forum.chosen + by))


def _refuse(session: Session, here: Here) -> None:
    title = session.scalar(select(Forum.title).where(*here))
    # One that staff removed meanwhile is left out whenever choices are shown.
    if title is not None:
        told = N_("Im Forum „%(title)s“ ist leider kein Platz mehr frei. Bitte wählen Sie ein anderes oder keines.")
        raise FullForum(gettext(told, title=localized(title)))
