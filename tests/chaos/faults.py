"""Letting the faults happen: each kind by a function that returns when it is over, and says whether it happened."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.architecture.tree import SERVICES
from tests.chaos.schedule import ROLES, Fault, Schedule
from tests.chaos.world import BROKER, DATABASE, World
from tests.processes import STANDBY
from tests.waiting import until

#: Seconds that a process gets to come to its failpoint, and a standby to take the lead.
_PATIENCE, _LONG_PATIENCE = 20.0, 30.0
_NEVER_FULL = "50MB"


@dataclass
class Happened:
    """Which faults really happened, when each of them began and ended, and what went wrong in making them."""

    faults: list[tuple[float, float, Fault]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def counted(self) -> Counter[str]:
        """How often each kind happened."""
        return Counter(fault.kind for _, _, fault in self.faults)

    def write(self, file: Path) -> None:
        """Keep what happened when, to be held against the logs."""
        inorder = sorted(self.faults, key=lambda it: it[0])
        lines = [f"{_clock(begun)} – {_clock(ended)}  {fault}" for begun, ended, fault in inorder]
        file.write_text("\n".join([*lines, *self.errors]), encoding="utf-8")


class Breaking:
    """Runs both lanes of a schedule against a world, each in a thread."""

    def __init__(self, world: World, schedule: Schedule) -> None:
        self.happened = Happened()
        self._world = world
        self._began = time.monotonic()
        self._lanes = [
            threading.Thread(target=self._run, args=(lane,), name=name, daemon=True)
            for name, lane in (("servers break", schedule.servers), ("processes break", schedule.processes))
        ]

    def start(self) -> None:
        """Begin with the first faults."""
        self._began = time.monotonic()
        for lane in self._lanes:
            lane.start()

    def finish(self) -> None:
        """Wait for the last faults, then mend everything: all servers reachable, all eight processes running."""
        for lane in self._lanes:
            lane.join()
        mend(self._world)

    def _run(self, lane: Sequence[Fault]) -> None:
        for fault in lane:
            time.sleep(max(0.0, self._began + fault.at - time.monotonic()))
            begun = time.time()
            try:
                happened = FAULTS[fault.kind](self._world, fault)
            except Exception as error:  # the run goes on; a fault that can't be made fails it at the end
                self.happened.errors.append(f"{fault}: {error!r}")
            else:
                if happened is not False:
                    self.happened.faults.append((begun, time.time(), fault))


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def mend(world: World) -> None:
    """End what is left of faults: nothing is slow any more, and each process runs once. Half-open connections to the broker
    stay what they are: their owners have to find out."""
    for way in world.proxies.values():
        way.delay(0)
    for service in SERVICES:
        for role in ROLES:
            if not world.processes.is_alive(service, role):
                world.processes.begin(service, role)
        if world.processes.is_alive(service, STANDBY):
            world.processes.kill(service, STANDBY)


def _kill(world: World, fault: Fault) -> None:
    service, _, role = fault.target.partition(" ")
    world.processes.kill(service, role)
    world.processes.begin(service, role)


def _failpoint(world: World, fault: Fault) -> bool:
    """Start the process so that it dies at the place; False where it never came there."""
    service, _, role = fault.target.partition(" ")
    world.processes.kill(service, role)
    world.processes.begin(service, role, failpoint=fault.detail)
    seen: set[int] = set()
    try:
        until(lambda: _died(world, service, role, seen), "the failpoint", _PATIENCE, 0.1)
        return True
    except AssertionError:
        return False
    finally:
        world.processes.kill(service, role)
        world.processes.begin(service, role)


def _died(world: World, service: str, role: str, seen: set[int]) -> bool:
    # gunicorn itself goes on when its only child dies, with another one.
    seen |= world.processes.pids(service, role)
    return len(seen) > 2 or not world.processes.is_alive(service, role)


def _pause(world: World, fault: Fault) -> bool:
    """The leader stands still, another takes over, and the first wakes up believing that it leads. False where nobody took
    over in time: nobody can while the broker is away."""
    service, processes = fault.service, world.processes
    epoch = world.epoch(service)
    processes.begin(service, STANDBY)
    processes.pause(service, "worker")
    try:
        world.take_lead_away(service)
        until(lambda: world.epoch(service) > epoch, "the standby to lead", _LONG_PATIENCE, 0.1)
        time.sleep(fault.seconds)
    except AssertionError:
        return False
    finally:
        processes.resume(service, "worker")
        time.sleep(fault.seconds)
        if fault.detail.endswith("the old leader dies"):
            processes.kill(service, "worker")
            processes.begin(service, "worker")
        processes.kill(service, STANDBY)
    return True


def _restart_broker(world: World, fault: Fault) -> None:
    world.broker.stop()
    world.broker.start()


def _kill_broker(world: World, fault: Fault) -> None:
    world.broker.kill()
    world.broker.start()


def _freeze_broker(world: World, fault: Fault) -> None:
    world.broker.pause()
    try:
        time.sleep(fault.seconds)
    finally:
        world.broker.resume()


def _wipe_broker(world: World, fault: Fault) -> None:
    world.broker.kill()
    world.broker.wipe()
    world.broker.start()


def _delete_queues(world: World, fault: Fault) -> None:
    world.broker.delete_queues()


def _fill_disk(world: World, fault: Fault) -> None:
    world.broker.control("set_disk_free_limit", "1000000GB")
    try:
        time.sleep(fault.seconds)
    finally:
        world.broker.control("set_disk_free_limit", _NEVER_FULL)


def _restart_database(world: World, fault: Fault) -> None:
    world.postgresql.stop(signal.SIGQUIT)
    world.postgresql.start()


def _slow(server: str) -> Callable[[World, Fault], None]:
    def slow(world: World, fault: Fault) -> None:
        ways = world.proxies_to(server, fault.service)
        for way in ways:
            way.delay(float(fault.detail))
        time.sleep(fault.seconds)
        for way in ways:
            way.delay(0)

    return slow


def _reset(server: str) -> Callable[[World, Fault], None]:
    def reset(world: World, fault: Fault) -> None:
        for way in world.proxies_to(server, fault.service):
            way.reset()

    return reset


def _forget_broker(world: World, fault: Fault) -> None:
    # Heartbeats find it out; nobody tells the callers.
    for way in world.proxies_to(BROKER, fault.service):
        way.forget()


def _forget_database(world: World, fault: Fault) -> None:
    # A driver without heartbeats learns it from the kernel, when that has given up.
    for way in world.proxies_to(DATABASE, fault.service):
        way.forget()
    time.sleep(fault.seconds)
    for way in world.proxies_to(DATABASE, fault.service):
        way.break_forgotten()


FAULTS: dict[str, Callable[[World, Fault], bool | None]] = {
    "killed": _kill,
    "died at a failpoint": _failpoint,
    "leader paused": _pause,
    "broker restarted": _restart_broker,
    "broker killed": _kill_broker,
    "broker frozen": _freeze_broker,
    "broker wiped": _wipe_broker,
    "queues deleted": _delete_queues,
    "disk alarm": _fill_disk,
    "database restarted": _restart_database,
    "broker slow": _slow(BROKER),
    "broker reset": _reset(BROKER),
    "broker half open": _forget_broker,
    "database slow": _slow(DATABASE),
    "database reset": _reset(DATABASE),
    "database half open": _forget_database,
}
