"""The built style sheets, fonts and scripts: files carry a hash of their content in the name and are cached for good."""

import json
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
#: The build puts twelve digits of the content's hash into every name.
HASHED_NAME = r"^.+\.[0-9a-f]{12}\..+$"
_MANIFEST = STATIC / "vendor" / "manifest.json"


class AssetsNotBuilt(Exception):
    """`make assets` has to run first."""


def asset(name: str) -> str:
    """The address of a built file by its plain name, such as `site.css`. Raises AssetsNotBuilt."""
    try:
        return f"/static/vendor/{_manifest()[name]}"
    except KeyError as error:
        raise AssetsNotBuilt(f"{name} is not among the built assets; run `make assets`") from error


@lru_cache
def _manifest() -> dict[str, str]:
    if not _MANIFEST.exists():
        raise AssetsNotBuilt("there are no built assets; run `make assets`")
    names: dict[str, str] = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    return names
