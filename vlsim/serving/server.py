"""A server of one policy by openpi's websocket protocol, so that its clients work unchanged.

It speaks first, a map about the policy; then each binary frame is a request and is answered by one
binary frame. An error is one line in a text frame, and the end of the connection.
"""

import asyncio
import hmac
import ipaddress
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from vlsim.errors import InvalidValueError, VlsimError, in_one_line
from vlsim.extras import import_extra
from vlsim.interface.policy import Informed, Memoryless, Policy, PolicyFactory
from vlsim.serving.batcher import Apart, Batcher, Together
from vlsim.serving.counters import Counters
from vlsim.serving.description import Description, describe
from vlsim.serving.request import RequestReader, Session
from vlsim.serving.wire import MOST_BYTES, pack

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

HEALTH, METRICS = "/healthz", "/metrics"
INTERNAL_ERROR = 1011
LONG = 1 << 16
"""Bytes of a frame from which it is read in a thread: its pictures may have to be made smaller."""
DRAIN_S = 5.0
"""How long requests under way may take when the server stops."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServerConfig:
    """Where a policy is served, and for whom."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0 takes a free one."""
    token: str = ""
    """What clients must send: "Authorization: Api-Key TOKEN"; needed off loopback."""
    most_connections: int = 256
    most_hz: float = 100.0
    """Requests a second of one connection; those that come faster wait."""

    def __post_init__(self) -> None:
        """Refuse to serve whoever comes."""
        if not 0 <= self.port < 1 << 16:
            raise InvalidValueError(f"port must be from 0 to 65535, got {self.port}.")
        if self.most_connections < 1 or not self.most_hz > 0:
            raise InvalidValueError(
                "most-connections must be at least 1 and most-hz above 0, got "
                f"{self.most_connections} and {self.most_hz}."
            )
        if not self.token.isascii() or not (self.token.isprintable() and " " not in self.token):
            raise InvalidValueError("A token consists of ASCII letters, digits and signs.")
        if not self.token and not is_loopback(self.host):
            raise InvalidValueError(
                f"Serving on {in_one_line(self.host)} lets other machines in, and needs a token: "
                "set VLSIM_TOKEN, here and for the clients, or serve on 127.0.0.1."
            )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0"), is_loopback("")
    (True, True, False, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class PolicyServer:
    """Serves one policy until it is told to stop.

    Args:
        policy: What acts. One that remembers acts for a single connection: `make_policy` makes the
            others.
        make_policy: Makes another one.
        config: Where and for whom.
        policy_hash: Of its weights or its code, "" if there is none.

    Raises:
        InvalidValueError: If the policy acts on what is true in a simulator.
    """

    def __init__(
        self,
        policy: Policy,
        make_policy: PolicyFactory,
        config: ServerConfig,
        policy_hash: str = "",
    ) -> None:
        """See the class."""
        if isinstance(policy, Informed):
            raise InvalidValueError(
                f"The policy '{policy.name}' acts on what is true in a simulator, which no client "
                "sends; serve one that acts on observations."
            )
        self.description: Description = describe(policy, policy_hash)
        self.counters = Counters()
        self._config = config
        is_memoryless = isinstance(policy, Memoryless)
        act = Together(policy) if isinstance(policy, Memoryless) else Apart(make_policy)
        channels = self.description.action_space.get("channels")
        width = 1 if self.description.action_space.get("choices") else channels and len(channels)
        self._batcher = Batcher(act, (policy.spec.chunk, width or None), self.counters)
        self._reader = RequestReader(self.description, takes_all=not is_memoryless)
        self._greeting = pack(self.description.to_map())
        self._numbers = itertools.count()
        self._stop = asyncio.Event()
        self._busy = 0

    def stop(self) -> None:
        """End `serve`; what is under way is answered first. Call it in the event loop."""
        self._stop.set()

    async def serve(self, on_start: Callable[[int], None] = lambda port: None) -> None:
        """Serve until `stop`.

        Args:
            on_start: Called with the port when clients may come.

        Raises:
            InvalidValueError: If the address cannot be used.
            MissingExtraError: If websockets is not installed.
        """
        websockets = import_extra("websockets.asyncio.server", "Serving a policy", "serve")
        config = self._config
        try:
            server = await websockets.serve(
                self._converse,
                config.host,
                config.port,
                process_request=self._let_in,
                # Of a program; a browser names the page that asks, and no page shall move an arm.
                origins=[None],
                compression=None,
                max_size=MOST_BYTES,
                max_queue=2,
                close_timeout=2.0,
                logger=_quiet(),
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise InvalidValueError(
                f"Cannot serve on {config.host}:{config.port}: {reason}. Choose another --port."
            ) from None
        acting = asyncio.create_task(self._batcher.run())
        try:
            on_start(next(iter(server.sockets)).getsockname()[1])
            await self._stop.wait()
            await self._drain()
        finally:
            server.close()
            await server.wait_closed()
            acting.cancel()
            self._batcher.close()

    async def _drain(self) -> None:
        deadline = perf_counter() + DRAIN_S
        while self._busy and perf_counter() < deadline:
            await asyncio.sleep(0.01)

    def _let_in(self, connection: "ServerConnection", request: "Request") -> "Response | None":
        """Answer what is no websocket, and whoever may not come in."""
        if request.path == HEALTH:
            return connection.respond(200, "OK\n")
        token = self._config.token
        given = request.headers.get_all("Authorization")
        expected = f"Api-Key {token}"
        # In constant time, so that nobody can guess it letter by letter.
        fits = len(given) == 1 and hmac.compare_digest(
            given[0].encode("utf-8", "replace"), expected.encode()
        )
        if token and not fits:
            self.counters.refused += 1
            return connection.respond(401, "Send the header Authorization: Api-Key TOKEN\n")
        if request.path == METRICS:
            return connection.respond(200, self.counters.text())
        if self._stop.is_set() or self.counters.connections >= self._config.most_connections:
            self.counters.refused += 1
            return connection.respond(503, "Too many connections, or stopping\n")
        return None

    async def _converse(self, connection: "ServerConnection") -> None:
        from websockets.exceptions import ConnectionClosed

        session = Session(next(self._numbers))
        self.counters.connections += 1
        try:
            await connection.send(self._greeting)
            await self._answer_all(connection, session)
        except ConnectionClosed:
            pass
        finally:
            self.counters.connections -= 1
            self._batcher.forget(session)

    async def _answer_all(self, connection: "ServerConnection", session: Session) -> None:
        timing: dict[str, float] = {}
        due = 0.0
        async for frame in connection:
            begun = perf_counter()
            await asyncio.sleep(max(0.0, due - begun))
            due = max(due, begun) + 1 / self._config.most_hz
            self.counters.requests += 1
            self._busy += 1
            try:
                reply = await self._reply(session, frame, timing)
            except Exception as error:
                self.counters.errors += 1
                await connection.send(_one_line(error))
                await connection.close(INTERNAL_ERROR)
                return
            finally:
                self._busy -= 1
            await connection.send(reply)
            seconds = perf_counter() - begun
            self.counters.count_reply(seconds)
            timing = {"prev_total_ms": 1e3 * seconds}

    async def _reply(self, session: Session, frame: bytes | str, timing: dict[str, float]) -> bytes:
        read, is_long = self._reader.read, len(frame) > LONG
        request = await asyncio.to_thread(read, session, frame) if is_long else read(session, frame)
        answer = await self._batcher.answer(request)
        inference = {"infer_ms": 1e3 * answer.seconds}
        return pack(
            {
                "actions": request.in_reply(answer.actions, self.description.spec.control),
                "policy_timing": inference,
                "server_timing": inference | timing,
            }
        )


def _one_line(error: Exception) -> str:
    words = " ".join(str(error).split())
    return words if isinstance(error, VlsimError) else f"{type(error).__name__}: {words}"[:500]


def _quiet() -> logging.Logger:
    """Return a logger for the library, which reports every client that goes away as an error."""
    library = logging.getLogger(f"{__name__}.websockets")
    library.setLevel(logging.CRITICAL)
    return library
