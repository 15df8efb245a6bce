"""What every prediction head is: it says what pictures and words tell, beside acting."""

from collections.abc import Iterable

from torch import nn

from vlsim.models.config import BackboneConfig
from vlsim.plugins import load_parts
from vlsim.registry import Registry


class PredictionHead(nn.Module):
    """Reads what a backbone sees and reads, or what another head says.

    A subclass is registered in `PREDICTION_HEADS` under its name and takes a `BackboneConfig`.
    """

    def __init__(self, config: BackboneConfig) -> None:
        """Build a head beside a backbone of `config`."""
        super().__init__()


PREDICTION_HEADS: Registry[type[PredictionHead]] = Registry("prediction head", load_parts)


def build_heads(names: Iterable[str], config: BackboneConfig) -> nn.ModuleDict:
    """Return new heads by name, beside a backbone of `config`.

    Raises:
        UnknownNameError: If there is no head of a name.
    """
    return nn.ModuleDict({name: PREDICTION_HEADS[name](config) for name in names})
