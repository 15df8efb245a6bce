"""New words for things, from a few shown ones; the model that sees them stays as it is."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from vlsim.annotations import Annotation
from vlsim.errors import InvalidValueError
from vlsim.interface.perceiver import Box, Pixels, Place
from vlsim.models.perceivers.base import Model, box_of, in_portions
from vlsim.models.prediction.things import Things
from vlsim.objectives.phrases import matched
from vlsim.objectives.pictures import thing_arrays

SHRINKAGE = 0.05
"""Share of the mean variance that is added to each: some features hardly vary."""


class Prototypes:
    """Finds what a new word names: the thing that is nearer to its prototype than to known kinds.

    A prototype is the mean of what shown things look like to the model. Distances are measured in
    the pooled spread of the kinds that it knows (Mahalanobis).

    Source:
        Snell et al. 2017, arXiv 1703.05175; with a shared covariance and the known kinds as rivals.
    """

    def __init__(self, model: Model, pictures: Pixels, annotations: Sequence[Annotation]) -> None:
        """Learn what known kinds look like to a model, from pictures whose things are known.

        Raises:
            InvalidValueError: If the model sees none of the things.
        """
        if "things" not in model.heads:
            raise InvalidValueError(
                f"New words need a model that sees things, got {type(model).__name__}."
            )
        self._look: Callable[[Pixels], Things] = lambda rows: model.things(model.see(rows))
        self._n_features = model.backbone.config.dim
        boxes = torch.stack([torch.from_numpy(thing_arrays(a.things)[0]) for a in annotations])
        kinds: dict[str, list[Tensor]] = {}
        for row, index, looks in self._seen(pictures, boxes):
            kinds.setdefault(annotations[row].things[index].kind, []).append(looks)
        if not kinds:
            raise InvalidValueError("The model sees none of the things in these pictures.")
        classes = [torch.stack(rows) for rows in kinds.values()]
        around = torch.cat([rows - rows.mean(0) for rows in classes])
        covariance = around.T @ around / len(around)
        covariance += SHRINKAGE * covariance.diagonal().mean() * torch.eye(len(covariance))
        self._whiten = torch.linalg.cholesky(torch.linalg.inv(covariance))
        self._known = torch.stack([rows.mean(0) for rows in classes]) @ self._whiten
        self._words: dict[str, Tensor] = {}

    def learn(self, word: str, pictures: Pixels, boxes: Sequence[Box]) -> None:
        """Learn a word from pictures in each of which the thing in a box is meant.

        Args:
            word: What it is called.
            pictures: K of them.
            boxes: K boxes, image coordinates.

        Raises:
            InvalidValueError: If the numbers differ, or the model sees nothing in a box.
        """
        if not len(pictures) == len(boxes) > 0:
            raise InvalidValueError(
                f"'{word}' needs a box in each picture, got {len(boxes)} boxes in "
                f"{len(pictures)} pictures."
            )
        shown = {
            row: looks
            for row, _, looks in self._seen(pictures, torch.tensor(boxes)[:, None].float())
        }
        if missing := sorted(set(range(len(pictures))) - set(shown)):
            raise InvalidValueError(
                f"Example {missing[0] + 1} of '{word}': the model sees nothing in its box; show "
                "another picture."
            )
        self._words[word] = torch.stack(list(shown.values())).mean(0) @ self._whiten

    @torch.no_grad()
    def locate(self, pictures: Pixels, word: str) -> list[Place]:
        """Find in each picture what a learned word names.

        Raises:
            InvalidValueError: If the word was not learned.
        """
        if word not in self._words:
            raise InvalidValueError(
                f"'{word}' was not learned; learned are: {', '.join(self._words) or 'none'}."
            )
        places = []
        for rows in in_portions(len(pictures)):
            things = self._look(pictures[rows])
            looks = things.features[..., : self._n_features] @ self._whiten
            nearness = -(looks - self._words[word]).square().sum(-1)
            rival = -(looks[..., None, :] - self._known).square().sum(-1)
            scores = (nearness - rival.max(-1).values).masked_fill(~things.mask, -torch.inf)
            best = scores.argmax(-1).tolist()
            places += [Place(box_of(things.boxes[row, k])) for row, k in enumerate(best)]
        return places

    @torch.no_grad()
    def _seen(self, pictures: Pixels, boxes: Tensor) -> list[tuple[int, int, Tensor]]:
        """Return picture, number and looks of the things in boxes (N, J, 4) that the model sees."""
        seen = []
        for rows in in_portions(len(pictures)):
            things = self._look(pictures[rows])
            index = matched(things, boxes[rows])
            for row, k in torch.nonzero(index >= 0).tolist():
                looks = things.features[row, k, : self._n_features]
                seen.append((rows.start + row, int(index[row, k]), looks))
        return seen
