"""The papers for the day: what the team, the entrance and the guests get, and what must not stand there."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from services.registration.config import Config
from services.registration.models.agenda import MOST_ITEMS
from services.registration.models.forums import MOST_FORUMS
from services.registration.models.household import nobody
from services.registration.models.people import ASSISTANCE, INTERPRETATION
from services.registration.use_cases import conferences
from shared import ids
from shared.database import Database
from shared.web.i18n import LANGUAGES
from tests.papers import pages_of, tags_of
from tests.registration.builders import confirmed, pending

PAPERS = ("tagesblatt", "teilnahmeliste", "namensschilder")


@pytest.fixture
def paper(office: FlaskClient, conference_id: UUID) -> Callable[..., bytes]:
    """Asks for one of PAPERS in a language."""

    def ask(name: str, tag: str = "de") -> bytes:
        answer = office.get(f"/intern/konferenzen/{conference_id}/{name}.pdf?lang={tag}")
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.data

    return ask


@pytest.fixture
def register(config: Config, database: Database, conference_id: UUID) -> Callable[..., None]:
    """Gives places to people: each is what they told."""

    def seat(*people: dict[str, Any]) -> None:
        with database.write() as session:
            for told in people:
                confirmed(session, config, conference_id, **told)

    return seat


@pytest.mark.parametrize("name", PAPERS)
def test_papers_are_for_the_office_alone(
    name: str, client: FlaskClient, bearer: Callable[..., dict[str, str]], conference_id: UUID
) -> None:
    path = f"/intern/konferenzen/{conference_id}/{name}.pdf"
    assert client.get(path).location.startswith("/intern/anmelden?next=")
    token = bearer("door", "moderator", "member")["Authorization"].removeprefix("Bearer ")
    client.set_cookie("staff_token", token, path="/intern")

    assert client.get(path).status_code == 403


@pytest.mark.parametrize("name", PAPERS)
def test_there_are_no_papers_of_a_conference_that_is_not_there(name: str, office: FlaskClient) -> None:
    assert office.get(f"/intern/konferenzen/{ids.public()}/{name}.pdf").status_code == 404


@pytest.mark.parametrize("name", PAPERS)
def test_papers_speak_the_language_of_the_page_and_are_tagged(
    name: str, paper: Callable[..., bytes], register: Callable[..., None], conference_id: UUID
) -> None:
    register({"name": "ليلى محمد", "language": "ar"})
    for tag, language, direction in (("de", "de", "/L2R"), ("en", "en-GB", "/L2R"), ("ar", "ar", "/R2L")):
        root = PdfReader(BytesIO(made := paper(name, tag))).root_object

        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/Direction"] == direction
        assert "/P" in tags_of(made)


@pytest.mark.parametrize("name", PAPERS)
def test_papers_say_where_a_machine_translated_them(name: str, paper: Callable[..., bytes]) -> None:
    assert "Maschinell" not in " ".join(pages_of(paper(name, "de")))
    assert "Translated by machine" in " ".join(pages_of(paper(name, "en")))


def test_the_page_of_the_conference_leads_to_its_papers(office: FlaskClient, conference_id: UUID) -> None:
    said = office.get(f"/intern/konferenzen/{conference_id}").get_data(as_text=True)

    assert all(f"/intern/konferenzen/{conference_id}/{name}.pdf" in said for name in PAPERS)


def test_the_list_has_names_in_their_order_and_people_and_nothing_else(
    paper: Callable[..., bytes], register: Callable[..., None]
) -> None:
    needs = {"interpretation": ["ar"], "assistance": ["wheelchair"]}
    household = nobody() | {"adults": 1, "children_3_5": 2}
    register(
        {"name": "Özlem Kaya", "email": "kaya@example.org", "household": household, "childcare": 2, **needs},
        {"name": "Ost, Erich", "phone": "+4915123456789", "email": None},
        {"name": None, "email": "niemand@example.org", "companions": 1},
        {"name": "Łukasz Wilk", "email": "wilk@example.org", "language": "de-simple"},
        {"name": "Maria Meyer", "email": "meyer@example.org"},
        {"name": "\u200b\u202e", "email": "leer@example.org"},
    )
    made = paper("teilnahmeliste")
    said = pages_of(made)[0]

    rows = ["Łukasz Wilk 1", "Maria Meyer 1", "Ost, Erich 1", "Özlem Kaya 4", "ohne Namen 1", "ohne Namen 2"]
    assert f"Da Name Personen {' '.join(rows)} Seite 1 von 2" in said
    assert "Erwartete Personen: 10" in said
    assert {"/H1", "/Table", "/TH", "/TD"} <= tags_of(made)
    for private in ("@", "example", "49151", "Einfache", "Rollstuhl", "Dolmetschen", "Arab", "Kind", "Betreuung"):
        assert private not in " ".join(pages_of(made))


def test_the_list_repeats_its_head_numbers_its_pages_and_ends_with_rows_for_others(
    paper: Callable[..., bytes], register: Callable[..., None]
) -> None:
    register(*({"name": f"Person {number:02}"} for number in range(60)))
    pages = pages_of(paper("teilnahmeliste"))

    assert len(pages) == 4
    assert all("Da Name Personen" in page and f"Seite {n} von 4" in page for n, page in enumerate(pages, start=1))
    assert pages[-1] == "Ohne Anmeldung Da Name Personen Seite 4 von 4"


def test_only_who_has_a_place_stands_on_list_and_badges(
    paper: Callable[..., bytes],
    register: Callable[..., None],
    config: Config,
    database: Database,
    conference_id: UUID,
) -> None:
    register({"name": "Leyla Platz", "companions": 9})
    with database.write() as session:
        pending(session, config, conference_id, name="Tom Unbestätigt")
        conferences.change_conference(session, config, conference_id, {"capacity": 10})
        confirmed(session, config, conference_id, name="Olga Warteliste")
    for name in ("teilnahmeliste", "namensschilder"):
        said = " ".join(pages_of(paper(name)))

        assert "Leyla Platz" in said
        assert "Unbestätigt" not in said and "Warteliste" not in said


def test_badges_are_for_those_who_gave_a_name_and_one_page_is_blank(
    paper: Callable[..., bytes], register: Callable[..., None]
) -> None:
    register(
        *({"name": f"Gast {number:02}", "language": "tr"} for number in range(11)),
        {"name": None},
        {"name": "Ada Lang", "language": "de-simple"},
    )
    pages = pages_of(paper("namensschilder"))

    assert len(pages) == 3
    assert [page.count("Integrationskonferenz") for page in pages] == [10, 2, 10]
    assert "Gast 00" in pages[0] and "Türkçe" in pages[0] and "Gast 10" in pages[1]
    assert "Ada Lang Deutsch" in pages[0] and "Einfache" not in pages[0]
    assert "Gast" not in pages[2]


def test_a_name_of_the_longest_kind_fits_on_its_badge(
    paper: Callable[..., bytes], register: Callable[..., None]
) -> None:
    longest = "Maximiliane Friederike Schulze-Oppenhäuser von der Heide und zu Hohenstein-Neuga"
    register({"name": longest}, {"name": "W" * 80})
    said = pages_of(paper("namensschilder"))

    assert len(said) == 2
    assert longest.replace(" ", "") in said[0].replace(" ", "")


def test_the_day_sheet_counts_what_the_team_has_to_know_on_one_page(
    paper: Callable[..., bytes],
    register: Callable[..., None],
    config: Config,
    database: Database,
    conference_id: UUID,
) -> None:
    forums = arrange(config, database, conference_id, forums=2, items=2)
    register(
        {"name": "Leyla Yıldız", "interpretation": ["ar", "tr"], "forums": forums, "assistance": ["wheelchair"]},
        {"name": "Olga", "interpretation": ["ar"], "household": nobody() | {"children_3_5": 2}, "childcare": 1},
        {"name": "Tom", "household": nobody() | {"children_6_13": 3}, "forums": forums[:1]},
    )
    made = paper("tagesblatt")
    pages = pages_of(made)

    assert len(pages) == 1
    for said in (
        "Rieckhof, Rieckhoffstraße 12, 21073 Hamburg",
        "ohne Stufen erreichbar und Aufzug · Der Aufzug ist links.",
        "Erwartete Personen: 8 (Plätze: 100, Anmeldungen: 3)",
        "Telefon des Büros: 040 115",
        "Arabisch 2 Türkisch 1",
        "Kinder, die Betreuung brauchen: 1 Alter der Kinder in diesen Familien Kinder Kinder von 3 bis 5 Jahren 2",
        "Platz für einen Rollstuhl 1",
        "Punkt 0",
    ):
        assert said in pages[0]
    assert "Leyla" not in pages[0] and "@" not in pages[0] and "6 bis 13" not in pages[0]
    assert {"/H1", "/H2", "/Table", "/TH"} <= tags_of(made)


def test_the_fullest_day_still_fits_on_one_page(
    paper: Callable[..., bytes],
    register: Callable[..., None],
    config: Config,
    database: Database,
    conference_id: UUID,
) -> None:
    forums = arrange(config, database, conference_id, forums=MOST_FORUMS, items=MOST_ITEMS)
    register({"interpretation": list(INTERPRETATION), "assistance": list(ASSISTANCE), "forums": forums})

    assert {tag: len(pages_of(paper("tagesblatt", tag))) for tag in LANGUAGES} == dict.fromkeys(LANGUAGES, 1)


def arrange(config: Config, database: Database, conference_id: UUID, *, forums: int, items: int) -> list[UUID]:
    """So many forums and points of an agenda, and how to get in; gives back the ids of the forums."""
    with database.write() as session:
        conference = conferences.change_conference(session, config, conference_id, {})
        begins, step = conference.starts_at, timedelta(minutes=10)
        points = [
            {
                "title": {"de": f"Punkt {n}: Was wurde aus den Empfehlungen?"},
                "starts_at": begins + n * step,
                "ends_at": begins + (n + 1) * step,
                "room": "Saal",
            }
            for n in range(items)
        ]
        told = [
            {
                "title": {"de": f"Forum {n} über Wohnen und Nachbarschaft im Stadtteil"},
                "starts_at": begins,
                "ends_at": begins + step,
                "room": f"Raum {n}",
                "languages": ["de"],
                "interpretation": ["ar", "tr"],
            }
            for n in range(forums)
        ]
        access = {"venue_features": ["step_free", "lift"], "venue_access": {"de": "Der Aufzug ist links."}}
        changed = conferences.change_conference(session, config, conference_id, access, told, points)
        session.flush()
        return [forum.id for forum in changed.forums]
