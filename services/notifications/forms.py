"""Forms: a message in one language, with blanks where each reader's own links and codes go.

Of thousands who are told the same, only the blanks differ: the templates are filled once and the blanks for each of them. What
the templates see of an event is what readers may share: no ids, moments to the minute, and a blank for every personal text.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_type_hints
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from services.notifications import wording
from services.notifications.models import AUTHOR, MEMBER, SMS
from shared.events.catalogue import EVENTS
from shared.events.event import load
from shared.web import i18n
from shared.web.i18n import gettext
from shared.web.settings import Operator

#: The personal texts that a message may show.
BLANKS = ("link", "stop_link", "code", "ticket", "tracking_code", "not_me_link")

_MESSAGES = Path(__file__).parent / "messages"
_RIGHT_TO_LEFT_MARK = "\u200f"
# Nobody can type these controls into a text of ours: fields refuse them.
_BLANK = re.compile("\x02([a-z_]+)\x03")


class Kind(Enum):
    """Why a message comes: to ask an address, about what somebody did themselves, or because they follow something."""

    CONFIRMATION = "confirmation"
    PERSONAL = "personal"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Shared:
    """What the words of a message depend on. `facts` come from `shared_facts`; `blanks` name the personal texts there are."""

    message: str
    kind: Kind
    channel: str
    language: str
    role: str
    facts: str
    blanks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The parts of a message: `subject` and `html` are empty for an SMS."""

    subject: str
    text: str
    html: str


def filled(form: Form, own: Mapping[str, str]) -> Form:
    """The form with its blanks filled by `own` texts, escaped where it is HTML."""

    def plain(blank: re.Match[str]) -> str:
        return own[blank[1]]

    def escaped(blank: re.Match[str]) -> str:
        return str(escape(own[blank[1]]))

    return Form(_BLANK.sub(plain, form.subject), _BLANK.sub(plain, form.text), _BLANK.sub(escaped, form.html))


@lru_cache(maxsize=500)
def form(shared: Shared, sender: str, answers_to: str | None, operator: Operator, front: str) -> Form:
    """The form for all readers who share so much. An SMS can be answered to `answers_to`; `front` is the front page."""
    with i18n.render_in(shared.language, "notifications"):
        context = {**_context(shared), "sender": sender, "operator": operator}
        context |= {"answers_to": answers_to, "front": front, "unchecked": i18n.unchecked()}
        if shared.channel == SMS:
            text = _fill("txt", shared.message, "sms.txt", context)
            # Phones take the direction from the first letters, and those are our sender's name.
            return Form("", f"{_RIGHT_TO_LEFT_MARK}{text}" if i18n.direction() == "rtl" else text, "")
        context["subject"] = _fill("txt", shared.message, "subject.txt", context)
        text, html = (_fill(kind, shared.message, f"body.{kind}", context) for kind in ("txt", "html"))
        return Form(context["subject"], text, html)


def shared_facts(message: str, facts: Mapping[str, Any]) -> str:
    """The facts (as they were told, JSON-ready) without what is one reader's alone, as JSON."""
    kept = {name: value for name, value in facts.items() if name not in {"private", "code"}}
    if message in EVENTS:
        ids, moments = _personal_fields(message)
        times = {name: _to_the_minute(facts["fact"][name]) for name in moments if facts["fact"].get(name)}
        kept["fact"] = {**facts["fact"], **ids, **times}
    return json.dumps(kept)


def _context(shared: Shared) -> dict[str, Any]:
    facts = json.loads(shared.facts)
    if shared.message in EVENTS:
        facts["fact"] = load(EVENTS[shared.message], facts["fact"])
    if conference := facts.get("conference"):
        # What waits since an earlier release knows nothing of these.
        conference |= {name: conference.get(name) for name in ("venue_features", "venue_access", "explanation")}
        for name in ("starts_at", "ends_at"):
            conference[name] = datetime.fromisoformat(conference[name])
    own = {name: f"\x02{name}\x03" if name in shared.blanks else None for name in BLANKS}
    topic_kind = facts.get("topic_kind")
    return {
        **facts,
        **own,
        "private": SimpleNamespace(**own),
        "topic": wording.topic(topic_kind, facts["title"], is_one=bool(facts["topic_id"])) if topic_kind else "",
        "is_author": shared.role == AUTHOR,
        "why": _why(shared.kind, shared.role),
        "stop": _how_to_stop(shared),
    }


@cache
def _personal_fields(message: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields of an event that are ids, with what stands for any of them, and those that are moments."""
    hints = get_type_hints(EVENTS[message])
    anybody: dict[Any, Any] = {UUID: str(UUID(int=0)), UUID | None: None, list[UUID]: []}
    own = [field.name for field in fields(EVENTS[message])]
    ids = {name: anybody[hints[name]] for name in own if hints[name] in anybody}
    return ids, tuple(name for name in own if hints[name] in (datetime, datetime | None))


def _to_the_minute(moment: str) -> str:
    return datetime.fromisoformat(moment).replace(second=0, microsecond=0).isoformat()


def _why(kind: Kind, role: str) -> str:
    if kind is Kind.CONFIRMATION:
        return gettext(
            "Diese Nachricht kommt, weil jemand auf unserer Seite diese Adresse angegeben hat. "
            "Waren Sie das nicht? Dann müssen Sie nichts tun."
        )
    if role == AUTHOR:
        return gettext("Diese Nachricht kommt, weil Sie uns geschrieben haben und davon hören möchten.")
    if role == MEMBER:
        return gettext("Diese Nachricht kommt, weil Sie im Integrationsrat mitarbeiten.")
    if kind is Kind.PERSONAL:
        return gettext("Diese Nachricht kommt, weil Sie sich bei uns angemeldet haben.")
    return gettext("Diese Nachricht kommt, weil Sie Mitteilungen dazu bestellt haben.")


def _how_to_stop(shared: Shared) -> str:
    if "not_me_link" in shared.blanks:
        return gettext("Das war ich nicht, bitte schreiben Sie mir nie wieder")
    if shared.kind is Kind.CONFIRMATION:
        return gettext("Keine Nachrichten mehr an diese Adresse")
    return gettext("Mitteilungen ändern oder abbestellen")


def _fill(kind: str, message: str, name: str, context: Mapping[str, Any]) -> str:
    template = _environment(kind).get_template(f"{message}/{name}")
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
        features=wording.features,
    )
    env.globals.update(
        own=_apart if is_html else _as_is,
        spoken=i18n.language,
        direction=i18n.direction,
        localized_language=i18n.localized_language,
    )
    return env


def _apart(text: str, language: str | None = None) -> Markup:
    return (
        Markup('<bdi lang="{}">{}</bdi>').format(language, text) if language else Markup("<bdi>{}</bdi>").format(text)
    )


def _as_is(text: str, _language: str | None = None) -> str:
    return text
