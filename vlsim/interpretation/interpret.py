"""What a command or a question about a picture means, as far as a model and the grammar know."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.answers import clearly
from vlsim.free_text.understand import meanings, understand
from vlsim.goals import Goal
from vlsim.goals.monitor import forecast
from vlsim.interface.perceiver import Answer, Answering, Captioning, Reading, Seeing, SeenThing
from vlsim.interpretation.proposals import proposals
from vlsim.interpretation.seen_scene import seen_scene
from vlsim.world import SceneState
from vlsim.world.camera import FRONT, Camera
from vlsim.world.things import ObjectSpec

ASKS = ("are", "does", "how", "is", "what", "where", "which")
"""First words of questions."""


@dataclass(frozen=True)
class Referent:
    """A thing that a phrase of a goal names."""

    role: str
    phrase: str
    thing: SeenThing


@dataclass(frozen=True)
class Interpretation:
    """What was understood. Nothing of it is carried out.

    Args:
        things: What the model sees, the surest first.
        goal: What was asked for, None if that is not clear or it was a question.
        meaning: The goal in plain words, "" without one.
        referents: What its phrases name.
        plan: The motions that it takes, in words.
        caption: What the model says of the picture; None if it does not describe pictures.
        answer: If it was a question and the model answers questions.
        question: What has to be asked back, or why it cannot be done; "" if there is nothing.
        proposals: Instructions that may have been meant, where the words are not known.
    """

    things: tuple[SeenThing, ...]
    goal: Goal | None = None
    meaning: str = ""
    referents: tuple[Referent, ...] = ()
    plan: tuple[str, ...] = ()
    caption: str | None = None
    answer: Answer | None = None
    question: str = ""
    proposals: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"goal": None if self.goal is None else self.goal.to_json()}


def interpret(
    model: object, picture: NDArray[np.uint8], text: str, camera: Camera = FRONT
) -> Interpretation:
    """Say what somebody means who says this in front of what the picture shows.

    The things are what the model sees; where they stand follows from the camera. Whether a drawer
    is open, or a cylinder lies, a picture does not tell here.

    Args:
        model: Sees things and reads sentences; one that answers or describes does so, too.
        picture: Shape (H, W, 3), uint8.
        text: A command or a question.
        camera: What the picture was taken with.

    Raises:
        InvalidValueError: If the model sees no things, or reads no sentences.
        InstructionError: If the text is empty or far too long.
    """
    if not isinstance(model, Seeing) or not isinstance(model, Reading):
        raise InvalidValueError(
            "Interpreting needs a model that sees things and reads sentences, such as one of: "
            f"vlsim pretrain vqa-refer; got {type(model).__name__}."
        )
    pictures = picture[None]
    (things,) = model.see_things(pictures)
    seen = Interpretation(
        tuple(things),
        caption=model.caption(pictures)[0] if isinstance(model, Captioning) else None,
    )
    shut, opened = (seen_scene(things, camera, are_open=are_open) for are_open in (False, True))
    try:
        meanings(text)
    except InstructionError as error:
        if not text.strip():
            raise
        if text.split()[0].lower() in ASKS:
            if isinstance(model, Answering):
                (answer,) = model.answer(pictures, [text.lower().rstrip("? ")])
                return replace(seen, answer=answer)
            return replace(seen, question="This model does not answer questions.")
        return replace(seen, question=str(error), proposals=tuple(proposals(model, text, shut)))
    refusal = ""
    for scene in (shut, opened):
        try:
            goal = understand(text, scene)
        except InstructionError as error:
            refusal = refusal or str(error)
        else:
            return _understood(seen, goal, scene)
    return replace(seen, question=refusal)


def _understood(seen: Interpretation, goal: Goal, scene: SceneState) -> Interpretation:
    referents = [
        Referent(role, str(getattr(atom, role)), seen.things[i])
        for atom in goal.atoms
        for role, indices in _named(atom, scene)
        for i in indices
    ]
    blocked = "" if goal.is_feasible(scene) else "The way is not free."
    return replace(
        seen,
        goal=goal,
        meaning=clearly(goal),
        referents=tuple(dict.fromkeys(referents)),
        plan=tuple(_plan(goal, scene)),
        question=blocked,
    )


def _named(atom: Any, scene: SceneState) -> Sequence[tuple[str, tuple[int, ...]]]:  # noqa: ANN401
    try:
        return list(atom.named(scene).items())
    except InstructionError:  # of the branch of a condition that is not taken
        return []


def _plan(goal: Goal, scene: SceneState) -> Iterator[str]:
    """Yield the motions in words, by the goal's own forecast."""
    for now, monitor in forecast(goal, scene):
        name = monitor.atom.plan(now).name.replace("_", " and ")
        yield f"{name} the {_words(now.specs[monitor.roles['target']])}"


def _words(spec: ObjectSpec) -> str:
    return f"{spec.size} {spec.color} {spec.kind}"
