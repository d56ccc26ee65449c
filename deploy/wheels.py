"""`python -m deploy.wheels`: download the images' libraries into wheels/, checked by hash: builds need no network."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from packaging.markers import Marker

ROOT = Path(__file__).parent.parent
WHEELS = ROOT / "wheels"
LOCKS = (ROOT / "requirements.lock", ROOT / "deploy/demo/requirements.lock")

#: The Pythons an image may have: Debian 13 and the official image, Debian 12.
PYTHONS = ("3.13", "3.11")


def for_python(lock: str, python: str) -> str:
    """What of `lock` an image with that Python needs, without markers: pip judges them by the Python it runs on."""
    return "".join(
        _needed(lock.splitlines(keepends=True), {"python_version": python, "python_full_version": f"{python}.0"})
    )


def _needed(lines: list[str], environment: dict[str, str]) -> Iterator[str]:
    wanted = True
    for line in lines:
        if line.startswith(" "):
            if wanted:
                yield line
            continue
        requirement, _, marker = line.rstrip(" \\\n").partition(" ; ")
        wanted = not marker or Marker(marker).evaluate(environment)
        if wanted:
            yield f"{requirement} \\\n"


def download(lock: str, python: str) -> None:
    """Put the wheels of `lock` for `python` into wheels/. Raises CalledProcessError."""
    with tempfile.NamedTemporaryFile("w", suffix=".lock") as requirements:
        requirements.write(for_python(lock, python))
        requirements.flush()
        options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
        where = ["--python-version", python, "--dest", str(WHEELS), "--requirement", requirements.name]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, *where], check=True)


def main() -> None:
    """The command."""
    for python in PYTHONS:
        for lock in LOCKS:
            download(lock.read_text(encoding="utf-8"), python)
    click.echo(f"wheels/ holds {len(list(WHEELS.glob('*.whl')))} libraries.")


if __name__ == "__main__":
    main()
