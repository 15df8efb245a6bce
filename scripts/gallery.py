"""The tasks in pictures: a scene of each for people, and sentences that it is told in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from vlsim.envs import make_env
from vlsim.envs.task import Task
from vlsim.goals import Goal
from vlsim.progress import Progress
from vlsim.scenarios.scenario import draw_scenario
from vlsim.seeding import derive
from vlsim.video.frames import Frame, write_picture
from vlsim.video.lettering import cut, font_of, pitch, wrap

SET = "seen"
EPISODES = 24
"""Episodes that examples are chosen from."""
SENTENCES = 3
WIDTH, HEIGHT = 480, 390
"""Of the picture of a card, pixels."""
FINER = 2
"""Scenes are drawn this many times larger, and made smaller: so edges become smooth."""
FROM_TOP = 0.13
"""Share of a scene above the picture: there is nothing but the shoulder of the arm."""
COLUMNS = 4
GAP, MARGIN, CORNER = 28, 22, 14
TITLE_SIZE, NAME_SIZE, TEXT_SIZE, SMALL_SIZE = 36, 26, 18, 15
"""Of the letters, pixels."""
MOST_LINES = 4
"""Of one sentence; the rest of a longer one is left out."""
PAGE, CARD, LINE = (238, 240, 242), (255, 255, 255), (218, 222, 226)
INK, SOFT, ACCENT = (29, 33, 38), (98, 107, 118), (11, 107, 203)
SHEET = "tasks.png"


@dataclass(frozen=True)
class Example:
    """An episode of a task: what it is told, and the seed that gives it."""

    seed: int
    text: str


def make_gallery(tasks: Sequence[Task], out: Path) -> list[Path]:
    """Write a picture of each task and one of all; returns the files, that of all first."""
    cards = []
    with Progress("Gallery", len(tasks), "tasks") as progress:
        for task in tasks:
            cards.append(card(task))
            progress.advance()
    pictures = {SHEET: sheet(cards)}
    pictures |= {f"{task.name}.png": found for task, found in zip(tasks, cards, strict=True)}
    for name, found in pictures.items():
        write_picture(np.asarray(found), out / name)
    return [out / name for name in pictures]


def examples(task: Task, count: int = SENTENCES) -> list[Example]:
    """Return episodes with different sentences: first of all goals, then of all their variants."""
    found: dict[Example, Goal] = {}
    for number in range(EPISODES):
        seed = derive(0, "gallery", task.name, number)
        scenario = draw_scenario(task.scenario, SET, seed)
        found[Example(seed, scenario.instruction)] = scenario.goal
    # Backwards, so that the first episode of each kind is the one that stays.
    kinds = {_kind(goal): example for example, goal in reversed(found.items())}
    variants = {_variant(goal): example for example, goal in reversed(found.items())}
    chosen: dict[str, Example] = {}
    for example in (*reversed(kinds.values()), *reversed(variants.values()), *found):
        chosen.setdefault(example.text, example)
    return list(chosen.values())[:count]


def _kind(goal: Goal) -> tuple[str, ...]:
    """Return what a goal asks for, without its details."""
    return goal.name, *(atom.name for atom in goal.atoms)


def _variant(goal: Goal) -> tuple[str, ...]:
    """Return the same with details such as a direction, without the things that it is about."""
    said = [value for atom in goal.atoms for value in atom.to_json().values()]
    return goal.name, *(value for value in said if isinstance(value, str))


def scene_picture(task: Task, seed: int, width: int = WIDTH) -> Frame:
    """Return how an episode begins, without words. Shape (H, width, 3), uint8."""
    side = FINER * WIDTH
    control = next(iter(task.horizon))
    environment = make_env(task.name, control, render_mode="rgb_array", render_size=side)
    environment.reset(seed=seed)
    # Below the scene the environment writes what it says.
    frame = environment.render()[:side]
    environment.close()
    top, height = round(side * FROM_TOP), round(side * HEIGHT / WIDTH)
    seen = Image.fromarray(frame[top : top + height])
    size = width, round(width * HEIGHT / WIDTH)
    return np.asarray(seen.resize(size, Image.Resampling.LANCZOS))


def card(task: Task) -> Image.Image:
    """Return a picture of the task with its name, its environment and its examples."""
    chosen = examples(task)
    # The first sentence is that of the picture.
    said = [
        (f"“{example.text}”", TEXT_SIZE, INK if i == 0 else SOFT)
        for i, example in enumerate(chosen)
    ]
    room = WIDTH - 2 * MARGIN
    paragraphs = [
        (cut(wrap(text, size, room), MOST_LINES, size, room), size, ink)
        for text, size, ink in ((task.description, SMALL_SIZE, SOFT), *said)
    ]
    space = pitch(SMALL_SIZE) // 2
    below = sum(len(lines) * pitch(size) + space for lines, size, _ in paragraphs)
    top = HEIGHT + MARGIN + pitch(NAME_SIZE)
    found = Image.new("RGB", (WIDTH, top + below + MARGIN - space), CARD)
    found.paste(Image.fromarray(scene_picture(task, chosen[0].seed)))
    pen = ImageDraw.Draw(found)
    pen.line((0, HEIGHT, WIDTH, HEIGHT), LINE)
    baseline = HEIGHT + MARGIN + round(0.75 * NAME_SIZE)
    pen.text((MARGIN, baseline), task.name, INK, font_of(NAME_SIZE), anchor="ls")
    pen.text((WIDTH - MARGIN, baseline), task.env_id, ACCENT, font_of(SMALL_SIZE), anchor="rs")
    for lines, size, ink in paragraphs:
        for line in lines:
            pen.text((MARGIN, top), line, ink, font_of(size))
            top += pitch(size)
        top += space
    return found


def sheet(cards: Sequence[Image.Image]) -> Image.Image:
    """Return all cards on one page."""
    columns = min(COLUMNS, len(cards))
    rows = [cards[i : i + columns] for i in range(0, len(cards), columns)]
    heights = [max(one.height for one in row) for row in rows]
    head = 2 * GAP + TITLE_SIZE
    width = GAP + columns * (WIDTH + GAP)
    page = Image.new("RGB", (width, head + sum(heights) + GAP * len(rows)), PAGE)
    pen = ImageDraw.Draw(page)
    baseline = GAP + round(0.9 * TITLE_SIZE)
    pen.text((GAP, baseline), "vlsim tasks", INK, font_of(TITLE_SIZE), anchor="ls")
    pen.text(
        (width - GAP, baseline),
        "dark: what the robot is told in the picture; grey: in other episodes",
        SOFT,
        font_of(SMALL_SIZE),
        anchor="rs",
    )
    top = head
    for row, height in zip(rows, heights, strict=True):
        for column, one in enumerate(row):
            whole = Image.new("RGB", (WIDTH, height), CARD)
            whole.paste(one)
            page.paste(whole, (GAP + column * (WIDTH + GAP), top), rounded(WIDTH, height, CORNER))
        top += height + GAP
    return page


def rounded(width: int, height: int, corner: int) -> Image.Image:
    """Return a mask of a card, its corners round and smooth."""
    size = FINER * width, FINER * height
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *size), FINER * corner, fill=255)
    return mask.resize((width, height), Image.Resampling.LANCZOS)
