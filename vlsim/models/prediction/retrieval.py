"""Retrieval: one vector for a picture and one for a sentence, near where they belong together."""

from torch import Tensor

from vlsim.models.config import BackboneConfig
from vlsim.models.joint_space import JointSpace
from vlsim.models.prediction.base import PREDICTION_HEADS, PredictionHead
from vlsim.models.prediction.looking import Looking
from vlsim.models.prediction.things import Things
from vlsim.models.tokens import ImageTokens, TextTokens


@PREDICTION_HEADS.register("retrieval")
class RetrievalHead(PredictionHead):
    """Two encoders, one space: picture and sentence meet in nothing but a cosine."""

    def __init__(self, config: BackboneConfig) -> None:
        """Build the head."""
        super().__init__(config)
        self.looking = Looking(config, config.dim)
        self.space = JointSpace(config.dim)

    def pictures(self, image: ImageTokens, things: Things | None) -> Tensor:
        """Return unit vectors (B, E) of B pictures."""
        memory = self.looking(image, things)
        return self.space.of_pictures(memory.features.relu(), memory.mask)

    def sentences(self, text: TextTokens) -> Tensor:
        """Return unit vectors (M, E) of M sentences."""
        return self.space.of_sentences(text.context, text.mask)
