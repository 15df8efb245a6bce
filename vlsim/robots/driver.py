"""The interface of a robot that moves: LeRobot's, so that any robot of LeRobot fits unimported."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, runtime_checkable

from vlsim.robots.wiring import Wiring

RobotObservation: TypeAlias = dict[str, Any]
"""Numbers by name ("shoulder_pan.pos"), and pictures (H, W, 3) uint8 by the camera's name."""
RobotAction: TypeAlias = dict[str, Any]
"""Numbers by name: where each part shall go."""


@runtime_checkable
class Robot(Protocol):
    """A robot as LeRobot has it: the names, and flat mappings in and out.

    The features are known before the robot is connected: `float` for a number, (H, W, 3) for a
    camera.
    """

    name: str

    @property
    def observation_features(self) -> Mapping[str, Any]:
        """What `get_observation` returns."""

    @property
    def action_features(self) -> Mapping[str, Any]:
        """What `send_action` takes."""

    @property
    def is_connected(self) -> bool:
        """Whether it can be asked and told."""

    @property
    def is_calibrated(self) -> bool:
        """Whether its numbers mean what they say."""

    def connect(self, calibrate: bool = True) -> None:
        """Get ready: motors and cameras; calibrate if that was never done and is asked for."""

    def calibrate(self) -> None:
        """Find out what its numbers mean."""

    def configure(self) -> None:
        """Set modes and gains."""

    def get_observation(self) -> RobotObservation:
        """Return what is seen and measured now."""

    def send_action(self, action: RobotAction) -> RobotAction:
        """Move towards a target. Returns the one that was really sent."""

    def disconnect(self) -> None:
        """Let go of motors and cameras."""


@runtime_checkable
class Wired(Protocol):
    """A robot that says which of its features are what a policy sees and moves."""

    wiring: Wiring


@runtime_checkable
class HasDeadMan(Protocol):
    """A robot with a switch that somebody has to hold while it moves."""

    @property
    def is_dead_man_held(self) -> bool:
        """Whether somebody holds it now."""
