"""Tiny things, new kinds and materials in the environments: seen, grasped, and put where told."""

import numpy as np
import pytest

from tests.envs.episodes import aimed
from vlsim.envs import make_env
from vlsim.instruction_sets.new_object import NEW_KINDS
from vlsim.interface.labels import FACT_NAMES
from vlsim.interface.observation import IMAGE, PRIVILEGED
from vlsim.world import SceneState, resting_scene
from vlsim.world.things import SIZES, ObjectSpec


def two(kind: str, size: str, material: str = "plain") -> SceneState:
    """Return a scene of one red thing and a large bowl."""
    specs = (ObjectSpec(kind, "red", size, material), ObjectSpec("bowl", "blue", "large"))
    return resting_scene(specs, np.array([[0.45, -0.08], [0.55, 0.08]]), np.array([0.2, 0.0]))


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("kind", NEW_KINDS)
def test_a_new_kind_is_put_into_a_bowl_and_lies_there(kind: str, size: str) -> None:
    environment = make_env("pick_place", "primitive", image_size=32)
    words = {"instruction": "put the red thing in the bowl", "scene": two(kind, size)}
    environment.reset(seed=0, options=words)
    *_, info = environment.step(aimed(environment))
    assert info["is_success"]
    assert environment.scene.distance_xy(0, 1) < environment.scene.specs[1].inner_radius
    environment.close()


@pytest.mark.parametrize("set_name", ["new-object", "relative-size"])
@pytest.mark.parametrize("task", ["lift", "pick_place", "push", "arrange"])
def test_the_plan_succeeds_in_the_new_sets(task: str, set_name: str) -> None:
    environment = make_env(task, "primitive", image_size=32, instruction_set=set_name)
    done = 0
    for seed in range(10):
        environment.reset(seed=seed)
        ended = False
        while not ended:
            _, _, terminated, truncated, info = environment.step(aimed(environment))
            ended = terminated or truncated
        done += info["success_once"]
    environment.close()
    assert done == 10


def test_privileged_facts_of_a_new_kind_fit_the_observation_and_name_no_kind() -> None:
    environment = make_env("pick_place", "primitive", image_size=32, privileged=True)
    words = {"instruction": "put the red thing in the bowl", "scene": two("ring", "tiny")}
    observation, _ = environment.reset(seed=0, options=words)
    assert environment.observation_space.contains(observation)
    facts = dict(zip(FACT_NAMES, observation[PRIVILEGED].tolist(), strict=True))
    assert facts["target_radius"] == pytest.approx(0.024 * 0.769)
    assert facts["target_height"] == pytest.approx(0.030 * 0.769)
    assert not any(value for name, value in facts.items() if name.startswith("target_is_"))
    assert facts["place_is_bowl"] == 1.0
    environment.close()


def test_an_episode_with_materials_repeats_bit_for_bit_and_looks_different() -> None:
    environment = make_env("pick_place", "primitive", image_size=64)

    def played(material: str) -> list[bytes | str]:
        scene = two("cylinder", "tiny", material)
        first, info = environment.reset(seed=0, options={"scene": scene})
        second, *_, after = environment.step(aimed(environment))
        hashes = [info["state_hash"], after["state_hash"]]
        return [first[IMAGE].tobytes(), second[IMAGE].tobytes(), *hashes]

    metal, wooden, again = played("metal"), played("wooden"), played("metal")
    environment.close()
    assert metal == again
    assert all(one != other for one, other in zip(metal, wooden, strict=True))


def test_a_task_takes_sizes_and_materials() -> None:
    scenario = {"sizes": ("tiny",), "materials": ("wooden", "metal")}
    environment = make_env("reach", image_size=32, scenario=scenario)
    environment.reset(seed=1)
    assert {spec.size for spec in environment.scene.specs} == {"tiny"}
    assert {spec.material for spec in environment.scene.specs} == {"wooden", "metal"}
    environment.close()
