"""The instruction as words: a Gymnasium space of text, in lone and in vector environments."""

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.wrappers import InstructionText
from vlsim.errors import InvalidValueError
from vlsim.interface.observation import IMAGE, INSTRUCTION, PROPRIO

REACH: dict[str, Any] = {"task": "reach", "image_size": 32}


@pytest.mark.parametrize("env_id", list(ENV_IDS.values()))
def test_gymnasiums_checker_has_nothing_to_say_but_that_there_is_a_wrapper(env_id: str) -> None:
    environment = InstructionText(gym.make(env_id, image_size=32, render_mode="rgb_array"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*is different from the unwrapped version")
        check_env(environment)
    environment.close()


def test_the_words_stand_where_the_token_ids_were_and_nothing_else_changes() -> None:
    plain, worded = make_env(**REACH), InstructionText(make_env(**REACH))
    assert set(worded.observation_space.spaces) == set(plain.observation_space.spaces)
    expected, info = plain.reset(seed=4)
    observation, _ = worded.reset(seed=4)
    up = np.array([0, 0, 1, 0, 0, 1], np.float32)
    for found, wanted in (
        (observation, expected),
        (worded.step(up)[0], plain.step(up)[0]),
    ):
        assert found[INSTRUCTION] == info["instruction"]
        assert found in worded.observation_space
        for key in (IMAGE, PROPRIO):
            np.testing.assert_array_equal(found[key], wanted[key])
    for environment in (plain, worded):
        environment.close()


def test_no_instruction_is_a_text_too() -> None:
    environment = InstructionText(make_env(**REACH, instruction_set="no-instruction"))
    observation, _ = environment.reset(seed=0)
    assert observation[INSTRUCTION] == ""
    assert observation in environment.observation_space
    environment.close()


@pytest.mark.parametrize(("mode", "settings"), [("sync", {}), ("async", {"shared_memory": False})])
@pytest.mark.xdist_group("processes")
def test_a_vector_of_environments_gives_a_tuple_of_sentences(
    mode: str, settings: dict[str, Any]
) -> None:
    envs = gym.make_vec(
        ENV_IDS["reach"], 2, mode, settings, [InstructionText], image_size=32, control="primitive"
    )
    observation, infos = envs.reset(seed=[4, 5])
    assert observation[INSTRUCTION] == tuple(infos["instruction"])
    assert len(set(observation[INSTRUCTION])) == 2
    envs.step(np.zeros((2, 13), np.float32))
    later, *_ = envs.step(np.zeros((2, 13), np.float32))
    assert later[INSTRUCTION] == envs.call("task_description") != observation[INSTRUCTION]
    envs.close()


def test_processes_that_would_share_the_words_are_refused_with_what_to_do() -> None:
    with pytest.raises(InvalidValueError, match=r'pass vector_kwargs={"shared_memory": False}'):
        gym.make_vec(ENV_IDS["reach"], 2, "async", wrappers=[InstructionText], image_size=32)


def test_what_is_wrapped_is_made_again_from_its_spec_and_from_a_pickle() -> None:
    worded = InstructionText(gym.make(ENV_IDS["reach"], image_size=32))
    sentence = worded.reset(seed=8)[0][INSTRUCTION]
    for again in (gym.make(copy.deepcopy(worded.spec)), pickle.loads(pickle.dumps(worded))):
        assert again.reset(seed=8)[0][INSTRUCTION] == sentence
        assert isinstance(again.unwrapped, TabletopEnv)
        again.close()
    worded.close()


CHAIN = " then ".join(
    f"put the small yellow ball to the {side} of the large green cube"
    for side in ("left", "right") * 4
)
SPANISH = "toca la bola más pequeña, señor"


@pytest.mark.parametrize(
    ("task", "options"),
    [
        ("sequence", {"instruction": CHAIN}),
        ("reach", {"instruction": "touch the" + " " * 500 + " ball"}),
    ],
)
def test_every_sentence_of_the_environment_is_in_the_space(
    task: str, options: dict[str, Any]
) -> None:
    environment = InstructionText(make_env(task, image_size=32))
    observation, info = environment.reset(seed=0, options=options)
    assert len(observation[INSTRUCTION]) >= 500
    assert observation[INSTRUCTION] == info["instruction"] == options["instruction"]
    assert observation in environment.observation_space
    environment.close()


@pytest.mark.parametrize(
    ("text", "fits"),
    [("", True), (SPANISH, True), ("go " * 128, True), ("go " * 129, False), (7, False)],
)
def test_the_limit_is_the_environments_own_number_of_words(text: object, fits: bool) -> None:
    environment = InstructionText(make_env(**REACH))
    space = environment.observation_space[INSTRUCTION]
    assert (text in space) is fits
    assert space.sample() in space
    assert repr(space) == "Sentence(128)"
    environment.close()


@pytest.mark.parametrize(
    "make",
    [
        lambda: gym.make("CartPole-v1"),
        lambda: gym.wrappers.FlattenObservation(make_env(**REACH)),
    ],
    ids=["another environment", "a wrapper that hides the words"],
)
def test_an_environment_without_an_instruction_is_refused(
    make: Callable[[], gym.Env[Any, Any]],
) -> None:
    environment = make()
    with pytest.raises(InvalidValueError, match=r"InstructionText wraps .* lacks 'instruction'"):
        InstructionText(environment)
    environment.close()
