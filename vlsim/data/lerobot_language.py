"""The language columns of a LeRobot dataset, exact: subtasks, boxes and points."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.data.demonstrations import NOTHING

PERSISTENT, EVENTS = "language_persistent", "language_events"
FRONT_IMAGES = "observation.images.front"
"""The camera that boxes and points are about."""

Row = dict[str, Any]


def subtask_rows(subtasks: Sequence[tuple[int, str]], fps: int) -> list[Row]:
    """Return what each part of an episode asks for, from when on; every frame carries all of it.

    Args:
        subtasks: The steps at which parts begin, and what they ask for.
        fps: Steps a second.
    """
    return [
        {**_row("assistant", text, "subtask", None), "timestamp": begin / fps}
        for begin, text in subtasks
    ]


def question_rows(
    frame: int,
    names: Sequence[str],
    objects: NDArray[np.int64],
    boxes: NDArray[np.int64],
    points: NDArray[np.float32],
) -> list[Row]:
    """Return a question about the picture of one frame and its answer; none if nothing is seen.

    LeRobot allows one a frame and camera. Even frames ask for the boxes of all that is named, odd
    ones in turn for the point where each is taken hold of.

    >>> names, objects = ("red cube", "blue bowl"), np.array([0, 1])
    >>> boxes = np.array([[1, 2, 3, 4], [-1, -1, -1, -1]])
    >>> question, answer = question_rows(0, names, objects, boxes, np.zeros((2, 2), np.float32))
    >>> question["content"]
    'What is the bounding box of the red cube?'
    >>> json.loads(answer["content"])["detections"]
    [{'label': 'red cube', 'bbox_format': 'xyxy', 'bbox': [1, 2, 3, 4]}]

    Args:
        frame: Its number in the episode.
        names: An unambiguous name for each object of the scene, "" where there is none.
        objects: Indices of the objects in their roles, -1 for none. Shape (R,).
        boxes: What is seen of them, pixels. Shape (R, 4).
        points: Where to take hold of them, pixels. Shape (R, 2).
    """
    # An object once: of a tower, the target of the present motion is one of its parts, too.
    seen = list(
        {
            index: (names[index], box.tolist(), point.tolist())
            for index, box, point in zip(objects.tolist(), boxes, points, strict=True)
            if index != NOTHING and names[index] and box[0] != NOTHING
        }.values()
    )
    if not seen:
        return []
    answer: Row
    if frame % 2 == 0:
        plural = "es" if len(seen) > 1 else ""
        question = f"What {'are' if plural else 'is'} the bounding box{plural} of "
        question += " and ".join(f"the {name}" for name, _, _ in seen) + "?"
        answer = {
            "detections": [
                {"label": name, "bbox_format": "xyxy", "bbox": box} for name, box, _ in seen
            ]
        }
    else:
        name, _, (x, y) = seen[frame // 2 % len(seen)]
        question = f"At which point is the {name}?"
        answer = {"label": name, "point_format": "xy", "point": [round(x, 1), round(y, 1)]}
    return [
        _row("user", question, "vqa", FRONT_IMAGES),
        _row("assistant", json.dumps(answer), "vqa", FRONT_IMAGES),
    ]


def _row(role: str, content: str, style: str, camera: str | None) -> Row:
    return {
        "role": role,
        "content": content,
        "style": style,
        "camera": camera,
        "tool_calls": None,
    }
