"""Knowing an address and what it follows: each row once, however often and from however many sides it is asked for."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.notifications import urls
from services.notifications.channels import addresses
from services.notifications.config import Config
from services.notifications.models import Base, ConfirmationBudget, Contact, Following, Topic
from shared import clock, ids
from shared.columns import encrypt

# Rows made again after a restore get the same ids, and so the same Message-IDs.
_CONTACTS = UUID("7f1c3a52-6c0e-4f0b-9a55-1d2f7c4be0a1")


def know_contact(session: Session, config: Config, address: str) -> Contact:
    """The contact behind an address, made if it is new."""
    mark = addresses.address_mark(config.link_key, address)
    contact_id = ids.derived(_CONTACTS, mark)
    insert_if_new(
        session,
        Contact,
        id=contact_id,
        channel=addresses.channel_of(address),
        address=encrypt(config.box, address),
        address_mark=mark,
        limit_mark=addresses.limit_mark(config.link_key, address),
    )
    return session.get_one(Contact, contact_id)


def know_following(
    session: Session, config: Config, contact: Contact, topic: str, topic_id: str, **values: Any
) -> Following:
    """That `contact` is, or may once be, told about a topic; made unconfirmed, with `values`, if it is new."""
    following_id = insert_following(session, config, contact.id, topic, topic_id, asked_at=clock.now(), **values)
    return session.get_one(Following, following_id, with_for_update=True)


def insert_following(
    session: Session, config: Config, contact_id: UUID, topic: str, topic_id: str, **values: Any
) -> UUID:
    """Insert a following unless the contact has one of this topic; returns its id either way."""
    following_id = ids.derived(contact_id, topic, topic_id)
    insert_if_new(
        session,
        Following,
        id=following_id,
        contact_id=contact_id,
        topic=topic,
        topic_id=topic_id,
        short_mark=urls.short_mark(config, urls.short_code(config, following_id)),
        **values,
    )
    return following_id


def confirm(session: Session, following: Following) -> None:
    """The address is theirs and they want this: from now on they are told, and may be asked again."""
    following.confirm()
    budget_of(session, following.contact).refill()


def budget_of(session: Session, contact: Contact) -> ConfirmationBudget:
    """How often the mailbox behind `contact` was asked, locked until the transaction ends."""
    insert_if_new(session, ConfirmationBudget, limit_mark=contact.limit_mark)
    return session.get_one(ConfirmationBudget, contact.limit_mark, with_for_update=True)


def note_topic(session: Session, kind: str, topic_id: UUID, title: dict[str, str]) -> None:
    """Know what something is called, for those who follow it."""
    session.merge(Topic(kind=kind, id=str(topic_id), title=title))


def insert_if_new(session: Session, model: type[Base], **values: Any) -> None:
    """Insert a row unless its key is taken; two transactions at once make one row."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(model) if on_postgresql else sqlite.insert(model)
    session.execute(insert.values(**values).on_conflict_do_nothing())
