"""What a benchmark found, next to the limit of the same run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`ours` and `limit` in `unit`; `aim` in words, and whether it was `met`; processor microseconds an item over all
    processes involved, the servers included; the greatest memory of one of our processes. `spent` says where they went."""

    name: str
    ours: float
    unit: str
    aim: str
    met: bool
    limit: float | None = None
    cpu_us: float | None = None
    rss_mb: float | None = None
    spent: str = ""

    @property
    def ratio(self) -> float | None:
        """How much of the limit ours reaches; 1 is all of it."""
        if not self.limit or not self.ours:
            return None
        return self.limit / self.ours if self.less_is_better else self.ours / self.limit

    @property
    def less_is_better(self) -> bool:
        """Whether this is a cost or a time, and no rate."""
        return not self.unit.endswith("/s")

    def as_json(self) -> dict[str, str | float | bool | None]:
        """As var/bench/latest.json has it."""
        return {
            "name": self.name,
            "ours": _short(self.ours),
            "limit": _short(self.limit),
            "ratio": self.ratio and round(self.ratio, 3),
            "unit": self.unit,
            "aim": self.aim,
            "met": self.met,
            "cpu_us": _short(self.cpu_us),
            "rss_mb": _short(self.rss_mb),
        }

    def row(self) -> list[str]:
        """As the table has it."""
        return [
            self.name,
            _told(self.ours, self.unit),
            _told(self.limit, self.unit),
            "–" if self.ratio is None else f"{self.ratio:.2f}",
            self.aim,
            "yes" if self.met else "NO",
            _told(self.cpu_us, "µs"),
            _told(self.rss_mb, "MB"),
            self.spent,
        ]


#: Above the rows.
COLUMNS = ("name", "ours", "limit", "ratio", "aim", "met", "cpu an item", "memory", "processor time an item")


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _told(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f} {unit}" if abs(value) >= 100 else f"{value:,.1f} {unit}"
