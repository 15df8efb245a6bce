"""Film the shipped policy for the README: episodes of the benchmark, one after the other in a gif.

    python -m tools.docs.rollout_gif --out docs/images/rollout.gif

In each, something is named that training never shows: a blue cylinder, and a red bowl.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tyro
from PIL import Image, ImageSequence

from vlsim.scripts import record
from vlsim.video.frames import Frame, write_video

FPS = 12.5
"""Frames of a gif take hundredths of a second."""


@dataclass(frozen=True)
class RolloutConfig:
    """What is filmed, and where the gif goes."""

    policy: str = "zoo:demo"
    """Policy to film."""
    task: str = "pick_place"
    """Task to run."""
    set: str = "combo"
    """Instruction set."""
    episodes: tuple[int, ...] = (2, 5)
    """Numbers of the episodes in the benchmark's list. Their instructions need as many lines."""
    out: Path = Path("docs/images/rollout.gif")
    """The gif."""


def main(argv: Sequence[str] | None = None) -> None:
    """Write the gif."""
    config = tyro.cli(RolloutConfig, args=argv, description=__doc__)
    with TemporaryDirectory() as folder:
        what = ["--policy", config.policy, "--task", config.task, "--set", config.set]
        for number in config.episodes:
            one = ["--first", str(number), "--episodes", "1", "--heatmap", "--gif"]
            record.main([*what, *one, "--out", folder])
        write_video(frames(sorted(Path(folder).glob("*.gif"))), config.out, FPS)


def frames(gifs: Sequence[Path]) -> Iterator[Frame]:
    """Return the frames of gifs, one after the other."""
    for path in gifs:
        with Image.open(path) as gif:
            for frame in ImageSequence.Iterator(gif):
                yield np.asarray(frame.convert("RGB"))


if __name__ == "__main__":
    main()
