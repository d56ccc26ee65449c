"""A client of the JSON contract, as a partner's program would be one."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import requests

from tests.waiting import until

PATIENCE = 60
#: What a gateway or a door answers while something behind it is starting.
AWAY = {502, 503, 504}


class Refused(AssertionError):
    """The answer was a problem; the message carries it."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status


class Api:
    """One caller at one deployment; `token` is a staff token or a manage token. Where no gateway joins the services,
    `origins` tells the address of each."""

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        verify: bool | str = True,
        origins: Mapping[str, str] | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._origins = origins or {}
        self._session = requests.Session()
        self._session.verify = verify
        # A bundle named by the environment would win over the certificate given here.
        self._session.trust_env = False
        self._token = token

    def signed_in(self, username: str, password: str) -> "Api":
        """The same deployment with a staff token."""
        answer = self.post("council", "tokens", {"username": username, "password": password}, key=None)
        return Api(self.base_url, answer["token"], self._session.verify or False, self._origins)

    def traced(self, traceparent: str) -> "Api":
        """The same caller, all of whose requests belong to this trace."""
        traced = Api(self.base_url, self._token, self._session.verify or False, self._origins)
        traced._session.headers["traceparent"] = traceparent
        return traced

    def get(self, service: str, path: str, **query: str) -> Any:
        """GET /api/<service>/v1/<path>."""
        return self._call("GET", service, path, params=query)

    def post(self, service: str, path: str, body: dict[str, Any] | None = None, key: str | None = "") -> Any:
        """POST with an Idempotency-Key of its own, or the one given; None sends none."""
        headers = {} if key is None else {"Idempotency-Key": key or str(uuid4())}
        return self._call("POST", service, path, json=body or {}, headers=headers)

    def delete(self, service: str, path: str) -> Any:
        """DELETE /api/<service>/v1/<path>."""
        return self._call("DELETE", service, path)

    def post_unless(self, status: int, service: str, path: str, body: dict[str, Any]) -> Any | None:
        """POST, or None where the answer is this refusal."""
        try:
            return self.post(service, path, body)
        except Refused as refused:
            if refused.status == status:
                return None
            raise

    def _call(self, method: str, service: str, path: str, **options: Any) -> Any:
        headers = {"Accept": "application/json", **options.pop("headers", {})}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        url = f"{self._origins.get(service, self.base_url)}/api/{service}/v1/{path}"
        # A connection that breaks says nothing about what was done: the same request, with the same key, is asked again.
        (answer,) = until(
            lambda: self._sent(method, url, headers=headers, **options), f"an answer from {url}", PATIENCE
        )
        if not answer.ok:
            raise Refused(answer.status_code, f"{method} {path}: {answer.text[:500]}")
        return answer.json() if answer.content else None

    def _sent(self, method: str, url: str, **options: Any) -> tuple[requests.Response] | None:
        try:
            answer = self._session.request(method, url, timeout=PATIENCE, **options)
        except (requests.ConnectionError, requests.Timeout):
            return None
        return None if answer.status_code in AWAY else (answer,)
