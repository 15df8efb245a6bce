"""Episodes are grouped by what they were about and by how they failed."""

from tests.records import episode
from vlsim.evaluation.breakdown import (
    NOT_SAID,
    breakdown,
    failures,
    goal_of,
    kind_of,
    verb_of,
)
from vlsim.goals import GOALS
from vlsim.records import Episode

PLACE = {"goal": "place", "target": {"kind": "cube", "color": "red"}, "place": {"kind": "bowl"}}


def test_goal_kind_and_verb_are_read_from_the_episode() -> None:
    put = episode(goal=PLACE, instruction="in the bowl put the red cube")
    assert (goal_of(put), kind_of(put), verb_of(put)) == ("place", "cube", "put")


def test_of_a_chain_the_kind_is_that_of_its_first_target() -> None:
    chain = episode(goal={"goal": "then", "steps": [PLACE, {"goal": "lift", "target": {}}]})
    assert kind_of(chain) == "cube"


def test_what_is_not_said_has_a_row_of_its_own() -> None:
    silent = episode(goal={"goal": "reach", "target": {"color": "red"}}, instruction="")
    assert (kind_of(silent), verb_of(silent)) == (NOT_SAID, NOT_SAID)


def test_every_goal_has_a_verb_in_every_phrasing_of_training() -> None:
    for _, goal in GOALS.items():
        for phrasings in goal.phrasings:
            for words in phrasings.train:
                assert verb_of(episode(instruction=words)) != NOT_SAID, words


def test_each_group_has_its_share_of_successes_the_largest_first() -> None:
    def lift(*, won: bool) -> Episode:
        return episode(goal={"goal": "lift"}, success_once=won)

    rows = breakdown({"p": [episode(), lift(won=True), lift(won=False)]})
    goals = [row for row in rows if row["by"] == "goal"]
    assert [(row["name"], row["n"], row["success"]["value"]) for row in goals] == [
        ("lift", 2, 0.5),
        ("reach", 1, 1.0),
    ]
    assert {row["by"] for row in rows} == {"goal", "kind", "verb"}
    assert {row["policy"] for row in rows} == {"p"}


def test_failures_are_counted_by_their_kind_without_the_details() -> None:
    def failed(words: str) -> Episode:
        return episode(success_once=False, failure=words)

    lost, wrong = "lost object: the red cube fell", "wrong object: acted on the ball, not the cube"
    rows = failures({("p", "seen"): [episode(), failed(lost), failed(wrong), failed(wrong)]})
    assert rows == [
        {"policy": "p", "set": "seen", "failure": "wrong object", "n": 2},
        {"policy": "p", "set": "seen", "failure": "lost object", "n": 1},
    ]
