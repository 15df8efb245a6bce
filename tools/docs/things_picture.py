"""Make the picture of things: what a model sees, where it looks, and what it answers.

python -m tools.docs.things_picture runs/vqa-refer
"""

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from vlsim.agents.load import find_model
from vlsim.data.pictures import draw_pictures
from vlsim.deploy.model_bundle import load_model
from vlsim.models.perceivers.multitask import VqaRefer
from vlsim.models.prediction.things import ATTRIBUTES, LAYERS, VALUES
from vlsim.video.frames import Frame, caption, heatmap_overlay, scale, side_by_side, write_picture

OUT = Path(__file__).parents[2] / "docs" / "images" / "things.png"
SEED, SIDE = 990_001, 384


def boxes_on(frame: Frame, boxes: torch.Tensor, values: torch.Tensor) -> Frame:
    """Return a picture with the boxes of things (K, 4), and kind and colour (K, A) beside each."""
    picture = Image.fromarray(frame)
    draw = ImageDraw.Draw(picture)
    kinds, colours = list(ATTRIBUTES.values())[:2]
    for box, value in zip(boxes, values, strict=True):
        u0, v0, u1, v1 = ((box + 1) / 2 * len(frame)).tolist()
        draw.rectangle((u0, v0, u1, v1), outline=(0, 235, 255), width=2)
        kind, colour = (part.argmax().item() for part in torch.split(value, VALUES)[:2])
        draw.text((u0, v0 - 12), f"{colours[int(colour)]} {kinds[int(kind)]}", fill=(0, 60, 70))
    return np.array(picture)


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
    things, cells = model.things(tokens), model.heads["things"](tokens)
    heat = cells.heat[0].sigmoid().view(LAYERS, len(tokens.grid)).amax(0)
    grid = round(len(tokens.grid) ** 0.5)
    frame = scale(image[0], SIDE)
    question = annotation.questions[0]
    expression = max(annotation.expressions, key=lambda e: len(e.text))
    (answer,) = model.answer(image, [question.text])
    (place,) = model.locate(image, [expression.text])
    assert place.attention is not None
    mask = things.mask[0]
    panels = {
        "heat map of middles": heatmap_overlay(frame, heat.view(grid, grid).numpy()),
        f"{question.text}? {answer.text}": boxes_on(
            frame, things.boxes[0, mask], things.values[0, mask]
        ),
        expression.text: heatmap_overlay(frame, place.attention),
    }
    write_picture(side_by_side([caption(panel, text) for text, panel in panels.items()]), OUT)


if __name__ == "__main__":
    main()
