"""Instructions that are drawn fit together."""

from vlsim.envs.tasks import TASKS
from vlsim.goals import And
from vlsim.instruction_sets import SEEN
from vlsim.scenarios.composer import COMBINED, sample_instruction
from vlsim.scenarios.config import FORMS
from vlsim.scenarios.scenes import draw_scene
from vlsim.seeding import stream


def test_every_form_that_a_task_may_have_can_be_drawn() -> None:
    assert ("atom", *COMBINED) == FORMS


def test_two_parts_that_are_joined_by_and_never_act_on_the_same_thing() -> None:
    config, names = TASKS["tabletop"].scenario, ("push_away", "push_beside")
    drawn = 0
    for seed in range(60):
        scene = draw_scene(config, SEEN, seed)
        rng = stream(seed, "and")
        found = sample_instruction(scene, names, SEEN, rng, forms=("and",), n_words=48)
        if found is not None:
            goal = found.goal
            assert isinstance(goal, And)
            goal.check(scene)
            drawn += 1
    assert drawn > 20
