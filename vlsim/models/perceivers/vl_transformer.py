"""The textbook's way: a ViT, a BERT, cross-attention, a class and a caption."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch

from vlsim.interface.perceiver import Answer, Pixels
from vlsim.models.perceivers.base import MODELS, in_portions
from vlsim.models.perceivers.speaking import Speaking


@MODELS.register("vl-transformer")
class VlTransformer(Speaking):
    """Words and patches read each other; a class answers, and a decoder describes.

    Both encoders are those of `transformers`: small ones from scratch, or any that
    `from_pretrained` finds (`--vision hf:SOURCE --text hf:SOURCE`). Nothing tells it what things
    are: it learns from answers and captions alone.
    """

    parts: ClassVar[Mapping[str, str]] = {
        "vision": "vit",
        "text": "transformer",
        "fusion": "cross_attention",
    }
    heads_used: ClassVar[tuple[str, ...]] = ("classifier", "speaker")
    objectives: ClassVar[Mapping[str, float]] = {"classification": 1.0, "caption": 1.0}
    texts: ClassVar[tuple[str, ...]] = ("questions", "captions")

    @torch.no_grad()
    def answer(self, pictures: Pixels, questions: Sequence[str]) -> list[Answer]:
        """Answer question i about picture i with one word."""
        answers = []
        for rows in in_portions(len(pictures)):
            image, text = self.see(pictures[rows]), self.read(questions[rows])
            logits = self.heads["classifier"](self.backbone.join(image, text), text)
            sure, best = logits.softmax(-1).max(-1)
            for word, confidence in zip(best.cpu().numpy(), sure.tolist(), strict=True):
                answers.append(Answer(self.tokenizer.decode(word[None]), confidence))
        return answers
