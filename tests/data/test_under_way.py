"""Still demonstrations: what to do next in scenes that a task begins in, and comes to."""

from dataclasses import fields

import numpy as np
import pytest

from tests.language.strategies import table
from vlsim.agents.scripted.expert import point_at
from vlsim.data.still_pool import StillConfig, StillPool, draw_pool, join
from vlsim.data.under_way import asked_under_way
from vlsim.errors import InvalidValueError
from vlsim.free_text.understand import parse
from vlsim.goals.monitor import Monitor
from vlsim.instruction_sets import SETS
from vlsim.language.tokenizer import default_tokenizer
from vlsim.language.utterance import Utterance
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.scenario import Scenario
from vlsim.scene.simulation import Simulation
from vlsim.seeding import derive, stream
from vlsim.skills import SKILLS
from vlsim.world import SceneState
from vlsim.world.camera import FRONT

STACKS = ScenarioConfig(goals=("stack_three", "push"), n_movable=(4, 4))
SIDE = 32
TOWER = table(("red cube", 0.40, -0.15), ("blue cube", 0.40, 0.15), ("green cube", 0.55, 0.0))


def drawn(workers: int, under_way: float, n_scenes: int = 24) -> StillPool:
    config = StillConfig(n_scenes=n_scenes, n_sentences=2, under_way=under_way)
    return join(list(draw_pool(STACKS, config, SIDE, 0, workers)))


def asked(text: str, scene: SceneState) -> Scenario:
    return Scenario(scene, Utterance(text, parse(text)), text)


def later(*texts: str, seed: int = 0) -> tuple[SceneState, list[tuple[str, Monitor]]]:
    tasks = [asked(text, TOWER) for text in texts]
    scene, found = asked_under_way(tasks, STACKS, SETS["seen"], 3, stream(seed, "later"))
    return scene, [(one.instruction, monitor) for one, monitor in found]


def test_what_comes_next_is_what_the_expert_does() -> None:
    pool = drawn(1, under_way=0.0, n_scenes=8)
    simulation, seen = Simulation(), 0
    for row in range(8):
        for column in range(2):
            text = default_tokenizer().decode(pool.tokens[row, column])
            action = np.append(pool.moves[row, column, 0], pool.skills[row, column])
            scene = _scene_of(row, pool, simulation)
            if scene is None:
                continue
            expected = point_at(Monitor(parse(text), scene).atom.plan(scene))
            assert action[:4] == pytest.approx(expected[:4], abs=1e-6)
            assert action[4] == expected[4:].argmax()
            seen += 1
    simulation.close()
    assert seen >= 10


def _scene_of(row: int, pool: StillPool, simulation: Simulation) -> SceneState | None:
    """Return the scene of a row; None where the first one that was drawn offered no goal."""
    from vlsim.scenarios.scenes import draw_scene

    scene = draw_scene(STACKS, SETS["seen"], derive(0, "still", row))
    simulation.reset(scene)
    is_it = np.array_equal(simulation.render(FRONT, SIDE).rgb, pool.images[row])
    return scene if is_it else None


def test_a_task_under_way_goes_on_where_its_motions_led() -> None:
    tower = "stack the red cube on the blue cube on the green cube"
    scene, found = later(tower)
    text, monitor = found[0]
    assert text == tower and not monitor.is_achieved
    # The blue cube stands on the green one, and the red one is next.
    assert scene.positions_world[1, :2] == pytest.approx(TOWER.positions_world[2, :2], abs=1e-3)
    assert scene.positions_world[1, 2] > TOWER.positions_world[1, 2] + 0.02
    assert monitor.roles["target"] == 0
    assert monitor.atom.plan(scene).start_world == pytest.approx((0.40, -0.15), abs=1e-3)


def test_what_else_is_asked_begins_in_the_scene_that_has_come_to_be() -> None:
    scene, found = later("stack the red cube on the blue cube on the green cube")
    assert len(found) > 1
    for text, monitor in found[1:]:
        assert monitor.began is scene and not monitor.is_achieved
        assert not parse(text).stages(scene)[0].achieved(scene, scene)


def test_a_task_of_one_motion_is_never_under_way() -> None:
    scene, found = later("push the red cube to the left")
    assert scene is TOWER and [text for text, _ in found] == ["push the red cube to the left"]
    tower = "stack the red cube on the blue cube on the green cube"
    _, found = later("push the red cube to the left", tower)
    assert found[0][0] == tower


def test_pools_are_the_same_for_any_number_of_workers() -> None:
    one, two = drawn(1, 0.7), drawn(2, 0.7)
    for field in fields(StillPool):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(two, field.name))
    begun = drawn(1, 0.0)
    changed = (one.images != begun.images).any((1, 2, 3))
    # Pushing takes one motion, so only towers are under way.
    assert 2 <= changed.sum() <= 12


def test_skills_are_places_in_the_registry_and_unused_moves_are_zero() -> None:
    pool = drawn(1, 0.5)
    names = {list(SKILLS)[i] for i in pool.skills.ravel()}
    assert names == {"pick_place", "push"}
    unused = np.arange(pool.moves.shape[2]) >= pool.n_moves[..., None]
    assert unused.any() and not pool.moves[unused].any()
    assert (pool.n_moves >= 1).all()


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(InvalidValueError, match=r"under_way must lie in \[0, 1\]"):
        StillConfig(under_way=share)
