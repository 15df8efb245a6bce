"""What an evaluation and policies need of an environment."""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.camera import Camera
from vlsim.world.hand import EndEffectorTarget


class Environment(Protocol):
    """The part of Gymnasium's interface that an evaluation uses.

    `info` must carry instruction, goal, is_success, success_once, reward_terms, referent, attempted
    (an object's index, -1 for none), failure (words, at the end of an episode) and state_hash, at
    the reset and at every step.
    """

    @property
    def unwrapped(self) -> object:
        """The environment without its wrappers; may offer more, see the protocols below."""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin the episode that belongs to `seed`."""

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:  # noqa: ANN401
        """Carry out one action."""

    def close(self) -> None:
        """Free what it holds."""


EnvFactory: TypeAlias = Callable[[str], Environment]
"""Makes the environment of an instruction set, given the set's name."""


class GroundTruth(Protocol):
    """What is true in a running episode now, for policies that do not look but know."""

    @property
    def scene(self) -> SceneState:
        """The facts."""

    @property
    def stage(self) -> object:
        """What is to be done now; equal to what it was for as long as it is the same."""

    @property
    def target(self) -> int:
        """Index of the object that it is about."""

    def plan(self) -> Motion:
        """Return the motion that does it, beginning from the scene as it is."""

    @property
    def control(self) -> str:
        """Control mode that actions are for."""

    @property
    def view(self) -> Camera:
        """Where the front camera was when the last observed picture was taken."""

    def joints(self) -> tuple[float, ...]:
        """Return the positions of the J joints of the arm, radians (metres if one slides)."""

    @property
    def joint_steps(self) -> NDArray[np.float64]:
        """How far an entry of 1 in `joint_delta` moves each joint, radians or metres. (J,)."""

    def solve(self, pose: EndEffectorTarget) -> tuple[float, ...]:
        """Return the positions of the joints that bring the hand to a pose in the base frame."""


@runtime_checkable
class OffersTruth(Protocol):
    """An environment whose episodes can be known."""

    @property
    def ground_truth(self) -> GroundTruth:
        """What is true in the running episode, as it goes on."""


def truth_of(env: Environment, policy: str) -> GroundTruth:
    """Return what is true in an environment, for a policy that needs to know.

    Raises:
        InvalidValueError: If the environment does not tell.
    """
    bare = env.unwrapped
    if not isinstance(bare, OffersTruth):
        raise InvalidValueError(
            f"The policy '{policy}' needs the ground truth of an episode, and "
            f"{type(bare).__name__} has no 'ground_truth'; take a vlsim environment, or a policy "
            "that acts on observations."
        )
    return bare.ground_truth


@runtime_checkable
class Rendered(Protocol):
    """An environment that draws pictures for people."""

    @property
    def metadata(self) -> dict[str, Any]:
        """Gymnasium's; `render_fps` among them."""

    def render(self) -> Any:  # noqa: ANN401 (Gymnasium's type has many forms)
        """Return a picture, (H, W, 3) uint8."""


@runtime_checkable
class ShowsCameras(Protocol):
    """An environment whose cameras can be looked through."""

    def camera_picture(self, name: str, size: int) -> NDArray[np.uint8]:
        """Return what one of the cameras sees now. Shape (size, size, 3), uint8."""


@runtime_checkable
class Filmable(ShowsCameras, Protocol):
    """An environment that can be filmed while the arm moves."""

    def film(self, callback: Callable[[], None] | None) -> float:
        """Call `callback` while the arm moves, or stop doing so. Returns the frames per second."""
