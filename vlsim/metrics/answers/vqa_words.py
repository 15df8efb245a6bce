"""Answers in the form in which VQA compares them: no case, punctuation, articles, number words."""

import re
from itertools import chain

PUNCTUATION = (*';/[]"{}()=+\\_-><@`,?!',)
COMMA_IN_NUMBER = re.compile(r"\d,\d")
PERIOD = re.compile(r"(?<!\d)\.|\.(?!\d)")
"""A period that is not in a number."""
PERIOD_AS_PUBLISHED = re.compile(r"(?!<=\d)(\.)(?!\d)")
"""The published rule: its first part, meant as "not after a digit", is always true."""
FIRST_PERIODS = int(re.UNICODE)
"""Periods that the published code removes: a flag stands where the number of them is expected."""
ARTICLES = frozenset(("a", "an", "the"))
NUMBERS = {
    "none": "0",
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
}
CONTRACTIONS = """
    ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't
    haven't he'd he'd've he's how'd how'll how's isn't it'd it'd've it'll ma'am mightn't mightn't've
    might've mustn't must've needn't not've o'clock oughtn't 'ow's'at shan't she'd've should've
    shouldn't shouldn't've somebody'd've somebody'll somebody's someone'd someone'd've someone'll
    someone's something'd something'd've something'll that's there'd there'd've there're there's
    they'd they'd've they'll they're they've 'twas wasn't we'd've we've weren't what'll what're
    what's what've when's where'd where's where've who'd who'd've who'll who's who've why'll why're
    why's won't would've wouldn't wouldn't've y'all y'all'll y'all'd've you'd you'd've you'll you're
    you've
"""
"""Contractions that are written right where one apostrophe is missing."""


def _without_one(word: str) -> list[str]:
    places = [i for i, letter in enumerate(word) if letter == "'"]
    return [word[:i] + word[i + 1 :] for i in places]


SPELLINGS = dict(
    chain.from_iterable(
        ((wrong, word) for wrong in _without_one(word)) for word in CONTRACTIONS.split()
    )
)
# The one entry that goes the other way in the published table.
SPELLINGS["somebody'd"] = "somebodyd"


def normalise(answer: str, as_published: bool = False) -> str:
    """Return an answer in the form that is compared.

    >>> normalise("The  Red cube, isnt it?"), normalise("Two"), normalise("1.50 m.")
    ("red cube isn't it", '2', '1.50 m')
    >>> normalise("left/right"), normalise("left / right"), normalise(".5", as_published=True)
    ('left right', 'left right', '.5')

    Args:
        answer: As it was given.
        as_published: Keep two slips of the published code about periods: one after a digit goes
            like any other if no digit follows, and only the first 32 go at all.

    Source:
        S. Antol et al., VQA: Visual Question Answering, ICCV 2015, and the evaluation code of its
        authors, whose order of rules this is: punctuation, periods, case, numbers, articles,
        contractions.
    """
    text = answer.replace("\n", " ").replace("\t", " ").strip()
    original = text
    has_comma = COMMA_IN_NUMBER.search(original) is not None
    for sign in PUNCTUATION:
        is_at_edge = f"{sign} " in original or f" {sign}" in original
        text = text.replace(sign, "" if is_at_edge or has_comma else " ")
    if as_published:
        text = PERIOD_AS_PUBLISHED.sub("", text, count=FIRST_PERIODS)
    else:
        text = PERIOD.sub("", text)
    numbered = (NUMBERS.get(word, word) for word in text.lower().split())
    return " ".join(SPELLINGS.get(word, word) for word in numbered if word not in ARTICLES)
