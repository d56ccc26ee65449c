"""Paper lists from clubs: looked at first, entered once, in their order."""

from collections.abc import Sequence
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from services.registration import by_hand, queries
from services.registration.config import Config
from services.registration.models import Registration
from services.registration.models.people import Needs, Person
from services.registration.paper_lists import writing
from services.registration.use_cases import behalf
from services.registration.use_cases.registrations import cancel_registration
from services.registration.use_cases.steps import cancel_conference
from shared.database import Database
from tests.registration.builders import an_open_conference, confirmed, events, hidden, messages
from tests.registration.paper import CLUB, brought, checked, entered, home, lines_of, people


def test_a_list_is_looked_at_first_and_then_entered_as_if_everybody_had_called(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    check = checked(office, conference_id, CLUB)
    said = check.get_data(as_text=True)
    assert "3 Anmeldungen, 6 Personen" in said and "3 Anmeldungen einlesen" in said
    assert "eine Person per E-Mail, 1 per SMS" in said and "Eine Person hat keine Adresse" in said
    assert people(config, database, conference_id) == []
    done = entered(office, conference_id, check, CLUB)

    assert done.status_code == 200
    names = [("Leyla Yıldız", "confirmed"), ("Omar Haddad", "confirmed"), ("Ali Demir", "confirmed")]
    assert people(config, database, conference_id) == names
    with database.read() as session:
        leyla, omar, _ = session.scalars(select(Registration).order_by(Registration.requested_at)).all()
        needs = Needs.decrypted(config.column_box, leyla.needs)
        [yes] = queries.consents(session, leyla.id)
        [line] = by_hand.paper_lists(session, conference_id)
    assert (needs.companions, needs.household["children_6_13"], needs.interpretation) == (3, 2, ["tr", "ar"])
    assert (yes.purpose, yes.way, omar.language) == ("invitations", "paper", "ar")
    assert (line.actor, line.registrations, line.places) == ("Mina Kaya", 3, 6)
    told = messages(database, "registration.confirmed")
    assert [one.get("email") or one.get("phone") for one in told] == ["leyla@example.org", "+4915123456701", None]


def test_what_staff_did_shows_one_line_for_a_list(office: FlaskClient, database: Database, conference_id: UUID) -> None:
    brought(office, conference_id, CLUB)
    said = office.get(f"/intern/konferenzen/{conference_id}").get_data(as_text=True)

    assert said.count("Papierliste eingelesen") == 1
    assert "3 Anmeldungen, 6 Personen" in said and "Von einer Papierliste angemeldet" not in said


def test_brought_in_twice_is_once(office: FlaskClient, config: Config, database: Database, conference_id: UUID) -> None:
    check = checked(office, conference_id, CLUB)
    once, twice = (entered(office, conference_id, check, CLUB) for _ in "12")

    assert len(people(config, database, conference_id)) == 3
    assert events(database).count("registration.confirmed") == 3
    with database.read() as session:
        [line] = by_hand.paper_lists(session, conference_id)
    assert line.registrations == 3
    assert once.get_data(as_text=True).split("<main")[1] == twice.get_data(as_text=True).split("<main")[1]


def test_a_list_that_was_cut_off_goes_on_where_it_ended(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    check = checked(office, conference_id, CLUB)
    first_two = "".join(CLUB.splitlines(keepends=True)[:3])
    entered(office, conference_id, check, first_two)
    entered(office, conference_id, check, CLUB)

    assert [name for name, _ in people(config, database, conference_id)] == ["Leyla Yıldız", "Omar Haddad", "Ali Demir"]


def test_who_cancelled_since_is_not_registered_again_by_the_same_list(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    check = checked(office, conference_id, CLUB)
    entered(office, conference_id, check, CLUB)
    with database.write() as session:
        for one in session.scalars(select(Registration.id)).all():
            cancel_registration(session, config, one)
    entered(office, conference_id, check, CLUB)

    assert {status for _, status in people(config, database, conference_id)} == {"cancelled"}


def test_a_list_that_is_brought_in_anew_from_the_beginning_enters_nobody_twice(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    brought(office, conference_id, CLUB)
    again = brought(office, conference_id, CLUB + "Bea Vogt;;;;;;;\n").get_data(as_text=True)

    assert "Ohne Adresse ist schon jemand mit diesem Namen angemeldet" in again
    names = [name for name, _ in people(config, database, conference_id)]
    assert names == ["Leyla Yıldız", "Omar Haddad", "Ali Demir", "Bea Vogt"]


def test_who_is_registered_already_gets_no_second_place_and_is_named(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        confirmed(session, config, conference_id, email="leyla@example.org", name="Leyla")
    check = checked(office, conference_id, CLUB)
    assert "2 Anmeldungen, 2 Personen" in check.get_data(as_text=True)
    assert "Zeile 2: <bdi>Leyla Yıldız" in check.get_data(as_text=True)
    done = entered(office, conference_id, check, CLUB).get_data(as_text=True)

    assert "schon angemeldet" in done
    assert len(people(config, database, conference_id)) == 3
    assert [one.get("email") for one in messages(database, "registration.repeated")] == []


def test_when_it_gets_full_the_later_rows_wait_in_the_order_of_the_list(
    office: FlaskClient, config: Config, database: Database
) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=2)
    rows = "Name\n" + "".join(f"Person {number}\n" for number in range(1, 6))
    done = brought(office, conference.id, rows)
    with database.read() as session:
        in_line = queries.line(session, conference.id)
        waiting = [Person.decrypted(config.column_box, one.person).name for one in in_line]

    assert waiting == ["Person 3", "Person 4", "Person 5"]
    assert [status for _, status in people(config, database, conference.id)] == ["confirmed"] * 2 + ["waitlisted"] * 3
    assert "auf der Warteliste" in done.get_data(as_text=True)


def test_a_group_gets_the_places_that_were_kept_back_for_it_and_whoever_finds_none_comes_back(
    office: FlaskClient, config: Config, database: Database
) -> None:
    with database.write() as session:
        conference_id = an_open_conference(session, config, capacity=6).id
        behalf.reserve_places(session, config, conference_id, 5)
        confirmed(session, config, conference_id)
    check = checked(office, conference_id, CLUB)
    assert "Noch zurückgehalten: 5." in check.get_data(as_text=True)
    said = entered(office, conference_id, check, CLUB, from_reserved="true").get_data(as_text=True)

    assert people(config, database, conference_id)[1:] == [("Leyla Yıldız", "confirmed"), ("Omar Haddad", "confirmed")]
    assert "Es ist kein Platz zurückgehalten." in said and "Ali Demir" in said
    with database.read() as session:
        conference = queries.conference(session, conference_id)
        assert (conference.reserved, conference.places_taken) == (0, 6)


def test_without_a_waiting_list_those_who_find_no_place_come_back(
    office: FlaskClient, config: Config, database: Database
) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1, waiting_list=False)
    done = brought(office, conference.id, "Name\nAli\nBea\n").get_data(as_text=True)

    assert people(config, database, conference.id) == [("Ali", "confirmed")]
    assert "Leider sind inzwischen alle Plätze vergeben" in done


MIXED = """Name;E-Mail;Telefon;Weitere Erwachsene;Sprache;Dolmetschen;Einladungen
Ali Demir;ali@example.org;;1;de;;
;kein-at-zeichen;;;;;
Bea;;4,91512E+11;;;;
Cem;;;viele;Klingonisch;Elbisch;vielleicht
;;;9;;;
Ali D.;ALI@example.org;;;;;
"""


def test_rows_that_are_wrong_are_told_with_what_to_do_and_come_back_to_be_mended(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    check = checked(office, conference_id, MIXED)
    said = check.get_data(as_text=True)
    assert "eine Anmeldung, 2 Personen" in said and "5 Zeilen brauchen Ihre Hilfe" in said
    for words in (
        "name@beispiel.de",
        "Die Tabelle hat die Nummer gekürzt",
        "eine ganze Zahl",
        "In dieser Sprache schreiben wir nicht",
        "Diese Sprache kennen wir hier nicht",
        "Bitte schreiben Sie ja",
        "finden wir die Anmeldung sonst nicht wieder",
        "steht schon in Zeile 2",
    ):
        assert words in said
    file = office.post(
        f"{home(conference_id)}offen", data=hidden(check) | {"rows": MIXED}, content_type="multipart/form-data"
    )
    head, *rows = lines_of(file)
    assert head == [str(label) for label in reading_heads()]
    assert [row[0] for row in rows] == ["", "Bea", "Cem", "", "Ali D."]
    assert "Die Tabelle hat die Nummer gekürzt" in rows[1][-1]
    entered(office, conference_id, check, MIXED)
    assert people(config, database, conference_id) == [("Ali Demir", "confirmed")]
    # The mended file, under the same list and another, with our notes still in it.
    mended = file.data.decode("utf-8-sig").replace("4,91512E+11", "0151 23456702")
    assert "2 Zeilen" not in brought(office, conference_id, mended).get_data(as_text=True)
    assert people(config, database, conference_id)[1:] == [("Bea", "confirmed")]


def reading_heads() -> Sequence[object]:
    """The heads in the order in which we write them."""
    return next(iter(writing.written([])))


def test_only_the_office_brings_lists_in_and_only_to_conferences_to_come(
    office: FlaskClient, client: FlaskClient, database: Database, config: Config, conference_id: UUID
) -> None:
    assert client.get(home(conference_id)).status_code in {302, 303, 401, 403}
    assert office.post(f"{home(conference_id)}einlesen", data={"rows": CLUB}).status_code == 400
    with database.write() as session:
        cancel_conference(session, config, conference_id, {})
    assert office.get(home(conference_id)).status_code == 409
