"""`python -m tests.bench`: measure, print the table, write var/bench/latest.json and latest.svg."""

import importlib
import json
import time
from collections.abc import Sequence
from pathlib import Path

import click

from tests.architecture.tree import ROOT
from tests.bench.chart import draw
from tests.bench.figure import COLUMNS, Figure
from tests.bench.ground import ground
from tests.proofs import Proof, machine
from tests.servers.ending import end_in_order

#: In the order in which they run; each is a module here with `measure(ground) -> list[Figure]`.
BENCHES = ("relay", "receive", "path", "drain", "post", "smtp", "rush", "latency", "pages")

FOLDER = ROOT / "var" / "bench"


@click.command()
@click.option("--only", type=click.Choice(BENCHES), multiple=True, help="Measure this one alone; may be repeated.")
@click.option("--brief", is_flag=True, help="Small counts: whether everything works, no measurement.")
@click.option("--report", type=click.Path(path_type=Path), help="Write the result as JSON for `make prove`.")
def main(only: tuple[str, ...], brief: bool, report: Path | None) -> None:
    """Measure ours next to the limits, in one run."""
    end_in_order()
    began = time.monotonic()
    figures: list[Figure] = []
    with ground(brief) as servers:
        for name in only or BENCHES:
            click.echo(f"{name} …", err=True)
            figures += importlib.import_module(f"tests.bench.{name}").measure(servers)
    keep(figures, FOLDER)
    proof = Proof(
        name="bench",
        command="python -m tests.bench" + "".join(f" --only {name}" for name in only) + (" --brief" if brief else ""),
        seconds=time.monotonic() - began,
        passed=True,
        counts={"figures": len(figures), "aims met": sum(figure.met for figure in figures)},
        columns=COLUMNS,
        rows=[figure.row() for figure in figures],
    )
    proof.show()
    proof.keep(report)


def keep(figures: Sequence[Figure], folder: Path) -> None:
    """Write the figures and their chart."""
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps([figure.as_json() for figure in figures], ensure_ascii=False, indent=2)
    (folder / "latest.json").write_text(content + "\n", encoding="utf-8")
    on = machine()
    caption = f"Ours of the limit in the same run; commit {on['commit']}, {on['cores']} cores, Python {on['python']}"
    (folder / "latest.svg").write_text(draw(figures, caption), encoding="utf-8")


if __name__ == "__main__":
    main()
