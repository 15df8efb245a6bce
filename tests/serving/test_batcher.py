import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.interface.policy import Observations, PolicySpec
from vlsim.serving.batcher import MOST_ROWS, Answer, Apart, Batcher, Together
from vlsim.serving.counters import Counters
from vlsim.serving.request import Request, Session


class Gate:
    """Acts once it is let; remembers the words of each batch."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun, self.free = threading.Event(), threading.Event()

    def act_as_told(
        self, observations: Observations, instructions: Sequence[str]
    ) -> NDArray[np.float32]:
        self.batches.append(list(instructions))
        self.begun.set()
        assert self.free.wait(10)
        return np.zeros((len(instructions), 1, 2), np.float32)


class Short:
    """Returns a row too few, unless it is told one thing only."""

    def act_as_told(
        self, observations: Observations, instructions: Sequence[str]
    ) -> NDArray[np.float32]:
        return np.zeros((max(1, len(instructions) - 1), 1, 2), np.float32)


class Stepping:
    """Counts its calls; fails at a word."""

    name, spec = "stepping", PolicySpec()
    calls = 0

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        self.told = instructions

    def act(self, observations: Observations) -> NDArray[np.float32]:
        self.calls += 1
        if "fail" in self.told:
            raise InvalidValueError("no.")
        return np.full((1, 1, 2), self.calls, np.float32)


def answers(act: Together | Apart, words: Sequence[str]) -> list[object]:
    """Return what becomes of requests that come at once, each from a client of its own."""

    async def run() -> list[object]:
        batcher = Batcher(act, (1, 2), Counters())
        acting = asyncio.create_task(batcher.run())
        rows = [Request(Session(i), {"image": np.zeros(1)}, w) for i, w in enumerate(words)]
        found: list[object] = await asyncio.gather(
            *(batcher.answer(row) for row in rows), return_exceptions=True
        )
        acting.cancel()
        batcher.close()
        return found

    return asyncio.run(run())


def test_a_policy_that_returns_too_few_rows_is_asked_for_each() -> None:
    found = answers(Together(Short()), ["a", "b", "c"])
    assert all(isinstance(one, Answer) for one in found)


def test_a_policy_that_remembers_acts_once_whoever_fails_beside_it() -> None:
    first, failed, last = answers(Apart(Stepping), ["a", "fail", "b"])
    assert isinstance(failed, InvalidValueError)
    for one in (first, last):
        assert isinstance(one, Answer)
        assert one.actions.tolist() == [[1, 1]]


def batches(first: Sequence[str], then: Sequence[str]) -> list[list[str]]:
    """Return the batches when requests come `then`, while the policy acts for the `first`."""
    gate = Gate()

    async def run() -> None:
        batcher = Batcher(Together(gate), (1, 2), Counters())
        acting = asyncio.create_task(batcher.run())

        def ask(words: str) -> "asyncio.Task[object]":
            row = {"image": np.zeros(1)}
            return asyncio.create_task(batcher.answer(Request(Session(0), row, words)))

        asked = [ask(words) for words in first]
        await asyncio.to_thread(gate.begun.wait, 10)
        asked += [ask(words) for words in then]
        await asyncio.sleep(0)
        gate.free.set()
        await asyncio.gather(*asked)
        acting.cancel()
        batcher.close()

    asyncio.run(run())
    return gate.batches


def test_a_request_waits_for_one_inference_at_most() -> None:
    assert batches(["slow"], ["slow", "quick", "slow"]) == [["slow"], ["slow", "quick", "slow"]]


@pytest.mark.parametrize("n", [MOST_ROWS, MOST_ROWS + 1])
def test_a_batch_is_only_so_large(n: int) -> None:
    sizes = [len(batch) for batch in batches(["first"], ["x"] * n)]
    assert sizes == [1, MOST_ROWS] + [1] * (n - MOST_ROWS)
