"""What the writer knows of a sentence: its templates, filled in, give its words."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given

from tests.language.strategies import GOALS_IN_WORDS, POOLS, PROPERTY, RNGS
from tests.language.test_sentences import COMBINED
from vlsim.errors import InstructionError
from vlsim.goals import And, Atom, Goal, If, Lift, Place, Reach, Then
from vlsim.language.connectives import CONDITIONS, CONNECTORS, OTHERWISE
from vlsim.language.sentences import read_sentence
from vlsim.language.templates import Pool
from vlsim.language.utterance import Utterance
from vlsim.language.writer import try_realise
from vlsim.referring.phrases import readings
from vlsim.referring.ref import Ref
from vlsim.seeding import stream

JOINTS = [
    (),
    ("and",),
    *(words for table in (CONNECTORS, OTHERWISE) for pool in table.values() for words in pool),
]


def is_filled(utterance: Utterance) -> bool:
    """Whether the words are those of the templates, one after the other, and of nothing else."""
    words, ends = tuple(utterance.text.split()), {0}
    if isinstance(utterance.goal, If):
        ends = set(_conditions(utterance.goal, words))
    for atom, template in zip(utterance.goal.atoms, utterance.templates, strict=True):
        starts = {e + len(j) for e in ends for j in JOINTS if words[e : e + len(j)] == j}
        ends = {end for start in starts for end in _ends(template.words, words, start, atom)}
    return len(words) in ends


def _conditions(goal: If, words: tuple[str, ...]) -> Iterator[int]:
    for opener in (words for pool in CONDITIONS.values() for words in pool):
        if words[: len(opener)] == opener:
            start = len(opener) + (words[len(opener)] == "no")
            yield from (end for ref, end in readings(words, start) if ref == goal.condition)


def _ends(template: Sequence[str], words: Sequence[str], start: int, atom: Atom) -> Iterator[int]:
    """Yield where a template can end that begins here, phrases or pronouns in its slots."""
    if not template:
        yield start
        return
    if start == len(words):
        return
    word, *rest = template
    # "There" stands for preposition and place: "in the bowl".
    is_place = template[-1].startswith("{") and word != "{target}"
    if words[start] == "there" and is_place and sum(w.startswith("{") for w in template) == 1:
        yield start + 1
    if not word.startswith("{"):
        if words[start] == word:
            yield from _ends(rest, words, start + 1, atom)
        return
    if word == "{target}" and words[start] in ("it", "them"):
        yield from _ends(rest, words, start + 1, atom)
    try:
        phrases = readings(words, start)
    except InstructionError:
        return
    for ref, end in phrases:
        if ref == getattr(atom, word[1:-1]):
            yield from _ends(rest, words, end, atom)


@PROPERTY
@given(GOALS_IN_WORDS | COMBINED, RNGS, POOLS)
def test_the_templates_of_a_sentence_filled_in_give_its_words(goal: Goal, rng, pool: Pool) -> None:
    utterance = try_realise(goal, rng, pool)
    if utterance is not None:
        assert (utterance.goal, utterance.pool) == (goal, pool)
        assert is_filled(utterance)
        # The reader comes to the same patterns on its own; what is polite or in the plural is one.
        read = read_sentence(utterance.text.split()).templates[goal]
        assert [t.pattern for t in read] == [t.pattern for t in utterance.templates]


@pytest.mark.parametrize(
    "text", ["lift the cube then touch the can", "lift the cube", "lift the cube touch the ball it"]
)
def test_other_words_are_not_those_of_the_templates(text: str) -> None:
    chain = Then((Lift(Ref("cube")), Reach(Ref("ball"))))
    utterance = try_realise(chain, stream(0, "words"))
    assert utterance is not None and is_filled(utterance)
    assert not is_filled(Utterance(text, chain, utterance.templates))


def test_a_sentence_prints_as_its_words_and_people_s_words_are_in_no_pool() -> None:
    typed = Utterance("could you lift the cube, please", Lift(Ref("cube")))
    assert (str(typed), typed.templates, typed.pool) == (typed.text, (), None)


def test_pronouns_stand_for_what_templates_name() -> None:
    cube, bowl = Ref("cube"), Ref("bowl")
    goal = And((Place(cube, bowl, "in"), Place(Ref("ball"), bowl, "in")))
    drawn = [try_realise(goal, stream(seed, "there")) for seed in range(20)]
    there = [u for u in drawn if u is not None and u.text.endswith(" there")]
    assert there and all(map(is_filled, there))
