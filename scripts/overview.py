"""All tasks in one small picture for the README: a scene of each, its name, and an instruction."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from vlsim.envs.task import Task
from vlsim.scripts.gallery import CARD, INK, PAGE, SOFT, examples, rounded, scene_picture
from vlsim.video.lettering import cut, font_of, pitch, wrap

COLUMNS = 5
WIDTH = 400
"""Of a card, pixels."""
GAP, MARGIN, CORNER = 20, 16, 12
NAME_SIZE, TEXT_SIZE = 34, 27
"""Of the letters, pixels: the README shows the picture at less than half its size."""
MOST_LINES = 3
SHORT = 60
"""Letters of an instruction that fits."""
COLORS = 256


def overview(tasks: Sequence[Task]) -> Image.Image:
    """Return the picture, with a palette so that its file stays small."""
    cards = [_card(task) for task in tasks]
    width, height = cards[0].size
    rows = -(-len(cards) // COLUMNS)
    size = GAP + COLUMNS * (width + GAP), GAP + rows * (height + GAP)
    page = Image.new("RGB", size, PAGE)
    mask = rounded(width, height, CORNER)
    for number, card in enumerate(cards):
        row, column = divmod(number, COLUMNS)
        page.paste(card, (GAP + column * (width + GAP), GAP + row * (height + GAP)), mask)
    return page.quantize(COLORS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _card(task: Task) -> Image.Image:
    candidates = examples(task)
    example = next((one for one in candidates if len(one.text) <= SHORT), candidates[0])
    scene = Image.fromarray(scene_picture(task, example.seed, WIDTH))
    room = WIDTH - 2 * MARGIN
    lines = cut(wrap(f"“{example.text}”", TEXT_SIZE, room), MOST_LINES, TEXT_SIZE, room)
    top = scene.height + MARGIN
    card = Image.new(
        "RGB", (WIDTH, top + pitch(NAME_SIZE) + MOST_LINES * pitch(TEXT_SIZE) + MARGIN), CARD
    )
    card.paste(scene)
    pen = ImageDraw.Draw(card)
    pen.text((MARGIN, top), task.name, INK, font_of(NAME_SIZE))
    for number, line in enumerate(lines):
        at = MARGIN, top + pitch(NAME_SIZE) + number * pitch(TEXT_SIZE)
        pen.text(at, line, SOFT, font_of(TEXT_SIZE))
    return card
