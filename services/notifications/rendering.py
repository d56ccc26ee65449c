"""Turning a notification into the letter that goes out: texts in its language, one link, why it comes and how to stop it.

A message is a folder under messages/ and a line in MESSAGES.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.notifications import urls, wording
from services.notifications.channels import calendars
from services.notifications.channels.letter import Attachment, Letter
from services.notifications.config import Config
from services.notifications.models import AUTHOR, EMAIL, MEMBER, SMS, Notification
from shared.columns import decrypt
from shared.events.catalogue import EVENTS
from shared.events.event import load
from shared.web import i18n
from shared.web.i18n import gettext

_MESSAGES = Path(__file__).parent / "messages"
_RIGHT_TO_LEFT_MARK = "\u200f"


class Kind(Enum):
    """Why a message comes: to ask an address, about what somebody did themselves, or because they follow something."""

    CONFIRMATION = "confirmation"
    PERSONAL = "personal"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Message:
    """What the table says of a message: its kind, where its one link leads, and its calendar method if it has a date."""

    kind: Kind
    link: Callable[[Config, Notification, Mapping[str, Any]], str]
    calendar: str | None = None


def _given(*names: str) -> Callable[[Config, Notification, Mapping[str, Any]], str]:
    """The first link that came with the event's private part; the front page where there is none (an SMS code came)."""

    def link(config: Config, _notification: Notification, facts: Mapping[str, Any]) -> str:
        given = (getattr(facts["private"], name, None) for name in names)
        return next((url for url in given if url), f"{config.web.base_url}/")

    return link


def _page(kind: str, id_field: str) -> Callable[[Config, Notification, Mapping[str, Any]], str]:
    """The page of what it is about; authors get the whole story of what they handed in."""

    def link(config: Config, notification: Notification, facts: Mapping[str, Any]) -> str:
        if notification.following.tracking_code is not None:
            return urls.story_url(config, notification.following)
        return urls.page_url(config, kind, getattr(facts["fact"], id_field))

    return link


def _first_idea(config: Config, notification: Notification, facts: Mapping[str, Any]) -> str:
    if notification.following.tracking_code is not None:
        return urls.story_url(config, notification.following)
    return urls.page_url(config, "idea", facts["fact"].idea_ids[0])


def _confirm(config: Config, notification: Notification, _facts: Mapping[str, Any]) -> str:
    return urls.confirm_url(config, notification.following)


def _mine(config: Config, notification: Notification, _facts: Mapping[str, Any]) -> str:
    return urls.mine_url(config, notification.contact)


_OF_CASE = Message(Kind.NEWS, _page("case", "case_id"))
_OF_IDEA = Message(Kind.NEWS, _page("idea", "idea_id"))

MESSAGES = {
    "registration.requested": Message(Kind.CONFIRMATION, _given("confirm_url")),
    "registration.repeated": Message(Kind.PERSONAL, _given("manage_url")),
    "registration.confirmed": Message(Kind.PERSONAL, _given("ticket_url", "manage_url"), calendar="PUBLISH"),
    "registration.waitlisted": Message(Kind.PERSONAL, _given("manage_url")),
    "registration.promoted": Message(Kind.PERSONAL, _given("ticket_url", "manage_url"), calendar="PUBLISH"),
    "registration.cancelled": Message(Kind.PERSONAL, _page("conference", "conference_id"), calendar="CANCEL"),
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
    "link.requested": Message(Kind.PERSONAL, _mine),
}


def render(config: Config, notification: Notification) -> Letter:
    """The letter for this notification, whose contact and following are loaded."""
    message = MESSAGES[notification.message]
    facts = _facts(config, notification)
    with i18n.render_in(notification.language, "notifications"):
        context = _context(config, notification, message, facts)
        is_email = notification.channel == EMAIL
        text = _fill("txt", notification, "body.txt", context) if is_email else _sms(notification, context)
        html = _fill("html", notification, "body.html", context) if is_email else ""
        return Letter(
            reference=notification.id,
            channel=notification.channel,
            to=decrypt(config.box, notification.contact.address),
            subject=context["subject"] if is_email else "",
            text=text,
            html=html,
            language=notification.language,
            links=_links(context, text, is_email=is_email),
            code=_code(facts),
            stop_url=urls.stop_url(config, notification.following) if message.kind is Kind.NEWS else None,
            attachments=_attachments(config, notification, message, facts) if is_email else (),
        )


def _facts(config: Config, notification: Notification) -> dict[str, Any]:
    """The facts as they were told, with dates as dates again."""
    if notification.facts is None:
        raise LookupError("its facts went when it was sent")
    facts: dict[str, Any] = json.loads(decrypt(config.box, notification.facts))
    event = EVENTS.get(notification.message)
    if event is not None:
        facts["fact"] = load(event, facts["fact"])
        if "private" in facts:
            facts["private"] = load(event.private["notifications"], facts["private"])
    if conference := facts.get("conference"):
        for name in ("starts_at", "ends_at"):
            conference[name] = datetime.fromisoformat(conference[name])
    return facts


def _context(config: Config, notification: Notification, message: Message, facts: Mapping[str, Any]) -> dict[str, Any]:
    link = message.link(config, notification, facts)
    if notification.channel == SMS and message.kind is Kind.NEWS:
        link = urls.short_url(config, notification.following)
    context = {
        **facts,
        "link": link,
        "sender": config.sms_sender,
        "operator": config.web.operator,
        "topic": _topic(facts),
        "is_author": notification.following.role == AUTHOR,
        "why": _why(notification, message),
        "stop": _how_to_stop(message),
        "stop_link": urls.mine_url(config, notification.contact),
    }
    return {**context, "subject": _fill("txt", notification, "subject.txt", context)}


def _topic(facts: Mapping[str, Any]) -> str:
    kind = facts.get("topic_kind")
    return wording.topic(kind, facts["title"], is_one=bool(facts["topic_id"])) if kind else ""


def _why(notification: Notification, message: Message) -> str:
    if message.kind is Kind.CONFIRMATION:
        return gettext(
            "Diese Nachricht kommt, weil jemand auf unserer Seite diese Adresse angegeben hat. "
            "Waren Sie das nicht? Dann müssen Sie nichts tun."
        )
    role = notification.following.role
    if role == AUTHOR:
        return gettext("Diese Nachricht kommt, weil Sie uns geschrieben haben und davon hören möchten.")
    if role == MEMBER:
        return gettext("Diese Nachricht kommt, weil Sie im Integrationsrat mitarbeiten.")
    if message.kind is Kind.PERSONAL:
        return gettext("Diese Nachricht kommt, weil Sie sich bei uns angemeldet haben.")
    return gettext("Diese Nachricht kommt, weil Sie Mitteilungen dazu bestellt haben.")


def _how_to_stop(message: Message) -> str:
    if message.kind is Kind.CONFIRMATION:
        return gettext("Keine Nachrichten mehr an diese Adresse")
    return gettext("Mitteilungen ändern oder abbestellen")


def _links(context: Mapping[str, Any], text: str, *, is_email: bool) -> tuple[str, ...]:
    links = (context["link"], context["stop_link"]) if is_email else (context["link"],)
    return tuple(dict.fromkeys(link for link in links if link in text))


def _code(facts: Mapping[str, Any]) -> str | None:
    return facts.get("code") or getattr(facts.get("private"), "code", None)


def _attachments(
    config: Config, notification: Notification, message: Message, facts: Mapping[str, Any]
) -> tuple[Attachment, ...]:
    if message.calendar is None:
        return ()
    uid = f"{facts['fact'].registration_id}@{config.mail_domain}"
    return (calendars.entry(message.calendar, uid, notification.created_at, facts["conference"]),)


def _sms(notification: Notification, context: Mapping[str, Any]) -> str:
    text = _fill("txt", notification, "sms.txt", context)
    # Phones take the direction from the first letters, and those are our sender's name.
    return f"{_RIGHT_TO_LEFT_MARK}{text}" if i18n.direction() == "rtl" else text


def _fill(kind: str, notification: Notification, name: str, context: Mapping[str, Any]) -> str:
    template = _environment(kind).get_template(f"{notification.message}/{name}")
    # Branches of a template leave empty lines behind.
    return re.sub(r"\n{3,}", "\n\n", template.render(context).strip())


@cache
def _environment(kind: str) -> Environment:
    """Jinja for `html` (everything escaped, inserted text kept apart from its surroundings) or for plain `txt`."""
    is_html = kind == "html"
    env = Environment(
        loader=FileSystemLoader(_MESSAGES),
        autoescape=is_html,  # noqa: S701 - the other kind is plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(
        moment=i18n.format_moment,
        day=i18n.format_day,
        number=i18n.format_number,
        localized=i18n.localized,
        grouped=_grouped,
    )
    env.globals.update(
        own=_apart if is_html else _as_is,
        spoken=i18n.language,
        direction=i18n.direction,
        localized_language=i18n.localized_language,
    )
    return env


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _apart(text: str, language: str | None = None) -> Markup:
    return (
        Markup('<bdi lang="{}">{}</bdi>').format(language, text) if language else Markup("<bdi>{}</bdi>").format(text)
    )


def _as_is(text: str, _language: str | None = None) -> str:
    return text
