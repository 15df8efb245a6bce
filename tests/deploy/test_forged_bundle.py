"""A bundle that was made to do harm: hashes that fit, contents that do not. Nothing in it runs."""

import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from tests.deploy.bundles import STATE, copy_of, list_also, refusal, sign
from vlsim.deploy import load_bundle
from vlsim.deploy.manifest import GOLDEN, LARGEST, MANIFEST, REQUIRED


@pytest.mark.parametrize(
    "name",
    [
        "arrays.npz",
        "../outside.json",
        "/etc/passwd",
        "inner/weights.json",
        "..\\outside.json",
        "C:outside.json",
        ".hidden.json",
        "weights.pkl",
        "policy.pt",
        "pytorch_model.bin",
        "run.py",
        "a.json\n",
        "\x1b[2Ja.json",
        "",
        "a" * 200 + ".json",
        MANIFEST,
    ],
)
def test_a_name_that_is_no_plain_file_of_the_bundle_is_refused(bundle: Path, name: str) -> None:
    sign(bundle, list_also(name))
    assert refusal(bundle).startswith("policy.vlsim/manifest.json lists ")


@pytest.mark.parametrize("size", [10**18, -1, True, "5", None, 1.5, LARGEST[GOLDEN] + 1])
def test_a_size_that_cannot_be_is_refused_before_anything_is_read(
    bundle: Path, size: object
) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["files"]["golden.safetensors"]["bytes"] = size

    sign(bundle, change)
    words = "{} declares" if type(size) is int else "'files.{}.bytes' must be a whole number"
    assert words.format("golden.safetensors") in refusal(bundle)


def test_a_sparse_file_of_a_terabyte_costs_nothing(bundle: Path) -> None:
    with (bundle / "weights.safetensors").open("r+b") as file:
        file.truncate(1 << 40)
    assert "weights.safetensors has 1099511627776 bytes" in refusal(bundle)
    with (bundle / MANIFEST).open("r+b") as file:
        file.truncate(1 << 40)
    assert refusal(bundle) == "policy.vlsim/manifest.json is larger than 1048576 bytes."


@pytest.mark.parametrize("version", [0, 1, 2, 3.0, True, "3", None, [1], "9" * 500])
def test_an_unknown_schema_version_is_named(bundle: Path, version: object) -> None:
    sign(bundle, lambda manifest: manifest.update(schema_version=version))
    assert f"manifest.json has schema version {str(version)[:20]!r}, this vlsim" in refusal(bundle)
    assert refusal(bundle).endswith(
        "this vlsim reads 3: train the policy again, or save it with this version."
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(format="zip"), "does not say that its format is 'vlsim-bundle'"),
        (lambda m: m.update(spec=[]), "manifest.json: 'spec' must be a mapping with control, "),
        (lambda m: m.update(about=3), "manifest.json: 'about' must be a mapping, got 3"),
        (lambda m: m["spec"].update(task="push"), "'spec': No field named 'task'"),
        (lambda m: m["spec"].update(control="primitiv"), "'spec': No control mode named 'prim"),
        (lambda m: m["spec"].update(cameras=["front"]), "'spec.cameras' must be a mapping, got"),
        (lambda m: m["spec"].update(cameras={"front": 31}), "whole number of pixels from 32 to"),
        (
            lambda m: m["spec"].update(rate_hz="10"),
            "'spec.rate_hz' must be a finite number or 'any' or",
        ),
        (lambda m: m["spec"].update(chunk=0), "'spec': chunk must be 1 action or more, got 0"),
        (lambda m: m.update(measured={}), "manifest.json: 'measured' must be a list, got {}"),
        (lambda m: m["files"].pop("config.json"), "config.json is not listed in manifest.json"),
        (lambda m: m.update(files=[]), "manifest.json: 'files' must be a mapping, got []"),
        (
            lambda m: m["files"].update(
                {f"{i}.json": {"bytes": 1, "sha256": ""} for i in range(99)}
            ),
            "64 at most",
        ),
        (
            lambda m: m["files"].update({"config.json": 5}),
            "'files.config.json' must be a mapping with bytes, sha256, got 5",
        ),
        (
            lambda m: m["files"]["config.json"].update(sha256=None),
            "'files.config.json.sha256' must be a string",
        ),
    ],
)
def test_a_forged_manifest_is_refused(
    bundle: Path, change: Callable[[dict[str, Any]], None], message: str
) -> None:
    sign(bundle, change)
    assert message in refusal(bundle)


@pytest.mark.parametrize("name", [MANIFEST, "config.json", "tokenizer.json"])
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[]",
        "3",
        '{"a": NaN}',
        '{"a": ' + "9" * 5000 + "}",
        '{"a": 1} x',
        "\ufeff{}",
    ],
)
def test_json_bombs_and_what_is_no_json_object_are_refused(
    bundle: Path, name: str, text: str
) -> None:
    (bundle / name).write_text(text)
    if name != MANIFEST:
        sign(bundle)
    assert name in refusal(bundle)


def test_a_truncated_tensor_with_fitting_hashes_is_refused(bundle: Path) -> None:
    data = save(STATE)
    (bundle / "weights.safetensors").write_bytes(data[:-1])
    sign(bundle)
    assert "weights.safetensors is no safetensors file" in refusal(bundle)


class Trap:
    """Touches a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.file,))


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("form", ["pickle", "torch", "npz"])
def test_a_pickle_is_never_opened(
    bundle: Path, name: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sprung = bundle.parent / "sprung"
    file = io.BytesIO()
    if form == "pickle":
        pickle.dump(Trap(sprung), file)
    elif form == "torch":
        torch.save({"w": Trap(sprung)}, file)
    else:
        np.savez(file, w=np.array([Trap(sprung)]))
    (bundle / name).write_bytes(file.getvalue())
    (bundle / "unlisted.pkl").write_bytes(file.getvalue())
    sign(bundle)

    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("a pickle was opened")

    for function in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, function, never)
    monkeypatch.setattr(torch, "load", never)
    assert name in refusal(bundle)
    assert not sprung.exists()


def test_the_trap_would_have_sprung(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Trap(tmp_path / "sprung")))
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", ["golden.safetensors", "weights.safetensors"])
@pytest.mark.parametrize(
    "header",
    [
        {"w": {"dtype": "F32", "shape": [10**11], "data_offsets": [0, 4 * 10**11]}},
        {"w": {"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 8]}},
        {"w": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}},
        {"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 8]}},
        {"w": {"dtype": "PICKLE", "shape": [2], "data_offsets": [0, 8]}},
    ],
)
def test_a_tensor_header_that_lies_is_refused(
    bundle: Path, name: str, header: dict[str, Any]
) -> None:
    text = json.dumps(header)
    data = len(text).to_bytes(8, "little") + text.encode() + b"\0" * 8
    (bundle / name).write_bytes(data)
    sign(bundle)
    assert f"{name} is no safetensors file" in refusal(bundle)


@pytest.mark.parametrize("claim", [9, 2**40, 2**63])
def test_a_header_longer_than_its_file_is_refused(bundle: Path, claim: int) -> None:
    (bundle / "golden.safetensors").write_bytes(claim.to_bytes(8, "little") + b"{}")
    sign(bundle)
    assert "golden.safetensors is no safetensors file" in refusal(bundle)


def test_other_listed_files_are_checked_and_not_parsed(bundle: Path) -> None:
    (bundle / "policy.onnx").write_bytes(b"anything")
    sign(bundle, list_also("policy.onnx"))
    assert "policy.onnx has 8 bytes" in refusal(bundle)
    sign(bundle)
    assert load_bundle(bundle).manifest.files["policy.onnx"].bytes == 8
    (bundle / "policy.onnx").write_bytes(b"AnythinG")
    assert "policy.onnx was altered" in refusal(bundle)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(REQUIRED), st.binary(max_size=300).filter(lambda data: b"{" not in data))
def test_any_bytes_with_fitting_hashes_are_refused(pristine: Path, name: str, data: bytes) -> None:
    with copy_of(pristine) as folder:
        (folder / name).write_bytes(data)
        sign(folder)
        assert name in refusal(folder)
