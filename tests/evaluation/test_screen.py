"""A picture of a film: its size depends on no outcome, and everything in it can be read."""

import numpy as np
import pytest

from vlsim.evaluation.screen import OUTCOMES, Panel, panel_side, reward_bars, screen
from vlsim.video.frames import Frame

SIDE = 480
TITLE, FOOTER = 60, 70
"""Heights above and below the scene, pixels."""


def picture(title: str = "lift the cube", n_panels: int = 2, **words: str) -> Frame:
    scene = np.full((SIDE, SIDE, 3), 100, np.uint8)
    panels = [Panel("what the policy sees", scene[:64, :64])] * n_panels
    return screen(title, scene, panels, step=3, **words)


def heights_of_letters(rows: Frame) -> int:
    """Return how many rows the tallest letters of one line of words take."""
    return int((rows.max(axis=(1, 2)) > 180).sum())


def test_a_film_has_one_size_whatever_becomes_of_it() -> None:
    shapes = {
        picture().shape,
        picture(outcome="success").shape,
        picture(outcome="failed", reason="wrong object: " + "acted on the red cube, " * 9).shape,
    }
    assert len(shapes) == 1


@pytest.mark.parametrize(("panels", "columns"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_panels_stand_two_in_a_column(panels: int, columns: int) -> None:
    assert picture(n_panels=panels).shape[1] == SIDE + columns * (8 + panel_side(SIDE))


def test_the_instruction_is_the_largest_text_and_takes_the_whole_width() -> None:
    words = "put the small red cube in the blue bowl"
    shown = picture(words)
    title, footer = shown[:TITLE], shown[-FOOTER:]
    assert heights_of_letters(title) > heights_of_letters(footer)
    assert shown.shape == picture("lift").shape
    assert (title[:, -150:] > 180).any()


def test_a_long_instruction_gets_more_room_and_loses_no_word() -> None:
    words = "put the small yellow cylinder behind the large purple drawer and then " * 3
    assert len(picture(words)) > len(picture())
    one_more, both = picture(words), picture(words + "it")
    assert one_more.shape != both.shape or (one_more != both).any()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_outcome_is_shown_in_its_colour(outcome: str) -> None:
    is_colored = (picture(outcome=outcome) == OUTCOMES[outcome]).all(axis=-1)
    assert is_colored.sum() > 4 * SIDE
    assert not (picture() == OUTCOMES[outcome]).all(axis=-1).any()


def test_the_reason_of_a_failure_changes_the_picture() -> None:
    plain = picture(outcome="failed")
    assert (plain != picture(outcome="failed", reason="lost object: it fell")).any()


def test_a_reward_has_a_bar_that_grows_with_it() -> None:
    blue = [
        int((reward_bars({"lift": share}, 214)[:, :, 2] > 240).sum()) for share in (0.0, 0.5, 1.0)
    ]
    assert blue[0] == 0
    assert blue[2] == pytest.approx(2 * blue[1], rel=0.05)
