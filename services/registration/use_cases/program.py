"""The agenda and the forums of a conference as staff arrange them. Every function here expects the conference locked."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration.models import AgendaItem, Conference, Forum
from services.registration.models.agenda import WrongAgenda, require_fitting
from services.registration.use_cases import choices
from shared import ids
from shared.web.i18n import gettext, localized

Told = Iterable[Mapping[str, Any]]


def arrange(session: Session, conference: Conference, forums: Told | None, agenda: Told | None) -> None:
    """Let there be these forums and these points from now on, each of None stays as it is. Raises WrongAgenda.

    One with a known id stays the same, and what isn't said of it stays, too.
    """
    if forums is not None:
        # The numbers that are compared with the new ones hold until the end.
        choices.hold(session, conference.id)
        conference.forums = [_told(Forum, conference.forums, one, position=place) for place, one in enumerate(forums)]
        _require_room(conference)
    if agenda is not None:
        conference.agenda = [_told(AgendaItem, conference.agenda, one) for one in agenda]
    require_fitting(conference)


def _told(kind: type[Any], there: Iterable[Any], told: Mapping[str, Any], **more: Any) -> Any:
    known: dict[UUID | None, Any] = {one.id: one for one in there}
    found = known.get(told.get("id")) or kind(id=ids.public(), **_FIRST[kind])
    for name, value in {**told, **more}.items():
        if name != "id":
            setattr(found, name, value)
    return found


_FIRST: dict[type[Any], dict[str, Any]] = {
    Forum: {"languages": [], "interpretation": [], "chosen": 0, "room": ""},
    AgendaItem: {"room": ""},
}


def _require_room(conference: Conference) -> None:
    errors = {
        f"forums.{number}.capacity": [
            gettext("„%(title)s“ haben schon %(chosen)s gewählt.", title=localized(forum.title), chosen=forum.chosen)
        ]
        for number, forum in enumerate(conference.forums)
        if forum.capacity is not None and forum.chosen > forum.capacity
    }
    if errors:
        raise WrongAgenda(errors)
