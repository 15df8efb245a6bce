"""A film of one episode: what people see, what the policy sees, and the reward it earns."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vlsim.errors import InvalidValueError
from vlsim.evaluation.rollout import GROUP, Setting, naming, run_group
from vlsim.evaluation.screen import Panel, panel_side, reward_bars, screen
from vlsim.files import write_json_lines
from vlsim.interface.environment import EnvFactory, Environment, Filmable, Rendered, ShowsCameras
from vlsim.interface.observation import IMAGE
from vlsim.interface.policy import Attentive, Observations, Policy
from vlsim.records import Episode, Step
from vlsim.video import frames
from vlsim.video.frames import Frame, VideoWriter

EVERY = 2
"""Of the environment's frames while the arm moves, one in this many is filmed."""
SLOW_MOTION = {"primitive": 0.4}
"""Speed of films of control modes whose one step is a whole motion; that of others is 1."""
HOLD_BEFORE, HOLD_AFTER = 1.2, 2.5
"""How long the beginning stays, to be read, and the end, with the outcome in it, seconds."""
SEES = "what the policy sees"
GIF_HEIGHT = 420
POSTER_HEIGHT = 480
"""Heights in pixels."""


@dataclass(frozen=True)
class FilmConfig:
    """What is filmed and how."""

    heatmap: bool = False
    """Show beside it where the policy looks for what the instruction names."""
    cameras: tuple[str, ...] = ()
    """Cameras of the environment whose pictures are shown beside it."""
    gif: bool = False
    """Write a small gif too."""
    poster: bool = False
    """Write the last picture (.jpg) too."""
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
            film = _Film(row, path, config, setting, stack)
            (episode,) = run_group(policy, [env], seeds, setting, film)
            film.finish(episode)
    finally:
        env.close()
    return episode


class _Film:
    """A witness that films the row `row`; the files appear when `stack` closes."""

    def __init__(
        self, row: int, path: Path, config: FilmConfig, setting: Setting, stack: ExitStack
    ) -> None:
        self.row = row
        self.path = path
        self.config = config
        self.stack = stack
        self.speed = SLOW_MOTION.get(setting.control, 1.0)
        words = (setting.policy, setting.task, setting.set, setting.control)
        self.facts = " · ".join((*words, *([f"speed {self.speed:g}"] if self.speed != 1 else [])))
        self.steps: list[Step] = []
        self.earned: dict[str, float] = {}
        self.maps: list[Panel] = []
        self.videos: list[VideoWriter] = []
        self.calls = 0

    def begin(self, env: Environment, info: dict[str, Any]) -> None:
        bare = env.unwrapped
        if not isinstance(bare, Rendered):
            raise InvalidValueError(
                f"{type(bare).__name__} cannot be filmed: it has no 'render' and 'metadata'."
            )
        self.env: Rendered = bare
        self.title = info["instruction"] or "(no instruction)"
        self.goal: str = info["goal"]
        self.earned = dict.fromkeys(info["reward_terms"], 0.0)
        self.side = panel_side(len(self._scene()))
        # Of an environment that cannot be filmed while the arm moves, each step is one frame.
        self.moving = bare if isinstance(bare, Filmable) else None
        self.every = 1 if self.speed < 1.0 else EVERY
        if self.moving is None:
            self.fps = float(self.env.metadata.get("render_fps", 10))
        else:
            self.fps = self.speed * self.moving.film(self._while_moving) / self.every
            self.stack.callback(self.moving.film, None)
        suffixes = (".mp4", ".gif") if self.config.gif else (".mp4",)
        for suffix in suffixes:
            writer = VideoWriter(self.path.with_suffix(suffix), self.fps)
            self.videos.append(self.stack.enter_context(writer))

    def before_action(self, policy: Policy, observations: Observations) -> None:
        self.seen: Frame = observations[IMAGE][self.row]
        if self.config.heatmap:
            self.maps = self._maps(policy, observations)
        if not self.steps or self.speed < 1.0:
            self._add(self._scene(), len(self.steps), seconds=HOLD_BEFORE)

    def after_step(self, step: Step) -> None:
        self.steps.append(step)
        for name, value in step.reward_terms.items():
            self.earned[name] = self.earned.get(name, 0.0) + value
        if self.moving is None:
            self._add(self._scene(), step.number)

    def finish(self, episode: Episode) -> None:
        outcome = "success" if episode.success_once else "failed"
        outcome, reason = ("error", episode.error) if episode.error else (outcome, episode.failure)
        last = self._screen(self._scene(), episode.steps, outcome, reason)
        self._write(last, HOLD_AFTER)
        if self.config.poster:
            poster = frames.scale(last, min(POSTER_HEIGHT, len(last)))
            frames.write_picture(poster, self.path.with_suffix(".jpg"))
        if self.config.steps:
            lines = [step.to_json() for step in self.steps]
            write_json_lines(self.path.with_suffix(".jsonl"), lines)

    def _maps(self, policy: Policy, observations: Observations) -> list[Panel]:
        heat = policy.attention(observations) if isinstance(policy, Attentive) else {}
        # What is looked for of a role that the goal does not have means nothing.
        roles = [role for role in heat if role == "target" or f'"{role}":' in self.goal]
        if not roles:
            raise InvalidValueError(f"The policy '{policy.name}' has no heat-map to show.")
        seen = frames.scale(self.seen, self.side)
        return [
            Panel(f"where it looks: {role}", frames.heatmap_overlay(seen, heat[role][self.row]))
            for role in roles
        ]

    def _while_moving(self) -> None:
        self.calls += 1
        if self.calls % self.every == 0:
            self.seen = self._camera("front", len(self.seen))
            self._add(self._scene(), len(self.steps) + 1)

    def _camera(self, name: str, size: int) -> Frame:
        if not isinstance(self.env, ShowsCameras):
            raise InvalidValueError(f"{type(self.env).__name__} has no camera '{name}' to film.")
        return self.env.camera_picture(name, size)

    def _scene(self) -> Frame:
        """Return the square scene without the words that the environment writes below it."""
        picture: Frame = self.env.render()
        return picture[: picture.shape[1]]

    def _add(self, scene: Frame, step: int, seconds: float = 0.0) -> None:
        self._write(self._screen(scene, step), seconds)

    def _write(self, frame: Frame, seconds: float = 0.0) -> None:
        for writer in self.videos:
            is_gif = writer.path.suffix == ".gif"
            picture = frames.scale(frame, GIF_HEIGHT) if is_gif else frame
            for _ in range(max(1, round(seconds * self.fps))):
                writer.add(picture)

    def _screen(
        self, scene: Frame, step: int, outcome: str | None = None, reason: str = ""
    ) -> Frame:
        cameras = [
            Panel(f"camera: {name}", self._camera(name, self.side)) for name in self.config.cameras
        ]
        panels = [
            Panel(SEES if self.maps else "front camera", self.seen),
            Panel("reward so far", reward_bars(self.earned, self.side)),
            *self.maps,
            *cameras,
        ]
        return screen(
            self.title,
            scene,
            panels,
            step=step,
            facts=self.facts,
            outcome=outcome,
            reason=reason,
        )
