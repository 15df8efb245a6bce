"""Inference off the event loop: whoever waits while it runs is in the next batch."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vlsim import seeding
from vlsim.errors import InvalidValueError, VlsimError
from vlsim.interface.policy import Memoryless, Policy, PolicyFactory, stack
from vlsim.parallel.threads import one_thread_here
from vlsim.serving.counters import Counters
from vlsim.serving.request import Request, Session

MOST_ROWS = 16
"""Of a batch, if the policy remembers nothing; exported graphs are for no more."""
Chunk = NDArray[np.float32]

logger = logging.getLogger(__name__)


class Answer(NamedTuple):
    """The actions of a request, and how long the policy took for its batch."""

    actions: Chunk
    seconds: float


class Together:
    """One policy for all requests, whoever sent them: what they are told goes with each."""

    most_rows = MOST_ROWS

    def __init__(self, policy: Memoryless) -> None:
        """Act with a policy that remembers nothing."""
        self._policy = policy

    def __call__(self, requests: Sequence[Request]) -> list[Chunk]:
        """Act for all in one batch."""
        observations = stack([request.observation for request in requests])
        return list(self._policy.act_as_told(observations, [r.prompt for r in requests]))

    def forget(self, session: Session) -> None:
        """Nothing is remembered."""


class Apart:
    """A policy for each connection, which may remember what it was shown.

    An episode of it begins with the connection, with another instruction, and with another seed.
    """

    # So that none acts twice because another one in its batch fails.
    most_rows = 1

    def __init__(self, make_policy: PolicyFactory) -> None:
        """Make a policy when a connection first asks."""
        self._make_policy = make_policy
        self._policies: dict[int, tuple[Policy, tuple[str, int | None]]] = {}

    def __call__(self, requests: Sequence[Request]) -> list[Chunk]:
        """Act for one after the other."""
        return [chunk for request in requests for chunk in self._act(request)]

    def forget(self, session: Session) -> None:
        """Let go of the policy of a connection that is closed."""
        self._policies.pop(session.number, None)

    def _act(self, request: Request) -> list[Chunk]:
        number, told = request.session.number, (request.prompt, request.seed)
        policy, before = self._policies.get(number, (None, None))
        policy = policy or self._make_policy()
        if told != before:
            drawn = seeding.derive(0, "connection", number)
            policy.reset([drawn if request.seed is None else request.seed], [request.prompt])
        self._policies[number] = (policy, told)
        return list(np.asarray(policy.act(stack([request.observation])), np.float32))


class Batcher:
    """Puts the requests of all connections into batches; one thread acts for them.

    While it acts others wait; of no more than `MOST_ROWS` all are in the next batch.

    Args:
        act: What acts.
        form: Shape (T, A) of a chunk; None where the policy does not say how many channels it has.
        counters: Count what is done.
    """

    def __init__(
        self, act: Together | Apart, form: tuple[int, int | None], counters: Counters
    ) -> None:
        """See the class."""
        self._act, self._form, self._counters = act, form, counters
        self._thread = ThreadPoolExecutor(1, "inference")
        self._waiting: asyncio.Queue[tuple[Request, asyncio.Future[Answer]]] = asyncio.Queue()

    async def answer(self, request: Request) -> Answer:
        """Return the actions for a request.

        Raises:
            Exception: What the policy raised for this row; others in its batch have their actions.
        """
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        await self._waiting.put((request, future))
        return await future

    async def run(self) -> None:
        """Act until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and len(batch) < self._act.most_rows:
                batch.append(self._waiting.get_nowait())
            requests = [request for request, _ in batch]
            begun = perf_counter()
            results = await loop.run_in_executor(self._thread, self._results, requests)
            seconds = perf_counter() - begun
            self._counters.count_batch(seconds)
            for (_, future), result in zip(batch, results, strict=True):
                if future.cancelled():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(Answer(result, seconds))

    def forget(self, session: Session) -> None:
        """Let go of what is remembered of a closed connection, after what is being done."""
        self._thread.submit(self._act.forget, session)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=True)

    def _results(self, requests: Sequence[Request]) -> list[Chunk | Exception]:
        try:
            with one_thread_here():
                chunks = self._act(requests)
            if len(chunks) != len(requests):
                raise InvalidValueError(
                    f"The policy must return {len(requests)} rows, got {len(chunks)}."
                )
            return [self._checked(chunk) for chunk in chunks]
        except Exception as error:
            if len(requests) > 1:
                # One of them is to blame; each by itself shows which.
                return [result for one in requests for result in self._results([one])]
            if not isinstance(error, VlsimError):
                logger.exception("The policy failed")
            return [error]

    def _checked(self, chunk: Chunk) -> Chunk:
        steps, channels = self._form
        is_chunk = chunk.ndim == 2 and len(chunk) == steps
        if not is_chunk or channels not in (None, chunk.shape[1]):
            raise InvalidValueError(
                f"The policy must return ({steps}, {channels or 'A'}) a row, got {chunk.shape}."
            )
        if not np.isfinite(chunk).all():
            raise InvalidValueError("The policy returned an action that is not finite.")
        return chunk.astype(np.float32, copy=False)
