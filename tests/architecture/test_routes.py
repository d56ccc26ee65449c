"""Every route has a decision on who may use it and on how a state change is protected."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from shared.web.origin import owner
from tests.apps import app_of
from tests.architecture.tree import SERVICES

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
CSRF_DECISIONS = {"token", "exempt"}


def routes() -> Iterator[tuple[str, Rule, Any]]:
    for service in SERVICES:
        app = app_of(service)
        for rule in app.url_map.iter_rules():
            yield service, rule, app.view_functions[rule.endpoint]


ALL = [pytest.param(*route, id=f"{route[0]} {route[1].rule}") for route in routes()]


@pytest.mark.parametrize(("service", "rule", "view"), ALL)
def test_a_route_says_who_may_use_it(service: str, rule: Rule, view: Any) -> None:
    assert getattr(view, "authorisation", None), f"{service} {rule.rule} has no authorisation decision"


@pytest.mark.parametrize(("service", "rule", "view"), ALL)
def test_a_route_that_changes_something_says_how_it_is_protected(service: str, rule: Rule, view: Any) -> None:
    assert not UNSAFE & (rule.methods or set()) or getattr(view, "csrf", "").split(":")[0] in CSRF_DECISIONS


@pytest.mark.parametrize(("service", "rule", "view"), ALL)
def test_a_route_lies_where_the_gateway_looks_for_it(service: str, rule: Rule, view: Any) -> None:
    shared_by_all = {"/healthz", "/readyz", "/metrics"}

    assert rule.rule in shared_by_all or owner(rule.rule) == service


@pytest.mark.parametrize("service", SERVICES)
def test_the_console_is_for_staff_alone(service: str) -> None:
    app = app_of(service)
    open_doors = {"/intern/anmelden", "/intern/abmelden", "/intern/erneuern"}
    inside = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/intern")]

    unguarded = [rule.rule for rule in inside if app.view_functions[rule.endpoint].authorisation == "everyone"]  # type: ignore[attr-defined]
    assert set(unguarded) <= open_doors
