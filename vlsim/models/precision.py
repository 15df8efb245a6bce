"""Which numbers encoders compute with: 32 bits, or 16 where the processor is faster with them."""

from collections.abc import Mapping
from typing import Any

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
        # Older releases of torch do not say what the processor can do.
        able: Mapping[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
        return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
    return kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
