"""The engine of the machine that trains: torch, on any of its devices."""

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.engines.base import ENGINES, Computing, Engine


@ENGINES.register("torch")
def open_torch(bundle: Bundle, computing: Computing) -> Engine:
    """Build the network of a bundle from its weights.

    Raises:
        BundleError: If configuration and weights do not fit.
        InvalidValueError: If there is no such device.
    """
    from vlsim.deploy.network import TorchEngine, build_actor
    from vlsim.models.device import check_device

    return TorchEngine(build_actor(bundle).to(check_device(computing.device)))
