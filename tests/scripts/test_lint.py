import json
from pathlib import Path

import pytest

from vlsim.errors import InvalidValueError
from vlsim.instruction_sets import COLLOQUIAL
from vlsim.scripts.__main__ import main as vlsim
from vlsim.scripts.lint import main

LINES = (
    '{"text": "Could you touch the red ball?"}',
    '{"text": "could you  touch the red ball?"}',
    '{"text": "frobnicate the blue ball"}',
    '{"text": "push the red ball to the pad", "task": "push"}',
    '{"text": "open the ball"}',
    '{"text": "touch the red ball", "task": "raech"}',
    '{"text": "put the ball next to the can", "task": "arrange"}',
    '{"text": "open it", "goal": {"goal": "open", "target": {"kind": "drawer", "color": "red"}}}',
    '{"text": "shut the red drawer",'
    ' "goal": {"goal": "open", "target": {"kind": "drawer", "color": "red"}}}',
    '{"text": "ouvre le tiroir rouge",'
    ' "goal": {"goal": "open", "target": {"kind": "drawer", "color": "red"}}}',
    "touch the red ball",
    '["touch the red ball"]',
)
WRONG = {
    2: ("twice", "stands in my.jsonl line 1 already"),
    3: ("malformed", "'text': Unknown word 'frobnicate'"),
    4: ("no task", "'text' does not fit the task 'push': its scenes hold no ball"),
    5: ("no task", "'open the ball' fits no scene of this task"),
    6: ("malformed", "'task': No task named 'raech'. Did you mean 'reach'"),
    7: ("no task", "'text' does not fit the task 'arrange': its scenes hold no ball"),
    9: ("contradiction", "'goal' is not what 'text' says, which is {'goal': 'close'"),
    11: ("malformed", " is not JSON: Expecting value"),
    12: ("malformed", " must be a JSON object, got '[\"touch the red ball\"]'"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "my.jsonl"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return path


def test_every_line_to_mend_is_named_with_the_reason(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvalidValueError, match="has 9 of 12 sentences to mend"):
        main([str(file)])
    *findings, summary = capsys.readouterr().out.splitlines()
    assert len(findings) == len(WRONG)
    for (number, (_, words)), finding in zip(WRONG.items(), findings, strict=True):
        assert finding.startswith(f"my.jsonl line {number}")
        assert words in finding
    assert (
        summary == "12 sentences: 3 fine, 9 with a problem. "
        "Usable in reach: 1, sequence: 4, tabletop: 4, drawer: 3."
    )


def test_json_says_the_same_and_nothing_else(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vlsim(["lint", str(file), "--json"]) == 2
    output = capsys.readouterr()
    data = json.loads(output.out)
    kinds = {int(f["where"].split()[-1]): f["kind"] for f in data["findings"]}
    assert kinds == {number: kind for number, (kind, _) in WRONG.items()}
    assert (data["sentences"], data["tasks"]) == (
        12,
        {"reach": 1, "drawer": 3, "sequence": 4, "tabletop": 4},
    )
    assert output.err.count("\n") == 1


def test_the_colloquial_set_has_nothing_to_mend(capsys: pytest.CaptureFixture[str]) -> None:
    assert vlsim(["lint", COLLOQUIAL.path]) == 0
    n = len(COLLOQUIAL.lines)
    assert capsys.readouterr().out.startswith(f"{n} sentences: {n} fine, 0 with a problem.")


def test_a_file_that_is_not_there_or_empty_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vlsim(["lint", str(tmp_path / "no.jsonl")]) == 2
    (tmp_path / "empty.jsonl").touch()
    assert vlsim(["lint", str(tmp_path / "empty.jsonl")]) == 2
    assert vlsim(["lint", str(tmp_path)]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert [
        words in line
        for words, line in zip(
            ("There is no file", "holds no sentence", "Cannot read"), errors, strict=True
        )
    ] == [True] * 3
