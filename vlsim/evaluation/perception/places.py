"""Referring expressions: is the box, and the point that is looked at most, on the thing?"""

from vlsim.evaluation.perception.task import TASKS, Asked, Pictures, Task, in_turn
from vlsim.interface.perceiver import Locating
from vlsim.metrics import Located
from vlsim.metrics.places import ENOUGH, box_accuracy, grounding_accuracy, overlap


def ask_places(model: Locating, pictures: Pictures) -> list[Asked]:
    """Ask where everything is that an expression names and that can be seen."""
    rows = [
        (i, each, box)
        for i, one in enumerate(pictures.annotations)
        for each in one.expressions
        if (box := one.things[each.thing].box) is not None
    ]
    places = in_turn([(i, expression.text) for i, expression, _ in rows], pictures, model.locate)
    asked = []
    for (i, expression, box), place in zip(rows, places, strict=True):
        share = overlap(place.box, box)
        asked.append(
            Asked(
                i,
                "nested" if expression.nested else "plain",
                expression.text,
                f"{share:.2f} in common",
                "",
                Located(place.box, box, place.point),
                share >= ENOUGH,
                place,
                box,
            )
        )
    return asked


TASKS.add(
    "refer",
    Task(
        "a picture and an expression to a box and an attention map",
        Locating,
        ask_places,
        {"box_accuracy": box_accuracy, "grounding_accuracy": grounding_accuracy},
    ),
)
