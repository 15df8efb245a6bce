"""A gif has the colours of its frames: 256 of them, chosen from all frames at once."""

from pathlib import Path

import imageio.v3 as imageio
import numpy as np
from PIL import Image

from vlsim.envs import make_env
from vlsim.video.frames import Frame, scale, side_by_side, write_video
from vlsim.world.things import COLORS

COLORFUL = 80
"""Pixels whose largest and smallest channels differ by more are no greys: they are of objects."""
NEAR = 24
"""Largest difference of a channel in 99 of 100 of them, of 255."""


def frames() -> list[Frame]:
    """Return pictures of cubes and balls of all colours beside the arm, two colours at a time."""
    names, found = list(COLORS), []
    environment = make_env("push", render_mode="rgb_array")
    for i, color in enumerate(names):
        objects = [
            {"kind": kind, "color": shown, "position": [x, y, 0.02]}
            for shown, y in ((color, -0.1), (names[i - 1], 0.1))
            for kind, x in (("cube", 0.45), ("ball", 0.55))
        ]
        words = f"push the {color} cube left"
        environment.reset(seed=0, options={"scene": {"objects": objects}, "instruction": words})
        both = [environment.render()[:480], environment.camera_picture("front", 480)]
        found.append(scale(side_by_side(both, gap=0), 320))
    environment.close()
    return found


def test_every_object_keeps_its_color_in_a_gif(tmp_path: Path) -> None:
    scenes = frames()
    write_video(scenes, tmp_path / "a.gif", fps=10)
    written = imageio.imread(tmp_path / "a.gif", index=None)[..., :3].astype(int)
    assert len(written) == len(scenes)
    for frame, scene in zip(written, scenes, strict=True):
        is_object = scene.max(axis=-1).astype(int) - scene.min(axis=-1) > COLORFUL
        off = np.abs(frame - scene).max(axis=-1)[is_object]
        assert off.size > 3000
        assert np.percentile(off, 99) <= NEAR
        assert off.mean() < 4


def test_the_film_in_the_readme_is_small_and_has_the_colors_of_its_objects() -> None:
    path = Path(__file__).parents[1] / "docs" / "images" / "rollout.gif"
    assert path.stat().st_size < 3_000_000
    film = imageio.imread(path, index=None)[..., :3]
    # What policy and people see of the scenes in its two episodes.
    for frame, colors in ((film[0], "blue yellow orange"), (film[-1], "green blue purple red")):
        hues = np.asarray(Image.fromarray(frame).convert("HSV")).astype(int)
        vivid = hues[..., 0][(hues[..., 1] > 160) & (hues[..., 2] > 130)]
        for color in colors.split():
            pixel = np.uint8(np.array(COLORS[color])[None, None] * 255)
            hue = int(np.asarray(Image.fromarray(pixel).convert("HSV"))[0, 0, 0])
            assert np.count_nonzero(np.abs(vivid - hue) <= 4) > 100, color
