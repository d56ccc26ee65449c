"""The sender: claims what is due, hands it over, records what came of it. No transaction is open while it talks to a provider.

A process that dies between handing over and recording leaves claims behind; the next one marks them `unknown` and sends them
again under the same Message-ID.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog

from services.notifications import queries
from services.notifications.channels.kannel import Kannel
from services.notifications.channels.letter import CannotSend, Channel, Later, Unclear
from services.notifications.channels.mailbox import Mailbox
from services.notifications.channels.smtp import Smtp
from services.notifications.config import MAILBOX, Config
from services.notifications.models import EMAIL, SMS, Notification
from services.notifications.rendering import render
from services.notifications.use_cases import sending
from services.notifications.use_cases.sending import Record
from shared import failpoints, ids
from shared.database import Database

#: So many are claimed at once: as many may go out a second time if the process dies.
BATCH = 20

_log = structlog.get_logger(component="sender")


class Sender:
    """One thread's way out, with connections that stay open between batches."""

    def __init__(self, config: Config, database: Database) -> None:
        self._config = config
        self._database = database
        self._claims = ids.internal().hex
        self._channels: dict[str, Channel] = {
            EMAIL: Mailbox(config, database) if config.mail_url == MAILBOX else Smtp(config),
            SMS: Mailbox(config, database) if config.sms_url == MAILBOX else Kannel(config),
        }

    def send_due(self) -> int:
        """Send everything that is due now; returns how many were tried."""
        tried = 0
        while batch := self._claim():
            self._record(self._hand_over(batch))
            tried += len(batch)
        return tried

    def close(self) -> None:
        """Give the connections back."""
        for channel in self._channels.values():
            channel.close()

    def _claim(self) -> Sequence[Notification]:
        with self._database.read() as session:
            if not queries.is_anything_to_send(session, self._claims):
                return []
        with self._database.write() as session:
            sending.give_up_claims(session, self._claims)
            return sending.claim_due(session, self._claims, BATCH)

    def _hand_over(self, batch: Sequence[Notification]) -> list[tuple[UUID, Record]]:
        records: list[tuple[UUID, Record]] = []
        away: dict[str, Record] = {}
        for notification in batch:
            # Where a provider is away the rest of the batch needn't find out one by one.
            note = away.get(notification.channel) or self._try(notification, away)
            records.append((notification.id, note))
        failpoints.reached("sender: handed over")
        return records

    def _try(self, notification: Notification, away: dict[str, Record]) -> Record:
        try:
            parts = self._channels[notification.channel].send(render(self._config, notification))
            return partial(Notification.note_sent, by=self._claims, parts=parts)
        except Later as error:
            note = partial(Notification.note_delay, by=self._claims, reason=str(error))
            if error.is_away:
                away[notification.channel] = note
            return note
        except Unclear as error:
            _log.warning("perhaps sent", event_id=str(notification.event_id), reason=str(error))
            return partial(Notification.doubt, by=self._claims, reason=str(error))
        except CannotSend as error:
            return partial(Notification.note_failure, by=self._claims, reason=str(error))
        except Exception as error:  # a message that can't be rendered must not stop the others
            _log.error("cannot render", event_id=str(notification.event_id), exception=repr(error))
            return partial(Notification.note_failure, by=self._claims, reason=f"rendering: {type(error).__name__}")

    def _record(self, records: list[tuple[UUID, Record]]) -> None:
        with self._database.write() as session:
            sending.record(session, records)
