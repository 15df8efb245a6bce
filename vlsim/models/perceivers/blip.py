"""Retrieves, judges and describes pictures with one text stack."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from vlsim.interface.perceiver import Pixels
from vlsim.models.perceivers.base import MODELS, in_portions
from vlsim.models.perceivers.seeing import Seeing
from vlsim.models.perceivers.speaking import Speaking
from vlsim.models.prediction.stack import StackHead
from vlsim.models.text_stack import Memory

JUDGED = 16
"""Pictures of each sentence that are judged again, those with the highest cosines."""


@MODELS.register("blip")
class Blip(Speaking, Seeing):
    """One text stack in three modes; the best pictures of a sentence are judged word by word."""

    heads_used: ClassVar[tuple[str, ...]] = ("things", "stack")
    objectives: ClassVar[Mapping[str, float]] = {"perception": 1.0, "blip": 1.0}
    texts: ClassVar[tuple[str, ...]] = ("captions",)
    speaker: ClassVar[str] = "stack"

    @torch.no_grad()
    def match(self, pictures: Pixels, sentences: Sequence[str]) -> NDArray[np.floating[Any]]:
        """Return the cosine of every picture and sentence, (N, M).

        Of the `JUDGED` best pictures of a sentence it is 1 and the probability that the two match:
        they stay before all others, in the order of the judge.
        """
        head = self.voice
        assert isinstance(head, StackHead)
        looked = [self.look(pictures[rows]) for rows in in_portions(len(pictures))]
        memory = Memory(*(torch.cat([getattr(m, n) for m in looked]) for n in ("features", "mask")))
        seen = head.pictures(memory)
        scores = []
        for rows in in_portions(len(sentences)):
            ids = self.ids(sentences[rows])
            cosines = head.sentences(ids) @ seen.T
            for row, best in enumerate(cosines.topk(min(JUDGED, len(seen)), dim=1).indices):
                text = ids[row].expand(len(best), -1)
                cosines[row, best] = 1 + torch.sigmoid(head.judge(text, memory.picked(best)))
            scores.append(cosines)
        fits: NDArray[np.floating[Any]] = torch.cat(scores).T.cpu().numpy()
        return fits
