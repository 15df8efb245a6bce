"""Sentences in the ways in which people talk, written for vlsim; training says none of them.

They were written by its authors together with the parser, so they measure how a policy copes with
such talk, and not how well strangers are understood.
"""

from pathlib import Path

from vlsim.instruction_sets.base import add
from vlsim.instruction_sets.written import Written

COLLOQUIAL = Written(
    "colloquial",
    "Everyday wordings, written for vlsim together with its parser.",
    path=str(Path(__file__).with_name("colloquial.jsonl")),
)
add(COLLOQUIAL)
