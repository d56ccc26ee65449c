"""What residents decide themselves: what they follow, in which language, and when to stop."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications import urls
from services.notifications.channels import addresses
from services.notifications.config import Config
from services.notifications.models import CODE_LIFETIME, FOLLOWER, LINK_LIFETIME, SMS, Contact, Following, Topic
from services.notifications.use_cases.contacts import know_contact, know_following
from services.notifications.use_cases.telling import FOLLOW_REQUESTED, News, ask, confirm
from shared import clock, ids, links
from shared.rules import NotFound
from shared.seals import mark
from shared.web.field_messages import N_

WRONG_CODE = N_("Dieser Code stimmt nicht oder ist abgelaufen. Bitte prüfen Sie die sechs Ziffern aus der SMS.")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """To be told about a topic, or about one thing of that kind (`topic_id`), at an e-mail address or mobile number."""

    topic: str
    topic_id: str
    address: str
    language: str


def request_following(session: Session, config: Config, wish: Wish) -> Following:
    """Ask the address whether it wants this. The answer is the same whoever is behind it."""
    contact = know_contact(session, config, wish.address)
    following = know_following(
        session, config, contact, wish.topic, wish.topic_id, role=FOLLOWER, language=wish.language
    )
    digits = f"{secrets.randbelow(1_000_000):06d}" if contact.channel == SMS else None
    topic = session.get(Topic, (wish.topic, wish.topic_id))
    news = News(
        event_id=ids.internal(),
        message=FOLLOW_REQUESTED,
        root_at=clock.now(),
        facts={"topic_kind": wish.topic, "topic_id": wish.topic_id, "title": topic and topic.title, "code": digits},
        expires_at=clock.now() + (CODE_LIFETIME if digits else LINK_LIFETIME),
    )
    if ask(session, config, news, following):
        following.ask_again(wish.language)
        if digits:
            following.expect_code(_code_mark(config, following.id, digits))
    return following


def confirm_by_link(session: Session, config: Config, token: str) -> Following:
    """The link of the e-mail proves the address. Raises NotFound for a worthless or old one."""
    following = following_of_link(session, config, urls.CONFIRM, token)
    if not following.takes_link:
        raise NotFound
    confirm(session, following)
    return following


def confirm_by_code(session: Session, config: Config, following_id: UUID, digits: str) -> bool:
    """Confirm by the digits of the SMS; False where they are wrong, worn out or late. A wrong try counts, so commit it."""
    following = session.get(Following, following_id, with_for_update=True)
    if following is None or not following.takes_code(_code_mark(config, following_id, digits)):
        return False
    confirm(session, following)
    return True


def stop_by_link(session: Session, config: Config, token: str) -> Following:
    """Tell them nothing more about this one thing. Raises NotFound."""
    following = following_of_link(session, config, urls.STOP, token)
    following.stop()
    return following


def stop_by_code(session: Session, config: Config, code: str) -> Following:
    """The same by the short code of an SMS. Raises NotFound."""
    following = following_of_code(session, config, code)
    following.stop()
    return following


def stop_one(session: Session, config: Config, token: str, following_id: UUID) -> None:
    """Stop one of those that the contact behind `token` follows. Raises NotFound."""
    contact = contact_of_link(session, config, token)
    following = session.get(Following, following_id, with_for_update=True)
    if following is None or following.contact_id != contact.id:
        raise NotFound
    following.stop()


def stop_all(session: Session, config: Config, token: str) -> None:
    """Tell the contact behind `token` nothing more about anything. Raises NotFound."""
    for following in _all_of(session, contact_of_link(session, config, token)):
        following.stop()


def change_language(session: Session, config: Config, token: str, language: str) -> None:
    """Write to the contact behind `token` in this language from now on. Raises NotFound."""
    for following in _all_of(session, contact_of_link(session, config, token)):
        following.language = language


def block(session: Session, config: Config, token: str) -> None:
    """Never write to this address again, not even to ask. Raises NotFound."""
    stop_everything(session, contact_of_link(session, config, token))


def stop_everything(session: Session, contact: Contact) -> None:
    """Tell a contact nothing more, not even to ask."""
    for following in _all_of(session, contact):
        following.stop()
    contact.stopped_at = clock.now()


def unblock(session: Session, config: Config, token: str) -> None:
    """The person behind the address wants to hear from us again. Raises NotFound."""
    contact_of_link(session, config, token).stopped_at = None


def send_link(session: Session, config: Config, address: str) -> None:
    """Send somebody who follows something the link to their own page; nothing happens for others, and nobody can tell."""
    contact = session.scalar(
        select(Contact).where(Contact.address_mark == addresses.address_mark(config.link_key, address))
    )
    following = next(iter(_all_of(session, contact)), None) if contact else None
    if following is not None:
        news = News(event_id=ids.internal(), message="link.requested", root_at=clock.now(), facts={})
        ask(session, config, news, following)


def following_of_link(session: Session, config: Config, purpose: str, token: str) -> Following:
    """The following that a link was made for. Raises NotFound."""
    row_id = links.id_in(token)
    following = session.get(Following, row_id, with_for_update=True) if row_id else None
    if following is None or not links.holds(config.link_key, purpose, token, following.id, following.version):
        raise NotFound
    return following


def following_of_code(session: Session, config: Config, code: str) -> Following:
    """The following that a short code stands for. Raises NotFound."""
    wanted = select(Following).where(Following.short_mark == urls.short_mark(config, code)).with_for_update()
    following = session.scalar(wanted)
    if following is None:
        raise NotFound
    return following


def contact_of_link(session: Session, config: Config, token: str) -> Contact:
    """The contact that a link was made for. Raises NotFound."""
    row_id = links.id_in(token)
    contact = session.get(Contact, row_id, with_for_update=True) if row_id else None
    if contact is None or not links.holds(config.link_key, urls.MINE, token, contact.id, contact.version):
        raise NotFound
    return contact


def _all_of(session: Session, contact: Contact) -> list[Following]:
    active = (Following.contact_id == contact.id, Following.stopped_at.is_(None), Following.confirmed_at.is_not(None))
    return list(session.scalars(select(Following).where(*active).order_by(Following.id).with_for_update()))


def _code_mark(config: Config, following_id: UUID, digits: str) -> str:
    return mark(config.link_key, "sms-code", following_id, digits)
