"""Whatever is sent to whichever route, the answer is clear and never a crash."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from werkzeug.routing import AnyConverter, BaseConverter, Rule

from tests.apps import admin, app_of
from tests.architecture.tree import SERVICES
from tests.hostile.corpus import BODIES

FILL = {"UUIDConverter": UUID(int=0x5EED), "IntegerConverter": 7, "UnicodeConverter": "x", "PathConverter": "x/y"}


def writable_routes() -> Iterator[tuple[str, Rule]]:
    for service in SERVICES:
        yield from ((service, rule) for rule in app_of(service).url_map.iter_rules() if "POST" in (rule.methods or ()))


def filling(converter: BaseConverter) -> object:
    """Something that fits a hole in an address."""
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return FILL.get(type(converter).__name__, "x")


def address(rule: Rule) -> str:
    """The rule's address with something in each of its holes."""
    values = {name: filling(converter) for name, converter in rule._converters.items()}
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


@pytest.mark.parametrize(("service", "rule"), [pytest.param(*r, id=f"{r[0]} {r[1].rule}") for r in writable_routes()])
def test_no_body_brings_a_route_down(service: str, rule: Rule) -> None:
    client = app_of(service).test_client()
    answers = {
        name: client.post(address(rule), data=body, content_type=content_type, headers=admin()).status_code
        for name, (content_type, body) in BODIES.items()
    }

    assert {name: status for name, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize(("service", "rule"), [pytest.param(*r, id=f"{r[0]} {r[1].rule}") for r in writable_routes()])
def test_an_answer_to_a_bad_body_shows_no_insides(service: str, rule: Rule) -> None:
    client = app_of(service).test_client()

    for content_type, body in BODIES.values():
        said = client.post(address(rule), data=body, content_type=content_type, headers=admin()).get_data(as_text=True)
        assert "Traceback" not in said and "sqlalchemy" not in said.lower() and ".py" not in said


@pytest.mark.parametrize("service", SERVICES)
def test_strange_addresses_get_a_page_and_no_crash(service: str) -> None:
    client = app_of(service).test_client()
    strange = ("/%00", "/%ff", "/a%0d%0ab", "/..%2f..%2fetc", "/" + "a" * 5000, "/?lang=%00", "/?lang=" + "x" * 3000)

    assert [path for path in strange if client.get(path).status_code >= 500] == []
