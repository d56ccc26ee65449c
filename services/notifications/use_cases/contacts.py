"""Knowing an address and what it follows: each row once, however often and from however many sides it is asked for."""

from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningInsert

from services.notifications import urls
from services.notifications.channels import addresses
from services.notifications.config import Config
from services.notifications.models import Base, ConfirmationBudget, Contact, Following, Topic
from shared import clock, ids
from shared.columns import encrypt

B = TypeVar("B", bound=Base)

# Rows made again after a restore get the same ids, and so the same Message-IDs.
_CONTACTS = UUID("7f1c3a52-6c0e-4f0b-9a55-1d2f7c4be0a1")


def know_contact(session: Session, config: Config, address: str) -> Contact:
    """The contact behind an address, made if it is new."""
    mark = addresses.address_mark(config.link_key, address)
    contact_id = ids.derived(_CONTACTS, mark)
    made = insert_if_new(
        session,
        Contact,
        id=contact_id,
        channel=addresses.channel_of(address),
        address=encrypt(config.box, address),
        address_mark=mark,
        limit_mark=addresses.limit_mark(config.link_key, address),
    )
    return made or session.get_one(Contact, contact_id)


def know_following(
    session: Session, config: Config, contact: Contact, topic: str, topic_id: str, **values: Any
) -> Following:
    """That `contact` is, or may once be, told about a topic; made unconfirmed, with `values`, if it is new."""
    made = insert_following(session, config, contact.id, topic, topic_id, asked_at=clock.now(), **values)
    following_id = ids.derived(contact.id, topic, topic_id)
    following = made or session.get_one(Following, following_id, with_for_update=True)
    set_committed_value(following, "contact", contact)
    return following


def insert_following(
    session: Session, config: Config, contact_id: UUID, topic: str, topic_id: str, **values: Any
) -> Following | None:
    """Insert a following unless the contact has one of this topic; returns it if it is new."""
    following_id = ids.derived(contact_id, topic, topic_id)
    return insert_if_new(
        session,
        Following,
        id=following_id,
        contact_id=contact_id,
        topic=topic,
        topic_id=topic_id,
        short_mark=urls.short_mark(config, urls.short_code(config, following_id)),
        **values,
    )


def may_ask(session: Session, contact: Contact) -> bool:
    """Use up the budget of the mailbox behind `contact` by one confirmation, if there is one left now."""
    first = insert_if_new(
        session, ConfirmationBudget, limit_mark=contact.limit_mark, asked_at=clock.now(), unanswered=1
    )
    return first is not None or budget_of(session, contact).take()


def budget_of(session: Session, contact: Contact) -> ConfirmationBudget:
    """How often the mailbox behind `contact` was asked, locked until the transaction ends."""
    insert_if_new(session, ConfirmationBudget, limit_mark=contact.limit_mark)
    return session.get_one(ConfirmationBudget, contact.limit_mark, with_for_update=True)


def note_topic(session: Session, kind: str, topic_id: UUID, title: dict[str, str]) -> None:
    """Know what something is called, for those who follow it."""
    session.merge(Topic(kind=kind, id=str(topic_id), title=title))


def insert_if_new(session: Session, model: type[B], **values: Any) -> B | None:
    """Insert a row unless its key is taken; two transactions at once make one row. Returns it if it is new."""
    made: B | None = session.scalar(_insert_if_new(model, session.get_bind().dialect.name), values)
    return made


@cache
def _insert_if_new(model: type[Base], dialect: str) -> ReturningInsert[Any]:
    insert = postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)
    # What the session has yet to write waits: a batch of events writes it together.
    return insert.on_conflict_do_nothing().returning(model).execution_options(autoflush=False)
