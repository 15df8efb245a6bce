"""Make the low-poly KUKA iiwa that vlsim draws, from PyBullet's own data, and give it a gripper.

The stock arm has 14,800 faces and no gripper; this one has about 150 faces a link and a parallel
gripper of boxes, whose pads are as wide and open as far as the Panda's. Kinematics, limits, masses
and inertias of the arm are the stock file's; only the gripper collides.

    python -m tools.assets.iiwa --out vlsim/scene/assets
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from tools.assets.meshes import CREASE_DEGREES, DECIMALS, FACES_PER_LINK, HIDDEN_WEIGHT, roughen
from tools.assets.shapes import Mesh
from tools.assets.simplify import collapse_edges
from tools.assets.stock import split_by_color
from tools.assets.visibility import visible_faces

LINKS = 8
COLORS = {"light": "0.86 0.87 0.89 1", "dark": "0.45 0.45 0.49 1", "ring": "0.66 0.67 0.70 1"}
"""None of the objects' colours, as the stock file's orange and blue would be."""
COLOR_OF_LINK = {0: "dark", 3: "ring", 6: "ring", 7: "dark"}
FLANGE_HEIGHT = 0.045
"""Of the last link above its frame, metres."""
Box = tuple[tuple[float, float, float], tuple[float, float, float]]
HAND: tuple[Box, ...] = (((0.060, 0.140, 0.050), (0.0, 0.0, 0.025)),)
FINGER: tuple[Box, ...] = (
    ((0.020, 0.012, 0.020), (0.0, 0.006, 0.044)),
    ((0.020, 0.018, 0.036), (0.0, 0.015, 0.018)),
)
"""(sides, centre) of boxes in the link's frame, metres: those that the Panda's finger collides as.
The inner face of the pad is the plane y = 0."""
FINGER_TRAVEL = 0.04
TIP_HEIGHT = 0.0966
"""Of the point between the pads above the hand's frame, metres."""
NOTICE = """\
KUKA LBR iiwa model of vlsim

iiwa.urdf and the .obj files in this folder are derived from the model in PyBullet's data
(pybullet_data/kuka_iiwa), Copyright (c) 2015, Robert Krug & Todor Stoyanov, AASS Research Center,
Orebro University, Sweden. Its licence is in LICENSE.txt.

Changes, all made by vlsim/scripts/make_iiwa.py: visual meshes simplified to about 150 faces a link;
greys instead of orange and blue; no collision shapes on the arm; a parallel gripper of boxes, made
for vlsim, on the last link. Joints, limits, masses and inertias of the arm are unchanged.
"""


@dataclass(frozen=True)
class MakeIiwaConfig:
    """Where the arm goes."""

    out: Path = Path(__file__).resolve().parents[2] / "vlsim" / "scene" / "assets"
    """Output folder for iiwa/."""


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `python -m tools.assets.iiwa`."""
    make_iiwa(tyro.cli(MakeIiwaConfig, args=argv, description=__doc__).out)


def make_iiwa(out: Path) -> None:
    """Write the meshes, the URDF, the licence and the notice of what was changed."""
    import pybullet_data

    stock = Path(pybullet_data.getDataPath()) / "kuka_iiwa"
    folder = out / "iiwa"
    folder.mkdir(parents=True, exist_ok=True)
    for link in range(LINKS):
        text = _simplify(stock / "meshes" / f"link_{link}.obj", f"link_{link}; see NOTICE.")
        (folder / f"link_{link}.obj").write_text(text, encoding="utf-8")
    source = (stock / "model.urdf").read_text(encoding="utf-8")
    (folder / "iiwa.urdf").write_text(_urdf(source), encoding="utf-8")
    (folder / "LICENSE.txt").write_text(_licence(source), encoding="utf-8")
    (folder / "NOTICE").write_text(NOTICE, encoding="utf-8")


def _simplify(path: Path, title: str) -> str:
    parts = list(split_by_color(path, path).values())
    first = np.cumsum([0, *(len(part.points) for part in parts)])
    faces = [part.faces + n for part, n in zip(parts, first[:-1], strict=True)]
    whole = Mesh(np.concatenate([part.points for part in parts]), np.concatenate(faces))
    rough = roughen(whole.welded())
    weights = np.where(visible_faces([rough])[0], 1.0, HIDDEN_WEIGHT)
    smaller = collapse_edges(rough, FACES_PER_LINK, weights)
    simple = Mesh(smaller.points.round(DECIMALS), smaller.faces).welded()
    outside = Mesh(simple.points, simple.faces[visible_faces([simple])[0]]).welded()
    return outside.to_obj(title, DECIMALS, CREASE_DEGREES)


def _licence(source: str) -> str:
    """Return the text of the comment that begins with LICENSE, without its frame."""
    lines = [match.strip() for match in re.findall(r"<!--(.*?)-->", source)]
    first = lines.index("LICENSE:")
    last = next(i for i, line in enumerate(lines) if line.endswith("SUCH DAMAGE."))
    return "\n".join(lines[first + 1 : last + 1]) + "\n"


def _urdf(source: str) -> str:
    """Return the stock URDF with the new visuals, no collisions, and a gripper."""
    robot = ET.fromstring(source)
    robot.set("name", "iiwa")
    for material in robot.findall("material"):
        robot.remove(material)
    for number, link in enumerate(robot.findall("link")):
        for tag in ("visual", "collision"):
            for element in link.findall(tag):
                link.remove(element)
        geometry = _visual(link, COLOR_OF_LINK.get(number, "light"))
        ET.SubElement(geometry, "mesh", filename=f"link_{number}.obj")
    _body(robot, "gripper_hand", 0.5, HAND, "dark", 1)
    _joint(robot, "gripper_mount", "lbr_iiwa_link_7", "gripper_hand", FLANGE_HEIGHT)
    for side, name in ((1, "left"), (-1, "right")):
        _body(robot, f"gripper_{name}_finger", 0.1, FINGER, "light", side)
        joint = _joint(
            robot, f"gripper_{name}_joint", "gripper_hand", f"gripper_{name}_finger", 0.05
        )
        joint.set("type", "prismatic")
        ET.SubElement(joint, "axis", xyz=f"0 {side} 0")
        limit = {"effort": "20", "lower": "0", "upper": str(FINGER_TRAVEL), "velocity": "0.2"}
        ET.SubElement(joint, "limit", limit)
    tip = ET.SubElement(robot, "link", name="gripper_tip")
    _inertial(tip, 0.0)
    _joint(robot, "gripper_tip_mount", "gripper_hand", "gripper_tip", TIP_HEIGHT)
    ET.indent(robot)
    return ET.tostring(robot, encoding="unicode") + "\n"


def _body(
    robot: ET.Element, name: str, mass: float, boxes: Sequence[Box], color: str, side: int
) -> None:
    """Add a link of boxes that are seen and collide; `side` -1 mirrors them in y."""
    link = ET.SubElement(robot, "link", name=name)
    _inertial(link, mass)
    for sides, (x, y, z) in boxes:
        seen = _visual(link, color)
        solid = ET.SubElement(ET.SubElement(link, "collision"), "geometry")
        for geometry in (seen, solid):
            ET.SubElement(geometry, "box", size=" ".join(map(str, sides)))
        for shape in (link.findall("visual")[-1], link.findall("collision")[-1]):
            ET.SubElement(shape, "origin", rpy="0 0 0", xyz=f"{x} {side * y} {z}")


def _visual(link: ET.Element, color: str) -> ET.Element:
    visual = ET.SubElement(link, "visual")
    geometry = ET.SubElement(visual, "geometry")
    material = ET.SubElement(visual, "material", name=f"iiwa_{color}")
    ET.SubElement(material, "color", rgba=COLORS[color])
    return geometry


def _inertial(link: ET.Element, mass: float) -> None:
    inertial = ET.SubElement(link, "inertial")
    ET.SubElement(inertial, "mass", value=str(mass))
    # As the Panda's: large for its mass, which keeps the small links calm.
    ET.SubElement(inertial, "inertia", ixx="0.1", ixy="0", ixz="0", iyy="0.1", iyz="0", izz="0.1")


def _joint(robot: ET.Element, name: str, parent: str, child: str, height: float) -> ET.Element:
    joint = ET.SubElement(robot, "joint", name=name, type="fixed")
    ET.SubElement(joint, "parent", link=parent)
    ET.SubElement(joint, "child", link=child)
    ET.SubElement(joint, "origin", rpy="0 0 0", xyz=f"0 0 {height}")
    return joint


if __name__ == "__main__":
    main()
