"""Backup and restore of the one-process run, by the commands that operators use."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.e2e.api import Api
from tests.embedded import Embedded
from tests.waiting import until

IDEA = {"kind": "idea", "title": "Mehr Bänke", "text": "Am Teich fehlen Bänke.", "language": "de"}


def test_a_service_of_the_run_is_set_back_and_nobody_hears_old_news(tmp_path: Path) -> None:
    system, saved = Embedded(tmp_path / "data").start(), tmp_path / "saved"
    try:
        _hand_in(system, "amina@example.org")
        assert "council: " in _data("backup", "--to", str(saved), system=system).stdout
        _hand_in(system, "jan@example.org")
        running = _data("restore", "notifications", "--from", str(saved), system=system)
        assert (running.returncode, "in use by another run" in running.stderr) == (1, True)

        system.stop()
        _is_refused_with_other_keys(system, saved / "keys.json")
        assert "life 2 begins" in _data("restore", "notifications", "--from", str(saved), system=system).stdout
        system.start()

        held = until(lambda: _held(system), "the letter that is made again")
        assert [each["status"] for each in held] == ["unknown"]
        assert len(system.mailbox("amina@example.org")) == 1
        _hand_in(system, "leyla@example.org")
    finally:
        system.kill()


def _is_refused_with_other_keys(system: Embedded, keys: Path) -> None:
    assert (keys.parent.stat().st_mode & 0o777, keys.stat().st_mode & 0o777) == (0o700, 0o600)
    own = keys.read_text(encoding="utf-8")
    keys.write_text(own + " ", encoding="utf-8")
    assert "other keys" in _data("restore", "council", "--from", str(keys.parent), system=system).stderr
    keys.write_text(own, encoding="utf-8")


def _hand_in(system: Embedded, email: str) -> None:
    Api(system.base_url).post("submissions", "ideas", {**IDEA, "contact": {"email": email}})
    until(lambda: system.mailbox(email), f"the letter for {email}")


def _held(system: Embedded) -> list[dict[str, str]]:
    found: list[dict[str, str]] = system.staff().get("notifications", "notifications", status="unknown")["data"]
    return found


def _data(verb: str, *arguments: str, system: Embedded) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "deploy.data", verb, *arguments, "--data", str(system.folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
