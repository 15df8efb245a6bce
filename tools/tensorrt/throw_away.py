"""TensorRT's bindings, and TensorRT-RTX behind them, in a throw-away folder: no GPU, no driver.

The bindings need the library of TensorRT, which is not on PyPI; that of TensorRT-RTX has the same
interface and comes in the wheel of an execution provider of onnxruntime. The plug-ins of TensorRT,
which the bindings link too, are an empty library made by the C compiler.
"""

import os
import subprocess
import sys
from pathlib import Path

RTX = "onnxruntime-ep-nv-tensorrt-rtx-cu13==0.5.0"
"""Wheel with TensorRT-RTX 1.7.1."""
BINDINGS = {"11": "tensorrt-cu13-bindings==11.4.0.106", "10": "tensorrt-cu12-bindings==10.3.0"}
"""The bindings by their main version: the newest, and that of JetPack 6.1."""
LIBRARIES = {"libnvinfer": "libtensorrt_rtx", "libnvonnxparser": "libtensorrt_onnxparser_rtx"}
PLUGINS = "int initLibNvInferPlugins(void *log, const char *space) { return 1; }\n"


def environment(folder: Path, version: str) -> dict[str, str]:
    """Install the bindings of a main version; return the environment to import them in.

    Args:
        folder: Throw-away folder; what is there already is not downloaded again.
        version: "10" or "11".
    """
    wheels, bindings = folder / "rtx", folder / f"bindings-{version}"
    for path, package in ((wheels, RTX), (bindings, BINDINGS[version])):
        if not path.is_dir():
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
            command += ["--disable-pip-version-check", "--target", str(path), package]
            subprocess.run(command, check=True)
    libraries = folder / "lib"
    libraries.mkdir(exist_ok=True)
    for name, bundled in LIBRARIES.items():
        link = libraries / f"{name}.so.{version}"
        if not link.is_symlink():
            link.symlink_to(next(wheels.rglob(f"{bundled}.so*")).resolve())
    plugins = libraries / f"libnvinfer_plugin.so.{version}"
    if not plugins.exists():
        source = libraries / "plugins.c"
        source.write_text(PLUGINS)
        compiler = os.environ.get("CC", "cc")
        subprocess.run([compiler, "-shared", "-fPIC", "-o", plugins, source], check=True)
    root = Path(__file__).parents[2]
    return {
        **os.environ,
        "LD_LIBRARY_PATH": str(libraries),
        "PYTHONPATH": os.pathsep.join((str(root), str(bindings))),
    }
