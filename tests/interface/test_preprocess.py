"""Pictures of any size become what a policy reads, by one rule."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vlsim.deploy.pictures import read_picture
from vlsim.errors import InvalidValueError
from vlsim.interface.preprocess import fit_picture
from vlsim.seeding import stream


def test_each_pixel_is_the_mean_of_its_area() -> None:
    rows = np.array([[[0], [100], [10], [30]], [[100], [200], [20], [40]]], np.uint8)
    square = np.repeat(np.concatenate([rows, rows]), 3, axis=2)
    assert fit_picture(square, 2)[..., 0].tolist() == [[100, 25], [100, 25]]


@given(square=st.integers(1, 30), side=st.integers(1, 30), seed=st.integers(0, 2**20))
def test_sizes_that_do_not_divide_each_other_give_the_exact_mean(
    square: int, side: int, seed: int
) -> None:
    picture = stream(seed, "picture").integers(0, 256, (square, square, 3), np.uint8)
    # Every old pixel becomes side x side parts, and every new one is the mean of square x square.
    parts = picture.astype(np.int64).repeat(side, axis=0).repeat(side, axis=1)
    total = parts.reshape(side, square, side, square, 3).sum((1, 3))
    assert np.array_equal(fit_picture(picture, side), (2 * total + square**2) // (2 * square**2))


@pytest.mark.parametrize("square", [2896, 3000])
def test_sums_over_large_pictures_do_not_overflow(square: int) -> None:
    white = np.full((square, square, 3), 255, np.uint8)
    assert np.array_equal(fit_picture(white, 1), [[[255] * 3]])


def test_the_middle_square_is_taken() -> None:
    wide = np.zeros((2, 6, 3), np.uint8)
    wide[:, 2:4] = 200
    assert fit_picture(wide, 2).tolist() == [[[200] * 3] * 2] * 2
    assert fit_picture(wide.swapaxes(0, 1), 2).tolist() == [[[200] * 3] * 2] * 2


def test_a_picture_of_the_right_size_stays_as_it_is() -> None:
    picture = stream(0, "picture").integers(0, 256, (64, 64, 3), np.uint8)
    assert np.array_equal(fit_picture(picture, 64), picture)


def test_files_are_read_as_rgb(tmp_path: Path) -> None:
    picture = stream(0, "picture").integers(0, 256, (5, 7, 3), np.uint8)
    Image.fromarray(picture).save(tmp_path / "a.png")
    assert np.array_equal(read_picture(tmp_path / "a.png"), picture)
    Image.new("L", (2, 1), 9).save(tmp_path / "gray.png")
    assert read_picture(str(tmp_path / "gray.png")).tolist() == [[[9, 9, 9]] * 2]
    Image.new("RGBA", (1, 1), (1, 2, 3, 0)).save(tmp_path / "clear.png")
    assert read_picture(tmp_path / "clear.png").tolist() == [[[1, 2, 3]]]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is no picture"), (b"\x89PNG\r\n\x1a\n", "is no picture"), (None, "There is no file")],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "x.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidValueError, match=words) as caught:
        read_picture(path)
    assert "\n" not in str(caught.value)


def test_a_picture_that_would_fill_the_memory_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (100, 100)).save(tmp_path / "x.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(InvalidValueError, match="exceeds limit"):
        read_picture(tmp_path / "x.png")


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((4, 4), "uint8"), ((4, 4, 3), "float64"), ((3, 4, 4), "uint8"), ((0, 4, 3), "uint8")],
)
def test_pixels_of_another_form_are_refused(shape: tuple[int, ...], dtype: str) -> None:
    with pytest.raises(InvalidValueError, match=r"must be uint8 \(H, W, 3\), RGB, got"):
        fit_picture(np.zeros(shape, dtype), 4)
