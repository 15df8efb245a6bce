"""All terms by name, and the one who draws from those that an environment has."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeAlias

from vlsim.errors import InvalidValueError
from vlsim.registry import Registry, split_names
from vlsim.scene.randomization.background import BackgroundTerm
from vlsim.scene.randomization.camera import CameraTerm
from vlsim.scene.randomization.distractors import MOST_DISTRACTORS, DistractorTerm
from vlsim.scene.randomization.light import LightTerm
from vlsim.scene.randomization.objects import ObjectColorTerm
from vlsim.scene.randomization.physics import FrictionTerm, GainTerm, MassTerm
from vlsim.scene.randomization.robot_init import RobotInitTerm
from vlsim.scene.randomization.sensing import LatencyTerm, NoiseTerm
from vlsim.scene.randomization.term import Term, Values
from vlsim.scene.simulation import Simulation
from vlsim.world import SceneState
from vlsim.world.camera import Camera
from vlsim.world.hand import EndEffectorTarget

TERMS: Registry[type[Term]] = Registry("randomisation term")
for _term in (
    BackgroundTerm,
    ObjectColorTerm,
    DistractorTerm,
    LightTerm,
    CameraTerm,
    FrictionTerm,
    MassTerm,
    GainTerm,
    RobotInitTerm,
    NoiseTerm,
    LatencyTerm,
):
    TERMS.add(_term.name, _term)

PRESETS: Registry[tuple[str, ...]] = Registry("randomisation preset")
"""Names for the terms that act together; every term is a preset of its own."""
for _name in TERMS:
    PRESETS.add(_name, (_name,))
PRESETS.add("looks", ("background", "object-color", "distractors", "light", "camera"))
PRESETS.add("physics", ("friction", "mass", "gain"))
PRESETS.add("all", tuple(TERMS))

RandomizationChoice: TypeAlias = str | Sequence[str] | Mapping[str, Term | Mapping[str, Any]]
"""Names of presets, or terms by name, each a `Term` or a mapping of the fields that differ.

A string, as people type it, holds names with commas, or the mapping as JSON.
"""


def choose_terms(asked: RandomizationChoice | None) -> dict[str, Term]:
    """Return the terms that were asked for, always in the order of `TERMS`.

    >>> list(choose_terms(["mass", "looks"]))
    ['background', 'object-color', 'distractors', 'light', 'camera', 'mass']
    >>> choose_terms({"gain": {"motors": 1.1}}) == choose_terms('{"gain": {"motors": 1.1}}')
    True
    >>> list(choose_terms("mass,light")), choose_terms("")
    (['light', 'mass'], {})

    Raises:
        UnknownNameError: If there is no such preset or term.
        InvalidValueError: If it is none of these, a term has no such field, or a distribution is
            malformed.
    """
    if asked is None:
        return {}
    if isinstance(asked, str):
        asked = _read(asked)
    if not isinstance(asked, Collection):
        raise InvalidValueError(
            "randomization must be names, or a mapping of terms to their fields, got "
            f"{asked!r:.80}. Names: {', '.join(PRESETS)}."
        )
    if isinstance(asked, Mapping):
        found = {name: _term_of(name, given) for name, given in asked.items()}
    else:
        found = {name: TERMS[name]() for preset in asked for name in PRESETS[preset]}
    return {name: found[name] for name in TERMS if name in found}


def _read(words: str) -> Sequence[str] | Mapping[str, Any]:
    if not words.lstrip().startswith("{"):
        return split_names(words, "randomisation preset")
    try:
        found: Mapping[str, Any] = json.loads(words)
    except json.JSONDecodeError as error:
        raise InvalidValueError(
            f"The randomisation {words!r:.80} is no JSON ({error}). Write names with commas, or "
            'terms with their fields: {"light": {"every": 10}}.'
        ) from error
    return found


def _term_of(name: str, given: object) -> Term:
    kind = TERMS[name]
    # A term that was made by hand is read, too: nothing has looked at the kinds of its values.
    if isinstance(given, kind):
        given = {one.name: getattr(given, one.name) for one in fields(given)}
    return kind.from_json(given)


class Randomizer:
    """Draws the values of an episode and applies them.

    Args:
        terms: By name, from `choose_terms`; none changes nothing.
        cameras: As they are without randomisation, by name.
    """

    def __init__(self, terms: Mapping[str, Term], cameras: Mapping[str, Camera]) -> None:
        """Wait for the first episode."""
        self._terms = terms
        self._usual = cameras
        self.cameras = dict(cameras)
        """The cameras of this moment."""
        self.values: dict[str, Values] = {}
        """The last draw of every term."""

    def begin(self, seed: int, scene: SceneState) -> EndEffectorTarget | None:
        """Draw all terms for an episode. Returns where the arm begins, None for home."""
        self._seed = seed
        self._counts = {
            "object": len(scene.specs),
            "camera": len(self._usual),
            "distractor": MOST_DISTRACTORS,
        }
        self.values = {name: term.draw(seed, 0, self._counts) for name, term in self._terms.items()}
        start = self._terms.get(RobotInitTerm.name)
        if isinstance(start, RobotInitTerm):
            return start.start(self.values[start.name])
        return None

    def apply(self, simulation: Simulation) -> None:
        """Apply the draws of the reset to the scene that was built."""
        for name in self._terms:
            self._apply(name, simulation)

    def advance(self, step: int, simulation: Simulation) -> None:
        """Draw and apply anew the terms whose interval ends with this step, 1 for the first."""
        for name, term in self._terms.items():
            if term.every and step % term.every == 0:
                self.values[name] = term.draw(self._seed, step // term.every, self._counts)
                self._apply(name, simulation)

    def _apply(self, name: str, simulation: Simulation) -> None:
        term = self._terms[name]
        term.apply(simulation, self.values[name])
        if isinstance(term, CameraTerm):
            self.cameras = term.move(self._usual, self.values[name])
