"""The page about the tasks is the one that its script makes, and its links lead somewhere."""

import re
from pathlib import Path

import pytest
from PIL import Image

from tools.docs import tasks
from tools.docs.tasks import COMMAND, OVERVIEW, PICTURES, main, page
from vlsim.envs.tasks import TASKS
from vlsim.goals import GOALS
from vlsim.goals.atoms.place import Place
from vlsim.goals.atoms.reach import Reach
from vlsim.goals.base import COMBINED
from vlsim.instruction_sets import SETS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "tasks.md"


@pytest.fixture(scope="module")
def text() -> str:
    return page()


def test_the_committed_page_is_what_the_script_makes(text: str) -> None:
    written = PAGE.read_text(encoding="utf-8").splitlines()
    differ = [line for line in text.splitlines() if line not in written]
    assert text == PAGE.read_text(encoding="utf-8"), (
        f"docs/tasks.md is out of date; make it anew with: {COMMAND}. First new lines: {differ[:3]}"
    )


def test_everything_that_is_registered_is_on_the_page(text: str) -> None:
    headings = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert headings == [*TASKS, *(f"Goal {name}" for name in (*GOALS, *COMBINED))]
    sets = re.findall(
        r"^\| `([a-z0-9-]+)`.* \|$", text.partition("## Instruction sets")[2], re.MULTILINE
    )
    assert sets == list(SETS)


def test_every_link_leads_to_a_heading(text: str) -> None:
    anchors = {
        heading.lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    links = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert links and links <= anchors


def test_every_task_has_its_picture_and_all_are_small() -> None:
    pictures = list((DOCS / PICTURES).iterdir())
    assert {f"{name}.jpg" for name in TASKS} <= {path.name for path in pictures}, (
        f"make the pictures with: {COMMAND}"
    )
    assert sum(path.stat().st_size for path in pictures) < 1_500_000


def test_a_row_of_a_docstring_keeps_its_terms_apart(text: str) -> None:
    goal = text.partition("### Goal place\n")[2].partition("\n### ")[0]
    rows = dict(re.findall(r"^\| \*\*(\w+)\*\* \| (.+) \|$", goal, re.MULTILINE))
    assert list(rows) == ["Words", "Achieved", "Progress", "Referents"]
    terms = rows["Progress"].split("<br>")
    assert [term.partition(":")[0] for term in terms[:3]] == ["approach", "lift", "move"]
    # A line that goes on with the one before is joined to it.
    assert "the surface and within 2 cm of lying on it; both" in rows["Achieved"]
    count = sum(len(phrasings.train) for phrasings in Place.phrasings)
    assert f"{count} training phrasings" in goal


def test_no_docstring_shows_its_raw_form(text: str) -> None:
    assert not re.search(r"^\s*(Args|Returns|Raises|Example):", text, re.MULTILINE)
    goal = text.partition("### Goal and\n")[2].partition("\n### ")[0]
    assert goal.startswith("\nAll of the parts, or some of them, done in any order.\n\nTasks:")
    assert "| **Fields** | `parts`: What is asked for; " in goal
    assert "<br>`enough`: How many of them have to be achieved, all if None. |" in goal


def test_who_can_do_a_task_is_what_the_environments_allow(text: str) -> None:
    push = text.partition("### push\n")[2].partition("\n### ")[0]
    assert "| `planar` | 100 | panda, iiwa, pusher |" in push
    assert "| `ee_delta` | 100 | panda, iiwa |" in push


def test_the_script_writes_page_and_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        tasks, "TASKS", {"reach": TASKS["reach"], "pick_place": TASKS["pick_place"]}
    )
    monkeypatch.setattr(tasks, "GOALS", {"reach": Reach})
    main(["--out", str(tmp_path / "tasks.md")])
    assert "### reach" in (tmp_path / "tasks.md").read_text(encoding="utf-8")
    with Image.open(tmp_path / "images" / "tasks" / "reach.jpg") as picture:
        assert picture.size == (400, 325)
    with Image.open(tmp_path / "images" / "tasks.png") as picture:
        assert picture.size[0] == 2120


def test_the_picture_of_all_tasks_is_small() -> None:
    assert (DOCS / OVERVIEW).stat().st_size < 1_000_000
