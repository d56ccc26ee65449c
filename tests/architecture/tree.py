"""The tree under test: the repository's own files, without what is built or installed."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("registration", "submissions", "council", "notifications")
BUILT = {
    ".venv",
    "node_modules",
    "var",
    "wheels",
    "vendor",
    "__pycache__",
    ".git",
    ".hypothesis",
    ".mypy_cache",
    ".ruff_cache",
}


def files(*suffixes: str, under: str = ".") -> list[Path]:
    """All files of the project that end in one of `suffixes`, relative to its root, in order."""
    found = (path for path in (ROOT / under).rglob("*") if path.is_file() and path.suffix in suffixes)
    return sorted(path.relative_to(ROOT) for path in found if not BUILT & set(path.relative_to(ROOT).parts))


def text(path: Path) -> str:
    """What stands in one of them."""
    return (ROOT / path).read_text(encoding="utf-8")


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    """`file:line: text` of every line in `paths` that the regular expression finds."""
    found = re.compile(pattern)
    return [
        f"{path}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(text(path).splitlines(), start=1)
        if found.search(line)
    ]
