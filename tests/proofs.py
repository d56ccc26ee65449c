"""What a long proof found: printed as a table, and kept as JSON for the report of `make prove`."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.architecture.tree import ROOT


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    return {
        "commit": commit.stdout.strip() or "unknown",
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


@dataclass(frozen=True)
class Proof:
    """One run of one proof. `counts` are its figures by name, `columns` and `rows` the table it prints, `command` repeats it."""

    name: str
    command: str
    seconds: float
    passed: bool
    counts: Mapping[str, int | float | str]
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    failures: Sequence[str] = ()
    machine: Mapping[str, str] = field(default_factory=machine)

    def show(self) -> None:
        """Print what was found, with its table."""
        if self.columns:
            print(table(self.columns, self.rows))
        self.tell()

    def tell(self) -> None:
        """Print the outcome in a few lines."""
        print(", ".join(f"{name} {value}" for name, value in self.counts.items()))
        for failure in self.failures:
            print(f"FAILED {failure}")
        print(
            f"{self.name}: {'passed' if self.passed else 'FAILED'} in {self.seconds:.0f} s; again with: {self.command}",
            flush=True,
        )

    def keep(self, file: Path | None) -> None:
        """Write it as JSON, where somebody asked for that."""
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2), encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> "Proof":
        """What `keep` wrote."""
        return cls(**json.loads(file.read_text(encoding="utf-8")))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under their names, for a terminal."""
    widths = [max(len(str(row[i])) for row in [columns, *rows]) for i in range(len(columns))]
    lines = [
        "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [columns, *rows]
    ]
    return "\n".join(line.rstrip() for line in lines)
