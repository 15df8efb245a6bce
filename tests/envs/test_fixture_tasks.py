"""What the drawer, button and slider tasks draw and show."""

import json

import numpy as np
import pytest

from vlsim.envs import make_env
from vlsim.interface.labels import FACT_NAMES, LABEL_POINTS
from vlsim.interface.observation import PRIVILEGED, SEGMENTATION

TASKS = {"drawer": "drawer", "button": "button", "slide": "slider"}


@pytest.mark.parametrize(("task", "kind"), TASKS.items())
def test_two_or_three_straight_fixtures_stand_among_distractors(task: str, kind: str) -> None:
    environment = make_env(task, "primitive", image_size=32)
    words, counts = set(), set()
    for seed in range(40):
        _, info = environment.reset(seed=seed)
        specs = environment.initial_scene.specs
        fixtures = [i for i, spec in enumerate(specs) if spec.kind == kind]
        counts.add(len(fixtures))
        goal = environment.goal
        words.add((goal.name, getattr(goal, "side", None)))
        assert info["referent"] in fixtures
        assert not info["is_success"]
        assert sum(spec.movable for spec in specs) >= 2
        for i in fixtures:
            assert environment.initial_scene.orientations_xyzw[i].tolist() == [0, 0, 0, 1]
    assert counts == {2, 3}
    assert len(words) == {"drawer": 2, "button": 1, "slide": 2}[task]
    environment.close()


@pytest.mark.parametrize("task", TASKS)
def test_the_label_points_at_the_handle_and_the_facts_are_of_its_joint(task: str) -> None:
    environment = make_env(task, image_size=64, segmentation=True, privileged=True)
    for seed in range(5):
        observation, info = environment.reset(seed=seed)
        scene, target = environment.scene, info["referent"]
        facts = dict(zip(FACT_NAMES, observation[PRIVILEGED].tolist(), strict=True))
        column, row = ((observation[LABEL_POINTS][:2] + 1) / 2 * 64).astype(int)
        assert observation[SEGMENTATION][row, column] == target
        way = scene.hold_world(target) - scene.ee_position_world
        np.testing.assert_allclose([facts[f"handle_d{axis}"] for axis in "xyz"], way, atol=1e-6)
        assert facts["joint"] == pytest.approx(scene.joint_positions[target])
        kinds = [name for name in FACT_NAMES if name.startswith("joint_is_") and facts[name]]
        assert kinds == [f"joint_is_{scene.specs[target].kind}"]
    environment.close()


def test_a_drawer_in_a_scene_that_was_asked_for_changes_no_shape() -> None:
    asked = {"objects": [{"kind": "drawer", "color": "red", "position": [0.5, 0.0, 0.0225]}]}
    environment = make_env("reach", image_size=32, privileged=True)
    observation, info = environment.reset(seed=0, options={"scene": asked})
    assert environment.observation_space.contains(observation)
    assert json.loads(info["goal"])["target"]["kind"] in ("drawer", None)
    environment.close()
