from pathlib import Path

import pytest

from tests.deploy.bundles import write
from tests.scripts.fake_world import install
from vlsim.errors import BundleError, InvalidValueError, UnknownNameError
from vlsim.scripts import arena


def bundle(path: Path, **spec: object) -> Path:
    return write(path, spec={"control": "primitive", "image_size": 96} | spec)


def test_without_training_the_defaults_hold() -> None:
    assert arena.conditions(["expert", "random"], arena.AUTO, 0) == ("ee_delta", 64)
    assert arena.conditions([], "primitive", 128) == ("primitive", 128)


def test_a_bundle_says_what_it_was_trained_with(tmp_path: Path) -> None:
    run = tmp_path / "demo"
    bundle(run / "policy")
    assert arena.conditions(["expert", str(run)], arena.AUTO, 0) == ("primitive", 96)
    assert arena.conditions([str(run / "policy")], arena.AUTO, 0) == ("primitive", 96)


def test_a_bundle_that_says_nothing_gets_the_defaults(tmp_path: Path) -> None:
    write(tmp_path / "a.vlsim", spec={})
    assert arena.conditions([str(tmp_path / "a.vlsim")], arena.AUTO, 0) == ("ee_delta", 64)


def test_policies_of_one_benchmark_must_agree(tmp_path: Path) -> None:
    one = str(bundle(tmp_path / "one.vlsim"))
    two = str(bundle(tmp_path / "two.vlsim", control="ee_delta"))
    with pytest.raises(
        InvalidValueError, match=r"two\.vlsim was trained with control ee_delta, not"
    ):
        arena.conditions([one, two], arena.AUTO, 0)
    with pytest.raises(InvalidValueError, match="trained with control primitive, not ee_delta"):
        arena.conditions([one], "ee_delta", 0)
    with pytest.raises(InvalidValueError, match="trained with image_size 96, not 64"):
        arena.conditions([one], arena.AUTO, 64)


def test_an_entrant_carries_the_hash_of_its_weights(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "a.vlsim")
    first = arena.entrant(str(folder), "reach", "primitive")
    assert len(first.fingerprint) == 64
    bundle(folder, image_size=128)
    assert arena.entrant(str(folder), "reach", "primitive").fingerprint != first.fingerprint
    assert arena.entrant("expert", "reach", "primitive").fingerprint == ""


def test_a_damaged_bundle_is_found_before_anything_runs(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "a.vlsim")
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(BundleError, match=r"a\.vlsim/manifest\.json"):
        arena.conditions([str(folder)], arena.AUTO, 0)


def test_names_are_checked_with_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'reach'"):
        arena.check_task("reech")
    with pytest.raises(UnknownNameError, match="Did you mean 'combo'"):
        arena.split_sets("seen,comb")
    assert arena.split_sets("seen, combo,") == ("seen", "combo")
    controls = {"no-instruction", "shuffled", "counterfactual", "gibberish"}
    assert set(arena.control_sets(["seen"])) == controls
    assert set(arena.control_sets(["seen", "shuffled+light"])) == {*controls, "shuffled+light"}


def test_the_golden_frame_is_a_hash_of_what_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = install(monkeypatch)
    make_env = arena.EnvMaker("reach", "ee_delta", 64)
    found = arena.golden_frame(make_env)
    assert found == arena.golden_frame(make_env)
    assert len(found) == 16
    assert calls[0] == ("make_env", "reach", "ee_delta", "seen", 64, "rgb_array")
    assert make_env.description == f"image_size=64, code={arena.simulation_code()}"


def test_the_hash_of_the_code_changes_with_the_simulation_and_with_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("scene/arm.py", "observation.py", "seeding.py", "world.py", "README.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(arena, "files", lambda package: tmp_path)
    first = arena.simulation_code()
    (tmp_path / "README.py").write_text("2")
    assert arena.simulation_code() == first
    (tmp_path / "scene" / "arm.py").write_text("2")
    assert arena.simulation_code() != first


def test_there_is_at_least_one_worker_and_not_too_many() -> None:
    assert 1 <= arena.usable_cores() <= arena.MOST_WORKERS
