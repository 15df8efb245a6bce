"""Which numbers encoders compute with: 32 bits, or 16 where the processor is faster with them."""

import torch

from vlsim.errors import InvalidValueError

AUTO, FP32, BF16 = "auto", "fp32", "bf16"
PRECISIONS = (AUTO, FP32, BF16)


def choose_precision(wanted: str, device: str) -> str:
    """Return "fp32" or "bf16"; "auto" is bf16 where the processor has instructions for it.

    Args:
        wanted: "auto", "fp32" or "bf16". What is asked for by name is done, fast or not.
        device: Name of the torch device that computes.

    Raises:
        InvalidValueError: If there is no such precision.
    """
    if wanted not in PRECISIONS:
        raise InvalidValueError(
            f"precision must be one of {', '.join(PRECISIONS)}, got '{wanted}'."
        )
    if wanted != AUTO:
        return wanted
    return BF16 if _has_bf16(torch.device(device).type) else FP32


def _has_bf16(kind: str) -> bool:
    if kind == "cpu":
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
