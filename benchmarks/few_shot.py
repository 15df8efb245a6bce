"""Whether a new word for a kind is understood after a few pictures: prototype and fine-tuning.

    python -m benchmarks.few_shot runs/vqa-refer

The kinds are those that training never shows; each test picture has one thing of the new kind among
known ones. Nothing of the model changes, so old words mean what they meant. Keeps
`benchmarks/results/few_shot.json`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import tyro

from benchmarks.result_file import keep_result
from vlsim.agents.load import find_model
from vlsim.agents.prototypes import Prototypes
from vlsim.annotations import Annotation, annotate
from vlsim.annotations.view import View
from vlsim.data.pictures import Pictures, draw_pictures
from vlsim.data.splits import SCENES
from vlsim.deploy.model_bundle import load_model
from vlsim.errors import PlacementError
from vlsim.instruction_sets import NEW_OBJECT
from vlsim.interface.perceiver import Box, Pixels
from vlsim.metrics.intervals import wilson
from vlsim.metrics.places import ENOUGH, overlap
from vlsim.models.perceivers.base import Model, box_of
from vlsim.objectives.phrases import matched
from vlsim.parallel.threads import one_thread_here
from vlsim.scenarios.scenes import draw_scene
from vlsim.scene.still import StillScenes
from vlsim.seeding import derive, stream
from vlsim.world.camera import FRONT
from vlsim.world.things import KINDS

SEED = 970_000
KNOWN = ("cube", "cylinder", "ball")
EXAMPLES = (1, 5, 10)
STEPS, LEARNING_RATE = 200, 0.05
"""Of fine-tuning."""


@dataclass(frozen=True)
class FewShotConfig:
    """What is measured."""

    run: tyro.conf.Positional[str]
    """Run of `vlsim pretrain`."""
    pictures: int = 100
    """Test pictures of each kind."""
    known: int = 200
    """Pictures of known kinds that prototypes are compared with."""


def draw(kind: str, count: int, side: int) -> tuple[Pixels, list[Box]]:
    """Return pictures with one thing of a new kind, and its boxes."""
    config = SCENES.changed({"movable_kinds": (*KNOWN, kind)})
    admitting, stills = replace(NEW_OBJECT, kinds=()), StillScenes()
    pictures, boxes, seed = [], [], derive(SEED, kind)
    for attempt in range(100 * count):
        try:
            scene = draw_scene(config, admitting, seed, attempt)
        except PlacementError:
            continue
        if sum(spec.kind == kind for spec in scene.specs) != 1:
            continue
        picture = stills.draw(scene, FRONT, side)
        view = View(FRONT, stills.owners(picture))
        said: Annotation = annotate(scene, view, stream(seed, "texts", attempt))
        box = next((thing.box for thing in said.things if thing.kind == kind), None)
        if box is not None:
            pictures.append(picture.rgb)
            boxes.append(box)
        if len(boxes) == count:
            break
    stills.close()
    return np.stack(pictures), boxes


@torch.no_grad()
def looks(model: Model, pictures: Pixels) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return what things look like (N, K, D), their boxes (N, K, 4) and which there are (N, K)."""
    things = model.things(model.see(pictures))
    return things.features[..., : model.backbone.config.dim], things.boxes, things.mask


def fine_tuned(model: Model, shown: Pixels, meant: Sequence[Box], asked: Pixels) -> list[Box]:
    """Return boxes by a logistic layer that learned the shown things against those beside them."""
    features, _, mask = looks(model, shown)
    things = model.things(model.see(shown))
    target = (matched(things, torch.tensor(meant)[:, None].float()) == 0).float()
    torch.manual_seed(0)
    layer = torch.nn.Linear(features.shape[-1], 1)
    optimizer = torch.optim.Adam(layer.parameters(), LEARNING_RATE, weight_decay=1e-3)
    for _ in range(STEPS):
        logits = layer(features.detach()).squeeze(-1)[mask]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, target[mask])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        features, boxes, mask = looks(model, asked)
        best = layer(features).squeeze(-1).masked_fill(~mask, -torch.inf).argmax(-1).tolist()
    return [box_of(boxes[row, k]) for row, k in enumerate(best)]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and keep the results."""
    config = tyro.cli(FewShotConfig, args=argv, description=__doc__)
    model = load_model(find_model(config.run))
    side = model.backbone.config.image_size
    base = Pictures.joined(list(draw_pictures(config.known, side, SEED, 1)))
    prototypes = Prototypes(model, base.images, base.annotations)
    results: dict[str, dict[str, object]] = {}
    right: dict[tuple[str, int], list[bool]] = {}
    with one_thread_here():
        for kind in (name for name, known in KINDS.items() if known.held_out):
            pictures, boxes = draw(kind, config.pictures + max(EXAMPLES), side)
            asked, true = pictures[max(EXAMPLES) :], boxes[max(EXAMPLES) :]
            for k in EXAMPLES:
                prototypes.learn(kind, pictures[:k], boxes[:k])
                found = {
                    "prototype": [place.box for place in prototypes.locate(asked, kind)],
                    "fine-tuning": fine_tuned(model, pictures[:k], boxes[:k], asked),
                }
                for method, places in found.items():
                    hits = [overlap(*pair) >= ENOUGH for pair in zip(places, true, strict=True)]
                    right.setdefault((method, k), []).extend(hits)
                    share = wilson(sum(hits), len(hits))
                    results.setdefault(f"{method}, K = {k}", {})[kind] = share.to_json()
    for (method, k), hits in right.items():
        estimate = wilson(sum(hits), len(hits))
        results[f"{method}, K = {k}"]["all"] = estimate.to_json()
        print(f"{method}, K = {k}: {estimate}")
    keep_result("few_shot", results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
