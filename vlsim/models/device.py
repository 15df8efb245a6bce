"""Where networks compute."""

import torch

from vlsim.errors import InvalidValueError


def check_device(name: str) -> str:
    """Return the name of a device that torch can use, or say why it cannot.

    Raises:
        InvalidValueError: If there is no such device here.
    """
    try:
        torch.zeros(1, device=name).cpu()
    except (RuntimeError, AssertionError) as error:
        reason = str(error).split("\n")[0]
        raise InvalidValueError(
            f"The device '{name}' cannot be used here ({reason}). Use --device cpu, or install "
            "a build of torch for it; `vlsim doctor` shows what works."
        ) from error
    return name
