"""What a question computes, step by step, as functional programs of CLEVR are: nested JSON lists.

Each step is a list that begins with its name: `["count", ["filter", "color", "red", ["scene"]]]`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from vlsim.errors import InvalidValueError
from vlsim.files import Json
from vlsim.referring.ref import Ref
from vlsim.referring.relations import COMPARATIVES, ORDERS, holds
from vlsim.world import SceneState

YES, NO = "yes", "no"
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight")
"""How many, in words."""
ATTRIBUTES = ("kind", "color", "size", "material")
Things = tuple[int, ...]
SCENE = "scene"


def naming(ref: Ref) -> Json:
    """Return the steps that find what a phrase names.

    >>> naming(Ref("cube", "red"))
    ['filter', 'color', 'red', ['filter', 'kind', 'cube', ['scene']]]
    """
    steps: Json = [SCENE]
    for name in ATTRIBUTES:
        if (value := getattr(ref, name)) is not None:
            steps = ["filter", name, value, steps]
        if ref.unlike is not None and (value := getattr(ref.unlike, name)) is not None:
            steps = ["without", name, value, steps]
    if ref.relation is not None:
        landmarks = [the(landmark) for landmark in ref.relation.landmarks]
        steps = ["relate", ref.relation.name, *landmarks, steps]
    if ref.rank is not None:
        steps = ["rank", ref.rank.order, ref.rank.place, steps]
    return steps


def the(ref: Ref) -> Json:
    """Return the steps that find the one thing that a phrase names."""
    return ["unique", naming(ref)]


def answer(program: Json, scene: SceneState) -> str:
    """Run a program, and say what comes out.

    Raises:
        InvalidValueError: If it has a step that does not exist, asks for the one thing where there
            is another number of them, or for a relation that is hard to say.
    """
    result = run(program, scene)
    if isinstance(result, bool):
        return YES if result else NO
    return NUMBERS[result] if isinstance(result, int) else str(result)


def run(program: Json, scene: SceneState) -> Any:  # noqa: ANN401 (things, one thing, a number, …)
    """Return what comes out of a program; for errors see `answer`."""
    if not isinstance(program, list):
        return program
    name, *arguments = program
    if name == SCENE:
        return tuple(range(len(scene.specs)))
    if name not in STEPS:
        raise InvalidValueError(f"A program has no step '{name}'; there are {', '.join(STEPS)}.")
    return STEPS[name](scene, *(run(argument, scene) for argument in arguments))


def _filter(scene: SceneState, name: str, value: str, things: Things) -> Things:
    return tuple(i for i in things if getattr(scene.specs[i], name) == value)


def _without(scene: SceneState, name: str, value: str, things: Things) -> Things:
    return tuple(i for i in things if getattr(scene.specs[i], name) != value)


def _relate(scene: SceneState, name: str, *landmarks_things: Any) -> Things:
    *landmarks, things = landmarks_things
    return tuple(i for i in things if i not in landmarks and _stands(scene, name, i, *landmarks))


def _stands(scene: SceneState, name: str, index: int, *landmarks: int) -> bool:
    verdict = holds(name, scene, index, landmarks)
    if verdict is None:
        raise InvalidValueError(f"It is hard to say whether thing {index} is {name} {landmarks}.")
    return verdict


def _rank(scene: SceneState, order: str, place: int, things: Things) -> Things:
    value = ORDERS[COMPARATIVES.get(order, order)]
    return tuple(sorted(things, key=lambda i: value(scene, i))[place - 1 : place])


def _unique(scene: SceneState, things: Things) -> int:
    if len(things) != 1:
        raise InvalidValueError(f"There should be one thing, got {len(things)}.")
    return things[0]


STEPS: Mapping[str, Callable[..., Any]] = {
    "filter": _filter,
    "without": _without,
    "relate": _relate,
    "rank": _rank,
    "unique": _unique,
    "count": lambda scene, things: len(things),
    "exist": lambda scene, things: bool(things),
    "query": lambda scene, name, thing: getattr(scene.specs[thing], name),
    "has": lambda scene, name, value, thing: getattr(scene.specs[thing], name) == value,
    "stands": _stands,
    "more": lambda scene, first, second: len(first) > len(second),
    "fewer": lambda scene, first, second: len(first) < len(second),
    "as many": lambda scene, first, second: len(first) == len(second),
    "not": lambda scene, truth: not truth,
}
"""What each step computes from a scene and its arguments, beside `SCENE`, which is all things."""
