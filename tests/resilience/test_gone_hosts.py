"""A database host that vanishes without a goodbye: the kernel has to notice, since nobody else asks."""

import os
import socket
from typing import Any

from sqlalchemy import text

from shared.database import Database
from tests.servers.postgresql import PostgreSQL


def test_a_connection_that_only_waits_asks_every_few_seconds_whether_its_host_still_is_there(
    postgres: PostgreSQL,
) -> None:
    database = Database(postgres.database("council"), "council")
    with database.read() as session:
        session.execute(text("SELECT 1"))
        wire: Any = session.connection().connection.driver_connection
        with socket.socket(fileno=os.dup(wire.fileno())) as ours:
            idle, interval, count, silence = (
                ours.getsockopt(socket.IPPROTO_TCP, option)
                for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)
            )
            assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    database.close()
    assert idle + interval * count <= 30
    assert silence <= 30_000
