"""`vlsim camera-check`: a camera like the trained one passes, another is refused."""

import json
from dataclasses import replace
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest

from vlsim.errors import InvalidValueError
from vlsim.robots.catalogue import PANDA
from vlsim.scene.sim_arm import SimArm
from vlsim.scripts.camera_check import main
from vlsim.scripts.run import _camera
from vlsim.world import scene_from_json
from vlsim.world.camera import FRONT, Camera

POINTS = np.array(
    [[x, y, z] for x in (0.35, 0.5, 0.65) for y in (-0.2, 0.2) for z in (0.0, 0.1)], float
)
HEIGHT, WIDTH = 240, 320


def photograph(folder: Path, camera: Camera, *, colours: int = 1) -> list[str]:
    """Write a picture that is wider than high, and where a careful person marks the points."""
    arm = SimArm(PANDA, scene_from_json({"objects": []}))
    square = arm.simulation.render(camera, HEIGHT).rgb
    arm.simulation.close()
    side = (WIDTH - HEIGHT) // 2
    picture = np.pad(square, ((0, 0), (side, side), (0, 0)))[..., ::colours]
    imageio.imwrite(folder / "picture.png", picture)
    pixels = (camera.project(POINTS) + 1) * HEIGHT / 2 - 0.5 + [side, 0]
    pairs = zip(POINTS.tolist(), pixels.tolist(), strict=True)
    points = [{"world": world, "pixel": pixel} for world, pixel in pairs]
    (folder / "points.json").write_text(json.dumps({"points": points}))
    options = ["--points", str(folder / "points.json"), "--overlay", str(folder / "over.png")]
    return [str(folder / "picture.png"), "--bundle", "zoo:demo", *options]


def test_a_camera_near_the_trained_one_passes_and_can_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = replace(FRONT, eye=(1.17, 0.005, 0.95))
    main([*photograph(tmp_path, real), "--out", str(tmp_path / "camera.json")])
    out = capsys.readouterr().out
    assert "and 0.0 off the fitted one (12 points" in out
    assert "stands 1.1 cm from it (trained: up to 2.0)" in out
    assert imageio.imread(tmp_path / "over.png").shape == (480, 480, 3)
    assert _camera(tmp_path / "camera.json", {}).eye == pytest.approx(real.eye, abs=1e-5)


def test_a_camera_beyond_training_is_refused_and_not_kept(tmp_path: Path) -> None:
    options = photograph(tmp_path, replace(FRONT, eye=(1.21, 0.0, 0.95)))
    with pytest.raises(InvalidValueError, match=r"stands 5\.0 cm .* allowed is 2\.0 cm"):
        main([*options, "--out", str(tmp_path / "camera.json")])
    assert not (tmp_path / "camera.json").exists()
    assert (tmp_path / "over.png").exists()


def test_a_wrong_point_is_noticed(tmp_path: Path) -> None:
    options = photograph(tmp_path, FRONT)
    marked = json.loads((tmp_path / "points.json").read_text())
    marked["points"][3]["pixel"][0] += 25
    (tmp_path / "points.json").write_text(json.dumps(marked))
    with pytest.raises(InvalidValueError, match=r"No camera sees the points where they are marked"):
        main(options)


def test_reversed_colours_are_noticed(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="look reversed, BGR instead of RGB"):
        main(photograph(tmp_path, FRONT, colours=-1))


def test_what_cannot_be_compared_is_refused_in_one_line(tmp_path: Path) -> None:
    options = photograph(tmp_path, FRONT)
    with pytest.raises(InvalidValueError, match="trained with the cameras front, got 'wrist'"):
        main([*options, "--camera", "wrist"])
    with pytest.raises(InvalidValueError, match="no bundle 'expert'"):
        main([options[0], "--bundle", "expert", *options[3:]])
    (tmp_path / "points.json").write_text('{"points": [{"world": [0, 1], "pixel": [1, 2]}]}')
    with pytest.raises(InvalidValueError, match=r"points\.json"):
        main(options)
