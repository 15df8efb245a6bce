"""Episodes for tests: everything has a plain default, a test names only what it is about."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vlsim.records import Episode

PLAIN = Episode(
    policy="p",
    task="reach",
    control="ee_delta",
    set="seen",
    seed=0,
    instruction="reach the red cube",
    goal={"goal": "reach"},
    success_once=True,
    success_at_end=True,
    steps=10,
    return_=1.0,
    referent=0,
    attempted=0,
    failure="",
    state_hash="00",
)


def episode(**changes: Any) -> Episode:
    return replace(PLAIN, **changes)


def episodes(wins: Sequence[bool | int], **changes: Any) -> list[Episode]:
    return [
        episode(seed=s, success_once=bool(w), success_at_end=bool(w), **changes)
        for s, w in enumerate(wins)
    ]
