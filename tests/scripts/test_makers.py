import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.bundles import write
from tests.scripts.fake_world import install
from vlsim.errors import BundleError, InvalidValueError
from vlsim.interface.conditions import Conditions
from vlsim.interface.policy import ANY, PolicySpec
from vlsim.plugins import LOADED
from vlsim.scripts import makers


def bundle(path: Path, size: int = 96, task: str = "", **spec: Any) -> Path:
    about = {"task": task} if task else {}
    stated = PolicySpec(**{"control": "primitive", "cameras": {"front": size}} | spec)
    return write(path, spec=stated, about=about)


def conditions(control: str, size: int, robot: str) -> Conditions:
    return Conditions(control, robot, {"front": size})


def test_without_training_the_defaults_hold() -> None:
    found = makers.conditions(["expert", "random"], makers.AUTO, 0)
    assert found == conditions("ee_delta", 64, "panda")
    assert makers.conditions([], "primitive", 128) == conditions("primitive", 128, "panda")


def test_a_bundle_says_what_it_was_trained_with(tmp_path: Path) -> None:
    run = tmp_path / "demo"
    bundle(run / "policy")
    for names in (["expert", str(run)], [str(run / "policy")]):
        assert makers.conditions(names, makers.AUTO, 0) == conditions("primitive", 96, "panda")


def test_a_bundle_that_needs_nothing_gets_the_defaults(tmp_path: Path) -> None:
    easy = str(write(tmp_path / "a.vlsim", spec=PolicySpec()))
    assert makers.conditions([easy], makers.AUTO, 0) == conditions("ee_delta", 64, "panda")


def test_policies_of_one_benchmark_must_agree(tmp_path: Path) -> None:
    one = str(bundle(tmp_path / "one.vlsim"))
    two = str(bundle(tmp_path / "two.vlsim", control="ee_delta"))
    small = str(bundle(tmp_path / "small.vlsim", 64))
    slow = str(bundle(tmp_path / "slow.vlsim", control="planar", rate_hz=5))
    for names, control, size, words in (
        ([one, two], makers.AUTO, 0, r"two\.vlsim' needs control 'ee_delta', not 'primitive'\. P"),
        ([one], "ee_delta", 0, r"'primitive', not 'ee_delta'\. Leave --control out to use that\.$"),
        ([one], makers.AUTO, 64, r"'front' with 96 pixels, not 64\. Leave --image-size out to use"),
        ([one, small], makers.AUTO, 0, "with 64 pixels, not 96. .*need the same; measure them in"),
        ([slow], makers.AUTO, 0, r"acts at 5 Hz, not at 10 Hz\. Train or save it for the rate of"),
    ):
        with pytest.raises(InvalidValueError, match=words) as caught:
            makers.conditions(names, control, size)
        assert "\n" not in str(caught.value)


def test_cameras_that_a_policy_reads_are_there(tmp_path: Path) -> None:
    cameras = {"wrist": 128, "front": ANY}
    two = str(bundle(tmp_path / "two.vlsim", cameras=cameras))
    found = makers.conditions(["expert", two], makers.AUTO, 0)
    assert found == Conditions("primitive", "panda", {"front": 128, "wrist": 128})


def test_a_bundle_says_what_robot_it_was_trained_with(tmp_path: Path) -> None:
    iiwa = str(bundle(tmp_path / "iiwa.vlsim", robot="iiwa"))
    panda = str(bundle(tmp_path / "panda.vlsim", robot="panda"))
    assert makers.conditions([iiwa], makers.AUTO, 0).robot == "iiwa"
    assert makers.conditions([iiwa], makers.AUTO, 0, "iiwa").robot == "iiwa"
    assert makers.conditions(["expert"], makers.AUTO, 0, "pusher").robot == "pusher"
    with pytest.raises(InvalidValueError, match=r"iiwa\.vlsim' needs robot 'iiwa', not 'panda'"):
        makers.conditions([panda, iiwa], makers.AUTO, 0)


def test_a_policy_that_was_trained_for_another_task_is_one_line_of_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    push = str(bundle(tmp_path / "push.vlsim", task="push"))
    silent = str(bundle(tmp_path / "silent.vlsim"))
    makers.warn_of_other_tasks(["expert", silent, push], "push")
    assert capsys.readouterr() == ("", "")
    makers.warn_of_other_tasks(["expert", silent, push], "reach")
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(f"vlsim: Warning: {push} was trained for the task 'push', not 're")
    assert output.err.count("\n") == 1


def test_an_entrant_carries_the_hash_of_its_weights(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "a.vlsim")
    first = makers.entrant(str(folder), "primitive")
    assert len(first.fingerprint) == 64
    bundle(folder, 128)
    assert makers.entrant(str(folder), "primitive").fingerprint != first.fingerprint
    assert makers.entrant("expert", "primitive").fingerprint == ""


def test_a_damaged_bundle_is_found_before_anything_runs(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "a.vlsim")
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(BundleError, match=r"a\.vlsim/manifest\.json"):
        makers.conditions([str(folder)], makers.AUTO, 0)


def test_the_golden_frame_is_a_hash_of_what_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = install(monkeypatch)
    offered = Conditions("ee_delta", "iiwa", {"front": 64})
    make_env = makers.EnvMaker("reach", offered, "light", ("wrist",))
    found = makers.golden_frame(make_env)
    assert found == makers.golden_frame(make_env)
    assert len(found) == 16
    options = {
        "robot": "iiwa",
        "instruction_set": "seen",
        "image_size": 64,
        "cameras": ("front", "wrist"),
        "randomization": "light",
        "render_mode": "rgb_array",
    }
    assert calls[0] == ("make_env", "reach", "ee_delta", *options.items())
    assert make_env.description == f"image_size=64, code={makers.simulation_code()}"


@pytest.mark.parametrize("changed", ["scene/arm", *makers.SIMULATION_MODULES])
def test_the_hash_of_the_code_changes_with_the_simulation_and_with_nothing_else(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("scene/arm", *makers.SIMULATION_MODULES, "README"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.py").write_text("1")
    monkeypatch.setattr(makers, "files", lambda package: tmp_path)
    first = makers.simulation_code()
    (tmp_path / "README.py").write_text("2")
    assert makers.simulation_code() == first
    (tmp_path / f"{changed}.py").write_text("2")
    assert makers.simulation_code() != first


def test_the_code_of_demonstrations_names_the_plugins_too(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = makers.simulation_code()
    monkeypatch.setitem(LOADED, "pour", "vlsim-pour 1.2")
    assert makers.simulation_code() == f"{bare}, pour=vlsim-pour 1.2"


def test_the_hash_of_the_code_covers_every_module_that_an_environment_imports() -> None:
    script = "import sys, vlsim.envs.tabletop; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules = {
        name.removeprefix("vlsim.").replace(".", "/")
        for name in run.stdout.split()
        if name.startswith("vlsim.")
    }
    folders = tuple(f"{name}/" for name in makers.SIMULATION)
    single = {name for name in modules if not name.startswith(folders)} - {*makers.SIMULATION}
    shared = {"converter", "errors", "files", "plugins", "reader", "registry"}
    shared |= {"video", "video/frames", "video/lettering"}
    assert single - shared == {*makers.SIMULATION_MODULES}
