"""Objects stand apart, on the workspace, or not at all."""

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlsim.errors import PlacementError
from vlsim.scenarios.placement import CLEARANCE, FIXTURE_CLEARANCE, FLAT_CLEARANCE, OVERHANG, place
from vlsim.seeding import stream
from vlsim.world import WORKSPACE
from vlsim.world.things import KINDS, SIZES, ObjectSpec

specs_of = st.builds(
    ObjectSpec, st.sampled_from([*KINDS]), st.just("red"), st.sampled_from([*SIZES])
)


def room(spec: ObjectSpec) -> tuple[tuple[float, float], ...]:
    """Return how far a thing reaches in x and in y."""
    return spec.joint.room if spec.joint else ((-spec.footprint, spec.footprint),) * 2


@settings(max_examples=60, deadline=None)
@given(specs=st.lists(specs_of, max_size=6), seed=st.integers(0, 2**32))
def test_outlines_never_overlap_and_stay_on_the_workspace(
    specs: list[ObjectSpec], seed: int
) -> None:
    try:
        xy = place(specs, stream(seed, "layout"))
    except PlacementError:
        return  # six large bowls and pads do not fit
    assert xy.shape == (len(specs), 2)
    for (a, p), (b, q) in itertools.combinations(zip(specs, xy, strict=True), 2):
        flat = "pad" in (a.kind, b.kind)
        if a.joint or b.joint:
            gap = max(
                max(low_q + at_q - high_p - at_p, low_p + at_p - high_q - at_q)
                for at_p, at_q, (low_p, high_p), (low_q, high_q) in zip(
                    p, q, room(a), room(b), strict=True
                )
            )
        else:
            gap = math.dist(p, q) - a.footprint - b.footprint
        wanted = FIXTURE_CLEARANCE if a.joint and b.joint else CLEARANCE
        assert gap >= (FLAT_CLEARANCE if flat else wanted) - 1e-9
    for spec, spot in zip(specs, xy.tolist(), strict=True):
        for value, (reach_low, reach_high), (low, high) in zip(
            spot, room(spec), WORKSPACE, strict=True
        ):
            assert value >= low + max(0.0, -reach_low - OVERHANG)
            assert value <= high - max(0.0, reach_high - OVERHANG)


def test_the_same_seed_gives_the_same_places_and_another_seed_others() -> None:
    specs = [ObjectSpec("cube", "red"), ObjectSpec("bowl", "blue"), ObjectSpec("pad", "green")]
    first, again, other = (place(specs, stream(seed, "layout")) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_four_objects_and_two_places_always_fit() -> None:
    specs = [ObjectSpec(kind, "red", "large") for kind in ("cube", "ball", "cylinder", "cube")]
    specs += [ObjectSpec("bowl", "red", "large"), ObjectSpec("pad", "red", "large")]
    for seed in range(200):
        assert place(specs, stream(seed, "layout")).shape == (6, 2)


@pytest.mark.parametrize("kind", ["drawer", "button", "slider"])
def test_three_large_fixtures_and_two_objects_always_fit(kind: str) -> None:
    specs = [ObjectSpec(kind, color, "large") for color in ("red", "green", "blue")]
    specs += [ObjectSpec("cube", "red", "large"), ObjectSpec("ball", "red", "large")]
    for seed in range(200):
        assert place(specs, stream(seed, "layout")).shape == (5, 2)


def test_twenty_objects_are_refused_with_the_number_that_fits() -> None:
    specs = [ObjectSpec("bowl", "red")] * 10 + [ObjectSpec("cube", "red")] * 10
    with pytest.raises(
        PlacementError, match="Could not place 20 objects on a 38 x 32 cm"
    ) as caught:
        place(specs, stream(0, "layout"))
    found = re.search(r"; (\d+) fit\.", str(caught.value))
    assert found is not None
    assert 6 <= int(found[1]) < 20


def test_nothing_is_placed_nowhere() -> None:
    assert place([], stream(0, "layout")).shape == (0, 2)
