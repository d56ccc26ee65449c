"""What the clients were told: kept in one place, in the order in which it was said."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.chaos.evidence import Told
from tests.waiting import until

#: Seconds a client asks again and again before it gives up, and waits for one answer.
PATIENCE = 120.0
_ONE_ANSWER = (3.0, 10.0)
_PAUSE = 0.2
#: What says nothing about whether it was done: somebody between us and the service, or the service itself, had to give up.
_UNCLEAR = {500, 502, 503, 504}
_STILL_AT_WORK = "Idempotency-Key"


@dataclass
class History:
    """Everything clients were told, the statuses of all answers, and where clients could not go on."""

    told: list[Told] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    stuck: list[str] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, client: str, action: str, unclear: int, **about: str) -> None:
        """Somebody was told that this was done."""
        with self._lock:
            self.told.append(Told(time.time(), client, action, about, unclear))

    def count(self, status: str) -> None:
        """One answer, or none."""
        with self._lock:
            self.statuses[status] += 1


class Caller:
    """One client's way to all services. It asks with the same key until it is answered. `origins` tells where each is."""

    def __init__(self, history: History, origins: Mapping[str, str], account: Mapping[str, str] | None = None) -> None:
        self._history = history
        self._origins = origins
        self._account = account
        self._token: str | None = None
        self._http = requests.Session()
        self._http.trust_env = False

    def post(self, service: str, path: str, body: dict[str, Any], key: str) -> tuple[Any, int]:
        """The answer to a POST, and how many tries before it had none that was clear. Raises AssertionError."""
        tries = itertools.count()
        return self._until_answered("POST", service, path, tries, json=body, headers={"Idempotency-Key": key}), next(
            tries
        ) - 1

    def get(self, service: str, path: str) -> Any:
        """The answer to a GET. Raises AssertionError."""
        return self._until_answered("GET", service, path, itertools.count())

    def _until_answered(self, method: str, service: str, path: str, tries: Iterator[int], **options: Any) -> Any:
        def ask() -> tuple[Any] | None:
            next(tries)
            if self._account and self._token is None and not self._sign_in(self._account):
                return None
            answer = self._sent(method, service, path, **options)
            return None if answer is None else self._understood(answer)

        (told,) = until(ask, f"an answer to {method} {service} {path}", PATIENCE, _PAUSE)
        return told

    def _understood(self, answer: requests.Response) -> tuple[Any] | None:
        """What was said, or None where that is unclear. Raises AssertionError for a refusal."""
        if answer.ok:
            return (answer.json(),)
        if answer.status_code == 401 and self._account:
            self._token = None
        elif answer.status_code not in _UNCLEAR and _STILL_AT_WORK not in answer.text:
            raise AssertionError(
                f"refused: {answer.request.method} {answer.url}: {answer.status_code} {answer.text[:300]}"
            )
        return None

    def _sent(self, method: str, service: str, path: str, **options: Any) -> requests.Response | None:
        headers = {"Accept": "application/json", **options.pop("headers", {})}
        headers |= {"Authorization": f"Bearer {self._token}"} if self._token else {}
        url = f"{self._origins[service]}/api/{service}/v1/{path}"
        try:
            answer = self._http.request(method, url, headers=headers, timeout=_ONE_ANSWER, **options)
        except requests.RequestException as error:
            self._history.count(type(error).__name__)
            return None
        self._history.count(str(answer.status_code))
        return answer

    def _sign_in(self, account: Mapping[str, str]) -> bool:
        answer = self._sent("POST", "council", "tokens", json=dict(account))
        if answer is not None and answer.ok:
            self._token = answer.json()["token"]
        return self._token is not None
