"""Attacks on signing in, and what must go on working meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from services.council import passwords
from services.council.config import Config
from services.council.models import SignIn, SignInAttempt
from services.council.timers import TIMERS
from services.council.use_cases import accounts, signing_in, tries
from services.council.use_cases.accounts import StaffDetails
from services.council.use_cases.signing_in import Credentials, SetUpMissing, SignInRefused
from services.council.use_cases.tries import Client, TooManyTries
from shared import clock
from shared.database import Database
from shared.web import staff_tokens
from tests.council.conftest import PASSWORD
from tests.council.people import enrol, id_of

HERE = Client("192.0.2.1")
Make = Callable[..., str]


def test_an_unknown_name_costs_a_hash_as_a_known_one_does(staff: Make, database: Database, config: Config) -> None:
    before = passwords._nobodys_hash.cache_info().misses + passwords._nobodys_hash.cache_info().hits
    with pytest.raises(SignInRefused):
        signing_in.sign_in(database, config, Credentials("nobody", PASSWORD), HERE)

    info = passwords._nobodys_hash.cache_info()
    assert info.misses + info.hits == before + 1


def test_a_code_works_once(staff: Make, database: Database, config: Config) -> None:
    name = staff("clerk")
    code = enrol(database, config, name).at(clock.now())

    signing_in.sign_in(database, config, Credentials(name, PASSWORD, code), HERE)

    with pytest.raises(SignInRefused):
        signing_in.sign_in(database, config, Credentials(name, PASSWORD, code), HERE)


def test_an_older_code_does_not_work_after_a_newer_one(staff: Make, database: Database, config: Config) -> None:
    name = staff("clerk")
    app_of_owner = enrol(database, config, name)
    previous = app_of_owner.at(clock.now() - timedelta(seconds=30))
    signing_in.sign_in(database, config, Credentials(name, PASSWORD, app_of_owner.at(clock.now())), HERE)

    with pytest.raises(SignInRefused):
        signing_in.sign_in(database, config, Credentials(name, PASSWORD, previous), HERE)


def test_a_failed_password_does_not_use_the_code_up(staff: Make, database: Database, config: Config) -> None:
    name = staff("clerk")
    code = enrol(database, config, name).at(clock.now())
    with pytest.raises(SignInRefused):
        signing_in.sign_in(database, config, Credentials(name, "wrong", code), HERE)

    assert signing_in.sign_in(database, config, Credentials(name, PASSWORD, code), HERE).secret


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "٣٤٥٦٧٨", "abcdef"])
def test_no_other_code_works(code: str, staff: Make, database: Database, config: Config) -> None:
    name = staff("clerk")
    enrol(database, config, name)

    with pytest.raises(SignInRefused):
        signing_in.sign_in(database, config, Credentials(name, PASSWORD, code), HERE)


def test_tries_on_one_account_run_out_for_strangers_and_not_for_its_owner(
    staff: Make, database: Database, config: Config
) -> None:
    name = staff("clerk")
    known = signing_in.sign_in(database, config, Credentials(name, PASSWORD), HERE)
    for number in range(tries.TRIES_BY_STRANGERS):
        with pytest.raises(SignInRefused):
            signing_in.sign_in(database, config, Credentials(name, "wrong"), Client(f"198.51.100.{number}"))

    with pytest.raises(TooManyTries):
        signing_in.sign_in(database, config, Credentials(name, PASSWORD), Client("198.51.100.99"))

    assert signing_in.sign_in(database, config, Credentials(name, PASSWORD), replace(HERE, device=known.device)).secret


def test_after_a_quarter_of_an_hour_strangers_may_try_again(staff: Make, database: Database, config: Config) -> None:
    name = staff("clerk")
    for _ in range(tries.TRIES_BY_STRANGERS):
        with pytest.raises(SignInRefused):
            signing_in.sign_in(database, config, Credentials(name, "wrong"), HERE)

    with clock.moved(tries.WINDOW + timedelta(seconds=1)):
        assert signing_in.sign_in(database, config, Credentials(name, PASSWORD), HERE).secret


def test_the_mark_of_a_device_opens_no_other_account(staff: Make, database: Database, config: Config) -> None:
    mine, theirs = staff("clerk"), staff("admin")
    device = signing_in.sign_in(database, config, Credentials(mine, PASSWORD), HERE).device
    for _ in range(tries.TRIES_BY_STRANGERS):
        with pytest.raises(SignInRefused):
            signing_in.sign_in(database, config, Credentials(theirs, "wrong"), replace(HERE, device=device))

    with pytest.raises(TooManyTries):
        signing_in.sign_in(database, config, Credentials(theirs, PASSWORD), replace(HERE, device=device))


def test_one_network_can_not_try_every_account(database: Database, config: Config) -> None:
    for number in range(tries.TRIES_PER_NETWORK):
        with database.write() as session:
            tries.claim_try(session, config, f"name{number}", HERE)

    with database.write() as session, pytest.raises(TooManyTries):
        tries.claim_try(session, config, "one more", HERE)


def test_good_tries_are_not_counted_and_no_name_is_kept(staff: Make, database: Database, config: Config) -> None:
    name = staff("clerk")
    for _ in range(tries.TRIES_BY_STRANGERS + 2):
        signing_in.sign_in(database, config, Credentials(name, PASSWORD), HERE)

    with database.read() as session:
        attempts = session.scalars(select(SignInAttempt)).all()
    assert all(attempt.is_good and name not in attempt.account_mark for attempt in attempts)


def test_new_roles_a_new_password_and_closing_end_all_sign_ins(
    staff: Make, database: Database, config: Config, app: Flask
) -> None:
    staff("admin")
    name = staff("clerk")
    staff_id = id_of(database, name)
    changes = [
        lambda session: accounts.change_staff(
            session, config, staff_id, StaffDetails(display_name="N", roles=["door"])
        ),
        lambda session: accounts.set_password(session, config, staff_id, PASSWORD),
        lambda session: accounts.close_staff(session, config, staff_id),
    ]
    for change in changes:
        signed_in = signing_in.sign_in(database, config, Credentials(name, PASSWORD), HERE)
        token, _ = signing_in.new_token(config, signed_in.sign_in)
        with database.write() as session:
            change(session)

        with pytest.raises(staff_tokens.WrongToken):
            staff_tokens.verify(app, token)
        with database.write() as session:
            assert signing_in.renew(session, config, signed_in.secret) is None


def test_an_unfinished_account_gets_no_token(strict_config: Config, database: Database, staff: Make) -> None:
    signed_in = signing_in.sign_in(database, strict_config, Credentials(staff("admin"), PASSWORD), HERE)

    with pytest.raises(SetUpMissing):
        signing_in.new_token(strict_config, signed_in.sign_in)


def test_a_door_account_works_a_conference_day(staff: Make, database: Database, config: Config) -> None:
    signed_in = signing_in.sign_in(database, config, Credentials(staff("door"), PASSWORD), HERE)
    _, expires_at = signing_in.new_token(config, signed_in.sign_in)

    assert timedelta(hours=13) < expires_at - clock.now() <= staff_tokens.DOOR_LIFETIME


def test_a_door_account_with_new_roles_loses_its_long_lived_tokens(
    staff: Make, database: Database, config: Config, app: Flask
) -> None:
    name = staff("door")
    signed_in = signing_in.sign_in(database, config, Credentials(name, PASSWORD), HERE)
    token, _ = signing_in.new_token(config, signed_in.sign_in)

    with clock.moved(timedelta(hours=5)):
        assert staff_tokens.verify(app, token)
        with database.write() as session:
            person = StaffDetails(display_name="N", roles=["clerk"])
            accounts.change_staff(session, config, id_of(database, name), person)
        with pytest.raises(staff_tokens.WrongToken):
            staff_tokens.verify(app, token)


def test_what_has_served_its_time_is_forgotten(staff: Make, database: Database, config: Config) -> None:
    name = staff("clerk")
    signing_in.sign_in(database, config, Credentials(name, PASSWORD), HERE)
    (_, _, forget), = TIMERS  # fmt: skip

    forget(database)
    with database.read() as session:
        assert session.scalar(select(SignIn.id)) and session.scalar(select(SignInAttempt.id))

    with clock.moved(timedelta(hours=25)):
        forget(database)
    with database.read() as session:
        assert session.scalar(select(SignIn.id)) is session.scalar(select(SignInAttempt.id)) is None
