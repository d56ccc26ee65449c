"""Following links as a visitor or a member of staff would, without a browser: what answers, and what it says."""

import json
import re
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from tests.embedded import Embedded

#: So many pages of one shape (an idea's page, a case's page …) are looked at.
OF_ONE_SHAPE = 4
#: Texts inside these belong to somebody: residents and staff wrote them, or they are names.
_OWN = {"bdi", "code", "script", "style", "title", "textarea"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: Identifiers, tokens of personal links, tracking codes.
_ID = re.compile(r"[\w-]{20,}(\.[0-9a-f]{32})?|[0-9A-Z]{4}(-?[0-9A-Z]{4}){2}")
_SPOKEN = ("aria-label", "alt", "placeholder", "title")


@dataclass(frozen=True, slots=True)
class Answer:
    """One page: where the link to it stood, its status, and its HTML ("" for anything else)."""

    path: str
    linked_from: str
    status: int
    html: str


class _Reader(HTMLParser):
    """Collects the links of a page and the texts that are the interface's own."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._open: list[tuple[str, bool]] = []
        self.links: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "a" and (link := has.get("href")):
            self.links.append(link)
        foreign = tag in _OWN or has.get("dir") == "auto" or (has.get("lang") or self._language) != self._language
        is_theirs = foreign or bool(self._open and self._open[-1][1])
        if not is_theirs:
            self.texts += [text for name in _SPOKEN if (text := has.get(name))]
        if tag not in _VOID:
            self._open.append((tag, is_theirs))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._open and self._open[-1][1]):
            self.texts.append(" ".join(data.split()))


def visitor(language: str) -> requests.Session:
    """Somebody whose browser wants this language."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Accept-Language"] = language
    return session


def member_of_staff(system: Embedded, role: str, language: str) -> requests.Session:
    """Somebody signed in with this role."""
    session = visitor(language)
    account: Mapping[str, str] = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))[role]
    answer = session.post(f"{system.base_url}/api/council/v1/tokens", json=account, timeout=30)
    session.cookies.set("staff_token", answer.json()["token"], path="/intern")
    return session


def crawl(base_url: str, session: requests.Session, start: str) -> list[Answer]:
    """What every link answers that leads on from `start` within this site, a few of each shape."""
    waiting, known, shapes = deque([(start, "")]), {start}, Counter[str]()
    answers = []
    while waiting:
        path, linked_from = waiting.popleft()
        answer = session.get(base_url + path, timeout=30)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        answers.append(Answer(path, linked_from, answer.status_code, answer.text if is_page else ""))
        for link in links_of(answers[-1], base_url):
            if link not in known and shapes[shape_of(link)] < OF_ONE_SHAPE:
                known.add(link)
                shapes[shape_of(link)] += 1
                waiting.append((link, path))
    return answers


def links_of(answer: Answer, base_url: str) -> list[str]:
    """The links of a page that lead on within this site, without those that only change the language."""
    reader = _Reader("")
    reader.feed(answer.html)
    found = (urlsplit(urljoin(base_url + answer.path, link)) for link in reader.links)
    inside = [parts for parts in found if parts.netloc == urlsplit(base_url).netloc]
    return [
        f"{it.path}?{it.query}" if it.query else it.path for it in inside if "lang" not in dict(parse_qsl(it.query))
    ]


def own_texts(answer: Answer, language: str) -> list[str]:
    """What the interface itself says on this page, leaving out what people wrote and what is marked as another language."""
    reader = _Reader(language)
    reader.feed(answer.html)
    return reader.texts


def shape_of(path: str) -> str:
    """The path with a star for each id, token or code, and the names of what is asked for."""
    parts = urlsplit(path)
    segments = ["*" if _ID.fullmatch(segment) else segment for segment in parts.path.split("/")]
    names = sorted({name for name, _ in parse_qsl(parts.query)})
    return "/".join(segments) + (f"?{'&'.join(names)}" if names else "")
