"""The engine of the machine that trains: torch, on any of its devices."""

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.engines.base import ENGINES, Computing, Engine
from vlsim.deploy.exported import FP32
from vlsim.errors import InvalidValueError


@ENGINES.register("torch")
def open_torch(bundle: Bundle, computing: Computing) -> Engine:
    """Build the network of a bundle from its weights; `threads` is left to torch.

    Raises:
        BundleError: If configuration and weights do not fit.
        InvalidValueError: If there is no such device, or another precision is asked for.
    """
    from vlsim.deploy.network import TorchEngine, build_actor
    from vlsim.models.device import check_device

    if computing.precision != FP32:
        raise InvalidValueError(
            f"The engine 'torch' computes with {FP32}, got '{computing.precision}'; take the "
            "engine 'onnxruntime'."
        )
    if computing.threads:
        raise InvalidValueError(
            "The engine 'torch' computes with the threads of the whole process, got "
            f"{computing.threads}; set OMP_NUM_THREADS."
        )
    return TorchEngine(build_actor(bundle).to(check_device(computing.device)))
