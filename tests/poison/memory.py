"""How much memory this process, and so the four workers in it, needed at most."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVERY = 0.2


class Memory:
    """`grown` is by how many bytes the process was larger at most than when watching began."""

    def __init__(self) -> None:
        self.grown = 0
        self._enough = threading.Event()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look again and again."""
        watcher = threading.Thread(target=self._watch, args=(_resident(),), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._enough.set()
            watcher.join()

    def _watch(self, began: int) -> None:
        while not self._enough.wait(EVERY):
            self.grown = max(self.grown, _resident() - began)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
