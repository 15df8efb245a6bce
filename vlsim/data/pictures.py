"""Pictures with all that can be said of them, drawn for whoever learns from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vlsim.annotations import Annotation, View, annotate
from vlsim.data.splits import ATTEMPTS, SPLITS, Split
from vlsim.errors import InvalidValueError, PlacementError
from vlsim.parallel.pool import run_tasks
from vlsim.parallel.worker import Stateless
from vlsim.scene.still import StillScenes
from vlsim.seeding import derive, stream
from vlsim.world.camera import FRONT

CHUNK = 125
"""Pictures that one task of a worker draws."""
REMEDY = "Start again with fewer --workers."


@dataclass(frozen=True, eq=False)
class Pictures:
    """N pictures, and what can be said of each.

    Args:
        images: Shape (N, S, S, 3), uint8.
        annotations: One for each.
    """

    images: NDArray[np.uint8]
    annotations: Sequence[Annotation]

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.images)

    def part(self, rows: slice) -> "Pictures":
        """Return some of them."""
        return Pictures(self.images[rows], self.annotations[rows])

    @staticmethod
    def joined(parts: "Sequence[Pictures]") -> "Pictures":
        """Return the pictures of several parts, in order."""
        return Pictures(
            np.concatenate([part.images for part in parts]),
            tuple(annotation for part in parts for annotation in part.annotations),
        )


class Drawn(NamedTuple):
    """One picture: the pixels (S, S, 3), uint8, what it shows, and what can be said of it."""

    image: NDArray[np.uint8]
    view: View
    annotation: Annotation


def draw_pictures(
    count: int, image_size: int, seed: int, workers: int = 2, split: str = "train"
) -> Iterator[Pictures]:
    """Yield pictures in parts, in order; the same for any number of workers.

    Args:
        count: How many.
        image_size: Side of the pictures, pixels.
        seed: Of all chance in them.
        workers: Processes; 1 draws in this one.
        split: One of `SPLITS`.

    Raises:
        UnknownNameError: If there is no such split.
        WorkerError: If worker processes die over the same pictures again and again.
    """
    split = SPLITS[split].name
    tasks = [
        (split, image_size, seed, range(start, min(start + CHUNK, count)))
        for start in range(0, count, CHUNK)
    ]
    draw = partial(Stateless, _draw_part)
    yield from run_tasks(draw, tasks, workers if workers > 1 else 0, in_order=True, remedy=REMEDY)


def _draw_part(task: tuple[str, int, int, range]) -> Pictures:
    split, image_size, seed, numbers = task
    drawn = list(draw_numbers(SPLITS[split], numbers, image_size, seed))
    return Pictures(np.stack([one.image for one in drawn]), tuple(one.annotation for one in drawn))


def draw_numbers(
    split: Split, numbers: Sequence[int], image_size: int, seed: int
) -> Iterator[Drawn]:
    """Yield the pictures of these numbers in a split; what comes before changes nothing.

    Raises:
        InvalidValueError: If the split never finds a scene.
    """
    stills = StillScenes()
    try:
        for number in numbers:
            yield _draw(stills, split, image_size, derive(seed, "picture", split.name, number))
    finally:
        stills.close()


def _draw(stills: StillScenes, split: Split, image_size: int, seed: int) -> Drawn:
    for attempt in range(ATTEMPTS):
        try:
            scene = split.scene(seed, attempt)
        except PlacementError:
            # The draw's objects do not fit on the table; those of the next one may.
            continue
        special = split.is_special
        if special is not None and not any(special(scene, i) for i in range(len(scene.specs))):
            continue
        picture = stills.draw(scene, FRONT, image_size)
        view = View(FRONT, stills.owners(picture))
        rng = stream(seed, "texts", attempt)
        said = annotate(scene, view, rng, only_nested=split.only_nested)
        annotation = split.select(said, scene)
        if annotation is not None:
            return Drawn(picture.rgb, view, annotation)
    raise InvalidValueError(f"The split '{split.name}' found no picture in {ATTEMPTS} scenes.")
