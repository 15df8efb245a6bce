"""A triangle mesh, its .obj form, and the shapes of the objects."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vlsim.scene.bodies import CROSS_WIDTH

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BOWL_SIDES = 16
BOWL_PROFILE = ((0.78, -0.5), (1.0, 0.5), (47 / 55, 0.5), (0.70, -0.45))
"""(radius, z) from the outer foot over the rim to the inner floor; the rim is as thick as
`world.KINDS['bowl']` says, the floor wide enough for a large cube."""
CYLINDER_SIDES = 12
STAR_POINTS = 5
STAR_NOTCH = 0.45
"""Radius at which the points of a star meet: as thin as they can be and be seen from afar."""
RING_SIDES = 16
RING_OPENING = 0.5
"""Inner radius of a ring."""


@dataclass(frozen=True)
class Mesh:
    """Triangles, counter-clockwise seen from outside.

    Args:
        points: Corners. Shape (V, 3).
        faces: Indices into `points`. Shape (F, 3).
    """

    points: Floats
    faces: Ints

    def normals_and_areas(self) -> tuple[Floats, Floats]:
        """Return the faces' unit normals, (F, 3), and areas, (F,)."""
        corners = self.points[self.faces]
        cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        doubled = np.linalg.norm(cross, axis=1)
        return cross / np.maximum(doubled, 1e-15)[:, None], doubled / 2

    def corner_normals(self, crease_degrees: float) -> Floats:
        """Unit normals of the faces' corners, smooth except across sharp edges. Shape (F, 3, 3).

        A corner averages the faces round its point, weighted by area, whose normals lie within
        `crease_degrees` of its own face's: a ball is round, a cylinder keeps its rim.
        """
        units, areas = self.normals_and_areas()
        weighted = units * areas[:, None]
        around: list[list[int]] = [[] for _ in self.points]
        for face, corner in np.ndindex(self.faces.shape):
            around[self.faces[face, corner]].append(face)
        normals = np.empty((*self.faces.shape, 3))
        for face, corner in np.ndindex(self.faces.shape):
            near = np.array(around[self.faces[face, corner]])
            alike = near[units[near] @ units[face] >= np.cos(np.radians(crease_degrees)) - 1e-9]
            total = weighted[alike].sum(axis=0) if len(alike) else units[face]
            normals[face, corner] = total / max(float(np.linalg.norm(total)), 1e-12)
        return normals

    def inflated(self, distance: float) -> "Mesh":
        """Return the mesh with each point moved outwards, along the mean of its faces' normals."""
        normals, areas = self.normals_and_areas()
        outwards = np.zeros_like(self.points)
        for corner in range(3):
            np.add.at(outwards, self.faces[:, corner], normals * areas[:, None])
        lengths = np.linalg.norm(outwards, axis=1, keepdims=True)
        return Mesh(self.points + distance * outwards / np.maximum(lengths, 1e-12), self.faces)

    def welded(self) -> "Mesh":
        """Return the mesh with equal points (to 0.01 mm) joined, without flat faces."""
        used, faces = np.unique(
            self.points[self.faces.ravel()].round(5), axis=0, return_inverse=True
        )
        faces = faces.reshape(-1, 3)
        flat = (faces == np.roll(faces, 1, axis=1)).any(axis=1)
        return Mesh(used, faces[~flat])

    def without_holes(self) -> "Mesh":
        """Return the mesh with a fan of triangles over each loop of its border."""
        edges = {(f[i - 1], f[i]) for f in self.faces.tolist() for i in range(3)}
        following = {b: a for a, b in sorted(edges) if (b, a) not in edges}
        points, faces = self.points.tolist(), self.faces.tolist()
        while following:
            loop = [next(iter(following))]
            while (step := following.pop(loop[-1], None)) is not None:
                loop.append(step)
            if loop[0] == loop[-1]:
                points.append(self.points[loop[:-1]].mean(axis=0).tolist())
                faces += [[a, b, len(points) - 1] for a, b in itertools.pairwise(loop)]
        return Mesh(np.array(points), np.array(faces))

    def projected(self) -> Floats:
        """Texture coordinates of the faces' corners of a unit shape. Shape (F, 3, 2), in [0, 1].

        Seen from above and from the front, u is y: what runs along x on the top goes on down the
        front. On the two other sides u is x.
        """
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        units = (self.points - low) / (high - low)
        axes = np.abs(self.normals_and_areas()[0].round(6)).argmax(axis=1)
        across = np.array([(1, 2), (0, 2), (1, 0)])[axes]
        return np.take_along_axis(units[self.faces], across[:, None, :], axis=2)

    def to_obj(
        self, title: str, decimals: int, crease_degrees: float, uvs: Floats | None = None
    ) -> str:
        """Return Wavefront text: one `v`, `vt` and `vn` for each distinct value.

        Faces are `v//vn`, or `v/vt/vn` with texture coordinates `uvs` (F, 3, 2).
        """
        normals, which = _table(self.corner_normals(crease_degrees))
        lines = [f"# {title}"]
        lines += ["v " + _numbers(p, decimals) for p in self.points]
        between = np.full(self.faces.shape, "", dtype=object)
        if uvs is not None:
            places, at = _table(uvs)
            lines += ["vt " + _numbers(t, 2) for t in places]
            between = (at + 1).astype(str).astype(object)
        lines += ["vn " + _numbers(n, 2) for n in normals]
        lines += [
            "f " + " ".join(f"{v + 1}/{t}/{n + 1}" for v, t, n in zip(*corners, strict=True))
            for corners in zip(self.faces, between, which, strict=True)
        ]
        return "\n".join(lines) + "\n"


def _table(values: Floats) -> tuple[Floats, Ints]:
    """Return the distinct rows of values (F, 3, N), to 0.01, and which of them each is, (F, 3)."""
    rows = values.reshape(-1, values.shape[2]).round(2) + 0.0
    table, which = np.unique(rows, axis=0, return_inverse=True)
    return table, which.reshape(values.shape[:2])


def _numbers(values: Floats, decimals: int) -> str:
    return " ".join(
        f"{v:.{decimals}f}".rstrip("0").rstrip(".") for v in values.round(decimals) + 0.0
    )


def ball() -> Mesh:
    """Return an icosphere of 80 faces, radius 1, centred on the origin."""
    golden = (1 + 5**0.5) / 2
    points = [
        (a * i, b * j, c * k)
        for a, b, c in ((0, 1, golden), (1, golden, 0), (golden, 0, 1))
        for i in ((-1, 1) if a else (1,))
        for j in ((-1, 1) if b else (1,))
        for k in ((-1, 1) if c else (1,))
    ]
    vertices = np.array(points, float) / np.hypot(1, golden)
    edge = 2 / np.hypot(1, golden) + 1e-6
    triangles = [
        (i, j, k)
        for i in range(12)
        for j in range(i)
        for k in range(j)
        if max(np.linalg.norm(vertices[a] - vertices[b]) for a, b in ((i, j), (j, k), (k, i)))
        < edge
    ]
    grown = list(vertices)
    middles: dict[tuple[int, int], int] = {}

    def middle(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in middles:
            middles[key] = len(grown)
            between = grown[a] + grown[b]
            grown.append(between / np.linalg.norm(between))
        return middles[key]

    faces = []
    for a, b, c in triangles:
        ab, bc, ca = middle(a, b), middle(b, c), middle(c, a)
        faces += [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
    return _outward(Mesh(np.array(grown), np.array(faces, dtype=np.int64)))


def cylinder() -> Mesh:
    """Return an upright 12-sided cylinder of radius 1 and height 1, centred on the origin."""
    return _revolve(((1.0, -0.5), (1.0, 0.5)), CYLINDER_SIDES, caps=(True, True))


def bowl() -> Mesh:
    """Return an open bowl, outer radius 1 at the rim, height 1, centred on the origin.

    It has an outer wall, a rim, an inner wall and an inner floor; no underside, which nobody sees.
    """
    return _revolve(BOWL_PROFILE, BOWL_SIDES, caps=(False, True))


def cube() -> Mesh:
    """Return a box with sides 2, height 1, centred on the origin."""
    return _extrude(np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]))


def star() -> Mesh:
    """Return an upright star of five points, one of them towards +y, in a circle of radius 1.

    So a gripper that closes along y takes it between that point and the two opposite ones.
    """
    angles = np.pi / 2 + np.pi * np.arange(2 * STAR_POINTS) / STAR_POINTS
    radii = np.where(np.arange(2 * STAR_POINTS) % 2 == 0, 1.0, STAR_NOTCH)
    return _extrude(np.c_[radii * np.cos(angles), radii * np.sin(angles)])


def ring() -> Mesh:
    """Return a flat ring of radius 1 and height 1 with a round hole, centred on the origin."""
    wall = ((RING_OPENING, -0.5), (1.0, -0.5), (1.0, 0.5), (RING_OPENING, 0.5))
    return _revolve(wall, RING_SIDES, caps=(False, False), closed=True)


def cross() -> Mesh:
    """Return an upright cross with four equal arms along x and y, in a circle of radius 1."""
    wide, far = CROSS_WIDTH, (1 - CROSS_WIDTH**2) ** 0.5
    arm = np.array([(far, -wide), (far, wide), (wide, wide)])
    turn = np.array([(0.0, 1.0), (-1.0, 0.0)])
    quarters = [arm @ np.linalg.matrix_power(turn, quarter) for quarter in range(4)]
    return _extrude(np.concatenate(quarters))


def prism() -> Mesh:
    """Return an upright triangular prism, one edge towards +y, in a circle of radius 1."""
    angles = np.pi / 2 + 2 * np.pi * np.arange(3) / 3
    return _extrude(np.c_[np.cos(angles), np.sin(angles)])


def _extrude(outline: Floats) -> Mesh:
    """Return the body of height 1 over an outline (N, 2), counter-clockwise, seen whole from 0."""
    n = len(outline)
    rings = [np.c_[outline, np.full(n, z)] for z in (-0.5, 0.5)]
    middles = np.array([(0.0, 0.0, -0.5), (0.0, 0.0, 0.5)])
    faces = []
    for a in range(n):
        b = (a + 1) % n
        faces += [(a, b, b + n), (a, b + n, a + n), (2 * n, b, a), (2 * n + 1, a + n, b + n)]
    return Mesh(np.concatenate([*rings, middles]), np.array(faces, dtype=np.int64))


def _revolve(
    profile: tuple[tuple[float, float], ...],
    sides: int,
    caps: tuple[bool, bool],
    *,
    closed: bool = False,
) -> Mesh:
    """Turn a profile of (radius, z), upwards on its outside, about z.

    `caps` close its two ends; a `closed` profile has none, as its last point leads to its first.
    """
    angles = 2 * np.pi * np.arange(sides) / sides
    points = np.concatenate(
        [np.c_[r * np.cos(angles), r * np.sin(angles), np.full(sides, z)] for r, z in profile]
    )
    faces = []
    for level in range(len(profile) if closed else len(profile) - 1):
        for i in range(sides):
            a, b = level * sides + i, level * sides + (i + 1) % sides
            c, d = (a + sides) % len(points), (b + sides) % len(points)
            faces += [(a, b, d), (a, d, c)]
    last = (len(profile) - 1) * sides
    for i in range(1, sides - 1):
        if caps[0]:
            faces.append((0, i + 1, i))
        if caps[1]:
            faces.append((last, last + i, last + i + 1))
    return Mesh(points, np.array(faces, dtype=np.int64))


def _outward(mesh: Mesh) -> Mesh:
    """Turn round the faces of a convex mesh about the origin that look inwards."""
    corners = mesh.points[mesh.faces]
    normals, _ = mesh.normals_and_areas()
    inward = (normals * corners.mean(axis=1)).sum(axis=1) < 0
    faces = mesh.faces.copy()
    faces[inward] = faces[inward][:, ::-1]
    return Mesh(mesh.points, faces)
