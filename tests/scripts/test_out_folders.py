"""A folder that cannot be written into is one line, before the work, and nothing is lost."""

from pathlib import Path

import pytest

from tests.scripts.fake_world import install
from vlsim.scripts import gallery
from vlsim.scripts.__main__ import main

COMMANDS = (
    "benchmark --policy reader --task reach --sets seen --episodes 1 --workers 0 --out",
    "collect --task reach --episodes 1 --workers 0 --image-size 32 --out",
    "record --policy reader --task reach --episodes 1 --out",
    "train smoke --out",
    "list tasks --gallery",
)


def test_an_export_replaces_bundles_only_and_says_so_before_the_work(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["export", "zoo:nowhere", "--out", str(tmp_path)]) == 2
    assert capfd.readouterr().err == (
        f"vlsim: {tmp_path} is there already and is no bundle; remove it, or choose another "
        "place.\n"
    )
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("inside", ["", "deeper"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_is_no_folder(
    command: str,
    inside: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    calls = install(monkeypatch)
    monkeypatch.setattr(gallery, "make_gallery", calls.append)
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    out = file / inside
    assert main([*command.split(), str(out)]) == 2
    assert capfd.readouterr().err == (
        f"vlsim: Cannot write into the folder {out}: {file} is a file; choose another.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    assert file.read_text() == "mine"
