"""A network that can be cut: a port that forwards to a server's socket, holds back what is sent, and loses connections."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path

NOTICED_SECONDS = 3.0


class Forwarder:
    """Listens on a port of this machine and forwards to `target`, a unix socket, from a thread of its own."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._whole = asyncio.Event()
        self._whole.set()
        self._ends: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.port = self._loop.run_until_complete(self._listen())
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def cut(self, seconds: float, *, lose: bool) -> None:
        """Let nothing through for so long; then all goes on, or the connections are lost.

        Who called learns of a lost connection at once, the server, as by its keepalive, only later.
        """
        self._loop.call_soon_threadsafe(self._cut, seconds, lose)

    def _cut(self, seconds: float, lose: bool) -> None:  # noqa: FBT001  (call_later takes no names)
        self._whole.clear()
        self._loop.call_later(seconds, self._mend, lose)

    def _mend(self, lose: bool) -> None:  # noqa: FBT001
        if lose:
            for connection in list(self._ends):
                connection.cancel()
        self._whole.set()

    async def _listen(self) -> int:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ends[task] = writer
        try:
            await self._forward(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            del self._ends[task]
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        server_reader, server_writer = await asyncio.open_unix_connection(str(self._target))
        ways = [asyncio.create_task(self._pump(*way)) for way in ((reader, server_writer), (server_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._loop.call_later(NOTICED_SECONDS, server_writer.transport.abort)
            raise
        else:
            server_writer.close()
        finally:
            for way in ways:
                way.cancel()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._whole.wait()
                writer.write(data)
                await writer.drain()
            await self._whole.wait()
