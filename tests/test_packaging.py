"""What is built and installed is what stands in the folders, and nothing beside `vlsim`."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest
import tomllib

from vlsim import __version__

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS: dict[str, str] = PROJECT["tool"]["setuptools"]["package-dir"]
PARTS = ("pyproject.toml", "README.md", "LICENSE", *FOLDERS.values())

# The wheel must work without the tools of its developers, so here they cannot be imported.
IMPORT_EVERYTHING = """
import importlib, importlib.util, json, pkgutil, sys
for name in ("pytest", "hypothesis", "matplotlib", "ruff", "mypy"):
    sys.modules[name] = None
import vlsim
names = [module.name for module in pkgutil.walk_packages(vlsim.__path__, "vlsim.")]
names = [name for name in names if not name.endswith(".__main__")]
for name in names:
    importlib.import_module(name)
strays = [n for n in ("envs", "agents", "scripts") if importlib.util.find_spec(n) is not None]
print(json.dumps({"file": vlsim.__file__, "names": names, "strays": strays}))
"""


def module_name(path: Path) -> str:
    """Return the dotted name of a source file, such as vlsim.envs.tabletop for envs/tabletop.py."""
    top, *rest = path.relative_to(ROOT).with_suffix("").parts
    package = next(name for name, folder in FOLDERS.items() if folder == top)
    return ".".join([package, *rest]).removesuffix(".__init__")


def sources() -> list[Path]:
    """Return every file of the package, each once."""
    links = [ROOT / "vlsim" / folder for folder in FOLDERS.values()]
    return [
        path
        for folder in FOLDERS.values()
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file()
        and "__pycache__" not in path.parts
        and not any(link in path.parents for link in links)
    ]


def modules() -> list[str]:
    """Return the dotted names of every Python file of the package."""
    return sorted(module_name(path) for path in sources() if path.suffix == ".py")


def test_the_list_of_packages_is_the_list_of_folders() -> None:
    folders = {module_name(path) for path in sources() if path.name == "__init__.py"}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == folders


def test_every_requirement_is_pinned_and_no_pin_names_a_place() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    pinned = {line.partition("==")[0].lower() for line in lines}
    extras = PROJECT["project"]["optional-dependencies"].values()
    wanted = [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    names = {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in wanted}
    assert names - pinned == set()


def test_an_extra_has_the_packages_that_an_error_says_it_brings() -> None:
    said = re.compile(r'import_extra\(\s*"(\w+)[\w.]*", "[^"]*", "([^"]*)"')
    named = [
        match
        for path in sources()
        if path.suffix == ".py"
        for match in said.findall(path.read_text())
    ]
    assert named
    extras = PROJECT["project"]["optional-dependencies"]
    for package, extra in named:
        assert package in {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in extras[extra]}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a source archive, and a wheel from that, out of a copy of the tree."""
    copy = tmp_path_factory.mktemp("copy")
    for part in PARTS:
        if (ROOT / part).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, copy / part, symlinks=True, ignore=ignore)
        else:
            shutil.copy(ROOT / part, copy / part)
    run([sys.executable, "-m", "build", "--no-isolation", str(copy)], copy)
    (found,) = (copy / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment with the wheel that borrows its dependencies."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    interpreter = folder / "bin" / "python"
    purelib = Path(run([interpreter, "-c", PURELIB], folder).strip())
    # A folder named in a .pth file is searched, but .pth files in it, such as that of an editable
    # vlsim, are not read.
    dependencies = sysconfig.get_path("purelib")
    (purelib / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", interpreter]
    run([*pip, "install", "--no-index", "--no-deps", "--force-reinstall", wheel], folder)
    return interpreter


PURELIB = "import sysconfig; print(sysconfig.get_path('purelib'))"


def run(command: list[str | Path], folder: Path) -> str:
    """Run a command in a folder, show what it said if it fails, and return its output."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.xdist_group("wheel")
def test_the_wheel_holds_every_file_once_and_nothing_beside_vlsim(wheel: Path) -> None:
    names = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]
    expected = [
        "/".join([*module_name(path.parent / "__init__.py").split("."), path.name])
        for path in sources()
        if path.suffix == ".py" or path.name == "py.typed"
    ]
    code = [name for name in names if name.endswith(".py") or name.endswith("py.typed")]
    assert sorted(code) == sorted(expected)
    assert {name.partition("/")[0] for name in names} == {"vlsim"}


@pytest.mark.xdist_group("wheel")
@pytest.mark.parametrize("folder", ["vlsim/scene/assets", "vlsim/zoo"])
def test_the_wheel_holds_the_data_files(wheel: Path, folder: str) -> None:
    data = [path.relative_to(ROOT) for path in sources() if path.suffix != ".py"]
    expected = {path.as_posix() for path in data if path.as_posix().startswith(f"{folder}/")}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith(f"{folder}/")}
    assert packed == expected
    assert expected or not (ROOT / folder).exists()


@pytest.mark.xdist_group("wheel")
@pytest.mark.parametrize(
    "name",
    [
        "instruction_sets/colloquial.jsonl",
        "evaluation/report.html",
        "evaluation/report.css",
        "envs/tasks/offered_sets.json",
    ],
)
def test_the_wheel_holds_the_files_beside_the_code(wheel: Path, name: str) -> None:
    assert f"vlsim/{name}" in zipfile.ZipFile(wheel).namelist()


@pytest.mark.xdist_group("wheel")
def test_the_wheel_carries_the_licence_and_the_version(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert f"vlsim-{__version__}.dist-info/licenses/LICENSE" in names
    metadata = zipfile.ZipFile(wheel).read(f"vlsim-{__version__}.dist-info/METADATA").decode()
    assert "\nLicense-Expression: Apache-2.0\n" in metadata


@pytest.mark.xdist_group("wheel")
def test_every_module_can_be_imported_from_the_installed_wheel(python: Path) -> None:
    lines = run([python, "-I", "-c", IMPORT_EVERYTHING], python.parent).splitlines()
    # PyBullet has a line of its own on stdout.
    report = json.loads(next(line for line in lines if line.startswith("{")))
    assert Path(report["file"]).is_relative_to(python.parents[1])
    assert report["strays"] == []
    imported = {"vlsim", *report["names"]}
    assert imported == {name for name in modules() if not name.endswith(".__main__")}


@pytest.mark.xdist_group("wheel")
@pytest.mark.parametrize("command", [["vlsim"], ["python", "-m", "vlsim"]])
def test_the_installed_command_answers(python: Path, command: list[str]) -> None:
    program = [python.with_name(command[0]), *command[1:]]
    assert run([*program, "--version"], python.parent) == f"vlsim {__version__}\n"
