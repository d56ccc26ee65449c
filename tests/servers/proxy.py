"""A small TCP proxy before one server: it passes bytes on, late or not at all, and cuts connections as networks do."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import make_url

from tests.servers.ports import LOCAL, free_port

#: Closing with this option sends a reset instead of a goodbye.
_RESET = struct.pack("ii", 1, 0)
_CHUNK = 65_536


class Proxy:
    """Listens on `port` and joins every caller to the server on `target`, a port of this machine."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._delay = 0.0
        self._joined: set[_Joined] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy {self.port}", daemon=True)
        self._listening: asyncio.Server | None = None

    def to(self, url: str) -> str:
        """The address `url` of the server, by way of this proxy."""
        return make_url(url).set(host=LOCAL, port=self.port).render_as_string(hide_password=False)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._listening = self._do(asyncio.start_server(self._join, LOCAL, self.port))

    def stop(self) -> None:
        """Cut everything and end."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def delay(self, seconds: float) -> None:
        """From now on every piece of every connection waits so long before it goes on; 0 ends that."""
        self._delay = seconds

    def reset(self) -> None:
        """Break every connection at both ends at once."""
        self._do(self._each(_Joined.reset))

    def forget(self) -> None:
        """Let every present connection be half open: the server sees its end, the caller sees nothing and gets no answer.
        New connections work."""
        self._do(self._each(_Joined.forget))

    def break_forgotten(self) -> None:
        """Tell the callers of half-open connections, as the kernel does when its patience is over."""
        self._do(self._each(_Joined.reset_if_forgotten))

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream = await asyncio.open_connection(LOCAL, self._target)
        except OSError:
            _abort(writer)
            return
        joined = _Joined((reader, writer), upstream)
        self._joined.add(joined)
        try:
            await joined.pass_on(lambda: self._delay)
        finally:
            self._joined.discard(joined)

    async def _each(self, action: "Callable[[_Joined], None]") -> None:
        for joined in list(self._joined):
            action(joined)

    async def _end(self) -> None:
        # In the loop's own thread: a connection that ends at the same moment would be told of twice.
        if self._listening:
            self._listening.close()
        for joined in list(self._joined):
            joined.reset()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.wait(others, timeout=5) if others else None

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Joined:
    """One caller and its connection to the server."""

    def __init__(self, caller: Ends, server: Ends) -> None:
        self._caller = caller
        self._server = server
        self._is_forgotten = False

    async def pass_on(self, delay: Callable[[], float]) -> None:
        """Until both directions have ended."""
        (from_caller, to_caller), (from_server, to_server) = self._caller, self._server
        await asyncio.gather(
            self._pump(from_caller, to_server, delay),
            self._pump(from_server, to_caller, delay),
        )

    def reset(self) -> None:
        """Both ends get a reset."""
        _abort(self._caller[1])
        _abort(self._server[1])

    def forget(self) -> None:
        """The server's end closes; what the caller says from now on goes nowhere."""
        self._is_forgotten = True
        _abort(self._server[1])

    def reset_if_forgotten(self) -> None:
        """The caller of a half-open connection gets a reset."""
        if self._is_forgotten:
            _abort(self._caller[1])

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: Callable[[], float]
    ) -> None:
        with suppress(OSError):
            while piece := await reader.read(_CHUNK):
                if seconds := delay():
                    await asyncio.sleep(seconds)
                if not self._is_forgotten:
                    writer.write(piece)
                    await writer.drain()
        if not self._is_forgotten:
            with suppress(OSError):
                writer.close()


def _abort(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        plain: socket.socket | None = writer.get_extra_info("socket")
        if plain is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


@contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """A proxy before the server on this port of this machine, gone afterwards."""
    running = Proxy(target)
    running.start()
    try:
        yield running
    finally:
        running.stop()
