"""What a server says about its policy before it is asked anything."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from vlsim.errors import InvalidValueError
from vlsim.interface.action import action_spec
from vlsim.interface.observation import IMAGE, PROPRIO, camera_key, channels
from vlsim.interface.policy import ANY, Policy, PolicySpec
from vlsim.reader import read_as
from vlsim.robots.catalogue import ROBOTS

PROTOCOL: Final = 1
"""Version of what vlsim adds to openpi's protocol; its clients ignore it."""
PROMPT = "prompt"
"""Key of the instruction, in words."""
SEED = "vlsim/seed"
"""Key of what an episode began with; a policy that draws by chance draws from it."""


@dataclass(frozen=True)
class Description:
    """The map that a server of vlsim sends first."""

    vlsim_protocol: int
    policy: str
    """How the policy is called where it is served."""
    policy_hash: str
    """Of its weights or its code; "" if there is none."""
    spec: PolicySpec
    action_space: dict[str, Any]
    """Channels with unit, low and high (an entry of -1 and 1), and the rate; {} for any control."""
    obs_spec: dict[str, Any]
    """What a request holds: shape, type and meaning of each entry."""

    def to_map(self) -> dict[str, Any]:
        """Return the map."""
        return asdict(self)


def describe(policy: Policy, policy_hash: str) -> Description:
    """Return what a server says about a policy.

    >>> from types import SimpleNamespace
    >>> spec = PolicySpec("ee_delta", "panda", {"front": 64}, 10)
    >>> found = describe(SimpleNamespace(name="mine", spec=spec), "")
    >>> found.action_space["channels"][0]
    {'name': 'dx', 'unit': 'm', 'low': -0.05, 'high': 0.05}
    >>> found.obs_spec["image"]["shape"]
    [64, 64, 3]
    """
    spec = policy.spec
    pictures = {
        camera_key(IMAGE, name): {
            "shape": [size, size, 3],
            "dtype": "|u1",
            "meaning": f"RGB, top row first, camera '{name}'",
        }
        for name, size in spec.cameras.items()
    }
    told = {PROMPT: {"dtype": "str", "meaning": "the instruction, '' where nothing is said"}}
    measured = {}
    if spec.control != ANY:
        whole = channels(spec.control, _n_joints(spec))
        names = [*whole.pose, *(f"previous {name}" for name in whole.action)]
        meaning = "metres, radians, base frame; previous action in [-1, 1]"
        measured[PROPRIO] = {
            "shape": [whole.n_proprio],
            "dtype": "<f4",
            "names": names,
            "meaning": meaning,
        }
    return Description(
        vlsim_protocol=PROTOCOL,
        policy=policy.name,
        policy_hash=policy_hash,
        spec=spec,
        action_space=action_space(spec),
        obs_spec={**pictures, **measured, **told},
    )


def action_space(spec: PolicySpec) -> dict[str, Any]:
    """Return what the actions of a policy are made of; {} if it acts by any control mode."""
    if spec.control == ANY:
        return {}
    joints = ROBOTS[spec.robot].read_joints() if _moves_joints(spec) else ()
    sliding = {i for i, joint in enumerate(joints) if joint.slides}
    whole = action_spec(spec.control, _n_joints(spec), sliding)
    return {
        "control": whole.control,
        "rate_hz": whole.rate_hz,
        "channels": [asdict(channel) for channel in whole.channels],
        "choices": list(whole.choices),
    }


def read_description(message: object, server: str) -> Description | None:
    """Return what a server said first; None if it is openpi's or another's.

    Raises:
        InvalidValueError: If it is of another version, or its actions mean something else here.
    """
    if not isinstance(message, Mapping):
        raise InvalidValueError(
            f"The server {server} must begin with a map, as openpi's do, got a "
            f"{type(message).__name__}."
        )
    if "vlsim_protocol" not in message:
        return None
    if (version := message["vlsim_protocol"]) != PROTOCOL:
        raise InvalidValueError(
            f"The server {server} speaks version {version!r:.20} of vlsim's protocol, this vlsim "
            f"version {PROTOCOL}; install the same vlsim on both sides."
        )
    known = {field.name for field in fields(Description)}
    found = read_as(
        Description,
        {key: value for key, value in message.items() if key in known},
        f"What the server {server} says about its policy",
    )
    _check_actions(found, server)
    return found


def _check_actions(found: Description, server: str) -> None:
    """Refuse a server whose numbers stand for other distances, angles or rates than here."""
    ours, theirs = action_space(found.spec), found.action_space
    if theirs == ours:
        return
    for key in dict.fromkeys((*ours, *theirs)):
        here, there = ours.get(key), theirs.get(key)
        if key == "channels" and isinstance(here, list) and isinstance(there, list):
            if len(here) != len(there):
                here, there = f"{len(here)} channels", f"{len(there)}"
            else:
                pairs = zip(here, there, strict=True)
                here, there = next(((a, b) for a, b in pairs if a != b), (here, there))
        if here != there:
            raise InvalidValueError(
                f"The server {server} states for its actions '{key}' {there!r:.90}, and here that "
                f"is {here!r:.90}; install the same vlsim on both sides."
            )


def _moves_joints(spec: PolicySpec) -> bool:
    return spec.control == "joint_delta" and spec.robot != ANY


def _n_joints(spec: PolicySpec) -> int:
    return 7 if spec.robot == ANY else len(ROBOTS[spec.robot].joints)
