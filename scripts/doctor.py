"""Check this installation: what works, what does not, and what to install."""

import json as json_format
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

import vlsim
from vlsim import plugins
from vlsim.errors import VlsimError
from vlsim.scripts.options import read_options
from vlsim.scripts.probe import (
    EGL_PROBE,
    EPISODE_PROBE,
    IMPORT_PROBE,
    PYBULLET_PROBE,
    TORCH_PROBE,
    probe,
)

OK, NOTE, BROKEN = "ok", "note", "broken"
"""States of a check: works; optional and not there; needed and not there."""


@dataclass(frozen=True)
class DoctorConfig:
    """How to report."""

    json: bool = False
    """Print JSON instead of a table."""


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    state: str
    found: str
    remedy: str = ""
    """What to do about it; empty when there is nothing to do."""


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim doctor`; exits with 1 if something that vlsim needs is broken."""
    config = read_options(DoctorConfig, argv, "vlsim doctor", __doc__)
    checks = [
        python_check(sys.version_info[:2]),
        *package_checks(_requirements()),
        import_check(probe(IMPORT_PROBE)),
        *torch_checks(probe(TORCH_PROBE)),
        frame_check(probe(PYBULLET_PROBE)),
        episode_check(probe(EPISODE_PROBE)),
        egl_check(probe(EGL_PROBE)),
        ffmpeg_check(),
        *plugin_checks(plugins.LOADED, plugins.BROKEN),
    ]
    healthy = all(check.state != BROKEN for check in checks)
    if config.json:
        report = {"vlsim": vlsim.__version__, "ok": healthy, "checks": [asdict(c) for c in checks]}
        print(json_format.dumps(report, indent=2))
    else:
        _print_table(checks)
    if not healthy:
        sys.exit(1)


def python_check(release: tuple[int, ...]) -> Check:
    """Judge the interpreter: 3.11 is the newest for which PyBullet publishes wheels."""
    found = f"{platform.python_implementation()} {platform.python_version()}, {platform.platform()}"
    if release < (3, 10):
        return Check("python", BROKEN, found, "vlsim needs 3.10 or newer; 3.11 is recommended.")
    if release > (3, 11):
        return Check("python", NOTE, found, "PyBullet has wheels up to 3.11; a compiler builds it.")
    return Check("python", OK, found)


def package_checks(requirements: Sequence[str]) -> list[Check]:
    """Look up every package that vlsim's own metadata asks for, the extras in one line each.

    Args:
        requirements: Lines such as `numpy>=1.26` or `onnx; extra == "export"`.
    """
    checks, extras = [], dict[str, list[str]]()
    for requirement in requirements:
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", requirement)
        if extra:
            extras.setdefault(extra[1], []).append(name)
        elif (installed := _version(name)) is None:
            checks.append(Check(name, BROKEN, "not installed", f'pip install "{requirement}"'))
        else:
            checks.append(Check(name, OK, installed))
    for extra_name, names in extras.items():
        missing = [name for name in names if _version(name) is None]
        found = f"missing: {', '.join(missing)}" if missing else f"all {len(names)} installed"
        remedy = f'pip install "vlsim[{extra_name}]"' if missing else ""
        checks.append(Check(f"extra {extra_name}", NOTE if missing else OK, found, remedy))
    return checks


def import_check(result: dict[str, Any]) -> Check:
    """Judge what `IMPORT_PROBE` found: the package, or a folder that happens to have its name."""
    name = "import vlsim"
    if "error" in result:
        return Check(name, BROKEN, result["error"], "Mend the lines above, or report it.")
    if result["file"] is None:
        # Python looks into the present folder first, and an editable install comes last.
        found = "here it finds the folder 'vlsim' of this directory, not the package"
        return Check(name, BROKEN, found, "Run Python in another directory, such as vlsim/.")
    return Check(name, OK, result["file"])


def plugin_checks(loaded: Mapping[str, str], broken: Mapping[str, str]) -> list[Check]:
    """Name every plug-in (docs/plugins.md); without a broken one the rest of vlsim works."""
    remedy = "Mend or uninstall its package."
    return [
        *(Check(f"plug-in {name}", OK, package) for name, package in loaded.items()),
        *(Check(f"plug-in {name}", NOTE, reason, remedy) for name, reason in broken.items()),
    ]


def torch_checks(result: dict[str, Any]) -> list[Check]:
    """Judge what `TORCH_PROBE` found: threads and accelerators."""
    if "error" in result:
        return [
            Check("torch import", BROKEN, result["error"], "pip install --force-reinstall torch")
        ]
    checks = [Check("torch threads", OK, f"{result['threads']} of {os.cpu_count()} cores")]
    if result["gpu"]:
        checks.append(Check("cuda", OK, result["gpu"]))
    elif result["cuda"] is None:
        remedy = "With an NVIDIA GPU: install a CUDA build of torch."
        checks.append(Check("cuda", NOTE, "this torch is built without it", remedy))
    else:
        remedy = "With an NVIDIA GPU: check its driver (nvidia-smi)."
        checks.append(Check("cuda", NOTE, f"CUDA {result['cuda']}, but no device", remedy))
    found = "available" if result["mps"] else "not on this machine"
    return [*checks, Check("mps", OK if result["mps"] else NOTE, found)]


def frame_check(result: dict[str, Any]) -> Check:
    """Judge what `PYBULLET_PROBE` found."""
    name, install = "pybullet frame", "pip install --force-reinstall --no-cache-dir"
    if "error" in result:
        return Check(name, BROKEN, result["error"], f"{install} pybullet")
    if not result["numpy"]:
        # Pictures then come as tuples, one Python integer for each channel of each pixel.
        remedy = (
            f"With numpy installed: {install} --no-build-isolation --no-binary pybullet pybullet"
        )
        return Check(name, BROKEN, "this PyBullet was built without NumPy", remedy)
    if result["colors"] < 2:
        return Check(name, BROKEN, "the picture is empty", f"{install} pybullet")
    return Check(name, OK, f"{result['ms']:.2f} ms at 64 px, NumPy enabled")


def episode_check(result: dict[str, Any]) -> Check:
    """Judge what `EPISODE_PROBE` found."""
    if "error" in result:
        return Check(
            "vlsim/Reach-v1", BROKEN, result["error"], "Mend the lines above, or report it."
        )
    reset, step = result["reset_ms"], result["step_ms"]
    found = f"reset {reset:.0f} ms, step with a 64 px picture {step:.1f} ms"
    return Check("vlsim/Reach-v1", OK, found)


def egl_check(result: dict[str, Any]) -> Check:
    """Judge what `EGL_PROBE` found; vlsim renders on the CPU and does not need it."""
    unneeded = "Not needed: vlsim renders on the CPU."
    if "error" in result:
        return Check("egl renderer", NOTE, result["error"], unneeded)
    if not result["built"]:
        return Check("egl renderer", NOTE, "not in this build of PyBullet", unneeded)
    if result["plugin"] < 0:
        return Check("egl renderer", NOTE, "does not load", unneeded)
    return Check("egl renderer", OK, "renders")


def ffmpeg_check() -> Check:
    """Find the ffmpeg that videos are written with."""
    import imageio_ffmpeg

    try:
        found = f"ffmpeg {imageio_ffmpeg.get_ffmpeg_version()}"
    except RuntimeError as error:
        return Check(
            "ffmpeg", BROKEN, str(error).partition("\n")[0], 'pip install "imageio[ffmpeg]"'
        )
    return Check("ffmpeg", OK, found)


def _requirements() -> list[str]:
    try:
        return requires("vlsim") or []
    except PackageNotFoundError:
        message = "vlsim runs from its folder but is not installed; there: pip install -e ."
        raise VlsimError(message) from None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _print_table(checks: Sequence[Check]) -> None:
    colors = {OK: "green", NOTE: "yellow", BROKEN: "red"}
    table = Table(box=None, pad_edge=False)
    for column in ("what", "state", "found", "what to do"):
        table.add_column(column, overflow="fold")
    for check in checks:
        color = colors[check.state]
        state = f"[{color}]{check.state}[/{color}]"
        table.add_row(check.name, state, escape(check.found), escape(check.remedy))
    Console().print(table)
