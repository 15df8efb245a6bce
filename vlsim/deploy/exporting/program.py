"""The graph that acts as a program of `torch.export`, for compilers that begin with one.

It stands beside a bundle and not in it: `torch.export.load` unpickles parts of the file, so a
stranger's program must never be loaded. From a bundle the same program is made again.
"""

from pathlib import Path

import torch
from torch.export import ExportedProgram

from vlsim.deploy.bundle import Bundle, load_bundle
from vlsim.deploy.exporting.inputs import policy_inputs
from vlsim.deploy.exporting.onnx_file import program_of
from vlsim.deploy.graphs import PolicyGraph
from vlsim.deploy.network import build_actor
from vlsim.files import atomic_write


def policy_program(bundle: Bundle) -> ExportedProgram:
    """Return the program of a bundle's network, for 1 to 16 rows of `policy_inputs`."""
    actor = build_actor(bundle)
    return program_of(PolicyGraph(actor), policy_inputs(actor.config))


def write_program(folder: Path, path: Path) -> Path:
    """Write the program of a bundle as a `.pt2` file; returns where."""
    with atomic_write(path) as temporary:
        torch.export.save(policy_program(load_bundle(folder)), temporary)
    return path
