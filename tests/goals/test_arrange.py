"""Arrange: success by the relation, a free spot, and the words."""

import math

import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import Arrange
from vlsim.goals.atoms.arrange import SIDES
from vlsim.referring.ref import Ref
from vlsim.referring.relations import AXES, holds
from vlsim.world.things import ObjectSpec

SCENE = table(("red cube", 0.40, 0.15), ("blue bowl", 0.50, 0.0))
CUBE, BOWL = Ref("cube"), Ref("bowl")


@pytest.mark.parametrize("relation", SIDES)
def test_leaving_it_where_the_plan_says_is_success(relation: str):
    goal = Arrange(CUBE, BOWL, relation)
    skill = goal.plan(SCENE)
    assert skill.name == "pick_place"
    assert skill.start_world == pytest.approx((0.40, 0.15))
    after = with_ee(moved(SCENE, 0, to=(*skill.end_world, 0.02)), 0.3, 0.0, 0.3)
    assert holds(relation, after, 0, (1,)) is True
    assert goal.achieved(SCENE, after)
    assert goal.achieved(SCENE, SCENE) is (relation == "right of")
    assert goal.progress(SCENE, after) == {"approach": 1.0, "lift": 1.0, "move": 1.0}


@pytest.mark.parametrize("target", ["cube", "ball", "cylinder"])
@pytest.mark.parametrize("place", ["cube", "cylinder", "bowl", "pad"])
def test_there_is_a_spot_next_to_everything_with_room_to_let_go(target: str, place: str):
    scene = table((f"red {target}", 0.40, 0.15), (f"blue {place}", 0.50, 0.0))
    goal = Arrange(Ref(None, "red"), Ref(None, "blue"), "next to")
    assert goal.is_feasible(scene)
    outlines = sum(spec.footprint for spec in scene.specs)
    gap = math.dist(goal.plan(scene).end_world, (0.50, 0.0)) - outlines
    assert gap >= (0.005 if place == "pad" else 0.03)
    assert goal.achieved(scene, goal.after_motion(scene))


LEFT = Arrange(CUBE, BOWL, "left of")


def left(*, height: float = 0.02, ee: tuple[float, float, float] = (0.3, 0.0, 0.3)):
    return with_ee(moved(SCENE, 0, to=(0.5, -0.12, height)), *ee, opening=0.04)


def test_it_must_lie_on_the_table_at_rest_and_not_be_held():
    assert LEFT.achieved(SCENE, left())
    assert not LEFT.achieved(SCENE, left(height=0.031))
    assert not LEFT.achieved(SCENE, with_speed(left(), 0, 0.05))
    assert not LEFT.achieved(SCENE, left(ee=(0.5, -0.12, 0.02)))


def test_progress_begins_at_zero_and_counts_the_way_to_the_spot():
    assert LEFT.progress(SCENE, SCENE) == {"approach": 0.0, "lift": 0.0, "move": 0.0}
    (x, y), (sx, sy) = (0.40, 0.15), LEFT.plan(SCENE).end_world
    half = moved(SCENE, 0, to=((x + sx) / 2, (y + sy) / 2, 0.10))
    terms = LEFT.progress(SCENE, half)
    assert terms["move"] == pytest.approx(0.5)
    assert terms["lift"] == 1.0


def test_the_spot_is_free_of_other_things():
    axis = AXES["left of"]
    near = 0.02 + 0.055 + 0.04
    crowd = table(
        ("red cube", 0.40, 0.15),
        ("blue bowl", 0.50, 0.0),
        ("green ball", 0.50 + near * axis[0], near * axis[1]),
    )
    spot = LEFT.plan(crowd).end_world
    assert math.dist(spot, crowd.positions_world[2, :2]) >= 0.02 * 2**0.5 + 0.02 + 0.03
    assert LEFT.is_feasible(crowd)


def test_no_spot_beyond_the_workspace():
    edge = table(("red cube", 0.40, 0.15), ("blue bowl", 0.50, -0.17))
    assert not LEFT.is_feasible(edge)
    assert Arrange(CUBE, BOWL, "right of").is_feasible(edge)


@pytest.mark.parametrize(("place", "possible"), [("button", True), ("slider", False)])
def test_a_spot_that_is_too_far_away_to_be_next_to_it_is_none(place: str, possible: bool):
    # The lever's room reaches so far that what is left beside it is not next to it any more.
    scene = table(
        ("red cylinder", 0.36, 0.15), (f"green {place}", 0.59, -0.11), ("red pad", 0.4, 0)
    )
    goal = Arrange(Ref("cylinder"), Ref(place), "next to")
    assert goal.is_feasible(scene) is possible


@pytest.mark.parametrize(("gap", "possible"), [(0.121, False), (0.123, True)])
def test_what_the_open_fingers_cannot_take_is_not_drawn(gap: float, possible: bool):
    # Their middles are 5.2 cm off; a bowl is 5.5 cm wide to either side, and they need 1.5 cm.
    scene = table(("red cube", 0.50, gap), ("blue bowl", 0.50, 0.0))
    assert LEFT.is_feasible(scene) is possible


@pytest.mark.parametrize(("y", "possible"), [(-0.1138, True), (-0.1140, False), (-0.1180, False)])
def test_a_spot_that_is_drawn_has_half_a_centimetre_to_spare(y: float, possible: bool):
    # The table ends at -0.19; things lie 7.8 cm apart, up to 24 degrees beside the axis.
    scene = table(("red cube", 0.40, 0.15), ("red ball", 0.5, y))
    goal = Arrange(CUBE, Ref("ball"), "left of")
    assert goal.is_feasible(scene) is possible
    # The expert itself needs no more than there is.
    assert goal.achieved(scene, goal.after_motion(scene))


def test_what_it_is_left_beside_may_move_too():
    goal = Arrange(CUBE, Ref("ball"), "left of")
    specs = {"target": ObjectSpec("cube", "red"), "place": ObjectSpec("ball", "red")}
    assert goal.misfit(specs) is None
    assert goal.misfit({**specs, "target": ObjectSpec("pad", "red")}) is not None


def test_an_unknown_relation_is_refused():
    with pytest.raises(InvalidValueError, match="got 'under'"):
        Arrange(CUBE, BOWL, "under")


def test_a_sentence_that_could_be_a_place_or_a_side_is_asked_back():
    text = "put the cube next to the bowl on the pad"
    with pytest.raises(InstructionError, match="can be read in two ways"):
        parse(text)
    scene = table(("red cube", 0.40, 0.15), ("blue bowl", 0.50, 0.0), ("red pad", 0.62, 0.15))
    with pytest.raises(InstructionError, match="names nothing"):
        understand(text, scene)
    beside = moved(scene, 0, to=(0.5, 0.10, 0.02))
    assert understand(text, beside).name == "place"
