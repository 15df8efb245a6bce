import io
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.evaluation.fakes import FakeEnv, Guesser, Reader
from tests.records import episodes
from vlsim.evaluation import report
from vlsim.evaluation.benchmark import run_benchmark
from vlsim.evaluation.plan import Entrant, Plan
from vlsim.evaluation.report import render_report, repeat
from vlsim.evaluation.statistics import summarise
from vlsim.evaluation.table import results_table
from vlsim.instruction_sets import SETS
from vlsim.instruction_sets.role import BLIND, CAPTIONS, WRONG_WORDS

EVIL = "<script>alert(1)</script>[bold]"
PLAN = Plan(
    "say",
    "voice",
    ("seen",),
    {"no-instruction": BLIND},
    episodes=20,
    films=1,
    environment="image_size=64, code=1",
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def results(out: Path) -> dict[str, Any]:
    return run_benchmark([Entrant("reader", Reader), Entrant(EVIL, Guesser)], FakeEnv, PLAN, out)


class Checker(HTMLParser):
    """Finds tags that do not match and everything that would be fetched."""

    void = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        links = ("src", "href", "poster")
        self.links += [value or "" for name, value in attributes if name in links]
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_report_is_one_well_formed_file_that_fetches_nothing(
    out: Path, results: dict[str, Any]
) -> None:
    html = (out / "report.html").read_text()
    checker = Checker()
    checker.feed(html)
    assert checker.open == []
    assert "script" not in checker.tags
    assert not re.search(r"https?://|@import|url\(", html)
    kinds = [link.partition(",")[0] for link in checker.links]
    assert len(results["films"]) == 3
    assert kinds == ["data:image/jpeg;base64", "data:video/mp4;base64"] * 3


def test_films_that_would_make_the_report_too_large_are_linked(
    out: Path, results: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    videos = [film["video"] for film in results["films"]]
    monkeypatch.setattr(report, "MOST_BYTES", (out / videos[0]).stat().st_size)
    checker = Checker()
    checker.feed(render_report(results, out))
    assert [link for link in checker.links if not link.startswith("data:")] == videos[1:]


def test_each_film_says_how_it_ended_and_which_command_repeats_it(
    out: Path, results: dict[str, Any]
) -> None:
    html = unescape((out / "report.html").read_text())
    shown = re.sub(r"</?span>", "", html)
    for film in results["films"]:
        outcome = "success" if film["success"] else f"failed: {film['failure']}"
        assert f">{outcome}</div>" in html
        command = repeat(results, film)
        assert command in shown
        assert command.startswith("vlsim record --policy ")
        what = "--task say --set seen --control voice --robot panda --image-size 64 --device cpu"
        assert command.endswith(f" {what} --seed 0 --first {film['number']} --episodes 1")
    assert {film["success"] for film in results["films"]} == {True, False}


def test_a_set_from_a_file_is_repeated_from_the_file(results: dict[str, Any]) -> None:
    film = results["films"][0] | {"set": "mine"}
    assert " --set mine.jsonl " in repeat(results, film)


def test_the_report_shows_every_number_of_the_results(out: Path, results: dict[str, Any]) -> None:
    html = (out / "report.html").read_text()
    for score in results["scores"]:
        success = score["success"]
        assert f"{success['value']:.3f} <span" in html
        assert f"[{success['low']:.3f}, {success['high']:.3f}]" in html
    assert "n = 20 is below 50" in html
    assert results["films"][0]["instruction"] in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_report_can_be_made_again_from_the_results(out: Path, results: dict[str, Any]) -> None:
    assert render_report(results, out) == (out / "report.html").read_text()


def test_a_section_without_content_is_left_out(tmp_path: Path) -> None:
    plan = Plan("say", "voice", ("combo",), episodes=50, films=0)
    run_benchmark([Entrant("reader", Reader)], FakeEnv, plan, tmp_path)
    html = (tmp_path / "report.html").read_text()
    assert "<h2>Success</h2>" in html
    for absent in ("Policies compared", "What the words are worth", "<h2>Films", 'warning"'):
        assert absent not in html


def printed(results: dict[str, Any], width: int = 120) -> str:
    file = io.StringIO()
    Console(width=width, file=file).print(results_table(results), soft_wrap=True)
    return file.getvalue()


def test_the_terminal_table_has_values_with_intervals_and_n(results: dict[str, Any]) -> None:
    text = printed(results)
    assert re.search(r"^reader\n  seen +1\.000 \[0\.839, 1\.000\] .* 20$", text, re.MULTILINE)
    assert "no-instruction *" in text
    assert f"* Blind control: {CAPTIONS[BLIND]}" in " ".join(text.split())
    assert "†" not in text
    assert "Warning: n = 20 is below 50" in text
    assert "reader: seen minus no-instruction +" in text
    assert EVIL in text.replace("\n", "")
    assert "Paired differences of success" in text


def test_in_80_columns_no_number_and_no_name_of_a_set_is_broken(results: dict[str, Any]) -> None:
    lines = printed(results, width=80).splitlines()
    for name in ("seen", "no-instruction *"):
        (row, *_) = [line for line in lines if line.startswith(f"  {name} ")]
        assert len(row) <= 80
        assert re.fullmatch(r"  \S+( \*)?( +\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]){2}.* 20", row)


def test_long_names_of_policies_and_sets_are_not_broken() -> None:
    policy, name = "runs/" + "long" * 30, "distractor-attribute+robot-init"
    summary = summarise({(policy, name): episodes([1] * 199 + [0])})
    text = printed({**Plan("t", "c", (name,)).setting, **summary}, width=80)
    assert f"\n{policy}\n  {name}\n" in text
    assert re.search(r"\n {21}\d.* 200\n", text)


def test_199_of_200_is_neither_all_nor_0_99() -> None:
    summary = summarise({("p", "seen"): episodes([1] * 199 + [0])})
    assert "  0.995 [0.972, 0.999]" in printed({**Plan("t", "c", ("s",)).setting, **summary})


def test_each_kind_of_control_says_what_it_means() -> None:
    names = {"seen": "measured", "shuffled": BLIND, "counterfactual": WRONG_WORDS}
    table = {("p", name): episodes([1] * 60) for name in names}
    summary = summarise(table, controls={"shuffled": BLIND, "counterfactual": WRONG_WORDS})
    assert {s["set"]: s["role"] for s in summary["scores"]} == names
    text = printed({**Plan("t", "c", ("seen",)).setting, **summary})
    assert "  counterfactual †" in text
    assert f"† Wrong-words control: {CAPTIONS[WRONG_WORDS]}" in " ".join(text.split())


def test_bounds_are_marked_and_nothing_touched_is_a_dash() -> None:
    table = {
        ("expert", "seen"): episodes([1] * 60, policy="expert", attempted=None),
        ("p", "seen"): episodes([1] * 60),
    }
    summary = summarise(table, bounds=["expert"])
    assert summary["scores"][0]["referent_accuracy"] is None
    assert summary["differences"] == []
    setting = Plan("t", "c", ("seen",)).setting
    text = printed({**setting, **summary})
    assert "expert (bound)" in text
    assert "–" in text  # noqa: RUF001


def test_a_bar_and_its_dot_stand_where_share_and_difference_are(
    results: dict[str, Any], out: Path
) -> None:
    html = (out / "report.html").read_text()
    score = results["scores"][0]["success"]
    gap = results["language_gap"][0]
    for value, low, high in (
        (score["value"], score["low"], score["high"]),
        # From -1 to 1: zero is in the middle.
        *[tuple((gap[name] + 1) / 2 for name in ("difference", "low", "high"))],
    ):
        band = f'class="band" style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"'
        assert f'{band}></i><i class="dot" style="left:{100 * value:.1f}%"' in html


def test_every_number_has_its_label_where_the_page_is_too_narrow_for_columns(out: Path) -> None:
    html = (out / "report.html").read_text()
    rows = re.findall(r"<tr[^>]*>\s*<td class=\"name\">.*?</tr>", html, re.DOTALL)
    cells = [cell for row in rows for cell in re.findall(r"<td([^>]*)>", row)]
    assert len(cells) > 20
    assert all(re.search('class="(name|wide|list)"|data-label="[a-z -]+"', cell) for cell in cells)


def test_the_report_says_what_each_set_means(out: Path) -> None:
    html = unescape((out / "report.html").read_text())
    assert f"<dt>seen</dt><dd>{SETS['seen'].description}</dd>" in html
    assert '<dt>no-instruction <span class="tag">blind control</span></dt>' in html
    assert CAPTIONS[BLIND] in html
