"""Take the pictures and write the index page."""

import argparse
import html
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from tests.architecture.tree import ROOT
from tests.embedded import Embedded
from tests.screenshots.camera import Picture, pictures
from tests.screenshots.messages import letters, texts
from tests.screenshots.pages import WAYS
from tests.screenshots.walking import Site, visits
from tests.servers.browser import chromium

LANGUAGES = ("de", "ar", "en")
MESSAGES = "messages"
#: Seconds that the demo may take to set up on a busy machine.
START = 300
_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem}div{display:flex;flex-wrap:wrap;gap:1rem;align-items:start}"
    "figure{margin:0;width:16rem}img{width:100%;border:1px solid #999}td{vertical-align:top;padding:.5rem;max-width:24rem}"
)


def main() -> None:
    """Picture the site at the given address, or the demo, started for the occasion."""
    parser = argparse.ArgumentParser(
        description="Pictures of every page and message. They hand in ideas and registrations."
    )
    parser.add_argument("base_url", nargs="?", help="without it the demo is started")
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / "var" / "screenshots")
    parser.add_argument("--staff", type=Path, help="demo-staff.json of that site, for the pages of the console")
    parser.add_argument("--only", help="only this service's pages, or only `messages`")
    parser.add_argument("--languages", nargs="+", default=LANGUAGES)
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    with _site(wanted.base_url, wanted.staff) as site:
        taken = list(_pictures(site, wanted.out, wanted.only, wanted.languages))
    _write_index(wanted.out, taken, wanted.languages)
    print(f"{len(taken)} pictures: {wanted.out / 'index.html'}")


@contextmanager
def _site(base_url: str | None, staff: Path | None) -> Iterator[Site]:
    if base_url:
        yield Site(base_url, staff)
        return
    with TemporaryDirectory() as folder:
        print("starting the demo …", flush=True)
        demo = Embedded(Path(folder) / "demo", demo=True).start(START)
        try:
            yield Site(demo.base_url, demo.folder / "demo-staff.json")
        finally:
            demo.stop()


def _pictures(site: Site, out: Path, only: str | None, languages: list[str]) -> Iterator[Picture]:
    with chromium() as browser:
        for language in languages:
            for subject, page in _everything(browser, site, language, only):
                print(f"{language} {subject}", flush=True)
                yield from pictures(page, subject, language, out)


def _everything(browser: Browser, site: Site, language: str, only: str | None) -> Iterator[tuple[str, Page]]:
    for way in WAYS:
        if only in (None, way.service) and (site.staff or not way.role):
            yield from visits(browser, site, way, language)
    if only in (None, MESSAGES):
        yield from letters(browser, language)


def _write_index(out: Path, taken: list[Picture], languages: list[str]) -> None:
    rows: dict[str, list[str]] = {}
    for it in taken:
        picture = f'<a href="{it.file}"><img src="{it.file}" alt="" loading="lazy"></a>'
        figure = f"<figure>{picture}<figcaption>{it.file}</figcaption></figure>"
        rows.setdefault(it.subject, []).append(figure)
    sections = "".join(
        f"<h2>{html.escape(subject)}</h2><div>{''.join(figures)}</div>" for subject, figures in rows.items()
    )
    spoken = [dict(texts(language)) for language in languages]
    short = "".join(
        f"<tr><th>{name}</th>{''.join(f'<td dir=auto>{html.escape(said[name])}</td>' for said in spoken)}</tr>"
        for name in spoken[0]
    )
    document = (
        f"<!doctype html><meta charset=utf-8><title>Bilder aller Seiten</title><style>{_STYLE}</style>"
        f"{sections}<h2>SMS</h2><table>{short}</table>"
    )
    (out / "index.html").write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
