"""Why an episode failed, in words: which object was acted on, where it ended, what is missing."""

from enum import Enum

from vlsim.goals.handling import is_held
from vlsim.goals.monitor import Monitor
from vlsim.referring.describe import describe
from vlsim.referring.ref import Ref
from vlsim.world import SceneState
from vlsim.world.distances import is_surface

FAR = 0.12
"""What was lifted and lies farther from the centre of its place was let go on the way, metres."""


class Failure(Enum):
    """What went wrong: the first of these that is true."""

    LOST_OBJECT = "lost object"
    TOUCHED_NOTHING = "touched nothing"
    WRONG_OBJECT = "wrong object"
    STILL_HELD = "still held"
    WRONG_PLACE = "wrong place"
    DROPPED = "dropped"
    MISSED_PLACE = "missed the place"
    NOT_FINISHED = "not finished"


def why_failed(monitor: Monitor, now: SceneState) -> str:
    """Return what went wrong in an episode that ends in `now`: a `Failure`, then the details.

    Of a chain, it is about the part that was not achieved.

    Returns:
        Such as "wrong object: moved the red cube, not the blue cube"; "" if the goal is achieved.
    """
    if monitor.is_achieved and now.lost_object is None:
        return ""
    failure, details = _failure(monitor, now)
    if monitor.n_stages > 1:
        details = f"in part {monitor.n_done + 1} of {monitor.n_stages}, {details}"
    return f"{failure.value}: {details}"


def _failure(monitor: Monitor, now: SceneState) -> tuple[Failure, str]:
    atom, began, acted_on = monitor.atom, monitor.began, monitor.attempted
    named = atom.named(now)
    target = name_of(began, named["target"][0])
    if (lost := now.lost_object) is not None:
        return Failure.LOST_OBJECT, f"{name_of(began, lost)} fell off the table"
    if acted_on is None:
        return Failure.TOUCHED_NOTHING, "no object was moved or reached"
    if acted_on not in named["target"] and acted_on != monitor.roles["target"]:
        return Failure.WRONG_OBJECT, f"acted on {name_of(began, acted_on)}, not {target}"
    # Of several targets, the one that was acted on.
    target = name_of(began, acted_on)
    if "place" in named:
        place = named["place"][0]
        if is_held(now, acted_on):
            return Failure.STILL_HELD, f"{target} is between the fingers"
        under = _place_under(now, acted_on)
        if under == place:
            there = f"on or in {name_of(began, place)}"
            return Failure.NOT_FINISHED, f"{target} is {there}, but not as it was asked for"
        if under is not None:
            there = f"{name_of(began, under)}, not {name_of(began, place)}"
            return Failure.WRONG_PLACE, f"{target} lies on or in {there}"
        away = now.distance_xy(acted_on, place)
        there = f"{100 * away:.0f} cm from the centre of {name_of(began, place)}"
        was_dropped = acted_on in monitor.lifted and away > FAR
        kind = Failure.DROPPED if was_dropped else Failure.MISSED_PLACE
        return kind, f"{target} lies {there}"
    lacking = {name: share for name, share in atom.progress(began, now).items() if share < 1.0}
    shares = ", ".join(f"{name} {share:.0%}" for name, share in lacking.items())
    return Failure.NOT_FINISHED, f"acted on {target}, but only {shares or 'for a moment'}"


def name_of(scene: SceneState, index: int) -> str:
    """Return what an object is called: the shortest clear phrase, else its colour and kind."""
    spec = scene.specs[index]
    return str(describe(scene, index) or Ref(spec.kind, spec.color))


def _place_under(scene: SceneState, index: int) -> int | None:
    """Return the bowl or pad that an object lies in or on, None if it lies on the table."""
    for place, spec in enumerate(scene.specs):
        is_place = spec.inner_radius > 0.0 or (is_surface(spec) and not spec.movable)
        if place != index and is_place and scene.distance_xy(index, place) <= spec.radius:
            return place
    return None
