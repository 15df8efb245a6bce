"""The engine of the machine that trains: torch, on any of its devices."""

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.engines.base import ENGINES, Computing, Engine, check_torch
from vlsim.deploy.exported import FP32
from vlsim.errors import InvalidValueError


@ENGINES.register("torch")
def open_torch(bundle: Bundle, computing: Computing) -> Engine:
    """Build the network of a bundle from its weights; `threads` are those of the whole process.

    Raises:
        BundleError: If configuration and weights do not fit.
        InvalidValueError: If torch or the device is missing, or another precision is asked for.
    """
    check_torch("torch")
    from vlsim.deploy.network import TorchEngine, build_actor
    from vlsim.models.device import check_device

    if computing.precision != FP32:
        raise InvalidValueError(
            f"The engine 'torch' computes with {FP32}, got '{computing.precision}'; take the "
            "engine 'onnxruntime'."
        )
    if computing.threads:
        import torch

        torch.set_num_threads(computing.threads)
    return TorchEngine(build_actor(bundle).to(check_device(computing.device)))
