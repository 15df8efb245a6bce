"""Make the low-poly meshes that vlsim draws: the Panda from PyBullet's own data, and the objects.

The stock Panda costs 14 ms a picture at any size; this one is its meshes simplified by quadric edge
collapse to about 150 faces a link. A link that is dark in places becomes two meshes, one a colour,
as the texture cannot be kept. Kinematics, limits and inertias are the stock file's; only the hand
and the fingers collide, as boxes. An arm without collision shapes has no rotational inertia unless
it is loaded with `URDF_USE_INERTIA_FROM_FILE`.

The objects are unit shapes, radius 1 (of the cube, half a side), centred on the origin: `ball.obj`
has the height 2, all others 1. Scale x and y by an object's radius and z by its height. Their
texture coordinates are for materials.

    python -m tools.assets.meshes --out vlsim/scene/assets
"""

import shutil
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from tools.assets.shapes import Mesh, ball, bowl, cross, cube, cylinder, prism, ring, star
from tools.assets.simplify import collapse_edges
from tools.assets.stock import split_by_color
from tools.assets.visibility import visible_faces
from vlsim.errors import MissingExtraError

FACES_PER_LINK = 150
FACES_PER_DARK_PART = 90
FACES_PER_FINGER = 50
FACES_PER_FINGER_PAD = 40
CREASE_DEGREES = 50.0
"""Edges sharper than this look sharp; a 12-sided cylinder (30) and an icosphere (20) look round."""
ROUGH_FACES = 1000
SCALE = 10.0
"""The library's error limit grows with each pass, in absolute units: this slows it down."""
DARK_STANDS_OUT = 0.003
"""Dark parts are moved outwards, metres, or the coarse light surface below would cover them."""
LINK_WITH_HOLES = "link6"
"""The wrist's light shell is open where small dark plates, left out here, sit in it."""
HIDDEN_WEIGHT = 0.05
"""What a face inside the link counts against one that can be seen."""
DECIMALS = 4
"""Coordinates are written to 0.1 mm."""
COLORS = {"light": "0.97 0.97 0.97 1", "dark": "0.45 0.45 0.49 1"}
NAMES = (*(f"link{i}" for i in range(8)), "hand", "finger")
COLLISION = {
    "panda_hand": (((0.060, 0.204, 0.076), (0, 0, 0.028)),),
    "panda_leftfinger": (
        ((0.020, 0.012, 0.020), (0, 0.006, 0.044)),
        ((0.020, 0.018, 0.036), (0, 0.015, 0.018)),
    ),
    "panda_rightfinger": (
        ((0.020, 0.012, 0.020), (0, -0.006, 0.044)),
        ((0.020, 0.018, 0.036), (0, -0.015, 0.018)),
    ),
}
"""(sides, centre) of boxes in the link's frame, metres. A finger is a pad 2 cm wide and high, whose
inner face is the plane y = 0 (two fingers at 0 touch), and the bar that holds it."""
OBJECTS = (ball, bowl, cross, cube, cylinder, prism, ring, star)
"""The shapes of objects; each gives its name to a file."""
NOTICE = """\
Panda model of vlsim

panda.urdf and the .obj files in this folder are derived from the model of the Franka Emika Panda
in PyBullet's data (pybullet_data/franka_panda), which is licensed under the Apache License 2.0; its
text is in LICENSE.txt.

Changes, all made by vlsim/scripts/make_meshes.py: visual meshes simplified to about 150 faces a
link and split into a light and a dark part instead of a texture; small parts left out; collision
meshes replaced by boxes on the hand and the fingers, none elsewhere; safety controllers, contact
settings and the mimic tag of the second finger removed. Joints, limits, masses and inertias are
unchanged.
"""


@dataclass(frozen=True)
class MakeMeshesConfig:
    """Where the meshes go."""

    out: Path = Path(__file__).resolve().parents[2] / "vlsim" / "scene" / "assets"
    """Output folder for panda/ and the .obj files of the objects."""


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `python -m tools.assets.meshes`."""
    make_meshes(tyro.cli(MakeMeshesConfig, args=argv, description=__doc__).out)


def make_meshes(out: Path) -> None:
    """Write all meshes, the Panda's URDF, its licence and the notice of what was changed."""
    folder = out / "panda"
    folder.mkdir(parents=True, exist_ok=True)
    stock = _stock_folder()
    parts = {name: _make_link(stock, name, folder) for name in NAMES}
    (folder / "panda.urdf").write_text(_urdf(stock / "panda.urdf", parts), encoding="utf-8")
    (folder / "NOTICE").write_text(NOTICE, encoding="utf-8")
    shutil.copyfile(stock / "LICENSE.txt", folder / "LICENSE.txt")
    for shape in OBJECTS:
        name, mesh = shape.__name__, shape()
        height = np.ptp(mesh.points[:, 2])
        title = f"Unit {name}: radius 1, height {height:g}, centre at the origin."
        text = mesh.to_obj(title, DECIMALS, CREASE_DEGREES, mesh.projected())
        (out / f"{name}.obj").write_text(text, encoding="utf-8")


def _stock_folder() -> Path:
    import pybullet_data

    return Path(pybullet_data.getDataPath()) / "franka_panda"


def _make_link(stock: Path, name: str, folder: Path) -> list[str]:
    """Write the meshes of one link; return the colours that it has."""
    visual = stock / "meshes" / "visual" / f"{name}.obj"
    # The stock file draws the base and the flange by their collision meshes, which are all light.
    source = visual if visual.exists() else stock / "meshes" / "collision" / f"{name}.obj"
    parts = split_by_color(source, stock / "meshes" / "visual" / "colors.png")
    if name == LINK_WITH_HOLES:
        parts["light"] = parts["light"].without_holes()
    budgets = {"light": FACES_PER_LINK, "dark": FACES_PER_DARK_PART}
    if name == "finger":
        budgets = {"light": FACES_PER_FINGER, "dark": FACES_PER_FINGER_PAD}
    rough = [roughen(mesh) for mesh in parts.values()]
    simple = []
    for color, mesh, seen in zip(parts, rough, visible_faces(rough), strict=True):
        weights = np.where(seen, 1.0, HIDDEN_WEIGHT)
        smaller = collapse_edges(mesh, budgets[color], weights)
        if color == "dark" and name != "finger":
            smaller = smaller.inflated(DARK_STANDS_OUT)
        simple.append(Mesh(smaller.points.round(DECIMALS), smaller.faces).welded())
    for color, mesh, seen in zip(parts, simple, visible_faces(simple), strict=True):
        title = f"{name}, {color} part; see NOTICE."
        outside = Mesh(mesh.points, mesh.faces[seen]).welded()
        text = outside.to_obj(title, DECIMALS, CREASE_DEGREES)
        (folder / f"{name}_{color}.obj").write_text(text, encoding="utf-8")
    return list(parts)


def roughen(mesh: Mesh) -> Mesh:
    """Return the mesh with at most `ROUGH_FACES` faces, which at this number are as good as all."""
    try:
        import fast_simplification
    except ImportError as error:
        raise MissingExtraError("Simplifying meshes", "fast-simplification", "dev") from error
    if len(mesh.faces) <= ROUGH_FACES:
        return mesh
    points, faces = fast_simplification.simplify(
        mesh.points * SCALE,
        mesh.faces.astype(np.int32),
        target_count=ROUGH_FACES,
        agg=3.0,
        preserve_border=True,
    )
    return Mesh(points.astype(float) / SCALE, faces.astype(np.int64)).welded()


def _urdf(stock: Path, parts: dict[str, list[str]]) -> str:
    """Return the stock URDF with the new visuals and collision boxes."""
    # Comments are dropped by the parser: among them "do not edit, generated by xacro", untrue here.
    robot = ET.fromstring(stock.read_text(encoding="utf-8"))
    for joint in robot.iter("joint"):
        for tag in ("safety_controller", "mimic"):
            for element in joint.findall(tag):
                joint.remove(element)
    for link in robot.iter("link"):
        name = link.get("name", "")
        mesh = "finger" if name.endswith("finger") else name.removeprefix("panda_")
        for tag in ("visual", "collision", "contact"):
            for element in link.findall(tag):
                link.remove(element)
        for color in parts.get(mesh, []):
            visual = ET.SubElement(link, "visual")
            if name == "panda_rightfinger":
                ET.SubElement(visual, "origin", rpy="0 0 3.14159265359", xyz="0 0 0")
            geometry = ET.SubElement(visual, "geometry")
            ET.SubElement(geometry, "mesh", filename=f"{mesh}_{color}.obj")
            material = ET.SubElement(visual, "material", name=f"panda_{color}")
            ET.SubElement(material, "color", rgba=COLORS[color])
        for sides, centre in COLLISION.get(name, ()):
            collision = ET.SubElement(link, "collision")
            ET.SubElement(collision, "origin", rpy="0 0 0", xyz=" ".join(map(str, centre)))
            geometry = ET.SubElement(collision, "geometry")
            ET.SubElement(geometry, "box", size=" ".join(map(str, sides)))
    ET.indent(robot)
    return ET.tostring(robot, encoding="unicode") + "\n"


if __name__ == "__main__":
    main()
