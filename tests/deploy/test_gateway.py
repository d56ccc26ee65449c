"""The gateway sends every address to the service that owns it, and keeps what is inside inside."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from shared.web.origin import PREFIXES, owner

CADDYFILE = (Path(__file__).parents[2] / "deploy/gateway/Caddyfile").read_text(encoding="utf-8")
_ROUTES = CADDYFILE[CADDYFILE.index("\troute {") :]


def _matchers() -> dict[str, list[str]]:
    return {name: paths.split() for name, paths in re.findall(r"^\t\t@(\w+) path (.+)$", _ROUTES, re.MULTILINE)}


def _answers(path: str) -> str:
    """Who answers, read as Caddy reads it: in a `route` block the first directive that fits."""
    matchers = _matchers()
    for directive, matcher, target in re.findall(
        r"^\t\t(reverse_proxy|respond) (?:@(\w+) )?(\S+)", _ROUTES, re.MULTILINE
    ):
        if not matcher or any(fnmatchcase(path, pattern) for pattern in matchers.get(matcher, ())):
            return "nobody" if directive == "respond" else target.replace("{$MAILBOX:", "").removesuffix("-web:8000")
    raise AssertionError(f"nobody answers {path}")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_gateway_and_the_one_process_run_send_an_address_to_the_same_service(prefix: str):
    start = prefix.rstrip("/")
    for path in (prefix, f"{start}/", f"{start}/v1/anything/12"):
        assert _answers(path).removesuffix("-web:8000}") == owner(path), path


@pytest.mark.parametrize("path", ["/ideenwerkstatt", "/internes", "/rathaus", "/apis/council", "/"])
def test_an_address_that_only_begins_like_another_belongs_to_registration(path: str):
    assert _answers(path) == owner(path) == "registration"


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/readyz"])
def test_figures_and_readiness_are_not_public(path: str):
    assert _answers(path) == "nobody"


def test_what_clients_claim_about_themselves_is_dropped():
    for claimed in ("Forwarded", "X-Real-IP", "X-Forwarded-Prefix", "X-Forwarded-Port", "X-Original-URL"):
        assert f"header_up -{claimed}" in CADDYFILE
    # Without this directive Caddy replaces X-Forwarded-For, -Proto and -Host by what it sees itself.
    assert "trusted_proxies" not in CADDYFILE
    upstreams = re.findall(r"reverse_proxy [^{]*(?:\{\$[^}]+\} )?\{(.*?)\n\t+\}", CADDYFILE, re.DOTALL)
    assert len(upstreams) == 7
    assert all("import upstream" in upstream for upstream in upstreams)


def test_bodies_headers_and_slow_clients_are_limited():
    for limit in ("max_size 10MB", "max_header_size 16KB", "read_header 10s", "read_body 60s", "write 90s", "idle 60s"):
        assert limit in CADDYFILE


def test_errors_are_logged_without_addresses_and_without_paths_that_may_hold_tokens():
    for field in ("request>uri", "request>headers", "request>remote_ip"):
        assert f"{field} delete" in CADDYFILE
    assert "admin off" in CADDYFILE
