"""The sender: claims what is due, hands it over, records what came of it. No transaction is open while it talks to a provider.

A process that dies between handing over and recording leaves claims behind, and so does a database that goes away meanwhile; the
next run marks them `unknown` and sends them again under the same Message-ID.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from services.notifications import figures, queries
from services.notifications.channels.kannel import Kannel
from services.notifications.channels.letter import CannotSend, Channel, Later, Letter, Outcome, Unclear
from services.notifications.channels.mailbox import Mailbox
from services.notifications.channels.smtp import Smtp
from services.notifications.config import MAILBOX, Config
from services.notifications.due import Due
from services.notifications.models import EMAIL, SMS, Notification
from services.notifications.rendering import render
from services.notifications.use_cases import sending, spending
from services.notifications.use_cases.sending import Record
from shared import clock, failpoints, ids, tracing
from shared.columns import decrypt
from shared.database import Database
from shared.messaging.loop import place_of

#: So many are claimed at once: as many may go out a second time if the process dies. An SMS costs, a letter doesn't.
BATCHES = {EMAIL: 200, SMS: 20}
#: A new process claims so few first and twice as many after each batch that it recorded: where the ones before it died one after
#: the other, whatever is recorded between two deaths is done.
FIRST_BATCH = 10

_log = structlog.get_logger(component="sender")


class _Unrenderable(CannotSend):
    """No letter could be made of it; it must not stop the others."""


@dataclass(frozen=True, slots=True)
class _Try:
    """One notification on its way: its span, and since when, in seconds of clock.monotonic."""

    notification: Due
    span: tracing.Span
    began: float


class Sender:
    """One thread's way out on a channel, with a connection that stays open between batches."""

    def __init__(self, config: Config, database: Database, channel: str) -> None:
        self._config = config
        self._database = database
        self._channel = channel
        self._way = _way_out(channel, config, database)
        self._batch = FIRST_BATCH

    def send_due(self) -> int:
        """Send everything that is due now; returns how many were tried."""
        # A name for this run alone: what an earlier one couldn't record counts as left behind.
        run = ids.internal().hex
        with self._database.read() as session:
            if not queries.is_anything_to_send(session, run, self._channel):
                return 0
        with self._database.write() as session:
            sending.give_up_claims(session, run, self._channel)
        failpoints.reached("sender.doubted")
        tried, has_suspects = 0, True
        while True:
            sent = self._send(run, self._claim_due)
            if has_suspects:
                # Only a sender that died makes any, and nobody else sends meanwhile.
                has_suspects = (suspects := self._send(run, sending.claim_suspects)) > 0
                sent += suspects
            if not sent:
                return tried
            tried += sent

    def close(self) -> None:
        """Give the connection back."""
        self._way.close()

    def _send(self, run: str, claim: Callable[[Session, str, str], list[Due]]) -> int:
        with self._database.write() as session:
            batch = claim(session, run, self._channel)
            if batch:
                failpoints.reached("sender.claiming")
        if batch:
            failpoints.reached("sender.claimed")
            outcomes = self._hand_over(batch)
            failpoints.reached("sender.sent")
            self._record(run, outcomes)
            self._batch = min(self._batch * 2, BATCHES[self._channel])
        return len(batch)

    def _claim_due(self, session: Session, run: str, channel: str) -> list[Due]:
        return sending.claim_due(session, run, channel, self._batch)

    def _hand_over(self, batch: Sequence[Due]) -> list[tuple[Due, Outcome]]:
        tries: dict[UUID, _Try] = {}
        outcomes: list[tuple[Due, Outcome]] = []

        def settle(reference: UUID, outcome: Outcome) -> None:
            tried = tries.pop(reference)
            outcomes.append((tried.notification, outcome))
            _tell(self._channel, tried, outcome)

        def letters() -> Iterator[Letter]:
            for notification in batch:
                span = tracing.Span(notification.traceparent, f"send {self._channel} {notification.message}", "client")
                tries[notification.id] = _Try(notification, span, clock.monotonic())
                try:
                    yield render(self._config, notification, span.traceparent)
                except Exception as error:
                    _log.error("cannot render", event_id=str(notification.event_id), reason=place_of(error))
                    settle(notification.id, _Unrenderable(f"rendering: {type(error).__name__}"))

        for letter, outcome in self._way.send_all(letters()):
            settle(letter.reference, outcome)
        return outcomes

    def _sms_taken(self, outcomes: list[tuple[Due, Outcome]]) -> list[tuple[str, int]]:
        """Number and parts of each SMS of which it is certain whether it went; one that didn't took none."""
        if self._channel != SMS:
            return []
        return [
            (decrypt(self._config.box, due.contact.address), out if isinstance(out, int) else 0)
            for due, out in outcomes
            if not isinstance(out, Unclear)
        ]

    def _record(self, run: str, outcomes: list[tuple[Due, Outcome]]) -> None:
        with self._database.write() as session:
            sending.record_sent(
                session, run, {note.id: out for note, out in outcomes if not isinstance(out, CannotSend)}
            )
            spending.settle(session, self._config, self._sms_taken(outcomes))
            sending.record(
                session, [(note.id, _record_of(run, out)) for note, out in outcomes if isinstance(out, CannotSend)]
            )
            failpoints.reached("sender.recording")
        failpoints.reached("sender.recorded")


def _way_out(channel: str, config: Config, database: Database) -> Channel:
    if (config.mail_url if channel == EMAIL else config.sms_url) == MAILBOX:
        return Mailbox(config, database)
    return Smtp(config) if channel == EMAIL else Kannel(config)


_NAMES = {Later: "later", Unclear: "unclear", _Unrenderable: "unrenderable"}


def _tell(channel: str, tried: _Try, outcome: Outcome) -> None:
    """Leave behind a figure, the end of the span, and a line for what a person may have to look at."""
    was_sent = not isinstance(outcome, CannotSend)
    if isinstance(outcome, Unclear):
        _log.warning("perhaps sent", event_id=str(tried.notification.event_id), reason=str(outcome))
    figures.count_try(
        channel, "sent" if was_sent else _NAMES.get(type(outcome), "refused"), clock.monotonic() - tried.began
    )
    tried.span.has_failed = not was_sent
    tracing.end(tried.span)


def _record_of(run: str, outcome: CannotSend) -> Record:
    if isinstance(outcome, Later):
        return partial(Notification.note_delay, by=run, reason=str(outcome))
    if isinstance(outcome, Unclear):
        return partial(Notification.doubt, by=run, reason=str(outcome))
    return partial(Notification.note_failure, by=run, reason=str(outcome))
