"""Turning a notification into the letter that goes out: texts in its language, one link, why it comes and how to stop it.

A message is a folder under messages/ and a line in MESSAGES.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifications import urls
from services.notifications.channels import calendars, gsm
from services.notifications.channels.letter import Attachment, Letter
from services.notifications.config import Config
from services.notifications.due import Due
from services.notifications.forms import BLANKS, Form, Kind, Shared, filled, form, shared_facts
from services.notifications.models import EMAIL, SMS
from shared.calendar_entries import Entry
from shared.columns import decrypt
from shared.web.i18n import localized

#: The standing of a registration with a place, as its events say it.
CONFIRMED = "confirmed"

_LINKS = ("link", "stop_link", "not_me_link")


@dataclass(frozen=True, slots=True)
class Message:
    """What the table says of a message: its kind, where its one link leads, whether it brings a date for calendars, and whether
    an SMS answers it."""

    kind: Kind
    link: Callable[[Config, Due, Mapping[str, Any]], str]
    has_date: bool = False
    takes_answers: bool = False


def _given(*names: str) -> Callable[[Config, Due, Mapping[str, Any]], str]:
    """The first link that came with the event's private part; the front page where there is none (an SMS code came)."""

    def link(config: Config, _notification: Due, facts: Mapping[str, Any]) -> str:
        given = (facts["private"].get(name) for name in names)
        return next((url for url in given if url), f"{config.web.base_url}/")

    return link


def _page(kind: str, id_field: str) -> Callable[[Config, Due, Mapping[str, Any]], str]:
    """The page of what it is about; authors get the whole story of what they handed in."""

    def link(config: Config, notification: Due, facts: Mapping[str, Any]) -> str:
        if notification.following.tracking_code is not None:
            return urls.story_url(config, notification.following)
        return urls.page_url(config, kind, facts["fact"][id_field])

    return link


def _first_idea(config: Config, notification: Due, facts: Mapping[str, Any]) -> str:
    if notification.following.tracking_code is not None:
        return urls.story_url(config, notification.following)
    return urls.page_url(config, "idea", facts["fact"]["idea_ids"][0])


def _confirm(config: Config, notification: Due, _facts: Mapping[str, Any]) -> str:
    return urls.confirm_url(config, notification.following)


def _mine(config: Config, notification: Due, _facts: Mapping[str, Any]) -> str:
    return urls.mine_url(config, notification.contact)


def _copy(config: Config, _notification: Due, facts: Mapping[str, Any]) -> str:
    return urls.copy_url(config, UUID(facts["access_id"]))


_OF_CASE = Message(Kind.NEWS, _page("case", "case_id"))
_OF_IDEA = Message(Kind.NEWS, _page("idea", "idea_id"))

MESSAGES = {
    "registration.requested": Message(Kind.CONFIRMATION, _given("confirm_url")),
    "registration.repeated": Message(Kind.PERSONAL, _given("manage_url")),
    "registration.confirmed": Message(Kind.PERSONAL, _given("ticket_url", "manage_url"), has_date=True),
    "registration.applied": Message(Kind.PERSONAL, _given("manage_url")),
    "registration.waitlisted": Message(Kind.PERSONAL, _given("manage_url")),
    "registration.offered": Message(Kind.PERSONAL, _given("manage_url"), takes_answers=True),
    "registration.requeued": Message(Kind.PERSONAL, _given("manage_url")),
    "registration.answer_missed": Message(Kind.PERSONAL, _given("manage_url")),
    "registration.promoted": Message(Kind.PERSONAL, _given("ticket_url", "manage_url"), has_date=True),
    "registration.changed": Message(Kind.PERSONAL, _given("manage_url"), has_date=True),
    "registration.reminded": Message(Kind.PERSONAL, _given("ticket_url", "manage_url")),
    "registration.attended": Message(Kind.PERSONAL, _page("conference", "conference_id")),
    "registration.cancelled": Message(Kind.PERSONAL, _page("conference", "conference_id"), has_date=True),
    "idea.received": Message(Kind.CONFIRMATION, _given("confirm_url")),
    "petition.received": Message(Kind.CONFIRMATION, _given("confirm_url")),
    "idea.published": _OF_IDEA,
    "idea.declined": _OF_IDEA,
    "idea.withdrawn": _OF_IDEA,
    "recommendation.adopted": Message(Kind.NEWS, _first_idea),
    "case.opened": _OF_CASE,
    "case.triaged": _OF_CASE,
    "case.scheduled": _OF_CASE,
    "case.decided": _OF_CASE,
    "case.referred": _OF_CASE,
    "case.acknowledged": _OF_CASE,
    "case.answered": _OF_CASE,
    "case.closed": _OF_CASE,
    "conference.announced": Message(Kind.NEWS, _page("conference", "conference_id")),
    "follow.requested": Message(Kind.CONFIRMATION, _confirm),
    "sms.help": Message(Kind.PERSONAL, _mine),
    "link.requested": Message(Kind.PERSONAL, _mine),
    "access.ready": Message(Kind.PERSONAL, _copy),
}


def render(config: Config, notification: Due, traceparent: str | None = None) -> Letter:
    """The letter for this notification; `traceparent` leads to its cause."""
    message, is_email = MESSAGES[notification.message], notification.channel == EMAIL
    facts = _facts(config, notification)
    own = _own(config, notification, message, facts)
    words = _words(config, notification, facts, own)
    return Letter(
        reference=notification.id,
        channel=notification.channel,
        to=decrypt(config.box, notification.contact.address),
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=notification.language,
        links=tuple(dict.fromkeys(own[name] for name in _LINKS if name in own and own[name] in words.text)),
        code=own.get("code"),
        stop_url=urls.stop_url(config, notification.following) if message.kind is Kind.NEWS else None,
        attachments=_attachments(config, notification, message, facts) if is_email else (),
        traceparent=traceparent,
    )


def _words(config: Config, notification: Due, facts: Mapping[str, Any], own: Mapping[str, str]) -> Form:
    """The words of the letter. An SMS says how to disown it only where it costs no further part, and has a link beside the
    answers it takes only where two parts hold it."""
    shared = Shared(
        notification.message,
        MESSAGES[notification.message].kind,
        notification.channel,
        notification.language,
        notification.following.role,
        shared_facts(notification.message, facts),
        tuple(own),
    )
    words = filled(
        form(shared, config.sms_sender, config.sms_answers_to, config.web.operator, config.web.base_url), own
    )
    spare = _spare(config, notification) & own.keys() if notification.channel == SMS else set()
    if not spare:
        return words
    shorter = _words(config, notification, facts, {name: own[name] for name in own if name not in spare})
    return words if gsm.fit(words.text).parts <= max(gsm.fit(shorter.text).parts, _room_of(spare)) else shorter


def _spare(config: Config, notification: Due) -> set[str]:
    """What an SMS can do without."""
    is_answered = MESSAGES[notification.message].takes_answers and config.sms_answers_to is not None
    return {"not_me_link", "link"} if is_answered else {"not_me_link"}


def _room_of(spare: set[str]) -> int:
    """So many parts it may take anyway."""
    return 2 if "link" in spare else 1


def _facts(config: Config, notification: Due) -> dict[str, Any]:
    """The facts as they were told, JSON-ready."""
    if notification.facts is None:
        raise LookupError("its facts went when it was sent")
    facts: dict[str, Any] = json.loads(decrypt(config.box, notification.facts))
    return facts


def _own(config: Config, notification: Due, message: Message, facts: Mapping[str, Any]) -> dict[str, str]:
    """What fills this reader's blanks: texts that they have, by name."""
    link = message.link(config, notification, facts)
    if notification.channel == SMS and message.kind is Kind.NEWS:
        link = urls.short_url(config, notification.following)
    private = facts.get("private", {})
    confirmed_at = notification.contact.confirmed_at
    # As it was when they were asked: what goes out once more says the same, though they may have answered meanwhile.
    was_stranger = confirmed_at is None or confirmed_at > notification.created_at
    is_stranger = message.kind is Kind.CONFIRMATION and was_stranger
    texts = {
        "link": link,
        "stop_link": None if is_stranger else urls.mine_url(config, notification.contact),
        "not_me_link": _not_me(config, notification) if is_stranger else None,
        "code": facts.get("code") or private.get("code"),
        "ticket": private.get("ticket"),
        "tracking_code": _grouped(private.get("tracking_code") or ""),
    }
    return {name: texts[name] for name in BLANKS if texts[name]}


def _not_me(config: Config, notification: Due) -> str:
    is_sms = notification.channel == SMS
    return (urls.short_url if is_sms else urls.not_me_url)(config, notification.following)


def _standing(fact: Mapping[str, Any]) -> str:
    """Where a registration stands, or stood until it ended."""
    standing: str = fact.get("previous_status", fact.get("status", CONFIRMED))
    return standing


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _attachments(
    config: Config, notification: Due, message: Message, facts: Mapping[str, Any]
) -> tuple[Attachment, ...]:
    # Whoever has no place, or never had one, has no date.
    if not message.has_date or _standing(facts["fact"]) != CONFIRMED:
        return ()
    conference, is_cancelled = facts["conference"], notification.message == "registration.cancelled"
    # Who cancels takes out an entry that others keep; when they come back, theirs has to be newer than that.
    is_own = is_cancelled and facts["fact"].get("reason") != "conference_cancelled"
    entry = Entry(
        conference_id=UUID(facts["fact"]["conference_id"]),
        sequence=conference.get("sequence", 0) + facts.get("private", {}).get("times_cancelled", 0) + is_own,
        made_at=notification.created_at,
        title=localized(conference["title"]),
        place=conference["venue"],
        starts_at=datetime.fromisoformat(conference["starts_at"]),
        ends_at=datetime.fromisoformat(conference["ends_at"]),
        organizer=config.web.operator.name,
        organizer_email=config.web.operator.email,
        is_cancelled=is_cancelled,
    )
    return (calendars.attached(entry),)
