"""A policy server under load: 64 clients, broken frames, a slow client, and openpi's own client.

    python -m benchmarks.serving --malformed 0 --keep    # the load alone
    python -m benchmarks.serving --rounds 0 --keep       # all but the load, 6 minutes

The server is a process of its own. The environment variable `OPENPI_PYTHON` names the Python of an
environment with the packages openpi-client (which wants numpy < 2) and typing_extensions (which it
imports and does not name); without it that part is left
out. `--keep` writes `benchmarks/results/serving_load.json` and `serving.json`.
"""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np
import tyro
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.result_file import keep_result
from vlsim import seeding
from vlsim.interface.policy import Observations, PolicySpec
from vlsim.progress import Progress
from vlsim.serving.wire import pack, unpack

COLORS = ("red", "green", "blue", "yellow", "purple", "orange")
SLEEP_S = 0.05
OPENPI = """
import sys, time, numpy as np
from openpi_client.websocket_client_policy import WebsocketClientPolicy
from openpi_client.action_chunk_broker import ActionChunkBroker
policy = WebsocketClientPolicy("127.0.0.1", int(sys.argv[1]))
assert policy.get_server_metadata()["vlsim_protocol"] == 1
image = np.random.randint(0, 255, (224, 224, 3), dtype=np.uint8)
row = {"observation/image": image, "observation/wrist_image": image,
       "observation/state": np.zeros(8, np.float32), "prompt": "put the red cube in the blue bowl"}
for i in range(100):
    reply = policy.infer(row)
    assert reply["actions"].shape == (1, 13) and np.isfinite(reply["actions"]).all()
broker = ActionChunkBroker(policy, action_horizon=1)
assert broker.infer(row)["actions"].shape == (13,)
print(np.__version__)
"""
"""What openpi's own client runs, unchanged."""


@dataclass(frozen=True)
class ServingConfig:
    """What is measured."""

    policy: str = "zoo:demo@onnxruntime"
    """Policy that is served."""
    connections: int = 64
    hz: float = 10.0
    seconds: float = 20.0
    """Of each round of the load."""
    rounds: int = 3
    """Of the load: other programs on the machine differ from one to the next. 0: no load."""
    malformed: int = 100_000
    """Broken frames. 0: the load alone."""
    beside: int = 200
    """Requests beside slow clients."""
    keep: bool = False
    """Write the result."""


class Sleeper:
    """A policy whose inference takes `SLEEP_S`."""

    name = "sleeper"
    spec = PolicySpec("ee_delta", "panda", {"front": 64}, 10)

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        """Remember nothing."""

    def act(self, observations: Observations) -> NDArray[np.float32]:
        """Sleep."""
        return self.act_as_told(observations, [""] * len(observations["image"]))

    def act_as_told(
        self, observations: Observations, instructions: Sequence[str]
    ) -> NDArray[np.float32]:
        """Sleep."""
        sleep(SLEEP_S)
        return np.zeros((len(instructions), 1, 6), np.float32)


@contextmanager
def server(policy: str) -> Iterator[tuple[str, int]]:
    """Serve a policy in a process of its own; yields its address and process id."""
    command = [sys.executable, "-m", "vlsim", "serve", policy, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"ws://\S+(?=;)", process.stdout.readline())
        assert found
        try:
            yield found[0], process.pid
            assert process.poll() is None, "the server died"
        finally:
            process.terminate()


async def joined(address: str) -> ClientConnection:
    """Connect, and take what the server says first."""
    client = await connect(address, compression=None, proxy=None, max_size=None)
    await client.recv()
    return client


def request(prompt: str, entries: int) -> bytes:
    """Return a request for a policy with pictures of 64 pixels."""
    image = seeding.stream(0, "picture").integers(0, 255, (64, 64, 3), dtype=np.uint8)
    proprio = np.array([0.3, 0, 0.3, 0, 0, 0.08] + [0.0] * entries, np.float32)
    return pack({"image": image, "proprio": proprio, "prompt": prompt})


async def load(address: str, process: int, config: ServingConfig) -> dict[str, Any]:
    """Ask from many connections at a fixed rate; times count from when a request is due."""
    n = int(config.seconds * config.hz)
    waits: list[float] = []
    errors = 0

    async def talk(i: int, client: ClientConnection, begin: float) -> None:
        nonlocal errors
        color, other = COLORS[i % 6], COLORS[(i + 1 + i // 6) % 6]
        asked = request(f"put the {color} cube in the {other} bowl", 13)
        for k in range(n):
            due = begin + (k + i / config.connections) / config.hz
            await asyncio.sleep(max(0.0, due - perf_counter()))
            try:
                await client.send(asked)
                reply = await client.recv()
            except ConnectionClosed:
                errors += n - k
                return
            errors += isinstance(reply, str)
            waits.append(perf_counter() - due)

    clients = [await joined(address) for _ in range(config.connections)]
    begin = perf_counter() + 1.0
    busy, ours = machine_seconds(), process_seconds(process) + process_seconds(os.getpid())
    await asyncio.gather(*(talk(i, client, begin) for i, client in enumerate(clients)))
    wall, busy = perf_counter() - begin + 1.0, machine_seconds() - busy
    ours = process_seconds(process) + process_seconds(os.getpid()) - ours
    for client in clients:
        await client.close()
    p50, p99 = np.percentile(waits, (50, 99)) * 1e3
    return {
        "connections": config.connections,
        "hz": config.hz,
        "requests": len(waits),
        "errors": errors,
        "p50_ms": round(float(p50), 1),
        "p99_ms": round(float(p99), 1),
        "max_ms": round(max(waits) * 1e3, 1),
        "cores_used": round(ours / wall, 2),
        "cores_used_by_others": round(max(0.0, busy - ours) / wall, 2),
    }


def broken(n: int) -> Iterator[bytes | str]:
    """Yield frames that are no requests, of eight kinds in turn."""
    rng = seeding.stream(0, "broken frames")
    whole = request("put the red cube in the blue bowl", 13)
    array = {b"__ndarray__": True, b"data": b"\1\2", b"dtype": "|u1", b"shape": [1, 2]}
    for i in range(n):
        kind = i % 8
        if kind == 0:
            yield whole[: rng.integers(1, len(whole))]
        elif kind == 1:
            yield bytes([int(rng.choice([0xDD, 0xDF, 0xC6, 0xDB, 0xC9]))]) + b"\xff\xff\xff\xff" * 2
        elif kind == 2:
            dtype = str(rng.choice(["|O", "<c8", "|V2", "<M8[s]", "u1,u1", "<U1", "|u3", ""]))
            yield pack({"image": array | {b"dtype": dtype}, "prompt": ""})
        elif kind == 3:
            yield pack({"image": array | {b"shape": [1 << 40] * int(rng.integers(1, 8))}})
        elif kind == 4:
            yield b"\x91" * int(rng.integers(9, 5000)) + b"\xc0"
        elif kind == 5:
            yield b"\xdd\x00\x01\x00\x00" + b"\x90" * 65536
        elif kind == 6:
            yield rng.bytes(int(rng.integers(1, 2000)))
        else:
            data = bytearray(whole)
            data[rng.integers(40)] ^= 0xFF
            yield bytes(data) if i % 16 < 8 else "a text frame"


async def malformed(address: str, process: int, config: ServingConfig) -> dict[str, Any]:
    """Send broken frames, each over a connection of its own; the server must answer the next."""
    frames = broken(config.malformed)
    said = unanswered = accepted = 0
    sizes: list[float] = []

    async def talk(progress: Progress) -> None:
        nonlocal said, unanswered, accepted
        for frame in frames:
            client = await joined(address)
            reply: bytes | str | None = None
            with suppress(ConnectionClosed):
                await client.send(frame)
                reply = await client.recv()
            said += isinstance(reply, str)
            accepted += isinstance(reply, bytes)
            unanswered += reply is None
            client.transport.abort()
            progress.advance(1)
            if (said + unanswered) % (config.malformed // 20 or 1) == 0:
                sizes.append(resident_mb(process))

    with Progress("Broken frames", config.malformed, "frames") as progress:
        await asyncio.gather(*(talk(progress) for _ in range(8)))
    client = await joined(address)
    await client.send(request("put the red cube in the blue bowl", 13))
    is_alive = isinstance(await client.recv(), bytes)
    await client.close()
    return {
        "frames": config.malformed,
        "one_line_errors": said,
        "closed_without_a_word": unanswered,
        "still_a_request": accepted,
        "answers_after": is_alive,
        "memory_mb": {
            "after_5_percent": round(sizes[0], 1) if sizes else None,
            "at_the_end": round(resident_mb(process), 1),
        },
    }


async def slow_client(address: str, n: int) -> dict[str, Any]:
    """Ask while another client sends without reading, and a third sends a frame byte by byte."""
    asked = request("go", 6)
    quick = await joined(address)

    async def delays(n: int) -> list[float]:
        """Return how long the server let requests wait before their inference, seconds."""
        found, inference = [], None
        for _ in range(n):
            await quick.send(asked)
            timing = unpack(await quick.recv())["server_timing"]  # type: ignore[arg-type]
            if inference is not None:
                found.append((timing["prev_total_ms"] - inference) / 1e3)
            inference = timing["infer_ms"]
            await asyncio.sleep(0.013)
        return found

    alone = await delays(n // 4)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rsplit(":", 1)[1]))
    trickle = await joined(address)
    slow = await joined(address)

    async def flood() -> None:
        with suppress(ConnectionClosed):
            while True:
                await slow.send(asked)

    async def drip() -> None:
        for byte in b"GET / HTTP/1.1\r\nHost: a\r\n" * 15:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.01)

    others = [asyncio.create_task(work) for work in (flood(), drip())]
    beside = await delays(n)
    for task in others:
        task.cancel()
    for client in (slow, trickle):
        client.transport.abort()
    writer.close()
    del reader
    await quick.close()
    return {
        "inference_ms": SLEEP_S * 1e3,
        "requests": len(beside),
        "wait_alone_max_ms": round(max(alone) * 1e3, 1),
        "wait_beside_slow_clients_max_ms": round(max(beside) * 1e3, 1),
        "wait_in_inferences": round(max(beside) / SLEEP_S, 2),
    }


def openpi(address: str, python: str) -> dict[str, Any]:
    """Run 100 requests by openpi's own client."""
    command = [python, "-c", OPENPI, address.rsplit(":", 1)[1]]
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=300, env=bare
    )
    return {"requests": 101, "errors": 0, "numpy": done.stdout.strip()}


def process_seconds(process: int) -> float:
    """Return how long a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine_seconds() -> float:
    """Return how long all processors have computed, for whomever."""
    fields = Path("/proc/stat").read_text(encoding="utf-8").split("\n")[0].split()[1:]
    user, nice, system, _, _, irq, softirq = map(int, fields[:7])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def resident_mb(process: int) -> float:
    """Return how much memory a process has, megabytes."""
    text = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) / 1024


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print and keep."""
    config = tyro.cli(ServingConfig, args=argv, description=__doc__)
    with server(config.policy) as (address, process):
        rounds = [asyncio.run(load(address, process, config)) for _ in range(config.rounds)]
        rounds.sort(key=lambda found: found["p99_ms"])
        print(*rounds, sep="\n", flush=True)
        if rounds and config.keep:
            keep_result("serving_load", {"policy": config.policy, "rounds": rounds})
        if not config.malformed:
            return
        results: dict[str, Any] = {"policy": config.policy}
        if python := os.environ.get("OPENPI_PYTHON"):
            results["openpi"] = openpi(address, python)
        results["malformed"] = asyncio.run(malformed(address, process, config))
    with server("benchmarks.serving:Sleeper") as (address, _):
        results["slow_client"] = asyncio.run(slow_client(address, config.beside))
    print(results, flush=True)
    if config.keep:
        keep_result("serving", results)


if __name__ == "__main__":
    main()
