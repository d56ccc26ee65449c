"""The district as data: its quarters and the topics an idea can be filed under, read from a JSON file."""

import json
from dataclasses import dataclass
from pathlib import Path

from shared.config import WrongSetting
from shared.web.i18n import localized

#: Harburg's own list; another district sets DISTRICT_FILE.
HARBURG = Path(__file__).with_name("district.json")


@dataclass(frozen=True, slots=True)
class District:
    """`quarters` maps an id to its name, `topics` an id to its names `{language: name}`; both in the order of the file."""

    quarters: dict[str, str]
    topics: dict[str, dict[str, str]]

    @classmethod
    def from_file(cls, path: str | None) -> "District":
        """Read the file, or Harburg's where none is named. Raises WrongSetting."""
        try:
            lists = json.loads(Path(path or HARBURG).read_text(encoding="utf-8"))
            return cls(
                quarters={quarter["id"]: quarter["name"] for quarter in lists["quarters"]},
                topics={topic["id"]: topic["name"] for topic in lists["topics"]},
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WrongSetting('DISTRICT_FILE must be a JSON file with "quarters" and "topics".') from error

    def quarter_name(self, quarter: str | None) -> str:
        """The name of a quarter; what the list no longer knows is shown as it was stored."""
        return self.quarters.get(quarter or "", quarter or "")

    def topic_name(self, topic: str | None) -> str:
        """The name of a topic in the reader's language; what the list no longer knows is shown as it was stored."""
        return localized(self.topics[topic]) if topic in self.topics else topic or ""

    def quarter_options(self) -> list[tuple[str, str]]:
        """The quarters, for a select."""
        return list(self.quarters.items())

    def topic_options(self) -> list[tuple[str, str]]:
        """The topics in the reader's language, for a select."""
        return [(topic, localized(names)) for topic, names in self.topics.items()]
