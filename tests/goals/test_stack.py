from dataclasses import replace

import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.free_text.understand import parse, understand
from vlsim.goals import Goal, Stack, StackFour, StackThree
from vlsim.goals.atoms.stack import Tower
from vlsim.referring.ref import Ref, Relation
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.things import ObjectSpec

RED, BLUE, GREEN = (Ref("cube", color) for color in ("red", "blue", "green"))
CAN = Ref("cylinder")
TWO = Stack(RED, BLUE)
THREE = StackThree(target=RED, middle=GREEN, place=BLUE)
FOUR = StackFour(target=CAN, upper=RED, lower=GREEN, place=BLUE)
SCENE = table(
    ("red cube", 0.40, -0.1),
    ("blue cube", 0.50, 0.1),
    ("green cube", 0.60, 0.0),
    ("red cylinder", 0.40, 0.1),
)
ALOFT = (0.3, 0.0, 0.3)


def piled(*levels: int, gap: float = 0.0, rise: float = 0.0) -> SceneState:
    """Return the scene with things on the blue cube, each `gap` beside and `rise` above."""
    scene, x, top = SCENE, 0.50, 0.04
    for i in levels:
        height = scene.specs[i].height
        x, z = x + gap, top + height / 2 + rise
        scene, top = moved(scene, i, to=(x, 0.1, z)), z + height / 2
    return scene


def upset(scene: SceneState, index: int) -> SceneState:
    """Return the scene with one thing turned on its side."""
    turned = scene.orientations_xyzw.copy()
    turned[index] = (0.7071068, 0.0, 0.0, 0.7071068)
    return scene.replace(orientations_xyzw=turned)


@pytest.mark.parametrize(("gap", "there"), [(0.0, True), (0.0199, True), (0.0201, False)])
def test_the_centre_must_be_over_the_top_of_what_is_below(gap: float, there: bool):
    assert TWO.achieved(SCENE, piled(0, gap=gap)) is there
    assert THREE.achieved(SCENE, piled(2, 0, gap=gap)) is there


@pytest.mark.parametrize(
    ("rise", "there"), [(-0.0101, False), (-0.0099, True), (0.0099, True), (0.0101, False)]
)
def test_it_must_lie_there_within_a_centimetre(rise: float, there: bool):
    assert TWO.achieved(SCENE, piled(0, rise=rise)) is there


@pytest.mark.parametrize(("speed", "there"), [(0.019, True), (0.021, False)])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_every_part_must_be_at_rest(speed: float, there: bool, index: int):
    assert THREE.achieved(SCENE, with_speed(piled(2, 0), index, speed)) is there


@pytest.mark.parametrize(("opening", "there"), [(0.0479, False), (0.0481, True)])
def test_it_must_be_let_go(opening: float, there: bool):
    now = piled(0)
    assert TWO.achieved(SCENE, with_ee(now, 0.50, 0.1, 0.06, opening=opening)) is there


def test_the_order_counts():
    assert THREE.achieved(SCENE, piled(2, 0))
    assert not THREE.achieved(SCENE, piled(0, 2))
    assert FOUR.achieved(SCENE, piled(2, 0, 3))
    assert not FOUR.achieved(SCENE, piled(0, 2, 3))
    assert not THREE.achieved(SCENE, SCENE)


def test_a_can_that_lies_carries_nothing_and_is_on_nothing():
    on_can = StackThree(target=RED, middle=CAN, place=BLUE)
    assert on_can.achieved(SCENE, piled(3, 0))
    assert not on_can.achieved(SCENE, upset(piled(3, 0), 3))
    # The sides of a cube are all alike.
    assert TWO.achieved(SCENE, upset(piled(0), 0))


def test_more_on_top_does_no_harm():
    assert TWO.achieved(SCENE, piled(0, 2))


@pytest.mark.parametrize(
    ("goal", "scene", "start", "end"),
    [
        (TWO, SCENE, (0.40, -0.1), (0.50, 0.1)),
        (THREE, SCENE, (0.60, 0.0), (0.50, 0.1)),
        (THREE, piled(2), (0.40, -0.1), (0.50, 0.1)),
        (FOUR, piled(2, 0), (0.40, 0.1), (0.50, 0.1)),
        (FOUR, piled(2), (0.40, -0.1), (0.50, 0.1)),
    ],
)
def test_the_plan_adds_the_next_level(goal: Goal, scene: SceneState, start, end):
    assert goal.plan(scene) == Motion("pick_place", start, end)


@pytest.mark.parametrize("scene", [piled(0), piled(0, 2), piled(3)])
def test_what_is_in_the_way_is_set_aside_first(scene: SceneState):
    skill = THREE.plan(scene)
    assert skill.start_world == (0.50, 0.1)
    gaps = [
        ((x - skill.end_world[0]) ** 2 + (y - skill.end_world[1]) ** 2) ** 0.5
        for x, y, _ in scene.positions_world.tolist()
    ]
    assert min(gaps) > 0.07


@pytest.mark.parametrize(
    ("goal", "scene", "taken"),
    [
        (TWO, SCENE, 0),
        (THREE, SCENE, 2),
        (THREE, moved(SCENE, 2, to=(0.55, 0.05, 0.12)), 2),
        (THREE, piled(2), 0),
        (THREE, piled(2, 0), 0),
        (FOUR, SCENE, 2),
        (FOUR, piled(2), 0),
        (FOUR, piled(2, 0), 3),
        # The red cube lies where the green one belongs, so it is taken away first.
        (THREE, piled(0), 0),
        # The can is no part: it is in the way, and the words are about the green cube.
        (THREE, piled(3), 2),
    ],
)
def test_the_next_target_is_the_part_that_has_to_be_taken_next(
    goal: Tower, scene: SceneState, taken: int
):
    assert goal.next_target(SCENE, scene) == taken


def test_the_words_name_the_same_parts_whatever_is_taken_next():
    for scene in (SCENE, piled(2), piled(2, 0)):
        assert THREE.named(scene) == {"target": (0,), "middle": (2,), "place": (1,)}
        assert THREE.subject(scene) == 0


@pytest.mark.parametrize(("now", "acted_on"), [(piled(2), 0), (piled(3), 3), (piled(0), 0)])
def test_a_part_that_was_moved_is_right_and_anything_else_is_wrong(now: SceneState, acted_on: int):
    assert THREE.attempted(SCENE, now) == acted_on
    assert (acted_on == THREE.next_target(SCENE, now)) is (acted_on != 3)


def test_the_target_is_freed_of_what_lies_on_it():
    on_red = moved(SCENE, 3, to=(0.40, -0.1, 0.064))
    assert TWO.plan(on_red).start_world == (0.40, -0.1)
    assert TWO.plan(on_red).end_world != (0.50, 0.1)
    assert not TWO.is_feasible(on_red)
    assert TWO.is_feasible(SCENE)


@pytest.mark.parametrize(
    ("beside", "ahead", "room"),
    [
        # The palm reaches 10.3 cm to either side and 3.1 cm ahead; a cube's corner is 2.83 cm off.
        (0.136, 0.0, False),
        (0.137, 0.0, True),
        (0.0, 0.064, False),
        (0.0, 0.065, True),
    ],
)
def test_the_hand_needs_room_beside_the_growing_tower(beside: float, ahead: float, room: bool):
    red = (0.50 - ahead, 0.1 - beside, 0.02)
    scene = moved(moved(SCENE, 3, to=(0.64, 0.18, 0.024)), 0, to=red)
    assert THREE.is_feasible(scene) is room
    # One thing alone is no tower: the palm is above it.
    assert TWO.is_feasible(scene)


def test_the_forecast_puts_each_part_on_the_one_below():
    expected = THREE.expected(SCENE)
    assert THREE.achieved(SCENE, expected)
    assert expected.positions_world[[1, 2, 0]].tolist() == [
        pytest.approx([0.50, 0.1, z]) for z in (0.02, 0.06, 0.10)
    ]


def test_progress_is_the_mean_over_the_levels():
    scene = with_ee(SCENE, *ALOFT)
    start = THREE.progress(scene, scene)
    assert start == {"approach": 0.0, "lift": 0.0, "move": 0.0}
    half = THREE.progress(scene, with_ee(piled(2), *ALOFT))
    assert half["lift"] == pytest.approx(0.5)
    assert half["move"] == pytest.approx(0.5)
    assert THREE.progress(scene, piled(2, 0)) == {"approach": 1.0, "lift": 1.0, "move": 1.0}
    # The upper level does not count before the lower one is built.
    assert THREE.progress(scene, with_ee(piled(0), *ALOFT))["move"] == pytest.approx(0.5)


def test_whoever_moves_a_part_means_the_target():
    assert THREE.attempted(SCENE, piled(2)) == 0
    assert THREE.attempted(SCENE, piled(3)) == 3
    assert THREE.attempted(SCENE, moved(SCENE, 1, to=(0.6, 0.15, 0.02))) == 1
    assert THREE.attempted(SCENE, SCENE) is None


@pytest.mark.parametrize(
    ("kinds", "slot"),
    [
        (("cube", "cylinder"), None),
        (("cylinder", "cube"), None),
        (("ball", "cube"), "target"),
        (("cube", "ball"), "place"),
        (("cube", "pad"), "place"),
        (("bowl", "cube"), "target"),
    ],
)
def test_only_movable_things_with_flat_ends_are_stacked(kinds: tuple[str, str], slot: str | None):
    goal = Stack(Ref(kinds[0]), Ref(kinds[1]))
    specs = dict(zip(goal.slots, (ObjectSpec(kind, "red") for kind in kinds), strict=True))
    assert (goal.misfit(specs) or (None,))[0] == slot


def test_on_and_on_is_a_tower_of_three():
    assert parse("stack the red cube on the green cube on the blue cube") == THREE
    assert parse("stack the can on the red cube on the green cube on the blue cube") == FOUR
    called = replace(TWO, place=Ref("cube", relation=Relation("on", (Ref("pad"),))))
    assert parse("stack the red cube on the cube on the mat") == called
    on_can = Relation("on", (CAN,))
    odd = replace(TWO, place=Ref("cube", relation=on_can))
    slot, why = odd.misfit({"target": SCENE.specs[0], "place": SCENE.specs[1]}) or ("", "")
    assert (slot, why) == ("place", "is called by what it lies on; call it by its looks")


@pytest.mark.parametrize(
    "text",
    [
        "Stack the blue cube, the green cube and the red cube, bottom to top.",
        "stack the red cube, the green cube and the blue cube top to bottom",
        "on the blue cube stack the green cube and the red cube",
        "stack the green cube on the blue cube, and the red cube on top",
    ],
)
def test_the_words_give_the_order(text: str):
    assert parse(text) == THREE
    assert understand(text, SCENE) == THREE
