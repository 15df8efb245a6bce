"""`vlsim compile --backend aoti`: what torch compiles is kept, and acts as torch does."""

from pathlib import Path

import pytest
import torch

from tests.deploy.test_verify import nothing_shown
from vlsim.agents.config import TrainConfig
from vlsim.agents.load import load_policy
from vlsim.agents.saving import save_policy
from vlsim.deploy import load_bundle
from vlsim.deploy.compiling.engine_cache import cache_folder
from vlsim.deploy.compiling.options import BuildOptions
from vlsim.deploy.engines import COMPILERS, Computing
from vlsim.deploy.verify import compare
from vlsim.errors import EngineError, InvalidValueError
from vlsim.interface.observation import channels_for
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.scripts import verify
from vlsim.scripts.__main__ import main

COMPILE = ["compile", "zoo:demo", "--backend", "aoti", "--episodes", "0"]


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture
def saved_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Save programs instead of compiling them, which takes a minute."""
    monkeypatch.setattr(verify, "COMPARED_EPISODES", 1)

    def compile_and_package(program: torch.export.ExportedProgram, package_path: str) -> None:
        torch.export.save(program, package_path)

    def load(path: str) -> torch.nn.Module:
        return torch.export.load(path).module()

    monkeypatch.setattr(torch._inductor, "aoti_compile_and_package", compile_and_package)
    monkeypatch.setattr(torch._inductor, "aoti_load_package", load)


@pytest.mark.usefixtures("saved_program")
def test_a_policy_is_compiled_verified_kept_and_found_by_its_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(InvalidValueError, match=r"not compiled by torch-2.*--backend aoti --prec"):
        load_policy("zoo:demo@aoti")
    assert main(COMPILE) == 0
    assert "zoo:demo@aoti:fp32: at batch 16 actions differ" in capsys.readouterr().out
    assert len(list(cache_folder().rglob("policy.pt2"))) == 1
    load_policy("zoo:demo@aoti")


def test_a_compiler_that_fails_is_one_line_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no C++\ncompiler")

    monkeypatch.setattr(torch._inductor, "aoti_compile_and_package", fail)
    bundle = load_bundle(Path(str(verify.find_trained("zoo:demo"))))
    with pytest.raises(EngineError, match=r"AOTInductor compiled nothing: no C\+\+ compiler\.$"):
        COMPILERS["aoti"](bundle, Computing(), BuildOptions())
    assert not [path for path in cache_folder().rglob("*") if path.is_file()]


def test_it_has_no_rows_and_no_other_precision_to_choose(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*COMPILE, "--rows", "1", "1", "1"]) == 2
    assert "'aoti' has no rows, workspace and versions to choose" in capsys.readouterr().err
    assert main([*COMPILE, "--precision", "int8"]) == 2
    assert "'aoti' computes with fp32, got 'int8'" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_machine_code_acts_as_torch_does_at_every_batch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    backbone = BackboneConfig(VOCABULARY_SIZE, 16, 32, "conv", "transformer", "late")
    channels = channels_for("ee_delta", ("lift",))
    actor = Actor(ActorConfig("ee_delta", 20, channels, backbone))
    config = TrainConfig(task="lift", control="ee_delta", image_size=32)
    folder = save_policy(tmp_path / "small.vlsim", actor, config)
    COMPILERS["aoti"](load_bundle(folder), Computing(), BuildOptions())
    parity = compare(folder, "aoti", Computing(), nothing_shown)
    assert parity.holds and list(parity.differences) == [1, 2, 16]
