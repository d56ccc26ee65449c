"""The author's contact: asking them to confirm it, taking the confirmation, forgetting them.

The contact itself is sealed for notifications and not kept here.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from services.submissions.config import Config
from services.submissions.models import (
    CONFIRMATION_BUDGET,
    MOST_CONFIRMATIONS,
    SMS_CODE_TRIES,
    UNANSWERED_KEPT,
    UNCONFIRMED_KEPT,
    AskedAddress,
    Idea,
)
from services.submissions.use_cases.story import tell
from shared import clock, links
from shared.database import UTCDateTime
from shared.events.submissions import AuthorContact, IdeaConfirmed
from shared.messaging import erasure, outbox
from shared.retention import BATCH
from shared.rules import NotFound
from shared.seals import mark
from shared.web.i18n import gettext

CONFIRM_LINK = "confirm-idea"

# What was read before the lock was had may be old by now.
_AS_LOCKED = {"populate_existing": True}
# One statement, so that two posts at once can't both be the first to ask.
_COUNT_ASKING = text(
    "INSERT INTO asked_addresses (mark, asked_at, times) VALUES (:mark, :now, 1) ON CONFLICT (mark) DO UPDATE"
    " SET asked_at = excluded.asked_at, times = asked_addresses.times + 1"
    " WHERE asked_addresses.asked_at <= :horizon AND asked_addresses.times < :most RETURNING mark"
).bindparams(bindparam("now", type_=UTCDateTime()), bindparam("horizon", type_=UTCDateTime()), most=MOST_CONFIRMATIONS)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What authors tell about themselves; a petition needs `name` and `address`."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None


def ask_to_confirm(session: Session, config: Config, idea: Idea, contact: Contact, code: str) -> AuthorContact:
    """The sealed part for notifications: contact and code, with a link or digits to confirm unless the address was asked
    just now. Of two addresses only the one that gets confirmed travels: nobody is written to unproven."""
    email, phone = contact.email, None if contact.email else contact.phone
    idea.channel = "email" if email else "phone"
    idea.address_mark = mark(config.link_key, "address", _for_the_limit(email or phone or ""))
    confirm_url = digits = None
    if _may_ask(session, idea.address_mark):
        idea.asked_to_confirm_at = clock.now()
        if email:
            token = links.make(config.link_key, CONFIRM_LINK, idea.id)
            confirm_url = f"{config.web.base_url}/ideen/bestaetigen/{token}"
        else:
            digits = f"{secrets.randbelow(1_000_000):06d}"
            idea.sms_code_mark = mark(config.link_key, "sms-code", idea.id, digits)
            idea.sms_tries_left = SMS_CODE_TRIES
    return AuthorContact(
        email=email,
        phone=phone,
        author_name=contact.name,
        tracking_code=code,
        confirm_url=confirm_url,
        code=digits,
    )


def idea_of_link(config: Config, token: str) -> UUID:
    """The idea that a confirmation link speaks of. Raises NotFound for a link that isn't ours."""
    idea_id = links.id_in(token)
    if idea_id is None or not links.holds(config.link_key, CONFIRM_LINK, token, idea_id):
        raise NotFound
    return idea_id


def confirm_contact(session: Session, idea_id: UUID) -> None:
    """Note that the contact is the author's: for this idea and all others that wait under the same address."""
    idea = session.get(Idea, idea_id)
    if idea is None or idea.address_mark is None:
        raise NotFound
    waiting = select(Idea).where(Idea.address_mark == idea.address_mark, Idea.confirmed_at.is_(None))
    for waiting_idea in session.scalars(waiting.order_by(Idea.id).with_for_update(), execution_options=_AS_LOCKED):
        waiting_idea.confirm_contact()
        fact = IdeaConfirmed(idea_id=waiting_idea.id)
        event_id = outbox.add(session, waiting_idea, fact, subject_id=waiting_idea.subject_id)
        tell(session, waiting_idea, event_id, fact.name)
    # A confirmed address may be asked again with its next idea.
    session.execute(delete(AskedAddress).where(AskedAddress.mark == idea.address_mark))


def confirm_by_digits(session: Session, config: Config, idea_id: UUID, digits: str) -> bool:
    """Confirm by the digits of the SMS; False where they are wrong, worn out or late. A wrong try counts: commit it."""
    idea = session.get(Idea, idea_id)
    asked = _asked_by_sms(session, idea) if idea else None
    if asked is None or not asked.takes_digits(mark(config.link_key, "sms-code", asked.id, digits)):
        return False
    confirm_contact(session, asked.id)
    return True


def wrong_digits() -> str:
    """What to say to whoever typed digits that aren't good."""
    return gettext("Dieser Code passt nicht oder ist abgelaufen. Bitte prüfen Sie die sechs Ziffern.")


def forget_persons(session: Session, config: Config, subject_ids: Collection[UUID]) -> None:
    """Erase what leads from ideas to these persons, sealed parts of events included."""
    for idea in session.scalars(select(Idea).where(Idea.subject_id.in_(subject_ids)).with_for_update()):
        idea.forget_author()
    erasure.erase(session, config.link_key, subject_ids)


def forget_unconfirmed(session: Session) -> int:
    """Forget what leads to authors who never confirmed their address, and what was sealed about them; says of how many.

    What they wrote stays.
    """
    config: Config = session.info["config"]
    old = (
        Idea.confirmed_at.is_(None),
        Idea.address_mark.is_not(None),
        Idea.received_at <= clock.now() - UNCONFIRMED_KEPT,
    )
    found = session.scalars(select(Idea).where(*old).limit(BATCH).with_for_update()).all()
    for idea in found:
        idea.forget_author()
    erasure.erase(session, config.link_key, [idea.subject_id for idea in found if idea.subject_id is not None])
    return len(found)


def forget_unanswered(session: Session) -> int:
    """Forget the addresses that never answered within a year; says how many."""
    old = delete(AskedAddress).where(AskedAddress.asked_at <= clock.now() - UNANSWERED_KEPT)
    return len(session.scalars(old.returning(AskedAddress.mark)).all())


def _for_the_limit(address: str) -> str:
    name, at, domain = address.casefold().partition("@")
    return name.partition("+")[0] + at + domain if at else address


def _asked_by_sms(session: Session, idea: Idea) -> Idea | None:
    """The idea with which the digits went out: this one, or another of the same address a little earlier."""
    asked = select(Idea).where(Idea.address_mark == idea.address_mark, Idea.sms_code_mark.is_not(None))
    newest = asked.order_by(Idea.asked_to_confirm_at.desc()).limit(1).with_for_update()
    return session.scalar(newest, execution_options=_AS_LOCKED)


def _may_ask(session: Session, address_mark: str) -> bool:
    now = clock.now()
    values = {"mark": address_mark, "now": now, "horizon": now - CONFIRMATION_BUDGET}
    return session.scalar(_COUNT_ASKING, values) is not None
