"""A whole training run, small: it stops, goes on, and gives the same numbers."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from vlsim.agents import training
from vlsim.agents.config import PPOConfig, TrainConfig
from vlsim.agents.load import load_policy
from vlsim.agents.saving import actor_config, save_policy
from vlsim.data.still_pool import StillConfig
from vlsim.deploy.bundle import load_bundle, save_bundle
from vlsim.deploy.engine_policy import load_engine_policy
from vlsim.envs.tasks import TASKS
from vlsim.errors import BundleError, InvalidValueError, UnknownNameError
from vlsim.interface.conditions import Conditions
from vlsim.interface.observation import channels, channels_for
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.actor import Actor
from vlsim.models.device import check_device
from vlsim.runs import read_metrics
from vlsim.scene.randomization import choose_terms
from vlsim.scripts import collect, makers
from vlsim.scripts import train as command
from vlsim.scripts.presets import PRESETS
from vlsim.seeding import stream
from vlsim.skills import SKILLS
from vlsim.training.checkpoint import latest_checkpoint
from vlsim.training.config import GroundingStageConfig, ImitationConfig, ObjectiveConfig

N_PROPRIO = channels("primitive").n_proprio
SMOKE = replace(PRESETS["smoke"].config, threads=1, precision="fp32")

pytestmark = pytest.mark.xdist_group("training")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return command.start(SMOKE, tmp_path_factory.mktemp("runs"), "smoke")


def weights(run):
    return load_file(run / "policy" / "weights.safetensors")


def assert_same_weights(first, second):
    a, b = weights(first), weights(second)
    assert a.keys() == b.keys()
    for name in a:
        assert torch.equal(a[name], b[name]), name


def test_a_run_folder_holds_what_the_design_promises(finished):
    assert {"config.json", "provenance.json", "metrics.jsonl", "policy", "grounded"} <= {
        path.name for path in finished.iterdir()
    }
    stages = [line["stage"] for line in read_metrics(finished)]
    assert stages == ["grounding", "ppo", "ppo"]
    assert latest_checkpoint(finished, training.STAGES)[1].step == 2


@pytest.mark.parametrize(
    ("removed", "words"),
    [
        (["ppo-00000002"], "goes on after step 1 of ppo"),
        (["ppo-00000001", "ppo-00000002"], "goes on after step 4 of grounding"),
    ],
)
def test_a_resumed_run_gives_the_numbers_of_an_uninterrupted_one(
    finished, tmp_path, capsys, removed, words
):
    run = tmp_path / "smoke"
    shutil.copytree(finished, run)
    shutil.rmtree(run / "policy")
    for name in removed:
        shutil.rmtree(run / "checkpoints" / name)
    command.main(["--resume", str(run)])
    assert_same_weights(finished, run)
    stages = [line["stage"] for line in read_metrics(run)]
    assert stages == ["grounding", "ppo", "ppo"]
    said = capsys.readouterr()
    assert words in said.err
    assert f"vlsim benchmark --policy {run} --task pick_place" in said.out


def test_a_finished_run_says_so_and_does_nothing(finished, capsys, monkeypatch):
    monkeypatch.setattr(command, "_train", None)
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*")}
    command.main(["--resume", str(finished)])
    said = capsys.readouterr().out
    assert f"{finished} is finished; there is nothing to go on with." in said
    assert "success  0.00 [0.00, 0.32] n=8 in updates 1 to 2" in said
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("*")} == before


def test_a_run_without_a_checkpoint_says_that_it_begins_again(tmp_path, capsys, monkeypatch):
    started = []
    monkeypatch.setattr(command, "_train", lambda config, run: started.append((config, run)))
    run = command.start(SMOKE, tmp_path, "stopped")
    command.main(["--resume", str(run)])
    assert f"{run} has no checkpoint yet: it begins again." in capsys.readouterr().err
    assert started == [(SMOKE, run)] * 2


def test_one_worker_learns_the_same_and_the_log_says_how_far_it_is(finished, tmp_path, capsys):
    run = command.start(replace(SMOKE, workers=1), tmp_path, "smoke")
    assert_same_weights(finished, run)
    lines = capsys.readouterr().err.splitlines()
    for last in ("Still scenes: 64 of 64 scenes", "Grounding: 4 of 4 steps", "PPO: 8 of 8 frames"):
        assert any(line.startswith(last) for line in lines), last
    assert lines[-1].endswith("success 0.00 (n=4)")


def test_resume_stands_in_the_options_box_of_the_help(capsys):
    with pytest.raises(SystemExit):
        command.main(["--help"])
    shown = capsys.readouterr().out
    options = shown[shown.index(" options ") : shown.index(" subcommands ")]
    assert "--resume RUN" in options


def test_the_seed_changes_the_weights(finished, tmp_path):
    config = replace(SMOKE, seed=1, ppo=replace(SMOKE.ppo, total_timesteps=0))
    run = command.start(config, tmp_path, "other")
    a, b = weights(finished), weights(run)
    assert any(not torch.equal(a[name], b[name]) for name in a)


def test_imitation_is_a_stage_of_its_own_and_goes_on_where_it_stopped(tmp_path):
    collect.main(
        ["--task", "reach", "--episodes", "4", "--out", str(tmp_path / "shown"), "--workers", "0"]
    )
    config = replace(
        SMOKE,
        task="reach",
        control="ee_delta",
        demonstrations=str(tmp_path / "shown"),
        imitation=ImitationConfig(steps=3, batch_size=8, episodes=4),
        ppo=replace(SMOKE.ppo, total_timesteps=0),
    )
    run = command.start(config, tmp_path, "imitation")
    assert [line["stage"] for line in read_metrics(run)] == ["grounding", "imitation"]
    before = weights(run)
    shutil.rmtree(run / "policy")
    shutil.rmtree(run / "checkpoints" / "imitation-00000003")
    command.main(["--resume", str(run)])
    assert all(torch.equal(before[name], value) for name, value in weights(run).items())
    grounded = load_file(run / "grounded" / "weights.safetensors")
    assert torch.equal(grounded["head.layers.0.weight"], before["head.layers.0.weight"])


def test_a_run_of_several_motions_learns_to_choose_one_and_its_bundle_does(tmp_path):
    few = replace(SMOKE.still, n_scenes=16)
    short = replace(SMOKE.ppo, total_timesteps=4)
    config = replace(SMOKE, task="turn", still=few, image_size=32, dim=16, ppo=short)
    run = command.start(config, tmp_path, "turn")
    assert [line["stage"] for line in read_metrics(run)] == ["grounding", "ppo"]
    policy = load_policy(str(run), "primitive")
    policy.reset([0, 1, 2, 3], ["tip the can over"] * 4)
    image = load_bundle(run / "policy").golden["image"]
    action = policy.act({"image": image, "proprio": np.zeros((4, N_PROPRIO), np.float32)})[:, 0]
    assert action.shape == (4, 4 + len(SKILLS))
    # Of each motion 2 p - 1, and -1 of what it does not know.
    chances = dict(zip(SKILLS, ((action[:, 4:] + 1) / 2).T, strict=True))
    assert sum(chances.values()) == pytest.approx(np.ones(4), abs=1e-5)
    assert {name for name, chance in chances.items() if chance.any()} == set(TASKS["turn"].skills)


def test_a_randomised_run_of_another_robot_says_so_and_resumes(tmp_path):
    few = replace(SMOKE.still, n_scenes=16)
    config = replace(SMOKE, robot="iiwa", randomization="light,background", still=few)
    run = command.start(config, tmp_path, "varied")
    written = json.loads((run / "config.json").read_text())
    assert (written["robot"], written["cameras"]) == ("iiwa", "front")
    assert written["randomization"] == "light,background"
    varied = json.loads((run / "policy" / "manifest.json").read_text())["about"]["randomization"]
    assert list(varied) == ["background", "light"]
    assert choose_terms(varied) == choose_terms("light,background")
    expected = Conditions("primitive", "iiwa", {"front": 64})
    assert makers.conditions([str(run)], makers.AUTO, 0) == expected
    before = weights(run)
    shutil.rmtree(run / "policy")
    shutil.rmtree(run / "checkpoints" / "ppo-00000002")
    command.main(["--resume", str(run)])
    assert all(torch.equal(before[name], value) for name, value in weights(run).items())


def test_robot_and_randomisation_change_what_is_learned_from(finished):
    few = replace(SMOKE, still=replace(SMOKE.still, n_scenes=8, moving_arm=True))
    scenario = TASKS["pick_place"].scenario
    pools = [
        training.draw_stills(config, scenario)
        for config in (few, replace(few, robot="iiwa"), replace(few, randomization="light"))
    ]
    for other in pools[1:]:
        assert np.array_equal(pools[0].tokens, other.tokens)
        assert (pools[0].images != other.images).any()


def test_a_run_of_one_robot_does_not_learn_from_demonstrations_of_another(tmp_path):
    shown = tmp_path / "shown"
    collect.main(["--task", "reach", "--episodes", "1", "--out", str(shown), "--workers", "0"])
    reach = ["smoke", "--task", "reach", "--control", "ee_delta", "--out", str(tmp_path / "runs")]
    imitate = ["--demonstrations", str(shown), "--imitation.steps", "1"]
    with pytest.raises(InvalidValueError, match="of robot 'panda', not 'iiwa'; collect others"):
        command.main([*reach, *imitate, "--robot", "iiwa"])
    with pytest.raises(InvalidValueError, match="of task 'reach', not 'push'; collect others"):
        command.main([*reach, *imitate, "--task", "push"])
    with pytest.raises(InvalidValueError, match="of control 'ee_delta', not 'planar'"):
        command.main([*reach, *imitate, "--control", "planar"])
    with pytest.raises(InvalidValueError, match="of image_size '64', not '32'; collect"):
        command.main([*reach, *imitate, "--image-size", "32"])
    with pytest.raises(InvalidValueError, match="no pictures of camera 'wrist'; collect others"):
        command.main([*reach, *imitate, "--cameras", "front,wrist"])
    with pytest.raises(InvalidValueError, match=r"holds [01] episodes that succeeded, not 400"):
        command.main([*reach, *imitate])
    assert not (tmp_path / "runs").exists()


def test_a_blind_run_has_no_word_in_its_pool():
    scenario = TASKS["pick_place"].scenario
    assert (training.draw_stills(SMOKE, scenario).tokens > 0).any()
    assert not training.draw_stills(replace(SMOKE, blind=True), scenario).tokens.any()


def test_saving_a_policy_leaves_the_actor_in_training_mode(tmp_path):
    does = channels_for("primitive", ("lift",))
    actor = Actor(actor_config(SMOKE, VOCABULARY_SIZE, TASKS["lift"].scenario, does)).train()
    save_policy(tmp_path / "p.vlsim", actor, SMOKE)
    assert actor.training


def test_ppo_moves_the_policy_away_from_the_grounded_one(finished):
    before = load_file(finished / "grounded" / "weights.safetensors")
    after = weights(finished)
    assert any(not torch.equal(before[name], after[name]) for name in before)


def test_the_bundle_acts_as_it_did_when_it_was_saved(finished):
    policy = load_policy(str(finished), "primitive")
    observation = {
        "image": np.zeros((2, 64, 64, 3), np.uint8),
        "proprio": np.zeros((2, N_PROPRIO), np.float32),
    }
    policy.reset([0, 1], ["", ""])
    action = policy.act(observation)
    assert action.shape == (2, 1, 4 + len(SKILLS)) and np.abs(action).max() <= 1
    assert policy.attention(observation)["target"].sum((1, 2)) == pytest.approx([1, 1], abs=1e-5)


def test_an_action_does_not_depend_on_the_other_sentences_of_the_batch(finished):
    policy = load_policy(str(finished), "primitive")
    rng = stream(0, "batch")
    observation = {
        "image": np.repeat(rng.integers(0, 256, (1, 64, 64, 3), np.uint8), 4, axis=0),
        "proprio": np.zeros((4, N_PROPRIO), np.float32),
    }
    words = ["lift the red cube", "put the can in the bowl", "go to the ball", "take it"]
    policy.reset([0, 1, 2, 3], words)
    mixed = policy.act(observation)
    fresh = load_policy(str(finished), "primitive")
    fresh.reset([0, 1, 2, 3], words[:1] * 4)
    assert np.array_equal(mixed[0], fresh.act(observation)[0])
    assert not np.array_equal(mixed[0], mixed[1])


def test_a_bundle_whose_network_gives_other_actions_is_refused(finished, tmp_path):
    bundle = load_bundle(finished / "policy")
    state = {k: v + 0.01 if k == "head.shift.bias" else v for k, v in bundle.state.items()}
    state["backbone.vision.stem.0.bias"] = bundle.state["backbone.vision.stem.0.bias"] + 1.0
    save_bundle(
        tmp_path / "bad.vlsim",
        config=bundle.config,
        state=state,
        tokenizer_json=bundle.tokenizer_json,
        spec=bundle.manifest.spec,
        about=bundle.manifest.about,
        golden=bundle.golden,
    )
    with pytest.raises(BundleError, match=r"golden\.safetensors"):
        load_engine_policy("bad", tmp_path / "bad.vlsim")


def test_a_policy_reads_with_the_words_of_its_own_bundle(finished, tmp_path):
    bundle = load_bundle(finished / "policy")
    tokenizer = json.loads(bundle.tokenizer_json)
    ids = tokenizer["model"]["vocab"]
    ids["red"], ids["blue"] = ids["blue"], ids["red"]
    facts = {"config": bundle.config, "state": bundle.state, "golden": bundle.golden}
    facts |= {"spec": bundle.manifest.spec, "about": bundle.manifest.about}
    save_bundle(tmp_path / "swapped.vlsim", tokenizer_json=json.dumps(tokenizer), **facts)
    swapped, plain = (
        load_engine_policy("p", folder)
        for folder in (tmp_path / "swapped.vlsim", finished / "policy")
    )
    said = {}
    for color in ("red", "blue"):
        said[color] = [_told(p, bundle, f"touch the {color} cube") for p in (plain, swapped)]
    assert said["red"] == said["blue"][::-1]
    assert said["red"][0] != said["red"][1]
    ids["wug"] = ids.pop("red")
    save_bundle(tmp_path / "foreign.vlsim", tokenizer_json=json.dumps(tokenizer), **facts)
    foreign = load_engine_policy("p", tmp_path / "foreign.vlsim")
    assert _told(foreign, bundle, "touch the wug cube") == said["red"][1]
    unknown = _told(foreign, bundle, "touch the red cube")
    assert unknown == _told(foreign, bundle, "touch the [UNK] cube") != said["red"][1]
    ids["far"] = 999
    save_bundle(tmp_path / "large.vlsim", tokenizer_json=json.dumps(tokenizer), **facts)
    with pytest.raises(BundleError, match=r"tokenizer\.json has 1000 token ids, its network 512"):
        load_engine_policy("p", tmp_path / "large.vlsim")


def _told(policy, bundle, words):
    policy.reset([0], [words])
    image = bundle.golden["image"][:1]
    return policy.act({"image": image, "proprio": np.zeros((1, N_PROPRIO), np.float32)}).tolist()


def test_policies_are_refused_with_a_reason(finished, tmp_path):
    with pytest.raises(UnknownNameError, match="Did you mean 'expert'"):
        load_policy("exprt", "primitive")
    with pytest.raises(InvalidValueError, match="needs control 'primitive', not 'ee_delta'"):
        load_policy(str(finished), "ee_delta")
    with pytest.raises(InvalidValueError, match="holds no policy yet"):
        load_policy(str(tmp_path), "primitive")


@pytest.mark.parametrize("device", ["cuda:9", "meta", "no such device"])
def test_a_missing_device_is_an_error_and_no_fallback(device):
    with pytest.raises(InvalidValueError, match=f"The device '{device}' cannot be used here"):
        check_device(device)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demoo"], "Did you mean 'demo'"),
        (["smoke", "--task", "pick"], "No task named 'pick'"),
        (["smoke", "--control", "ee"], "No control mode named 'ee'"),
        (["smoke", "--control", "discrete"], "No head for control 'discrete'"),
        (["smoke", "--robot", "pusher"], "'pusher' has no gripper"),
        (["smoke", "--task", "push", "--robot", "pusher", "--control", "ee_delta"], "be moved by"),
        (["smoke", "--cameras", "front,wrst"], "No camera named 'wrst'. Did you mean 'wrist'"),
        (["smoke", "--randomization", "lihgt"], "Did you mean 'light'"),
        (["smoke", "--objectives.weights", "refrent=1"], "Did you mean 'referent'"),
        (
            [
                *("smoke", "--objectives.weights", "referent=1"),
                *("--demonstrations", "shown", "--imitation.steps", "1"),
            ],
            "No objective learns from demonstrations",
        ),
        (["smoke", "--randomization", '{"light"'], "is no JSON"),
        (["smoke", "--image-size", "-4"], "image_size must be .* from 32 to 512, got -4"),
        (["--resume", "nowhere"], "no run folder"),
        (["--seed", "3"], r"Name a preset first \(demo, reach, tabletop, smoke\), or a run"),
        ([], "Name a preset first"),
    ],
)
def test_mistakes_on_the_command_line_are_refused(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((UnknownNameError, InvalidValueError), match=words):
        command.main(arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (lambda: PPOConfig(batch_size=300), "batch_size must divide"),
        (lambda: PPOConfig(clip_range=1.0), r"clip_range must lie in \(0, 1\), got 1.0"),
        (lambda: TrainConfig(workers=3), "workers must divide n_envs = 16, got 3"),
        (lambda: TrainConfig(image_size=66), "multiple of 4, got 66"),
        (lambda: TrainConfig(imitation=ImitationConfig(steps=1)), "needs --demonstrations"),
        (lambda: PPOConfig(batch_size=0), "batch_size must be at least 1, got 0"),
        (lambda: PPOConfig(n_envs=-16), "n_envs must be at least 1, got -16"),
        (lambda: PPOConfig(n_steps=0), "n_steps must be at least 1, got 0"),
        (lambda: PPOConfig(n_epochs=0), "n_epochs must be at least 1, got 0"),
        (lambda: PPOConfig(total_timesteps=-1), "total_timesteps must be at least 0, got -1"),
        (lambda: PPOConfig(learning_rate=float("nan")), "learning_rate must be above 0, got nan"),
        (lambda: PPOConfig(gamma=1.5), r"gamma must lie in \[0, 1\], got 1.5"),
        (lambda: ObjectiveConfig(pool_batch=0), "pool_batch must be at least 1, got 0"),
        (lambda: ObjectiveConfig(word_dropout=2), r"word_dropout must lie in \[0, 1\], got 2"),
        (lambda: GroundingStageConfig(steps=-1), "steps must be at least 0, got -1"),
        (lambda: StillConfig(n_scenes=0), "n_scenes must be at least 1, got 0"),
        (lambda: TrainConfig(threads=0), "threads must be at least 1, got 0"),
    ],
)
def test_configurations_that_cannot_work_are_refused(config, words):
    with pytest.raises(InvalidValueError, match=words):
        config()
