"""The health check of a container: `python deploy/probe.py PORT PATH` ends with 0 when that address answers 200."""

import http.client
import sys


def main() -> int:
    """Ask once; 0 for 200, 1 for any other answer. Raises OSError where nobody listens."""
    port, path = sys.argv[1:]
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=4)
    connection.request("GET", path)
    return 0 if connection.getresponse().status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
