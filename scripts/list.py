"""List tasks, robots, randomizations, instruction sets, goals, presets, policies and more."""

import json as json_format
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import tyro
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.files import make_folder
from vlsim.scripts.options import read_options

Row = dict[str, str]

POLICIES = {
    "expert": "scripted: carries out the goal's own plan",
    "random": "uniform actions",
    "RUN": "latest policy of a run folder, such as runs/demo",
    "BUNDLE": "folder of a policy bundle, such as NAME.vlsim",
    "BUNDLE@ENGINE": "the same, computed by onnxruntime, or onnxruntime:fp16 (vlsim export)",
    "MODULE:NAME": "your own class or function that returns a policy (docs/plugins.md)",
    "ws://HOST:PORT": "a policy that is served, by vlsim serve or openpi (docs/serving.md)",
}
"""What `--policy` takes, besides the policies in the zoo."""


GROUPS = ("factor", "of")
"""Rows that have one of these fields are shown below a heading."""


@dataclass(frozen=True)
class ListConfig:
    """What to show."""

    what: tyro.conf.Positional[str] = "all"
    """One of tasks, robots, randomizations, sets, goals, metrics, presets, policies, all; or of the
    parts of networks and what they learn: vision, text, fusion, heads, objectives, models."""
    json: bool = False
    """Print JSON instead of tables."""
    task: str = ""
    """With sets: only the instruction sets that apply to this task."""
    gallery: Path | None = None
    """With tasks: output folder for a picture of every task, and tasks.png of all."""


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim list`."""
    config = read_options(ListConfig, argv, "vlsim list", __doc__)
    known = LISTS | PARTS
    if config.what != "all" and config.what not in known:
        raise UnknownNameError("list", config.what, ["all", *known])
    names = LISTS if config.what == "all" else [config.what]
    if config.task and config.what != "sets":
        raise InvalidValueError("--task chooses among sets: vlsim list sets --task TASK")
    lists = {name: known[name]() for name in names}
    if config.task:
        lists["sets"] = _of_task(lists["sets"], config.task)
    if config.gallery is not None:
        if config.what != "tasks":
            raise InvalidValueError("A gallery shows tasks: vlsim list tasks --gallery FOLDER")
        make_folder(config.gallery)
    if config.json:
        print(json_format.dumps(lists, indent=2))
    else:
        console = Console()
        for name, rows in lists.items():
            console.print(_table(name, rows))
    if config.gallery is not None:
        from vlsim.envs.tasks import TASKS
        from vlsim.scripts.gallery import make_gallery

        pictures = make_gallery([task for _, task in TASKS.items()], config.gallery)
        print(f"Gallery: {pictures[0]}", file=sys.stderr if config.json else sys.stdout)


def tasks() -> list[Row]:
    """Return every task with its environment id, and what the presets for it reach."""
    from vlsim.envs.tasks import TASKS
    from vlsim.scripts.presets import PRESETS, recipes

    return [
        {
            **row,
            "id": TASKS[row["name"]].env_id,
            "recipe": "; ".join(
                f"vlsim train {name}: {PRESETS[name].reaches}" for name in recipes(row["name"])
            ),
        }
        for row in _rows(TASKS.items())
    ]


def robots() -> list[Row]:
    """Return every robot with the control modes that it can be moved by."""
    from vlsim.robots.catalogue import ROBOTS

    return [
        row | {"controls": ", ".join(ROBOTS[row["name"]].controls)} for row in _rows(ROBOTS.items())
    ]


def randomizations() -> list[Row]:
    """Return what `--randomization` takes."""
    from vlsim.scene.randomization import PRESETS, TERMS

    names = {name: _describe(TERMS[name]) for name in TERMS}
    groups = {name: ", ".join(terms) for name, terms in PRESETS.items() if name not in TERMS}
    return [{"name": name, "description": words} for name, words in (names | groups).items()]


def instruction_sets() -> list[Row]:
    """Return every instruction set by what it changes, its role, and the tasks it has goals for."""
    from vlsim.envs.offered_sets import offered_sets
    from vlsim.envs.tasks import TASKS
    from vlsim.instruction_sets import SETS
    from vlsim.instruction_sets.factors import FACTORS, OTHER, factor_of

    tasks_of = {name: [task for task in TASKS if name in offered_sets(task)] for name in SETS}
    order = [*FACTORS, OTHER]
    rows = [
        row
        | {
            "factor": factor_of(row["name"]),
            "role": SETS[row["name"]].role,
            "tasks": _most(tasks_of[row["name"]], list(TASKS)),
        }
        for row in _rows(SETS.items())
    ]
    return sorted(rows, key=lambda row: order.index(row["factor"]))


def _of_task(rows: list[Row], task: str) -> list[Row]:
    """Return the rows of the sets that have something for a task."""
    from vlsim.envs.offered_sets import offered_sets

    offered = offered_sets(task)
    return [row for row in rows if row["name"] in offered]


def goals() -> list[Row]:
    """Return every kind of goal."""
    from vlsim.goals import GOALS

    return _rows(GOALS.items())


def metrics() -> list[Row]:
    """Return every metric by what it is of."""
    from vlsim.metrics import METRICS_OF

    return [
        {"name": row["name"], "of": noun, "description": row["description"]}
        for noun, metrics in METRICS_OF.items()
        for row in _rows(metrics.items())
    ]


def presets() -> list[Row]:
    """Return what `vlsim train` can be asked for, and what it reaches."""
    from vlsim.scripts.presets import PRESETS

    return [
        {"name": name, "description": preset.description, "success": preset.reaches}
        for name, preset in PRESETS.items()
    ]


def policies() -> list[Row]:
    """Return what `--policy` takes."""
    from vlsim.agents.load import policy_spec, zoo

    trained = [f"zoo:{name}" for name in zoo()]
    known = POLICIES | {name: f"comes with vlsim; {policy_spec(name)}" for name in trained}
    return [{"name": name, "description": words} for name, words in known.items()]


def vision() -> list[Row]:
    """Return every vision part, and how a pretrained tower is asked for."""
    from vlsim.models.vision import VISION

    return [*_rows(VISION.items()), _tower("ViT, CLIP, SigLIP, DINO")]


def text() -> list[Row]:
    """Return every text part, and how a pretrained tower is asked for."""
    from vlsim.models.text import TEXT

    return [*_rows(TEXT.items()), _tower("BERT, MiniLM, CLIP")]


def fusion() -> list[Row]:
    """Return every fusion part."""
    from vlsim.models.fusion import FUSION

    return _rows(FUSION.items())


def heads() -> list[Row]:
    """Return every head; the control mode decides which one a policy has."""
    from vlsim.models.heads import HEADS

    return _rows(HEADS.items())


def objectives() -> list[Row]:
    """Return every objective with the data that it needs."""
    from vlsim.objectives import OBJECTIVES

    return [
        row | {"needs": ", ".join(sorted(OBJECTIVES[row["name"]].needs))}
        for row in _rows(OBJECTIVES.items())
    ]


def models() -> list[Row]:
    """Return every model of `vlsim pretrain`, with what it learns."""
    from vlsim.models.perceivers import MODELS

    return [
        row | {"objectives": ", ".join(MODELS[row["name"]].objectives)}
        for row in _rows(MODELS.items())
    ]


def _tower(examples: str) -> Row:
    words = f"A tower of transformers ({examples}, …) by its Hugging Face id or folder."
    return {"name": "hf:SOURCE", "description": words}


LISTS: dict[str, Callable[[], list[Row]]] = {
    "tasks": tasks,
    "robots": robots,
    "randomizations": randomizations,
    "sets": instruction_sets,
    "goals": goals,
    "metrics": metrics,
    "presets": presets,
    "policies": policies,
}
PARTS: dict[str, Callable[[], list[Row]]] = {
    "vision": vision,
    "text": text,
    "fusion": fusion,
    "heads": heads,
    "objectives": objectives,
    "models": models,
}
"""Lists that import torch, which takes a while, and so are no part of `all`."""


def _most(names: Sequence[str], every: Sequence[str]) -> str:
    """Write names, or shorter those that are not among them.

    >>> _most(["a", "b"], ["a", "b"]), _most(["a", "b"], ["a", "b", "c"])
    ('all', 'all but c')
    >>> _most(["a"], ["a", "b", "c"])
    'a'
    """
    others = [name for name in every if name not in names]
    if not others:
        return "all"
    return ", ".join(names) if len(names) <= len(others) else f"all but {', '.join(others)}"


def _rows(items: Iterable[tuple[str, object]]) -> list[Row]:
    return [{"name": name, "description": _describe(thing)} for name, thing in items]


def _describe(thing: object) -> str:
    """Return its description, or the first line of its docstring."""
    description = getattr(thing, "description", None)
    text = description if isinstance(description, str) else thing.__doc__ or ""
    return text.strip().partition("\n")[0]


def _group(row: Row) -> str:
    return next((row[name] for name in GROUPS if name in row), "")


def _table(title: str, rows: list[Row]) -> Table:
    columns = [name for name in rows[0] if name not in GROUPS] if rows else ["name"]
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for group, members in groupby(rows, key=_group):
        if group:
            table.add_section()
            table.add_row(f"[bold]{escape(group)}[/]")
        for row in members:
            table.add_row(*(escape(row[column]) for column in columns))
    return table
