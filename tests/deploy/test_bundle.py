"""A bundle is loaded whole, or refused in one line that names the damaged file."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.deploy.bundles import MEASURED, STATE, copy_of, refusal, sign, write
from vlsim.deploy import load_bundle, read_manifest
from vlsim.deploy.manifest import LARGEST, MANIFEST, REQUIRED
from vlsim.errors import BundleError, InvalidValueError
from vlsim.interface.policy import PolicySpec


def test_everything_survives(bundle: Path) -> None:
    found = load_bundle(bundle)
    assert found.config == {"width": 8, "fusion": "film"}
    assert found.tokenizer_json == '{"model": {"vocab": {"röd": 2}}}'
    assert found.manifest.spec == PolicySpec("primitive")
    assert found.manifest.about == {"outputs": {"action": {"shape": [4]}}}
    assert found.manifest.measured == MEASURED
    assert found.manifest.schema_version == 3
    assert all(torch.equal(found.state[name], tensor) for name, tensor in STATE.items())
    assert found.golden["image"].dtype == np.uint8
    np.testing.assert_array_equal(found.golden["action"], np.ones((2, 4)))
    assert read_manifest(bundle) == found.manifest


def test_the_fingerprint_changes_with_a_weight_and_with_nothing_else(tmp_path: Path) -> None:
    other = STATE | {"a.bias": torch.tensor([1, 3])}
    one, same, changed = (
        load_bundle(write(tmp_path / f"{i}.vlsim", state=state)).fingerprint
        for i, state in enumerate((STATE, STATE, other))
    )
    assert one == same != changed


def test_saving_again_replaces_and_a_failed_save_leaves_the_old_one(tmp_path: Path) -> None:
    folder = write(tmp_path / "p.vlsim", config={"v": 1})
    write(folder, config={"v": 2})
    with pytest.raises(BundleError, match="weight 'w' is not finite"):
        write(folder, state={"w": torch.tensor([float("nan")])})
    assert load_bundle(folder).config == {"v": 2}
    assert [p.name for p in tmp_path.iterdir()] == ["p.vlsim"]


@pytest.mark.parametrize("is_folder", [True, False])
def test_what_is_no_bundle_is_never_replaced(tmp_path: Path, is_folder: bool) -> None:
    out = tmp_path / "thesis"
    mine = out / "chapter.txt" if is_folder else out
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    with pytest.raises(InvalidValueError, match="thesis is there already and is no bundle"):
        write(out)
    assert mine.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis"]


def test_an_empty_folder_becomes_a_bundle(tmp_path: Path) -> None:
    (tmp_path / "new.vlsim").mkdir()
    assert load_bundle(write(tmp_path / "new.vlsim", config={"v": 3})).config == {"v": 3}


def test_tensors_that_share_memory_are_stored_as_two(tmp_path: Path) -> None:
    table = torch.arange(4.0)
    found = load_bundle(write(tmp_path / "p.vlsim", state={"a": table, "b": table[1:]}))
    assert found.state["b"].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"config": {"x": float("nan")}}, "config.json cannot be written as JSON"),
        ({"config": {"x": torch.nn.Linear}}, "config.json cannot be written as JSON"),
        ({"config": {"x": "y" * LARGEST["config.json"]}}, "config.json declares"),
        ({"golden": {"x": np.array([object()])}}, "golden.safetensors cannot be written: .*object"),
        (
            {"golden": {"x": np.ones(2, complex)}},
            "golden.safetensors cannot be written: .*complex128",
        ),
        ({"about": {"x": {1, 2}}}, "manifest.json cannot be written as JSON"),
    ],
)
def test_what_could_not_be_loaded_is_not_saved(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(BundleError, match=f"p.vlsim/{message}"):
        write(tmp_path / "p.vlsim", **change)
    assert not list(tmp_path.iterdir())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_changed_byte_anywhere_is_found(pristine: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([MANIFEST, *REQUIRED]))
    raw = bytearray((pristine / name).read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with copy_of(pristine) as folder:
        (folder / name).write_bytes(raw)
        refused = refusal(folder)
    assert name in refused or name == MANIFEST


def test_every_changed_byte_of_the_manifest_is_found(bundle: Path) -> None:
    raw = (bundle / MANIFEST).read_bytes()
    for i in range(len(raw)):
        (bundle / MANIFEST).write_bytes(raw[:i] + bytes([raw[i] ^ 1]) + raw[i + 1 :])
        with pytest.raises(BundleError):
            load_bundle(bundle)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"\n  ", b"\n\t "), (b": ", b":\n"), (b"}\n", b"}"), (b"weights", b"\\u0077eights")],
)
def test_a_changed_space_or_another_spelling_is_found(bundle: Path, old: bytes, new: bytes) -> None:
    raw = (bundle / MANIFEST).read_bytes()
    assert old in raw
    (bundle / MANIFEST).write_bytes(raw.replace(old, new))
    assert "manifest.json was altered" in refusal(bundle)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([MANIFEST, *REQUIRED]), st.integers(0, 10**9))
def test_a_file_that_was_cut_off_is_found(pristine: Path, name: str, cut: int) -> None:
    raw = (pristine / name).read_bytes()
    with copy_of(pristine) as folder:
        (folder / name).write_bytes(raw[: cut % len(raw)])
        assert name in refusal(folder)


@pytest.mark.parametrize("name", [MANIFEST, *REQUIRED])
class TestEveryFile:
    def test_missing(self, bundle: Path, name: str) -> None:
        (bundle / name).rename(bundle / f"old-{name}")
        assert refusal(bundle) == f"policy.vlsim/{name} is missing."

    def test_link(self, bundle: Path, name: str) -> None:
        (bundle / name).rename(bundle.parent / name)
        (bundle / name).symlink_to(bundle.parent / name)
        assert refusal(bundle) == f"policy.vlsim/{name} is a link, not a plain file."

    def test_folder(self, bundle: Path, name: str) -> None:
        (bundle / name).unlink()
        (bundle / name).mkdir()
        assert refusal(bundle) == f"policy.vlsim/{name} is a folder or device, not a plain file."

    def test_pipe_that_would_block_for_ever(self, bundle: Path, name: str) -> None:
        (bundle / name).unlink()
        os.mkfifo(bundle / name)
        assert refusal(bundle) == f"policy.vlsim/{name} is a folder or device, not a plain file."

    def test_random_bytes_with_fitting_hashes(self, bundle: Path, name: str) -> None:
        if name == MANIFEST:
            (bundle / name).write_bytes(bytes(range(256)))
        else:
            (bundle / name).write_bytes(bytes(range(256)))
            sign(bundle)
        assert name in refusal(bundle)

    def test_nothing_in_it(self, bundle: Path, name: str) -> None:
        (bundle / name).write_bytes(b"")
        if name != MANIFEST:
            sign(bundle)
        assert name in refusal(bundle)


def test_no_bundle_at_all_names_what_is_missing(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path.name}/manifest.json is missing."
    (tmp_path / "file").write_text("")
    assert refusal(tmp_path / "file").startswith("file/manifest.json cannot be read")
