"""Ask a trained model what a picture shows, or what a command means in front of it.

Nothing is carried out. A command is resolved among the things that the model sees: the goal, what
its phrases name, and the plan; a question back if it could mean several things; up to three
proposals if its words are not known. A question is answered.

Examples:
  vlsim ask picture.png "put the red cube in the blue bowl"
  vlsim ask picture.png "how many red things are there" --model runs/vqa-refer
  vlsim ask picture.png "juggle the red cube" --out seen.png
"""

import json as json_format
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from vlsim.interface.cameras import MAIN, check_camera
from vlsim.scripts.options import read_options
from vlsim.scripts.perceivers import load_perceiver
from vlsim.world.camera import FRONT

if TYPE_CHECKING:
    from vlsim.interpretation import Interpretation

SIDE = 480
"""Least side of the picture with boxes, pixels."""


@dataclass(frozen=True)
class AskConfig:
    """What to ask, about what."""

    picture: tyro.conf.Positional[Path]
    """Picture of the table, as the front camera sees it; of any size."""
    text: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="TEXT")]
    """A command or a question."""
    model: str = "zoo:vqa-refer"
    """Model that sees: a run or bundle of `vlsim pretrain`, zoo:NAME, or package.module:Name."""
    camera: Path | None = None
    """JSON file of where the camera stands, as `vlsim camera-check --out` writes it."""
    out: Path | None = None
    """Picture to write: what is seen, in boxes."""
    json: bool = False
    """Print everything as JSON."""
    device: str = "cpu"
    """Torch device that the model runs on: cpu, cuda or cuda:0."""


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim ask`."""
    ask(read_options(AskConfig, argv, "vlsim ask", __doc__))


def ask(config: AskConfig) -> "Interpretation":
    """Print what was understood, and return it.

    Raises:
        InvalidValueError: If there is no such picture or model, or the model sees no things.
        InstructionError: If the text is empty or far too long.
    """
    from vlsim.deploy.pictures import read_picture
    from vlsim.files import read_json
    from vlsim.interpretation import interpret
    from vlsim.video.boxes import boxes_on
    from vlsim.video.frames import scale, write_picture

    picture = read_picture(config.picture)
    camera = FRONT if config.camera is None else check_camera(MAIN, read_json(config.camera))
    understood = interpret(
        load_perceiver(config.model, config.device), picture, config.text, camera
    )
    if config.json:
        print(json_format.dumps(understood.to_json(), indent=1))
    else:
        print("\n".join(lines(understood)))
    if config.out is not None:
        shown = scale(picture, SIDE) if min(picture.shape[:2]) < SIDE else picture
        named = {referent.thing: f" ({referent.role})" for referent in understood.referents}
        labels = [f"{t.color} {t.kind}{named.get(t, '')}" for t in understood.things]
        write_picture(boxes_on(shown, [t.box for t in understood.things], labels), config.out)
        if not config.json:
            print(f"Picture: {config.out}")
    return understood


def lines(understood: "Interpretation") -> Iterator[str]:
    """Yield what was understood, line by line."""
    seen = ", ".join(f"{t.size} {t.color} {t.kind} {t.confidence:.2f}" for t in understood.things)
    yield f"Seen: {seen or 'nothing'}"
    if understood.caption is not None:
        yield f"Caption: {understood.caption}"
    if understood.answer is not None:
        sure = understood.answer.confidence
        yield f"Answer: {understood.answer.text}" + ("" if sure is None else f" ({sure:.2f})")
    if understood.meaning:
        yield f"Understood: {understood.meaning}"
    for referent in understood.referents:
        thing = referent.thing
        box = ", ".join(f"{edge:.2f}" for edge in thing.box)
        yield (
            f"  {referent.role}: {referent.phrase} -> {thing.size} {thing.color} {thing.kind} "
            + (f"at [{box}], {thing.confidence:.2f}")
        )
    if understood.plan:
        yield f"Plan: {'; then '.join(understood.plan)}"
    if understood.question:
        yield understood.question
    if understood.proposals:
        yield "Did you mean one of these?"
        yield from (f"  {proposal}" for proposal in understood.proposals)


if __name__ == "__main__":
    main()
