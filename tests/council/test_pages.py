"""Pages for everyone and for staff."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from services.council.models import Case, Staff
from shared import clock
from shared.database import Database
from shared.web.access import undecided
from tests.backbone import Thing
from tests.council.bodies import PRIVATE_WORDS
from tests.council.conftest import PASSWORD, Submissions
from tests.council.pages import send, sign_in

Make = Callable[..., str]


@pytest.fixture
def clerk(client: FlaskClient, staff: Make) -> FlaskClient:
    """A browser in which the office is signed in."""
    sign_in(client, staff("clerk"), PASSWORD)
    return client


def _case_id(database: Database) -> UUID:
    with database.read() as session:
        return session.scalars(select(Case.id).order_by(Case.sequence.desc())).first()  # type: ignore[return-value]


def _page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.get_data(as_text=True)


def test_every_route_has_an_authorisation_decision(app: Flask) -> None:
    assert undecided(app) == []


def test_the_list_says_what_to_do_while_it_is_empty(client: FlaskClient) -> None:
    assert "Ihre Idee kann die erste sein" in _page(client, "/rat/")


def test_the_whole_way_by_the_console_and_what_everybody_sees_of_it(
    clerk: FlaskClient, database: Database, submissions: Submissions
) -> None:
    submissions.adopt()
    case_id = _case_id(database)
    here = f"/intern/vorgaenge/{case_id}"
    forms: list[tuple[str, dict[str, str]]] = [
        ("triage", {"responsible": "Ina Beispiel"}),
        ("schedule", {"session_on": "2026-12-03", "committee": "Hauptausschuss", "note.de": "Wir freuen uns."}),
        ("decide", {"decision.de": "Wir tragen sie weiter.", "decision.en": "We carry it on."}),
        ("refer", {"addressee.kind": "authority", "addressee.name": "Behörde für Inneres und Sport"}),
        ("acknowledge", {"acknowledged_on": clock.today().isoformat()}),
        ("answer", {"answer.de": "Ab Mai gibt es Dolmetscher."}),
        ("close", {"outcome": "implemented", "reason.de": "Es gibt sie."}),
    ]
    for verb, typed in forms:
        assert f'href="{here}/{verb}"' in _page(clerk, here)
        answer = send(clerk, f"{here}/{verb}", **typed)
        assert answer.headers.get("Location") == here, answer.get_data(as_text=True)

    public = _page(clerk, f"/rat/vorgaenge/{case_id}")
    told = ["abgeschlossen", "Ab Mai gibt es Dolmetscher.", "übergeben an", "Hauptausschuss", "Wir freuen uns."]
    assert [word for word in told if word not in public] == []
    assert "Ina Beispiel" not in public and "Person clerk" not in public
    assert public.index("Ab Mai") < public.index("Hauptausschuss") < public.index("41 dafür")
    assert "Diesem Vorgang folgen" not in public


def test_an_overdue_answer_is_shown_as_overdue(
    clerk: FlaskClient, database: Database, submissions: Submissions
) -> None:
    submissions.adopt()
    case_id = _case_id(database)
    typed = [
        ("triage", {}),
        ("schedule", {"session_on": "2026-12-03"}),
        ("decide", {"decision.de": "Ja."}),
        ("refer", {"addressee.kind": "district_office", "addressee.name": "Bezirksamt Harburg"}),
    ]
    for verb, form in typed:
        assert send(clerk, f"/intern/vorgaenge/{case_id}/{verb}", **form).status_code == 302
    with database.read() as session:
        due_on = session.get_one(Case, case_id).due_on
    assert due_on

    with clock.moved(due_on - clock.today() + timedelta(days=12)):
        page = _page(clerk, f"/rat/vorgaenge/{case_id}")
    assert "überfällig seit 12 Tagen" in page
    assert "eigene Ziel der Geschäftsstelle" in page
    assert f"/mitteilungen/folgen/case/{case_id}" in page


def test_a_wrong_form_keeps_what_was_typed_and_moves_nothing(
    clerk: FlaskClient, database: Database, submissions: Submissions
) -> None:
    submissions.adopt()
    case_id = _case_id(database)
    send(clerk, f"/intern/vorgaenge/{case_id}/triage")

    answer = send(clerk, f"/intern/vorgaenge/{case_id}/schedule", session_on="", **{"note.de": "Das bleibt stehen."})

    assert answer.status_code == 422
    assert "Das bleibt stehen." in answer.get_data(as_text=True)
    with database.read() as session:
        assert session.get_one(Case, case_id).status == "triaged"


def test_a_page_for_something_that_the_state_forbids_says_so(
    clerk: FlaskClient, database: Database, submissions: Submissions
) -> None:
    submissions.adopt()

    assert clerk.get(f"/intern/vorgaenge/{_case_id(database)}/answer").status_code == 409


def test_the_list_finds_by_word_number_state_and_person(
    clerk: FlaskClient, database: Database, submissions: Submissions
) -> None:
    submissions.adopt(title={"de": "Übungsräume für Chöre"})
    send(clerk, f"/intern/vorgaenge/{_case_id(database)}/triage", responsible="Ina Beispiel")
    submissions.adopt()

    def found(query: str) -> list[str]:
        return re.findall(r">(V-\d{4}-\d{4})</bdi></a>", _page(clerk, f"/intern/vorgaenge/?{query}"))

    year = clock.today().year
    assert found("") == [f"V-{year}-0002", f"V-{year}-0001"]
    assert found("q=übungsräume chöre") == found(f"q=v-{year}-0001") == found("status=triaged") == [f"V-{year}-0001"]
    assert found("q=100%25_") == found("faellig=1") == found("meine=1") == []

    (second,) = re.findall(r"/intern/vorgaenge/[0-9a-f-]{36}", _page(clerk, f"/intern/vorgaenge/?q=v-{year}-0002"))
    send(clerk, f"{second}/triage")
    assert found("meine=1") == [f"V-{year}-0002"]


def test_a_petition_is_read_by_office_and_chair_alone(
    app: Flask, staff: Make, database: Database, submissions: Submissions
) -> None:
    submissions.receive_petition(Thing(), uuid4())
    case_id = _case_id(database)

    for role, reads in {"clerk": True, "chair": True, "member": False, "admin": False}.items():
        client = app.test_client()
        sign_in(client, staff(role), PASSWORD)
        page = _page(client, f"/intern/vorgaenge/{case_id}")
        assert all((word in page) is reads for word in PRIVATE_WORDS), role
    public = _page(app.test_client(), f"/rat/vorgaenge/{case_id}") + _page(app.test_client(), "/rat/")
    assert not any(word in public for word in PRIVATE_WORDS)


@pytest.mark.parametrize("role", ["moderator", "door", "privacy"])
def test_other_roles_see_no_cases_and_a_dashboard_without_them(role: str, client: FlaskClient, staff: Make) -> None:
    sign_in(client, staff(role), PASSWORD)

    assert client.get("/intern/vorgaenge/").status_code == 403
    assert client.get("/intern/konten/").status_code == 403
    assert "Guten Tag" in _page(client, "/intern/")


def test_the_dashboard_counts_what_waits(clerk: FlaskClient, submissions: Submissions) -> None:
    assert "alles erledigt" in _page(clerk, "/intern/")
    submissions.adopt()

    assert "/intern/vorgaenge/?status=opened" in _page(clerk, "/intern/")


def test_a_session_is_planned_once_a_day_for_a_body(clerk: FlaskClient) -> None:
    typed = {"committee": "Hauptausschuss", "held_on": "2026-12-08", "starts_at": "18:00", "place": "Rathaus Harburg"}

    assert send(clerk, "/intern/sitzungen/neu", **typed).status_code == 302
    assert send(clerk, "/intern/sitzungen/neu", **typed).status_code == 422
    page = _page(clerk, "/intern/sitzungen/")
    assert page.count("Rathaus Harburg") == 1


def test_an_admin_makes_changes_and_closes_accounts(client: FlaskClient, staff: Make, database: Database) -> None:
    sign_in(client, staff("admin"), PASSWORD)
    typed = {"username": "Karim.N", "display_name": "Karim Neu", "roles": ["clerk", "member"], "language": "de"}
    made = send(client, "/intern/konten/neu", **typed).get_data(as_text=True)
    password = re.search(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", made)
    assert password
    assert send(client, "/intern/konten/neu", **typed).status_code == 422
    with database.read() as session:
        staff_id = session.scalars(select(Staff.id).where(Staff.username == "karim.n")).one()
    other = client.application.test_client()
    assert sign_in(other, "KARIM.N", password.group()).status_code == 302

    here = f"/intern/konten/{staff_id}"
    typed = {"display_name": "Karim Alt", "roles": ["clerk"], "language": "de", "email": "k@example.org"}
    assert send(client, here, **typed).status_code == 302
    assert "Karim Alt" in _page(client, "/intern/konten/")
    assert "k@example.org" in _page(client, here)
    assert send(client, here, f"{here}/passwort").status_code == 200
    assert send(client, here, f"{here}/zweiter-faktor").status_code == 302
    assert send(client, here, f"{here}/schliessen").status_code == 302
    assert send(client, "/intern/konten/neu", f"{here}/schliessen").status_code == 409
    assert send(client, "/intern/konten/neu", f"/intern/konten/{uuid4()}/schliessen").status_code == 404
    assert "Dieses Konto ist geschlossen" in _page(client, here)


@pytest.mark.parametrize("address", ["/intern/", "/intern/konten/", "/intern/vorgaenge/", "/intern/sitzungen/"])
def test_without_signing_in_the_console_leads_to_the_sign_in_page_and_back(address: str, client: FlaskClient) -> None:
    assert client.get(address).headers["Location"] == f"/intern/anmelden?next={address}"


@pytest.mark.parametrize("language", ["de", "en", "ar"])
@pytest.mark.parametrize("address", ["/rat/", "/rat/vorgaenge/{case}", "/intern/anmelden", "/intern/vorgaenge/{case}"])
def test_pages_stand_in_every_language_with_their_direction(
    language: str, address: str, clerk: FlaskClient, database: Database, submissions: Submissions
) -> None:
    submissions.adopt()

    page = _page(clerk, address.format(case=_case_id(database)) + f"?lang={language}")

    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page


def test_what_a_resident_wrote_is_shown_as_written(client: FlaskClient, submissions: Submissions) -> None:
    submissions.adopt(title={"de": "<script>alert(1)</script>"}, text={"de": "<b>fett</b> & mehr"})

    page = _page(client, "/rat/")

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
