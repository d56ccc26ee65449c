"""Real mail servers: Postfix that delivers into folders here, and an aiosmtpd sink whose answers a test may choose."""

import os
import shutil
import subprocess
import tempfile
from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.packages import Missing, program
from tests.servers.ports import LOCAL, free_port, until_listening
from tests.waiting import until

#: The domain whose mail the Postfix of the tests keeps; it relays nothing.
DOMAIN = "example.org"

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = {local}
inet_protocols = ipv4
myhostname = mail.{domain}
mydestination =
smtputf8_enable = yes
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_recipient_restrictions = check_recipient_access inline:{{{refused}}}, reject_unauth_destination
alias_maps =
alias_database =
"""
_MASTER = """
{port}     inet  n  -  n  -  -  smtpd
pickup     unix  n  -  n  60 1  pickup
cleanup    unix  n  -  n  -  0  cleanup
qmgr       unix  n  -  n  300 1 qmgr
rewrite    unix  -  -  n  -  -  trivial-rewrite
bounce     unix  -  -  n  -  0  bounce
defer      unix  -  -  n  -  0  bounce
trace      unix  -  -  n  -  0  bounce
error      unix  -  -  n  -  -  error
retry      unix  -  -  n  -  -  error
discard    unix  -  -  n  -  -  discard
virtual    unix  -  n  n  -  -  virtual
anvil      unix  -  -  n  -  1  anvil
proxymap   unix  -  -  n  -  -  proxymap
smtp       unix  -  -  n  -  -  smtp
postlog    unix-dgram n - n  -  1  postlogd
"""
#: What Postfix answers 550 to, so that a test sees how a refusal is taken.
REFUSED = f"gone@{DOMAIN}"


class Postfix:
    """A running Postfix; mail for anybody at DOMAIN lands in one Maildir."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        owner = (folder / "boxes").stat()
        settings = {"folder": folder, "local": LOCAL, "domain": DOMAIN, "uid": owner.st_uid, "gid": owner.st_gid}
        refused = f"{REFUSED}=550 5.1.1 no such person"
        (folder / "main.cf").write_text(_MAIN.format(**settings, refused=f"{{{refused}}}"), encoding="utf-8")
        (folder / "master.cf").write_text(_MASTER.format(port=f"{LOCAL}:{self.port}"), encoding="utf-8")

    @property
    def url(self) -> str:
        """The value of MAIL_URL."""
        return f"smtp://{LOCAL}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it takes mail."""
        self._postfix("start")
        until_listening(self.port, "Postfix")

    def stop(self) -> None:
        """End it."""
        self._postfix("stop")

    def mail(self, to: str, count: int = 1) -> list[EmailMessage]:
        """What was delivered to one address, oldest first, waiting until there are `count`."""
        return until(lambda: found if len(found := self._delivered(to)) >= count else None, f"{count} mails to {to}")

    def _delivered(self, to: str) -> list[EmailMessage]:
        files = sorted((self._folder / "boxes" / "all" / "new").glob("*"), key=lambda file: file.stat().st_mtime_ns)
        mails = [_parsed(file.read_bytes()) for file in files]
        return [mail for mail in mails if mail["Delivered-To"] == to]

    def _postfix(self, verb: str) -> None:
        command = [program("postfix", "postfix"), "-c", str(self._folder), verb]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"postfix: {verb} failed: {done.stderr.strip()[-300:]}")


@contextmanager
def postfix() -> Iterator[Postfix]:
    """A Postfix of our own, gone afterwards. Raises Missing: only root can run one."""
    program("postfix", "postfix")
    if os.geteuid() != 0:
        raise Missing("postfix: only root can start it")
    folder = Path(tempfile.mkdtemp(prefix="mitsprache-postfix-"))
    folder.chmod(0o755)
    for name, owner in (("queue", "root"), ("data", "postfix"), ("boxes", "nobody")):
        (folder / name).mkdir()
        shutil.chown(folder / name, owner, "nogroup" if owner == "nobody" else None)
    server = Postfix(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Sink:
    """Answers of a mail server that a test chooses, and everything it took."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        #: What to answer to RCPT and to the end of the text, until a test says otherwise.
        self.to_recipient = self.to_text = "250 OK"
        #: Hang up after the text instead of answering.
        self.hangs_up = False
        self.port = 0
        self.connections = 0

    @property
    def url(self) -> str:
        """The value of MAIL_URL."""
        return f"smtp://{LOCAL}:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """What it took, parsed."""
        return [_parsed(envelope.original_content or b"") for envelope in self.taken]

    def mails_to(self, address: str) -> list[EmailMessage]:
        """What it took for one address, parsed."""
        return [_parsed(envelope.original_content or b"") for envelope in self.taken if address in envelope.rcpt_tos]

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count connections; offer pipelining."""
        session.host_name = hostname
        self.connections += 1
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer as the test chose."""
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take it, and answer as the test chose."""
        if self.to_text.startswith("250"):
            self.taken.append(envelope)
        if self.hangs_up and isinstance(server.transport, WriteTransport):
            server.transport.abort()
        return self.to_text


@contextmanager
def sink(port: int = 0) -> Iterator[Sink]:
    """A mail server in this process, on `port` or any free one."""
    behaviour = Sink()
    controller = Controller(behaviour, hostname=LOCAL, port=port or free_port(), enable_SMTPUTF8=True)
    controller.start()
    behaviour.port = controller.port
    try:
        yield behaviour
    finally:
        controller.stop()


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)
