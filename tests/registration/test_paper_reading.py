"""Whatever a spreadsheet makes of a paper list is understood or refused with what to do, and never half stored."""

import csv
import io
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from services.registration import by_hand, queries
from services.registration.config import Config
from services.registration.models import Registration
from services.registration.paper_lists import reading
from shared.database import Database
from tests.registration.builders import events, hidden
from tests.registration.paper import brought, checked, home, people


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_way_a_spreadsheet_writes_a_list_says_the_same(encoding: str, delimiter: str, newline: str) -> None:
    out = io.StringIO(newline="")
    rows = [["Dolmetschen", "E-Mail", "Name"], ["", "zoe@example.org", "Zoë; „Groß“, Jürgen"], [], ["tr", "", 'A "B"']]
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    found = reading.read(reading.text_of(out.getvalue().encode(encoding)))

    assert [(line.number, line.cells) for line in found] == [
        (2, {"email": "zoe@example.org", "name": "Zoë; „Groß“, Jürgen"}),
        (4, {"interpretation": "tr", "name": 'A "B"'}),
    ]


@pytest.mark.parametrize(
    "heads",
    [
        "Name;E-Mail-Adresse;Handynummer;Kinder unter 3 Jahren;Sprache",
        "NAME;email;phone;children_under_3;language",
        "Name;Email address;Mobile number;Children under 3;Language",
        "الاسم;البريد الإلكتروني;رقم الهاتف المحمول;أطفال دون 3 سنوات;اللغة",
        "sep=;\nName;E-Mail;Telefon;Kinder unter 3;Sprache",
    ],
)
def test_heads_are_understood_in_every_language_of_the_site(heads: str) -> None:
    [line] = reading.read(f"{heads}\nAli;a@example.org;0151 1;2;ar\n")

    assert line.cells == {
        "name": "Ali",
        "email": "a@example.org",
        "phone": "0151 1",
        "household.children_under_3": "2",
        "language": "ar",
    }


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("", "wählen Sie eine Datei"),
        ("\n\n", "Die Liste ist leer"),
        ("Name;Blutgruppe;Erwachsene\nAli;0;1\n", "Blutgruppe, Erwachsene"),
        ("Ali;ali@example.org\nBea;b@example.org\n", "fehlen die Namen der Spalten"),
        ("Name;E-Mail;Mail\nAli;;\n", "kommt doppelt vor"),
        ("Name\n", "steht noch niemand"),
        ('Name\nAli\n"Bea\nCem\n', "Ab Zeile 3"),
        ("Name\n" + "Ali\n" * 501, "mehr als 500 Zeilen"),
        ("Name\n" + "x" * 262_144, "höchstens 256 kB"),
    ],
)
def test_a_list_that_cannot_be_read_says_what_to_do(
    office: FlaskClient, conference_id: UUID, rows: str, words: str
) -> None:
    refused = checked(office, conference_id, rows)

    assert refused.status_code == 422
    assert words in refused.get_data(as_text=True)


def test_the_template_can_be_read_and_its_example_registers_nobody(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    file = office.get(f"{home(conference_id)}vorlage")
    assert file.headers["Content-Disposition"] == "attachment; filename=papierliste.csv"
    assert "steht noch niemand" in checked(office, conference_id, file.data).get_data(as_text=True)
    filled = file.data.decode("utf-8-sig") + "Ali;;;;;;;;;;;;\n"
    brought(office, conference_id, filled)

    assert people(config, database, conference_id) == [("Ali", "confirmed")]


def test_formulas_in_names_are_text_there_and_back(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    rows = "Name;Telefon\n=HYPERLINK(1);\n@Bea;\n'+Cem;'+49 151 23456703\n"
    brought(office, conference_id, rows)

    assert [name for name, _ in people(config, database, conference_id)] == ["=HYPERLINK(1)", "@Bea", "+Cem"]


CELLS = st.text(max_size=12) | st.sampled_from(
    ["a@example.org", "0151 23456789", "2", "ja", "ar", "Türkisch", '"', ";"]
)
SHEETS = st.lists(st.lists(CELLS, max_size=4), max_size=4).map(
    lambda rows: "Name;E-Mail;Telefon;Weitere Erwachsene\n" + "\n".join(";".join(row) for row in rows)
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=60)
    | SHEETS.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | SHEETS.map(lambda text: text.encode("utf-16", "surrogatepass"))
)
@example(b"Name\n\x00")
@example("Name\n\ufffd".encode())
@example(b"\xff\xfe\x00\xd8")
def test_no_bytes_are_answered_by_a_failure_and_looking_at_them_stores_nothing(
    office: FlaskClient, database: Database, conference_id: UUID, raw: bytes
) -> None:
    answer = checked(office, conference_id, raw)

    assert answer.status_code in {200, 422}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 0


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SHEETS)
def test_whatever_is_entered_is_whole_and_sent_again_changes_nothing(
    office: FlaskClient, database: Database, conference_id: UUID, rows: str
) -> None:
    told = hidden(office.get(home(conference_id))) | {"rows": rows}
    answers = [
        office.post(f"{home(conference_id)}einlesen", data=told, content_type="multipart/form-data") for _ in "12"
    ]

    assert {answer.status_code for answer in answers} <= {200, 400, 422}
    with database.read() as session:
        conference = queries.conference(session, conference_id)
        stored = session.scalars(select(Registration)).all()
        lists = by_hand.paper_lists(session, conference_id)
        assert all(one.ticket for one in stored if one.status == "confirmed")
        assert conference.places_taken + conference.places_waiting == sum(one.places for one in stored)
        assert len(stored) >= min(len(lists), 1)
    registered = [name for name in events(database) if name in ("registration.confirmed", "registration.waitlisted")]
    assert len(registered) == len(stored)
