"""What a conference has to be prepared for, in figures in which nobody is recognised."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from services.registration import charts, totals
from services.registration.config import Config
from services.registration.models.household import nobody
from services.registration.use_cases.registrations import cancel_registration
from shared.database import Database
from tests.registration.builders import asked, confirmed, question
from tests.registration.test_pages import text


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 40)))
def test_small_cells_are_never_told_nor_drawn(counted: dict[str, int]) -> None:
    drawn = {bar.key: bar for bar in charts.bars(counted)}

    assert drawn.keys() == {key for key, count in counted.items() if count}
    for key, bar in drawn.items():
        is_small = counted[key] < charts.FEWEST_SHOWN
        assert (bar.count, bar.length) == (None, 0) if is_small else bar.count == counted[key]


@given(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 50), min_size=1))
def test_time_is_drawn_without_a_gap_and_without_losing_anybody(days: dict[date, int]) -> None:
    drawn = charts.over_time(days)
    starts = [column.first_day for column in drawn.columns]
    step = timedelta(days=7 if drawn.by_week else 1)

    assert sum(column.count for column in drawn.columns) == sum(days.values())
    assert all(later - earlier == step for earlier, later in pairwise(starts))
    assert max(column.height for column in drawn.columns) == 100


def test_the_page_proposes_interpreters_from_the_offices_number_on(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        for number in range(6):
            confirmed(session, config, conference_id, interpretation=["ar", "fa"] if number < 4 else ["ar"])
    path = f"/intern/konferenzen/{conference_id}/zahlen"
    said = office.get(path).get_data(as_text=True)

    assert said.count("Dolmetschen buchen") == 1 and "unter 5" in said
    assert "Dolmetschen buchen" not in office.get(f"{path}?from=7").get_data(as_text=True)
    # Asking for fewer than are told doesn't tell more.
    assert office.get(f"{path}?from=4").get_data(as_text=True).count("Dolmetschen buchen") == 1


def test_children_are_counted_by_age_where_a_household_needs_childcare(
    config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        with_care = nobody() | {"children_3_5": 2, "children_6_13": 1}
        confirmed(session, config, conference_id, household=with_care, childcare=2)
        confirmed(session, config, conference_id, household=nobody() | {"children_3_5": 1})
    with database.read() as session:
        counted = totals.totals_of(session, config, conference_id)

    assert counted.childcare == 2
    assert counted.childcare_ages == {"children_6_13": 1, "children_3_5": 2, "children_under_3": 0}
    assert sum(counted.days.values()) == 2


def test_choices_of_own_questions_are_drawn_and_small_ones_hidden(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    options = [{"de": "Harburg"}, {"de": "Neugraben"}, {"de": "Eißendorf"}]
    [quarter] = asked(
        config, database, conference_id, question(text={"de": "In welchem Stadtteil?"}, kind="choice", options=options)
    )
    chosen = [quarter.options[0]["id"]] * 6 + [quarter.options[1]["id"]] * 4
    with database.write() as session:
        for option in chosen:
            confirmed(session, config, conference_id, answers={quarter.id: option})
        cancel_registration(session, config, confirmed(session, config, conference_id, answers={quarter.id: option}).id)
    said = text(office.get(f"/intern/konferenzen/{conference_id}/zahlen"))
    table = said[said.index("In welchem Stadtteil?") :]
    table = table[: table.index("</table>")]

    assert '<bdi>Harburg</bdi></td><td class="kern-table__cell">6<' in table
    assert '<bdi>Neugraben</bdi></td><td class="kern-table__cell">unter 5<' in table
    assert "Eißendorf" not in table
