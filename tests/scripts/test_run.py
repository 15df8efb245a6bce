"""`vlsim run` and `vlsim replay` on the simulated robot, and what they refuse."""

import json
from pathlib import Path
from typing import Any

import imageio.v3 as imageio
import numpy as np
import pytest

from tests.deploy.running.fake_robot import Hand, So101
from vlsim.deploy.running.clock import SteppedClock
from vlsim.deploy.running.log import read_run, read_steps
from vlsim.envs.sim_robot import SimRobot
from vlsim.errors import InvalidValueError, RobotError, UnknownNameError
from vlsim.interface.policy import PolicySpec
from vlsim.robots.wiring import Wiring
from vlsim.scripts.__main__ import main as vlsim
from vlsim.scripts.replay import main as replay
from vlsim.scripts.run import main

SIM = ["--robot", "sim", "--fast"]


class Down:
    """Goes down and ahead; where it is a robot module, also a hand that is told poses."""

    name, spec = "down", PolicySpec("ee_delta", cameras={"front": 32})

    def reset(self, seeds: Any, instructions: Any) -> None: ...

    def act(self, observations: Any) -> np.ndarray:
        return np.array([[[0.2, 0.0, -1.0, 0.0, 0.0, 1.0]]], np.float32)


class Interrupted(Down):
    """Ctrl-C, after half a second."""

    asked = 0

    def act(self, observations: Any) -> np.ndarray:
        self.asked += 1
        if self.asked > 5:
            raise KeyboardInterrupt
        return super().act(observations)


class Bent(Down):
    """Returns what is not finite."""

    def act(self, observations: Any) -> np.ndarray:
        return np.full((1, 1, 6), np.nan, np.float32)


class Loose(So101):
    """A robot that does not say how it is wired."""


class Iiwa(So101):
    """Wired as another robot."""

    wiring = Wiring("iiwa")


class Panda(Hand):
    """Told poses, as the policies here want it."""

    def __init__(self) -> None:
        super().__init__(SteppedClock())


def me(name: str) -> str:
    return f"{__name__}:{name}"


def the_run(out: Path) -> Path:
    (folder,) = out.iterdir()
    return folder


def test_the_demo_carries_out_its_instruction_and_its_log_replays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "put the red cube in the blue bowl"
    options = ["--enable-motion", "--speed", "1", "--instruction", words, "--out", str(tmp_path)]
    main(["zoo:demo", *SIM, *options])
    out = capsys.readouterr().out
    assert "Success: yes\n" in out
    assert "and 1 actions: the policy's actions are done. Missed periods 0, late act" in out
    folder = the_run(tmp_path)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["ending.json", "front.mp4", "run.json", "steps.jsonl"]
    steps = list(read_steps(folder))
    assert json.loads((folder / "ending.json").read_text())["periods"] == len(steps)
    # One frame more: what was seen before.
    assert len(imageio.imread(folder / "front.mp4")) == len(steps) + 1
    assert read_run(folder)["instruction"] == words
    assert sum("action" in step for step in steps) == 1
    replay([str(folder)])
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == words
    assert printed[1].startswith("The hand was at most ")
    # Lost commands are all that differs.
    assert float(printed[1].split()[5]) < 10.0


def test_without_enable_motion_nothing_is_sent_and_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--task", "reach", "--seconds", "1", "--no-films", "--out", str(tmp_path)]
    main([me("Down"), *SIM, *options])
    assert "Dry run: nothing is sent to the arm" in capsys.readouterr().err
    steps = list(read_steps(the_run(tmp_path)))
    assert not any(step["is_sent"] for step in steps)
    assert steps[-1]["pose"][2] == pytest.approx(steps[0]["pose"][2], abs=1e-3)
    # At a tenth of the speed: 5 mm a step, ten steps a second.
    assert steps[-1]["setpoint"][2] == pytest.approx(0.3 - 0.05, abs=0.006)
    replay([str(the_run(tmp_path))])
    assert "A dry run: the arm stood still" in capsys.readouterr().out


def test_ctrl_c_stops_the_arm_and_closes_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--task", "reach", "--enable-motion", "--out", str(tmp_path)]
    assert vlsim(["run", me("Interrupted"), *SIM, *options]) == 130
    folder = the_run(tmp_path)
    assert json.loads((folder / "ending.json").read_text())["reason"] == "somebody pressed Ctrl-C"
    assert len(imageio.imread(folder / "front.mp4")) > 10
    assert f"Log: {folder}" in capsys.readouterr().out


def test_an_arm_that_had_to_be_stopped_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--task", "reach", "--no-films", "--out", str(tmp_path)]
    assert vlsim(["run", me("Bent"), *SIM, *options]) == 2
    assert "vlsim: The arm was stopped: a command was not finite: [nan" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (["zoo:demo", "--robot", "simm"], UnknownNameError, "Did you mean 'sim'"),
        (["zoo:demo", "--robot", me("Nobody")], UnknownNameError, "robot in the module"),
        (["zoo:demo", "--robot", "not_there:Arm"], RobotError, "No module named 'not_there'"),
        (["zoo:demo", "--robot", me("Down")], InvalidValueError, "must return a robot as LeRobot"),
        (["zoo:demo", "--robot", me("Loose")], InvalidValueError, "needs an attribute 'wiring'"),
        (
            ["zoo:demo", "--robot", me("Iiwa")],
            InvalidValueError,
            "'zoo:demo' is for the robot 'panda', and this one is 'iiwa'",
        ),
        (["zoo:demo", "--robot", me("Iiwa"), "--fast"], InvalidValueError, "--fast is for --robo"),
        ([me("Down"), *SIM], InvalidValueError, "Missing: --task"),
        (["expert", *SIM, "--task", "reach"], InvalidValueError, "needs the facts of the scene"),
        ([me("Down"), *SIM, "--task", "reach", "--hz", "25"], InvalidValueError, "runs at 25 Hz"),
        (["zoo:demo", *SIM, "--speed", "0"], InvalidValueError, "speed must be above 0"),
        (["zoo:demo", *SIM, "--motions", "-1"], InvalidValueError, "motions must be 0 or more"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_line(
    arguments: list[str], error: type[Exception], words: str, tmp_path: Path
) -> None:
    needed = ["--instruction", "reach the red cube"] if "sim" not in arguments else []
    with pytest.raises(error, match=words) as caught:
        main([*arguments, *needed, "--out", str(tmp_path / "out")])
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_robot_of_ones_own_needs_an_instruction(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="Missing: --instruction"):
        main([me("Down"), "--robot", me("Panda"), "--out", str(tmp_path)])


def test_a_robot_of_ones_own_runs_in_real_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--instruction", "go down", "--seconds", "0.3", "--hz", "100", "--no-films"]
    main([me("Down"), "--robot", me("Panda"), *options, "--out", str(tmp_path)])
    out = capsys.readouterr().out
    assert out.startswith("go down\nEnded after ")
    assert "A period of 10.0 ms took " in out
    assert "Success" not in out


def test_a_folder_that_holds_no_run_cannot_be_replayed(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="There is no file"):
        replay([str(tmp_path)])
    (tmp_path / "run.json").write_text('{"format": "vlsim-robot-run", "schema_version": 9}')
    with pytest.raises(InvalidValueError, match="has schema version 9, this vlsim reads 1"):
        replay([str(tmp_path)])
    (tmp_path / "run.json").write_text('{"format": "vlsim-robot-run", "schema_version": 1}')
    with pytest.raises(InvalidValueError, match=r"run\.json cannot be read: KeyError"):
        replay([str(tmp_path)])


def test_reversed_colours_stop_a_run_before_it_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    observe = SimRobot.get_observation

    def reversed_colours(robot: SimRobot) -> dict[str, Any]:
        seen = observe(robot)
        pictures = {name: value[..., ::-1] for name, value in seen.items() if np.ndim(value) == 3}
        return {**seen, **pictures}

    monkeypatch.setattr(SimRobot, "get_observation", reversed_colours)
    arguments = ["zoo:demo", *SIM, "--enable-motion", "--seconds", "1", "--out", str(tmp_path)]
    with pytest.raises(
        InvalidValueError, match=r"bluer than any in training.*picture\[..., ::-1\]"
    ):
        main(arguments)
    assert list(read_steps(the_run(tmp_path))) == []
    trusted = tmp_path / "trusted"
    main([*arguments[:-1], str(trusted), "--trust-colours"])
    assert len(list(read_steps(the_run(trusted)))) > 25
