"""What must never stand in the tree: addresses of registries, paths of a machine, other people's files."""

import subprocess

from tests.architecture.tree import ROOT, files, lines_with


def tracked() -> list[str]:
    """The files that git knows or would take."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    return [
        name
        for name in subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
        if name
    ]


def test_no_file_names_a_registry() -> None:
    everything = files(".py", ".toml", ".lock", ".json", ".mjs", ".js", ".yml", ".md", ".sh", ".txt", ".cfg")
    hosts = "|".join(["pypi" + r"\.org", "python" + "hosted", "npmjs" + r"\.(org|com)", "deb" + r"\.debian\.org"])

    assert lines_with(rf"https?://[^ \"]*({hosts})", everything) == []


def test_no_file_carries_a_path_of_a_machine() -> None:
    everything = files(".py", ".toml", ".json", ".mjs", ".js", ".yml", ".md", ".sh", ".html", ".css")

    assert lines_with(r"/(root|home/\w+|work|tmp/t)/", everything) == []


def test_no_tracked_file_is_larger_than_a_megabyte() -> None:
    assert [name for name in tracked() if (ROOT / name).is_file() and (ROOT / name).stat().st_size > 1_000_000] == []


def test_nothing_built_or_installed_is_tracked() -> None:
    built = ("node_modules/", ".venv/", "var/", "wheels/", "shared/web/static/vendor/")

    assert [name for name in tracked() if name.startswith(built) or name.endswith((".mo", ".whl"))] == []
