"""Which pages are pictured: the ways that people take through the system, page by page.

A path with a star is the first link of that shape on the page before.
"""

from tests.screenshots.ways import At, Refused, Sent, Way, at, through


def _case(status: str, verb: str) -> Way:
    """The page of what can be done with a case in this state."""
    stops = (
        through(f"/intern/vorgaenge/?status={status}"),
        through("/intern/vorgaenge/*-*-*"),
        At(f"/intern/vorgaenge/*/{verb}"),
    )
    return Way("council", stops, "admin")


#: The way to the page of a conference in the console.
_TO_CONFERENCE = (through("/intern/konferenzen/"), through("/intern/konferenzen/*-*-*"))


def _of_conference(page: str, *later: At | Sent) -> Way:
    """One of the pages that the page of a conference leads to, and what comes after it."""
    return Way("registration", (*_TO_CONFERENCE, At(f"/intern/konferenzen/*/{page}"), *later), "admin")


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

_PAPER_LIST = (
    "Name;E-Mail;Handynummer;Weitere Erwachsene;Sprache\n"
    "Rojda Aksoy;rojda.{person}@example.org;;2;Deutsch\nOmar Haddad {person};;;;Arabisch\nHanna Vogt;hanna;;zwei;\n"
)

WAYS: tuple[Way, ...] = (
    Way("registration", at("/", "/konferenzen/", "/konferenzen/*")),
    Way("registration", at("/datenschutz", "/barrierefreiheit", "/impressum", "/diese-seite-gibt-es-nicht")),
    Way("registration", at("/api/registration/v1/docs")),
    Way(
        "registration",
        (
            through("/"),
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
            through("/"),
            through("/anmeldung/*"),
            Sent("registration-people", {"phone": "0151 23456789"}),
            Sent("registration-needs"),
            Sent("registration-check"),
            Sent("registration-code"),
        ),
    ),
    Way(
        "registration",
        (through("/postfach?to={person}@example.org"), At("/anmeldung/bestaetigen/*"), Sent("registration-own")),
    ),
    Way(
        "registration",
        (
            through("/postfach?to=leyla.yildiz@example.org"),
            *at("/anmeldung/ticket/*", "/anmeldung/meine/*", "/anmeldung/meine/*/aendern"),
        ),
    ),
    Way(
        "registration",
        (through("/postfach?to=aylin.demir@example.org"), At("/anmeldung/meine/*", name="registration-offered")),
    ),
    Way(
        "registration",
        (through("/postfach?to=osei@example.org"), At("/anmeldung/meine/*", name="registration-waiting")),
    ),
    Way(
        "registration",
        (through("/postfach?to=darius.rahimi@example.org"), At("/anmeldung/meine/*", name="registration-applied")),
    ),
    Way("submissions", at("/ideen/", "/ideen/*-*-*", "/mitteilungen/folgen/idea/*")),
    Way("submissions", (through("/postfach?to=leyla.yildiz@example.org"), At("/verfolgen/*"))),
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
            through("/postfach?to={person}@example.org"),
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
    Way("council", (through("/rat/?stand=offen"), through("/rat/vorgaenge/*"), At("/mitteilungen/folgen/case/*"))),
    Way("council", at("/intern/anmelden")),
    Way("notifications", at("/mitteilungen/", "/mitteilungen/folgen/council", "/mitteilungen/folgen/conference")),
    Way(
        "notifications",
        (
            through("/mitteilungen/folgen/council"),
            Sent("following-requested", {"email": "neu.{person}@example.org"}),
            through("/postfach?to=neu.{person}@example.org"),
            At("/mitteilungen/bestaetigen/*"),
            Sent("following-confirmed"),
        ),
    ),
    Way(
        "notifications",
        (
            through("/mitteilungen/folgen/council"),
            Sent("following-unasked", {"email": "fremd.{person}@example.org"}),
            through("/postfach?to=fremd.{person}@example.org"),
            At("/mitteilungen/nicht-ich/*"),
            Sent("following-refused"),
        ),
    ),
    Way("notifications", (through("/mitteilungen/folgen/council"), Sent("following-code", {"phone": "0151 23456788"}))),
    Way("notifications", (At("/postfach"), At("/postfach?to={person}@example.org"))),
    Way(
        "notifications",
        (
            through("/postfach?to=leyla.yildiz@example.org"),
            *at("/mitteilungen/meine/*", "/mitteilungen/meine/*/loeschen"),
        ),
    ),
    Way("notifications", (through("/postfach?to=%2B4915123456701"), At("/mitteilungen/s/*"))),
    Way(
        "registration",
        at(
            "/intern/konferenzen/",
            "/intern/konferenzen/*-*-*",
            "/intern/konferenzen/*/bearbeiten",
            "/intern/konferenzen/*/foren",
            "/intern/konferenzen/neu",
        ),
        "admin",
    ),
    *(
        _of_conference(page)
        for page in ("programm", "fragen", "postpone", "cancel", "zahlen", "anmelden", "zurueckhalten")
    ),
    _of_conference(
        "papierliste/",
        Refused("paper-list-refused", {"rows": "Name;Blutgruppe\nOmar Haddad;0\n"}),
        Sent("paper-list-check", {"rows": _PAPER_LIST}),
        Sent("paper-list-entered"),
    ),
    Way(
        "registration",
        (
            *_TO_CONFERENCE,
            *at("/intern/konferenzen/*/anmeldungen/", "/intern/konferenzen/*/anmeldungen/*-*-*"),
            At("/intern/konferenzen/*/anmeldungen/*-*-*/absagen"),
        ),
        "admin",
    ),
    _of_conference("anmeldungen/", At("/intern/konferenzen/*/anmeldungen/mitnehmen")),
    Way(
        "registration",
        (
            *_TO_CONFERENCE,
            *at("/intern/konferenzen/*/pruefen", "/intern/konferenzen/*/pruefen/*/ablehnen"),
            *_TO_CONFERENCE,
            through("/intern/konferenzen/*/pruefen"),
            At("/intern/konferenzen/*/anmeldungen/*-*-*", name="registration-to-decide"),
        ),
        "admin",
    ),
    Way(
        "registration",
        (
            *_TO_CONFERENCE,
            *at("/intern/konferenzen/*/warteliste/*", "/intern/konferenzen/*/warteliste/*/extend"),
            *at("/intern/konferenzen/einlass", "/intern/konferenzen/*-*-*/einlass"),
            *_TO_CONFERENCE,
            *at("/intern/konferenzen/*/plakat"),
            *_TO_CONFERENCE,
            *at("/intern/konferenzen/*/anwesenheit"),
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
        at("/intern/ideen/", "/intern/ideen/*-*-*", "/intern/ideen/empfehlungen/", "/intern/ideen/empfehlungen/*-*-*"),
        "admin",
    ),
    Way("submissions", (through("/intern/ideen/?status=new"), At("/intern/ideen/*-*-*")), "admin"),
    Way(
        "submissions",
        (
            through("/intern/ideen/?status=published"),
            through("/intern/ideen/*-*-*"),
            At("/intern/ideen/empfehlungen/neu?idea_ids=*"),
            Sent("adoption-check", _ADOPTION),
        ),
        "admin",
    ),
    Way(
        "council",
        at("/intern/", "/intern/vorgaenge/", "/intern/sitzungen/", "/intern/sitzungen/neu", "/intern/konto"),
        "admin",
    ),
    Way("council", at("/intern/konten/", "/intern/konten/*-*-*", "/intern/konten/neu", "/intern/abmelden"), "admin"),
    _case("opened", "triage"),
    _case("triaged", "schedule"),
    _case("scheduled", "decide"),
    _case("decided", "refer"),
    _case("referred", "acknowledge"),
    _case("acknowledged", "answer"),
    _case("answered", "close"),
    Way("notifications", at("/intern/mitteilungen/", "/intern/mitteilungen/sperre"), "admin"),
    Way(
        "council",
        at(
            "/intern/vorgaenge/betrieb/",
            "/intern/vorgaenge/betrieb/pruefung",
            "/intern/vorgaenge/betrieb/?q=recommendation.adopted",
            "/intern/vorgaenge/betrieb/ereignis/*",
        ),
        "admin",
    ),
)
