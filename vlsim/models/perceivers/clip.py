"""Tells which sentence is about which picture."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from vlsim.interface.perceiver import Pixels
from vlsim.models.perceivers.base import MODELS, in_portions
from vlsim.models.perceivers.seeing import Seeing
from vlsim.models.prediction.retrieval import RetrievalHead


@MODELS.register("clip")
class Clip(Seeing):
    """Two encoders, one space: a picture and a sentence are two vectors and their cosine."""

    heads_used: ClassVar[tuple[str, ...]] = ("things", "retrieval")
    objectives: ClassVar[Mapping[str, float]] = {"perception": 1.0, "clip": 1.0}
    texts: ClassVar[tuple[str, ...]] = ("captions",)

    @torch.no_grad()
    def match(self, pictures: Pixels, sentences: Sequence[str]) -> NDArray[np.floating[Any]]:
        """Return the cosine of every picture and every sentence, (N, M)."""
        head = self.heads["retrieval"]
        assert isinstance(head, RetrievalHead)
        seen = []
        for rows in in_portions(len(pictures)):
            image = self.see(pictures[rows])
            seen.append(head.pictures(image, self.things(image)))
        read = [head.sentences(self.read(sentences[rows])) for rows in in_portions(len(sentences))]
        cosines: NDArray[np.floating[Any]] = (torch.cat(seen) @ torch.cat(read).T).cpu().numpy()
        return cosines
