"""How numbers are written, the same in the terminal and in the report."""

from collections.abc import Mapping
from typing import Any

NOTHING = "–"  # noqa: RUF001 (an en dash, as in printed tables)


def setting(results: Mapping[str, Any]) -> str:
    """Write what was measured: the task, how it was done, and by whom.

    >>> what = {"task": "reach", "control": "planar", "robot": "iiwa", "randomization": "light"}
    >>> setting(what)
    'reach, planar, iiwa, randomised: light'
    """
    varied = f", randomised: {results['randomization']}" if results["randomization"] else ""
    return f"{results['task']}, {results['control']}, {results['robot']}{varied}"


def estimate(data: Mapping[str, Any] | None, digits: int = 2) -> str:
    """Write an estimate as value [low, high]; nothing measured is a dash.

    >>> estimate({"value": 0.8, "low": 0.49, "high": 0.943, "n": 10})
    '0.80 [0.49, 0.94]'
    >>> estimate({"value": 3.0, "low": None, "high": None, "n": 1}, 1)
    '3.0'
    """
    if data is None:
        return NOTHING
    value = f"{data['value']:.{digits}f}"
    if data["low"] is None:
        return value
    return f"{value} [{data['low']:.{digits}f}, {data['high']:.{digits}f}]"


def difference(data: Mapping[str, Any]) -> str:
    """Write a paired difference as +value [low, high].

    >>> difference({"difference": 0.25, "low": -0.1, "high": 0.55})
    '+0.25 [-0.10, +0.55]'
    """
    return f"{data['difference']:+.2f} [{data['low']:+.2f}, {data['high']:+.2f}]"


def p_value(p: float) -> str:
    """Write a p-value; tiny ones as a bound.

    >>> p_value(0.034), p_value(1e-9), p_value(1.0)
    ('p = 0.034', 'p < 0.001', 'p = 1.000')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
