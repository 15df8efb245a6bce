"""The drawn arms are the stock arms, only lighter; the objects' unit shapes are what they say."""

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pybullet as p
import pybullet_data
import pytest

from tools.assets import iiwa, meshes
from tools.assets.shapes import Mesh, ball, bowl, cross, cube, cylinder, prism, ring, star
from tools.assets.simplify import collapse_edges
from vlsim.world.things import KINDS

ASSETS = Path(__file__).parents[2] / "vlsim" / "scene" / "assets"
PANDA = ASSETS / "panda"
IIWA = ASSETS / "iiwa"
STOCK = Path(pybullet_data.getDataPath()) / "franka_panda"
IIWA_STOCK = Path(pybullet_data.getDataPath()) / "kuka_iiwa"
OBJ_FILES = sorted(path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*.obj"))
PARTS = [
    *(f"link{i}_light" for i in range(8)),
    *(f"link{i}_dark" for i in (3, 4, 5, 6)),
    *(f"{name}_{color}" for name in ("hand", "finger") for color in ("light", "dark")),
]


def read_obj(path: Path) -> tuple[Mesh, np.ndarray]:
    """Return an .obj file's mesh and the normal of each corner, (F, 3, 3)."""
    rows: dict[str, list[list[str]]] = {"v": [], "vn": [], "f": []}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, *rest = line.split()
        if word in rows:
            rows[word].append(rest)
    corners = np.array([[c.split("/")[::2] for c in row] for row in rows["f"]], int) - 1
    mesh = Mesh(np.array(rows["v"], float), corners[:, :, 0])
    return mesh, np.array(rows["vn"], float)[corners[:, :, 1]]


def faces_of(link: str) -> int:
    return sum(len(read_obj(path)[0].faces) for path in PANDA.glob(f"{link}_*.obj"))


def joints(urdf: Path) -> list[tuple[object, ...]]:
    """Return what PyBullet says about each joint: name, type, limits, axis, frame, parent."""
    client = p.connect(p.DIRECT)
    try:
        body = p.loadURDF(
            str(urdf), flags=p.URDF_USE_INERTIA_FROM_FILE, useFixedBase=True, physicsClientId=client
        )
        infos = [
            p.getJointInfo(body, joint, physicsClientId=client)
            for joint in range(p.getNumJoints(body, physicsClientId=client))
        ]
        masses = [
            p.getDynamicsInfo(body, joint, physicsClientId=client)[i]
            for joint in range(len(infos))
            for i in (0, 2, 3, 4)
        ]
        return [*infos, tuple(masses)]
    finally:
        p.disconnect(client)


def test_there_is_one_mesh_for_each_link_and_colour() -> None:
    objects = ("ball", "bowl", "cross", "cube", "cylinder", "prism", "ring", "star")
    expected = {f"{name}.obj" for name in objects} | {f"panda/{part}.obj" for part in PARTS}
    expected |= {f"iiwa/link_{i}.obj" for i in range(8)}
    assert set(OBJ_FILES) == expected


@pytest.mark.parametrize("link", [f"link{i}" for i in range(8)] + ["hand"])
def test_a_link_has_between_100_and_240_faces(link: str) -> None:
    assert 100 <= faces_of(link) <= 240


def test_the_whole_arm_has_fewer_than_2000_faces_with_both_fingers() -> None:
    links = sum(faces_of(link) for link in [*(f"link{i}" for i in range(8)), "hand"])
    assert 1400 <= links + 2 * faces_of("finger") < 2000


def test_the_assets_are_small() -> None:
    files = [path for path in ASSETS.rglob("*") if path.is_file()]
    assert max(path.stat().st_size for path in files) < 20_000
    assert sum(path.stat().st_size for path in files) < 300_000


@pytest.mark.parametrize("name", OBJ_FILES)
def test_normals_have_unit_length_and_look_the_way_their_face_does(name: str) -> None:
    mesh, normals = read_obj(ASSETS / name)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=2), 1.0, atol=0.01)
    units, areas = mesh.normals_and_areas()
    # Slivers a tenth of a square millimetre small have no direction worth comparing.
    cosines = np.einsum("fcd,fd->fc", normals, units)[areas > 1e-6]
    assert cosines.min() > 0.5


@pytest.mark.parametrize("link", ["link1", "link4", "link6", "hand", "finger"])
def test_a_link_fills_the_same_box_as_the_stock_one(link: str) -> None:
    stock = np.array(
        [
            line.split()[1:4]
            for line in (STOCK / "meshes/visual" / f"{link}.obj").read_text().splitlines()
            if line.startswith("v ")
        ],
        float,
    )
    ours = np.concatenate([read_obj(path)[0].points for path in PANDA.glob(f"{link}_*.obj")])
    # The hand's cable, left out, sticks out by 12 mm.
    np.testing.assert_allclose(ours.min(axis=0), stock.min(axis=0), atol=0.014)
    np.testing.assert_allclose(ours.max(axis=0), stock.max(axis=0), atol=0.014)


def test_joints_limits_masses_and_inertias_are_the_stock_ones() -> None:
    assert joints(PANDA / "panda.urdf") == joints(STOCK / "panda.urdf")


def test_joint_indices_are_those_that_the_robot_uses() -> None:
    names = [info[1].decode() for info in joints(PANDA / "panda.urdf")[:-1]]  # type: ignore[attr-defined]
    assert names[:7] == [f"panda_joint{i}" for i in range(1, 8)]
    assert names[9:] == ["panda_finger_joint1", "panda_finger_joint2", "panda_grasptarget_hand"]


def test_only_the_hand_and_the_fingers_collide_and_only_as_boxes() -> None:
    links = ET.parse(PANDA / "panda.urdf").getroot().findall("link")
    shapes = {
        link.get("name"): [shape.tag for shape in link.findall("collision/geometry/*")]
        for link in links
        if link.find("collision") is not None
    }
    assert shapes == {
        "panda_hand": ["box"],
        "panda_leftfinger": ["box", "box"],
        "panda_rightfinger": ["box", "box"],
    }


def test_the_opening_between_the_pads_is_the_sum_of_the_finger_joints() -> None:
    for link, side in (("panda_leftfinger", 1), ("panda_rightfinger", -1)):
        (width, depth, _), (_, centre, _) = meshes.COLLISION[link][0]
        assert width == 0.02
        assert side * centre - depth / 2 == 0.0


def test_licence_and_notice_are_there() -> None:
    assert (PANDA / "LICENSE.txt").read_bytes() == (STOCK / "LICENSE.txt").read_bytes()
    notice = (PANDA / "NOTICE").read_text(encoding="utf-8")
    assert "franka_panda" in notice
    assert "Apache License 2.0" in notice


@pytest.mark.parametrize(
    ("mesh", "name", "faces", "height"),
    [
        (ball(), "ball", 80, 2.0),
        (cylinder(), "cylinder", 44, 1.0),
        (bowl(), "bowl", 110, 1.0),
        (star(), "star", 40, 1.0),
        (ring(), "ring", 128, 1.0),
        (cross(), "cross", 48, 1.0),
        (prism(), "prism", 12, 1.0),
    ],
)
def test_an_object_has_radius_1_and_its_height_about_the_origin(
    mesh: Mesh, name: str, faces: int, height: float
) -> None:
    file, _ = read_obj(ASSETS / f"{name}.obj")
    np.testing.assert_allclose(file.points, mesh.points, atol=1e-4)
    assert len(file.faces) == faces
    assert np.hypot(*mesh.points[:, :2].T).max() == pytest.approx(1.0)
    assert np.ptp(mesh.points[:, 2]) == pytest.approx(height)
    assert mesh.points[:, 2].max() == pytest.approx(-mesh.points[:, 2].min())


def test_a_ball_is_smooth_and_a_cylinder_has_a_sharp_rim() -> None:
    mesh, normals = read_obj(ASSETS / "ball.obj")
    np.testing.assert_allclose(normals, mesh.points[mesh.faces], atol=0.03)
    _, normals = read_obj(ASSETS / "cylinder.obj")
    # A corner of a side is horizontal, a corner of a cap vertical; nothing lies between.
    assert set(np.abs(normals[:, :, 2]).ravel()) == {0.0, 1.0}


def test_the_bowl_is_as_thick_at_the_rim_as_its_kind_says_and_shows_its_inside() -> None:
    mesh = bowl()
    rim = np.hypot(*mesh.points[np.isclose(mesh.points[:, 2], 0.5), :2].T)
    kind = KINDS["bowl"]
    assert sorted(set(rim.round(6))) == [round(kind.inner_radius / kind.radius, 6), 1.0]
    normals, _ = mesh.normals_and_areas()
    outwards = (normals[:, :2] * mesh.points[mesh.faces].mean(axis=1)[:, :2]).sum(axis=1)
    # Outer and inner wall: as many triangles look in as look out.
    assert (outwards > 0.1).sum() == (outwards < -0.1).sum() == 32


@pytest.mark.parametrize(
    ("mesh", "volume"),
    [
        (cube(), 4.0),
        # Five kites between the centre, two notches and a point.
        (star(), 5 * 0.45 * np.sin(np.pi / 5)),
        (ring(), 8 * np.sin(np.pi / 8) * (1 - 0.5**2)),
        # Two bars less the square that both cover; a bar is as long as its corners let it be.
        (cross(), 4 * 0.36 * (2 * (1 - 0.36**2) ** 0.5 - 0.36)),
        (prism(), 3 * 3**0.5 / 4),
    ],
    ids=["cube", "star", "ring", "cross", "prism"],
)
def test_a_shape_is_closed_and_has_the_volume_of_its_outline(mesh: Mesh, volume: float) -> None:
    a, b, c = (mesh.points[mesh.faces[:, i]] for i in range(3))
    assert np.einsum("ij,ij->", a, np.cross(b, c)) / 6 == pytest.approx(volume)
    edges = {(f[i - 1], f[i]) for f in mesh.faces.tolist() for i in range(3)}
    assert len(edges) == 3 * len(mesh.faces)
    assert all((b, a) in edges for a, b in edges)


def test_what_runs_along_a_texture_goes_on_from_the_top_down_the_front() -> None:
    mesh = cube()
    uvs, normals = mesh.projected(), mesh.normals_and_areas()[0]
    assert uvs.min() == 0.0
    assert uvs.max() == 1.0
    for axis, seen in ((0, 1), (1, 0), (2, 1)):
        on = np.abs(normals[:, axis]) > 0.5
        along = mesh.points[mesh.faces[on]][..., seen]
        np.testing.assert_allclose(uvs[on][..., 0], (along + 1) / 2)


def test_a_flat_square_needs_two_faces_and_keeps_its_outline() -> None:
    n = 5
    grid = np.array([(i, j, 0.0) for i in range(n) for j in range(n)]) / (n - 1)
    faces = [
        face
        for i in range(n - 1)
        for j in range(n - 1)
        for a in [i * n + j]
        for face in ((a, a + n, a + n + 1), (a, a + n + 1, a + 1))
    ]
    mesh = Mesh(grid, np.array(faces))
    simple = collapse_edges(mesh, 2, np.ones(len(faces)))
    assert len(simple.faces) == 2
    corners = {tuple(point) for point in simple.points.round(6)}
    assert corners == {(0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (1.0, 1.0, 0.0)}


def test_a_ring_keeps_its_hole() -> None:
    angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    circle = np.c_[np.cos(angles), np.sin(angles), np.zeros(32)]
    faces = [
        face
        for i in range(32)
        for j in [(i + 1) % 32]
        for face in ((i, 32 + i, 32 + j), (i, 32 + j, j))
    ]
    ring = Mesh(np.concatenate([0.05 * circle, 0.1 * circle]), np.array(faces))
    simple = collapse_edges(ring, 24, np.ones(64))
    assert len(simple.faces) <= 24
    middles = simple.points[simple.faces].mean(axis=1)
    assert np.linalg.norm(middles, axis=1).min() > 0.05
    assert simple.normals_and_areas()[1].sum() == pytest.approx(0.75 * np.pi * 0.01, rel=0.15)


@pytest.mark.slow
def test_the_script_makes_the_committed_files(tmp_path: Path) -> None:
    pytest.importorskip("fast_simplification", reason="fast-simplification is not installed")
    meshes.main(["--out", str(tmp_path)])
    iiwa.main(["--out", str(tmp_path)])
    made = {f.relative_to(tmp_path): f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()}
    committed = {f.relative_to(ASSETS): f.read_bytes() for f in ASSETS.rglob("*") if f.is_file()}
    # Written by hand.
    committed.pop(Path("pusher/pusher.urdf"))
    # Those have a script and a test of their own.
    textures = {path for path in committed if path.parts[0] in ("textures", "materials")}
    assert made == {path: content for path, content in committed.items() if path not in textures}


def test_the_iiwas_arm_moves_as_the_stock_one_does_and_no_more_than_its_gripper_is_new() -> None:
    ours, stock = joints(IIWA / "iiwa.urdf")[:-1], joints(IIWA_STOCK / "model.urdf")[:-1]
    assert ours[:7] == stock
    names = [info[1].decode() for info in ours[7:]]  # type: ignore[attr-defined]
    assert names == [
        "gripper_mount",
        "gripper_left_joint",
        "gripper_right_joint",
        "gripper_tip_mount",
    ]


@pytest.mark.parametrize("link", range(8))
def test_a_link_of_the_iiwa_has_few_faces_and_fills_the_same_box_as_the_stock_one(
    link: int,
) -> None:
    lines = (IIWA_STOCK / "meshes" / f"link_{link}.obj").read_text().splitlines()
    stock = np.array([line.split()[1:4] for line in lines if line.startswith("v ")], float)
    ours = read_obj(IIWA / f"link_{link}.obj")[0]
    assert 100 <= len(ours.faces) <= 260
    np.testing.assert_allclose(ours.points.min(axis=0), stock.min(axis=0), atol=0.014)
    np.testing.assert_allclose(ours.points.max(axis=0), stock.max(axis=0), atol=0.014)


def test_the_iiwas_licence_comes_with_it() -> None:
    assert "Robert Krug & Todor Stoyanov" in (IIWA / "LICENSE.txt").read_text()
    assert "Redistributions of source code" in (IIWA / "LICENSE.txt").read_text()
    assert "kuka_iiwa" in (IIWA / "NOTICE").read_text()
