"""Where compiled policies are kept: outside of bundles, by what they are good for.

An engine fits one version of one compiler, one device, one precision and one network; so each of
these is part of its path.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vlsim.deploy.bundle import Bundle
from vlsim.errors import InvalidValueError
from vlsim.files import atomic_write


def cache_folder() -> Path:
    """Return the folder of compiled policies, `~/.cache/vlsim` unless XDG_CACHE_HOME says other."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "vlsim" / "engines"


@dataclass(frozen=True)
class EngineCache:
    """Compiled forms of one bundle for one machine; one for each profile.

    Args:
        name: Name of the engine.
        compiler: What compiles, with its version: "tensorrt-11.4.0".
        device: What it is compiled for, with its architecture: "NVIDIA H200, SM 9.0".
        precision: What it computes with.
        source: SHA-256 of what it is compiled from.
    """

    name: str
    compiler: str
    device: str
    precision: str
    source: str

    @property
    def machine(self) -> Path:
        """What all bundles share that are compiled here by this compiler."""
        parts = (self.compiler, re.sub(r"[^A-Za-z0-9.]+", "-", self.device))
        return cache_folder().joinpath(*parts)

    @property
    def folder(self) -> Path:
        """Of all profiles."""
        return self.machine / f"{self.source[:32]}-{self.precision}"

    def build(self, profile: str, write: Callable[[Path], None]) -> Path:
        """Return the compiled form of a profile; it is written if it is not there, all or nothing.

        Args:
            profile: Name of the profile.
            write: Writes its files into an empty folder.
        """
        path = self.folder / profile
        if not path.is_dir():
            with atomic_write(path) as temporary:
                temporary.mkdir()
                write(temporary)
        # The one that was asked for last is the one that acts.
        os.utime(path)
        return path

    def latest(self, bundle: Bundle) -> Path:
        """Return the form that was compiled last.

        Raises:
            InvalidValueError: If there is none; says how to compile it.
        """
        profiles = self.folder.iterdir() if self.folder.is_dir() else ()
        # Hidden ones are not finished.
        whole = [path for path in profiles if not path.name.startswith(".")]
        if not whole:
            command = f"{bundle.folder} --backend {self.name} --precision {self.precision}"
            raise InvalidValueError(
                f"{bundle.folder} is not compiled by {self.compiler} for {self.device}; compile it "
                f"with: vlsim compile {command}"
            )
        return max(whole, key=lambda path: path.stat().st_mtime_ns)

    def forget(self) -> None:
        """Remove the form that was compiled last, if there is one."""
        if self.folder.is_dir():
            for path in sorted(self.folder.iterdir(), key=lambda p: p.stat().st_mtime_ns)[-1:]:
                shutil.rmtree(path)


def hash_of(bundle: Bundle, *names: str) -> str:
    """Return one SHA-256 of some files of a bundle, which has compared them with its own.

    Raises:
        BundleError: If it has no such file.
    """
    digest = hashlib.sha256()
    for name in names:
        digest.update(hashlib.sha256(bundle.read(name)).digest())
    return digest.hexdigest()
