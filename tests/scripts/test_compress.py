"""`vlsim compress`: a bundle like any other comes out, and what cannot be done is one line."""

from pathlib import Path

import pytest

from tests.deploy.bundles import write
from vlsim.agents.load import load_policy
from vlsim.deploy import load_bundle, read_manifest
from vlsim.errors import InvalidValueError
from vlsim.scripts.compress import main

QUICK = ("--scenes", "8", "--steps", "1", "--rounds", "0", "--workers", "1", "--threads", "1")
DEMO = "zoo:demo"


def refusal(*arguments: str) -> str:
    with pytest.raises(InvalidValueError) as caught:
        main(arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_pruned_policy_says_where_it_comes_from_and_acts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "half.vlsim"
    main([DEMO, "--method", "prune", "--out", str(out), *QUICK])
    bundle = load_bundle(out)
    origin = bundle.manifest.about["compressed_from"]
    assert origin["teacher"] == "demo.vlsim" and origin["method"] == "prune"
    assert origin["learning"]["steps"] == 1
    assert bundle.config["backbone"]["dim"] == 32
    teacher = load_policy(DEMO)
    assert load_policy(str(out)).spec == teacher.spec
    printed = capsys.readouterr().out
    assert f"vlsim benchmark --policy {DEMO} --policy {out} --task pick_place" in printed


def test_a_student_has_its_own_parts(tmp_path: Path) -> None:
    out = tmp_path / "small.vlsim"
    main([DEMO, "--vision", "space_to_depth", "--dim", "16", "--out", str(out), *QUICK])
    backbone = load_bundle(out).config["backbone"]
    assert (backbone["vision"], backbone["text"], backbone["dim"]) == ("space_to_depth", "gru", 16)
    assert read_manifest(out).about["task"] == "pick_place"
    load_policy(str(out))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "This student would be as large as its teacher. Choose --dim"),
        (("--method", "prune", "--dim", "8"), "--dim chooses a part of a student"),
        (("--dim", "8", "--keep", "0.5"), "--keep is for --method prune"),
        (("--dim", "8", "--workers", "3"), "workers must divide 16, got 3"),
        (("--dim", "-1"), "dim must be at least 0, got -1"),
        (("--method", "prune", "--keep", "0"), "keep must lie above 0 and up to 1, got 0"),
        (("--dim", "7"), "dim must be a multiple of 2"),
        (("--dim", "8", "--weights", "imitation=1"), "No objective learns from still scenes"),
        (("--dim", "8", "--scenes", "0"), "n_scenes must be at least 1, got 0"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    out = tmp_path / "new" / "small.vlsim"
    assert words in refusal(DEMO, "--out", str(out), *arguments)
    assert not out.parent.exists()


@pytest.mark.parametrize("teacher", ["expert", "no/such/run"])
def test_only_a_trained_policy_has_a_network(tmp_path: Path, teacher: str) -> None:
    words = refusal(teacher, "--dim", "8", "--out", str(tmp_path / "x.vlsim"))
    assert f"Only a trained policy can be made smaller, and '{teacher}' is no run" in words


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine.vlsim")
    assert "is there already" in refusal(DEMO, "--dim", "8", "--out", str(folder))
    assert read_manifest(folder)
