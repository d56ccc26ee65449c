"""Take the pictures and write the index page."""

import argparse
import html
import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import requests
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser import launch
from tests.screenshots.pages import CONSOLE_PAGES, PAGES

LANGUAGES = ("de", "ar", "en")
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark", "forced")


def main() -> None:
    """Picture the site at the given address."""
    parser = argparse.ArgumentParser(description="Pictures of every page.")
    parser.add_argument("base_url")
    parser.add_argument("out", type=Path)
    parser.add_argument("--staff", type=Path, help="demo-staff.json, for the pages of the console")
    parser.add_argument("--only", help="only this service's pages")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    pictures: list[tuple[str, str]] = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for path in _found(browser, wanted.base_url, wanted.staff, wanted.only):
            pictures += _picture(browser, wanted.base_url, path, wanted.staff, wanted.out)
        browser.close()
    _write_index(wanted.out, pictures)
    print(f"{len(pictures)} pictures: {wanted.out / 'index.html'}")


def _found(browser: Browser, base_url: str, staff: Path | None, only: str | None) -> Iterator[str]:
    """The real paths: a star is filled in from the links of the page before."""
    for table in (PAGES, CONSOLE_PAGES if staff else {}):
        for service, paths in table.items():
            if only not in (None, service):
                continue
            with browser.new_context() as context:
                _sign_in(context, base_url, staff)
                page, seen = context.new_page(), set[str]()
                for path in paths:
                    if "*" in path:
                        links = page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
                        path = next((link for link in links if fnmatch(link, path) and link not in seen), "")  # noqa: PLW2901
                        if not path:
                            continue
                    page.goto(base_url + path)
                    seen.add(path)
                    yield path


def _picture(browser: Browser, base_url: str, path: str, staff: Path | None, out: Path) -> Iterator[tuple[str, str]]:
    for width in WIDTHS:
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": 800},
                color_scheme="dark" if scheme == "dark" else "light",
                forced_colors="active" if scheme == "forced" else "none",
                reduced_motion="reduce",
            )
            with context:
                _sign_in(context, base_url, staff)
                page = context.new_page()
                for language in LANGUAGES:
                    page.goto(f"{base_url}{path}{'&' if '?' in path else '?'}lang={language}")
                    slug = path.strip("/").replace("/", "_").replace("?", "_") or "start"
                    name = f"{slug[:80]}-{language}-{width}-{scheme}.png"
                    page.screenshot(path=out / name, full_page=True)
                    yield path, name


def _sign_in(context: BrowserContext, base_url: str, staff: Path | None) -> None:
    if staff is None:
        return
    account = json.loads(staff.read_text(encoding="utf-8"))["admin"]
    answer = requests.post(f"{base_url}/api/council/v1/tokens", json=account, timeout=10)
    answer.raise_for_status()
    context.add_cookies([{"name": "staff_token", "value": answer.json()["token"], "url": f"{base_url}/intern"}])


def _write_index(out: Path, pictures: list[tuple[str, str]]) -> None:
    rows: dict[str, list[str]] = {}
    for path, name in pictures:
        figure = f'<figure><a href="{name}"><img src="{name}" alt="" loading="lazy"></a><figcaption>{name}</figcaption></figure>'
        rows.setdefault(path, []).append(figure)
    sections = "".join(f"<h2>{html.escape(path)}</h2><div>{''.join(figures)}</div>" for path, figures in rows.items())
    style = "div{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:16rem}img{width:100%;border:1px solid #999}"
    document = f"<!doctype html><meta charset=utf-8><title>Bilder aller Seiten</title><style>{style}</style>{sections}"
    (out / "index.html").write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
