"""Pages and API of a conference whose registrations the office looks at: what people read, and how staff decide."""

from collections.abc import Callable
from uuid import UUID

from flask.testing import FlaskClient

from services.registration import exports, lists, urls
from services.registration.config import Config
from services.registration.use_cases import conferences, registrations, steps
from shared import clock
from shared.database import Database
from tests.registration.builders import (
    API,
    an_open_conference,
    applied,
    hidden,
    messages,
    pending,
    submit,
)
from tests.registration.deciding import WHY, counts, hoping, of, refused
from tests.registration.test_console import TYPED

Bearer = Callable[..., dict[str, str]]


def manage(config: Config, database: Database, registration_id: UUID) -> str:
    return f"/anmeldung/meine/{urls.token_for(config, urls.MANAGE, of(database, registration_id))}"


def text(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def test_whoever_waits_for_a_decision_may_change_and_cancel_and_reads_what_is_the_case(
    client: FlaskClient, config: Config, database: Database, looked_at: UUID
) -> None:
    hopes = hoping(config, database, looked_at)
    own = manage(config, database, hopes)
    said = text(client, own)
    assert "Wir prüfen Ihre Anmeldung" in said and "wird geprüft" in said and "Warteliste" not in said
    assert "Anmeldung ändern" in said and "Ticket zeigen" not in said
    with database.write() as session:
        registrations.change_registration(session, config, hopes, {"name": "Leyla"})
    assert client.post(f"{own}/absagen", data=hidden(client.get(own))).status_code == 303

    assert "Ihre Anmeldung ist abgesagt" in text(client, own)
    assert messages(database, "registration.cancelled")[0]["email"]


def test_whoever_is_refused_reads_so_on_their_page_until_they_ask_anew(
    client: FlaskClient, config: Config, database: Database, looked_at: UUID
) -> None:
    hopes = hoping(config, database, looked_at, email="leyla@example.org")
    refused(config, database, hopes)
    said = text(client, manage(config, database, hopes))
    assert "Wir können Ihnen leider keinen Platz geben" in said
    assert "Schade" not in said and "Doch wieder anmelden" not in said and WHY not in said
    with database.write() as session:
        again = applied(session, config, looked_at, email="leyla@example.org")
        assert (again.id, again.status) == (hopes, "applied")
        registrations.cancel_registration(session, config, hopes)

    assert "Ihre Anmeldung ist abgesagt" in text(client, manage(config, database, hopes))


def test_people_read_beforehand_that_each_registration_is_looked_at(
    client: FlaskClient, config: Config, database: Database, looked_at: UUID, conference_id: UUID
) -> None:
    says = "Sie hören von uns, ob Sie einen Platz haben."
    with database.write() as session:
        asked = pending(session, config, looked_at)
        token = urls.token_for(config, urls.CONFIRM, asked)
    for page in (
        f"/konferenzen/{looked_at}",
        f"/anmeldung/{looked_at}",
        f"/anmeldung/{looked_at}/gesendet",
        f"/anmeldung/bestaetigen/{token}",
    ):
        assert says in text(client, page), page

    assert says not in text(client, f"/konferenzen/{conference_id}")


def test_a_conference_says_and_takes_it_over_the_api_and_keeps_it_as_a_template(
    client: FlaskClient, bearer: Bearer, opened: str, office: FlaskClient
) -> None:
    assert client.get(opened).json["approval"] is False  # type: ignore[index]
    changed = client.patch(opened, json={"approval": True}, headers=bearer("clerk"))
    assert changed.json["approval"] is True  # type: ignore[index]
    assert client.patch(opened, json={"capacity": 5}, headers=bearer("clerk")).json["approval"] is True  # type: ignore[index]
    copied = client.post(f"{API}/conferences", json={"template": opened.rpartition("/")[2]}, headers=bearer("clerk"))
    assert copied.json["approval"] is True  # type: ignore[index]
    edit = f"/intern/konferenzen/{copied.json['id']}/bearbeiten"  # type: ignore[index]
    form = office.get(edit)
    assert 'name="approval" value="true" checked' in form.get_data(as_text=True)
    submit(office, form, edit, **TYPED)

    assert "checked" not in text(office, edit).partition('name="approval"')[2].partition(">")[0]


def test_the_api_lets_the_office_alone_decide(
    client: FlaskClient, bearer: Bearer, config: Config, database: Database, looked_at: UUID
) -> None:
    first, second = (hoping(config, database, looked_at) for _ in range(2))
    clerk, moderator = bearer("clerk"), bearer("moderator")
    for verb in ("approval", "refusal"):
        assert client.post(f"{API}/registrations/{first}/{verb}", json={"reason": WHY}).status_code == 401
        answer = client.post(f"{API}/registrations/{first}/{verb}", json={"reason": WHY}, headers=moderator)
        assert answer.status_code == 403
    yes = client.post(f"{API}/registrations/{first}/approval", headers=clerk)
    assert yes.status_code == 200 and yes.json["status"] == "confirmed"  # type: ignore[index]
    assert client.post(f"{API}/registrations/{first}/approval", headers=clerk).json["status"] == "confirmed"  # type: ignore[index]
    assert client.post(f"{API}/registrations/{first}/refusal", json={"reason": WHY}, headers=clerk).status_code == 409
    assert client.post(f"{API}/registrations/{second}/refusal", json={}, headers=clerk).status_code == 422
    key = {"Idempotency-Key": "once", **clerk}
    for _ in range(2):
        no = client.post(f"{API}/registrations/{second}/refusal", json={"reason": WHY}, headers=key)
        assert no.json["status"] == "cancelled" and WHY not in no.get_data(as_text=True)  # type: ignore[index]
    assert client.post(f"{API}/registrations/{looked_at}/approval", headers=clerk).status_code == 404
    counted = client.get(f"{API}/conferences/{looked_at}/totals", headers=clerk).json

    assert counted is not None and (counted["registrations"], counted["applied_registrations"]) == (1, 0)


def test_lists_and_desks_know_who_waits_for_a_decision(
    client: FlaskClient, bearer: Bearer, config: Config, database: Database, looked_at: UUID
) -> None:
    hopes = hoping(config, database, looked_at)
    with database.read() as session:
        found, _ = lists.page_of(session, config, looked_at, lists.Sought(state="applied"), 1)
        [_, row] = exports.rows_of(found, exports.COLUMNS, ["status"])
    entry = {"client_id": str(hopes), "registration_id": str(hopes), "at": clock.now().isoformat()}
    judged = client.post(f"{API}/conferences/{looked_at}/checkins", json=entry, headers=bearer("clerk")).json

    assert row == ["wird geprüft"]
    assert judged is not None and judged["checkins"][0]["result"] == "applied"


def test_the_office_decides_many_at_once_and_reads_what_became_of_them(
    office: FlaskClient, config: Config, database: Database, looked_at: UUID
) -> None:
    home = f"/intern/konferenzen/{looked_at}"
    family = hoping(config, database, looked_at, email="family@example.org", name="Familie Nowak", companions=1)
    nameless = hoping(config, database, looked_at, email="nameless@example.org", name=None)
    third, fourth = (hoping(config, database, looked_at) for _ in range(2))
    with database.write() as session:
        gone = applied(session, config, looked_at)
    assert "5 Anmeldungen warten auf Ihre Entscheidung." in text(office, home)
    page = office.get(f"{home}/pruefen")
    said = page.get_data(as_text=True)
    assert "ohne Namen" in said and "n…@example.org" in said and "nameless@example.org" not in said
    assert said.index(str(family)) < said.index(str(nameless)) < said.index(str(third))
    nobody = office.post(f"{home}/pruefen", data=hidden(page))
    assert nobody.status_code == 422 and "mindestens eine Anmeldung" in nobody.get_data(as_text=True)
    with database.write() as session:
        registrations.cancel_registration(session, config, gone.id)
        conferences.change_conference(session, config, looked_at, {"waiting_list": False})
    chosen = {**hidden(page), "registration": [str(one) for one in (family, nameless, third, gone.id)]}
    done = office.post(f"{home}/pruefen", data=chosen)

    assert done.status_code == 303
    after = text(office, done.location)
    assert "2 angenommen, für 1 ist kein Platz mehr und bei 1 gab es nichts mehr zu entscheiden." in after
    assert str(fourth) in after and str(third) in after and "Mina Kaya" in after
    assert counts(database, looked_at) == (3, 0)
    assert "Was von Hand geändert wurde" not in text(office, home)


def test_the_office_refuses_one_with_a_reason_after_reading_what_happens(
    office: FlaskClient, config: Config, database: Database, looked_at: UUID, conference_id: UUID
) -> None:
    hopes = hoping(config, database, looked_at)
    path = f"/intern/konferenzen/{looked_at}/pruefen/{hopes}/ablehnen"
    form = office.get(path)
    assert "Den Grund schreiben wir ihr nicht." in form.get_data(as_text=True)
    assert submit(office, form, path).status_code == 422
    assert office.get(path.replace(str(looked_at), str(conference_id))).status_code == 404
    done = submit(office, form, path, reason=WHY)

    assert "1 abgelehnt." in text(office, done.location) and WHY in text(office, done.location)
    assert (submit(office, form, path, reason=WHY).status_code, office.get(path).status_code) == (409, 409)
    assert of(database, hopes).status == "cancelled"


def test_the_page_of_one_registration_decides_too(
    office: FlaskClient, config: Config, database: Database, looked_at: UUID, conference_id: UUID
) -> None:
    hopes = hoping(config, database, looked_at)
    home = f"/intern/konferenzen/{looked_at}"
    own = f"{home}/anmeldungen/{hopes}"
    page = office.get(own)
    assert f"{home}/pruefen/{hopes}/ablehnen" in page.get_data(as_text=True)
    elsewhere = home.replace(str(looked_at), str(conference_id))
    assert office.post(f"{elsewhere}/pruefen/{hopes}/annehmen", data=hidden(page)).status_code == 404
    done = office.post(f"{home}/pruefen/{hopes}/annehmen", data=hidden(page))

    assert done.location.endswith(own)
    assert "Annehmen" not in text(office, own) and of(database, hopes).status == "confirmed"


def test_the_oldest_fifty_are_shown_and_nothing_can_be_decided_afterwards(
    office: FlaskClient, config: Config, database: Database
) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, approval=True)
        many = [applied(session, config, conference.id).id for _ in range(51)]
    path = f"/intern/konferenzen/{conference.id}/pruefen"
    page = office.get(path)
    assert page.get_data(as_text=True).count('name="registration"') == 50
    assert str(many[-1]) not in page.get_data(as_text=True)
    with database.write() as session:
        steps.take_step(session, conference.id, "hold")

    assert 'name="registration"' not in text(office, path)
    chosen = {**hidden(page), "registration": [str(many[0])]}
    assert office.post(path, data=chosen).status_code == 409
