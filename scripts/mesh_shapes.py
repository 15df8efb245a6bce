"""A triangle mesh, its .obj form, and the shapes of the objects."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BOWL_SIDES = 16
BOWL_PROFILE = ((0.78, -0.5), (1.0, 0.5), (47 / 55, 0.5), (0.70, -0.45))
"""(radius, z) from the outer foot over the rim to the inner floor; the rim is as thick as
`world.KINDS['bowl']` says, the floor wide enough for a large cube."""
CYLINDER_SIDES = 12


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

    def to_obj(self, title: str, decimals: int, crease_degrees: float) -> str:
        """Return Wavefront text: one `v`, one `vn` for each distinct value, faces as `v//vn`."""
        normals = self.corner_normals(crease_degrees).reshape(-1, 3).round(2) + 0.0
        table, which = np.unique(normals, axis=0, return_inverse=True)
        which = which.reshape(self.faces.shape)
        lines = [f"# {title}"]
        lines += ["v " + _numbers(p, decimals) for p in self.points]
        lines += ["vn " + _numbers(n, 2) for n in table]
        lines += [
            "f " + " ".join(f"{v + 1}//{n + 1}" for v, n in zip(face, normal, strict=True))
            for face, normal in zip(self.faces, which, strict=True)
        ]
        return "\n".join(lines) + "\n"


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


def _revolve(profile: tuple[tuple[float, float], ...], sides: int, caps: tuple[bool, bool]) -> Mesh:
    """Turn a profile of (radius, z), upwards on its outside, about z; `caps` close its two ends."""
    angles = 2 * np.pi * np.arange(sides) / sides
    points = np.concatenate(
        [np.c_[r * np.cos(angles), r * np.sin(angles), np.full(sides, z)] for r, z in profile]
    )
    faces = []
    for ring in range(len(profile) - 1):
        for i in range(sides):
            a, b = ring * sides + i, ring * sides + (i + 1) % sides
            faces += [(a, b, b + sides), (a, b + sides, a + sides)]
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
