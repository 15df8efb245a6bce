import shutil
from pathlib import Path

import pytest

from tests.deploy.bundles import DEMO, write


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("bundle") / "policy.vlsim")


@pytest.fixture
def bundle(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "policy.vlsim"))


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """Return a copy of an exported policy."""
    return Path(shutil.copytree(DEMO, tmp_path / "demo.vlsim"))
