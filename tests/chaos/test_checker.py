"""The checker is worth something only if each of its checks fails a history that is broken in its way."""

import json
from pathlib import Path

import pytest

from tests.chaos.broken import BROKEN, Breaking, change, handed_again
from tests.chaos.checking import CHECKS, violations
from tests.chaos.honest import AUTHOR, IDEA, an_honest_run
from tests.chaos.logs import ALARMS, alarms


def test_an_honest_run_is_let_through() -> None:
    assert violations(an_honest_run()) == []


@pytest.mark.parametrize(
    ("check", "breaking"),
    [pytest.param(check, breaking, id=f"{check}: {what}") for check, ways in BROKEN.items() for what, breaking in ways],
)
def test_a_broken_run_is_found_out(check: str, breaking: Breaking) -> None:
    evidence = an_honest_run()
    evidence = breaking(evidence) or evidence

    assert [words for words in violations(evidence) if words.startswith(f"{check}: ")] != []


def test_every_check_is_shown_to_fail() -> None:
    assert {check.__name__ for check in CHECKS} == set(BROKEN)


def test_a_repetition_that_the_log_explains_is_let_through() -> None:
    evidence = an_honest_run()
    change(evidence, "notifications", "notifications", {"attempts": 2}, message="idea.received")

    assert violations(handed_again(evidence, "idea.received")) == []


def test_news_of_a_petitions_case_may_come_but_need_not() -> None:
    evidence = an_honest_run()
    change(evidence, "council", "council_case", {"origin": "petition", "origin_id": IDEA})

    lost = [words for words in violations(evidence) if "nothing_lost" in words or f"went to {AUTHOR}" in words]

    assert lost == []


def test_what_the_logs_must_never_say_is_found_in_them(tmp_path: Path) -> None:
    lines = [{"event": "outage"}, *({"event": f"{words} …", "reason": "somewhere.py:1"} for words in ALARMS), "text"]
    (tmp_path / "council-worker.log").write_text("\n".join([*map(json.dumps, lines), "no JSON"]), encoding="utf-8")

    assert len(list(alarms(tmp_path))) == len(ALARMS)
