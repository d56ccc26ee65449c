"""A real Kannel: bearerbox, smsbox and the network it talks to, Kannel's own fakesmsc. What the network got can be read."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests.servers.packages import program
from tests.servers.ports import LOCAL, free_port, until_listening
from tests.waiting import until

USER = PASSWORD = "mitsprache"

_CONFIG = """
group = core
admin-port = {admin}
admin-interface = {local}
admin-password = {password}
smsbox-port = {boxes}
smsbox-interface = {local}
box-allow-ip = {local}
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
port = {network}
connect-allow-ip = {local}

group = smsbox
bearerbox-host = {local}
sendsms-port = {sendsms}
sendsms-interface = {local}

group = sendsms-user
username = {user}
password = {password}
user-allow-ip = {local}
max-messages = 10
concatenation = true

group = sms-service
keyword = default
text = none
max-messages = 0
"""
_GOT = re.compile(r"Got message \d+: <(.+) (\+\d+) (?:udh (\S+) )?(text|data|ucs-2) (.*)>$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an SMS as the network got it: `number` counts from 1, `header` is what joins the parts of one text."""

    sender: str
    to: str
    header: bytes
    number: int
    text: str


class Kannel:
    """A running gateway; `port` is where it takes messages by HTTP."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._network = free_port()
        self._boxes = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        ports = {"admin": free_port(), "boxes": self._boxes, "network": self._network, "sendsms": self.port}
        config = _CONFIG.format(**ports, local=LOCAL, user=USER, password=PASSWORD)
        (folder / "kannel.conf").write_text(config, encoding="utf-8")

    @property
    def url(self) -> str:
        """The value of SMS_URL."""
        return f"kannel+http://{USER}:{PASSWORD}@{LOCAL}:{self.port}"

    def start(self) -> None:
        """Start gateway and network, and wait until they know each other."""
        self._run("bearerbox", [program("bearerbox", "kannel"), "kannel.conf"])
        until_listening(self._boxes, "bearerbox")
        self._run("smsbox", [program("smsbox", "kannel"), "kannel.conf"])
        until_listening(self.port, "smsbox")
        fakesmsc = program("fakesmsc", "kannel-extras")
        # It ends with its standard input: the pipe stays open as long as it should run. `-m 0`: it sends nothing itself.
        self._run("network", [fakesmsc, "-H", LOCAL, "-r", str(self._network), "-m", "0", "-v", "0"])
        until(
            lambda: "fakesmsc client" in self._log("bearerbox") or "Connecting" in self._log("network"), "the network"
        )

    def stop(self) -> None:
        """End all three."""
        for process in reversed(self._processes):
            process.kill()
            process.wait(10)
            if process.stdin:
                process.stdin.close()

    def parts(self, to: str) -> list[Part]:
        """What the network got for one number so far, in order."""
        found = _GOT.findall(self._log("network"))
        return [_part(*fields) for fields in found if fields[1] == to]

    def text(self, to: str, parts: int = 1) -> str:
        """The whole text that one number got, waiting until its parts are there."""
        got = until(lambda: list(self.parts(to)) if len(self.parts(to)) >= parts else None, f"{parts} parts for {to}")
        return "".join(part.text for part in sorted(got, key=lambda part: part.number))

    def _log(self, name: str) -> str:
        return (self._folder / name).read_text(encoding="utf-8", errors="replace")

    def _run(self, name: str, command: list[str]) -> None:
        with (self._folder / name).open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    command, cwd=self._folder, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
                )
            )


@contextmanager
def kannel() -> Iterator[Kannel]:
    """A gateway of our own, gone afterwards. Raises Missing."""
    folder = Path(tempfile.mkdtemp(prefix="mitsprache-kannel-"))
    gateway = Kannel(folder)
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _part(sender: str, to: str, header: str, kind: str, content: str) -> Part:
    udh = unquote_to_bytes(header)
    text = content if kind == "text" else _decoded(unquote_to_bytes(content.replace("+", "%20")))
    return Part(sender, to, udh, udh[-1] if udh else 1, text)


def _decoded(data: bytes) -> str:
    """fakesmsc doesn't say which it is: UTF-16 read as UTF-8 always has control characters, our texts never do."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-16-be")
    return text if all(letter >= " " for letter in text) else data.decode("utf-16-be")
