"""The papers for the day of a conference: what the team has to know, who is expected, and what people wear."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from babel.lists import format_list
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration import calendars, queries, totals
from services.registration.config import Config
from services.registration.models import AgendaItem, Conference, Forum, Registration
from services.registration.models.alphabet import sorted_as
from services.registration.models.household import AGE_GROUPS
from services.registration.models.people import ASSISTANCE, Person, language_name
from services.registration.models.registrations import CONFIRMED
from services.registration.models.venues import FEATURES
from shared import clock
from shared.web.i18n import LANGUAGES, format_clock, format_moment, format_number, gettext, language, localized
from shared.web.papers import apart, render

_TEMPLATES = Path(__file__).parent / "templates" / "papers"
#: Rows for people without registration, and badges on a page.
BLANK_ROWS = 25
BADGES_ON_A_PAGE = 10


def day_sheet(session: Session, config: Config, conference_id: UUID) -> bytes:
    """The conference on one page, needs only as counts. Raises NotFound."""
    conference = queries.conference(session, conference_id)
    counted = totals.totals_of(session, config, conference_id)
    told = {
        "title": gettext("Tagesblatt"),
        "conference": apart(localized(conference.title)),
        "facts": _facts(config, conference, counted),
        "columns": [[_agenda(conference), _forums(conference, counted)], _needs(counted)],
    }
    return render(_TEMPLATES / "day_sheet.typ", told)


def sign_in_list(session: Session, config: Config, conference_id: UUID) -> bytes:
    """Who is expected, by name, with a box to tick: neither addresses nor needs. Raises NotFound."""
    conference = queries.conference(session, conference_id)
    seated = _seated(session, config, conference_id)
    people = sum(one["people"] for one in seated)
    nameless = gettext("ohne Namen")
    told = {
        "title": gettext("Teilnahmeliste: %(conference)s", conference=apart(localized(conference.title))),
        "when": _when(conference),
        "place": apart(calendars.place_of(conference)),
        "expected": gettext("Erwartete Personen: %(people)s", people=format_number(people)),
        "head": [gettext("Da"), gettext("Name"), gettext("Personen")],
        "rows": [{"name": one["name"] or nameless, "people": format_number(one["people"])} for one in seated],
        "walk_ins": gettext("Ohne Anmeldung"),
        "blank_rows": BLANK_ROWS,
        "numbered": gettext("Seite %(page)s von %(pages)s", page="{page}", pages="{pages}"),
    }
    return render(_TEMPLATES / "sign_in.typ", told)


def badges(session: Session, config: Config, conference_id: UUID) -> bytes:
    """A badge for everybody with a place who gave a name, and a page of blank ones. Raises NotFound."""
    conference = queries.conference(session, conference_id)
    told = {
        "title": gettext("Namensschilder: %(conference)s", conference=apart(localized(conference.title))),
        "conference": apart(localized(conference.title)),
        "badges": [_badge(one) for one in _seated(session, config, conference_id) if one["name"]],
        "blank": BADGES_ON_A_PAGE,
    }
    return render(_TEMPLATES / "badges.typ", told)


def _seated(session: Session, config: Config, conference_id: UUID) -> list[dict[str, Any]]:
    """Name, number of people and language of everybody with a place, by name; who gave none comes last."""
    wanted = select(Registration.person, Registration.companions, Registration.language).where(
        Registration.conference_id == conference_id, Registration.status == CONFIRMED
    )
    seated = [
        {
            "name": apart(Person.decrypted(config.column_box, row.person).name or ""),
            "people": 1 + row.companions,
            "language": row.language,
        }
        for row in session.execute(wanted)
    ]
    return sorted(seated, key=lambda one: (not one["name"], sorted_as(one["name"]), one["name"], one["people"]))


def _badge(one: Mapping[str, Any]) -> dict[str, str]:
    # That somebody reads plain language is nobody's business.
    tag = one["language"].partition("-")[0]
    return {"name": one["name"], "language": tag, "spoken": LANGUAGES[tag].name}


def _facts(config: Config, conference: Conference, counted: totals.Totals) -> list[tuple[str, str]]:
    features = [str(FEATURES[name]) for name in FEATURES if name in conference.venue_features]
    access = [format_list(features, locale=language().locale) if features else "", localized(conference.venue_access)]
    expected = gettext(
        "%(people)s (Plätze: %(capacity)s, Anmeldungen: %(registrations)s)",
        people=format_number(counted.places),
        capacity=format_number(conference.capacity),
        registrations=format_number(counted.registrations),
    )
    operator = config.web.operator
    facts = [
        (gettext("Wann"), _when(conference)),
        (gettext("Wo"), apart(calendars.place_of(conference))),
        (gettext("Zugang"), " · ".join(apart(part) for part in access if part)),
        (gettext("Erwartete Personen"), expected),
        (gettext("Telefon des Büros"), f"{apart(operator.phone)} ({apart(operator.name)})"),
    ]
    return [(name, text) for name, text in facts if text]


def _agenda(conference: Conference) -> dict[str, Any]:
    return _part(
        gettext("Programm"),
        [gettext("Zeit"), gettext("Was"), gettext("Raum")],
        [[_times(item), apart(localized(item.title)), apart(item.room)] for item in conference.agenda],
        gettext("Noch kein Programm."),
        numbers=False,
    )


def _forums(conference: Conference, counted: totals.Totals) -> dict[str, Any]:
    return _part(
        gettext("Foren"),
        [gettext("Zeit"), gettext("Forum"), gettext("Anmeldungen")],
        [[_times(one), _forum(one), format_number(counted.forums[one.id])] for one in conference.forums],
        gettext("Keine Foren."),
    )


def _forum(forum: Forum) -> str:
    parts = [
        apart(localized(forum.title)),
        gettext("Raum: %(room)s", room=apart(forum.room)) if forum.room else "",
        gettext("Dolmetschen: %(languages)s", languages=apart(forum.interpretation_named))
        if forum.interpretation
        else "",
    ]
    return " · ".join(part for part in parts if part)


def _needs(counted: totals.Totals) -> list[dict[str, Any]]:
    count = gettext("Anmeldungen")
    children = {name: people for name, people in counted.childcare_ages.items() if people}
    return [
        _part(
            gettext("Dolmetschen gewünscht"),
            [gettext("Sprache"), count],
            [[apart(language_name(tag)), format_number(wishes)] for tag, wishes in counted.interpretation.items()],
            gettext("Niemand."),
        ),
        _part(
            gettext("Kinder, die Betreuung brauchen: %(children)s", children=format_number(counted.childcare)),
            [gettext("Alter der Kinder in diesen Familien"), gettext("Kinder")],
            [[str(AGE_GROUPS[name].label), format_number(people)] for name, people in children.items()],
            gettext("Keine."),
        ),
        _part(
            gettext("Hilfe vor Ort gewünscht"),
            [gettext("Hilfe"), count],
            [[str(ASSISTANCE[name]), format_number(wishes)] for name, wishes in counted.assistance.items()],
            gettext("Niemand."),
        ),
    ]


def _part(caption: str, head: list[str], rows: list[list[str]], none: str, *, numbers: bool = True) -> dict[str, Any]:
    """A table under its caption, or `none`; with `numbers` its last column is one of numbers."""
    return {"caption": caption, "head": head, "rows": rows, "none": none, "numbers": numbers}


def _when(conference: Conference) -> str:
    days = {at.astimezone(clock.CIVIL_ZONE).date() for at in (conference.starts_at, conference.ends_at)}
    end = format_clock(conference.ends_at) if len(days) == 1 else format_moment(conference.ends_at)
    return gettext("%(start)s bis %(end)s", start=format_moment(conference.starts_at), end=end)


def _times(item: AgendaItem | Forum) -> str:
    if item.starts_at is None or item.ends_at is None:
        return ""
    return gettext("%(start)s bis %(end)s", start=format_clock(item.starts_at), end=format_clock(item.ends_at))
