"""A policy that is somewhere else, behind a websocket, and acts like any other here."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.interface.environment import GroundTruth
from vlsim.interface.policy import Observations, Policy, PolicySpec
from vlsim.serving.address import Address, read_address
from vlsim.serving.connection import Connection, RemoteError, run
from vlsim.serving.description import Description, read_description
from vlsim.serving.key_layout import LAYOUTS, KeyLayout, OwnLayout
from vlsim.serving.wire import pack


class RemotePolicy:
    """Asks a server, each episode over a connection of its own.

    A row whose server fails has no action and an entry in `errors` until the next reset, which
    connects anew; the other rows go on. Rows that are the same episode are asked for once.

    Args:
        name: How it is called: the address as it was typed.
        address: The server.
        layout: What it reads.
        greeting: What it said first; another server at this address is an error.
    """

    def __init__(self, name: str, address: Address, layout: KeyLayout, greeting: object) -> None:
        """See the class."""
        self.name = name
        self.spec: PolicySpec = layout.spec
        if address.chunk:
            self.spec = replace(self.spec, chunk=address.chunk)
        # As bytes: there may be arrays in it, which compare entry by entry.
        self._address, self._layout, self._greeting = address, layout, pack(greeting)
        self._told: list[tuple[int, str]] = []
        self._connections: dict[tuple[int, str], Connection] = {}
        self._errors: dict[tuple[int, str], str] = {}

    @property
    def errors(self) -> Mapping[int, str]:
        """Rows that have no action, and why."""
        return {i: self._errors[told] for i, told in enumerate(self._told) if told in self._errors}

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        """Begin episodes, with new connections: nothing that was asked before is answered now."""
        old = list(self._connections.values())
        run(_all([connection.close() for connection in old]))
        self._told = [(int(s), words) for s, words in zip(seeds, instructions, strict=True)]
        self._connections = {told: Connection(self._address) for told in self._told}
        self._errors = {}

    def act(self, observations: Observations) -> NDArray[np.float32]:
        """Return actions (B, T, A); zeros in rows that are in `errors`."""
        return self._act(observations, [()] * len(self._told))

    def _act(
        self, observations: Observations, joints: Sequence[Sequence[float]]
    ) -> NDArray[np.float32]:
        rows = [{k: array[i] for k, array in observations.items()} for i in range(len(self._told))]
        # The first row of each episode speaks for those that only repeat it.
        asked = [
            i
            for i, told in enumerate(self._told)
            if told not in self._errors and self._told.index(told) == i
        ]
        found = run(_all([self._ask(i, rows[i], joints[i]) for i in asked]))
        chunks: dict[tuple[int, str], NDArray[np.float32]] = {}
        for i, result in zip(asked, found, strict=True):
            if isinstance(result, RemoteError):
                self._errors[self._told[i]] = str(result)
            elif isinstance(result, BaseException):
                raise result
            else:
                chunks[self._told[i]] = self._layout.actions(result, rows[i])
        nothing = np.zeros_like(next(iter(chunks.values()), np.zeros((self.spec.chunk, 1))))
        return np.stack([chunks.get(told, nothing) for told in self._told]).astype(np.float32)

    async def _ask(
        self, i: int, row: Mapping[str, NDArray[Any]], joints: Sequence[float]
    ) -> NDArray[np.float32]:
        seed, prompt = self._told[i]
        connection = self._connections[seed, prompt]
        reply = await connection.ask(pack(self._layout.request(row, prompt, seed, joints)))
        if pack(connection.greeting) != self._greeting:
            connection.abort()
            raise RemoteError(f"The server {self._address.url} serves another policy than before.")
        try:
            return self._checked(reply)
        except RemoteError:
            connection.abort()
            raise

    def _checked(self, reply: object) -> NDArray[np.float32]:
        url, n, width = self._address.url, self.spec.chunk, self._layout.width
        actions = reply.get("actions") if isinstance(reply, dict) else None
        if not isinstance(actions, np.ndarray) or actions.dtype.kind not in "iuf":
            raise RemoteError(
                f"The server {url} must reply with a map that has 'actions', numbers."
            )
        if actions.ndim != 2 or len(actions) < n or width not in (None, actions.shape[1]):
            raise RemoteError(
                f"The server {url} must reply with actions ({n}, {width or 'A'}), got "
                f"{actions.shape}."
            )
        if not np.isfinite(actions).all():
            raise RemoteError(f"The server {url} replied with an action that is not finite.")
        return actions[:n].astype(np.float32)


class InformedRemotePolicy(RemotePolicy):
    """One whose server reads the positions of the joints, which are in no observation."""

    _truths: Sequence[GroundTruth | None] = ()

    def inform(self, truths: Sequence[GroundTruth | None]) -> None:
        """Take where the joints are; nothing else of what is true is sent."""
        self._truths = truths

    def act(self, observations: Observations) -> NDArray[np.float32]:
        """Return actions (B, T, A); zeros in rows that are in `errors`."""
        joints = [() if truth is None else truth.joints() for truth in self._truths]
        # What is over is still shown, and still wants seven numbers.
        return self._act(observations, [row or (0.0,) * 7 for row in joints])


def load_remote_policy(name: str) -> Policy:
    """Return the policy behind an address, ws://HOST:PORT.

    Raises:
        RemoteError: If the server cannot be reached, or says something else than its protocol.
        InvalidValueError: If the address is none, or nobody says what the server reads.
        UnknownNameError: If there is no such key layout.
    """
    address = read_address(name)
    greeting = _greeting(address)
    description = read_description(greeting, address.url)
    layout = _layout(name, address, description)
    made = InformedRemotePolicy if layout.reads_joints else RemotePolicy
    return made(name, address, layout, greeting)


def remote_fingerprint(name: str) -> str:
    """Return a hash of what a server says first, the hash of its policy in it.

    Raises:
        RemoteError: If the server cannot be reached.
    """
    said = json.dumps(_greeting(read_address(name)), sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _greeting(address: Address) -> object:
    connection = Connection(address)

    async def ask() -> object:
        said: object = await connection.ask(None)
        await connection.close()
        return said

    return run(ask())


def _layout(name: str, address: Address, description: Description | None) -> KeyLayout:
    if address.layout:
        return LAYOUTS[address.layout]
    if description is None:
        raise InvalidValueError(
            f"The server {address.url} does not say what it reads; add a key layout: "
            f"{address.url}?layout={' or '.join(LAYOUTS)}."
        )
    if address.chunk not in (0, description.spec.chunk):
        raise InvalidValueError(
            f"The server of {name} sends {description.spec.chunk} actions at once, not "
            f"{address.chunk}; leave 'chunk' out."
        )
    return OwnLayout(description)


async def _all(work: Sequence[Any]) -> list[Any]:
    return await asyncio.gather(*work, return_exceptions=True)
