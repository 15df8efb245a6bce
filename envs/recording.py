"""Gymnasium's recorder of films, with the motion between the steps."""

from typing import Any

import gymnasium as gym
from gymnasium.wrappers import RecordVideo


class RecordMotion(RecordVideo[Any, Any]):
    """Records what `RecordVideo` records, and every frame of the motion in between.

    `RecordVideo` takes one picture a step, and a step of `primitive` is a whole motion. Needs
    MoviePy, as `RecordVideo` does.

    Args:
        env: A vlsim environment with `render_mode="rgb_array"`.
        video_folder: Where the films are written.
        fps: Frames a second of the films; without it they are as fast as the robot.
        options: Those of `RecordVideo`.
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        video_folder: str,
        *,
        fps: int | None = None,
        **options: Any,
    ) -> None:
        """See the class."""
        frames_a_second = round(env.get_wrapper_attr("film")(None))
        super().__init__(env, video_folder, fps=fps or frames_a_second, **options)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:  # noqa: ANN401
        """Carry out one action and record it, if a film is being recorded."""
        if not self.recording:
            return super().step(action)
        # The last picture of the motion is the one that `RecordVideo` takes after the step.
        latest: list[Any] = []

        def take() -> None:
            self.recorded_frames.extend(latest)
            latest[:] = [self.env.render()]

        film = self.env.get_wrapper_attr("film")
        film(take)
        try:
            return super().step(action)
        finally:
            film(None)
