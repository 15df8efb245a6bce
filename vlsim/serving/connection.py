"""Connections to a policy server: every wait has an end, and what comes too late is never read."""

import asyncio
import os
import socket
import threading
from collections.abc import Coroutine
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from vlsim.errors import VlsimError
from vlsim.extras import import_extra
from vlsim.serving.address import Address
from vlsim.serving.wire import MOST_BYTES, WireError, unpack

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

TOKEN = "VLSIM_TOKEN"
"""Environment variable of the token, so that it stands in no list of processes and no result."""
Result = TypeVar("Result")


class RemoteError(VlsimError, RuntimeError):
    """Raised when a policy server does not do what the protocol says."""


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Return what a coroutine returns, in an event loop that goes on when nobody waits.

    So pings are answered between two requests.
    """
    return asyncio.run_coroutine_threadsafe(work, _loop(os.getpid())).result()


@lru_cache(maxsize=1)
def _loop(process: int) -> asyncio.AbstractEventLoop:
    """Return the loop of this process; its thread ends with it, and no fork inherits it."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="policy server", daemon=True).start()
    return loop


class Connection:
    """One connection, for one episode. After an error it is closed for good.

    Args:
        address: The server.
    """

    def __init__(self, address: Address) -> None:
        """Open nothing yet."""
        self._address = address
        self._socket: ClientConnection | None = None
        self.greeting: object = None
        """What the server said first."""

    async def ask(self, request: bytes | None) -> Any:  # noqa: ANN401
        """Return the reply to a request; without one, what the server says first.

        Raises:
            RemoteError: If there is no reply in time, or none that can be read: one line.
        """
        url, limit = self._address.url, self._address.timeout_s
        try:
            return await asyncio.wait_for(self._ask(request), limit)
        except (asyncio.TimeoutError, TimeoutError):
            self.abort()
            raise RemoteError(f"The server {url} gave no reply within {limit:g} s.") from None
        except BaseException:
            self.abort()
            raise

    def abort(self) -> None:
        """Drop the connection at once, with whatever is still under way."""
        if self._socket is not None:
            self._socket.transport.abort()
            self._socket = None

    async def close(self) -> None:
        """Say goodbye."""
        if self._socket is not None:
            try:
                await asyncio.wait_for(self._socket.close(), 1.0)
            except (asyncio.TimeoutError, TimeoutError):
                self.abort()

    async def _ask(self, request: bytes | None) -> Any:  # noqa: ANN401
        from websockets.exceptions import ConnectionClosed

        url = self._address.url
        try:
            if self._socket is None:
                self._socket = await _connected(self._address)
                self.greeting = _message(await self._socket.recv(), url)
            if request is None:
                return self.greeting
            await self._socket.send(request)
            return _message(await self._socket.recv(), url)
        except ConnectionClosed as error:
            if error.sent is not None and error.sent.code == 1009:
                raise RemoteError(
                    f"The server {url} sent a message of more than {MOST_BYTES >> 20} MiB."
                ) from None
            code = f" (code {error.rcvd.code})" if error.rcvd else ""
            raise RemoteError(f"The server {url} closed the connection{code}.") from None
        except OSError as error:
            raise RemoteError(
                f"The server {url} cannot be reached: {_reason(error)}. Start one with: "
                "vlsim serve POLICY."
            ) from None


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return str(error.strerror)
    # A name with several addresses has an error of each, and none for all.
    return os.strerror(error.errno) if error.errno else "nothing answers there"


async def _connected(address: Address) -> "ClientConnection":
    client = import_extra("websockets.asyncio.client", "Talking to a policy server", "serve")
    from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus

    token = os.environ.get(TOKEN, "")
    try:
        connection: ClientConnection = await client.connect(
            address.url,
            additional_headers={"Authorization": f"Api-Key {token}"} if token else None,
            compression=None,
            proxy=None,
            open_timeout=None,
            max_size=MOST_BYTES,
            close_timeout=1.0,
        )
    except InvalidStatus as error:
        status = error.response.status_code
        remedy = f"; set {TOKEN} to its token" if status == 401 else ""
        raise RemoteError(
            f"The server {address.url} refused the connection with status {status}{remedy}."
        ) from None
    except (InvalidHandshake, InvalidMessage, EOFError):
        raise RemoteError(f"The server {address.url} does not speak websocket.") from None
    return connection


def _message(frame: bytes | str, url: str) -> Any:  # noqa: ANN401
    if isinstance(frame, str):
        # openpi's servers send a traceback, whose last line says what is wrong.
        lines = frame.strip().splitlines() or ["nothing"]
        raise RemoteError(f"The server {url} answered with an error: {lines[-1].strip()[:300]}")
    try:
        return unpack(frame)
    except WireError as error:
        raise RemoteError(f"The server {url} sent no message that can be read: {error}") from None
