"""Whether what is held out is held out: membership of every set, and hashes of what is asked."""

import hashlib
import json
import math

from vlsim.errors import InstructionError
from vlsim.goals import Atom, Goal, Then
from vlsim.instruction_sets import (
    FULL,
    SEEN,
    SETS,
    InstructionSet,
    Mixture,
    Written,
    find_set,
    is_held_out,
)
from vlsim.instruction_sets.chain import LONGEST_TRAINED
from vlsim.instruction_sets.combinations import combinations_in
from vlsim.instruction_sets.distractors import MOST_TRAINED
from vlsim.instruction_sets.hold_outs import withheld
from vlsim.language.clauses import phrases_of
from vlsim.language.sentences import read_sentence
from vlsim.language.templates import Template, pool_of
from vlsim.referring.ref import Many
from vlsim.scenarios.scenario import Scenario
from vlsim.world import WORKSPACE, SceneState
from vlsim.world.space import is_inside_workspace
from vlsim.world.things import PLAIN

CELLS = 2
"""The workspace has so many cells on each axis for `fingerprint`; beyond it are others."""


def held_out_sets(regime: str = "plain") -> tuple[str, ...]:
    """Return the sets whose scenes, goals or words training never has.

    Controls keep or break the sentences of `seen`, conditions are no matter of the scenario, and
    short chains are trained. The combinations that `full` withholds are none of their own in
    `plain`, which withholds more.
    """
    trained = {part.name for part in FULL.parts} if regime == "full" else {SEEN.name}
    return tuple(
        name
        for name, instruction_set in SETS.items()
        if name not in trained
        and instruction_set is not FULL
        and (regime == "full" or not instruction_set.combinations)
        and not instruction_set.is_control
        and not instruction_set.randomization
        and (instruction_set.steps is None or instruction_set.steps[1] > LONGEST_TRAINED)
    )


def belongs(scenario: Scenario, set_name: str) -> bool:
    """Whether a set could have drawn this goal, in this scene, with this sentence.

    The set's own predicate decides about goal and scene, its pool of phrasings about the sentence.
    """
    instruction_set = find_set(set_name)
    if isinstance(instruction_set, Mixture):
        return any(_belongs(scenario, part) for part in instruction_set.parts)
    return _belongs(scenario, instruction_set)


def _belongs(scenario: Scenario, instruction_set: InstructionSet) -> bool:
    goal = scenario.goal
    if isinstance(instruction_set, Written):
        return any(scenario.instruction == line.text for line in instruction_set.lines)
    if instruction_set.forms is not None and not _has_form(goal, instruction_set):
        return False
    if instruction_set.says_numbers != _says_numbers(goal):
        return False
    if not all(instruction_set.matches(atom, scenario.scene) for atom in goal.atoms):
        return False
    return pool_of(_phrasings(scenario)) == instruction_set.pool


def is_trained(scenario: Scenario, regime: str = "plain") -> bool:
    """Whether training could have drawn this, by what training consists of.

    That is written down here a second time, and by no set: trained pairs only, at most six things,
    all inside the workspace, in a trained phrasing, and nothing that training withholds. In `plain`
    everything is plain and called by its looks alone; in `full` no combination is said that it
    withholds.
    """
    scene, goal = scenario.scene, scenario.goal
    said = (
        not any(combinations_in(atom) for atom in goal.atoms)
        if regime == "full"
        else all(spec.material == PLAIN for spec in scene.specs)
        and all(ref.is_plain and ref.unlike is None for ref in phrases_of(goal))
        and not _says_numbers(goal)
    )
    return (
        said
        and pool_of(_phrasings(scenario)) == "train"
        and not any(is_held_out(spec) for spec in scene.specs)
        and len(scene.specs) <= MOST_TRAINED
        and all(map(is_inside_workspace, scene.positions_world[:, :2].tolist()))
        and not (isinstance(goal, Then) and len(goal.steps) > LONGEST_TRAINED)
        and not any(withheld(atom, scene) for atom in goal.atoms)
    )


def _phrasings(scenario: Scenario) -> tuple[Template, ...]:
    """Return the phrasings by which the sentence is read as its goal; its writer is not asked."""
    return read_sentence(scenario.instruction.split()).templates.get(scenario.goal, ())


def _says_numbers(goal: Goal) -> bool:
    return any(isinstance(ref, Many) and ref.number is not None for ref in phrases_of(goal))


def _has_form(goal: Goal, instruction_set: InstructionSet) -> bool:
    """Whether the goal has the form and the length that a set draws."""
    if instruction_set.steps is not None:
        few, many = instruction_set.steps
        return few <= (len(goal.steps) if isinstance(goal, Then) else 1) <= many
    form = "atom" if isinstance(goal, Atom) else goal.name
    return form in (instruction_set.forms or ())


def fingerprint(scenario: Scenario) -> str:
    """Return a hash of what is asked, of what, where: equal for all that a policy could mix up.

    It has the goal with its phrases, the phrasing, what the named things are and in which part of
    the table they stand, and how many things there are. Exact positions, the other things and
    synonyms of nouns are left out on purpose: with them no two episodes would ever be equal, and a
    leak would not be found.
    """
    scene, goal = scenario.scene, scenario.goal
    named = []
    for atom in goal.atoms:
        for slot, i in _named(atom, scene):
            spec, (x, y, _) = scene.specs[i], scene.positions_world[i].tolist()
            looks = [spec.kind, spec.color, spec.size]
            named.append([slot, *looks, *map(_cell, (x, y), WORKSPACE)])
    # Of a chain hardly any two would be in the same words.
    phrasing = [str(t) for t in _phrasings(scenario)] if isinstance(goal, Atom) else []
    facts = [goal.to_json(), phrasing, named, len(scene.specs)]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _named(atom: Atom, scene: SceneState) -> list[tuple[str, int]]:
    try:
        named = atom.named(scene)
    except InstructionError:  # what the branch of a condition names that is not taken
        return []
    return [(slot, i) for slot, indices in named.items() for i in indices]


def _cell(at: float, bounds: tuple[float, float]) -> int:
    """Return which cell of an axis a coordinate is in: 0 and up inside, others beyond."""
    low, high = bounds
    if at == high:
        return CELLS - 1
    return math.floor((at - low) / (high - low) * CELLS)
