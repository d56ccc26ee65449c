"""Forgetting what has served its time: addresses, letters and what is known of them. Each says of how many."""

from datetime import timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from services.notifications.models import (
    BUDGET_KEPT,
    PARTICIPANTS_KEPT,
    REFUSAL_LIFETIME,
    Conference,
    ConfirmationBudget,
    Contact,
    Following,
    KeptLetter,
    Notification,
    PrivacyNote,
    Status,
)
from services.notifications.use_cases.erasing import forget_contact
from shared import clock
from shared.retention import BATCH

#: How long what a letter is made of is kept where it couldn't be sent, and after what time nobody asks what became of it.
WORDS_KEPT = timedelta(days=30)
LOG_KEPT = timedelta(days=90)
#: How long it can be shown what was done about people's data: as long as somebody may complain.
NOTES_KEPT = timedelta(days=3 * 365)


def forget_unproven(session: Session) -> int:
    """Addresses that never answered, once their questions can't be disowned any more."""
    asked_lately = exists().where(
        Following.contact_id == Contact.id, Following.asked_at > clock.now() - REFUSAL_LIFETIME
    )
    unproven = (Contact.confirmed_at.is_(None), Contact.stopped_at.is_(None), ~asked_lately)
    found = session.scalars(select(Contact).where(*unproven).limit(BATCH).with_for_update()).all()
    for contact in found:
        forget_contact(session, contact)
    return len(found)


def forget_participants(session: Session) -> int:
    """That somebody takes part in a conference that was over a month ago, and their address if it is there for nothing else."""
    over = select(Conference.id).where(Conference.ends_at <= clock.now() - PARTICIPANTS_KEPT)
    theirs = select(Following).where(Following.conference_id.in_(over)).order_by(Following.id)
    found = session.scalars(theirs.limit(BATCH).with_for_update()).all()
    those = [following.id for following in found]
    session.execute(delete(Notification).where(Notification.following_id.in_(those)))
    session.execute(delete(Following).where(Following.id.in_(those)))
    follows = exists().where(Following.contact_id == Contact.id)
    addresses = {following.contact_id for following in found}
    idle = select(Contact).where(Contact.id.in_(addresses), Contact.stopped_at.is_(None), ~follows)
    for contact in session.scalars(idle.with_for_update()).all():
        forget_contact(session, contact)
    return len(found)


def forget_words(session: Session) -> int:
    """What letters were made of that couldn't be sent."""
    old = (
        Notification.created_at <= clock.now() - WORDS_KEPT,
        Notification.status == Status.FAILED,
        Notification.facts.is_not(None),
    )
    some = select(Notification.id).where(*old).limit(BATCH)
    emptied = update(Notification).where(Notification.id.in_(some)).values(facts=None)
    return len(session.scalars(emptied.returning(Notification.id)).all())


def forget_log(session: Session) -> int:
    """That something was told to somebody, and what came of it."""
    some = select(Notification.id).where(Notification.created_at <= clock.now() - LOG_KEPT).limit(BATCH)
    gone = delete(Notification).where(Notification.id.in_(some)).returning(Notification.id)
    return len(session.scalars(gone).all())


def forget_notes(session: Session) -> int:
    """What was done about people's data."""
    old = delete(PrivacyNote).where(PrivacyNote.at <= clock.now() - NOTES_KEPT).returning(PrivacyNote.id)
    return len(session.scalars(old).all())


def forget_kept_letters(session: Session) -> int:
    """What the mailbox page shows."""
    old = delete(KeptLetter).where(KeptLetter.sent_at <= clock.now() - WORDS_KEPT).returning(KeptLetter.id)
    return len(session.scalars(old).all())


def forget_budgets(session: Session) -> int:
    """How often mailboxes were asked."""
    old = delete(ConfirmationBudget).where(ConfirmationBudget.asked_at <= clock.now() - BUDGET_KEPT)
    return len(session.scalars(old.returning(ConfirmationBudget.limit_mark)).all())
