"""The copy of what is held of a person: what this service holds, and what the others told."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications import queries, wording
from services.notifications.config import Config
from services.notifications.models import Access, Contact, Notification
from shared import disclosing
from shared.columns import decrypt
from shared.disclosing import Record
from shared.web.i18n import format_moment, gettext


def records(session: Session, config: Config, access: Access) -> Sequence[Record]:
    """Everything that has come so far, what this service holds first."""
    told = [record for part in access.parts for record in disclosing.read(decrypt(config.box, part.records))]
    contact = session.get(Contact, access.contact_id)
    return [_own(session, config, contact), *told] if contact is not None else told


def _own(session: Session, config: Config, contact: Contact) -> Record:
    address = decrypt(config.box, contact.address)
    followed = [
        (following, wording.topic(following.topic, title, is_one=bool(following.topic_id)))
        for following, title in queries.topics_followed(session, contact)
    ]
    sent = select(Notification).where(Notification.contact_id == contact.id)
    letters = session.scalars(sent.order_by(Notification.created_at.desc())).all()
    return Record(
        gettext("Mitteilungen"),
        [
            (gettext("Adresse"), address),
            *((gettext("Wir schreiben Ihnen dazu"), about) for _, about in followed),
            *((format_moment(one.created_at), wording.message(one.message)) for one in letters),
        ],
        {
            "address": address,
            "confirmed_at": contact.confirmed_at,
            "blocked_at": contact.stopped_at,
            "follows": [{"topic": about, "since": it.confirmed_at, "language": it.language} for it, about in followed],
            "messages": [{"at": it.created_at, "message": it.message, "status": it.status} for it in letters],
        },
    )
