"""The descriptions of events and APIs that stand in the tree: `write` makes them anew, `check` fails when code has moved on."""

import importlib
import json
import sys
from pathlib import Path

import yaml

from shared.events.asyncapi import document
from shared.events.catalogue import EVENTS
from tests.apps import app_of
from tests.architecture.tree import ROOT, SERVICES


def described() -> dict[Path, str]:
    """What each description should say, by file."""
    handled = {name: importlib.import_module(f"services.{name}.handlers").HANDLERS for name in SERVICES}
    consumers = {event: [name for name in SERVICES if EVENTS[event] in handled[name]] for event in EVENTS}
    texts = {
        ROOT / "shared/events/asyncapi.yaml": yaml.safe_dump(
            document(consumers), sort_keys=False, allow_unicode=True, width=120
        )
    }
    for service in SERVICES:
        answer = app_of(service).test_client().get(f"/api/{service}/v1/openapi.json")
        texts[ROOT / "services" / service / "openapi.json"] = (
            json.dumps(answer.get_json(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        )
    return texts


def main(verb: str) -> int:
    """Write or check all of them; 1 when a check fails."""
    texts = described()
    if verb == "write":
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        return 0
    behind = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in behind:
        print(f"{path.relative_to(ROOT)} is behind the code: run `make descriptions`.", file=sys.stderr)
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
