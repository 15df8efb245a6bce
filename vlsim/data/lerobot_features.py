"""The columns of a LeRobot dataset: what its `info.json` says of them, and their types."""

from typing import Any, TypeAlias

from vlsim.data.lerobot_language import EVENTS, PERSISTENT
from vlsim.data.manifest import Request

Feature: TypeAlias = dict[str, Any]
Arrow: TypeAlias = Any
"""The module `pyarrow`, and what it makes: it is imported only where a dataset is written."""

SCALARS = {
    "next.reward": "float32",
    "next.success": "bool",
    "next.done": "bool",
    "timestamp": "float32",
    "frame_index": "int64",
    "episode_index": "int64",
    "index": "int64",
    "task_index": "int64",
    PERSISTENT: "language",
    EVENTS: "language",
}


def features(request: Request) -> dict[str, Feature]:
    """Return type, shape and names of every column."""
    side = request.image_size
    axes = ["height", "width", "channels"]
    picture = {"dtype": "image", "shape": [side, side, 3], "names": axes}
    return {
        **{f"observation.images.{camera}": picture for camera in request.cameras},
        "observation.state": _vector(request.pose),
        "action": _vector(request.action),
        **{key: {"dtype": kind, "shape": [1], "names": None} for key, kind in SCALARS.items()},
    }


def schema(request: Request, arrow: Arrow) -> Arrow:
    """Return the types of the columns: what has the shape (1,) is a plain number there."""
    texts = [
        arrow.field(name, arrow.string(), nullable=name != "role")
        for name in ("role", "content", "style", "camera")
    ]
    # Always null here. LeRobot reads text as JSON, and pyarrow makes no JSON type from Python.
    calls = arrow.field("tool_calls", arrow.list_(arrow.string()))
    moment = arrow.field("timestamp", arrow.float32(), nullable=False)
    types = {
        "image": arrow.struct({"bytes": arrow.binary(), "path": arrow.string()}),
        "float32": arrow.float32(),
        "int64": arrow.int64(),
        "bool": arrow.bool_(),
        PERSISTENT: arrow.list_(arrow.struct([*texts[:3], moment, texts[3], calls])),
        EVENTS: arrow.list_(arrow.struct([*texts, calls])),
    }
    fields = []
    for key, feature in features(request).items():
        kind = types[key if feature["dtype"] == "language" else feature["dtype"]]
        n_entries = feature["shape"][0] if len(feature["shape"]) == 1 else 1
        fields.append((key, arrow.list_(kind, n_entries) if n_entries > 1 else kind))
    return arrow.schema(fields)


def _vector(names: tuple[str, ...]) -> Feature:
    return {"dtype": "float32", "shape": [len(names)], "names": list(names)}
