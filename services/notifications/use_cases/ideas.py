"""What authors are told about what they handed in."""

from typing import Any

from sqlalchemy.orm import Session

from services.notifications.audience import authors_of, followers_of
from services.notifications.config import Config
from services.notifications.models import AUTHOR, CODE_LIFETIME, IDEA
from services.notifications.use_cases.contacts import know_contact, know_following, note_topic
from services.notifications.use_cases.telling import News, ask, confirm, tell
from shared.columns import encrypt
from shared.events.event import Received
from shared.events.submissions import AuthorContact


def give_receipt(session: Session, config: Config, received: Received[Any]) -> None:
    """Send the author their tracking code and ask whether they want to hear what becomes of it.

    Without link and digits submissions has asked this address already: it isn't asked again.
    """
    box: AuthorContact | None = received.private
    address = box and (box.email or box.phone)
    if box is None or not address:
        return
    following = know_following(
        session,
        config,
        know_contact(session, config, address),
        IDEA,
        str(received.fact.idea_id),
        role=AUTHOR,
        language=received.fact.language,
        subject_id=received.subject_id,
        tracking_code=encrypt(config.box, box.tracking_code),
    )
    if box.confirm_url or box.code:
        expires_at = received.occurred_at + CODE_LIFETIME if box.code else None
        ask(session, config, News.of(received, expires_at), following)


def confirm_author(session: Session, received: Received[Any]) -> None:
    """From now on the author may be written to, also about what their idea has become meanwhile."""
    for following in authors_of(session, IDEA, received.fact.idea_id, received.subject_id):
        confirm(session, following)


def tell_published(session: Session, config: Config, received: Received[Any]) -> None:
    """Tell the author that everybody can read it now."""
    fact = received.fact
    note_topic(session, IDEA, fact.idea_id, {fact.language: fact.title})
    tell(session, config, News.of(received), followers_of(session, [(IDEA, str(fact.idea_id))]))


def tell_taken_down(session: Session, config: Config, received: Received[Any]) -> None:
    """Tell the author, and whoever followed it, that it isn't public or not any more."""
    tell(session, config, News.of(received), followers_of(session, [(IDEA, str(received.fact.idea_id))]))
