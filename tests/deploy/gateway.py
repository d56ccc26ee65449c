"""A deployment's gateway as strangers meet it, the ill-mannered ones included."""

import ssl
from contextlib import closing
from http.client import HTTPSConnection
from urllib.parse import urlencode

import requests

from tests.deploy.deployment import Deployment

PATIENCE = 60


class Gateway:
    """The one door of a deployment; its certificate is verified each time."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> requests.Response:
        """The answer to GET; `path` goes over the wire as it is, redirects are not followed."""
        with requests.Session() as session:
            request = session.prepare_request(requests.Request("GET", self._deployment.base_url, headers=headers))
            request.url = f"{self._deployment.base_url}{path}{'?' if query else ''}{urlencode(query)}"
            trust = str(self._deployment.certificate)
            return session.send(request, verify=trust, timeout=PATIENCE, allow_redirects=False)

    def get_as(self, address: str, path: str) -> int:
        """The status of the answer to somebody who says to come from `address`."""
        claims = {"X-Forwarded-For": address, "Forwarded": f"for={address}", "X-Real-IP": address}
        return self.get(path, claims).status_code

    def get_plain(self, path: str) -> requests.Response:
        """The answer to a GET without TLS."""
        address = f"http://localhost:{self._deployment.http_port}{path}"
        return requests.get(address, allow_redirects=False, timeout=PATIENCE)

    def announce(self, length: int) -> int:
        """The answer to a body of `length` bytes that is announced and not sent: what is too long needn't be."""
        with closing(self._connection()) as connection:
            connection.putrequest("POST", "/api/submissions/v1/ideas")
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(length))
            connection.endheaders()
            return connection.getresponse().status

    def dawdle(self) -> bytes:
        """What somebody gets who begins a request and never ends it, until the door is shut."""
        with closing(self._connection()) as connection:
            connection.connect()
            connection.sock.sendall(b"GET / HTTP/1.1\r\nHost: local")
            return connection.sock.recv(1)

    def _connection(self) -> HTTPSConnection:
        trust = ssl.create_default_context(cafile=str(self._deployment.certificate))
        return HTTPSConnection("localhost", self._deployment.https_port, timeout=PATIENCE, context=trust)
