"""The tree keeps its shape: small files, honest links, layers, no file that holds everything."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINKED = ("envs", "agents", "scripts")
FOLDERS = ("vlsim", *LINKED, "tests", "benchmarks")
LONGEST_FILE = 400
"""Lines. A longer file is about two things."""
LARGEST_FILE = 5_000_000
"""Bytes of any file of the repository."""
NO_NOUN = {"utils.py", "util.py", "common.py", "helpers.py", "helper.py", "misc.py"}


def files(folder: str, pattern: str) -> Iterator[Path]:
    """Yield the files of a top-level folder, without those that its links lead to."""
    for path in sorted((ROOT / folder).rglob(pattern)):
        parts = path.relative_to(ROOT / folder).parts
        via_link = folder == "vlsim" and parts[0] in LINKED
        if path.is_file() and not via_link and "__pycache__" not in parts:
            yield path


SOURCES = [path for folder in FOLDERS for path in files(folder, "*.py")]


def test_the_sources_are_found_and_each_once() -> None:
    names = [str(path.relative_to(ROOT)) for path in SOURCES]
    assert {"vlsim/errors.py", "envs/__init__.py", "tests/test_layout.py"} <= set(names)
    assert len({path.resolve() for path in SOURCES}) == len(SOURCES)


@pytest.mark.parametrize("name", LINKED)
def test_a_link_leads_to_the_folder_beside_the_library(name: str) -> None:
    link = ROOT / "vlsim" / name
    assert link.is_symlink()
    # Relative, so that it holds in every clone.
    assert link.readlink() == Path("..") / name
    assert link.resolve() == (ROOT / name).resolve()


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in SOURCES}
    assert {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > LONGEST_FILE} == {}


def test_every_file_is_named_after_what_it_holds() -> None:
    assert [str(path) for path in SOURCES if path.name in NO_NOUN] == []


def test_every_folder_with_python_files_is_a_package() -> None:
    folders = {path.parent for path in SOURCES if path.parent != ROOT / "benchmarks"}
    assert sorted(str(f) for f in folders if not (f / "__init__.py").is_file()) == []


def test_no_file_is_larger_than_5_mb() -> None:
    every = [path for folder in (*FOLDERS, "docs") for path in files(folder, "*")]
    assert [str(path) for path in every if path.stat().st_size > LARGEST_FILE] == []


def test_every_module_keeps_to_its_layer() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize("name", LINKED)
def test_a_linked_folder_refuses_to_be_a_second_package(name: str) -> None:
    command = [sys.executable, "-c", f"import {name}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"ImportError: Import 'vlsim.{name}', not '{name}'." in done.stderr
