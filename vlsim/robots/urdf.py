"""What a URDF has: links and joints, read without a simulator, so that mistakes can be named."""

import math
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from vlsim.errors import InvalidValueError

MOVABLE = ("revolute", "continuous", "prismatic")


@dataclass(frozen=True)
class Joint:
    """A joint that moves: its limits in radians, or in metres if it slides."""

    name: str
    low: float
    high: float
    slides: bool


@dataclass(frozen=True)
class Urdf:
    """What a robot description names.

    Args:
        links: Names of the links.
        joints: The joints that move, by name.
    """

    links: tuple[str, ...]
    joints: dict[str, Joint]


def read_urdf(path: Path) -> Urdf:
    """Read a robot description.

    Raises:
        InvalidValueError: If the file is missing or no URDF; names it.
    """
    if not path.is_file():
        raise InvalidValueError(f"There is no file {path}.")
    try:
        root = ET.parse(path).getroot()
    except (ET.ParseError, UnicodeDecodeError) as error:
        raise InvalidValueError(f"{path} is no URDF: {error}.") from error
    if root.tag != "robot":
        raise InvalidValueError(f"{path} is no URDF: it describes a <{root.tag}>, not a <robot>.")
    joints = {
        joint.get("name", ""): _joint(joint, path)
        for joint in root.findall("joint")
        if joint.get("type") in MOVABLE
    }
    return Urdf(tuple(link.get("name", "") for link in root.findall("link")), joints)


def _joint(joint: ET.Element, path: Path) -> Joint:
    name, slides = joint.get("name", ""), joint.get("type") == "prismatic"
    limit = joint.find("limit")
    if joint.get("type") == "continuous" or limit is None:
        return Joint(name, -math.inf, math.inf, slides)
    try:
        low, high = float(limit.get("lower", 0.0)), float(limit.get("upper", 0.0))
    except ValueError as error:
        raise InvalidValueError(f"{path}: the limits of joint '{name}' are no numbers.") from error
    return Joint(name, low, high, slides)
