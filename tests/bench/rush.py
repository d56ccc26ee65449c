"""rush: residents register by HTTP with the eight processes on real servers, and all get their mail, while the broker and a
worker are killed. The roofline is a bare POST view and a bare pipelined mail client, one after the other, in the same run.

`python -m tests.bench.rush --residents N` is its smaller form.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, create_engine, text

from services.notifications.config import MAILBOX
from tests.architecture.tree import ROOT, SERVICES
from tests.bench.figure import COLUMNS, Figure
from tests.bench.ground import Ground, ground, told_by
from tests.bench.post import CONNECTIONS, bare_view
from tests.bench.registering import address
from tests.bench.sink import SmtpSink, smtp_sink
from tests.bench.usage import Spent, Usage
from tests.e2e.journey import open_conference
from tests.processes import Processes
from tests.proofs import table
from tests.servers.ending import end_in_order
from tests.waiting import until

RESIDENTS = 59_000
#: Seconds for all of them.
MOST = 180
#: Where there is one, what is kept of letters needn't wait for a disk.
_MEMORY = Path("/dev/shm")


def measure(ground: Ground) -> list[Figure]:
    """The rush of all residents."""
    return rush(ground, ground.count(RESIDENTS))


def rush(ground: Ground, residents: int) -> list[Figure]:
    """Let so many register, and count what arrives."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        folder = Path(name)
        folder.chmod(0o755)
        (mails := folder / "mails").mkdir()
        with smtp_sink() as sink:
            roofline = _roofline(ground, folder, sink, residents)
        urls = {
            service: {"DATABASE_URL": ground.postgres.database(service), "AMQP_URL": ground.broker.url(service)}
            for service in SERVICES
        }
        urls["registration"]["WEB_WORKERS"] = "2"
        with smtp_sink(mails) as sink:
            processes = Processes(folder, {"MAIL_URL": sink.url, "SMS_URL": MAILBOX, "LIMITS": "off"}, urls)
            processes.start()
            try:
                seconds, spent, load = _rush(ground, processes, sink, urls, residents)
            finally:
                processes.stop()
            return [_figure(sink, residents, seconds, roofline, spent, load)]


def _roofline(ground: Ground, folder: Path, sink: SmtpSink, residents: int) -> float:
    """Seconds that bare parts would take for as many: the POSTs, then the letters."""
    count = ground.count(3_000)
    with bare_view(ground, folder) as (_, port, conference_id):
        posted = told_by("tests.bench.registering", str(port), str(conference_id), "0", str(count), str(CONNECTIONS))
    mailed = told_by("tests.bench.smtp_limit", str(sink.port), str(count))
    return residents / posted["rate"] + residents / mailed["sockets"]


def _rush(
    ground: Ground, processes: Processes, sink: SmtpSink, urls: dict[str, dict[str, str]], residents: int
) -> tuple[float, Spent, dict[str, Any]]:
    """Seconds from the first request to the last letter that is recorded as sent."""
    conference_id = open_conference(processes.staff())
    registered = create_engine(urls["registration"]["DATABASE_URL"])
    told = create_engine(urls["notifications"]["DATABASE_URL"])
    until(lambda: _number(told, "SELECT count(*) FROM conferences"), "the conference in notifications")
    ours = [pid for service in SERVICES for role in ("web", "worker") for pid in processes.pids(service, role)]
    usage = Usage({"ours": ours, "PostgreSQL": [ground.postgres.pid], "smtp-sink": [sink.pid]})
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.bench.registering", str(processes.ports["registration"][0]), conference_id]
    crowd = subprocess.Popen([*command, "0", str(residents), str(CONNECTIONS)], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        until(lambda: _number(registered, _REGISTRATIONS) > residents // 3, "a third of them", 600, pause=0.5)
        ground.broker.kill()
        ground.broker.start()
        until(lambda: _number(registered, _REGISTRATIONS) > residents * 2 // 3, "two thirds of them", 600, pause=0.5)
        processes.kill("registration", "worker")
        processes.begin("registration", "worker")
        load: dict[str, Any] = json.loads(crowd.communicate(timeout=900)[0])
        until(lambda: _number(told, _SENT) >= residents, f"{residents} letters", 900, pause=0.5)
    finally:
        crowd.kill()
        crowd.wait(30)
    seconds, spent = time.monotonic() - began, usage.spent()
    registered.dispose()
    told.dispose()
    return seconds, spent, load


def _figure(
    sink: SmtpSink, residents: int, seconds: float, roofline: float, spent: Spent, load: dict[str, Any]
) -> Figure:
    arrived, often = sink.recipients(), sink.message_ids()
    lost = sum(address(number).encode() not in arrived for number in range(residents))
    double = sum(times - 1 for times in often.values())
    is_whole = not lost and not double and load["accepted"] == residents
    share = f"load {load['cpu_seconds'] / seconds / 2:.0%} of the machine"
    return Figure(
        name=f"rush of {residents:,}",
        ours=seconds,
        limit=roofline,
        unit="s",
        aim=f"≤ {MOST} s for {RESIDENTS:,}, 0 lost, 0 double",
        met=is_whole and seconds <= MOST * residents / RESIDENTS,
        cpu_us=spent.cpu_us(residents),
        rss_mb=spent.rss_mb,
        spent=f"{lost} lost, {double} double, {seconds / roofline:.1f} × the roofline; {spent.told(residents)}, {share}",
    )


_REGISTRATIONS = "SELECT count(*) FROM registrations"
_SENT = "SELECT count(*) FROM notifications WHERE status = 'sent'"


def _number(engine: Engine, query: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


@click.command()
@click.option("--residents", default=3_000, show_default=True, help="How many register.")
def main(residents: int) -> None:
    """The rush alone."""
    end_in_order()
    with ground() as servers:
        print(table(COLUMNS, [figure.row() for figure in rush(servers, residents)]))


if __name__ == "__main__":
    main()
