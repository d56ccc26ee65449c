"""Processor time and memory of processes with all their children, read from /proc."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")

#: The group whose memory is told.
OURS = "ours"


@dataclass(frozen=True)
class Spent:
    """Processor seconds by group, and the greatest resident memory of one process of ours in MB."""

    seconds: Mapping[str, float]
    rss_mb: float

    def cpu_us(self, items: int) -> float:
        """Microseconds an item, over all groups."""
        return sum(self.seconds.values()) / items * 1e6

    def told(self, items: int) -> str:
        """Microseconds an item by group."""
        return ", ".join(f"{name} {seconds / items * 1e6:.0f}" for name, seconds in self.seconds.items())


class Usage:
    """What groups of processes use from now on: `Usage({"ours": [pid, …], "PostgreSQL": [pid], …})`, then `spent()`."""

    def __init__(self, groups: Mapping[str, list[int]]) -> None:
        self._groups = groups
        self._before = self._seconds()

    def spent(self) -> Spent:
        """What they used since this was made. Children that came and went count, once their parent noticed."""
        now = self._seconds()
        seconds = {name: now[name] - self._before[name] for name in self._groups}
        families = [family(pid) for pid in self._groups.get(OURS, [])]
        return Spent(seconds, max((peak_rss(pid) for members in families for pid in members), default=0.0))

    def _seconds(self) -> dict[str, float]:
        return {
            name: sum(_cpu_seconds(member) for pid in pids for member in family(pid))
            for name, pids in self._groups.items()
        }


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    members = [pid]
    for member in members:
        for task in Path(f"/proc/{member}/task").glob("*/children"):
            members += [int(child) for child in _read(task).split()]
    return members


def peak_rss(pid: int) -> float:
    """The most memory the process ever held, in MB."""
    lines = [line for line in _read(Path(f"/proc/{pid}/status")).splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def _cpu_seconds(pid: int) -> float:
    """Its own time and that of children it has buried."""
    after_name = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(int(ticks) for ticks in after_name[11:15]) / _TICKS


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
