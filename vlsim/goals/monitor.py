"""Follows a goal through an episode: what is done, what comes next, how far it has come."""

from collections.abc import Iterator

from vlsim.goals.base import SPARE_MOTIONS, Atom, Goal
from vlsim.world import SceneState

IN_THE_AIR = 0.04
"""Rise of an object that somebody must have lifted, metres."""
STEPS = "steps"
"""The one progress term of a goal that has several stages."""


class Monitor:
    """Remembers which stages of a goal are done, and the scene in which the present one began.

    A stage that is done stays done: "push the cube to the left, then back" ends where it began.

    Args:
        goal: What was asked for.
        scene: Where it was asked for; all phrases are bound in it.

    Raises:
        InstructionError: If a phrase names nothing, or something else than it says.
    """

    def __init__(self, goal: Goal, scene: SceneState) -> None:
        """See the class."""
        self._stages = goal.stages(scene)
        self._before = scene
        self._index = 0
        self.lifted: set[int] = set()
        """Indices of the objects that were in the air since the present stage began."""
        self.advance(scene)

    def advance(self, now: SceneState) -> None:
        """Take note of the scene that has come to be."""
        last = len(self._stages) - 1
        achieved = self._stages[self._index].achieved(self._before, now)
        while achieved and self._index < last:
            self._index += 1
            self._before = now
            self.lifted = set()
            achieved = self._stages[self._index].achieved(now, now)
        self.is_achieved = achieved
        """Whether the last stage is achieved now."""
        stage = self._stages[self._index]
        self.atom: Atom = stage.next_atom(self._before, now)
        """What to do next, its phrases bound."""
        self.attempted: int | None = self.atom.attempted(self._before, now)
        """Index of the object that was acted on since the present stage began, or None."""
        named = {slot: indices[0] for slot, indices in self.atom.named(now).items()}
        self.roles = {**named, "target": self.atom.next_target(self._before, now)}
        """Index of the object in each slot: the target is what the present motion is about."""
        heights = zip(now.centres, self._before.centres, strict=True)
        self.lifted.update(i for i, (a, b) in enumerate(heights) if a[2] - b[2] >= IN_THE_AIR)
        self.progress = self._share(stage.progress(self._before, now))
        """Terms in [0, 1]: the goal's own, or the share of its stages that is done."""

    @property
    def began(self) -> SceneState:
        """The scene in which the present stage began."""
        return self._before

    @property
    def n_stages(self) -> int:
        """How many stages there are."""
        return len(self._stages)

    @property
    def n_motions(self) -> int:
        """How many motions the whole goal takes."""
        return sum(stage.n_motions() for stage in self._stages)

    @property
    def n_done(self) -> int:
        """How many of them are done."""
        return self._index + self.is_achieved

    def _share(self, terms: dict[str, float]) -> dict[str, float]:
        if len(self._stages) == 1:
            return terms
        share = sum(terms.values()) / len(terms)
        return {STEPS: (self._index + share) / len(self._stages)}


def forecast(goal: Goal, scene: SceneState) -> Iterator[tuple[SceneState, Monitor]]:
    """Yield the scene before each motion that a goal takes, without any physics, and its monitor.

    It ends where the goal is achieved, and after a motion that changes nothing that can be seen,
    such as touching something. The monitor is the same one every time.

    Raises:
        InstructionError: If a phrase names nothing, or something else than it says.
    """
    monitor = Monitor(goal, scene)
    for _ in range(monitor.n_motions + SPARE_MOTIONS):
        yield scene, monitor
        following = monitor.atom.after_motion(scene)
        if following is scene:
            return
        scene = following
        monitor.advance(scene)
        if monitor.is_achieved:
            return
