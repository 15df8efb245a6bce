"""Reads a sentence a second time, by other means than the parser, and compares.

Not a parser: it looks for things, what is said of each, their prepositions, and the verb. What is
understood differently by the two was a guess of one of them.
"""

import re
import unicodedata
from collections import Counter

from vlsim.language.goals import Goal, Ref
from vlsim.language.lexicon import COLOR_OF, KIND_OF, SIZE_OF

ANYTHING = "anything"
NOUNS = {word: kind or ANYTHING for word, kind in KIND_OF.items()} | {
    "brick": "cube", "tin": "cylinder", "orb": "ball", "globe": "ball", "basin": "bowl",
    "rug": "pad", "coaster": "pad", "placemat": "pad", "pushbutton": "button", "item": ANYTHING,
    "thingy": ANYTHING, "thingie": ANYTHING, "one": ANYTHING,
}  # fmt: skip
COLORS = COLOR_OF | {
    "violet": "purple", "scarlet": "red", "crimson": "red", "navy": "blue", "azure": "blue",
}  # fmt: skip
SIZES = SIZE_OF | {
    "tiny": "small", "miniature": "small", "huge": "large", "giant": "large",
    "massive": "large", "enormous": "large",
}  # fmt: skip
SUPERLATIVES = {
    "leftmost": "left", "rightmost": "right", "frontmost": "front", "backmost": "back",
    "rearmost": "back", "nearest": "nearest", "closest": "nearest", "farthest": "farthest",
    "furthest": "farthest", "largest": "largest", "biggest": "largest", "smallest": "smallest",
    "littlest": "smallest",
}  # fmt: skip
ORDINALS = ("first", "second", "third", "fourth", "fifth")
SPELLINGS = {
    "thats": "that is", "that's": "that is", "which's": "which is", "isn't": "is not",
    "isnt": "is not", "1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth",
    "5th": "fifth", "don't": "do not", "dont": "do not", "can't": "can not", "cannot": "can not",
}  # fmt: skip
NO = {"not", "no", "never", "without", "stop", "avoid", "except", "nothing", "nor", "neither"}
HARMLESS = (
    "no longer", "without lifting it", "if you do not mind", "do not forget to", "why do not you",
    "have a second", "little robot",
)  # fmt: skip
"""Where a "no" is none, a second no ordinal, and a size none of a thing."""
FILLERS = {"please", "just", "kindly", "simply", "um", "umm", "uh", "er", "erm", "hm", "hmm"}
VERBS = {
    "reach": "touch touched touching tap tapping reach reaching go going approach move contact "
    "near head hand finger fingers gripper bring send guide steer lay put",
    "push_to": "push pushed pushing slide sliding slid move moved moving shove shoving shoved "
    "nudge nudging shift drag scoot",
    "push": "push pushed pushing slide sliding slid move moved moving shove shoving shoved "
    "nudge nudging shift drag scoot",
    "lift": "lift lifted lifting pick picked picking raise raised raising hoist grab grabbing take "
    "taking hold elevate",
    "place": "put putting place placed placing set setting drop dropped dropping deposit deposited "
    "lay stick pop chuck plop plonk move get pick take grab transfer ends belongs contain carry "
    "goes go is be hold up",
    "arrange": "put putting place placed placing set setting drop dropped dropping deposit lay "
    "stick pop chuck plop plonk move shift get pick take grab transfer ends belongs goes go is be",
    "open": "open opened opening opens shut out",
    "close": "close closed closing closes shut shutting open in back",
    "press": "press pressed pressing push pushed hit click depress pressure trigger down",
    "turn": "turn rotate twist spin",
    "tip_over": "tip knock topple lay",
    "slide": "slide sliding slid move moved moving push pushing shift shove nudge drag scoot bring "
    "flick flip switch set put stand end is should",
}
"""Words of which a sentence for each goal has one at least."""
PREPOSITIONS = {
    "in": "in into inside within of to", "on": "on onto upon atop of to",
    "push_to": "to onto on reaches of reach",
    "left of": "of", "right of": "of", "in front of": "of", "behind": "behind of",
    "next to": "to beside near by alongside",
}  # fmt: skip
"""The last word before the place."""
BEFORE_PLACE = re.compile(r"contain|carry|hold|shoved")
SIDES = {
    "left": r"\bleft(wards?)?\b", "right": r"\bright(wards?)?\b",
    "front": r"\b(front|forwards?)\b", "back": r"\b(back|backwards?|rear)\b",
}  # fmt: skip


_APPOSITION = re.compile(
    rf"\b(?:{'|'.join(NOUNS)})(?: i mean)? the (?:(?:{'|'.join([*COLORS, *SIZES])}) )+one$"
)
"""The cube, the red one."""


def disagreement(text: str, goal: Goal) -> str | None:
    """Return in what a second reading of the text differs from a goal, None if in nothing."""
    said = " ".join(_words(text))
    for harmless in HARMLESS:
        said = said.replace(harmless, "")
    words = [word for word in said.split() if word not in FILLERS]
    refs = [getattr(goal, slot) for slot in goal.slots]
    every = [ref for outer in refs for ref in _nested(outer)]
    if (found := Counter(_content(words))) != (
        meant := Counter(part for ref in every for part in _parts(ref))
    ):
        return f"content {found - meant} is lost, {meant - found} is invented"
    if sum(word in NO for word in words) != sum(ref.unlike is not None for ref in every):
        return "a negation is lost"
    if not set(VERBS[goal.name].split()) & set(words):
        return f"no verb of {goal.name}"
    for side in f"{getattr(goal, 'direction', '')} {getattr(goal, 'side', '')}".split():
        if not re.search(SIDES[side], said):
            return f"nothing says {side}"
    return _roles(words, goal) if len(refs) == 2 else None


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)?", text)
    return " ".join(SPELLINGS.get(word, word) for word in words).split()


def _nested(ref: Ref) -> list[Ref]:
    landmarks = ref.relation.landmarks if ref.relation else ()
    return [ref, *(inner for landmark in landmarks for inner in _nested(landmark))]


def _parts(ref: Ref) -> list[object]:
    """Return what a phrase says of one thing, without the things that it is related to."""
    parts: list[object] = [ref.kind or ANYTHING, ref.color, ref.size]
    if ref.unlike is not None:
        parts += [ref.unlike.kind, ref.unlike.color, ref.unlike.size]
    if ref.rank is not None:
        parts.append((ref.rank.order, ref.rank.place))
    return [part for part in parts if part is not None]


def _content(words: list[str]) -> list[object]:
    found: list[object] = []
    for i, word in enumerate(words):
        after = words[i + 1 : i + 2]
        if word in NOUNS or word in COLORS or word in SIZES:
            if _is_no_noun(words, i):
                continue
            # "The one that is small": a noun even where an adjective stands for it.
            found.append(NOUNS.get(word) or COLORS.get(word) or SIZES.get(word))
        elif word in SUPERLATIVES and after not in (["left"], ["right"]):
            if "second" not in words[max(0, i - 1) : i]:
                found.append((SUPERLATIVES[word], 1))
        elif word == "far" and after and after[0] in ("left", "right"):
            found.append((after[0], 1))
        elif word in ("left", "right", "front", "back", "rear") and after == ["most"]:
            found.append((word.replace("rear", "back"), 1))
        elif word in ORDINALS:
            side = next((w for w in words[i:] if w in SIDES or w in SUPERLATIVES), "")
            found.append((SUPERLATIVES.get(side, side), ORDINALS.index(word) + 1))
    return found


def _is_no_noun(words: list[str], i: int) -> bool:
    """Whether "one" opens the sentence, or "can" is no tin but a verb, as in "if you can"."""
    before, after = words[i - 1 : i], words[i + 1 : i + 2]
    if words[i] == "one":
        said = " ".join(words[: i + 1])
        return i == 0 or bool(_APPOSITION.search(said))
    verb = before[:1] in (["you"], ["we"], ["i"], ["it"]) or after in (["you"], ["not"])
    return words[i] == "can" and verb and before not in (["the"], ["a"])


def _roles(words: list[str], goal: Goal) -> str | None:
    """Return what is wrong if the place does not stand after its preposition."""
    heads = [i for i, word in enumerate(words) if word in NOUNS and not _is_no_noun(words, i)]
    after = PREPOSITIONS[getattr(goal, "relation", goal.name)].split()
    target, place = (getattr(goal, slot) for slot in ("target", "place"))
    for i in heads:
        if NOUNS[words[i]] != (place.kind or ANYTHING):
            continue
        start = i
        while start > 0 and (
            words[start - 1] in COLORS
            or words[start - 1] in SIZES
            or words[start - 1] in SUPERLATIVES
            or words[start - 1] in ORDINALS
            or words[start - 1] in ("metal", "plain", "striped", "wooden")
            or words[start - 1] in ("the", "a", "an", "that", "this", "far", "left", "most")
        ):
            start -= 1
        if start > 0 and words[start - 1] in after:
            return None
        if i == heads[0] and BEFORE_PLACE.search(" ".join(words[i:])):
            return None
    return f"'{place}' is not where '{target}' shall be"
