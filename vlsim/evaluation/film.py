"""A film of one episode: what people see, what the policy sees, and the reward it earns."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vlsim import video
from vlsim.episode import Episode, Step
from vlsim.errors import InvalidValueError
from vlsim.evaluation.policy import Attentive, EnvFactory, Environment, Observations, Policy
from vlsim.evaluation.rollout import GROUP, Setting, naming, run_group
from vlsim.files import write_json_lines
from vlsim.observation import IMAGE
from vlsim.video import Frame, VideoWriter

EVERY = 2
"""Of the environment's frames while the arm moves, one in this many is filmed."""
HOLD_SECONDS = 1.2
"""How long the last frame stays, with the outcome in it."""
STILLS = 4
"""Pictures in the strip that goes into the report."""
STILL_HEIGHT = 200
GIF_HEIGHT = 320
"""Heights in pixels."""


@dataclass(frozen=True)
class FilmConfig:
    """What is filmed and how."""

    heatmap: bool = False
    """Show beside it where the policy believes the named object to be."""
    cameras: tuple[str, ...] = ()
    """Cameras of the environment whose pictures are shown beside it."""
    gif: bool = False
    """Write a small gif too."""
    strip: bool = False
    """Write a strip of stills (.jpg) too."""
    steps: bool = False
    """Write what happened at each step (.jsonl) too."""


def film_episode(
    policy: Policy,
    make_env: EnvFactory,
    seed: int,
    setting: Setting,
    path: Path,
    *,
    config: FilmConfig | None = None,
    row: int = 0,
    group: int = GROUP,
) -> Episode:
    """Run the episode of `seed` once more and film it.

    Args:
        policy: What acts.
        make_env: Makes the environment.
        seed: The episode.
        setting: What is recorded in it.
        path: The mp4; the other files differ in their suffix.
        config: What to write.
        row: Where the seed sat in its group; there the episode is the same again, bit for bit.
        group: Rows of the group.

    Returns:
        The episode; compare its `state_hash` with the first run.
    """
    config = config or FilmConfig()
    if config.heatmap and not isinstance(policy, Attentive):
        raise InvalidValueError(f"The policy '{setting.policy}' has no heat-map to show.")
    with naming(setting, "making the environment", seed):
        env = make_env(setting.set)
    seeds: list[int | None] = [None] * group
    seeds[row] = seed
    try:
        with ExitStack() as stack:
            film = _Film(row, path, config, stack)
            (episode,) = run_group(policy, [env], seeds, setting, film)
            film.finish(episode)
    finally:
        env.close()
    return episode


class _Film:
    """A witness that films the row `row`; the files appear when `stack` closes."""

    def __init__(self, row: int, path: Path, config: FilmConfig, stack: ExitStack) -> None:
        self.row = row
        self.path = path
        self.config = config
        self.stack = stack
        self.steps: list[Step] = []
        self.earned: dict[str, float] = {}
        self.panel: Frame | None = None
        self.videos: list[VideoWriter] = []
        self.calls = 0
        self.stills = _Stills()

    def begin(self, env: Environment, info: dict[str, Any]) -> None:
        self.env = env.unwrapped
        # An environment that can be filmed while the arm moves has `film`; of any other, each step
        # is one frame.
        start: Callable[..., float] | None = getattr(self.env, "film", None)
        self.has_motion = start is not None
        if start is None:
            self.fps = float(self.env.metadata.get("render_fps", 10))
        else:
            self.fps = start(self._while_moving) / EVERY
            self.stack.callback(start, None)
        suffixes = (".mp4", ".gif") if self.config.gif else (".mp4",)
        for suffix in suffixes:
            writer = VideoWriter(self.path.with_suffix(suffix), self.fps)
            self.videos.append(self.stack.enter_context(writer))

    def before_action(self, policy: Policy, observations: Observations) -> None:
        picture: Frame = self.env.render()
        if self.config.heatmap and isinstance(policy, Attentive):
            heat = policy.attention(observations)
            if heat is None:
                raise InvalidValueError(f"The policy '{policy.name}' has no heat-map to show.")
            seen = video.scale(observations[IMAGE][self.row], picture.shape[1])
            self.panel = video.heatmap_overlay(seen, heat[self.row])
        if not self.steps:
            self._add(picture, 0)

    def after_step(self, step: Step) -> None:
        self.steps.append(step)
        for name, value in step.reward_terms.items():
            self.earned[name] = self.earned.get(name, 0.0) + value
        if not self.has_motion:
            self._add(self.env.render(), step.number)

    def finish(self, episode: Episode) -> None:
        outcome = "success" if episode.success_once else "failed"
        picture: Frame = self.env.render()
        for _ in range(max(1, round(HOLD_SECONDS * self.fps))):
            self._add(picture, episode.steps, outcome)
        if self.config.strip:
            self.stills.add(picture)
            strip = video.side_by_side(self.stills.pick(), gap=4)
            video.write_picture(strip, self.path.with_suffix(".jpg"))
        if self.config.steps:
            lines = [step.to_json() for step in self.steps]
            write_json_lines(self.path.with_suffix(".jsonl"), lines)

    def _while_moving(self) -> None:
        self.calls += 1
        if self.calls % EVERY == 0:
            self._add(self.env.render(), len(self.steps) + 1)

    def _add(self, picture: Frame, step: int, outcome: str | None = None) -> None:
        parts = [picture, *self._seen(picture.shape[1])]
        if self.panel is not None:
            parts.append(self.panel)
        earned = (f"{name} {value:+.2f}" for name, value in self.earned.items())
        words = ", ".join((f"step {step}", *earned))
        # All frames of a video need one size, so the room for the words does not depend on them.
        lines = 2 if len(parts) == 1 else 1
        frame = video.caption(video.side_by_side(parts), words, outcome, lines=lines)
        for writer in self.videos:
            is_gif = writer.path.suffix == ".gif"
            writer.add(video.scale(frame, GIF_HEIGHT) if is_gif else frame)
        if self.config.strip and outcome is None:
            self.stills.add(picture)

    def _seen(self, side: int) -> list[Frame]:
        """Return what the cameras see now: one as large as the scene, or two in a column."""
        size = side // min(2, max(1, len(self.config.cameras)))
        found: list[Frame] = [self.env.camera_picture(name, size) for name in self.config.cameras]
        columns = [found[i : i + 2] for i in range(0, len(found), 2)]
        return [np.vstack(column) for column in columns]


class _Stills:
    """A few pictures from a film of unknown length: evenly spaced, the first and the last too."""

    def __init__(self) -> None:
        self._kept: list[Frame] = []
        self._stride = 1
        self._seen = 0

    def add(self, picture: Frame) -> None:
        self._last = picture
        if self._seen % self._stride == 0:
            self._kept.append(_still(picture))
            if len(self._kept) > 8 * STILLS:
                self._kept = self._kept[::2]
                self._stride *= 2
        self._seen += 1

    def pick(self) -> list[Frame]:
        found = [*self._kept, _still(self._last)]
        places = {round(i * (len(found) - 1) / (STILLS - 1)) for i in range(STILLS)}
        return [found[place] for place in sorted(places)]


def _still(picture: Frame) -> Frame:
    """Return the square scene without what is written below it, which the report says itself."""
    return video.scale(picture[: picture.shape[1]], STILL_HEIGHT)
