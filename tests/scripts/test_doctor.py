"""`vlsim doctor` says what works, what does not, and what to do; no probe can take it down."""

import json
import sysconfig
from pathlib import Path
from typing import Any

import pytest

import vlsim
from vlsim.scripts import doctor
from vlsim.scripts.doctor import (
    BROKEN,
    NOTE,
    OK,
    egl_check,
    episode_check,
    frame_check,
    import_check,
    package_checks,
    python_check,
    torch_checks,
)
from vlsim.scripts.probe import EGL_PROBE, IMPORT_PROBE, PYBULLET_PROBE, TORCH_PROBE, probe

FRAME = {"numpy": True, "ms": 0.5, "colors": 3}
TORCH = {"threads": 2, "cuda": None, "gpu": None, "mps": False}
STANDARD_LIBRARY = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
HEALTHY: dict[str, dict[str, Any]] = {
    doctor.IMPORT_PROBE: {"file": "vlsim/__init__.py"},
    doctor.TORCH_PROBE: TORCH,
    doctor.PYBULLET_PROBE: FRAME,
    doctor.EPISODE_PROBE: {"reset_ms": 9.0, "step_ms": 1.5},
    doctor.EGL_PROBE: {"built": True, "plugin": 0},
}


@pytest.mark.parametrize(
    ("release", "state", "remedy"),
    [
        ((3, 9), BROKEN, "3.10 or newer"),
        ((3, 10), OK, ""),
        ((3, 11), OK, ""),
        ((3, 12), NOTE, "wheels up to 3.11"),
    ],
)
def test_python_is_judged_by_its_release(release: tuple[int, int], state: str, remedy: str) -> None:
    check = python_check(release)
    assert check.state == state
    assert remedy in check.remedy
    assert bool(check.remedy) is bool(remedy)


def test_a_missing_package_is_broken_in_the_core_and_a_note_in_an_extra() -> None:
    checks = package_checks(
        [
            "numpy>=1.26",
            "no-such-thing>=2",
            'no-such-either; extra == "export"',
            'numpy; extra == "export"',
            "imageio[ffmpeg]>=2; extra == 'video'",
        ]
    )
    found = {check.name: (check.state, check.found, check.remedy) for check in checks}
    assert list(found) == ["numpy", "no-such-thing", "extra export", "extra video"]
    assert found["numpy"][0] == OK
    assert found["no-such-thing"] == (BROKEN, "not installed", 'pip install "no-such-thing>=2"')
    assert found["extra export"] == (
        NOTE,
        "missing: no-such-either",
        'pip install "vlsim[export]"',
    )
    assert found["extra video"] == (OK, "all 1 installed", "")


def test_a_folder_that_python_takes_for_vlsim_is_told_from_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = import_check(probe(IMPORT_PROBE))
    assert (check.state, check.found) == (OK, vlsim.__file__)
    # As in the folder above a clone, where an editable install comes too late.
    (tmp_path / "vlsim" / "vlsim").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    without_the_package = f"import sys; sys.path[1:] = {STANDARD_LIBRARY!r}\n"
    check = import_check(probe(without_the_package + IMPORT_PROBE))
    assert check.state == BROKEN
    assert "not the package" in check.found
    assert "another directory" in check.remedy


@pytest.mark.parametrize(
    ("change", "state", "found"),
    [
        ({}, OK, "0.50 ms at 64 px"),
        ({"colors": 2}, OK, "0.50 ms at 64 px"),
        ({"colors": 1}, BROKEN, "the picture is empty"),
        ({"numpy": False, "colors": None}, BROKEN, "without NumPy"),
        ({"error": "crashed with signal 11"}, BROKEN, "crashed with signal 11"),
    ],
)
def test_a_frame_must_come_as_an_array_and_show_something(
    change: dict[str, Any], state: str, found: str
) -> None:
    check = frame_check(FRAME | change)
    assert check.state == state
    assert found in check.found
    assert bool(check.remedy) is (state == BROKEN)


@pytest.mark.parametrize(
    ("change", "state", "found"),
    [
        ({}, NOTE, "built without it"),
        ({"cuda": "13.0"}, NOTE, "CUDA 13.0, but no device"),
        ({"cuda": "13.0", "gpu": "NVIDIA H100"}, OK, "NVIDIA H100"),
    ],
)
def test_cuda_is_optional_and_says_why_it_is_not_there(
    change: dict[str, Any], state: str, found: str
) -> None:
    checks = {check.name: check for check in torch_checks(TORCH | change)}
    assert checks["cuda"].state == state
    assert found in checks["cuda"].found
    assert checks["torch threads"].found.startswith("2 of ")
    assert checks["mps"].state == NOTE
    assert torch_checks(TORCH | {"mps": True})[-1].state == OK


def test_a_torch_that_cannot_be_imported_is_broken() -> None:
    (check,) = torch_checks({"error": "OSError: libtorch.so"})
    assert (check.state, check.found) == (BROKEN, "OSError: libtorch.so")


@pytest.mark.parametrize(
    ("result", "state", "found"),
    [
        ({"built": True, "plugin": 0}, OK, "renders"),
        ({"built": True, "plugin": -1}, NOTE, "does not load"),
        ({"built": False, "plugin": -1}, NOTE, "not in this build"),
        ({"error": "crashed with signal 11"}, NOTE, "crashed with signal 11"),
    ],
)
def test_egl_is_never_needed(result: dict[str, Any], state: str, found: str) -> None:
    check = egl_check(result)
    assert check.state == state
    assert found in check.found


def test_an_environment_that_does_not_run_is_broken() -> None:
    assert episode_check({"error": "ImportError: x"}).state == BROKEN
    assert episode_check({"reset_ms": 9.4, "step_ms": 1.56}).found == (
        "reset 9 ms, step with a 64 px picture 1.6 ms"
    )


def test_a_probe_returns_the_object_that_it_prints_among_other_lines() -> None:
    code = "print('build time: today'); print('{\"a\": 1}'); print('bye')"
    assert probe(code) == {"a": 1}


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crashed with signal 11"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("import sys; sys.exit(3)", "failed without a word"),
        ("print('hello')", "gave no answer"),
    ],
)
def test_a_probe_that_fails_says_how_and_the_doctor_lives(code: str, error: str) -> None:
    assert probe(code) == {"error": error}


def test_a_probe_that_hangs_is_ended() -> None:
    assert probe("import time; time.sleep(60)", seconds=0.2) == {"error": "no answer within 0.2 s"}


def test_pybullet_renders_something_on_this_machine() -> None:
    result = probe(PYBULLET_PROBE)
    assert frame_check(result).state == OK, result
    assert 0.0 < result["ms"] < 1000.0


def test_the_egl_and_torch_probes_answer_whatever_this_machine_has() -> None:
    assert egl_check(probe(EGL_PROBE)).state in (OK, NOTE)
    assert {check.state for check in torch_checks(probe(TORCH_PROBE))} <= {OK, NOTE}


def test_a_healthy_machine_ends_with_code_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "probe", HEALTHY.__getitem__)
    doctor.main(["--json"])
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    names = [check["name"] for check in report["checks"]]
    assert names[0] == "python"
    assert {"torch", "pybullet", "extra dev", "vlsim/Reach-v1", "egl renderer", "ffmpeg"} <= {
        *names
    }
    assert {check["state"] for check in report["checks"]} <= {OK, NOTE}


def test_a_broken_part_ends_with_code_1_and_the_table_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = HEALTHY | {doctor.PYBULLET_PROBE: {"error": "crashed with signal 11"}}
    monkeypatch.setattr(doctor, "probe", broken.__getitem__)
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ending:
        doctor.main([])
    assert ending.value.code == 1
    (line,) = [row for row in capsys.readouterr().out.splitlines() if "pybullet frame" in row]
    assert "broken" in line
    assert "crashed with signal 11" in line
    assert "pip install --force-reinstall --no-cache-dir pybullet" in line


def test_plugins_are_named_and_a_broken_one_says_why() -> None:
    checks = doctor.plugin_checks({"pour": "vlsim-pour 1.2"}, {"fold": "ImportError: no fold"})
    assert [(c.name, c.state, c.found) for c in checks] == [
        ("plug-in pour", "ok", "vlsim-pour 1.2"),
        ("plug-in fold", "note", "ImportError: no fold"),
    ]
    assert checks[1].remedy
