"""Record demonstrations of the expert, to learn from by imitation. Failed episodes are left out.

With --kind perception, pictures with texts are drawn instead; that has options of its own, see
`vlsim collect --kind perception --help`.

Interrupt it with Ctrl-C; the same command goes on where it stopped.

Examples:
  vlsim collect --task reach --episodes 100 --out demonstrations
  vlsim collect --task push --robot iiwa --control planar --randomization looks --out varied
  vlsim collect --task sequence --cameras front,wrist --format lerobot --out chains
  vlsim collect --kind perception --pictures 1000 --out pictures
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vlsim.errors import InvalidValueError
from vlsim.progress import Progress
from vlsim.scripts import checks, collect_pictures, makers
from vlsim.scripts.options import read_options
from vlsim.seeding import check_seed

if TYPE_CHECKING:
    from vlsim.data.collection import Collection

LEROBOT = "lerobot"
"""A format, and the folder of it."""
PERCEPTION = "--kind perception"
"""What asks for pictures instead."""


@dataclass(frozen=True)
class CollectConfig:
    """What is recorded."""

    task: str
    """What the expert does; `vlsim list tasks` shows them all."""
    out: Path
    """Folder that receives manifest.json and the shards; one that was begun is finished."""
    kind: Literal["demonstrations", "perception"] = "demonstrations"
    """What is collected: demonstrations, or pictures with texts, which has other options."""
    control: str = makers.CONTROL
    """Control mode: ee_delta, primitive, joint_delta, planar or discrete."""
    robot: str = makers.ROBOT
    """What moves; `vlsim list robots` shows them all."""
    randomization: str = ""
    """What else differs between episodes: `vlsim list randomizations`, with commas, or JSON."""
    cameras: str = makers.CAMERA
    """Cameras whose pictures are recorded, with commas; the front one always is."""
    episodes: int = 400
    """Episodes that are tried; those that fail are counted and left out."""
    set: str = "seen"
    """Instruction set; `vlsim list sets` shows them all."""
    image_size: int = makers.IMAGE_SIZE
    """Side of the picture, pixels."""
    seed: int = 0
    """Picks the list of episodes. None of them is an episode of `vlsim benchmark`."""
    format: Literal["vlsim", "lerobot"] = "vlsim"
    """What is written: vlsim's own files alone, or also a LeRobotDataset v3.0, in OUT/lerobot."""
    workers: int = field(default_factory=checks.usable_cores)
    """Processes; 0: do everything in this one. The files do not depend on it."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean no episode."""
        if self.episodes < 1:
            raise InvalidValueError(f"episodes must be at least 1, got {self.episodes}.")
        check_seed(self.seed)


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim collect`."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if PERCEPTION in " ".join(arguments).replace("--kind=", "--kind "):
        collect_pictures.main(arguments)
        return
    config = read_options(CollectConfig, arguments, "vlsim collect", __doc__)
    try:
        collection = collect(config)
    except KeyboardInterrupt:
        print(
            f"Stopped. What was recorded is in {config.out}; the same command goes on from there.",
            file=sys.stderr,
        )
        raise
    held = collection.manifest
    print(f"{config.out}: kept {held.kept} of {held.tried} episodes, {held.rows} steps.")
    if config.format == LEROBOT:
        print(f"LeRobot dataset: {config.out / LEROBOT}")


def collect(config: CollectConfig) -> "Collection":
    """Fill a folder with demonstrations and return what is in it."""
    checks.check_task(config.task)
    checks.check_ability(config.task, config.control, config.robot)
    sets = checks.split_sets(config.set)
    if len(sets) != 1:
        raise InvalidValueError(f"Demonstrations are of one instruction set, got '{config.set}'.")

    # These import much, so mistakes in the options are found before.
    from vlsim.agents.scripted.expert import Expert
    from vlsim.data.collection import Collection
    from vlsim.data.lerobot import check_extra, write_lerobot
    from vlsim.data.manifest import Request
    from vlsim.data.recorder import Recorder
    from vlsim.envs import make_env
    from vlsim.interface.cameras import check_image_size, choose_cameras
    from vlsim.interface.observation import channels
    from vlsim.parallel.pool import run_tasks
    from vlsim.robots.catalogue import ROBOTS

    if config.format == LEROBOT:
        check_extra()
    whole = channels(config.control, len(ROBOTS[config.robot].joints))
    request = Request(
        task=config.task,
        control=config.control,
        set=sets[0],
        episodes=config.episodes,
        seed=config.seed,
        image_size=check_image_size(config.image_size),
        code=makers.simulation_code(),
        pose=whole.pose,
        action=whole.action,
        robot=config.robot,
        randomization=checks.check_randomization(config.randomization),
        cameras=tuple(choose_cameras(config.cameras)),
    )
    make_environment = partial(
        make_env,
        request.task,
        request.control,
        instruction_set=request.set,
        image_size=request.image_size,
        robot=request.robot,
        randomization=request.randomization,
        cameras=request.cameras,
        privileged=True,
    )
    make_recorder = partial(Recorder, request, make_environment, Expert)
    collection = Collection(config.out, request)
    tried = collection.manifest.tried
    with Progress("Collect", config.episodes, "episodes", initial=tried) as progress:
        for shard in run_tasks(make_recorder, collection.missing, config.workers):
            collection.add(shard)
            held = collection.manifest
            notes = {"kept": str(held.kept), "steps": str(held.rows)}
            progress.advance(len(shard.attempts), notes)
    if config.format == LEROBOT:
        write_lerobot(config.out, config.out / LEROBOT)
    return collection


if __name__ == "__main__":
    main()
