"""How far a box is from the true one."""

import torch
from torch import Tensor


def box_loss(boxes: Tensor, true: Tensor, counts: Tensor) -> Tensor:
    """Return the distance of boxes from the true ones: L1 of the edges, and 1 - generalised IoU.

    L1 says which way an edge has to move, also of boxes that do not overlap; generalised IoU weighs
    an error by the size of the thing.

    Args:
        boxes: (u0, v0, u1, v1) in image coordinates. Shape (..., 4), float.
        true: The same, of what is right. Shape (..., 4), float.
        counts: Whether there is a box. Shape (...), bool.

    Returns:
        Mean over the boxes that count, L1 as the mean of the four edges; 0 if none does. Shape ().

    Source:
        Carion et al. 2020, arXiv 2005.12872 (DETR), section 3.1.

    Example:
        >>> true = torch.tensor([[0.0, 0.0, 1.0, 1.0]])
        >>> half = torch.tensor([[0.0, 0.0, 0.5, 1.0]])
        >>> round(box_loss(half, true, torch.ones(1).bool()).item(), 4)  # 0.5 / 4 + (1 - 0.5)
        0.625
    """
    distance = (boxes - true).abs().mean(-1) + 1 - generalised_iou(boxes, true)
    return torch.where(counts, distance, 0.0).sum() / counts.sum().clamp(min=1)


def generalised_iou(boxes: Tensor, others: Tensor) -> Tensor:
    """Return intersection over union, less the share of the enclosing box that is in neither.

    Args:
        boxes: (u0, v0, u1, v1), an edge nowhere before its opposite. Shape (..., 4), float.
        others: The same. Shape (..., 4), float.

    Returns:
        From -1, far apart, to 1, the same. Shape (...).

    Source:
        Rezatofighi et al. 2019, arXiv 1902.09630, algorithm 1.

    Example:
        >>> unit = torch.tensor([0.0, 0.0, 1.0, 1.0])
        >>> generalised_iou(unit, unit).item()
        1.0
        >>> generalised_iou(unit, unit + torch.tensor([2.0, 0.0, 2.0, 0.0])).item()  # 0 - 1 / 3
        -0.3333333432674408
    """
    low = torch.maximum(boxes[..., :2], others[..., :2])
    high = torch.minimum(boxes[..., 2:], others[..., 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    union = _area(boxes) + _area(others) - shared
    around = torch.cat(
        [
            torch.minimum(boxes[..., :2], others[..., :2]),
            torch.maximum(boxes[..., 2:], others[..., 2:]),
        ],
        dim=-1,
    )
    enclosing, tiny = _area(around), torch.finfo(boxes.dtype).tiny
    iou = shared / union.clamp(min=tiny)
    return iou - (enclosing - union) / enclosing.clamp(min=tiny)


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)
