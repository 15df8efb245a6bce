"""The page that follows one instruction says what really happens.

`python -m tests.docs.test_walkthrough` writes what its blocks print.
"""

import contextlib
import importlib
import io
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "walkthrough.md"
BLOCK = re.compile(r"```python\n(?P<code>.+?)```\n\n```text\n(?P<printed>.*?)```", re.DOTALL)
STOP = re.compile(r"^## (\d+)\. .+\n\n`([\w/]+)\.py`, `(\w+)`: ", re.MULTILINE)


def run(text: str) -> list[str]:
    """Run the blocks of the page one after the other. Returns what each prints."""
    names: dict[str, object] = {"__name__": "page"}
    printed = []
    for match in BLOCK.finditer(text):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(match["code"], str(PAGE), "exec"), names)
        printed.append(out.getvalue())
    return printed


def test_every_block_prints_what_stands_below_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert run(text) == [match["printed"] for match in BLOCK.finditer(text)]
    assert len(BLOCK.findall(text)) == text.count("```python\n") == 10


def test_every_stop_names_a_function_or_class_in_its_file() -> None:
    stops = STOP.findall(PAGE.read_text(encoding="utf-8"))
    assert [int(number) for number, _, _ in stops] == list(range(1, 11))
    for _, path, name in stops:
        module = importlib.import_module("vlsim." + path.removeprefix("vlsim/").replace("/", "."))
        assert getattr(module, name).__module__ == module.__name__


def test_every_file_that_the_page_names_is_there() -> None:
    paths = re.findall(r"`([\w/]+\.py)`", PAGE.read_text(encoding="utf-8"))
    assert [path for path in paths if not (ROOT / path).is_file()] == []


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    outputs = iter(run(page))
    page = BLOCK.sub(lambda m: f"```python\n{m['code']}```\n\n```text\n{next(outputs)}```", page)
    PAGE.write_text(page, encoding="utf-8")
