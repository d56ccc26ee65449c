"""Notifications that are due: committed rows as handlers leave them, made in bulk.

`python -m tests.bench.letters FOLDER DATABASE_URL MAIL_URL` sends them.
"""

import json
import os
import resource
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from services.embedded import settings
from services.notifications import urls
from services.notifications.channels import addresses
from services.notifications.config import MAILBOX, Config
from services.notifications.models import EMAIL, PARTICIPANT, REGISTRATION, Contact, Following, Notification
from services.notifications.sender import Sender
from services.notifications.use_cases.telling import News
from shared import clock, ids, tracing
from shared.columns import encrypt
from shared.config import Environment
from shared.database import Database
from shared.events.event import Received
from shared.events.registration import RegistrationContact, RegistrationRequested
from tests.architecture.tree import SERVICES

_CONFERENCE = {
    "title": {"de": "18. Harburger Integrationskonferenz"},
    "starts_at": "2027-03-05T16:00:00+00:00",
    "ends_at": "2027-03-05T20:00:00+00:00",
    "venue_name": "Rieckhof",
    "venue": "Rieckhof, Rieckhoffstraße 12, 21073 Hamburg",
}


def config_of(folder: Path, database_url: str, mail_url: str) -> Config:
    """The settings of a process that sends from this database to that server; its keys are in the folder."""
    own = settings(folder, SERVICES, Environment({}))["notifications"]
    urls = {"DATABASE_URL": database_url, "AMQP_URL": "memory://", "MAIL_URL": mail_url, "SMS_URL": MAILBOX}
    return Config.from_environment(Environment({**own, **urls, "DEMO": "off"}))


def fill(config: Config, database: Database, count: int) -> None:
    """Let `count` people wait for the letter that asks them to confirm their registration."""
    conference_id = ids.public()
    with database.write() as session:
        for done in range(0, count, 1000):
            rows = [_rows(config, conference_id) for _ in range(min(count - done, 1000))]
            for table, model in enumerate((Contact, Following, Notification)):
                session.execute(insert(model), [row[table] for row in rows])


def _rows(config: Config, conference_id: UUID) -> tuple[dict[str, object], dict[str, object], dict[str, object]]:
    contact_id, following_id, registration_id = ids.internal(), ids.internal(), ids.public()
    address, now = f"person-{contact_id.hex}@example.org", clock.now()
    fact = RegistrationRequested(
        registration_id=registration_id,
        conference_id=conference_id,
        language="de",
        expires_at=now + timedelta(hours=48),
    )
    token = f"{registration_id.hex[:22]}.{contact_id.hex}"
    private = RegistrationContact(
        email=address,
        phone=None,
        participant_name=None,
        confirm_url=f"{config.web.base_url}/anmeldung/bestaetigen/{token}",
    )
    news = News.of(Received(fact, ids.internal(), now, now, private), conference=_CONFERENCE)
    contact = {
        "id": contact_id,
        "version": 1,
        "channel": EMAIL,
        "address": encrypt(config.box, address),
        "address_mark": addresses.address_mark(config.link_key, address),
        "limit_mark": addresses.limit_mark(config.link_key, address),
    }
    following = {
        "id": following_id,
        "version": 1,
        "contact_id": contact_id,
        "topic": REGISTRATION,
        "topic_id": str(registration_id),
        "role": PARTICIPANT,
        "language": "de",
        "short_mark": urls.short_mark(config, urls.short_code(config, following_id)),
        "asked_at": now,
        "code_tries_left": 0,
    }
    notification = {
        "id": ids.internal(),
        "event_id": news.event_id,
        "message": news.message,
        "contact_id": contact_id,
        "following_id": following_id,
        "channel": EMAIL,
        "language": "de",
        "facts": encrypt(config.box, json.dumps(news.facts, ensure_ascii=False)),
        "status": "created",
        "created_at": now,
        "due_at": now,
        "expires_at": fact.expires_at,
        "attempts": 0,
        "traceparent": tracing.handed_over(),
    }
    return contact, following, notification


def main(folder: Path, database_url: str, mail_url: str) -> None:
    """Send what is due with the real Sender; print the rate from due to recorded, and what it took."""
    config = config_of(folder, database_url, mail_url)
    database = config.open_database("notifications")
    sender = Sender(config, database, EMAIL)
    before, began = os.times(), time.perf_counter()
    sent = sender.send_due()
    seconds, after = time.perf_counter() - began, os.times()
    sender.close()
    database.close()
    used = after.user + after.system - before.user - before.system
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"sent": sent, "rate": sent / seconds, "cpu_seconds": used, "rss_mb": memory}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
