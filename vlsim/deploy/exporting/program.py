"""The graph that acts as a program of `torch.export`, for compilers that begin with one.

It stands beside a bundle and not in it: `torch.export.load` unpickles parts of the file, so a
stranger's program must never be loaded. From a bundle the same program is made again.
"""

from pathlib import Path

import torch
from torch.export import ExportedProgram

from vlsim.deploy.bundle import Bundle, load_bundle
from vlsim.deploy.exported import FP16, FP32
from vlsim.deploy.exporting.inputs import policy_inputs
from vlsim.deploy.exporting.onnx_file import program_of
from vlsim.deploy.graphs import PolicyGraph
from vlsim.deploy.network import build_actor
from vlsim.files import atomic_write


def policy_program(bundle: Bundle, precision: str = FP32) -> ExportedProgram:
    """Return the program of a bundle's network, for 1 to 16 rows of `policy_inputs`.

    Args:
        bundle: The bundle.
        precision: "fp32", or "fp16" of a network that computes in it, with FP32 at its edges.
    """
    actor = build_actor(bundle)
    graph = PolicyGraph(actor.half() if precision == FP16 else actor)
    return program_of(graph, policy_inputs(actor.config))


def write_program(folder: Path, path: Path) -> Path:
    """Write the program of a bundle as a `.pt2` file; returns where."""
    with atomic_write(path) as temporary:
        torch.export.save(policy_program(load_bundle(folder)), temporary)
    return path
