import math

import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.errors import InvalidValueError
from vlsim.goals import Place
from vlsim.goals.atoms.place import Relation
from vlsim.referring.ref import Ref
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.things import ObjectSpec

IN = Place(Ref("cube"), Ref("bowl"), "in")
ON = Place(Ref("cube"), Ref("pad"), "on")
BOWL = table(("red cube", 0.40, -0.1), ("blue bowl", 0.50, 0.1))
PAD = table(("red cube", 0.40, -0.1), ("blue pad", 0.50, 0.1))
TURNED = table(("red cube", 0.40, -0.1), ("blue pad", 0.50, 0.1), yaws=(0.0, math.pi / 4))


@pytest.mark.parametrize(("gap", "there"), [(0.0, True), (0.0469, True), (0.0471, False)])
def test_in_is_over_the_opening(gap: float, there: bool):
    assert IN.achieved(BOWL, moved(BOWL, 0, to=(0.50 + gap, 0.1, 0.025))) is there


@pytest.mark.parametrize(("z", "there"), [(0.02, True), (0.0499, True), (0.0501, False)])
def test_in_is_below_the_rim(z: float, there: bool):
    assert IN.achieved(BOWL, moved(BOWL, 0, to=(0.50, 0.1, z))) is there


@pytest.mark.parametrize(("gap", "there"), [(0.0, True), (0.0499, True), (0.0501, False)])
@pytest.mark.parametrize("axis", [(1, 0), (0, 1), (-1, 0), (1, 1)])
def test_on_is_over_the_square(gap: float, there: bool, axis: tuple[int, int]):
    now = moved(PAD, 0, to=(0.50 + gap * axis[0], 0.1 + gap * axis[1], 0.022))
    assert ON.achieved(PAD, now) is there


@pytest.mark.parametrize(("gap", "there"), [(0.0706, True), (0.0708, False)])
def test_on_turns_with_the_pad(gap: float, there: bool):
    assert ON.achieved(TURNED, moved(TURNED, 0, to=(0.50 + gap, 0.1, 0.022))) is there
    corner = moved(TURNED, 0, to=(0.50 + 0.045, 0.1 + 0.045, 0.022))
    assert not ON.achieved(TURNED, corner)


@pytest.mark.parametrize(("gap", "there"), [(0.0499, True), (0.0501, False)])
@pytest.mark.parametrize("turn", [0, math.pi / 2, math.pi, -math.pi / 2])
def test_on_follows_the_sides_of_a_turned_pad(gap: float, there: bool, turn: float):
    scene = table(("red cube", 0.4, -0.1), ("blue pad", 0.5, 0.1), yaws=(0.0, math.pi / 6))
    across = math.pi / 6 + turn
    x, y = 0.50 + gap * math.cos(across), 0.1 + gap * math.sin(across)
    assert ON.achieved(scene, moved(scene, 0, to=(x, y, 0.022))) is there


@pytest.mark.parametrize(("z", "there"), [(0.0219, True), (0.0419, True), (0.0421, False)])
def test_on_is_within_two_centimetres_of_lying(z: float, there: bool):
    assert ON.achieved(PAD, moved(PAD, 0, to=(0.50, 0.1, z))) is there


@pytest.mark.parametrize(("goal", "scene", "z"), [(IN, BOWL, 0.025), (ON, PAD, 0.022)])
@pytest.mark.parametrize(("speed", "there"), [(0.019, True), (0.021, False)])
def test_place_is_achieved_only_at_rest(
    goal: Place, scene: SceneState, z: float, speed: float, there: bool
):
    now = with_speed(moved(scene, 0, to=(0.50, 0.1, z)), 0, speed)
    assert goal.achieved(scene, now) is there


@pytest.mark.parametrize(("goal", "scene", "z"), [(IN, BOWL, 0.025), (ON, PAD, 0.022)])
@pytest.mark.parametrize(
    ("rise", "opening", "there"),
    [
        (0.0, 0.04, False),
        (0.0, 0.0479, False),
        (0.0, 0.0481, True),
        (0.0399, 0.04, False),
        (0.0401, 0.04, True),
    ],
)
def test_place_is_achieved_only_when_let_go(
    goal: Place, scene: SceneState, z: float, rise: float, opening: float, there: bool
):
    now = moved(scene, 0, to=(0.50, 0.1, z))
    assert goal.achieved(scene, with_ee(now, 0.50, 0.1, z + rise, opening=opening)) is there


def test_a_larger_place_is_easier_to_hit():
    small = table(("red cube", 0.4, -0.1), ("blue bowl", 0.5, 0.1))
    large = table(("red cube", 0.4, -0.1), ("large blue bowl", 0.5, 0.1))
    assert not IN.achieved(small, moved(small, 0, to=(0.555, 0.1, 0.025)))
    assert IN.achieved(large, moved(large, 0, to=(0.555, 0.1, 0.025)))


def test_move_is_the_share_of_the_distance_to_the_region():
    start = table(("red cube", 0.50, -0.1), ("blue bowl", 0.50, 0.147))
    shares = [
        IN.progress(start, moved(start, 0, to=(0.50, y, 0.02)))["move"]
        for y in (-0.2, -0.1, 0.0, 0.09, 0.147)
    ]
    assert shares == pytest.approx([0.0, 0.0, 0.5, 0.95, 1.0])
    start = table(("red cube", 0.50, -0.1), ("blue pad", 0.50, 0.15))
    shares = [
        ON.progress(start, moved(start, 0, to=(0.50, y, 0.02)))["move"]
        for y in (-0.1, 0.0, 0.09, 0.15)
    ]
    assert shares == pytest.approx([0.0, 0.5, 0.95, 1.0])


def test_lift_is_the_share_of_eight_centimetres():
    lifts = [
        IN.progress(BOWL, moved(BOWL, 0, to=(0.40, -0.1, 0.02 + rise)))["lift"]
        for rise in (-0.01, 0.0, 0.04, 0.08, 0.2)
    ]
    assert lifts == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])


def test_approach_is_the_share_of_the_distance_to_a_grasp():
    before = with_ee(BOWL, 0.40, -0.1, 0.24)
    shares = [
        IN.progress(before, with_ee(BOWL, 0.40, -0.1, z))["approach"]
        for z in (0.24, 0.14, 0.04, 0.02)
    ]
    assert shares == pytest.approx([0.0, 0.5, 1.0, 1.0])


def test_lowering_and_leaving_over_the_place_cost_nothing():
    now = with_ee(moved(BOWL, 0, to=(0.50, 0.1, 0.025)), 0.3, 0.0, 0.4)
    assert IN.progress(BOWL, now) == {"approach": 1.0, "lift": 1.0, "move": 1.0}


def test_the_plan_is_from_centre_to_centre():
    assert IN.plan(BOWL) == Motion("pick_place", (0.40, -0.1), (0.50, 0.1))


@pytest.mark.parametrize(("gap", "free"), [(0.0, False), (0.0266, False), (0.0269, True)])
def test_a_thing_in_the_way_of_the_last_spot_makes_it_infeasible(gap: float, free: bool):
    """They need 3.8 cm between their centres; the farthest spots are 2.7 cm off the middle."""
    scene = table(("red cube", 0.40, -0.1), ("blue bowl", 0.50, 0.1), ("red ball", 0.5, 0.1 - gap))
    assert IN.is_feasible(scene) is free


@pytest.mark.parametrize(
    ("relation", "target", "place", "slot"),
    [
        ("in", "cube", "bowl", None),
        ("on", "ball", "pad", None),
        ("in", "cube", "pad", "place"),
        ("on", "cube", "bowl", "place"),
        ("in", "pad", "bowl", "target"),
        ("on", "cube", "cylinder", "place"),
    ],
)
def test_movable_things_go_in_containers_or_on_surfaces(
    relation: Relation, target: str, place: str, slot: str | None
):
    goal = Place(Ref(target), Ref(place), relation)
    misfit = goal.misfit({"target": ObjectSpec(target, "red"), "place": ObjectSpec(place, "red")})
    assert (misfit and misfit[0]) == slot


def test_what_overhangs_the_edge_of_a_place_is_in_the_way_too():
    pad = table(("red cube", 0.40, -0.1), ("blue pad", 0.50, 0.1), ("green ball", 0.50, 0.1))
    both = table(
        ("red cube", 0.40, -0.1),
        ("blue pad", 0.50, 0.1),
        ("green ball", 0.50, 0.1),
        ("green cylinder", 0.551, 0.1),
    )
    assert ON.plan(pad).end_world == pytest.approx((0.546, 0.1))
    assert ON.plan(both).end_world == pytest.approx((0.454, 0.1))


@pytest.mark.parametrize(("yaw", "fits"), [(0.0, True), (0.6, True), (0.7, False)])
def test_a_cube_that_stands_askew_needs_more_room(yaw: float, fits: bool):
    # 4.6 cm apart: a half side of 2 cm, and one of 2 (cos + sin) cm, may overlap by 2 mm.
    scene = table(
        ("red cube", 0.40, -0.1),
        ("blue pad", 0.50, 0.1),
        ("green cube", 0.50, 0.1),
        yaws=(0.0, 0.0, yaw),
    )
    assert Place(Ref("cube", "red"), Ref("pad"), "on").is_feasible(scene) is fits


def test_an_unknown_relation_is_refused():
    with pytest.raises(InvalidValueError, match="relation must be 'on' or 'in', got 'under'"):
        Place(Ref("cube"), Ref("pad"), "under")
