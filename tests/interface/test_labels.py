"""Labels and facts: what they are of."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vlsim.goals import GOALS
from vlsim.interface.labels import AIMED_ROLES, FACT_NAMES, ROLES, to_pixels, to_uv


def test_there_is_a_role_for_every_slot_of_every_goal_and_no_other() -> None:
    slots = {slot for name in GOALS for slot in GOALS[name].slots}
    assert slots == set(ROLES)
    assert ROLES[: len(AIMED_ROLES)] == AIMED_ROLES


def test_every_fact_has_a_name_of_its_own() -> None:
    assert len(set(FACT_NAMES)) == len(FACT_NAMES)
    assert {"target_dx", "place_vz", "time", "joint_is_drawer"} <= set(FACT_NAMES)


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=2), st.sampled_from([32, 64, 224]))
def test_pixels_and_image_coordinates_are_the_same_places(uv: list[float], side: int) -> None:
    pixels = to_pixels(np.array(uv), side)
    np.testing.assert_allclose(to_uv(pixels, side), uv, atol=1e-12)
    # The left edge is column 0; the upper edge, where the renderer puts row 0, is one pixel higher.
    assert to_pixels(np.array([-1.0, -1.0]), side).tolist() == [0.0, -1.0]
