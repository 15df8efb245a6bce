"""The conclusion says what the numbers show, and nothing that they do not."""

from collections.abc import Sequence

from tests.records import episodes
from vlsim.evaluation.conclusion import conclusion
from vlsim.evaluation.statistics import summarise
from vlsim.instruction_sets.role import BLIND, WRONG_WORDS
from vlsim.records import Episode

CONTROLS = {"no-instruction": BLIND, "counterfactual": WRONG_WORDS}


def runs(wins: int, of: int, name: str = "seen", failure: str = "lost object: x") -> list[Episode]:
    won = episodes([1] * wins, set=name)
    lost = episodes([0] * (of - wins), set=name, failure=failure)
    return [*won, *(Episode.from_json({**e.to_json(), "seed": wins + e.seed}) for e in lost)]


def said(*groups: Sequence[Episode], bounds: Sequence[str] = ()) -> str:
    table = {("p", group[0].set): group for group in groups}
    return "\n".join(conclusion(summarise(table, controls=CONTROLS, bounds=bounds))["p"])


def test_success_is_said_with_count_share_and_interval() -> None:
    assert "On seen it succeeds in 39 of 40 episodes (0.975 [0.871, 0.996])." in said(runs(39, 40))


def test_less_than_on_seen_is_said_only_if_the_intervals_do_not_meet() -> None:
    worse = said(runs(100, 100), runs(60, 100, "combo"))
    assert "On combo it succeeds in 60 of 100" in worse
    assert "That is less than on seen: the intervals do not meet." in worse
    near = said(runs(100, 100), runs(99, 100, "combo"))
    assert "These episodes show no difference from seen." in near
    assert "less than on seen" not in near


def test_it_listens_only_if_the_difference_to_no_words_is_above_zero() -> None:
    listens = said(runs(90, 100), runs(10, 100, "no-instruction"))
    assert "It listens: without the instruction it succeeds less often (+0.800 [" in listens
    assert "n = 100, p < 0.001" in listens
    deaf = said(runs(90, 100), runs(90, 100, "no-instruction"))
    assert "These episodes do not show that it listens" in deaf
    harmed = said(runs(10, 100), runs(90, 100, "no-instruction"))
    assert "The instruction harms it" in harmed
    unknown = said(runs(90, 100))
    assert "listens" not in unknown


def test_controls_are_no_successes_of_the_policy() -> None:
    words = said(runs(9, 10), runs(3, 10, "no-instruction"), runs(8, 10, "counterfactual"))
    assert "On no-instruction it succeeds" not in words
    assert "Success without usable words, by luck or by the look of the scene: no-instruct" in words
    assert "(counterfactual), it does that in 8 of 10 episodes" in words


def test_the_weakest_part_is_named_if_it_is_clearly_below_the_mean() -> None:
    def balls(wins: int) -> list[Episode]:
        goal = {"goal": "reach", "target": {"kind": "ball"}}
        return [
            Episode.from_json({**e.to_json(), "goal": goal, "seed": 1000 + e.seed})
            for e in runs(wins, 20)
        ]

    assert "kind ball 2 of 20 episodes" in said([*runs(100, 100), *balls(2)])
    assert "is clearly below its mean" in said([*runs(100, 100), *balls(20)])


def test_failures_are_counted() -> None:
    assert "How it fails (2 failures): lost object 2." in said(runs(8, 10))
    assert "How it fails" not in said(runs(10, 10))


def test_bounds_are_talked_about_only_where_nothing_else_takes_part() -> None:
    assert "On seen" in said(runs(8, 10), bounds=["p"])
