"""Reads a sentence a second time, by other means than the parser, and compares.

Not a parser: it looks for things, what is said of each, their prepositions, and the verb. What is
understood differently by the two was a guess of one of them.
"""

import re
import unicodedata
from collections import Counter

from vlsim.goals import GOALS, And, Atom, ForAll, Goal, If, Press, Then
from vlsim.referring.lexicon import COLOR_OF, KIND_OF, KIND_OF_PLURAL, MATERIAL_OF, SIZE_OF
from vlsim.referring.ref import Many, Ref

ANYTHING = "anything"
SEVERAL = "several"
"""What a plural says, or "every"."""
PLURALS = {word: kind or ANYTHING for word, kind in KIND_OF_PLURAL.items()}
SYNONYMS = {
    "brick": "cube", "tin": "cylinder", "orb": "ball", "globe": "ball", "basin": "bowl",
    "rug": "pad", "coaster": "pad", "placemat": "pad", "pushbutton": "button", "key": "button",
    "item": ANYTHING, "thingy": ANYTHING, "thingie": ANYTHING,
}  # fmt: skip
PLURALS |= {f"{word}s": kind for word, kind in SYNONYMS.items()}
NOUNS = {word: kind or ANYTHING for word, kind in KIND_OF.items()} | SYNONYMS | PLURALS | {
    "one": ANYTHING,
}  # fmt: skip
COLORS = COLOR_OF | {
    "violet": "purple", "scarlet": "red", "crimson": "red", "navy": "blue", "azure": "blue",
}  # fmt: skip
SIZES = SIZE_OF | {
    "miniature": "small", "huge": "large", "giant": "large",
    "massive": "large", "enormous": "large",
}  # fmt: skip
SUPERLATIVES = {
    "leftmost": "left", "rightmost": "right", "frontmost": "front", "backmost": "back",
    "rearmost": "back", "nearest": "nearest", "closest": "nearest", "farthest": "farthest",
    "furthest": "farthest", "largest": "largest", "biggest": "largest", "smallest": "smallest",
    "littlest": "smallest", "larger": "larger", "bigger": "larger", "smaller": "smaller",
}  # fmt: skip
NUMBERS = {"both": 2, "two": 2, "three": 3, "four": 4, "five": 5}
ORDINALS = ("first", "second", "third", "fourth", "fifth")
SPELLINGS = {
    "thats": "that is", "that's": "that is", "which's": "which is", "isn't": "is not",
    "isnt": "is not", "1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth",
    "5th": "fifth", "don't": "do not", "dont": "do not", "can't": "can not", "cannot": "can not",
    "2": "two", "3": "three", "4": "four", "5": "five", "45": "forty five", "90": "ninety",
    "colour": "color", "halfway": "forty five degrees",
}  # fmt: skip
NO = {"not", "no", "never", "without", "stop", "avoid", "except", "nothing", "nor", "neither"}
HARMLESS = (
    "no longer", "without lifting it", "without lifting them", "if you do not mind",
    "do not forget to", "why do not you",
    "have a second", "little robot", "not be near", "if not", "forty five degrees",
)  # fmt: skip
"""Where a "no" is none, a second no ordinal, a size none of a thing, and five none of things."""
FILLERS = {"please", "just", "kindly", "simply", "um", "umm", "uh", "er", "erm", "hm", "hmm"}
VERBS = {
    "reach": "touch touched touching tap tapping reach reaching go going approach move contact "
    "near head hand finger fingers gripper bring send guide steer lay put come shift",
    "push_to": "push pushed pushing slide sliding slid move moved moving shove shoving shoved "
    "nudge nudging shift drag scoot",
    "push": "push pushed pushing slide sliding slid move moved moving shove shoving shoved "
    "nudge nudging shift drag scoot",
    "lift": "lift lifted lifting pick picked picking raise raised raising hoist grab grabbing take "
    "taking hold elevate go scoop",
    "place": "put putting place placed placing set setting drop dropped dropping deposit deposited "
    "lay stick pop chuck plop plonk move get pick take grab transfer ends belongs contain carry "
    "goes go is be hold up position dump rest shift belong",
    "arrange": "put putting place placed placing set setting drop dropped dropping deposit lay "
    "stick pop chuck plop plonk move shift get pick take grab transfer ends belongs goes go is be "
    "position rest end belong",
    "open": "open opened opening opens shut out pull",
    "close": "close closed closing closes shut shutting open in back seal inside",
    "press": "press pressed pressing push pushed hit click depress pressure trigger down poke",
    "turn": "turn rotate twist twisted spin swivel pivot",
    "tip_over": "tip knock topple toppled lay side overturn upset fall bump",
    "stand_up": "stand stands standing stood upright vertical erect end",
    "slide": "slide sliding slid move moved moving push pushing shift shove nudge drag scoot bring "
    "flick flip switch set put stand end is should go deposit",
    "gather": "gather together each collect cluster assemble another side",
    "gather_around": "gather around at bring collect surround surrounded near close",
    "separate": "separate spread apart away scatter distribute isolate space close another",
    "line_up": "line row queue align",
    "sort": "color kind shape",
    "place_between": "between",
    "push_away": "away farther gap near",
    "push_beside": "push pushed pushing slide sliding slid move shove shoved nudge drag shift "
    "bring",
    "put_back": "back return restore where",
    **dict.fromkeys(
        ("stack", "stack_three", "stack_four"),
        "stack pile balance build tower top erect carry put place deposit lay position set",
    ),
}
"""Words of which a sentence for each goal has one at least; of others, one of its own sentences."""
PREPOSITIONS = {
    "in": "in into inside within of to", "on": "on onto upon atop of to",
    "push_to": "to onto on reaches of reach atop",
    "left of": "of", "right of": "of", "in front of": "of", "behind": "behind of",
    "next to": "to beside near by alongside",
    "gather_around": "around at to beside near surround", "push_away": "from to and",
    "push_beside": "to against beside alongside near", "stack": "on onto of upon atop",
}  # fmt: skip
"""The last word before the place."""
BEFORE_PLACE = re.compile(r"contain|carry|hold|shoved|surrounded|on top")
CONDITION = re.compile(r"\b(if|in case|provided) (there is|you see)\b")
STEP = re.compile(
    r"[.;!?](?=.)|\b(then|after that|afterwards|next(?! to)|finally|lastly)\b|\bsecond(ly)?,"
)
FIRST = re.compile(r"\bfirst(ly)?,")
PART = re.compile(r",|\band\b")
WAYS = {"color": r"\bcolor\b", "kind": r"\b(kind|shape)\b"}
OF_THE_TWO = re.compile(
    rf"\b(larger|bigger|smaller) of the two ((?:\S+ )*?)({'|'.join(PLURALS)})\b"
)
"""A plural that is about one of two things."""
SIDES = {
    "left": r"\bleft(wards?)?\b", "right": r"\bright(wards?)?\b",
    "front": r"\b(front|forwards?)\b", "back": r"\b(back|backwards?|rear)\b",
}  # fmt: skip


_APPOSITION = re.compile(
    rf"\b(?:{'|'.join(NOUNS)})(?: i mean)? the (?:(?:{'|'.join([*COLORS, *SIZES])}) )+one$"
)
"""The cube, the red one."""


def verbs_of(name: str) -> set[str]:
    """Return words of which a sentence for the goal has one at least."""
    if name in VERBS:
        return set(VERBS[name].split())
    said = (s for p in GOALS[name].phrasings for s in (*p.train, *p.held_out, *p.reordered))
    return {word for sentence in said for word in sentence.split()}


def disagreement(text: str, goal: Goal) -> str | None:
    """Return in what a second reading of the text differs from a goal, None if in nothing."""
    said = " ".join(_words(FIRST.sub("", text.lower())))
    for harmless in HARMLESS:
        said = said.replace(harmless, "")
    said = OF_THE_TWO.sub(lambda m: f"{m[1]} {m[2]}{_singular(m[3])}", said)
    words = _with_nouns_for_one([word for word in said.split() if word not in FILLERS])
    whole = isinstance(goal, Atom | ForAll)
    every = [ref for outer in _named(goal) for ref in _nested(outer)]
    found, meant = Counter(_content(words)), Counter(part for ref in every for part in _parts(ref))
    # What a pronoun stands for is said once and meant again.
    if found != meant if whole else found - meant or set(meant) - set(found):
        return f"content {found - meant} is lost, {meant - found} is invented"
    said_no = sum(word in NO for word in words)
    meant_no = sum(ref.unlike is not None for ref in every) + _negations(goal)
    if said_no != meant_no if whole else said_no > meant_no or (meant_no and not said_no):
        return "a negation is lost"
    if differs := _structure(text.lower(), goal):
        return differs
    for atom in goal.atoms:
        if not verbs_of(atom.name) & set(words):
            return f"no verb of {atom.name}"
        for side in f"{getattr(atom, 'direction', '')} {getattr(atom, 'side', '')}".split():
            if not re.search(SIDES[side], said):
                return f"nothing says {side}"
        if not re.search(WAYS.get(getattr(atom, "by", ""), ""), said):
            return f"nothing says how to sort in {atom}"
    if isinstance(goal, ForAll):
        goal = goal.each
    if isinstance(goal, Press) and goal.target.kind is None and {"push", "pushed"} & set(words):
        return "a push is taken for a press"
    return _roles(words, goal) if isinstance(goal, Atom) and len(goal.slots) == 2 else None


def _named(goal: Goal) -> list[Ref]:
    """Return the outer phrases of a goal, with what its conditions are about."""
    refs = [getattr(atom, slot) for atom in goal.atoms for slot in atom.slots]
    return [goal.condition, *refs] if isinstance(goal, If) else refs


def _negations(goal: Goal) -> int:
    return int(isinstance(goal, If) and goal.negated)


def _structure(said: str, goal: Goal) -> str | None:
    """Return what is wrong with how the clauses are joined."""
    if bool(CONDITION.search(said)) != isinstance(goal, If):
        return "a condition is lost or invented"
    if isinstance(goal, Then) and len(goal.steps) > len(STEP.findall(said)) + 1:
        return "a step is invented"
    if isinstance(goal, And) and len(goal.parts) > len(PART.findall(said)) + 1:
        return "a part is invented"
    return None


def _singular(noun: str) -> str:
    return next(word for word in KIND_OF if noun in (word + "s", word + "es"))


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    text = text.replace("\u00b0", " degrees ")
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)?", text)
    return " ".join(SPELLINGS.get(word, word) for word in words).split()


def _nested(ref: Ref) -> list[Ref]:
    landmarks = ref.relation.landmarks if ref.relation else ()
    return [ref, *(inner for landmark in landmarks for inner in _nested(landmark))]


def _parts(ref: Ref) -> list[object]:
    """Return what a phrase says of one thing, without the things that it is related to."""
    parts: list[object] = [ref.kind or ANYTHING, ref.color, ref.size, ref.material]
    if isinstance(ref, Many):
        parts += [SEVERAL, (ref.number, ref.every) if ref.number else None]
    if ref.unlike is not None:
        parts += [ref.unlike.kind, ref.unlike.color, ref.unlike.size, ref.unlike.material]
    if ref.rank is not None:
        parts.append((ref.rank.order, ref.rank.place))
    return [part for part in parts if part is not None]


def _content(words: list[str]) -> list[object]:
    found: list[object] = []
    for i, word in enumerate(words):
        after = words[i + 1 : i + 2]
        if word in NOUNS or word in COLORS or word in SIZES:
            if _is_no_noun(words, i):
                if word == "one" and after == ["of"] and words[i - 1] not in ("any", "every"):
                    found.append((1, False))
                continue
            # "The one that is small": a noun even where an adjective stands for it.
            found.append(NOUNS.get(word) or COLORS.get(word) or SIZES.get(word))
            found += [SEVERAL] if word in PLURALS else []
        elif word in MATERIAL_OF:
            found.append(MATERIAL_OF[word])
        elif word in NUMBERS:
            found.append((NUMBERS[word], word == "both" or words[i - 1] in ("the", "all")))
        elif word == "any":
            # "Any two", "any one of the" and "any cube".
            found += [(1, False)] if after == ["one"] else []
            found += [SEVERAL, (1, False)] if not {*NUMBERS, "one"}.intersection(after) else []
        elif word in ("every", "each"):
            found += [SEVERAL] if after[0:1] not in (["one"], ["of"], ["other"]) else []
        elif word in SUPERLATIVES and after not in (["left"], ["right"]):
            if "second" not in words[max(0, i - 1) : i]:
                found.append((SUPERLATIVES[word], 1))
        elif word == "far" and after and after[0] in ("left", "right"):
            found.append((after[0], 1))
        elif word in ("left", "right", "front", "back", "rear") and after == ["most"]:
            found.append((word.replace("rear", "back"), 1))
        elif word == "first" and (i == 0 or words[i - 1] in ("then", "that", "afterwards")):
            continue  # of a chain
        elif word in ORDINALS:
            side = next((w for w in words[i:] if w in SIDES or w in SUPERLATIVES), "")
            found.append((SUPERLATIVES.get(side, side), ORDINALS.index(word) + 1))
    return found


def _is_no_noun(words: list[str], i: int) -> bool:
    """Whether "one" opens the sentence, or "can" is no tin but a verb, as in "if you can"."""
    before, after = words[i - 1 : i], words[i + 1 : i + 2]
    if words[i] == "one":
        said = " ".join(words[: i + 1])
        if after[:1] in (["of"], ["another"], ["spot"], ["color"], ["kind"], ["shape"]):
            return True
        return i == 0 or bool(_APPOSITION.search(said))
    verb = before[:1] in (["you"], ["we"], ["i"], ["it"]) or after in (["you"], ["not"], ["i"])
    return words[i] == "can" and verb and before not in (["the"], ["a"])


def _with_nouns_for_one(words: list[str]) -> list[str]:
    """Return the words with a noun for "one", where things of one kind were named before."""
    found: list[str] = []
    nouns: dict[str, str] = {}
    for i, word in enumerate(words):
        is_noun = word in NOUNS and not _is_no_noun(words, i)
        if word == "one" and is_noun and words[i - 1] != "any" and len(nouns) == 1:
            found += nouns.values()
            continue
        if is_noun and NOUNS[word] != ANYTHING:
            nouns[NOUNS[word]] = word
        found.append(word)
    return found


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
            or words[start - 1] in MATERIAL_OF
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
