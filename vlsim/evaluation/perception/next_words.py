"""Next words: how surprising the captions are, word by word."""

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.evaluation.perception.task import TASKS, Asked, Pictures, Task, in_turn
from vlsim.interface.perceiver import Foretelling
from vlsim.metrics import Foretold
from vlsim.metrics.perplexity import perplexity

DECIDED, OPEN = "decided by the picture", "other words"


def ask_next_words(model: Foretelling, pictures: Pictures) -> list[Asked]:
    """Ask what each word of each caption cost; once for the words that the picture decides."""
    rows = [(i, each) for i, one in enumerate(pictures.annotations) for each in one.captions]
    costs = in_turn([(i, caption.text) for i, caption in rows], pictures, model.next_words)
    asked = []
    for (i, caption), cost in zip(rows, costs, strict=True):
        decided = np.array(caption.decided, dtype=bool)
        nats = np.asarray(cost, dtype=float)
        if nats.shape != decided.shape:
            raise InvalidValueError(
                f"The caption '{caption.text}' has {decided.size} words; the model gave the cost "
                f"of {nats.size}."
            )
        for kind, chosen in ((DECIDED, decided), (OPEN, ~decided)):
            if chosen.any():
                foretold = Foretold(tuple(nats[chosen].tolist()))
                bound = Foretold(tuple(np.array(caption.nats)[chosen])) if caption.nats else None
                asked.append(Asked(i, kind, "", caption.text, caption.text, foretold, bound=bound))
    return asked


TASKS.add(
    "next words",
    Task(
        "a picture and the words so far to the next word",
        Foretelling,
        ask_next_words,
        {"perplexity": perplexity},
    ),
)
