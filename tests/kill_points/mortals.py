"""The eight processes, each of which can be told while it runs where to die."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from shared.failpoints import PLACES, Place
from tests.processes import Processes
from tests.servers.ports import LOCAL


@dataclass(frozen=True, order=True)
class Victim:
    """One of the eight: `role` is web or worker."""

    service: str
    role: str

    def __str__(self) -> str:
        return f"{self.service} {self.role}"


class Mortals(Processes):
    """The order where to die is a file for each process, which shared/failpoints.py reads at every place."""

    def __init__(self, folder: Path, extra: Mapping[str, str], urls: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(folder, extra, urls)
        self._orders = folder / "orders"
        self._orders.mkdir()

    def begin(self, service: str, role: str, failpoint: str | None = None) -> None:
        """Start one process, which dies when its order comes."""
        super().begin(service, role, failpoint or str(self._order(Victim(service, role))))

    def arm(self, victim: Victim, place: Place, nth: int = 1) -> None:
        """Let it die when it passes `place` the `nth` time from now."""
        order = self._order(victim)
        order.with_suffix(".died").unlink(missing_ok=True)
        order.with_suffix(".passes").unlink(missing_ok=True)
        written = order.with_suffix(".written")
        written.write_text(f"{place}:{nth}", encoding="ascii")
        written.rename(order)

    def disarm(self, victim: Victim) -> None:
        """Let it live."""
        self._order(victim).unlink(missing_ok=True)

    def has_died(self, victim: Victim) -> bool:
        """Whether it took its order since `arm`."""
        return self._order(victim).with_suffix(".died").exists()

    def revive(self, victim: Victim) -> None:
        """Start it again; what is left of a web process, gunicorn's own, goes first."""
        self.kill(victim.service, victim.role)
        self.begin(victim.service, victim.role)

    def is_ready(self, victim: Victim) -> bool:
        """Whether it says so."""
        web, worker = self.ports[victim.service]
        try:
            return requests.get(f"http://{LOCAL}:{web if victim.role == 'web' else worker}/readyz", timeout=2).ok
        except requests.RequestException:
            return False

    def forget_passes(self) -> None:
        """Count passes from now."""
        for victim in self.victims():
            self._order(victim).with_suffix(".passes").unlink(missing_ok=True)

    def passes(self, victim: Victim) -> Counter[Place]:
        """How often it passed which place."""
        file = self._order(victim).with_suffix(".passes")
        noted = file.read_text(encoding="ascii").split() if file.exists() else []
        return Counter(place for place in PLACES for line in noted if line == place)

    def victims(self) -> list[Victim]:
        """All eight."""
        return [Victim(service, role) for service in self.ports for role in ("web", "worker")]

    def _order(self, victim: Victim) -> Path:
        return self._orders / f"{victim.service}-{victim.role}.order"
