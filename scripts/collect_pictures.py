"""Draw pictures of scenes, with all that can be said of each, to learn to see and to say from.

Beside the pictures stand files that tools of COCO, VQAv2 and RefCOCO read. Interrupt it with
Ctrl-C; the same command goes on where it stopped.

Examples:
  vlsim collect --kind perception --pictures 1000 --out pictures
  vlsim collect --kind perception --pictures 50000 --image-size 128 --format jpeg --out many
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from vlsim.progress import Progress
from vlsim.scripts import checks, makers
from vlsim.scripts.options import read_options
from vlsim.seeding import check_seed


@dataclass(frozen=True)
class PicturesConfig:
    """What is drawn."""

    kind: Literal["demonstrations", "perception"]
    """What is collected."""
    out: Path
    """Folder that receives the pictures and files; one that was begun is finished."""
    pictures: int = 1000
    """Pictures in all splits together."""
    image_size: int = makers.IMAGE_SIZE
    """Side of the picture, pixels."""
    format: Literal["png", "jpeg"] = "png"
    """How pictures are compressed: png keeps every pixel, jpeg does not."""
    seed: int = 0
    """Of all chance in the pictures."""
    workers: int = field(default_factory=checks.usable_cores)
    """Processes; 0: do everything in this one. The files do not depend on it."""

    def __post_init__(self) -> None:
        """Refuse a seed that is none."""
        check_seed(self.seed)


def main(argv: Sequence[str]) -> None:
    """Entry point of `vlsim collect --kind perception`."""
    config = read_options(PicturesConfig, argv, "vlsim collect", __doc__)
    try:
        collect_pictures(config)
    except KeyboardInterrupt:
        print(
            f"Stopped. What was drawn is in {config.out}; the same command goes on from there.",
            file=sys.stderr,
        )
        raise
    print(f"{config.out}: {config.pictures} pictures.")


def collect_pictures(config: PicturesConfig) -> None:
    """Fill a folder with pictures."""
    from vlsim.data.picture_folder import PictureFolder, PictureRequest
    from vlsim.interface.cameras import check_image_size

    request = PictureRequest(
        config.pictures,
        check_image_size(config.image_size),
        config.seed,
        config.format,
        makers.simulation_code(),
    )
    folder = PictureFolder(config.out, request)
    with Progress("Collect", config.pictures, "pictures") as progress:
        before = 0
        for held in folder.fill(config.workers):
            progress.advance(held - before, {})
            before = held
