"""Reads plain sentences of one clause on its own: it shares no table and no code with the parser.

It knows no phrasing. It replaces what names a thing by a letter and decides by the verb and by the
preposition before the last thing, as somebody would who was told what the goals are. What is not
plain (relations, superlatives, several things, several clauses) it does not read.
"""

import re
from dataclasses import dataclass
from typing import Any

KINDS = {
    "cube": "cube", "block": "cube", "cylinder": "cylinder", "can": "cylinder", "ball": "ball",
    "sphere": "ball", "bowl": "bowl", "dish": "bowl", "pad": "pad", "mat": "pad",
    "drawer": "drawer", "tray": "drawer", "button": "button", "slider": "slider",
    "lever": "slider", "object": None, "thing": None,
}  # fmt: skip
SIZES = {"small": "small", "little": "small", "large": "large", "big": "large", "tiny": "tiny"}
COLORS = ("red", "green", "blue", "yellow", "purple", "orange")
THING = re.compile(
    rf"the (?:({'|'.join(SIZES)}) )?(?:({'|'.join(COLORS)}) )?({'|'.join(KINDS)})(?!\S)"
)
SIDES = {"left of": "left of", "right of": "right of", "in front of": "in front of",
         "behind": "behind", "next to": "next to", "beside": "next to"}  # fmt: skip
PREPOSITIONS = re.compile(
    r"\b(away from|on top of|left of|right of|in front of|behind|next to|beside|against|into|in"
    r"|onto|on|to) $"
)
WAYS = {"left": "left", "right": "right", "forward": "front", "front": "front", "back": "back"}


@dataclass(frozen=True)
class Plain:
    """What a sentence asks for: a goal, how, and of what each slot is (kind, colour, size)."""

    goal: str
    how: str | None
    slots: tuple[tuple[str | None, str | None, str | None], ...]


def read_plain(text: str) -> Plain | None:
    """Return what a sentence asks for, None if it is not plain or could mean two things."""
    said = text.removeprefix("please ")
    things = [
        (KINDS[noun], color or None, SIZES.get(size)) for size, color, noun in THING.findall(said)
    ]
    said = THING.sub("X", said)
    if re.search(r"\b(then|if|all|both|that is|them|most|from the (left|right))\b", said):
        return None
    read = {1: _one, 2: _two, 3: _three}.get(len(things))
    found = read and read(said, things)
    return Plain(*found) if found else None


def plain(goal: Any) -> Plain:
    """Return the same of a goal of the library."""
    how = next(
        (
            getattr(goal, name)
            for name in ("relation", "direction", "side", "turn")
            if hasattr(goal, name)
        ),
        None,
    )
    refs = [getattr(goal, slot) for slot in goal.slots]
    return Plain(goal.name, how, tuple((ref.kind, ref.color, ref.size) for ref in refs))


def _one(said: str, things: list[Any]) -> tuple[Any, ...] | None:
    words, kind = set(said.split()), things[0][0]
    ways = [WAYS[word] for word in said.split() if word in WAYS]
    slots = tuple(things)
    if words & {"turn", "rotate"}:
        clock = "right" if "clockwise" in words else "left" if "counterclockwise" in words else ""
        turn = clock or (ways[0] if ways else "")
        return ("turn", f"half {turn}" if "forty" in words else turn, slots) if turn else None
    if words & {"open"} or re.search(r"pull X out", said):
        return "open", None, slots
    if words & {"close", "shut"} or re.search(r"push X (back )?in$", said):
        return "close", None, slots
    if "press" in words or (words & {"push"} and kind == "button"):
        return "press", None, slots
    if words & {"tip", "knock"}:
        return "tip_over", None, slots
    if words & {"upright", "stand"} or said.endswith("on its end"):
        return "stand_up", None, slots
    if ways and words & {"push", "slide", "move"}:
        if kind is None:
            return None
        return ("slide", ways[0], slots) if kind == "slider" else ("push", " ".join(ways), slots)
    if words & {"lift", "pick"}:
        return "lift", None, slots
    if words & {"touch", "reach", "go", "move"}:
        return "reach", None, slots
    return None


def _two(said: str, things: list[Any]) -> tuple[Any, ...] | None:
    before, between, _ = said.split("X", 2)
    last = PREPOSITIONS.search(between)
    preposition = last or PREPOSITIONS.search(before)
    if preposition is None:
        return None
    target, place = things if last else reversed(things)
    slots, how = (target, place), preposition[1]
    pushes = bool(re.search(r"\b(push|slide)\b", said))
    if how in ("in", "into"):
        return "place", "in", slots
    if how == "away from":
        return "push_away", None, slots
    if how in ("against", "to") or (how in ("next to", "beside") and pushes):
        if how == "to" and place[0] is None:
            return None
        return "push_to" if place[0] == "pad" and how == "to" else "push_beside", None, slots
    if how in SIDES:
        return "arrange", SIDES[how], slots
    if how == "onto" and pushes:
        return "push_to", None, slots
    if place[0] is None and "stack" not in said:
        return None
    return ("place", "on", slots) if place[0] == "pad" else ("stack", None, slots)


def _three(said: str, things: list[Any]) -> tuple[Any, ...] | None:
    if said.startswith("between"):
        return "place_between", None, (things[2], *things[:2])
    return ("place_between", None, tuple(things)) if "between X and X" in said else None
