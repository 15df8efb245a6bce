"""Make the picture of things: what a model sees, where it looks, and what it answers.

python -m tools.docs.things_picture runs/vqa-refer
"""

import sys
from pathlib import Path

import torch

from vlsim.agents.load import find_model
from vlsim.data.pictures import draw_pictures
from vlsim.deploy.model_bundle import load_model
from vlsim.models.perceivers.multitask import VqaRefer
from vlsim.models.prediction.things import LAYERS
from vlsim.video.boxes import boxes_on
from vlsim.video.frames import caption, heatmap_overlay, scale, side_by_side, write_picture

OUT = Path(__file__).parents[2] / "docs" / "images" / "things.png"
SEED, SIDE = 990_001, 384


@torch.no_grad()
def main() -> None:
    """Draw a picture that training never saw, and write what the model makes of it."""
    model = load_model(find_model(sys.argv[1]))
    assert isinstance(model, VqaRefer)
    side = model.backbone.config.image_size
    (shown,) = draw_pictures(8, side, SEED, 1, "test")
    row = max(range(len(shown)), key=lambda i: len(shown.annotations[i].things))
    image, annotation = shown.images[row][None], shown.annotations[row]
    tokens = model.see(image)
    (seen,), cells = model.see_things(image), model.heads["things"](tokens)
    heat = cells.heat[0].sigmoid().view(LAYERS, len(tokens.grid)).amax(0)
    grid = round(len(tokens.grid) ** 0.5)
    frame = scale(image[0], SIDE)
    question = annotation.questions[0]
    expression = max(annotation.expressions, key=lambda e: len(e.text))
    (answer,) = model.answer(image, [question.text])
    (place,) = model.locate(image, [expression.text])
    assert place.attention is not None
    panels = {
        "heat map of middles": heatmap_overlay(frame, heat.view(grid, grid).numpy()),
        f"{question.text}? {answer.text}": boxes_on(
            frame, [t.box for t in seen], [f"{t.color} {t.kind}" for t in seen]
        ),
        expression.text: heatmap_overlay(frame, place.attention),
    }
    write_picture(side_by_side([caption(panel, text) for text, panel in panels.items()]), OUT)


if __name__ == "__main__":
    main()
