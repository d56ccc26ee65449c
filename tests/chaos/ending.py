"""The end of a run: rest, the whole log again, and what the verdict rests on, written down where something is wrong."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path

from shared.messaging import topology
from tests.architecture.tree import SERVICES
from tests.chaos.checking import violations
from tests.chaos.checking.deliveries import repeats
from tests.chaos.clients import Client
from tests.chaos.evidence import Evidence
from tests.chaos.history import History
from tests.chaos.logs import alarms
from tests.chaos.reading import Databases
from tests.chaos.truth import Handed

#: I8: seconds after the last fault in which everything is done; and how long is waited to see how much longer it took.
REST = 60.0
_LONGEST_REST = 150.0


@dataclass
class Outcome:
    """What one run found. `seconds_to_rest` counts from the moment in which the last fault was over."""

    violations: list[str]
    faults: Counter[str]
    seconds_to_rest: float
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ending:
    """Ends a run: `handed` tells what providers were given so far, `again` has everything sent again and counts it."""

    history: History
    databases: Databases
    handed: Callable[[], Sequence[Handed]]
    again: Callable[[], int]

    def judge(self, clients: Sequence[Client], faults: Counter[str], folder: Path) -> Outcome:
        """The last fault is over and clients were told that it is enough: wait, send everything again, compare everything."""
        rest, unrest = _rest(clients, self.databases)
        before, handed = self.databases.digests(), len(self.handed())
        again = 0
        try:
            again = 0 if unrest else self.again()
        except AssertionError as error:
            unrest = [f"{error}: {self.databases.unrest()}"]
        after = self.databases.digests()
        evidence = Evidence(
            told=self.history.told,
            handed=self.handed(),
            databases=self.databases.read(),
            handled=_handled_names(),
            pairs=topology.PAIRS,
            stuck=self.history.stuck,
            digests={table: (before[table], after[table]) for table in before},
            handed_again=len(self.handed()) - handed,
        )
        found = [*violations(evidence), *_too_late(rest, unrest), *alarms(folder)]
        if found:
            _keep(folder, evidence, found)
        return Outcome(found, faults, rest, {**_counts(evidence, self.history), "events sent again": again})


def _handled_names() -> dict[str, frozenset[str]]:
    return {
        service: frozenset(event.name for event in import_module(f"services.{service}.handlers").HANDLERS)
        for service in SERVICES
    }


def _rest(clients: Sequence[Client], databases: Databases) -> tuple[float, list[str]]:
    """Seconds until all clients are done and nothing is under way, and what is still under way if that never came."""
    began = time.monotonic()
    last: dict[str, int] | None = None
    while time.monotonic() - began < _LONGEST_REST:
        # Twice with the same numbers: one look reads the databases one after the other, and events travel meanwhile.
        before, last = last, databases.last_numbers()
        if any(client.is_alive() for client in clients) or databases.unrest():
            last = None
        elif last == before:
            return time.monotonic() - began, []
        time.sleep(0.2)
    alive = [f"{client.name} is still at it" for client in clients if client.is_alive()]
    return time.monotonic() - began, alive + databases.unrest()


def _too_late(rest: float, unrest: list[str]) -> Iterator[str]:
    yield from (f"i8_liveness: {words}" for words in unrest)
    if rest > REST:
        yield f"i8_liveness: it took {rest:.0f} s after the last fault to come to rest"


def _counts(evidence: Evidence, history: History) -> dict[str, int]:
    again = repeats(evidence)
    return {
        "told": len(evidence.told),
        "unclear": sum(told.unclear for told in evidence.told),
        "events": sum(len(evidence.rows(service, "outbox")) for service in evidence.databases),
        "cases": len(evidence.rows("council", "council_case")),
        "messages": len(evidence.handed),
        "repeated": sum(again.values()) - len(again),
        **{f"answers {status}": count for status, count in sorted(history.statuses.items())},
    }


def _keep(folder: Path, evidence: Evidence, found: list[str]) -> None:
    (folder / "violations.txt").write_text("\n".join(found), encoding="utf-8")
    for name, content in {
        "history": [asdict(told) for told in evidence.told],
        "handed": [asdict(handed) for handed in evidence.handed],
        "databases": evidence.databases,
    }.items():
        text = json.dumps(content, default=str, ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
