"""What models have in common that say what they see."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vlsim.interface.perceiver import Pixels
from vlsim.models.perceivers.base import Model, in_portions
from vlsim.models.prediction.speaker import SpeakerHead
from vlsim.models.text_stack import LONGEST, Memory


class Speaking(Model):
    """Describes pictures, and knows how sentences about them go on."""

    speaker: ClassVar[str] = "speaker"
    """Its head that speaks."""

    @torch.no_grad()
    def caption(self, pictures: Pixels) -> list[str]:
        """Describe each picture, always by the most probable next word."""
        captions = []
        for rows in in_portions(len(pictures)):
            memory = self.look(pictures[rows])
            said = self.voice.stack.spoken(memory, len(memory.mask), LONGEST).cpu().numpy()
            captions += [self.tokenizer.decode(row) for row in said]
        return captions

    @torch.no_grad()
    def next_words(
        self, pictures: Pixels, sentences: Sequence[str]
    ) -> list[NDArray[np.floating[Any]]]:
        """Return the -ln of the probability of every word of sentence i, about picture i."""
        costs = []
        for rows in in_portions(len(sentences)):
            ids = self.ids(sentences[rows])
            logits = self.voice(ids, self.look(pictures[rows]))[:, :-1]
            sure = logits.log_softmax(-1).gather(-1, ids[..., None])
            nats = -sure.squeeze(-1).cpu().numpy()
            costs += [row[:n] for row, n in zip(nats, (ids > 0).sum(1).tolist(), strict=True)]
        return costs

    def look(self, pictures: Pixels) -> Memory:
        """Return what words about pictures look at."""
        image = self.see(pictures)
        things = self.things(image) if "things" in self.heads else None
        return self.voice.look(image, things)

    def ids(self, sentences: Sequence[str]) -> Tensor:
        """Return the token ids of sentences; what does not fit is cut off with a warning."""
        longest = max([1, *(self.tokenizer.n_words(text) for text in sentences)])
        rows = self.tokenizer.encode_cut(sentences, min(longest, LONGEST - 1))
        return torch.from_numpy(rows).to(self.device)

    @property
    def voice(self) -> SpeakerHead:
        """The head that speaks, typed."""
        head = self.heads[self.speaker]
        assert isinstance(head, SpeakerHead)
        return head
