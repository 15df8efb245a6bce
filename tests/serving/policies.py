"""Policies that answer what can be checked, and a server of them in a thread."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vlsim.interface.policy import Observations, Policy, PolicySpec
from vlsim.serving.server import PolicyServer, ServerConfig

SIDE = 32
SPEC = PolicySpec("ee_delta", "panda", {"front": SIDE}, 10, chunk=2)


@dataclass
class Echo:
    """Acts as told: dx is a tenth of the words' length, dy the mean red, dz the proprio's x."""

    name: str = "echo"
    spec: PolicySpec = SPEC
    seconds: float = 0.0
    """That an inference takes."""
    batches: list[int] = field(default_factory=list)

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        self.told = instructions

    def act(self, observations: Observations) -> NDArray[np.float32]:
        return self.act_as_told(observations, self.told)

    def act_as_told(
        self, observations: Observations, instructions: Sequence[str]
    ) -> NDArray[np.float32]:
        self.batches.append(len(instructions))
        time.sleep(self.seconds)
        if "fail" in instructions:
            raise ZeroDivisionError("the arm\nfell off")
        chunks = np.zeros((len(instructions), self.spec.chunk, 6), np.float32)
        chunks[..., 0] = np.array([len(words) / 10 for words in instructions])[:, None]
        chunks[..., 1] = observations["image"][..., 0].mean((1, 2))[:, None] / 255
        chunks[..., 2] = observations["proprio"][:, :1]
        chunks[["nan" in words for words in instructions]] = np.nan
        return chunks


@dataclass
class Counter:
    """Remembers how often it was asked since the reset, and what it was reset with."""

    name: str = "counter"
    spec: PolicySpec = field(default_factory=PolicySpec)

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        self.seeds, self.calls = seeds, 0

    def act(self, observations: Observations) -> NDArray[np.float32]:
        self.calls += 1
        return np.array([[[self.calls, seed % 1000]] for seed in self.seeds], np.float32)


def request(
    prompt: str = "go", red: int = 255, x: float = 0.5, **more: object
) -> dict[str, object]:
    image = np.zeros((SIDE, SIDE, 3), np.uint8)
    image[..., 0] = red
    return {"image": image, "proprio": np.full(12, x, np.float32), "prompt": prompt, **more}


@contextmanager
def served(policy: Policy, **config: object) -> Iterator[tuple[str, PolicyServer]]:
    """Serve a policy within the block; yields the address and the server."""
    ports: list[int] = []
    is_up = threading.Event()
    found: list[PolicyServer] = []
    loop = asyncio.new_event_loop()

    def say(port: int) -> None:
        ports.append(port)
        is_up.set()

    async def run() -> None:
        make = type(policy)
        where = ServerConfig(port=0, **config)  # type: ignore[arg-type]
        server = PolicyServer(policy, make, where, policy_hash="abc")
        found.append(server)
        await server.serve(say)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert is_up.wait(10)
    try:
        yield f"ws://127.0.0.1:{ports[0]}", found[0]
    finally:
        loop.call_soon_threadsafe(found[0].stop)
        thread.join(10)
        assert not thread.is_alive()
        loop.close()
