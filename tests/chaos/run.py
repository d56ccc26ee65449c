"""One run of the deployment: load and faults together, then the verdict."""

from pathlib import Path

from tests.architecture.tree import SERVICES
from tests.chaos.again import duplicates_at, send_everything_again
from tests.chaos.clients import everybody
from tests.chaos.ending import Ending, Outcome
from tests.chaos.faults import Breaking
from tests.chaos.history import History
from tests.chaos.reading import Databases
from tests.chaos.schedule import Schedule
from tests.chaos.world import World, world
from tests.e2e.journey import open_conference
from tests.processes import ADMIN
from tests.servers.ports import LOCAL
from tests.waiting import until


def run(schedule: Schedule, seconds: float, folder: Path) -> Outcome:
    """Let `schedule` happen during a load of `seconds`. Its logs are in `folder`, with all evidence if something is wrong."""
    with world(folder) as around:
        databases, history = Databases(around.databases), History()
        conference = open_conference(around.processes.staff())
        until(lambda: not databases.unrest(), "the conference to be known everywhere")
        clients = everybody(history, around.processes.origins, ADMIN, around.truth, conference)
        breaking = Breaking(around, schedule)
        for client in clients:
            client.start()
        breaking.start()
        history.enough.wait(seconds)
        breaking.finish()
        history.enough.set()
        breaking.happened.write(folder / "faults.txt")
        ending = Ending(history, databases, lambda: list(around.truth.handed), lambda: _again(around, databases))
        outcome = ending.judge(clients, breaking.happened.counted(), folder)
    outcome.violations += breaking.happened.errors
    return outcome


def _again(around: World, databases: Databases) -> int:
    processes = around.processes
    operations = {f"http://{LOCAL}:{ops}" for _, ops in processes.ports.values()}
    variables = {service: processes.variables(service) for service in SERVICES}
    return send_everything_again(databases, variables, lambda: duplicates_at(operations))
