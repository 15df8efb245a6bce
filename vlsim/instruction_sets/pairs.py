"""Pairs of sets: one factor at a time, unless two are asked for by name, as "combo+background"."""

from dataclasses import replace

from vlsim.errors import InvalidValueError
from vlsim.instruction_sets.base import SETS, InstructionSet
from vlsim.instruction_sets.written import SUFFIX, read_set

PLUS = "+"
"""What stands between the names of the two sets of a pair."""


def find_set(name: str) -> InstructionSet:
    """Return the set of this name, the file of sentences, or the pair that is called "A+B".

    One of the two may only say how sentences are worded or under which conditions the scene is
    seen; it is added to the other. So a pair has no meaning that its parts do not have.

    >>> pair = find_set("background+combo")
    >>> pair.name, pair.randomization, pair.admits is not None
    ('combo+background', ('background',), True)

    Raises:
        UnknownNameError: If there is no such set.
        InvalidValueError: If a line of the file is no instruction, these two do not go together, or
            there are more than two.
    """
    if name.endswith(SUFFIX):
        return read_set(name)
    if PLUS not in name:
        return SETS[name]
    chosen = [SETS[part.strip()] for part in name.split(PLUS)]
    if len(chosen) != 2:
        raise InvalidValueError(f"A pair is two sets, as 'combo+background'; got {name!r}.")
    # What decides more comes first, whatever was typed first: one pair has one name.
    order = list(SETS)
    base, added = sorted(chosen, key=lambda one: (_is_addable(one), order.index(one.name)))
    pool = added.pool if added.pool != "train" else base.pool
    if not _is_addable(added) or (added.pool != "train" and base.pool != "train"):
        addable = ", ".join(other for other, one in SETS.items() if _is_addable(one))
        raise InvalidValueError(
            f"'{chosen[0].name}' and '{chosen[1].name}' do not go together: a pair needs a set "
            f"that changes something else, out of {addable}."
        )
    if base is added or base.name == "seen":
        raise InvalidValueError(f"'{name}' is no pair; ask for '{added.name}'.")
    return replace(
        base,
        name=base.name + PLUS + added.name,
        description=f"{base.description} {added.description}",
        pool=pool,
        randomization=base.randomization + added.randomization,
    )


def _is_addable(one: InstructionSet) -> bool:
    """Whether a set only words sentences otherwise or changes conditions."""
    plain = type(one) is InstructionSet and not one.picks_other
    return plain and (one.pool != "train" or bool(one.randomization))
