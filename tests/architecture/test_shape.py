"""Same names in all services, small files, one place for each thing."""

from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, SERVICES, files, lines_with, text

EVERY_SERVICE_HAS = {
    "__init__.py",
    "__main__.py",
    "app.py",
    "config.py",
    "models.py",
    "use_cases.py",
    "queries.py",
    "handlers.py",
    "schemas.py",
    "public.py",
    "console.py",
    "api.py",
    "openapi.json",
    "retention.py",
    "timers.py",
    "migrations",
    "templates",
    "translations",
}
# A duty that the other services lack may have a file of its own, named for it.
OWN_DUTIES = {
    "registration": {
        "tickets.py",
        "calendars.py",
        "totals.py",
        "urls.py",
        "attendance.py",
        "by_hand.py",
        "door",
        "papers.py",
        "roles.py",
        "wall.py",
        "lists.py",
        "exports.py",
        "charts.py",
        "paper_lists",
    },
    "submissions": {"tracking.py", "district.py", "district.json", "labels.py", "paging.py"},
    "council": {
        "announcements.py",
        "deadlines.py",
        "deadlines.json",
        "passwords.py",
        "weak_passwords.txt",
        "commands.py",
    },
    "notifications": {
        "audience.py",
        "channels",
        "copies.py",
        "due.py",
        "figures.py",
        "forms.py",
        "messages",
        "rendering.py",
        "sender.py",
        "urls.py",
        "wording.py",
        "paging.py",
    },
}
SHAPELESS = {"utils.py", "helpers.py", "common.py", "misc.py", "base.py"}
CODE = (".py", ".html", ".css", ".js", ".mjs")


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_files_for_the_same_duties(service: str) -> None:
    names = {path.name for path in (ROOT / "services" / service).iterdir() if path.name != "__pycache__"}
    # A file that grew past 300 lines is a folder of the same name.
    as_files = {f"{name}.py" if f"{name}.py" in EVERY_SERVICE_HAS else name for name in names}

    assert EVERY_SERVICE_HAS - as_files == set()
    assert as_files - EVERY_SERVICE_HAS - OWN_DUTIES[service] == set()


def test_no_file_is_longer_than_300_lines() -> None:
    long = [f"{path}: {count}" for path in files(*CODE) if (count := len(text(path).splitlines())) > 300]

    assert long == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [str(path) for path in files(".py") if path.name in SHAPELESS] == []


def test_only_the_configuration_looks_at_the_environment() -> None:
    code = [
        path for path in files(".py") if path.parts[0] in {"shared", "services"} and path != Path("shared/config.py")
    ]

    assert lines_with(r"os\.environ|os\.getenv", code) == []


def test_only_the_clock_knows_what_time_it_is() -> None:
    code = [
        path for path in files(".py") if path.parts[0] in {"shared", "services"} and path != Path("shared/clock.py")
    ]

    assert lines_with(r"datetime\.now|utcnow|date\.today|time\.time\(|time\.monotonic|func\.now\(", code) == []


def test_nothing_of_ours_is_replaced_by_a_double() -> None:
    tests = [path for path in files(".py", under="tests") if path.parts[1] != "architecture"]

    assert lines_with(r"unittest\.mock|MagicMock|monkeypatch\.setattr|mocker\.", tests) == []


def test_no_test_sleeps_or_is_skipped() -> None:
    # parts.py says by name what a run may go without (ALLOW_MISSING), and says at its end that it did.
    tests = [
        path for path in files(".py", under="tests") if path.parts[1] != "architecture" and path.name != "parts.py"
    ]

    assert lines_with(r"pytest\.skip|mark\.skip|mark\.xfail|importorskip", tests) == []


def test_nothing_is_left_unfinished() -> None:
    ours = [path for path in files(*CODE, ".md", ".yml") if path.parts[:2] != ("tests", "architecture")]

    assert lines_with(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b", ours) == []


def test_only_use_cases_write() -> None:
    doors = [
        path
        for path in files(".py", under="services")
        if {*path.parts, path.stem} & {"public", "console", "door", "api", "handlers", "queries"}
    ]

    assert lines_with(r"session\.(add|delete|add_all|merge)\(|outbox\.add\(", doors) == []


def test_public_pages_render_no_template_of_the_console() -> None:
    doors = [path for path in files(".py", under="services") if "public" in path.parts or path.name == "public.py"]

    assert lines_with(r"render\w*\(\s*[\"']console/", doors) == []


def test_no_page_carries_its_own_style_or_script() -> None:
    # Mail has no style sheet to link to.
    templates = [path for path in files(".html") if "templates" in path.parts and "messages" not in path.parts]

    assert lines_with(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=\"|\|\s*safe\b", templates) == []
