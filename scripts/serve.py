"""Serve a policy over a network by openpi's websocket protocol, for its clients and for vlsim.

Only this machine can reach it, unless --host and a token say otherwise. Ctrl-C stops it after what
is under way is answered. GET /healthz says OK, GET /metrics has counts for Prometheus.

Examples:
  vlsim serve zoo:demo
  vlsim benchmark --policy ws://127.0.0.1:8000 --task pick_place
  VLSIM_TOKEN=… vlsim serve runs/demo --host 0.0.0.0 --port 9000
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import tyro

from vlsim.scripts.options import read_options

TOKEN = "VLSIM_TOKEN"
"""Environment variable of the token, so that it stands in no list of processes."""


@dataclass(frozen=True)
class ServeConfig:
    """What to serve and where."""

    policy: tyro.conf.Positional[str]
    """Policy to serve, such as zoo:demo, runs/demo or module:Name; see `vlsim list policies`."""
    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 lets other machines in and needs a token."""
    port: int = 8000
    """Port to listen on. 0: a free one."""
    token: str = ""
    """Token that clients must send. Without it, the one in the variable VLSIM_TOKEN."""
    device: str = "cpu"
    """Torch device for a trained policy: cpu, cuda or cuda:0."""
    most_connections: int = 256
    """Connections at once; further ones are refused."""
    most_hz: float = 100.0
    """Requests per second of one connection; faster ones wait."""


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim serve`."""
    serve(read_options(ServeConfig, argv, "vlsim serve", __doc__))


def serve(config: ServeConfig) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    from vlsim.agents import load
    from vlsim.scripts.makers import PolicyMaker, fingerprint
    from vlsim.serving.server import PolicyServer, ServerConfig

    where = ServerConfig(
        host=config.host,
        port=config.port,
        token=config.token or os.environ.get(TOKEN, ""),
        most_connections=config.most_connections,
        most_hz=config.most_hz,
    )
    control = load.policy_spec(config.policy).control
    make_policy = PolicyMaker(config.policy, "" if control == "any" else control, config.device)
    server = PolicyServer(make_policy(), make_policy, where, fingerprint(config.policy))

    def say(port: int) -> None:
        host = f"[{config.host}]" if ":" in config.host else config.host
        print(f"Serving {config.policy} at ws://{host}:{port}; Ctrl-C stops.", flush=True)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.stop)
        await server.serve(say)

    asyncio.run(run())
    print("Stopped.", file=sys.stderr)


if __name__ == "__main__":
    main()
