from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
from PIL import Image

from vlsim.errors import InvalidValueError
from vlsim.video.frames import (
    DIMMED,
    HEAT,
    Frame,
    VideoWriter,
    caption,
    heatmap_overlay,
    lines_for,
    scale,
    side_by_side,
    write_picture,
    write_video,
)


def grey(height: int = 32, width: int = 48, level: int = 100) -> Frame:
    return np.full((height, width, 3), level, np.uint8)


@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_a_video_has_every_frame_in_order(tmp_path: Path, suffix: str) -> None:
    levels = [20, 90, 160, 230]
    write_video((grey(level=v) for v in levels), tmp_path / f"a{suffix}", fps=10)
    found = imageio.imread(tmp_path / f"a{suffix}", index=None)
    assert found.shape == (4, 32, 48, 3)
    assert [round(float(f.mean()), -1) for f in found] == [20, 90, 160, 230]
    assert [p.name for p in tmp_path.iterdir()] == [f"a{suffix}"]


def test_a_gif_runs_for_ever_at_the_speed_asked_for(tmp_path: Path) -> None:
    write_video([grey(), grey(level=9)], tmp_path / "a.gif", fps=12.5)
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.info["duration"] == 80
        assert gif.info["loop"] == 0


def test_odd_sides_are_made_even_for_the_codec(tmp_path: Path) -> None:
    write_video([grey(33, 47)], tmp_path / "a.mp4", fps=10)
    assert imageio.imread(tmp_path / "a.mp4", index=None).shape == (1, 34, 48, 3)


@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_a_video_without_frames_is_refused_and_leaves_no_file(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(InvalidValueError, match=f"at least one frame, got none: a{suffix}"):
        write_video([], tmp_path / f"a{suffix}", fps=10)
    assert not list(tmp_path.iterdir())


def fail_after_one_frame(path: Path) -> None:
    with VideoWriter(path, 10) as writer:
        writer.add(grey())
        raise KeyboardInterrupt


def test_an_interrupted_video_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        fail_after_one_frame(tmp_path / "a.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize(
    ("frames", "name", "fps", "message"),
    [
        ([grey(), grey(30)], "a.mp4", 10, r"one shape, got \(30, 48, 3\) after \(32, 48, 3\)"),
        ([grey()], "a.avi", 10, "must end in .mp4 or .gif, got 'a.avi'"),
        ([grey()], "a.mp4", 0, "fps must lie in"),
        ([grey()[:, :, 0]], "a.mp4", 10, r"must be \(H, W, 3\) uint8, got \(32, 48\) uint8"),
        ([grey() / 255], "a.mp4", 10, r"got \(32, 48, 3\) float64"),
    ],
)
def test_what_is_no_video_is_named(
    tmp_path: Path, frames: list[Frame], name: str, fps: float, message: str
) -> None:
    with pytest.raises(InvalidValueError, match=message):
        write_video(frames, tmp_path / name, fps)
    assert not list(tmp_path.iterdir())


def test_a_caption_leaves_the_picture_alone_and_adds_ink_below() -> None:
    frame = grey(100, 480)
    found = caption(frame, "put the red cube in the blue bowl")
    np.testing.assert_array_equal(found[:100], frame)
    assert found.shape[1:] == (480, 3)
    assert found[100:].max() > 200


def test_a_long_caption_wraps_and_never_leaves_the_frame() -> None:
    words = "put the small red cube that is left of the large blue cylinder in the green bowl"
    short, long = caption(grey(10, 240), "reach"), caption(grey(10, 240), words)
    assert long.shape[0] > short.shape[0]
    # The margin stays empty, whatever the words.
    assert long[10:, -4:].max() < 60


def test_a_bar_of_given_lines_has_one_height_for_all_words() -> None:
    heights = {caption(grey(10, 240), "move +0.31 " * n, lines=2).shape[0] for n in (0, 1, 5, 50)}
    assert heights == {caption(grey(10, 240), "x " * 50, lines=2).shape[0]}


def lines_of(text: str, lines: int | None = None) -> int:
    """Count the lines of ink in the bar of a frame 480 pixels wide."""
    bar = caption(grey(10, 480), text, lines=lines)[10:]
    has_ink = (bar > 120).any(axis=(1, 2))
    return int(np.count_nonzero(has_ink[1:] & ~has_ink[:-1]))


def test_a_text_that_does_not_fit_is_set_smaller_before_anything_is_left_out() -> None:
    # Without letters that reach below the line, whose ink would join two lines.
    words = "on a red can on a blue can at a lime can at a brown can "
    assert lines_of(words * 3) == 3
    assert lines_of(words * 3, lines=3) == 3
    bar = caption(grey(10, 480), words * 3, lines=2)
    assert bar.shape == caption(grey(10, 480), words, lines=2).shape
    # Nothing is missing: more words after it change the picture.
    assert (bar != caption(grey(10, 480), words * 3 + "on me", lines=2)).any()


def test_what_does_not_fit_at_the_smallest_size_is_left_out() -> None:
    endless = [caption(grey(10, 480), "word " * n, lines=2) for n in (200, 300)]
    assert (endless[0] == endless[1]).all()


@pytest.mark.parametrize(("words", "lines"), [(1, 1), (12, 1), (13, 2), (20, 2), (80, 7)])
def test_the_room_grows_with_the_longest_instruction(words: int, lines: int) -> None:
    assert lines_for(words) == lines


@pytest.mark.parametrize("words", [20, 40, 80])
def test_long_words_fit_in_the_room_for_them(words: int) -> None:
    # The longest words that instructions are made of, and the usual short ones between them.
    said = ("put the small yellow cylinder behind the large purple drawer and then " * 9).split()
    lines = lines_for(words)
    bars = [caption(grey(10, 480), " ".join(said[:n]), lines=lines) for n in (words - 1, words)]
    shapes = {bar.shape for bar in bars}
    assert len(shapes) == 1
    assert (bars[0] != bars[1]).any(), "the last word was left out"


def test_a_heat_map_darkens_what_is_cold_keeps_what_is_hot_and_draws_a_line_between() -> None:
    heat = np.zeros((4, 6))
    heat[3, 5] = 0.2
    found = heatmap_overlay(grey(40, 60), heat)
    np.testing.assert_array_equal(found[-1, -1], [100, 100, 100])
    np.testing.assert_array_equal(found[0, 0], [100 * DIMMED] * 3)
    is_line = (found == HEAT).all(axis=-1)
    assert is_line.any()
    # No pixel has another hue than the picture or the line.
    rest = found[~is_line]
    assert (rest == rest[:, :1]).all()


def test_no_heat_changes_nothing() -> None:
    np.testing.assert_array_equal(heatmap_overlay(grey(), np.zeros((2, 2))), grey())


@pytest.mark.parametrize("heat", [[[-1.0]], [[np.nan]], [1.0], np.zeros((2, 2, 1))])
def test_what_is_no_heat_map_is_refused(heat: object) -> None:
    with pytest.raises(InvalidValueError, match=r"A heat-map must be \(h, w\)"):
        heatmap_overlay(grey(), np.asarray(heat))


def test_pictures_stand_side_by_side_with_a_gap() -> None:
    found = side_by_side([grey(10, 20, 200), grey(30, 5, 50)], gap=4)
    assert found.shape == (30, 29, 3)
    assert (found[:10, :20] == 200).all()
    assert (found[:, 24:] == 50).all()
    assert found[10:, :20].max() < 60
    with pytest.raises(InvalidValueError, match="at least one frame"):
        side_by_side([])


def test_scaling_keeps_the_shape_of_things_and_sharp_pixels() -> None:
    checks = np.indices((4, 8)).sum(0)[:, :, None].repeat(3, 2) % 2 * 255
    large = scale(checks.astype(np.uint8), 40)
    assert large.shape == (40, 80, 3)
    assert set(np.unique(large)) == {0, 255}
    assert scale(large, 4).shape == (4, 8, 3)


def test_a_picture_is_written_in_the_format_of_its_suffix(tmp_path: Path) -> None:
    for suffix in (".png", ".jpg"):
        write_picture(grey(), tmp_path / f"a{suffix}")
        assert imageio.imread(tmp_path / f"a{suffix}").shape == (32, 48, 3)


def test_nothing_changes_the_frame_that_it_is_given() -> None:
    frame = grey()
    caption(frame, "x")
    heatmap_overlay(frame, np.ones((2, 2)))
    side_by_side([frame, frame])
    assert (frame == 100).all()
