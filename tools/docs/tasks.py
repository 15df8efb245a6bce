"""Write docs/tasks.md and its pictures from the registries and the docstrings of what is in them.

    python -m tools.docs.tasks

Run it after adding a task, a goal, a set or a word; a test compares the page with what this makes.
"""

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tyro

from vlsim.envs.ability import abilities
from vlsim.envs.task import Task
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError, PlacementError
from vlsim.files import atomic_write
from vlsim.goals import GOALS, Atom, Goal
from vlsim.goals.base import COMBINED
from vlsim.instruction_sets import SETS
from vlsim.referring import lexicon
from vlsim.referring.ref import Many, Rank, Ref, Relation
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.scenario import draw_scenario
from vlsim.scripts.gallery import examples, scene_picture
from vlsim.scripts.overview import overview
from vlsim.video.frames import write_picture

COMMAND = "python -m tools.docs.tasks"
PICTURES = Path("images") / "tasks"
"""Where the pictures are, seen from the page."""
OVERVIEW = Path("images") / "tasks.png"
"""One picture of all tasks, for the README."""
PICTURE_WIDTH = 400
ROW = re.compile(r"([A-Z][a-z]+) {2,}(.+)")
"""A row of the table in a goal's docstring: "Words       …"; further lines are indented."""
NEW_LINE = re.compile(r"\w+: |\(")
"""What begins a line of its own within such a row."""
NEW_ARGUMENT = re.compile(r"^ {4}(?=\w+: )", re.MULTILINE)
"""What begins an argument in the list of a docstring."""
COUNTED = (("movable", "movable"), ("places", "place"), ("fixtures", "fixture"))
"""Fields of a scenario: n_… of things of …_kinds."""
INTRODUCTION = f"""\
# Tasks, goals and words

Made by `{COMMAND}` from the code: change it there, not here.
`vlsim list tasks --gallery FOLDER` shows the tasks in one picture.

A task draws scenes and goals. A goal provides the instruction, the success test, the reward terms
and the expert's plan. The example instructions are from `seen`, the training distribution.

## Tasks"""


@dataclass(frozen=True)
class DocsConfig:
    """Where the page goes; its pictures go to images/ beside it."""

    out: Path = Path("docs/tasks.md")


def main(argv: Sequence[str] | None = None) -> None:
    """Write the page, a picture of every task, and one of all."""
    config = tyro.cli(DocsConfig, args=argv, description=__doc__)
    with atomic_write(config.out) as temporary:
        temporary.write_text(page(), encoding="utf-8")
    for name, task in TASKS.items():
        seed = examples(task)[0].seed
        frame = scene_picture(task, seed, PICTURE_WIDTH)
        write_picture(frame, config.out.parent / PICTURES / f"{name}.jpg")
    with atomic_write(config.out.parent / OVERVIEW) as temporary:
        overview([task for _, task in TASKS.items()]).save(temporary, optimize=True)


def page() -> str:
    """Return the text of the page."""
    tasks = [task for _, task in TASKS.items()]
    parts = [
        INTRODUCTION,
        _table(
            ("task", "what it asks for", "goals", "environment"),
            (
                (f"[{t.name}](#{t.name})", t.description, _codes(t.scenario.goals), f"`{t.env_id}`")
                for t in tasks
            ),
        ),
        *(_task(task) for task in tasks),
        "## Goals\n\nDistances are of centres on the table top unless something else is said.",
        *(_goal(name, goal) for name, goal in (*GOALS.items(), *COMBINED.items())),
        "## What things are called",
        _names(),
        "## Instruction sets\n\n"
        "Controls give no usable words, or those of another target ([sets.md](sets.md)).",
        _table(("set", "what is different", "example"), map(_set, SETS)),
    ]
    return "\n\n".join(parts) + "\n"


def _task(task: Task) -> str:
    found = examples(task)
    said = "\n".join(f"- “{example.text}”" for example in found)
    weights = [f"`{name}` {weight:g}" for name, weight in task.reward_weights.items()]
    rewards = ", ".join([*weights, f"success {task.success_bonus:g}"])
    goals = ", ".join(f"[{name}](#goal-{name})" for name in task.scenario.goals)
    return "\n\n".join(
        (
            f"### {task.name}",
            f"![A scene of {task.name}: “{found[0].text}”]({PICTURES}/{task.name}.jpg)",
            f"{task.description} `{task.env_id}`",
            said,
            f"Goals: {goals}. Scene: {_scene(task.scenario)}. Reward: {rewards}.",
            _table(("control", "steps at most", "robots"), _who(task)),
        )
    )


def _scene(scenario: ScenarioConfig) -> str:
    """Return how many things of which kinds a scene has."""
    found = []
    for field, noun in COUNTED:
        low, high = getattr(scenario, f"n_{field}")
        if high:
            count = f"{low}" if low == high else f"{low} to {high}"
            kinds = ", ".join(getattr(scenario, f"{noun}_kinds"))
            found.append(f"{count} {field if high > 1 else noun} ({kinds})")
    return "; ".join(found)


def _who(task: Task) -> Iterator[tuple[str, ...]]:
    able: dict[str, list[str]] = {}
    for robot, control in abilities(task):
        able.setdefault(control, []).append(robot)
    for control, steps in task.horizon.items():
        yield f"`{control}`", str(steps), ", ".join(able.get(control, []))


def _goal(name: str, goal: type[Goal]) -> str:
    """Return a goal's own page: its docstring, the rows and the arguments in it as a table."""
    rows: dict[str, str] = {}
    head: list[str] = []
    heading = ""
    text, _, arguments = (inspect.getdoc(goal) or "").partition("\nArgs:\n")
    for line in text.splitlines():
        row = ROW.fullmatch(line)
        if row:
            heading, rows[row[1]] = row[1], row[2]
        elif heading and line.startswith(" "):
            between = "<br>" if NEW_LINE.match(line.strip()) else " "
            rows[heading] += between + line.strip()
        else:
            heading = ""
            head.append(line)
    fields = [" ".join(words.split()) for words in NEW_ARGUMENT.split(arguments) if words.strip()]
    if fields:
        rows["Fields"] = "<br>".join(re.sub(r"^(\w+):", r"`\1`:", field) for field in fields)
    users = [f"[{t}](#{t})" for t, task in TASKS.items() if _asks_for(task.scenario, name)]
    facts = f"Tasks: {', '.join(users) or 'none'}."
    if issubclass(goal, Atom):
        pools = ("train", "held_out")
        said = [sum(len(getattr(p, pool)) for p in goal.phrasings) for pool in pools]
        facts = f"{said[0]} training phrasings, {said[1]} held out. {facts}"
    table = _table(("", ""), ((f"**{key}**", value) for key, value in rows.items()))
    return "\n\n".join((f"### Goal {name}", "\n".join(head).strip(), facts, table)).strip()


def _asks_for(scenario: ScenarioConfig, name: str) -> bool:
    return name in scenario.goals or name in scenario.forms


def _names() -> str:
    """Return what a phrase can say, with its words and an example of each."""
    bowl, pad = Ref("bowl"), Ref("pad")
    rows = (
        ("kind", lexicon.NOUNS.values(), Ref("cylinder")),
        ("colour", lexicon.COLOR_WORDS.values(), Ref("ball", "red")),
        ("size", lexicon.SIZE_WORDS.values(), Ref("cube", None, "small")),
        (
            "where it is",
            lexicon.RELATION_WORDS.values(),
            Ref("cube", relation=Relation("between", (bowl, pad))),
        ),
        ("first in an order", lexicon.SUPERLATIVE_WORDS.values(), Ref("cube", rank=Rank("left"))),
        (
            "place in an order",
            [(word,) for word in lexicon.ORDINAL_WORDS],
            Ref("ball", rank=Rank("left", 2)),
        ),
        ("how many", [(word,) for word in ("all", "both", *lexicon.NUMBER_WORDS)], Many("cube")),
        ("what it is not", [("that is not",)], Ref("cylinder", unlike=Ref(None, "red"))),
    )
    return (
        "A phrase names exactly one thing, or several in the plural. Words with a stroke between "
        "them mean the same.\n\n"
        + _table(
            ("a phrase says", "in these words", "example"),
            ((what, _synonyms(words), f"“{example}”") for what, words, example in rows),
        )
    )


def _synonyms(words: Iterable[tuple[str, ...]]) -> str:
    return ", ".join(" / ".join(same) for same in words)


def _set(name: str) -> tuple[str, ...]:
    chosen = SETS[name]
    label = f"`{name}`" + (f" ({chosen.role})" if chosen.is_control else "")
    return label, chosen.description, _said_in(name)


def _said_in(set_name: str) -> str:
    """Return a sentence of a set, of the first task whose scenes have one."""
    tasks = [task for _, task in TASKS.items()]
    # With the most words and goals first: every set finds something there, and at once.
    for task in sorted(tasks, key=lambda t: (-t.scenario.n_words, -len(t.scenario.goals))):
        try:
            text = draw_scenario(task.scenario, set_name, seed=0).instruction
        except (InvalidValueError, PlacementError):
            continue
        return f"“{text}”" if text else "(nothing)"
    return "none"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    main()
