"""Figures as a scrape gives them."""

from prometheus_client.parser import text_string_to_metric_families

from shared import metrics
from shared.database import Database
from shared.messaging import ops

#: Name and labels of a sample.
Key = tuple[str, frozenset[tuple[str, str]]]


def scraped(page: bytes) -> dict[Key, float]:
    """Every sample of a page of figures."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


class Figures:
    """What this process tells of the service behind `database`, as it grew since the start."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._before = self._now()

    def __call__(self, name: str, **labels: str) -> float:
        """The figure now."""
        return self._now()[self._key(name, labels)]

    def grown(self, name: str, **labels: str) -> float:
        """By how much a counter grew."""
        key = self._key(name, labels)
        return self._now().get(key, 0) - self._before.get(key, 0)

    def _key(self, name: str, labels: dict[str, str]) -> Key:
        return name, frozenset({"service": self._database.service, **labels}.items())

    def _now(self) -> dict[Key, float]:
        ops.refresh(self._database, ops.none)
        return scraped(metrics.page())
