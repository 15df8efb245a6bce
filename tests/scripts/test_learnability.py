"""A run that will learn nothing is told so before it begins, and what to change."""

from dataclasses import replace
from typing import Any

import pytest

from vlsim.agents.config import PPOConfig, TrainConfig
from vlsim.envs.tasks import TASKS
from vlsim.goals import GOALS
from vlsim.scripts.learnability import LEAST_EPISODES, POINTED_GOALS, doubts
from vlsim.scripts.presets import PRESETS
from vlsim.training.config import ImitationConfig, ObjectiveConfig


def all_doubts(**changes: Any) -> str:
    return "\n".join(doubts(replace(TrainConfig(), **changes)))


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.success])
def test_what_has_been_measured_is_not_doubted(name: str) -> None:
    assert list(doubts(PRESETS[name].config)) == []


@pytest.mark.parametrize("task", ["stack", "gather", "sort", "sequence", "tabletop", "turn"])
def test_what_two_places_cannot_tell_is_doubted(task: str) -> None:
    found = all_doubts(task=task, control="ee_delta")
    assert "expect little success. Choose another task: reach, lift, pick_place, button." in found


@pytest.mark.parametrize("task", ["reach", "lift", "pick_place", "button"])
def test_what_two_places_tell_is_not(task: str) -> None:
    assert "expect little success" not in all_doubts(task=task)


def test_what_still_scenes_say_is_not_doubted() -> None:
    shown = ObjectiveConfig(weights="motion=1")
    assert "expect little success" not in all_doubts(task="tabletop", objectives=shown)
    found = all_doubts(task="tabletop", control="ee_delta", objectives=shown)
    assert "expect little success" in found
    assert "expect little success" in all_doubts(
        task="tabletop", objectives=ObjectiveConfig(weights="motion=0,referent=1")
    )


def test_of_several_motions_a_primitive_says_which() -> None:
    assert "place are and which of 3 motions to do, and nothing else" in all_doubts(task="turn")
    assert "place are, and nothing else" in all_doubts(task="turn", control="ee_delta")


def test_a_goal_that_two_places_suffice_for_has_no_other() -> None:
    assert all(set(GOALS[name].slots) <= {"target", "place"} for name in POINTED_GOALS)


def test_the_demos_settings_are_doubted_in_closed_loop() -> None:
    found = all_doubts(control="ee_delta")
    assert "exploration of 0.03 (--ppo.log-std-init -3.5) suits 'primitive'" in found
    assert "Use --ppo.log-std-init -1, or imitate" in found
    assert "Use --still.moving-arm." in found
    assert "8,192 frames at a horizon of 100 (full episodes: 81) are too few" in found
    assert "Use --ppo.total-timesteps 100000 or more" in found
    assert "whether 'pick_place' by 'ee_delta' can be learned, only 'pick_place' by 'prim" in found


def test_what_the_doubts_ask_for_settles_them() -> None:
    frames = LEAST_EPISODES * TASKS["lift"].horizon["ee_delta"]
    ppo = PPOConfig(total_timesteps=frames, log_std_init=-1.0)
    still = replace(TrainConfig().still, moving_arm=True)
    found = all_doubts(task="lift", control="ee_delta", ppo=ppo, still=still)
    assert found.count("\n") == 0
    assert found.startswith("Nobody has measured whether 'lift' by 'ee_delta' can be learned")
    fewer = replace(ppo, total_timesteps=frames - 60)
    assert "too few" in all_doubts(task="lift", control="ee_delta", ppo=fewer, still=still)


def test_an_objective_that_no_stage_learns_is_named() -> None:
    chosen = ObjectiveConfig("referent=1,imitation=2")
    words = "No stage of this run learns the objective 'imitation'. Leave it out of --objectives.w"
    assert words in all_doubts(objectives=chosen)
    imitated = {"imitation": ImitationConfig(steps=6), "demonstrations": "somewhere"}
    assert words not in all_doubts(objectives=chosen, **imitated)


def test_imitation_needs_no_discovery() -> None:
    imitation = ImitationConfig(steps=600)
    found = all_doubts(control="ee_delta", imitation=imitation, demonstrations="somewhere")
    assert "exploration" not in found
    assert "too few" not in found
