"""Role attention: each role of the sentence looks for its referent in the picture."""

from vlsim.models.axes import Axes
from vlsim.models.fusion.base import FUSION, Fusion


@FUSION.register("role_attention")
class RoleAttention(Fusion):
    """Nothing but the attention that all fusions end with. The fastest, and hard to confuse."""

    @property
    def axes(self) -> Axes:
        """Which channels its weights run over."""
        return self.shared_axes
