"""Postfix's `smtp-sink`: takes mail as fast as anybody can send it, and keeps it in a file where somebody wants to count."""

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.packages import program
from tests.servers.ports import LOCAL, free_port, until_listening

_HEADER = re.compile(rb"^(Message-ID|To): <?([^>\r\n]+)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class SmtpSink:
    """A running sink; `file` holds what it took, if it was to be kept."""

    port: int
    pid: int
    file: Path | None

    @property
    def url(self) -> str:
        """The value of MAIL_URL."""
        return f"smtp://{LOCAL}:{self.port}"

    def message_ids(self) -> Counter[bytes]:
        """How often each Message-ID arrived."""
        return self._headers(b"message-id")

    def recipients(self) -> Counter[bytes]:
        """How many letters arrived for each address."""
        return self._headers(b"to")

    def _headers(self, wanted: bytes) -> Counter[bytes]:
        kept = self.file.read_bytes() if self.file and self.file.exists() else b""
        return Counter(value for name, value in _HEADER.findall(kept) if name.lower() == wanted)


@contextmanager
def smtp_sink(folder: Path | None = None) -> Iterator[SmtpSink]:
    """A sink of our own, gone afterwards; in `folder` it keeps what it takes. Raises Missing."""
    port, file = free_port(), folder and folder / "mails"
    keeping = ["-D", str(file)] if file else []
    # It refuses to be root.
    somebody = ["-u", "postfix"] if os.geteuid() == 0 else []
    if folder and somebody:
        shutil.chown(folder, "postfix")
    process = subprocess.Popen([program("smtp-sink", "postfix"), *somebody, *keeping, f"{LOCAL}:{port}", "1000"])
    try:
        until_listening(port, "smtp-sink")
        yield SmtpSink(port, process.pid, file)
    finally:
        process.terminate()
        process.wait(30)
