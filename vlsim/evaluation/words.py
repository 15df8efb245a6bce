"""How numbers are written, the same in the terminal, in the report and in its charts."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

NOTHING = "–"  # noqa: RUF001 (an en dash, as in printed tables)
SHARE_DIGITS = 3
"""With two, 199 successes of 200 would be written as 1.00 or as 0.99."""


def number(value: float, digits: int = SHARE_DIGITS) -> str:
    """Write a number with so many decimals, halves rounded away from zero.

    >>> number(0.995), number(0.995, 2), number(-0.0004), number(0.0125, 2)
    ('0.995', '1.00', '0.000', '0.01')
    """
    # Through its shortest decimal form: 0.995 is a little less than that in binary.
    unit = Decimal(1).scaleb(-digits)
    return str(Decimal(repr(float(value))).quantize(unit, ROUND_HALF_UP) + 0)


def signed(value: float) -> str:
    """Write a difference with its sign.

    >>> signed(0.25), signed(-0.1), signed(0.0)
    ('+0.250', '-0.100', '+0.000')
    """
    text = number(value)
    return text if text.startswith("-") else f"+{text}"


def setting(results: Mapping[str, Any]) -> str:
    """Write what was measured: the task, how it was done, and by whom.

    >>> what = {"task": "reach", "control": "planar", "robot": "iiwa", "randomization": "light"}
    >>> setting(what)
    'reach, planar, iiwa, randomised: light'
    """
    varied = f", randomised: {results['randomization']}" if results["randomization"] else ""
    return f"{results['task']}, {results['control']}, {results['robot']}{varied}"


def episodes(results: Mapping[str, Any]) -> str:
    """Write how many episodes each policy had on each set.

    >>> episodes({"scores": [{"n": 20}, {"n": 20}]}), episodes({"scores": [{"n": 200}, {"n": 20}]})
    ('20 episodes', '20 to 200 episodes')
    """
    counts = {score["n"] for score in results["scores"]}
    fewest, most = min(counts, default=0), max(counts, default=0)
    return f"{most} episodes" if fewest == most else f"{fewest} to {most} episodes"


def estimate(data: Mapping[str, Any] | None, digits: int = SHARE_DIGITS) -> str:
    """Write an estimate as value [low, high]; nothing measured is a dash.

    >>> estimate({"value": 0.8, "low": 0.49, "high": 0.943, "n": 10})
    '0.800 [0.490, 0.943]'
    >>> estimate({"value": 3.0, "low": None, "high": None, "n": 1}, 1)
    '3.0'
    """
    if data is None:
        return NOTHING
    value = number(data["value"], digits)
    if data["low"] is None:
        return value
    return f"{value} [{number(data['low'], digits)}, {number(data['high'], digits)}]"


def difference(data: Mapping[str, Any]) -> str:
    """Write a paired difference as +value [low, high].

    >>> difference({"difference": 0.25, "low": -0.1, "high": 0.55})
    '+0.250 [-0.100, +0.550]'
    """
    return f"{signed(data['difference'])} [{signed(data['low'])}, {signed(data['high'])}]"


def count(number: int, noun: str) -> str:
    """Write how many there are.

    >>> count(1, "step"), count(2, "step")
    ('1 step', '2 steps')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def p_value(p: float) -> str:
    """Write a p-value; tiny ones as a bound.

    >>> p_value(0.034), p_value(1e-9), p_value(1.0)
    ('p = 0.034', 'p < 0.001', 'p = 1.000')
    """
    return "p < 0.001" if p < 0.001 else f"p = {number(p)}"
