"""The list that the office takes along: what it ticked, nothing that runs, and a line in the log."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from services.registration import exports
from services.registration.config import Config
from shared.database import Database
from tests.registration.builders import confirmed, hidden

DANGEROUS = st.builds(
    lambda blanks, begins, rest: blanks + begins + rest,
    st.text(" \u00a0\t\n\r", max_size=3),
    st.sampled_from(exports.FORMULA_BEGINS),
    st.text(max_size=20),
)


def lines_of(body: bytes) -> list[list[str]]:
    """The rows of a CSV as a German spreadsheet reads them."""
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


@settings(deadline=None)
@given(st.lists(st.text() | DANGEROUS, min_size=1, max_size=6))
@example(["\x08=1+1"])
def test_no_cell_of_a_csv_begins_a_formula_and_none_is_lost(cells: list[str]) -> None:
    body = b"".join(exports.as_csv([[cell.replace("\x00", "") for cell in cells]]))
    [row] = lines_of(body)

    assert body.startswith(b"\xef\xbb\xbf")
    assert len(row) == len(cells)
    assert not any(cell.lstrip().startswith(exports.FORMULA_BEGINS) for cell in row)
    assert not any(cell.startswith(exports.FORMULA_BEGINS) for cell in row)


@settings(deadline=None)
@given(st.lists(st.text(max_size=30) | DANGEROUS, min_size=1, max_size=6))
@example(["\x08=1+1"])
def test_every_cell_of_a_workbook_is_text(cells: list[str]) -> None:
    book = load_workbook(io.BytesIO(b"".join(exports.as_xlsx([cells]))))
    row = [cell for cell in next(book.active.iter_rows()) if cell.value is not None]  # type: ignore[union-attr]

    assert {cell.data_type for cell in row} <= {"s"}
    assert not any(str(cell.value).lstrip().startswith(exports.FORMULA_BEGINS) for cell in row)


@pytest.fixture
def two(config: Config, database: Database, conference_id: UUID) -> None:
    """A name that is a formula, and somebody with needs."""
    with database.write() as session:
        confirmed(session, config, conference_id, name="=HYPERLINK(1)", email="a@example.org")
        confirmed(session, config, conference_id, name="Zoë", email="zoe@example.org", assistance=["wheelchair"])


def taken(office: FlaskClient, conference_id: UUID, **ticked: Any) -> TestResponse:
    """What comes when the form is sent."""
    path = f"/intern/konferenzen/{conference_id}/anmeldungen/mitnehmen"
    return office.post(path, data={**hidden(office.get(path)), "format": "csv", **ticked})


def test_only_what_is_ticked_goes_along(office: FlaskClient, two: None, conference_id: UUID) -> None:
    form = office.get(f"/intern/konferenzen/{conference_id}/anmeldungen/mitnehmen").get_data(as_text=True)
    for name in exports.COLUMNS:
        assert (f'value="{name}" checked' in form) == (name in exports.USUAL)
    answer = taken(office, conference_id, columns=["name", "places"], state="confirmed")

    assert answer.headers["Content-Disposition"] == "attachment; filename=anmeldungen.csv"
    assert lines_of(answer.data) == [["Name", "Personen"], ["Zoë", "1"], ["'=HYPERLINK(1)", "1"]]


def test_a_workbook_holds_the_same(office: FlaskClient, two: None, conference_id: UUID) -> None:
    answer = taken(office, conference_id, columns=["name", "assistance"], need="assistance:wheelchair", format="xlsx")
    rows = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))  # type: ignore[union-attr]

    assert rows == [("Name", "Hilfe vor Ort"), ("Zoë", "Platz für einen Rollstuhl")]


def test_the_log_says_who_took_which_columns_of_how_many_and_nothing_of_them(
    office: FlaskClient, two: None, conference_id: UUID
) -> None:
    with capture_logs() as logged:
        assert taken(office, conference_id, columns=["email", "assistance"]).data
    begins, ended = [line for line in logged if str(line["event"]).startswith("export")]

    assert begins["columns"] == ended["columns"] == ["email", "assistance"]
    assert begins["staff"] and ended["count"] == 2
    assert "example.org" not in str(logged) and "Rollstuhl" not in str(logged)


def test_without_a_column_nothing_goes(office: FlaskClient, two: None, conference_id: UUID) -> None:
    assert taken(office, conference_id, columns=[]).status_code == 422
    assert taken(office, conference_id, columns=["ticket"]).status_code == 422


def test_a_list_goes_only_by_a_form_with_its_token(office: FlaskClient, two: None, conference_id: UUID) -> None:
    path = f"/intern/konferenzen/{conference_id}/anmeldungen/mitnehmen"

    assert office.post(path, data={"columns": ["name"], "format": "csv"}).status_code == 400
