"""Instructions about blocks, drawers and sliders, in the style of benchmarks of such scenes.

They were written for vlsim with the verbs, orders and fillers that people use there, and copied
from nowhere. `means` says the same in words of the grammar, null where vlsim cannot do or know it.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from vlsim.errors import InstructionError
from vlsim.free_text.understand import parse
from vlsim.language.clauses import makes_sense

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "benchmark_style.jsonl").read_text().splitlines()
]


def verdict(text: str, means: str | None) -> str:
    """Return how a text is read: as it is meant, wrong, or not at all.

    What things of these kinds can never do ("slide the cube" as a lever) every scene refuses.
    """
    try:
        goal = parse(text)
    except InstructionError:
        return "rightly refused" if means is None else "refused"
    if means is not None and goal == parse(means):
        return "understood"
    return "wrong" if all(map(makes_sense, goal.atoms)) else "refused"


def test_most_of_what_such_benchmarks_say_is_understood_and_nothing_wrongly() -> None:
    counts = Counter(verdict(**line) for line in LINES)
    assert counts["wrong"] == 0
    assert counts["rightly refused"] == 24
    assert counts["understood"] >= 95
    assert len({line["text"] for line in LINES}) == counts.total() == 126


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("grasp the red block", "lift the red cube"),
        ("go grab the green ball", "lift the green ball"),
        ("sweep the cube left", "push the cube left"),
        ("push left the cube", "push the cube left"),
        ("slide right the lever", "slide the lever right"),
        ("push the cube towards the left", "push the cube left"),
        ("push the cube toward me", "push the cube forward"),
        ("push the cube away from you", "push the cube forward"),
        ("push the cube away from me", "push the cube back"),
        ("open the handle of the red drawer", "open the red drawer"),
        ("grasp the drawer handle and open it", "open the drawer"),
        ("take the cube and turn it left", "turn the cube left"),
        ("touch the cube on the table", "touch the cube"),
        ("pick up the ball from the bowl", "lift the ball that is in the bowl"),
        ("push the cube a bit to the left", "push the cube left"),
        ("push the lever all the way to the left", "slide the lever left"),
    ],
)
def test_each_kind_of_wording_is_understood(text: str, means: str) -> None:
    assert parse(text) == parse(means)


@pytest.mark.parametrize(
    "text",
    [
        "open the drawer a bit",
        "turn the cube a bit to the left",
        "slide the lever a little to the left",
        "put the cube on the table",
        "push the cube off the table",
    ],
)
def test_what_would_be_lost_is_refused(text: str) -> None:
    with pytest.raises(InstructionError):
        parse(text)
