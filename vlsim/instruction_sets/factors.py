"""What each instruction set changes against `seen`, to group them by."""

FACTORS: dict[str, tuple[str, ...]] = {
    "training distribution": ("seen", "full"),
    "objects": ("combo", "new-object", "material"),
    "places": ("placement",),
    "how things are named": (
        "attribute-ref",
        "relation",
        "nested",
        "containment",
        "ordinal",
        "negation",
        "relative-size",
        "count",
    ),
    "combinations withheld from full": (
        "relation-combo",
        "nested-combo",
        "containment-combo",
        "ordinal-combo",
        "negation-combo",
        "relative-size-combo",
        "material-combo",
        "count-combo",
    ),
    "actions": ("direction", "verb-object"),
    "wording": ("paraphrase", "paraphrase-lex", "paraphrase-syn", "colloquial"),
    "distractors": (
        "distractor-random",
        "distractor-attribute",
        "distractor-relation",
        "distractor-isomorph",
    ),
    "length": ("chain-1", "chain-2", "chain-3", "chain-4", "chain-5", "chain-10"),
    "conditions": ("background", "light", "camera", "robot-init", "noise"),
    "controls": ("no-instruction", "shuffled", "gibberish", "counterfactual"),
}
"""Every set of vlsim, by its factor."""
OTHER = "other"
"""The factor of sets of plug-ins."""


def factor_of(name: str) -> str:
    """Return the factor of a set.

    >>> factor_of("combo"), factor_of("mine")
    ('objects', 'other')
    """
    return next((factor for factor, names in FACTORS.items() if name in names), OTHER)
