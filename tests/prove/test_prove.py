"""The unattended run counts a proof that dies as one that failed, and its page says so."""

from pathlib import Path

from tests.prove.__main__ import Task, run
from tests.prove.report import write


def test_a_proof_that_ends_without_a_result_has_failed(tmp_path: Path) -> None:
    proof = run(Task("absent", ("tests.no_such_proof",)), tmp_path)

    assert not proof.passed
    assert "absent.log" in proof.failures[0]


def test_the_page_shows_results_failures_and_what_occurred(tmp_path: Path) -> None:
    simulated = run(Task("simulator", ("tests.simulation", "--seeds", "3")), tmp_path)
    write(tmp_path / "report.html", [simulated, run(Task("absent", ("tests.no_such_proof",)), tmp_path)], 7200)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert simulated.passed
    assert "1 of 2 proofs passed in 2.0 hours" in page
    assert "seeds 3" in page
    assert "Simulator: how often each occurred" in page
    assert "without a result" in page
