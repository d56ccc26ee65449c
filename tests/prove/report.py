"""The page that reports a run of `make prove`: seeds, hours, counts, and how often each fault occurred."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared import clock
from tests.proofs import Proof

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def write(file: Path, proofs: Sequence[Proof], seconds: float) -> None:
    """Write the page about what is proven so far; `seconds` is what it took in all."""
    page = _pages.get_template("report.html").render(
        proofs=proofs,
        passed=sum(proof.passed for proof in proofs),
        hours=seconds / 3600,
        written_at=clock.now(),
        machine=proofs[-1].machine,
        charts=charts(proofs),
    )
    file.write_text(page, encoding="utf-8")


def charts(proofs: Sequence[Proof]) -> dict[str, list[tuple[str, int]]]:
    """For each kind of proof whose table ends in a number: what the rows stand for, added up over its runs."""
    found: dict[str, Counter[str]] = {}
    for proof in proofs:
        if proof.rows and all(len(row) == 2 and row[1].isdigit() for row in proof.rows):
            found.setdefault(proof.name, Counter()).update({row[0]: int(row[1]) for row in proof.rows})
    return {name: counted.most_common() for name, counted in found.items()}
