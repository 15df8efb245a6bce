"""What a folder of demonstrations is: the request, the shards and the episodes that were tried."""

import re
from dataclasses import dataclass
from pathlib import Path

from vlsim.errors import InvalidValueError
from vlsim.files import read_json
from vlsim.interface.action import CONTROL_NAMES, control_rate
from vlsim.interface.observation import IMAGE, Channels, camera_key
from vlsim.reader import read_as

FORMAT, SCHEMA_VERSION = "vlsim demonstrations", 2
MANIFEST = "manifest.json"
SHARD_EPISODES = 25
"""Episodes that a shard stands for; those among them that failed have no rows."""
SHARD_NAME = re.compile(r"shard-\d{5}\.safetensors")
LARGEST_SHARD = 4 << 30
"""Most bytes of a shard that is read."""


@dataclass(frozen=True)
class Request:
    """Everything that decides the contents of a folder of demonstrations."""

    task: str
    control: str
    set: str
    episodes: int
    """Episodes that are tried."""
    seed: int
    image_size: int
    code: str
    """What the episodes come from, as a hash of modules and the versions of plug-ins: shards of two
    versions are never mixed."""
    pose: tuple[str, ...]
    """What the proprioception begins with, before the previous action."""
    action: tuple[str, ...]
    """What an action is made of."""
    robot: str = "panda"
    randomization: str = ""
    """As in `EnvConfig`: names with commas, or JSON."""
    cameras: tuple[str, ...] = ("front",)
    """Names of the cameras, the front one first."""

    def __post_init__(self) -> None:
        """Refuse what no demonstrations can be of."""
        if self.control not in CONTROL_NAMES:
            raise InvalidValueError(
                f"'control' must be one of {', '.join(CONTROL_NAMES)}, got {self.control!r:.80}."
            )
        for name in ("episodes", "image_size"):
            if getattr(self, name) < 1:
                raise InvalidValueError(f"'{name}' must be 1 or more, got {getattr(self, name)}.")
        if not self.action:
            raise InvalidValueError("'action' must name what an action is made of, got nothing.")

    @property
    def channels(self) -> Channels:
        """What is measured and done."""
        return Channels(self.pose, self.action)

    @property
    def fps(self) -> int | None:
        """Steps a second; None where a step is a whole motion."""
        return control_rate(self.control)

    @property
    def image_keys(self) -> tuple[str, ...]:
        """Names of the pictures, as in an observation; that of the front camera first."""
        return tuple(camera_key(IMAGE, name) for name in self.cameras)

    @property
    def n_shards(self) -> int:
        """Number of shards."""
        return -(-self.episodes // SHARD_EPISODES)

    def in_shard(self, shard: int) -> range:
        """Return the numbers of the episodes that a shard stands for."""
        return range(shard * SHARD_EPISODES, min(self.episodes, (shard + 1) * SHARD_EPISODES))


@dataclass(frozen=True)
class Attempt:
    """An episode that was tried; it has rows only if it succeeded."""

    episode: int
    seed: int
    instruction: str
    goal: str
    """What the instruction means, as JSON."""
    steps: int
    success: bool
    reward: float
    """Sum over the steps."""
    subtasks: tuple[tuple[int, str], ...]
    """The steps at which parts of a chain begin, and what each asks for."""
    objects: tuple[str, ...]
    """An unambiguous name for each object of the scene, "" where there is none."""


@dataclass(frozen=True)
class ShardEntry:
    """A shard as the manifest describes it."""

    name: str
    bytes: int
    sha256: str
    rows: int
    episodes: tuple[Attempt, ...]

    def __post_init__(self) -> None:
        """Refuse a file that cannot be a shard of this folder."""
        if not SHARD_NAME.fullmatch(self.name):
            raise InvalidValueError(
                f"'name' must be that of a shard, such as shard-00000.safetensors, got "
                f"{self.name!r:.80}."
            )
        if not 0 <= self.bytes <= LARGEST_SHARD:
            raise InvalidValueError(
                f"'bytes' must be from 0 to {LARGEST_SHARD}, got {self.bytes} of {self.name}."
            )


@dataclass(frozen=True)
class Manifest:
    """What is in a folder of demonstrations; it is complete when it has all shards."""

    format: str
    schema_version: int
    request: Request
    fps: int | None
    """Steps a second; None where a step is a whole motion."""
    tried: int
    kept: int
    """Episodes that succeeded."""
    rows: int
    """Steps of these."""
    shards: tuple[ShardEntry, ...]

    @staticmethod
    def of(request: Request, shards: tuple[ShardEntry, ...]) -> "Manifest":
        """Return the manifest of a folder with these shards."""
        attempts = [attempt for shard in shards for attempt in shard.episodes]
        kept, rows = sum(a.success for a in attempts), sum(shard.rows for shard in shards)
        n = len(attempts)
        return Manifest(FORMAT, SCHEMA_VERSION, request, request.fps, n, kept, rows, shards)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a folder of demonstrations.

    Raises:
        InvalidValueError: If there is none, or it is of another format or version, or a field is
            not what it must be; names file and field.
    """
    path = folder / MANIFEST
    data = read_json(path)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InvalidValueError(f"{path} is no manifest of {FORMAT!r}.")
    if data.get("schema_version") != SCHEMA_VERSION:
        version = data.get("schema_version")
        raise InvalidValueError(
            f"{path} has schema version {version!r:.80}; this vlsim reads {SCHEMA_VERSION}."
        )
    return read_as(Manifest, data, str(path))
