"""What an environment is: plain data that can be copied, sent and stored."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from vlsim.envs.task import Task
from vlsim.errors import InvalidValueError
from vlsim.interface.cameras import MAIN, CameraChoice, check_image_size
from vlsim.robots.spec import RobotSpec
from vlsim.scene.randomization.randomizer import RandomizationChoice

RENDER_SIZE = 480
"""Least side of the pictures for people, pixels."""


@dataclass(frozen=True)
class EnvConfig:
    """All arguments of a `TabletopEnv`; `make_env` and `gymnasium.make` take the same by name.

    Args:
        task: Name of a task, `vlsim list tasks` shows them, or a `Task`.
        control: "ee_delta", "primitive", "joint_delta", "planar" or "discrete".
        robot: Name of a robot, `vlsim list robots` shows them, or a `RobotSpec`.
        instruction_set: Which scenes and words are drawn: `vlsim list sets` shows them. Two that
            go together make a pair, "combo+background". The path of a JSON Lines file of
            sentences, such as "my.jsonl", is a set too (docs/sentences.md).
        image_size: Side of the picture, 32 to 512 pixels.
        privileged: Adds the observations that only training sees: labels by role and facts
            (`vlsim.interface.labels`).
        depth: Adds `depth` (H, W) float32, metres, of every camera.
        segmentation: Adds `segmentation` (H, W) int32, object index or -1, of every camera.
        cameras: Names out of "front", "wrist" and "viewer", or names with cameras. "front" is
            there whether it is named or not, since `image` is its picture and `primitive` points
            into that. Their matrices are in `info["cameras"]`.
        randomization: What differs between episodes beside the scene: names of presets, or terms
            with their fields; see `docs/randomization.md`. The terms of the instruction set are
            added; of one that is in both, what is asked for here counts. What was drawn is in
            `info["randomization"]`.
        render_mode: "rgb_array" or None.
        render_size: Side of the pictures for people, 480 pixels or more.
        scenario: Overrides fields of the task's scenario, such as `{"n_movable": (2, 6)}`.

    Raises:
        InvalidValueError: If a size, a mode or a switch is none. Whether the names exist is found
            when the environment is made.
    """

    task: str | Task
    control: str = "ee_delta"
    robot: str | RobotSpec = "panda"
    instruction_set: str = "seen"
    image_size: int = 64
    privileged: bool = False
    depth: bool = False
    segmentation: bool = False
    cameras: CameraChoice = (MAIN,)
    randomization: RandomizationChoice | None = None
    render_mode: str | None = None
    render_size: int = RENDER_SIZE
    scenario: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Copy what can be changed from outside, and refuse what cannot be."""
        for name in ("task", "robot", "cameras", "randomization", "scenario"):
            object.__setattr__(self, name, deepcopy(getattr(self, name)))
        check_image_size(self.image_size)
        if self.render_mode not in (None, "rgb_array"):
            raise InvalidValueError(
                f"render_mode must be 'rgb_array' or None, got {self.render_mode!r}."
            )
        if not isinstance(self.render_size, int) or self.render_size < RENDER_SIZE:
            raise InvalidValueError(
                f"render_size must be at least {RENDER_SIZE} pixels, got {self.render_size!r}."
            )
        for name in ("privileged", "depth", "segmentation"):
            switch = getattr(self, name)
            if not isinstance(switch, bool | np.bool_):
                raise InvalidValueError(f"{name} must be True or False, got {switch!r:.80}.")
