"""What things are: kinds, colours, sizes and materials, and one thing as a choice of each."""

import math
from dataclasses import dataclass
from functools import cached_property

from vlsim.errors import InvalidValueError
from vlsim.world.joint import BUTTON, DRAWER, SLIDER, Joint


@dataclass(frozen=True)
class Kind:
    """The geometry of one kind of object at size "small".

    `radius` is half the side of square kinds; `inner_radius` is 0 unless things fit inside; a kind
    with a joint is a fixture: it stands on the table like furniture, and a part of it moves; `flat`
    says that both ends are, so that it rests on other things and they on it. A kind that is held
    out is one that training never shows, and whose name it never says.
    """

    name: str
    movable: bool
    radius: float
    height: float
    square: bool = False
    inner_radius: float = 0.0
    joint: Joint | None = None
    flat: bool = False
    held_out: bool = False


KINDS: dict[str, Kind] = {
    k.name: k
    for k in (
        Kind("cube", movable=True, radius=0.020, height=0.040, square=True, flat=True),
        Kind("cylinder", movable=True, radius=0.018, height=0.048, flat=True),
        Kind("ball", movable=True, radius=0.020, height=0.040),
        Kind("bowl", movable=False, radius=0.055, height=0.030, inner_radius=0.047),
        Kind("pad", movable=False, radius=0.050, height=0.002, square=True),
        Kind("drawer", movable=False, radius=0.036, height=0.045, square=True, joint=DRAWER),
        Kind("button", movable=False, radius=0.030, height=0.036, square=True, joint=BUTTON),
        Kind("slider", movable=False, radius=0.022, height=0.042, square=True, joint=SLIDER),
        # The radius of these is that of the circle around them: the gripper spans the large ones.
        Kind("star", movable=True, radius=0.026, height=0.034, held_out=True),
        Kind("ring", movable=True, radius=0.024, height=0.030, held_out=True),
        Kind("cross", movable=True, radius=0.024, height=0.034, held_out=True),
        Kind("prism", movable=True, radius=0.028, height=0.040, held_out=True),
    )
}
CYLINDER_SIDES = 12
"""Of the prism that collides in a cylinder's stead: on one of them it lies still."""
TRAINED_KINDS: tuple[str, ...] = tuple(k for k, kind in KINDS.items() if not kind.held_out)
"""The kinds that training shows."""
COLORS: dict[str, tuple[float, float, float]] = {
    "red": (0.85, 0.08, 0.08),
    "green": (0.10, 0.60, 0.15),
    "blue": (0.10, 0.25, 0.90),
    "yellow": (0.95, 0.85, 0.10),
    "purple": (0.50, 0.10, 0.65),
    "orange": (1.00, 0.45, 0.00),
}
SIZES: dict[str, float] = {"small": 1.0, "large": 1.3, "tiny": 0.769}
"""Scale of each size; the ratio of two, 1.3 or more, keeps them apart in a picture."""
MATERIALS: tuple[str, ...] = ("plain", "wooden", "metal", "striped")
"""What things look as if made of; it changes nothing else."""
PLAIN = "plain"
"""The usual material."""


@dataclass(frozen=True, order=True)
class ObjectSpec:
    """What an object is: kind, colour, size, material. Two of one scene may share any of them."""

    kind: str
    color: str
    size: str = "small"
    material: str = PLAIN

    def __post_init__(self) -> None:
        """Refuse names that do not exist, and fixtures that are not plain."""
        for name, value, known in (
            ("kind", self.kind, KINDS),
            ("color", self.color, COLORS),
            ("size", self.size, SIZES),
            ("material", self.material, MATERIALS),
        ):
            if not isinstance(value, str) or value not in known:
                raise InvalidValueError(
                    f"The {name} '{value!s:.80}' is none of {', '.join(known)}."
                )
        if self.joint and self.material != PLAIN:
            raise InvalidValueError(
                f"A {self.kind} is always {PLAIN}, got '{self.material}'; only things without a "
                "joint are of other materials."
            )

    def __str__(self) -> str:
        """Return its words."""
        return self.words

    @cached_property
    def words(self) -> str:
        """Kind, colour and size, and the material unless plain: digests are made of it."""
        material = "" if self.material == PLAIN else f" {self.material}"
        return f"{self.kind} {self.color} {self.size}{material}"

    @property
    def movable(self) -> bool:
        """Whether the robot can move it (places are fixed)."""
        return KINDS[self.kind].movable

    @property
    def scale(self) -> float:
        """Factor on the kind's lengths."""
        return SIZES[self.size]

    # Goals and states ask for these many times in every step, and samplers many times a scene.
    @cached_property
    def radius(self) -> float:
        """Radius, or half the side of a square kind, metres."""
        return KINDS[self.kind].radius * self.scale

    @property
    def inner_radius(self) -> float:
        """Radius of the opening of a container, 0 for anything else, metres."""
        return KINDS[self.kind].inner_radius * self.scale

    @property
    def height(self) -> float:
        """Height above what it stands on, metres.

        Pads are 2 mm thick whatever their size. Fixtures are equally high, because the palm is only
        4 cm above the fingertips that hold a handle.
        """
        kind = KINDS[self.kind]
        return kind.height if kind.name == "pad" or kind.joint else kind.height * self.scale

    @cached_property
    def joint(self) -> Joint | None:
        """The joint of a fixture, at this size; None for anything else."""
        joint = KINDS[self.kind].joint
        return joint and joint.scaled(self.scale)

    @cached_property
    def footprint(self) -> float:
        """Radius of the smallest circle around its outline seen from above, metres.

        Of a fixture it is the circle around its centre that has room for all its positions.
        """
        if self.joint:
            return max(math.hypot(x, y) for x in self.joint.room[0] for y in self.joint.room[1])
        return self.radius * (2**0.5 if KINDS[self.kind].square else 1.0)
