"""A texture is a name or a picture's path; anything else is refused before PyBullet sees it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tools.assets.textures import texture
from vlsim.errors import InvalidValueError
from vlsim.scene.textures import FOLDER, LARGEST, TEXTURES, read_texture, texture_file


def test_every_named_texture_is_there_grey_and_bright_and_no_other_is() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(TEXTURES)
    for name in TEXTURES:
        pixels = read_texture(texture_file(name))
        assert pixels.shape == (128, 128, 3), name
        assert (np.ptp(pixels, axis=2) == 0).all(), name
        assert pixels.min() >= 140, name


@pytest.mark.parametrize("name", TEXTURES)
def test_the_script_draws_the_committed_textures(name: str) -> None:
    made = np.asarray(texture(name)).astype(int)
    # Another build of numpy may round a sine the other way.
    assert np.abs(made - read_texture(texture_file(name))).max() <= 1


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_a_picture_of_ones_own_is_taken(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"own.{suffix}"
    Image.new("RGB", (8, 4), (9, 9, 9)).save(path)
    assert texture_file(str(path)) == path
    assert read_texture(path).shape == (4, 8, 3)


def test_what_is_no_picture_is_refused_and_the_file_is_named(tmp_path: Path) -> None:
    words, cut = tmp_path / "words.png", tmp_path / "cut.png"
    words.write_text("no picture")
    Image.new("RGB", (64, 64)).save(cut)
    cut.write_bytes(cut.read_bytes()[:60])
    for path in (words, cut):
        with pytest.raises(InvalidValueError, match=f"The texture file {path} is not a picture"):
            texture_file(str(path))
    gif, large = tmp_path / "moving.gif", tmp_path / "large.png"
    Image.new("RGB", (8, 8)).save(gif)
    Image.new("RGB", (LARGEST + 1, 1)).save(large)
    with pytest.raises(InvalidValueError, match=f"{gif} must be PNG, JPEG or BMP.*got GIF with 8"):
        texture_file(str(gif))
    with pytest.raises(InvalidValueError, match=f"{large} must be .* got PNG with {LARGEST + 1}"):
        texture_file(str(large))


@pytest.mark.parametrize("texture", ["wod", "", "/nowhere/x.png"])
def test_a_texture_that_does_not_exist_is_refused(texture: str) -> None:
    with pytest.raises(InvalidValueError, match=f"No texture '{texture}'. Known: plain, checker"):
        texture_file(texture)
    with pytest.raises(InvalidValueError, match="a name or a path, got 3"):
        texture_file(3)
