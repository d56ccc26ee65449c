"""Collecting for a person what every service holds of them, in a copy that goes by itself."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications import urls
from services.notifications.config import Config
from services.notifications.models import COPY_FRESH, COPY_KEPT, Access, AccessPart, Contact, Following
from services.notifications.use_cases.erasing import end_copies, subjects_of
from services.notifications.use_cases.privacy import ACCESS, note
from services.notifications.use_cases.telling import News, tell
from shared import clock, links
from shared.columns import encrypt
from shared.events.disclosure import Disclosure
from shared.events.event import Received
from shared.events.notifications import AccessRequested
from shared.messaging import outbox
from shared.retention import BATCH
from shared.rules import IllegalTransition, NotFound
from shared.web.i18n import gettext
from shared.web.staff_tokens import Staff

#: The message that brings the link to the copy.
READY = "access.ready"


def request_access(session: Session, contact: Contact, language: str, by: Staff | None = None, way: str = "") -> Access:
    """Ask every service what it holds of whoever is behind the contact; whoever asks again soon gets the same copy.

    Raises IllegalTransition where the person asks and nobody may write to them: the link comes in a message of its own.
    """
    if by is None and contact.stopped_at is not None:
        raise IllegalTransition(gettext("Diese Adresse ist gesperrt. Bitte heben Sie zuerst die Sperre auf."))
    fresh = select(Access).where(
        Access.contact_id == contact.id,
        Access.language == language,
        Access.is_sent == (by is None),
        Access.asked_at > clock.now() - COPY_FRESH,
    )
    if (running := session.scalars(fresh.order_by(Access.asked_at.desc())).first()) is not None:
        return running
    access = Access(contact_id=contact.id, language=language, is_sent=by is None)
    session.add(access)
    session.flush()
    asked = AccessRequested(
        request_id=access.id, copy_id=access.copy_id, subject_ids=subjects_of(session, contact), language=language
    )
    outbox.add(session, access, asked)
    note(session, ACCESS, by, way)
    return access


def keep_answer(session: Session, config: Config, received: Received[Disclosure]) -> None:
    """Keep what a service told, unless the copy was forgotten meanwhile; the last answer sends the link."""
    fact = received.fact
    access = session.get(Access, fact.request_id, with_for_update=True)
    if access is None or received.private is None:
        return
    records = encrypt(config.box, received.private.records)
    session.merge(AccessPart(access_id=access.id, answer=fact.name, part=fact.part, parts=fact.parts, records=records))
    session.flush()
    session.refresh(access, ["parts"])
    if access.is_sent and not access.missing:
        _send_link(session, config, access)


def copy_of_link(session: Session, config: Config, token: str) -> Access:
    """The copy that a link was made for. Raises NotFound, also once it is forgotten."""
    access_id = links.id_in(token)
    access = session.get(Access, access_id) if access_id else None
    if access is None or not links.holds(config.link_key, urls.COPY, token, access.id):
        raise NotFound
    return access


def forget_copies(session: Session) -> int:
    """Forget copies that have served their time, everywhere; says how many."""
    old = select(Access).where(Access.asked_at <= clock.now() - COPY_KEPT)
    found = session.scalars(old.limit(BATCH).with_for_update()).all()
    end_copies(session, session.info["config"], found)
    return len(found)


def _send_link(session: Session, config: Config, access: Access) -> None:
    newest = select(Following).where(Following.contact_id == access.contact_id).order_by(Following.asked_at.desc())
    if (following := session.scalars(newest.limit(1)).first()) is not None:
        facts = {"access_id": str(access.id)}
        news = News(event_id=access.id, message=READY, root_at=access.asked_at, facts=facts)
        tell(session, config, news, [following])
