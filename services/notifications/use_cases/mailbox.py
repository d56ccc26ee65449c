"""Keeping letters for the mailbox page."""

import json

from sqlalchemy.orm import Session

from services.notifications.channels import addresses
from services.notifications.channels.letter import Letter
from services.notifications.config import Config
from services.notifications.models import KeptLetter
from shared import clock
from shared.columns import encrypt


def keep(session: Session, config: Config, letter: Letter, parts: int | None) -> None:
    """Keep a letter as it would have gone out; the same letter again replaces itself."""
    content = {
        "channel": letter.channel,
        "to": letter.to,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "language": letter.language,
        "links": letter.links,
        "code": letter.code,
        "parts": parts,
        "attachments": [attachment.name for attachment in letter.attachments],
    }
    session.merge(
        KeptLetter(
            id=letter.reference,
            address_mark=addresses.address_mark(config.link_key, letter.to),
            sent_at=clock.now(),
            letter=encrypt(config.box, json.dumps(content, ensure_ascii=False)),
        )
    )
