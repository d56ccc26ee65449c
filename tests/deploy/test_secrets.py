"""The secrets of a deployment: for their readers alone, made once, and in the form that the services read."""

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from joserfc.jwk import OKPKey

from deploy import secrets
from shared.config import Environment
from shared.messaging import topology
from shared.seals import Seals
from shared.web import staff_tokens


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _make(tmp_path / "secrets")
    return tmp_path / "secrets"


def _make(folder: Path, *options: str) -> None:
    made = CliRunner().invoke(secrets.main, ["--folder", str(folder), "--owner", str(os.getuid()), *options])
    assert made.exit_code == 0, made.output


def _contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_only_the_owner_may_read_files_and_enter_folders(folder: Path):
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_second_run_changes_nothing(folder: Path):
    before = _contents(folder)
    _make(folder)
    assert _contents(folder) == before


def test_what_somebody_wrote_by_hand_stays(folder: Path):
    (folder / "notifications/mail_url").write_text("smtps://office:word@mail.example.org\n")
    _make(folder, "--demo")
    assert (folder / "notifications/mail_url").read_text() == "smtps://office:word@mail.example.org\n"


def test_a_lost_file_that_follows_from_others_comes_back(folder: Path):
    before = _contents(folder)
    (folder / "council/database_url").unlink()
    (folder / "rabbitmq/definitions.json").unlink()
    _make(folder)
    assert _contents(folder) == before


def test_no_two_secrets_are_equal_and_none_is_short(folder: Path):
    made = [
        text.strip() for name, text in _contents(folder).items() if name.split("/")[1] in {*MADE, *secrets.SERVICES}
    ]
    assert len(made) == len(set(made)) == 17
    assert all(len(word) >= 43 for word in made)


MADE = {"secret_key", "column_key", "link_key", "superuser"}


@pytest.mark.parametrize("service", secrets.SERVICES)
def test_a_service_can_read_what_was_written_for_it(folder: Path, service: str):
    names = ("DATABASE_URL", "AMQP_URL", "LIMITS_URL", "SECRET_KEY", "COLUMN_KEY", "LINK_KEY")
    environment = Environment({f"{name}_FILE": str(folder / service / name.lower()) for name in names})
    for name in names:
        assert environment.secret(name)
    assert environment.url("DATABASE_URL").startswith(f"postgresql+psycopg://{service}:")
    assert environment.url("AMQP_URL").endswith(f"@rabbitmq:5672/{topology.VHOST}")


def test_each_service_opens_what_the_others_seal_for_it(folder: Path):
    seals = {
        service: Seals.from_json(
            (folder / service / "seal_private_keys").read_text(), (folder / service / "seal_public_keys").read_text()
        )
        for service in secrets.SERVICES
    }
    box = seals["registration"].seal("notifications", "registration.requested", None, {"name": "Leyla"})
    assert seals["notifications"].open(box, "registration.requested", None) == {"name": "Leyla"}


def test_what_council_signs_is_verified_by_the_public_keys_and_no_other_service_holds_the_private_one(folder: Path):
    key = OKPKey.import_key(json.loads((folder / "council/staff_signing_key").read_text()))
    public = (folder / "registration/staff_public_keys").read_text()
    assert "d" not in json.loads(public)["keys"][0]
    assert staff_tokens.key_set(public).keys[0].kid == key.kid
    assert [path.parent.name for path in folder.rglob("staff_signing_key")] == ["council"]


def test_the_brokers_definitions_know_passwords_only_by_hash_and_have_no_default_user(folder: Path):
    text = (folder / "rabbitmq/definitions.json").read_text()
    assert {user["name"] for user in json.loads(text)["users"]} == set(secrets.SERVICES)
    for service in secrets.SERVICES:
        assert (folder / f"passwords/rabbitmq-{service}").read_text().strip() not in text


def test_passwords_that_no_container_needs_in_the_clear_are_mounted_nowhere(folder: Path):
    compose = (Path(__file__).parents[2] / "docker-compose.yml").read_text(encoding="utf-8")
    assert "/passwords" not in compose
    assert {path.name for path in (folder / "valkey").iterdir()} == {"users.acl"}
    assert {path.name for path in (folder / "rabbitmq").iterdir()} == {"definitions.json"}
