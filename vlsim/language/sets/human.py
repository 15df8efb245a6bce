"""Sentences written by hand in the ways in which different people talk; training says none."""

from pathlib import Path

from vlsim.language.sets.base import add
from vlsim.language.sets.written import Written

HUMAN = Written(
    "human",
    "Sentences that people wrote: polite, clumsy, short, in other words.",
    path=str(Path(__file__).with_name("human.jsonl")),
)
add(HUMAN)
