"""Film a policy: the very episodes that `vlsim benchmark` counts, with what the policy looks at.

Examples:
  vlsim record --policy expert --task drawer --robot iiwa --cameras front,wrist
  vlsim record --policy runs/demo --task pick_place --set combo --heatmap --randomization light
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from vlsim.errors import InvalidValueError
from vlsim.files import make_folder
from vlsim.scripts import arena
from vlsim.scripts.options import read_options
from vlsim.scripts.sentences import find_sets
from vlsim.seeding import check_seed


@dataclass(frozen=True)
class RecordConfig:
    """What is filmed."""

    policy: str
    """expert, random, zoo:NAME, a run folder or a bundle folder."""
    task: str
    """What it does; `vlsim list tasks` shows them all."""
    set: str = "seen"
    """Instruction set; `vlsim list sets` shows them all. Or a file of your own: my.jsonl."""
    episodes: int = 4
    """How many."""
    first: int = 0
    """Which episode of the benchmark is the first, counted from 0."""
    out: Path = Path("videos")
    """Folder that receives the videos, episodes.jsonl, and what happened at each step."""
    control: str = arena.AUTO
    """Control mode; auto: what the policy was trained with, else ee_delta."""
    robot: str = arena.AUTO
    """What moves; auto: what the policy was trained with, else panda."""
    cameras: str = ""
    """Cameras whose pictures are shown beside the film, with commas: front, wrist, viewer."""
    randomization: str = ""
    """What else differs between episodes: `vlsim list randomizations`, with commas, or JSON."""
    image_size: int = 0
    """Side of the picture, pixels; 0: what the policy was trained with, else 64."""
    seed: int = 0
    """Picks the list of episodes, as in `vlsim benchmark`."""
    heatmap: bool = False
    """Show where the policy believes the named object to be."""
    gif: bool = False
    """Write a small gif beside each mp4."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean no episode."""
        if self.episodes < 1 or self.first < 0:
            raise InvalidValueError(
                "episodes must be at least 1 and first at least 0, got "
                f"{self.episodes} and {self.first}."
            )
        check_seed(self.seed)


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim record`."""
    record(read_options(RecordConfig, argv, "vlsim record", __doc__))


def record(config: RecordConfig) -> None:
    """Film episodes and print what became of each."""
    arena.check_task(config.task)
    conditions = arena.conditions([config.policy], config.control, config.image_size, config.robot)
    control = conditions.control
    arena.check_ability(config.task, control, conditions.robot)

    from vlsim.episode import write_episodes
    from vlsim.evaluation import benchmark_seeds
    from vlsim.evaluation.film import FilmConfig, film_episode
    from vlsim.evaluation.rollout import GROUP, Setting

    (set_name, *others), files = find_sets(config.set, config.task)
    if others:
        raise InvalidValueError(f"A film is of one instruction set, got '{config.set}'.")
    seeds = benchmark_seeds(config.first + config.episodes, config.seed)
    setting = Setting(config.policy, config.task, control, set_name)
    policy = arena.PolicyMaker(config.policy, config.task, control)()
    shown = arena.split_cameras(config.cameras)
    make_env = arena.EnvMaker(
        config.task,
        conditions,
        arena.check_randomization(config.randomization),
        tuple(dict.fromkeys((arena.CAMERA, *shown))),
        files,
    )
    films = FilmConfig(heatmap=config.heatmap, cameras=shown, gif=config.gif, steps=True)
    make_folder(config.out)
    arena.warn_of_other_tasks([config.policy], config.task)
    episodes = []
    numbers = range(config.first, config.first + config.episodes)
    for i in tqdm(numbers, desc="episodes", disable=None):
        path = config.out / f"{set_name}-{i:03d}.mp4"
        episode = film_episode(
            policy, make_env, seeds[i], setting, path, config=films, row=i % GROUP
        )
        episodes.append(episode)
        outcome = "success" if episode.success_once else "failed"
        tqdm.write(f"{outcome:8}{path}  {episode.instruction or '(no instruction)'}")
    write_episodes(config.out / "episodes.jsonl", episodes)


if __name__ == "__main__":
    main()
