"""Scenes for typed words: what these leave open is as in training."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pytest
from scipy import stats

from vlsim.envs.tasks import TASKS
from vlsim.free_text.understand import parse
from vlsim.instruction_sets import SEEN, is_held_out
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.needs import are_met
from vlsim.scenarios.offers import is_offered
from vlsim.scenarios.scenario import draw_scenario, fit_scenario
from vlsim.scenarios.scenes import draw_scene, draw_specs
from vlsim.seeding import stream
from vlsim.world import SceneState
from vlsim.world.things import ObjectSpec

N_SCENES = 1000
"""Scenes of each typed sentence, and as many of training to compare them with."""
CHANCE = 1e-4
"""How likely two samples of the same must be to differ as much."""
REACH = ScenarioConfig(goals=("reach",))


def looks(scene: SceneState, target: int) -> dict[str, str]:
    """Return the attributes of the target, of one distractor and of one place, each by its name."""
    movable = next(s for i, s in enumerate(scene.specs) if i != target and s.movable)
    place = next(s for s in scene.specs if not s.movable)
    return {
        f"{role} {attribute}": getattr(spec, attribute)
        for role, spec in (("target", scene.specs[target]), ("other", movable), ("place", place))
        for attribute in ("kind", "color", "size", "material")
    }


def likelihood(first: Iterable[str], second: Iterable[str]) -> float:
    """Return how likely two samples of the same differ as much (chi-square)."""
    counts = Counter(first), Counter(second)
    values = sorted(counts[0].keys() | counts[1].keys())
    table = [[count[value] for value in values] for count in counts]
    return float(stats.chi2_contingency(table).pvalue)


@pytest.mark.parametrize("text", ["touch the can", "touch the red thing"])
def test_what_typed_words_leave_open_is_drawn_as_in_training(text: str) -> None:
    goal = parse(text)
    typed: list[SceneState] = []
    trained: list[SceneState] = []
    for seed in range(N_SCENES):
        typed.append(fit_scenario(REACH, "seen", seed, text=text).scene)
    seed = N_SCENES
    while len(trained) < N_SCENES:
        seed += 1
        if are_met(goal, draw_specs(REACH, SEEN, stream(seed, "layout", 0))):
            scene = draw_scene(REACH, SEEN, seed)
            trained += [scene] if is_offered(goal, scene) else []
    target = goal.atoms[0].target

    def sample(scenes: Sequence[SceneState]) -> list[dict[str, str]]:
        return [
            looks(scene, list(map(target.matches, scene.specs)).index(True)) for scene in scenes
        ]

    shown, wanted = sample(typed), sample(trained)
    for name in wanted[0]:
        assert likelihood((s[name] for s in shown), (w[name] for w in wanted)) > CHANCE, name


def held_out(scene: SceneState) -> list[ObjectSpec]:
    return [spec for spec in scene.specs if is_held_out(spec)]


def test_what_training_never_shows_is_there_only_if_the_words_name_it() -> None:
    config = TASKS["pick_place"].scenario
    for text, color, size in (
        ("put the red can in the bowl", "red", None),
        ("put the green ball in the bowl", "green", None),
        ("put the tiny red can in the bowl", "red", "tiny"),
    ):
        for seed in range(20):
            scene = fit_scenario(config, "combo", seed, text=text).scene
            (target,) = (s for s in scene.specs if parse(text).atoms[0].target.matches(s))
            assert target.color == color
            assert all(s.size in config.sizes for s in scene.specs if s != target)
            assert target.size in ((size,) if size else config.sizes)
            assert set(held_out(scene)) <= {target}


def test_a_set_of_words_brings_no_other_factor() -> None:
    for task in ("lift", "pick_place"):
        config = TASKS[task].scenario
        for seed in range(100):
            scene = draw_scenario(config, "colloquial", seed).scene
            assert not held_out(scene)
            assert {(s.size in config.sizes, s.material) for s in scene.specs} == {(True, "plain")}


def test_words_may_name_a_material_that_the_task_does_not_draw() -> None:
    scene = fit_scenario(REACH, "seen", 0, text="touch the wooden ball").scene
    assert [s.kind for s in scene.specs if s.material == "wooden"] == ["ball"]


def test_what_is_put_into_a_scene_stands_anywhere_among_the_others() -> None:
    places = {
        [
            s.size for s in fit_scenario(REACH, "seen", seed, text="touch the tiny can").scene.specs
        ].index("tiny")
        for seed in range(30)
    }
    assert places == {0, 1, 2, 3}
