"""The table of docs/robots.md says which robot can do which task by which control mode."""

import re
from pathlib import Path

from vlsim.envs.ability import abilities
from vlsim.envs.tasks import TASKS
from vlsim.interface.action import CONTROL_NAMES

PAGE = Path(__file__).parents[2] / "docs" / "robots.md"
NAME = re.compile(r"`(\w+)`")


def test_the_table_has_every_task_with_what_can_do_it() -> None:
    table = PAGE.read_text(encoding="utf-8").split("| task |")[1].split("\n\n")[0]
    head, _, *rows = table.splitlines()
    columns = [NAME.findall(cell) for cell in head.strip("|").split("|")]
    assert sorted(name for names in columns for name in names) == sorted(CONTROL_NAMES)
    documented: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        tasks, *cells = row.strip("|").split("|")
        able = {
            (robot, control)
            for controls, cell in zip(columns, cells, strict=True)
            for robot in NAME.findall(cell)
            for control in controls
        }
        assert not documented.keys() & NAME.findall(tasks)
        documented |= dict.fromkeys(NAME.findall(tasks), able)
    assert documented == {name: set(abilities(task)) for name, task in TASKS.items()}
