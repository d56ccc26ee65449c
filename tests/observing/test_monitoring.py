"""What Prometheus and Grafana are given: it parses, it asks only for figures that are told, and every alarm leads to advice."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.architecture.tree import ROOT, SERVICES
from tests.e2e.journey import open_conference
from tests.embedded import Embedded
from tests.observing.scrape import scraped
from tests.servers.packages import program
from tests.servers.parts import part
from tests.waiting import until

MONITORING = ROOT / "deploy" / "monitoring"
DASHBOARD: dict[str, Any] = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
ALARMS = [
    rule
    for group in yaml.safe_load((MONITORING / "alarms.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
SCRAPE: dict[str, Any] = yaml.safe_load((MONITORING / "prometheus.yml").read_text(encoding="utf-8"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]] + [rule["expr"] for rule in ALARMS]

#: Words of PromQL that could pass for a figure.
_LANGUAGE = {"by", "le", "on", "or", "and", "unless", "up"}
every_alarm = pytest.mark.parametrize("rule", ALARMS, ids=lambda rule: rule["alert"])


@contextmanager
def promtool() -> Iterator[str]:
    """Prometheus' own checker."""
    yield program("promtool", "prometheus")


def names_in(expression: str) -> set[str]:
    """The figures that an expression asks for: its words that are neither functions nor labels."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(?:by|on) \([^)]*\)", "", expression)
    return set(re.findall(r"\b[a-z][a-z_]+\b(?! *\()", bare)) - _LANGUAGE


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The one-process run, after something happened in it."""
    embedded = Embedded(tmp_path_factory.mktemp("monitoring") / "data").start()
    api = embedded.staff()
    conference = open_conference(api)
    wish = {"email": "leyla@example.org", "name": "Leyla Yıldız", "language": "de"}
    api.post("registration", f"conferences/{conference}/registrations", wish)
    until(lambda: embedded.mailbox("leyla@example.org"), "the letter")
    yield embedded
    assert embedded.stop() == 0


def test_every_figure_that_dashboard_and_alarms_ask_for_is_told(running: Embedded) -> None:
    def missing() -> set[str]:
        page = scraped(requests.get(f"{running.base_url}/metrics", timeout=10).content)
        asked = {name for expression in EXPRESSIONS for name in names_in(expression)}
        return asked - {name for name, _ in page}

    # The first receipts take some seconds.
    until(lambda: not missing(), "every figure", 30)
    assert len({name for expression in EXPRESSIONS for name in names_in(expression)}) > 25


def test_figures_hold_no_person(running: Embedded) -> None:
    page = requests.get(f"{running.base_url}/metrics", timeout=10).text.lower()
    assert "leyla" not in page
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", page)


def test_prometheus_finds_every_web_process_and_worker_by_the_name_that_compose_gives_it() -> None:
    targets = {target for job in SCRAPE["scrape_configs"] for one in job["static_configs"] for target in one["targets"]}
    assert targets == {f"{service}-{port}" for service in SERVICES for port in ("web:8000", "worker:9000")}
    assert {target.partition(":")[0] for target in targets} <= COMPOSE.keys()
    assert SCRAPE["rule_files"] == ["alarms.yml"]


@every_alarm
def test_an_alarm_says_in_german_what_is_the_matter_and_where_the_advice_stands(rule: dict[str, Any]) -> None:
    summary, runbook = rule["annotations"]["summary"], rule["annotations"]["runbook"]
    path, _, anchor = runbook.partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    assert summary.endswith(".")
    assert re.search(r"\b(?:die|das|der|nicht|seit|wartet|muss|enden|dauert|erst|hat|führen)\b", summary)
    assert anchor == rule["alert"].lower()
    assert [heading.lower().replace(" ", "-") for heading in headings].count(anchor) == 1
    assert rule["labels"]["severity"] in {"critical", "warning"}


def test_the_dashboard_is_one_page_of_german_panels_that_do_not_overlap() -> None:
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    for panel in PANELS:
        assert panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"


def test_every_figure_of_the_backbone_is_on_the_dashboard() -> None:
    told = set(
        re.findall(r'^[A-Z_]+ = \w+\("(\w+)"', (ROOT / "shared/metrics.py").read_text(encoding="utf-8"), re.MULTILINE)
    )
    asked = {
        re.sub(r"_(?:bucket|count|sum)$", "", name)
        for panel in PANELS
        for t in panel["targets"]
        for name in names_in(t["expr"])
    }
    assert told - asked == set()


def test_prometheus_own_tool_takes_the_files_and_the_alarms_ring_as_they_should(tmp_path: Path) -> None:
    with part("prometheus", promtool) as tool:
        subprocess.run([tool, "check", "config", MONITORING / "prometheus.yml"], check=True, capture_output=True)
        cases = (ROOT / "tests/observing/alarms.yml").read_text(encoding="utf-8")
        (tmp_path / "cases.yml").write_text(cases.replace("RULES", str(MONITORING / "alarms.yml")), encoding="utf-8")
        ran = subprocess.run(
            [tool, "test", "rules", tmp_path / "cases.yml"], capture_output=True, text=True, check=False
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert all(f'alertname="{rule["alert"]}"' in cases for rule in ALARMS)
