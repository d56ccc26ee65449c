"""Which pages are pictured: the ways that people take through the system, page by page.

A path with a star is the first link of that shape on the page before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class At:
    """The page under this path, with `{person}` filled in. One that is only on the way isn't pictured again; one that another
    page shares its path with has a `name` of its own."""

    path: str
    is_pictured: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The page, pictured as `name`, that comes after filling in these fields and pressing the form's button.

    `{person}` in a field is somebody new in each run and language: an address is asked only once a day.
    """

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused(Sent):
    """The same, where the form is shown again with what is wrong."""


@dataclass(frozen=True, slots=True)
class Way:
    """Pages that follow one another in one browser, of a staff account where there is a role."""

    service: str
    stops: tuple[At | Sent, ...]
    role: str = ""


def _at(*paths: str) -> tuple[At, ...]:
    return tuple(At(path) for path in paths)


def _through(path: str) -> At:
    return At(path, is_pictured=False)


def _case(status: str, verb: str) -> Way:
    """The page of what can be done with a case in this state."""
    stops = (
        _through(f"/intern/vorgaenge/?status={status}"),
        _through("/intern/vorgaenge/*-*-*"),
        At(f"/intern/vorgaenge/*/{verb}"),
    )
    return Way("council", stops, "admin")


#: The way to the page of a conference in the console.
_TO_CONFERENCE = (_through("/intern/konferenzen/"), _through("/intern/konferenzen/*-*-*"))


def _of_conference(page: str) -> Way:
    """One of the pages that the page of a conference leads to."""
    return Way("registration", (*_TO_CONFERENCE, At(f"/intern/konferenzen/*/{page}")), "admin")


_IDEA = {"title": "Eine Bank vor dem Rathaus", "text": "Ältere Menschen sollen sich dort ausruhen können."}
_PETITIONER = {"contact.name": "Jürgen Behrens", "contact.address": "Eißendorfer Straße 5, 21073 Hamburg"}
_ADOPTION = {
    "title.de": "Eine Bank vor dem Rathaus",
    "text.de": "Das Bezirksamt stellt vor dem Rathaus eine Bank auf.",
    "vote.yes": "61",
    "vote.no": "7",
    "vote.abstain": "9",
    "addressee.name": "Bezirksamt Harburg",
}

WAYS: tuple[Way, ...] = (
    Way("registration", _at("/", "/konferenzen/", "/konferenzen/*")),
    Way("registration", _at("/datenschutz", "/barrierefreiheit", "/impressum", "/diese-seite-gibt-es-nicht")),
    Way("registration", _at("/api/registration/v1/docs")),
    Way(
        "registration",
        (
            _through("/"),
            At("/anmeldung/*"),
            Refused("registration-refused"),
            Sent("registration-people", {"email": "{person}@example.org", "name": "Leyla Yıldız"}),
            Refused("registration-people-refused", {"household.youths": "1", "childcare": "1"}),
            Sent("registration-needs", {"household.children_3_5": "2"}),
            Sent("registration-check", {"interpretation": "ar"}),
            Sent("registration-sent"),
        ),
    ),
    Way(
        "registration",
        (
            _through("/"),
            _through("/anmeldung/*"),
            Sent("registration-people", {"phone": "0151 23456789"}),
            Sent("registration-needs"),
            Sent("registration-check"),
            Sent("registration-code"),
        ),
    ),
    Way(
        "registration",
        (_through("/postfach?to={person}@example.org"), At("/anmeldung/bestaetigen/*"), Sent("registration-own")),
    ),
    Way(
        "registration",
        (
            _through("/postfach?to=leyla.yildiz@example.org"),
            *_at("/anmeldung/ticket/*", "/anmeldung/meine/*", "/anmeldung/meine/*/aendern"),
        ),
    ),
    Way(
        "registration",
        (_through("/postfach?to=aylin.demir@example.org"), At("/anmeldung/meine/*", name="registration-offered")),
    ),
    Way(
        "registration",
        (_through("/postfach?to=osei@example.org"), At("/anmeldung/meine/*", name="registration-waiting")),
    ),
    Way(
        "registration",
        (_through("/postfach?to=darius.rahimi@example.org"), At("/anmeldung/meine/*", name="registration-applied")),
    ),
    Way("submissions", _at("/ideen/", "/ideen/*-*-*", "/mitteilungen/folgen/idea/*")),
    Way("submissions", (_through("/postfach?to=leyla.yildiz@example.org"), At("/verfolgen/*"))),
    Way("submissions", (At("/verfolgen/"), Refused("tracking-refused", {"code": "K7QX-2M4P-9TBE"}))),
    Way(
        "submissions",
        (
            At("/ideen/neu"),
            Sent("idea-contact", _IDEA),
            Sent("idea-check", {"contact.email": "{person}@example.org"}),
            Sent("idea-thanks"),
            At("/verfolgen/*"),
            At("/verfolgen/*/zurueckziehen"),
            _through("/postfach?to={person}@example.org"),
            At("/ideen/bestaetigen/*"),
            Sent("idea-confirmed"),
        ),
    ),
    Way(
        "submissions",
        (
            At("/ideen/eingabe"),
            Sent("petition-contact", _IDEA),
            Sent("petition-check", {**_PETITIONER, "contact.phone": "0151 23456789"}),
            Sent("petition-thanks"),
        ),
    ),
    Way("council", (At("/rat/"), At("/rat/?stand=abgeschlossen"), At("/rat/vorgaenge/*"))),
    Way("council", (_through("/rat/?stand=offen"), _through("/rat/vorgaenge/*"), At("/mitteilungen/folgen/case/*"))),
    Way("council", _at("/intern/anmelden")),
    Way("notifications", _at("/mitteilungen/", "/mitteilungen/folgen/council", "/mitteilungen/folgen/conference")),
    Way(
        "notifications",
        (
            _through("/mitteilungen/folgen/council"),
            Sent("following-requested", {"email": "neu.{person}@example.org"}),
            _through("/postfach?to=neu.{person}@example.org"),
            At("/mitteilungen/bestaetigen/*"),
            Sent("following-confirmed"),
        ),
    ),
    Way(
        "notifications",
        (
            _through("/mitteilungen/folgen/council"),
            Sent("following-unasked", {"email": "fremd.{person}@example.org"}),
            _through("/postfach?to=fremd.{person}@example.org"),
            At("/mitteilungen/nicht-ich/*"),
            Sent("following-refused"),
        ),
    ),
    Way(
        "notifications", (_through("/mitteilungen/folgen/council"), Sent("following-code", {"phone": "0151 23456788"}))
    ),
    Way("notifications", (At("/postfach"), At("/postfach?to={person}@example.org"))),
    Way(
        "notifications",
        (
            _through("/postfach?to=leyla.yildiz@example.org"),
            *_at("/mitteilungen/meine/*", "/mitteilungen/meine/*/loeschen"),
        ),
    ),
    Way("notifications", (_through("/postfach?to=%2B4915123456701"), At("/mitteilungen/s/*"))),
    Way(
        "registration",
        _at(
            "/intern/konferenzen/",
            "/intern/konferenzen/*-*-*",
            "/intern/konferenzen/*/bearbeiten",
            "/intern/konferenzen/*/foren",
            "/intern/konferenzen/neu",
        ),
        "admin",
    ),
    *(_of_conference(page) for page in ("programm", "postpone", "cancel", "zahlen", "anmelden", "zurueckhalten")),
    Way(
        "registration",
        (
            *_TO_CONFERENCE,
            *_at("/intern/konferenzen/*/anmeldungen/", "/intern/konferenzen/*/anmeldungen/*-*-*"),
            At("/intern/konferenzen/*/anmeldungen/*-*-*/absagen"),
        ),
        "admin",
    ),
    Way(
        "registration",
        (
            *_TO_CONFERENCE,
            *_at("/intern/konferenzen/*/anmeldungen/", "/intern/konferenzen/*/anmeldungen/mitnehmen"),
        ),
        "admin",
    ),
    Way(
        "registration",
        (
            *_TO_CONFERENCE,
            *_at("/intern/konferenzen/*/pruefen", "/intern/konferenzen/*/pruefen/*/ablehnen"),
            *_TO_CONFERENCE,
            _through("/intern/konferenzen/*/pruefen"),
            At("/intern/konferenzen/*/anmeldungen/*-*-*", name="registration-to-decide"),
        ),
        "admin",
    ),
    Way(
        "registration",
        (
            *_TO_CONFERENCE,
            *_at("/intern/konferenzen/*/warteliste/*", "/intern/konferenzen/*/warteliste/*/extend"),
            *_at("/intern/konferenzen/einlass", "/intern/konferenzen/*-*-*/einlass"),
            *_TO_CONFERENCE,
            *_at("/intern/konferenzen/*/plakat"),
            *_TO_CONFERENCE,
            *_at("/intern/konferenzen/*/anwesenheit"),
        ),
        "admin",
    ),
    Way(
        "council",
        (
            *_TO_CONFERENCE,
            At("/intern/konten/einlass?conference_id=*"),
            Sent("door-pass", {"display_name": "Einlass links"}),
        ),
        "admin",
    ),
    Way(
        "submissions",
        _at("/intern/ideen/", "/intern/ideen/*-*-*", "/intern/ideen/empfehlungen/", "/intern/ideen/empfehlungen/*-*-*"),
        "admin",
    ),
    Way("submissions", (_through("/intern/ideen/?status=new"), At("/intern/ideen/*-*-*")), "admin"),
    Way(
        "submissions",
        (
            _through("/intern/ideen/?status=published"),
            _through("/intern/ideen/*-*-*"),
            At("/intern/ideen/empfehlungen/neu?idea_ids=*"),
            Sent("adoption-check", _ADOPTION),
        ),
        "admin",
    ),
    Way(
        "council",
        _at("/intern/", "/intern/vorgaenge/", "/intern/sitzungen/", "/intern/sitzungen/neu", "/intern/konto"),
        "admin",
    ),
    Way("council", _at("/intern/konten/", "/intern/konten/*-*-*", "/intern/konten/neu", "/intern/abmelden"), "admin"),
    _case("opened", "triage"),
    _case("triaged", "schedule"),
    _case("scheduled", "decide"),
    _case("decided", "refer"),
    _case("referred", "acknowledge"),
    _case("acknowledged", "answer"),
    _case("answered", "close"),
    Way("notifications", _at("/intern/mitteilungen/", "/intern/mitteilungen/sperre"), "admin"),
    Way(
        "council",
        _at(
            "/intern/vorgaenge/betrieb/",
            "/intern/vorgaenge/betrieb/pruefung",
            "/intern/vorgaenge/betrieb/?q=recommendation.adopted",
            "/intern/vorgaenge/betrieb/ereignis/*",
        ),
        "admin",
    ),
)
