"""Captions: how they compare with the references."""

from vlsim.evaluation.perception.task import TASKS, Asked, Pictures, Task, in_turn
from vlsim.interface.perceiver import Captioning
from vlsim.metrics import CAPTION_METRICS, Described

SHOWN = ("facts_f_best", "facts_f", "cider_d", "bleu_4", "rouge_l", "meteor_domain")


def ask_captions(model: Captioning, pictures: Pictures) -> list[Asked]:
    """Ask for a caption of every picture that has references."""
    rows = [(i, "") for i, one in enumerate(pictures.annotations) if one.captions]
    captions = in_turn(rows, pictures, lambda images, _: model.caption(images))
    asked = []
    for (i, _), caption in zip(rows, captions, strict=True):
        references = tuple(each.text for each in pictures.annotations[i].captions)
        described = Described(caption, references)
        asked.append(Asked(i, "", "", caption, "\n".join(references), described))
    return asked


TASKS.add(
    "captions",
    Task(
        "a picture to a sentence",
        Captioning,
        ask_captions,
        {name: CAPTION_METRICS[name] for name in SHOWN},
    ),
)
