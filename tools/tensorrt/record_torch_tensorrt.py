"""Record the parameters of Torch-TensorRT's functions, for the fake that tests compile with.

    python -m tools.tensorrt.record_torch_tensorrt

The package cannot be imported without a GPU's libraries, so its source is read. Writes
tests/deploy/torch_tensorrt.json.
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

OUT = Path(__file__).parents[2] / "tests" / "deploy" / "torch_tensorrt.json"
PACKAGE = "torch-tensorrt==2.14.0"
FUNCTIONS = {
    "dynamo.compile": ("dynamo/_compiler.py", "compile"),
    "save": ("_compile.py", "save"),
    "load": ("_compile.py", "load"),
}
"""Functions that the engine calls: file and name."""


def main() -> None:
    """Download, read and write."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", scratch]
        subprocess.run([*command, PACKAGE], check=True)
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            parameters = {
                called: _parameters(archive.read(f"torch_tensorrt/{file}").decode(), name)
                for called, (file, name) in FUNCTIONS.items()
            }
            source = archive.read("torch_tensorrt/_Input.py").decode()
    # It takes any keywords, and looks for these.
    parameters["Input"] = sorted(set(re.findall(r'kwargs\["(\w+)"\]', source)))
    content = {
        "command": "python -m tools.tensorrt.record_torch_tensorrt",
        "package": PACKAGE,
        "parameters": parameters,
    }
    OUT.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _parameters(source: str, name: str) -> list[str]:
    (function,) = (
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    arguments = function.args
    return [argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)]


if __name__ == "__main__":
    main()
