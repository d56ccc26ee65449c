"""That wasn't me: whoever reads a mailbox ends our messages for good, and only the office opens it to them again.

A refusal covers the mailbox, whatever capitals or plus-tag its address is typed with, and all that is ever sent there.
"""

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import Session

from services.notifications import queries, urls
from services.notifications.channels import addresses
from services.notifications.config import Config
from services.notifications.models import (
    LINK_LIFETIME,
    ConfirmationBudget,
    Contact,
    Following,
    Notification,
    Refusal,
    Status,
)
from services.notifications.queries import Standing
from services.notifications.use_cases.contacts import budget_of, insert_if_new
from services.notifications.use_cases.erasing import forget_contact
from services.notifications.use_cases.followings import following_of_code, following_of_link
from services.notifications.use_cases.telling import NOT_ME
from shared import clock
from shared.messaging.tables import operator_log
from shared.retention import BATCH
from shared.rules import NotFound


def question_of_link(session: Session, config: Config, token: str) -> Following:
    """What the question with this link was about. Raises NotFound, also when it is too old to be disowned."""
    return _disownable(following_of_link(session, config, urls.NOT_ME, token))


def question_of_code(session: Session, config: Config, code: str) -> Following:
    """The same by the short code of an SMS. Raises NotFound."""
    return _disownable(following_of_code(session, config, code))


def refuse(session: Session, question: Following) -> None:
    """Never send anything to this mailbox again, nor what waits for it. Nothing changes where an address of it was confirmed:
    an old question doesn't end what its reader wanted. What is being handed over at this moment may still arrive."""
    contact = question.contact
    # Confirming locks the same row: one of the two comes first.
    budget_of(session, contact)
    if queries.standing(session, contact) is not Standing.UNCONFIRMED:
        return
    insert_if_new(session, Refusal, limit_mark=contact.limit_mark, refused_at=clock.now())
    waiting = (
        select(Notification)
        .join(Notification.contact)
        .where(Contact.limit_mark == contact.limit_mark, Notification.status.in_([Status.CREATED, Status.UNKNOWN]))
        .with_for_update(of=Notification)
    )
    for notification in session.scalars(waiting):
        notification.withhold(NOT_ME)


def stop_mailbox(session: Session, question: Following) -> None:
    """Tell the addresses of this mailbox nothing more of what they follow; each of it can be asked for again."""
    followed = (
        select(Following)
        .join(Following.contact)
        .where(
            Contact.limit_mark == question.contact.limit_mark,
            Following.confirmed_at.is_not(None),
            Following.stopped_at.is_(None),
        )
        .order_by(Following.id)
        .with_for_update(of=Following)
    )
    for following in session.scalars(followed):
        following.stop()


def lift(session: Session, config: Config, address: str, by: str) -> bool:
    """The person asked the office (`by`) for messages again: they may be asked at once. False where nothing was refused."""
    mark = addresses.limit_mark(config.link_key, address)
    refusal = session.get(Refusal, mark, with_for_update=True)
    if refusal is None:
        return False
    session.delete(refusal)
    session.execute(delete(ConfirmationBudget).where(ConfirmationBudget.limit_mark == mark))
    session.execute(insert(operator_log).values(at=clock.now(), actor=by, action="lift", key="refusal"))
    return True


def forget_refused(session: Session) -> int:
    """Forget refused addresses once nobody could answer their questions any more; the marks stay. Says how many."""
    since = clock.now() - LINK_LIFETIME
    was_asked = exists().where(Notification.contact_id == Contact.id, Notification.created_at > since)
    refused = (
        select(Contact)
        .join(Contact.refusal)
        .where(Refusal.refused_at <= since, Contact.confirmed_at.is_(None), ~was_asked)
        .limit(BATCH)
        .with_for_update(of=Contact)
    )
    found = session.scalars(refused).all()
    for contact in found:
        forget_contact(session, contact)
    return len(found)


def _disownable(question: Following) -> Following:
    if not question.takes_refusal:
        raise NotFound
    return question
