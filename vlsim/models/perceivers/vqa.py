"""Answers questions about pictures."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch

from vlsim.interface.perceiver import Answer, Pixels
from vlsim.models.perceivers.base import MODELS, in_portions
from vlsim.models.perceivers.seeing import Seeing


@MODELS.register("vqa")
class Vqa(Seeing):
    """Answers a question by what its phrases name among the things that it sees."""

    heads_used: ClassVar[tuple[str, ...]] = ("things", "phrases", "answers")
    objectives: ClassVar[Mapping[str, float]] = {"perception": 1.0, "phrases": 1.0, "vqa": 1.0}
    texts: ClassVar[tuple[str, ...]] = ("questions",)

    @torch.no_grad()
    def answer(self, pictures: Pixels, questions: Sequence[str]) -> list[Answer]:
        """Answer question i about picture i with one word."""
        answers = []
        for rows in in_portions(len(pictures)):
            text = self.read(questions[rows])
            named = self.named(self.things(self.see(pictures[rows])), text)
            sure, words = self.heads["answers"](named, text).softmax(-1).max(-1)
            for word, confidence in zip(words.cpu().numpy(), sure.tolist(), strict=True):
                answers.append(Answer(self.tokenizer.decode(word[None]), confidence))
        return answers
