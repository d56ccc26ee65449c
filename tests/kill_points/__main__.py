"""`python -m tests.kill_points`: kill at every named place of every flow, print the table of all of them with the result."""

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from shared.failpoints import PLACES
from tests.kill_points.flows import FLOWS, Flow
from tests.kill_points.ground import Ground, ground
from tests.kill_points.killing import Killing
from tests.kill_points.kills import Kill, Outcome
from tests.proofs import Proof

COLUMNS = ("flow", "process", "place", "died", "recovered in s", "result")


@click.command()
@click.option("--only", type=click.Choice(PLACES), multiple=True, help="Kill at this place alone; may be repeated.")
@click.option("--flow", type=click.Choice([flow.name for flow in FLOWS]), multiple=True, help="Walk this flow alone.")
@click.option("--report", type=click.Path(path_type=Path), help="Write the result as JSON for `make prove`.")
def main(only: tuple[str, ...], flow: tuple[str, ...], report: Path | None) -> None:
    """Kill at every named place, once in every flow that passes it."""
    # Who is told to end takes the servers along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    options = [f" --only {place}" for place in only] + [f" --flow '{name}'" for name in flow]
    outcomes: list[Outcome] = []
    failures = ["it was ended before everything was tried"]
    with ground() as ready:
        try:
            for outcome in outcomes_on(ready, [one for one in FLOWS if not flow or one.name in flow], only or PLACES):
                outcomes.append(outcome)
            failures = missed(outcomes, only or PLACES)
        finally:
            proof = proof_of(outcomes, failures, f"python -m tests.kill_points{''.join(options)}", began)
            proof.show()
            proof.keep(report)
    sys.exit(not proof.passed)


def outcomes_on(ready: Ground, flows: Sequence[Flow], places: Sequence[str]) -> Iterator[Outcome]:
    """Carry out the kills at these places in these flows, one after the other, and tell how it goes."""
    for flow in flows:
        killing = Killing(ready, flow)
        kills = [kill for kill in killing.plan() if _where(kill) in places]
        for nth, outcome in enumerate(killing.carry_out(kills), 1):
            click.echo(f"{nth}/{len(kills)} {'  '.join(outcome.row())}", err=True)
            yield outcome


def missed(outcomes: Sequence[Outcome], places: Sequence[str]) -> list[str]:
    """What shows that the kills don't say what they should: a place that nobody died at."""
    hit = {_where(outcome.kill) for outcome in outcomes if outcome.died}
    return [f"nobody died at {place}" for place in places if place not in hit]


def proof_of(outcomes: Sequence[Outcome], failures: Sequence[str], command: str, began: float) -> Proof:
    """All outcomes as a proof, which fails by any of them and by other `failures`."""
    wrong = [f"{': '.join(outcome.row()[:3])}: {outcome.failure}" for outcome in outcomes if outcome.failure]
    return Proof(
        name="kill points",
        command=command,
        seconds=time.monotonic() - began,
        passed=not wrong and not failures,
        counts={
            "kills": sum(outcome.died for outcome in outcomes),
            "places": len({_where(outcome.kill) for outcome in outcomes if outcome.died}),
            "slowest recovery in s": round(max((outcome.seconds for outcome in outcomes), default=0), 1),
            "messages that came once more": sum(outcome.repeats for outcome in outcomes),
        },
        columns=COLUMNS,
        rows=[outcome.row() for outcome in outcomes],
        failures=[*wrong, *failures],
    )


def _where(kill: Kill) -> str:
    return kill.then or kill.place


if __name__ == "__main__":
    main()
