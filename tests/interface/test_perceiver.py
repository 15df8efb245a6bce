"""What a model says about a place: the point that it means, in image coordinates."""

import numpy as np
import pytest

from vlsim.errors import InvalidValueError
from vlsim.interface.perceiver import Answering, Captioning, Place


@pytest.mark.parametrize(
    ("row", "column", "point"),
    [(0, 0, (-0.75, -0.5)), (0, 3, (0.75, -0.5)), (1, 1, (-0.25, 0.5))],
)
def test_the_point_is_the_middle_of_the_cell_that_is_looked_at_most(
    row: int, column: int, point: tuple[float, float]
) -> None:
    attention = np.zeros((2, 4))
    attention[row, column] = 1.0
    assert Place((0, 0, 1, 1), attention).point == point


def test_an_attention_is_a_map() -> None:
    with pytest.raises(InvalidValueError, match=r"the shape \(h, w\), got \(1, 2, 3\)"):
        Place((0, 0, 1, 1), np.zeros((1, 2, 3)))


def test_a_model_is_told_by_what_it_can_do() -> None:
    class Speaker:
        def caption(self, pictures: np.ndarray) -> list[str]:
            return ["a red cube"] * len(pictures)

    assert isinstance(Speaker(), Captioning)
    assert not isinstance(Speaker(), Answering)
