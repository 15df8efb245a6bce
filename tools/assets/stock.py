"""Reading PyBullet's Panda meshes: which triangles are light, which are dark, and which matter."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tools.assets.shapes import Floats, Ints, Mesh

DARKEST_LIGHT = 0.8
"""A texel below this mean brightness belongs to a dark part."""
SMALLEST_SHARE = 0.035
"""Cables, screws, lamps and labels below this share of a link's surface are left out."""


def split_by_color(path: Path, texture: Path) -> dict[str, Mesh]:
    """Read an .obj; return its light and its dark triangles, without the parts that are tiny."""
    points, uvs, materials = [], [], [""]
    dark_materials = _dark_materials(path.with_suffix(".mtl"))
    faces: list[tuple[int, ...]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        word, *rest = line.split() or [""]
        if word == "v":
            points.append([float(x) for x in rest[:3]])
        elif word == "vt":
            uvs.append([float(x) for x in rest[:2]])
        elif word == "usemtl":
            materials.append(rest[0])
        elif word == "f":
            corners = [corner.split("/") for corner in rest]
            vt = [int(c[1]) - 1 if len(c) > 1 and c[1] else -1 for c in corners]
            v = [int(c[0]) - 1 for c in corners]
            # Quadrilaterals become two triangles.
            for i in range(1, len(v) - 1):
                faces.append((v[0], v[i], v[i + 1], vt[0], vt[i], vt[i + 1], len(materials)))
    table = np.array(faces)
    mesh = Mesh(np.array(points), table[:, :3])
    dark = _is_dark(np.array(uvs), table[:, 3:6], texture) if uvs else np.zeros(len(table), bool)
    _, area = mesh.normals_and_areas()
    dark |= np.array([m in dark_materials for m in materials])[table[:, 6] - 1]
    keep = np.bincount(table[:, 6], weights=area)[table[:, 6]] > SMALLEST_SHARE * area.sum()
    return {
        color: Mesh(mesh.points, mesh.faces[keep & mask]).welded()
        for color, mask in (("light", ~dark), ("dark", dark))
        if (keep & mask).any()
    }


def _dark_materials(path: Path) -> set[str]:
    """Return the materials that are dark by themselves, without a texture."""
    dark, textured, name = set(), set(), ""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        word, *rest = line.split() or [""]
        if word == "newmtl":
            name = rest[0]
        elif word == "Kd" and max(map(float, rest)) < DARKEST_LIGHT:
            dark.add(name)
        elif word == "map_Kd":
            textured.add(name)
    return dark - textured


def _is_dark(uvs: Floats, corners: Ints, texture: Path) -> NDArray[np.bool_]:
    pixels = np.asarray(Image.open(texture).convert("L"), float) / 255
    middle = uvs[corners].mean(axis=1) % 1.0
    rows = ((1 - middle[:, 1]) * (pixels.shape[0] - 1)).round().astype(int)
    columns = (middle[:, 0] * (pixels.shape[1] - 1)).round().astype(int)
    dark: NDArray[np.bool_] = (corners[:, 0] >= 0) & (pixels[rows, columns] < DARKEST_LIGHT)
    return dark
