"""The three ways to say where a process dies."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.architecture.tree import ROOT

#: Passes one place for every line that it is told, and says so.
_WALKER = """
import sys
from shared import failpoints
for line in sys.stdin:
    failpoints.reached("relay.led")
    print("passed", flush=True)
"""


@contextmanager
def walker(failpoint: str) -> "Iterator[subprocess.Popen[str]]":
    """A process that passes a place whenever it is told to."""
    with subprocess.Popen(
        [sys.executable, "-c", _WALKER],
        cwd=ROOT,
        env={"FAILPOINT": failpoint},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as walking:
        yield walking


def passes(walking: "subprocess.Popen[str]") -> bool:
    """Whether it passed the place once more and lives."""
    assert walking.stdin is not None
    assert walking.stdout is not None
    walking.stdin.write("on\n")
    walking.stdin.flush()
    return walking.stdout.readline() == "passed\n"


def test_a_process_dies_at_the_pass_that_is_ordered() -> None:
    with walker("relay.led:2") as walking:
        assert passes(walking)
        assert not passes(walking)
    assert walking.returncode == -signal.SIGKILL


def test_a_process_passes_other_places_unharmed() -> None:
    with walker("relay.numbered") as walking:
        assert passes(walking)
    assert walking.returncode == 0


def test_a_running_process_dies_when_its_order_comes(tmp_path: Path) -> None:
    order = tmp_path / "relay.order"
    with walker(str(order)) as walking:
        assert passes(walking)
        order.write_text("relay.led:2", encoding="ascii")
        assert not passes(walking)
    assert walking.returncode == -signal.SIGKILL
    assert not order.exists()
    assert (tmp_path / "relay.passes").read_text(encoding="ascii").split() == ["relay.led", "relay.led"]


def test_a_place_that_nobody_declared_refuses_to_start() -> None:
    with walker("relay.somewhere") as walking:
        _, said = walking.communicate()
    assert "FAILPOINT names no place: 'relay.somewhere'" in said
