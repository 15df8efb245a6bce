"""The graph that acts, compiled by Torch-TensorRT: a torch program in which TensorRT computes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from torch.export.passes import move_to_device_pass

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.compiling.engine_cache import EngineCache, hash_of
from vlsim.deploy.compiling.options import BuildOptions
from vlsim.deploy.compiling.tensorrt_builder import Sizes
from vlsim.deploy.engines.graph_engine import GraphEngine, Run, in_parts
from vlsim.deploy.exported import LIMITS
from vlsim.deploy.exporting.inputs import TOKENS, policy_inputs
from vlsim.deploy.exporting.onnx_file import varying_sizes
from vlsim.deploy.exporting.program import policy_program
from vlsim.deploy.manifest import CONFIG, WEIGHTS, one_line
from vlsim.deploy.network import TorchEngine, build_actor
from vlsim.deploy.sizes import read_sizes
from vlsim.errors import EngineError

PROGRAM, ROWS = "policy.pt2", "rows.txt"
DEVICE = "cuda"


def device() -> str:
    """Return the GPU with its architecture.

    Raises:
        EngineError: If torch finds none.
    """
    if not torch.cuda.is_available():
        raise EngineError(
            "The engine 'torch-tensorrt' computes on an NVIDIA GPU, and torch finds none here."
        )
    major, minor = torch.cuda.get_device_capability()
    return f"{torch.cuda.get_device_name()}, SM {major}.{minor}"


def cache_of(package: Any, bundle: Bundle, precision: str) -> EngineCache:  # noqa: ANN401, optional
    """Return where the compiled program of a bundle is kept, for this GPU and these versions."""
    compiler = f"torch-tensorrt-{package.__version__}-torch-{torch.__version__}"
    source = hash_of(bundle, CONFIG, WEIGHTS)
    return EngineCache("torch-tensorrt", compiler, device(), precision, source)


def write_program(
    package: Any,  # noqa: ANN401, optional
    bundle: Bundle,
    precision: str,
    options: BuildOptions,
    folder: Path,
) -> None:
    """Compile the graph that acts. Its types say what TensorRT computes in.

    Raises:
        EngineError: If it cannot be compiled.
    """
    sizes = read_sizes(bundle)[0]
    examples = {name: value.to(DEVICE) for name, value in policy_inputs(sizes).items()}
    varying = Sizes.of(options.rows, sizes.n_words)
    inputs = [
        package.Input(
            dtype=example.dtype,
            name=name,
            **{
                f"{which}_shape": (
                    varying.rows[i],
                    *((varying.words[i],) if name in TOKENS else example.shape[1:2]),
                    *example.shape[2:],
                )
                for i, which in enumerate(("min", "opt", "max"))
            },
        )
        for name, example in examples.items()
    ]
    try:
        program = move_to_device_pass(policy_program(bundle, precision), DEVICE)
        compiled = package.dynamo.compile(
            program,
            arg_inputs=inputs,
            device=DEVICE,
            # It rounds FP32 to 10 bits; the precision is that of the program.
            disable_tf32=True,
            workspace_size=options.workspace,
            version_compatible=options.version_compatible,
            min_block_size=1,
        )
        package.save(
            compiled,
            str(folder / PROGRAM),
            arg_inputs=list(examples.values()),
            dynamic_shapes=dict(zip(examples, varying_sizes(examples), strict=True)),
        )
    # Exception, not a list of them: what a compiler of this size raises is not written down.
    except Exception as error:
        raise EngineError(f"Torch-TensorRT compiled nothing: {one_line(error)}.") from error
    (folder / ROWS).write_text(f"{options.rows[0]} {options.rows[2]}\n", encoding="utf-8")


def open_program(package: Any, bundle: Bundle, precision: str, folder: Path) -> GraphEngine:  # noqa: ANN401
    """Return the engine of what was compiled; sentences are read by torch as it is."""
    engine = TorchEngine(build_actor(bundle))
    fewest, most = map(int, (folder / ROWS).read_text(encoding="utf-8").split())

    def read(inputs: Mapping[str, NDArray[Any]]) -> Sequence[NDArray[Any]]:
        tokens = engine.read(inputs["ids"])
        return tokens.words, tokens.context, tokens.mask

    act = in_parts(_opened(package, folder / PROGRAM), fewest, most)
    return GraphEngine(LIMITS[precision], read, act)


def _opened(package: Any, path: Path) -> Run:  # noqa: ANN401, optional
    # Unpickles, but what this machine wrote: bundles hold none.
    network = package.load(str(path)).module()

    def run(inputs: Mapping[str, NDArray[Any]]) -> Sequence[NDArray[Any]]:
        with torch.no_grad():
            outputs = network(*(torch.from_numpy(array).to(DEVICE) for array in inputs.values()))
        return [tensor.cpu().numpy() for tensor in outputs]

    return run
