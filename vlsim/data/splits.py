"""Splits of pictures: the training distribution, and what of it training never shows."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from vlsim.annotations import Annotation, Phrase, Question
from vlsim.annotations.program import ATTRIBUTES
from vlsim.errors import InvalidValueError
from vlsim.files import Json
from vlsim.instruction_sets import SETS
from vlsim.instruction_sets.base import HELD_OUT_PAIRS
from vlsim.registry import Registry
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.scenes import draw_scene
from vlsim.seeding import stream
from vlsim.world import WORKSPACE, SceneState
from vlsim.world.things import MATERIALS

SCENES = ScenarioConfig(
    goals=("place",),
    n_movable=(2, 5),
    n_places=(0, 2),
    n_fixtures=(0, 1),
    materials=MATERIALS,
)
"""What pictures show."""
LOADED_SHARE = 0.5
"""How often one thing lies in a bowl or on a pad, where there is one that it fits."""
ATTEMPTS = 1000
"""Scenes of one picture that are drawn before a split is given up."""


@dataclass(frozen=True)
class Split:
    """A part of all pictures.

    Args:
        name: Name in `SPLITS`.
        description: One sentence.
        share: Which share of the pictures of a folder it is.
        set: Instruction set that decides what its scenes show.
        is_special: Whether a thing is what the split is about, None if no thing is.
        only_nested: Whether all expressions say where a thing is by where another one is.
    """

    name: str
    description: str
    share: float
    set: str = "seen"
    is_special: Callable[[SceneState, int], bool] | None = None
    only_nested: bool = False

    def scene(self, seed: int, attempt: int) -> SceneState:
        """Draw a scene."""
        scene = draw_scene(SCENES, SETS[self.set], seed, attempt)
        rng = stream(seed, "loads", attempt)
        if self.set != "placement" and rng.random() < LOADED_SHARE:
            scene = SETS["nested"].rearrange(scene, rng)
        return scene

    def select(self, annotation: Annotation, scene: SceneState) -> Annotation | None:
        """Return what of an annotation belongs to the split, None if that is nothing.

        Of a split about some things only questions and expressions that are about one of them are
        left.
        """
        if self.only_nested and not annotation.expressions:
            return None
        if self.is_special is None:
            return annotation
        about = {
            position
            for position, thing in enumerate(annotation.things)
            if self.is_special(scene, thing.index)
        }
        questions = tuple(
            question
            for question in annotation.questions
            if any(about & set(phrase.things) for phrase in _places(question))
            or (self.name == COMBO and names_held_out(question.program))
        )
        expressions = tuple(e for e in annotation.expressions if e.thing in about)
        if not about or not questions or not expressions:
            return None
        return replace(annotation, questions=questions, expressions=expressions)


def _places(question: Question) -> tuple[Phrase, ...]:
    """Return the phrases that name something whatever the answer is.

    What is asked for is named only if it exists: kept for that, all such answers would be yes.
    """
    return question.phrases[1:] if question.kind == "exist" else question.phrases


def names_held_out(program: Json) -> bool:
    """Whether some phrase of a question names a held-out pair of kind and colour in full.

    >>> names_held_out(["exist", ["filter", "color", "red", ["filter", "kind", "pad", ["scene"]]]])
    False
    """
    if not isinstance(program, list):
        return False
    said, steps = dict.fromkeys(ATTRIBUTES), program
    while steps[0] == "filter":
        said[steps[1]], steps = steps[2], steps[3]
    return (said["kind"], said["color"]) in HELD_OUT_PAIRS or any(map(names_held_out, program))


def _is_held_out(scene: SceneState, index: int) -> bool:
    return (scene.specs[index].kind, scene.specs[index].color) in HELD_OUT_PAIRS


def _is_outside(scene: SceneState, index: int) -> bool:
    low, high = WORKSPACE[0]
    return not low <= scene.centres[index][0] <= high


COMBO = "combo"
SPLITS: Registry[Split] = Registry("split")
"""Every split by name, in the order of the pictures of a folder."""
for _split in (
    Split("train", "The training distribution.", 0.8),
    Split("val", "The same, to choose by.", 0.05),
    Split("test", "The same in scenes that nobody has seen.", 0.05),
    Split(
        COMBO,
        "About things whose kind and colour never occur together in training.",
        0.04,
        set="combo",
        is_special=_is_held_out,
    ),
    Split(
        "placement",
        "About things that stand where training never puts anything.",
        0.03,
        set="placement",
        is_special=_is_outside,
    ),
    Split(
        "nested",
        "Expressions that name a thing by its place to one that is itself named by its place.",
        0.03,
        only_nested=True,
    ),
):
    SPLITS.add(_split.name, _split)


def split_numbers(count: int) -> dict[str, range]:
    """Return which of `count` pictures belong to each split.

    >>> {name: len(numbers) for name, numbers in split_numbers(100).items()}
    {'train': 80, 'val': 5, 'test': 5, 'combo': 4, 'placement': 3, 'nested': 3}

    Raises:
        InvalidValueError: If there are too few pictures for one in each split.
    """
    numbers, start, share = {}, 0, 0.0
    for name, split in SPLITS.items():
        share += split.share
        end = round(share * count)
        if end == start:
            raise InvalidValueError(
                f"{count} pictures are too few: the split '{name}' would be empty; ask for "
                f"{-(-1 // min(s.share for _, s in SPLITS.items())):.0f} or more."
            )
        numbers[name], start = range(start, end), end
    return numbers
