"""The sample app behind a real server, for real browsers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress.server import create_server


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app's address while it is served."""
    server = create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # The server's loop ends when its own thread finds nothing left to wait for.
        server.trigger.pull_trigger(server.close)
        thread.join(10)
