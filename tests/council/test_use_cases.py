"""Every state × verb × role, and what each verb leaves behind."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.council.models import PETITION, RECOMMENDATION, ROLES, Case, Meeting, SignIn
from services.council.models.transitions import OUTCOMES, STATUSES, TRANSITIONS, verbs_for
from services.council.use_cases import accounts
from services.council.use_cases.accounts import NameTaken, PasswordTooEasy, StaffDetails
from services.council.use_cases.cases import VERBS
from shared import clock
from shared.database import Database
from shared.messaging.tables import outbox
from shared.rules import IllegalTransition, NotFound
from shared.web.i18n import LANGUAGES
from tests.council.conftest import PASSWORD, Config, Submissions
from tests.council.people import CLERK

SAID: dict[str, dict[str, Any]] = {
    "triage": {"responsible": None, "note": None},
    "schedule": {"session_on": date(2026, 12, 3), "committee": None, "note": None},
    "decide": {"decision": {"de": "Wir tragen die Empfehlung weiter."}, "note": None},
    "refer": {"addressee": {"kind": "authority", "name": "Behörde für Inneres und Sport"}, "note": None},
    "acknowledge": {"acknowledged_on": None, "note": None},
    "answer": {"answer": {"de": "Ab Mai gibt es Dolmetscher."}, "note": None},
    "close": {"outcome": "withdrawn", "reason": {"de": "Die Konferenz nahm sie zurück."}},
}
#: The shortest way to each state.
WAY = {
    "opened": [],
    "triaged": ["triage"],
    "scheduled": ["triage", "schedule"],
    "decided": ["triage", "schedule", "decide"],
    "referred": ["triage", "schedule", "decide", "refer"],
    "acknowledged": ["triage", "schedule", "decide", "refer", "acknowledge"],
    "answered": ["triage", "schedule", "decide", "refer", "answer"],
    "closed": ["close"],
}


def _case_id(database: Database) -> UUID:
    with database.read() as session:
        return session.scalars(select(Case.id)).one()


def _case(database: Database) -> Case:
    with database.read() as session:
        return session.scalars(select(Case)).one()


def _do(database: Database, verb: str, **changes: Any) -> None:
    case_id = _case_id(database)
    with database.write() as session:
        VERBS[verb](session, CLERK, case_id, **(SAID[verb] | changes))


def _events(database: Database, name: str) -> list[dict[str, Any]]:
    with database.read() as session:
        bodies = session.scalars(select(outbox.c.body).where(outbox.c.name == name).order_by(outbox.c.position))
        return [json.loads(body)["data"] for body in bodies]


@pytest.mark.parametrize("verb", list(TRANSITIONS))
@pytest.mark.parametrize("status", STATUSES)
def test_a_verb_moves_the_case_from_its_states_and_is_refused_in_all_others(
    status: str, verb: str, database: Database, submissions: Submissions
) -> None:
    submissions.adopt()
    for step in WAY[status]:
        _do(database, step)
    before = _case(database)
    assert before.status == status

    if status in TRANSITIONS[verb].sources:
        _do(database, verb)
        after = _case(database)
        assert after.status == TRANSITIONS[verb].target
        assert len(after.steps) == len(before.steps) + 1
        assert len(_events(database, f"case.{after.status}")) >= 1
    else:
        with pytest.raises(IllegalTransition):
            _do(database, verb)
        after = _case(database)
        assert (after.status, after.version, len(after.steps)) == (status, before.version, len(before.steps))


@pytest.mark.parametrize("role", list(ROLES))
@pytest.mark.parametrize("status", STATUSES)
def test_only_the_office_moves_cases_and_the_chair_writes_decisions_down(status: str, role: str) -> None:
    verbs = verbs_for(status, frozenset({role}))

    if role in {"admin", "clerk"}:
        assert verbs == [verb for verb, it in TRANSITIONS.items() if status in it.sources]
    elif role == "chair":
        assert verbs == (["decide"] if status == "scheduled" else [])
    else:
        assert verbs == []


@pytest.mark.parametrize("origin", [RECOMMENDATION, PETITION])
@pytest.mark.parametrize("outcome", list(OUTCOMES))
@pytest.mark.parametrize("status", STATUSES)
def test_an_outcome_has_to_fit_the_state(status: str, outcome: str, origin: str) -> None:
    case = Case(status=status, origin=origin)
    fits = status in OUTCOMES[outcome] and (outcome != "not_a_petition" or origin == PETITION)

    if fits:
        case.close(outcome)
        assert (case.status, case.outcome) == ("closed", outcome)
    else:
        with pytest.raises(IllegalTransition):
            case.close(outcome)
        assert case.status == status


def test_referring_starts_the_clock_and_the_answer_stops_it(database: Database, submissions: Submissions) -> None:
    submissions.adopt()
    for verb in ("triage", "schedule", "decide", "refer"):
        _do(database, verb)
    referred = _case(database)
    assert referred.due_on is not None and referred.due_on >= clock.today() + timedelta(weeks=6)
    assert "§ 27" in (referred.due_source or {})["de"]
    (fact,) = _events(database, "case.referred")
    assert fact["due_on"] == referred.due_on.isoformat()
    assert fact["addressee_name"] == "Behörde für Inneres und Sport"

    _do(database, "acknowledge", acknowledged_on=clock.today() - timedelta(days=1))
    assert _case(database).due_on == referred.due_on
    _do(database, "answer")
    assert _case(database).due_on is None


def test_an_answer_that_does_not_come_is_overdue_and_nothing_closes_by_itself(
    database: Database, submissions: Submissions
) -> None:
    submissions.adopt()
    for verb in ("triage", "schedule", "decide", "refer"):
        _do(database, verb)
    due_on = _case(database).due_on
    assert due_on

    with clock.moved(due_on - clock.today() + timedelta(days=12)):
        assert _case(database).overdue_days == 12
        assert _case(database).status == "referred"


def test_a_session_that_is_not_there_yet_is_made_once(database: Database, submissions: Submissions) -> None:
    submissions.adopt()
    _do(database, "triage")
    _do(database, "schedule")
    _do(database, "schedule")

    with database.read() as session:
        (meeting,) = session.scalars(select(Meeting)).all()
    assert meeting.committee == "Harburger Integrationsrat"
    assert "Harburger Integrationsrat" in _events(database, "case.scheduled")[0]["public_text"]["de"]


def test_what_was_decided_and_the_note_travel_in_every_language(database: Database, submissions: Submissions) -> None:
    submissions.adopt()
    for verb in ("triage", "schedule"):
        _do(database, verb)
    _do(database, "decide", decision={"de": "Ja.", "en": "Yes."}, note={"de": "Einstimmig."})

    (fact,) = _events(database, "case.decided")
    assert fact["public_text"]["de"].endswith("Ja.\n\nEinstimmig.")
    assert fact["public_text"]["en"].endswith("Yes.\n\n\u2068Einstimmig.\u2069")


def test_an_unknown_case_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound), database.write() as session:
        VERBS["triage"](session, CLERK, uuid4(), **SAID["triage"])


def test_two_accounts_can_not_share_a_name(config: Config, database: Database, staff: Callable[..., str]) -> None:
    staff("clerk")

    with pytest.raises(NameTaken):
        staff("clerk")


def test_the_last_admin_stays(config: Config, database: Database, staff: Callable[..., str]) -> None:
    staff("admin")
    with database.write() as session:
        admin = session.scalars(select(accounts.Staff)).one()
        with pytest.raises(IllegalTransition):
            accounts.close_staff(session, config, admin.id)
        with pytest.raises(IllegalTransition):
            accounts.change_staff(session, config, admin.id, StaffDetails(display_name="N", roles=["clerk"]))

    staff("admin", username="second")
    with database.write() as session:
        accounts.close_staff(session, config, admin.id)


@pytest.mark.parametrize("easy", ["passwort12345", "aaaaaaaaaaaaaa", "KLARA.beispiel 2026", "Integrationsrat"])
def test_a_password_that_others_would_guess_is_refused(
    easy: str, config: Config, database: Database, staff: Callable[..., str]
) -> None:
    name = staff("clerk", username="klara.beispiel")
    with database.write() as session:
        account = session.scalars(select(accounts.Staff).where(accounts.Staff.username == name)).one()
        with pytest.raises(PasswordTooEasy):
            accounts.set_password(session, config, account.id, easy)


def test_only_members_who_want_to_be_told_have_their_address_passed_on(
    database: Database, staff: Callable[..., str]
) -> None:
    staff("clerk", email="clerk@example.org")
    staff("member", email="member@example.org")
    staff("chair")

    with database.read() as session:
        rows = session.execute(select(outbox.c.body, outbox.c.sealed).order_by(outbox.c.position)).all()
    assert [row.sealed is not None for row in rows] == [False, True, False]
    assert not any("example.org" in row.body for row in rows)
    assert PASSWORD not in str(rows)


def test_a_long_answer_stands_whole_on_the_page_and_short_in_the_event(
    database: Database, submissions: Submissions
) -> None:
    submissions.adopt()
    for verb in ("triage", "schedule", "decide", "refer"):
        _do(database, verb)
    answer = {tag: "Щ" * 8000 for tag in LANGUAGES}
    _do(database, "answer", answer=answer, note={tag: "Щ" * 2000 for tag in answer})

    (fact,) = _events(database, "case.answered")
    assert all(text.endswith("…") for text in fact["public_text"].values())
    assert answer["de"] in _case(database).steps[-1].public_text["de"]


def test_an_account_with_thousands_of_tokens_can_be_closed(config: Config, database: Database) -> None:
    with database.write() as session:
        account, _ = accounts.add_staff(session, config, "machine", StaffDetails(display_name="N", roles=["clerk"]))
        session.add_all(SignIn(secret_mark=f"{number}", staff=account) for number in range(2500))
    with database.write() as session:
        accounts.close_staff(session, config, account.id)

    ended = [len(fact["revoked_sessions"]) for fact in _events(database, "staff.changed")]
    assert ended == [0, 1000, 1000, 500]
